//! E-mail addresses as people write them into cells.

use crate::format::cut;

/// Who a cell says a person is.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Address {
    /// The bare address, as far as it can be told: the component says whether it is one.
    pub(super) email: String,
    /// The name before it: `Ann <ann@x.example>`.
    pub(super) name: Option<String>,
    /// What was left out.
    pub(super) remark: Option<String>,
}

/// What contact lists put between several addresses of one person, the first of which counts.
const IN_ORDER: &str = ":::";

/// The one address of a cell.
///
/// # Errors
///
/// Why there isn't one.
pub(super) fn read(cell: &str) -> Result<Address, String> {
    if cell.contains(IN_ORDER) {
        return first_of(cell);
    }
    let parts = parts(cell);
    let Some((first, others)) = parts.split_first() else {
        return Ok(Address { email: cell.to_owned(), ..Address::default() });
    };
    let first = one(first);
    let others: Vec<Address> = others.iter().map(|part| one(part)).collect();
    let is_same = |other: &Address| other.email.to_lowercase() == first.email.to_lowercase();
    if others.iter().all(is_same) {
        return Ok(first);
    }
    let all: Vec<&str> =
        [&first].into_iter().chain(&others).map(|address| address.email.as_str()).collect();
    Err(format!(
        "e-mail: {} addresses in one cell ({}): leave the one to invite, or give each a row",
        all.len(),
        cut(&all.join(", "))
    ))
}

fn first_of(cell: &str) -> Result<Address, String> {
    let mut all = cell.split(IN_ORDER).map(str::trim).filter(|part| !part.is_empty());
    let first = one(all.next().unwrap_or_default());
    let others: Vec<&str> = all.collect();
    let remark = (!others.is_empty())
        .then(|| format!("the first address of the cell; not {}", cut(&others.join(", "))));
    Ok(Address { remark, ..first })
}

/// The parts of the cell with an address each: the whole cell, unless it has several.
fn parts(cell: &str) -> Vec<&str> {
    if cell.matches('@').count() < 2 {
        return vec![cell];
    }
    let by = |separators: &[char]| -> Vec<&str> {
        let parts = cell.split(|letter| separators.contains(&letter));
        parts.map(str::trim).filter(|part| part.contains('@')).collect()
    };
    let whole = by(&[';', ',', '\n', '|']);
    if whole.len() > 1 {
        return whole;
    }
    // `Ann <ann@x.example>` has white space, and two addresses may have nothing else.
    if cell.contains('<') && cell.matches('<').count() < 2 {
        return vec![cell];
    }
    by(&[';', ',', '\n', '|', '/', ' ', '\t'])
}

/// The address of a text that has one.
fn one(text: &str) -> Address {
    let text = bare(text);
    let named = text.strip_suffix('>').and_then(|text| text.rsplit_once('<'));
    let (name, email) = named.unwrap_or(("", text));
    let name = Some(bare(name).trim_matches('"').trim()).filter(|name| !name.is_empty());
    let email = without_scheme(bare(email));
    let email = email.trim_end_matches(['.', ',', ';', ':']).trim();
    // The wide forms that an input method for East Asian languages leaves.
    let email = email.replace('＠', "@").replace('．', ".");
    Address { email, name: name.map(str::to_owned), remark: None }
}

/// Without white space, commas and pairs of quotes around it.
fn bare(text: &str) -> &str {
    let text = text.trim().trim_end_matches([',', ';']).trim_end();
    let pairs =
        [('\'', '\''), ('"', '"'), ('`', '`'), ('“', '”'), ('‘', '’'), ('„', '“'), ('«', '»')];
    let within = |(open, close): &(char, char)| text.strip_prefix(*open)?.strip_suffix(*close);
    match pairs.iter().find_map(within) {
        Some(within) => bare(within),
        None => text,
    }
}

fn without_scheme(text: &str) -> &str {
    let scheme = "mailto:";
    match text.get(..scheme.len()) {
        Some(start) if start.eq_ignore_ascii_case(scheme) => {
            let rest = text.get(scheme.len()..).unwrap_or_default();
            rest.split('?').next().unwrap_or(rest)
        }
        _ => text,
    }
}

/// What is wrong with a text that isn't an address, if that is plain.
pub(super) fn flaw(email: &str) -> Option<String> {
    let Some((local, domain)) = email.rsplit_once('@') else {
        return Some("it has no `@`".into());
    };
    if email.chars().any(char::is_whitespace) {
        Some("there is a space in it".into())
    } else if local.contains('@') {
        Some("it has two `@`".into())
    } else if local.is_empty() {
        Some("nothing stands before the `@`".into())
    } else if email.contains("..") {
        Some("it has two dots in a row".into())
    } else if domain.is_empty() {
        Some("nothing stands after the `@`".into())
    } else if !domain.contains('.') {
        Some(format!("its domain `{}` has no ending such as `.com`", cut(domain)))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plain_is_read() {
        for (cell, email, name) in [
            ("ann@x.example", "ann@x.example", None),
            ("Ann <ann@x.example>", "ann@x.example", Some("Ann")),
            ("\"Hal H.\" <hal@x.example>", "hal@x.example", Some("Hal H.")),
            ("Lee, Ann <ann@x.example>", "ann@x.example", Some("Lee, Ann")),
            ("<ann@x.example>", "ann@x.example", None),
            ("mailto:ann@x.example", "ann@x.example", None),
            ("MAILTO:ann@x.example?subject=Hi", "ann@x.example", None),
            ("Ann <mailto:ann@x.example>", "ann@x.example", Some("Ann")),
            ("ann@x.example.", "ann@x.example", None),
            ("ann@x.example ;", "ann@x.example", None),
            ("'ann@x.example'", "ann@x.example", None),
            ("\"ann@x.example\"", "ann@x.example", None),
            ("“ann@x.example”,", "ann@x.example", None),
            ("ann＠x．example", "ann@x.example", None),
            ("ann@x.example, ANN@x.example", "ann@x.example", None),
            ("o'neil@x.example", "o'neil@x.example", None),
            ("ann at x.example", "ann at x.example", None),
            ("", "", None),
        ] {
            let read = read(cell).unwrap();
            assert_eq!((read.email.as_str(), read.name.as_deref()), (email, name), "{cell:?}");
            assert_eq!(read.remark, None, "{cell:?}");
        }
    }

    #[test]
    fn the_first_of_addresses_in_order_counts() {
        let read = read("ivo@x.example ::: ivo.novak@x.example").unwrap();
        assert_eq!(read.email, "ivo@x.example");
        let remark = "the first address of the cell; not ivo.novak@x.example";
        assert_eq!(read.remark.as_deref(), Some(remark));
    }

    #[test]
    fn several_people_are_no_row() {
        for cell in [
            "a@x.example; b@x.example",
            "a@x.example,b@x.example",
            "a@x.example b@x.example",
            "a@x.example / b@x.example",
            "a@x.example\nb@x.example",
            "A <a@x.example>, B <b@x.example>",
            "A <a@x.example> B <b@x.example>",
        ] {
            let reason = read(cell).unwrap_err();
            assert!(
                reason.starts_with("e-mail: 2 addresses in one cell (a@x.example, "),
                "{reason}"
            );
        }
    }

    #[test]
    fn flaws_are_named() {
        for (email, flaw_in_words) in [
            ("ann", Some("it has no `@`")),
            ("nia @x.example", Some("there is a space in it")),
            ("a@b@x.example", Some("it has two `@`")),
            ("@x.example", Some("nothing stands before the `@`")),
            ("ann@", Some("nothing stands after the `@`")),
            ("max@x..example", Some("it has two dots in a row")),
            ("fay@x", Some("its domain `x` has no ending such as `.com`")),
            ("ann@x.example", None),
        ] {
            assert_eq!(flaw(email).as_deref(), flaw_in_words, "{email}");
        }
    }
}
