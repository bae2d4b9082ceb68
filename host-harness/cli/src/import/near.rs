//! Which names of brands are so alike that one is probably a slip of the pen.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// True for two names that differ as spellings of one name do: in accents, punctuation, spaces
/// or a letter or two. Names that differ in a number, in a short word or in a word more are
/// meant to differ: `Nike 2`, `Nike EU`.
pub(super) fn is_near(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    if one.concat() == other.concat() {
        return !one.is_empty();
    }
    let digits = |words: &[String]| -> String {
        words.concat().chars().filter(|letter| letter.is_numeric()).collect()
    };
    if digits(&one) != digits(&other) || one.starts_with(&other) || other.starts_with(&one) {
        return false;
    }
    if one.len() == other.len() {
        return one.iter().zip(&other).all(|(a, b)| is_slip(a, b));
    }
    is_slip(&one.concat(), &other.concat())
}

/// True if so few letters differ that it may have happened by mistake.
fn is_slip(one: &str, other: &str) -> bool {
    let letters = one.chars().count().min(other.chars().count());
    let allowed = match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    strsim::osa_distance(one, other) <= allowed
}

/// The words without accents, case and punctuation.
fn words(name: &str) -> Vec<String> {
    let plain: String = name
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .filter(|letter| !matches!(letter, '\'' | '’' | '.'))
        .collect();
    let words = plain.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_near_and_meant_differences_arent() {
        for (one, other, near) in [
            ("Nike", "Nikee", true),
            ("Nike", "Niek", true),
            ("Nike", "NIKE.", true),
            ("Adidas", "Addidas", true),
            ("Red Bull", "Redbull", true),
            ("Société Générale", "Societe Generale", true),
            ("Levi's", "Levis", true),
            ("Coca-Cola", "Cocacola", true),
            ("Deutsche Telekom", "Deutsche Telecom", true),
            ("Nike", "Nike 2", false),
            ("Brand 1", "Brand 2", false),
            ("Nike EU", "Nike US", false),
            ("Nike", "Nike EU", false),
            ("Clothing A", "Clothing B", false),
            ("Brand North", "Brand South", false),
            ("Puma", "Nike", false),
            ("BMW", "BMV", false),
            ("H&M", "C&A", false),
            ("", "", false),
        ] {
            assert_eq!(is_near(one, other), near, "{one} / {other}");
            assert_eq!(is_near(other, one), near, "{other} / {one}");
        }
    }
}
