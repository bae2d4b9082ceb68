//! The contract's words, as a page has them.

/// What a heading is called in addresses.
pub(super) fn anchor(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect()
}

/// The first sentence of some words, on one line.
pub(super) fn first_sentence(words: &str) -> String {
    let words = words.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let end = words.split_once(". ").map_or(words.as_str(), |(first, _)| first);
    in_cell(end.trim_end_matches(['.', ':']))
}

/// Words for a cell of a table, and what can't stand in one: behind the first paragraph, where there are tables
/// or lists.
pub(super) fn cell(words: &str) -> (String, String) {
    let is_block = |line: &str| line.starts_with("- ") || line.starts_with('|');
    if !words.lines().any(is_block) {
        return (in_cell(words), String::new());
    }
    let first: Vec<&str> =
        words.lines().take_while(|line| !line.trim().is_empty() && !is_block(line)).collect();
    let rest: Vec<&str> = words.lines().skip(first.len()).collect();
    let first = first.join(" ");
    let first = first.trim_end_matches([':', '.']);
    (in_cell(&format!("{first}; see below.")), rest.join("\n").trim().to_owned())
}

/// On one line, with nothing that would end a cell.
pub(super) fn in_cell(words: &str) -> String {
    let words: Vec<&str> = words.split_whitespace().collect();
    words.join(" ").replace('|', "\\|")
}

/// The same words, with a link at each function that is named.
pub(super) fn linked(words: &str, functions: &[String]) -> String {
    let parts = words.split('`').enumerate().map(|(number, part)| {
        if number % 2 == 0 {
            part.to_owned()
        } else if functions.iter().any(|function| function == part) {
            format!("[`{part}`](#{})", anchor(part))
        } else {
            format!("`{part}`")
        }
    });
    parts.collect()
}
