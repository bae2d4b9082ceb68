//! Plain text, in lines that every mail program shows as they are.

/// The longest line, unless a single word is longer: links stay whole.
const WIDTH: usize = 78;

/// The text with its long lines broken between words. What goes on below a dash or a quotation
/// mark stands below the words, not below the mark.
pub fn wrapped(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len() + text.len() / 16);
    for line in text.lines() {
        wrap(line, &mut wrapped);
    }
    wrapped
}

fn wrap(line: &str, into: &mut String) {
    let marked = line.trim_start_matches(' ');
    let indent = " ".repeat(line.len() - marked.len());
    let (mark, below, words) = match (marked.strip_prefix("- "), marked.strip_prefix("> ")) {
        (Some(words), _) => ("- ", "  ", words),
        (_, Some(words)) => ("> ", "> ", words),
        (None, None) => ("", "", marked),
    };
    into.push_str(&indent);
    into.push_str(mark);
    let begin = indent.len() + mark.len();
    let mut used = begin;
    // Spaces that people typed one after the other stay, but for those where a line ends.
    for word in words.split(' ') {
        let len = word.chars().count();
        if used > begin && used + 1 + len > WIDTH {
            into.truncate(into.trim_end_matches(' ').len());
            into.push('\n');
            into.push_str(&indent);
            into.push_str(below);
            used = begin;
        } else if used > begin {
            into.push(' ');
            used += 1;
        }
        into.push_str(word);
        used += len;
    }
    into.truncate(into.trim_end_matches(' ').len());
    into.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words() {
        let word = "seventeen-letters";
        let five = [word; 5].join(" ");
        let four = [word; 4].join(" ");
        let link = format!("https://acme.example/{}", "x".repeat(100));
        for (text, lines) in [
            ("", vec![]),
            ("\n\nshort\n", vec!["", "", "short"]),
            (&five, vec![&four, word]),
            (&format!("- {five}"), vec![&format!("- {four}"), &format!("  {word}")]),
            (&format!("> {five}"), vec![&format!("> {four}"), &format!("> {word}")]),
            (&format!("  {five}"), vec![&format!("  {four}"), &format!("  {word}")]),
            (&link, vec![&link]),
            (&format!("see {link} now"), vec!["see", &link, "now"]),
            ("> ", vec![">"]),
            ("a  b ", vec!["a  b"]),
        ] {
            assert_eq!(wrapped(text).lines().collect::<Vec<_>>(), lines, "{text}");
        }
    }
}
