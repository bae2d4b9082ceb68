//! All of what is answered page by page: it ends, and never leads to where it was.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::people::Wrong;
use crate::read::{list, number, text};

/// How many pages something has at most, in these histories.
const PAGES_MAX: usize = 1_000;

/// The elements of all pages, which have them in a field; `ask` gets the cursor.
///
/// # Errors
///
/// What `ask` says, and when it doesn't end.
pub fn all(
    field: &str,
    mut ask: impl FnMut(Value) -> Result<Value, Wrong>,
) -> Result<Vec<Value>, Wrong> {
    let (mut all, mut cursor, mut cursors) = (Vec::new(), Value::Null, BTreeSet::new());
    for _ in 0..PAGES_MAX {
        let page = ask(cursor)?;
        all.extend(list(&page[field]).iter().cloned());
        cursor = page["next"].clone();
        if cursor.is_null() {
            return Ok(all);
        }
        if !cursors.insert(cursor.to_string()) {
            return Err(format!("a page of {field} leads to where it was: {cursor}"));
        }
    }
    Err(format!("there are more than {PAGES_MAX} pages of {field}"))
}

/// The entries of a log after this one, and the number of the last; `ask` gets after which.
///
/// # Errors
///
/// What `ask` says, and when it doesn't go on.
pub fn entries(
    mut after: u64,
    mut ask: impl FnMut([Value; 2]) -> Result<Value, Wrong>,
) -> Result<(Vec<Value>, u64), Wrong> {
    let mut entries = Vec::new();
    loop {
        let feed = ask([json!(after), json!(500)])?;
        let further = list(&feed["entries"]);
        if further.is_empty() {
            return Ok((entries, after));
        }
        let next = number(&feed["after"]);
        if next != after + further.len() as u64 {
            return Err(format!("{} entries after {after} lead to {next}", further.len()));
        }
        entries.extend(further.iter().cloned());
        after = next;
    }
}

/// The kinds of these entries.
pub fn kinds(entries: &[Value]) -> Vec<String> {
    entries.iter().map(|entry| text(&entry["kind"]).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_itself_is_told() {
        let same = |_| Ok(json!({"rows": [1], "next": "here"}));
        assert!(all("rows", same).unwrap_err().contains("leads to where it was"));
        let mut more = 0;
        let endless = |_| {
            more += 1;
            Ok(json!({"rows": [], "next": more}))
        };
        assert!(all("rows", endless).unwrap_err().contains("more than"));
        assert_eq!(all("rows", |_| Ok(json!({"rows": [1, 2]}))), Ok(vec![json!(1), json!(2)]));
    }

    #[test]
    fn a_log_goes_on() {
        let stays = |_| Ok(json!({"entries": [{}], "after": 7}));
        assert!(entries(7, stays).unwrap_err().contains("lead to 7"));
    }
}
