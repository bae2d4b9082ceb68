//! The names of brands in a cell.

use super::cells::{cleaned, on_one_line, row_within};

/// What stands between brands of one cell, from what is in no name to what is in some.
const SEPARATORS: [&str; 5] = [":::", "\n", "|", ";", ","];

/// What stands between brands of one cell only if each part is known as a brand: names have
/// these themselves.
const WEAK: [&str; 9] = [" / ", "/", " & ", " + ", " and ", " und ", " et ", " y ", " e "];

/// What follows a comma within a company's name.
const LEGAL_FORMS: [&str; 14] = [
    "inc",
    "incorporated",
    "llc",
    "ltd",
    "limited",
    "llp",
    "plc",
    "corp",
    "co",
    "gmbh",
    "ag",
    "s.a",
    "sa",
    "s.l",
];

/// The texts of a cell that name a brand each. What is known as it stands isn't taken apart,
/// so that names may have commas.
pub(super) fn names_in(cell: &str, is_known: &dyn Fn(&str) -> bool) -> Vec<String> {
    let text = cleaned(cell);
    if is_known(&text) {
        return vec![text];
    }
    let quoted = text.starts_with('"').then(|| cells_within(&text)).flatten();
    let names = match quoted {
        Some(cells) => cells,
        None => split(&text, &SEPARATORS, is_known),
    };
    names.iter().map(|name| named(name)).filter(|name| !name.is_empty()).collect()
}

/// The parts of a name that a weak separator joins, if each of them is known.
pub(super) fn joined(name: &str, is_known: &dyn Fn(&str) -> bool) -> Option<Vec<String>> {
    WEAK.iter().find_map(|separator| {
        let parts: Vec<String> = name.split(separator).map(|part| part.trim().to_owned()).collect();
        let fits = parts.len() > 1 && parts.iter().all(|part| is_known(part));
        fits.then_some(parts)
    })
}

/// The cells of a list in quotes, as programs write the tags of a person.
fn cells_within(text: &str) -> Option<Vec<String>> {
    let lists = [',', ';'].into_iter().filter_map(|delimiter| row_within(text, delimiter));
    lists.max_by_key(Vec::len)
}

fn split(text: &str, separators: &[&str], is_known: &dyn Fn(&str) -> bool) -> Vec<String> {
    let text = text.trim();
    match separators.split_first() {
        _ if text.is_empty() => Vec::new(),
        Some((separator, finer)) if !is_known(text) => {
            let parts = text.split(separator).flat_map(|part| split(part, finer, is_known));
            if *separator == "," { with_legal_forms(parts) } else { parts.collect() }
        }
        _ => vec![text.to_owned()],
    }
}

/// The parts between commas, with what belongs to the name before: `Puma, Inc.`
fn with_legal_forms(parts: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in parts {
        let form = part.trim_end_matches('.').to_lowercase();
        match names.last_mut() {
            Some(name) if LEGAL_FORMS.contains(&form.as_str()) => {
                name.push_str(", ");
                name.push_str(&part);
            }
            _ => names.push(part),
        }
    }
    names
}

/// The name itself: without the address of its page, and nothing for the groups that a
/// contact list makes by itself (`* myContacts`).
fn named(text: &str) -> String {
    let text = cleaned(text);
    if text.starts_with("* ") {
        return String::new();
    }
    let page = text.strip_suffix(')').and_then(|text| text.rsplit_once(" ("));
    let is_page = |page: &str| page.starts_with("https://") || page.ends_with(".md");
    match page {
        Some((name, page)) if is_page(page) => on_one_line(name),
        _ => on_one_line(&text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_known(name: &str) -> bool {
        ["Nike", "Puma", "Johnson, Sons; Co"].contains(&name)
    }

    #[test]
    fn a_cell_is_taken_apart_as_far_as_needed() {
        for (cell, names) in [
            ("Nike", vec!["Nike"]),
            ("Nike, Puma", vec!["Nike", "Puma"]),
            ("Nike;Puma ; ", vec!["Nike", "Puma"]),
            ("Nike | Puma\nFila", vec!["Nike", "Puma", "Fila"]),
            ("Johnson, Sons; Co", vec!["Johnson, Sons; Co"]),
            ("Nike|Johnson, Sons; Co", vec!["Nike", "Johnson, Sons; Co"]),
            ("Fila, Inc., Nike", vec!["Fila, Inc.", "Nike"]),
            ("Nike ::: * myContacts", vec!["Nike"]),
            ("* myContacts", vec![]),
            ("\"Nike\",\"Fila, Inc\"", vec!["Nike", "Fila, Inc"]),
            ("\"Nike\"; \"Puma\"", vec!["Nike", "Puma"]),
            ("\"Fila\"", vec!["Fila"]),
            ("Fila (https://pages.example/Fila-0a1b)", vec!["Fila"]),
            ("Nike; '=1+1", vec!["Nike", "=1+1"]),
            ("Nike (EU)", vec!["Nike (EU)"]),
            (" ,;", vec![]),
        ] {
            assert_eq!(names_in(cell, &is_known), names, "{cell:?}");
        }
    }

    #[test]
    fn what_names_have_themselves_parts_only_known_ones() {
        for (name, parts) in [
            ("Nike / Puma", Some(vec!["Nike", "Puma"])),
            ("Nike/Puma", Some(vec!["Nike", "Puma"])),
            ("Nike & Puma", Some(vec!["Nike", "Puma"])),
            ("Nike and Puma", Some(vec!["Nike", "Puma"])),
            ("Nike + Puma", Some(vec!["Nike", "Puma"])),
            ("Nike & Sons", None),
            ("Johnson & Johnson", None),
            ("Nike", None),
        ] {
            let parts = parts.map(|parts| parts.into_iter().map(str::to_owned).collect());
            assert_eq!(joined(name, &is_known), parts, "{name}");
        }
    }
}
