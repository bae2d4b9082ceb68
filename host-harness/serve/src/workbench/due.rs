//! What falls due, read from the due index as `docs/design.md` has it: the contract tells only what is next.

use clientdesk_host::Host;
use clientdesk_host::adapters::storage::Storage;
use serde_json::{Value, json};

use super::trial::ask;

/// How many entries are looked at.
const ENTRIES_MAX: usize = 5_000;
/// How many are told, the earliest of them.
const TOLD_MAX: usize = 300;
/// How many clients are called by their names.
const NAMED_MAX: usize = 100;
const PAGE: u32 = 500;

/// What falls due in an agency, the earliest first.
pub(super) fn list(storage: &dyn Storage, host: &Host, agency: &str) -> Result<Value, String> {
    let (mut start, mut found) = ("due/".to_owned(), Vec::new());
    loop {
        let page = storage.scan(&start, "due/\u{7f}", PAGE, false);
        let page = page.map_err(|error| format!("the store can't be used: {error:?}"))?;
        found.extend(page.entries.iter().filter_map(|entry| parsed(&entry.key, agency)));
        match page.next {
            Some(next) if found.len() < ENTRIES_MAX => start = next,
            Some(_) | None => break,
        }
    }
    found.sort();
    let all = found.len();
    let (mut named, mut due) = (0, Vec::new());
    for (at, kind, subject) in found.into_iter().take(TOLD_MAX) {
        let is_client = CLIENTS.contains(&kind.as_str()) && named < NAMED_MAX;
        named += usize::from(is_client);
        let title = if is_client { title(host, agency, &subject) } else { Value::Null };
        due.push(json!({"at": at, "kind": kind, "subject": subject, "title": title}));
    }
    Ok(json!({"due": due, "all": all}))
}

/// The kinds that are about a client.
const CLIENTS: [&str; 5] = ["invite-expiry", "access-end", "address-change", "erasure", "backlog"];

/// `due/{shard}/{time}/{agency}/{kind}/{subject}`
fn parsed(key: &str, agency: &str) -> Option<(u64, String, String)> {
    let mut parts = key.splitn(6, '/').skip(2);
    let at = parts.next()?.parse().ok()?;
    let of = parts.next()?;
    let (kind, subject) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    (of == agency).then_some((at, kind, subject))
}

/// What a client is called.
fn title(host: &Host, agency: &str, id: &str) -> Value {
    let client = ask(host, "clients.get", agency, &[json!(id)]).unwrap_or_default();
    let fields = ["name", "label", "email"].map(|field| client.get(field).cloned());
    fields.into_iter().flatten().find(Value::is_string).unwrap_or_default()
}
