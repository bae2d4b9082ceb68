//! Whom a mail greets by name.

use crate::domain::text::Name;

/// The longest name that a greeting has room for.
const CHARS_MAX: usize = 60;

/// The name to greet somebody by, as it was typed; none for one that isn't known, or that
/// nobody would say aloud.
///
/// Whoever signs up by a link names themselves and gives an address, which need not be theirs:
/// so that nobody can have advertisements sent in the agency's name, a name with an address in
/// it, of mail or of the web, isn't repeated.
pub fn greeted(name: Option<&Name>) -> Option<&str> {
    let name = name?.as_str();
    let fits = name.chars().count() <= CHARS_MAX;
    let says_something = name.chars().any(char::is_alphabetic);
    let is_said = fits && says_something && !name.contains(['@', '/', '\\', '<', '>']);
    (is_said && !name.split(' ').any(is_a_host)).then_some(name)
}

/// Whether mail programs may make a link of this word: `acme.example`, but not `J.R.R.`.
fn is_a_host(word: &str) -> bool {
    let mut labels = word.split('.').peekable();
    while let Some(label) = labels.next() {
        let next = labels.peek().map(|next| next.chars().take_while(|c| c.is_alphabetic()).count());
        if !label.is_empty() && next >= Some(2) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_greeted_by_name() {
        for (name, greeted_by_it) in [
            ("Ann", true),
            ("Ann Lee", true),
            ("J.R.R. Tolkien", true),
            ("Dr. Ann Lee", true),
            ("Ann O'Hara & Söhne", true),
            ("李安", true),
            ("عائشة", true),
            ("John Smith Jr.", true),
            (&"a".repeat(60), true),
            (&"a".repeat(61), false),
            ("ann@nike.example", false),
            ("Ann <ann@nike.example>", false),
            ("Win at evil.example", false),
            ("evil.example!", false),
            ("www.evil.example", false),
            ("https://evil.example/now", false),
            ("<b>Ann</b>", false),
            ("-", false),
            ("+49 170 1234567", false),
        ] {
            let name = Name::parse(name).unwrap();
            assert_eq!(greeted(Some(&name)), greeted_by_it.then_some(name.as_str()), "{name}");
        }
        assert_eq!(greeted(None), None);
    }
}
