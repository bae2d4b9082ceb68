//! An entry of the log is changed, and verifying finds it: in a copy above the store, which stays as it is.

use clientdesk_host::Host;
use clientdesk_host::adapters::storage::Write;
use serde_json::{Value, json};

use super::trial::ask;

/// By how much an entry's time is changed.
const HOUR: u64 = 3_600_000;

/// What happens when an entry says another time.
pub(super) fn change(host: &Host, agency: &str, number: u64) -> Result<Value, String> {
    let copy = host.rehearsal();
    let (first, last) = (format!("a/{agency}/log/"), format!("a/{agency}/log/{number:015}0"));
    let failed = |error| format!("the store can't be used: {error:?}");
    let page = copy.storage().scan(&first, &last, 1, true).map_err(failed)?;
    let none = || format!("`{agency}` has no entry {number}");
    let row = page.entries.into_iter().next().ok_or_else(none)?;
    let mut block: Value = serde_json::from_str(&row.value).map_err(|error| error.to_string())?;
    let entries = block.pointer_mut("/data/entries").and_then(Value::as_array_mut);
    let body = entries.into_iter().flatten().filter_map(|entry| entry.get_mut("body"));
    let of_number = |body: &&mut Value| body.get("number").is_some_and(|it| *it == number);
    let at = body.into_iter().find(of_number).and_then(|body| body.get_mut("at"));
    let at = at.ok_or_else(none)?;
    let was = at.as_u64().unwrap_or_default();
    let becomes = was.saturating_sub(HOUR);
    *at = becomes.into();
    let writes = vec![Write { key: row.key.clone(), value: Some(block.to_string()) }];
    copy.storage().commit(Vec::new(), writes).map_err(failed)?;
    let (mut start, mut verified) = (json!(1), 0);
    let flaw = loop {
        let found = ask(&copy, "audit.verify", agency, &[start, Value::Null, Value::Null]);
        let found = found.ok_or_else(|| format!("the log of `{agency}` can't be verified"))?;
        verified += found.get("verified").and_then(Value::as_u64).unwrap_or_default();
        let flaw = found.get("flaw").cloned().unwrap_or_default();
        start = found.get("next").cloned().unwrap_or_default();
        if !flaw.is_null() || start.is_null() {
            break flaw;
        }
    };
    Ok(json!({"row": row.key, "at": was, "becomes": becomes, "verified": verified, "flaw": flaw}))
}
