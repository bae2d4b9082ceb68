//! What mail servers say, without what it is about: they repeat addresses, and some of what they were sent.

/// How much of their words is kept.
const SAID_MAX: usize = 200;
/// The longest word that is one.
const WORD_MAX: usize = 40;

/// Their words in one line, without addresses, links, and those that are `hidden`.
pub(super) fn without(text: &str, hidden: impl Fn(&str) -> bool) -> String {
    let mut said = String::new();
    for word in text.split(|letter: char| letter.is_whitespace() || letter.is_control()) {
        let hidden = word.contains(['@', '<'])
            || word.contains("://")
            || word.len() > WORD_MAX
            || hidden(word);
        let word = if hidden { "…" } else { word };
        if word.is_empty() || (hidden && said.ends_with('…')) {
            continue;
        }
        if said.chars().count() + word.chars().count() >= SAID_MAX {
            break;
        }
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(word);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_kept_and_what_it_is_about_isnt() {
        let said =
            without("5.1.1 <ada@x.example> unknown;\r\n see https://x.example/?q hush", |word| {
                word == "hush"
            });
        assert_eq!(said, "5.1.1 … unknown; see …");
        let long = without(&"word ".repeat(1_000), |_| false);
        assert!(long.chars().count() <= SAID_MAX && long.ends_with("word"), "{long}");
    }
}
