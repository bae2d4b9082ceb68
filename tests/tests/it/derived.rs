//! Whatever happens in a story, its store ends up whole: what follows from the clients and the
//! accounts, in rows of their own and in those that they share, is what a fresh look at them gives.

use std::collections::BTreeMap;

use clientdesk_component::app::clients::derived_rows;
use clientdesk_component::app::keys::{self, Range};
use clientdesk_component::app::record::{self, Record};
use clientdesk_component::app::rows::spelled;
use clientdesk_component::app::tx::account_rows;
use clientdesk_component::domain::account::Account;
use clientdesk_component::domain::brand::{Brand, Joined};
use clientdesk_component::domain::client::Client;
use clientdesk_component::domain::due::{Due, DueEntry};
use clientdesk_component::domain::id::AgencyId;
use clientdesk_component::domain::log::Head;
use clientdesk_component::domain::search;
use clientdesk_component::domain::tally::Tally;
use clientdesk_component::domain::time::{Timestamp, Until};

use crate::books;

/// The rows of a store.
pub type Store = BTreeMap<String, String>;

/// What stands after `a/{agency}/` in the rows that follow from clients.
const KINDS: [&str; 10] = [
    "access",
    "by-end",
    "by-expiry",
    "by-health",
    "by-login",
    "by-name",
    "by-status",
    "client",
    "client-email",
    "undelivered",
];

/// Whether everything that follows from clients is as it should be, in all agencies.
pub fn check(store: &Store) -> Result<(), String> {
    let agency = |key: &String| {
        let id = key.strip_prefix("a/")?.strip_suffix("/agency")?;
        AgencyId::parse(id).ok()
    };
    for agency in store.keys().filter_map(agency) {
        let clients: Vec<Client> = all(store, &keys::clients(&agency))?;
        check_own(store, &agency, &clients)?;
        check_brands(store, &agency, &clients)?;
        check_renewals(store, &agency)?;
        check_tally(store, &agency, &clients)?;
        check_search(store, &agency, &clients)?;
        check_accounts(store, &agency)?;
        books::check(store, &agency)?;
    }
    Ok(())
}

pub fn all<R: Record>(store: &Store, range: &Range<R>) -> Result<Vec<R>, String> {
    let rows = store.range(range.start().to_owned()..range.end());
    rows.map(|(key, value)| parsed(key, value)).collect()
}

pub fn parsed<R: Record>(key: &str, value: &str) -> Result<R, String> {
    record::decode(key, value).map_err(|error| error.to_string())
}

/// The rows that follow from one client alone.
fn check_own(store: &Store, agency: &AgencyId, clients: &[Client]) -> Result<(), String> {
    let mut expected = Store::new();
    for client in clients {
        let rows = spelled(derived_rows(agency, client));
        expected.extend(rows.map_err(|error| error.to_string())?);
    }
    let head = keys::head(agency);
    let head = store.get(head.text()).map(|value| parsed(head.text(), value)).transpose()?;
    let now = head.map_or(Timestamp::EPOCH, |head: Head| head.latest);
    for (key, value) in &expected {
        let due = key.strip_prefix("due/");
        assert!(due.is_some() || kind(key, agency).is_some(), "`KINDS` lacks that of {key}");
        match (store.get(key), due) {
            (Some(found), None) if found == value => (),
            // How often it failed stands there too.
            (Some(_), Some(_)) => (),
            (None, Some(due)) if is_over(due, now) => (),
            (found, _) => return Err(format!("{key}: {value} follows, but there is {found:?}")),
        }
    }
    let follows = |key: &str| kind(key, agency).is_some() || is_about_a_client(key, agency);
    match store.keys().find(|key| follows(key) && !expected.contains_key(*key)) {
        Some(key) => Err(format!("{key} is there, but follows from no client")),
        None => Ok(()),
    }
}

fn kind(key: &str, agency: &AgencyId) -> Option<&'static str> {
    let (kind, _) = key.strip_prefix(&format!("a/{agency}/"))?.split_once('/')?;
    KINDS.into_iter().find(|known| *known == kind)
}

fn is_about_a_client(key: &str, agency: &AgencyId) -> bool {
    let entry = key.strip_prefix("due/").and_then(|rest| rest.split_once('/'));
    let entry = entry.and_then(|(_, suffix)| keys::parse_due(suffix));
    entry.is_some_and(|entry| {
        entry.agency == *agency && matches!(entry.due, Due::InviteExpiry(_) | Due::AccessEnd(_))
    })
}

/// The rows that follow from one account alone: nothing else begins as they do.
fn check_accounts(store: &Store, agency: &AgencyId) -> Result<(), String> {
    let mut expected = Store::new();
    for account in all::<Account>(store, &keys::accounts(agency))? {
        let rows = spelled(account_rows(agency, &account));
        expected.extend(rows.map_err(|error| error.to_string())?);
    }
    let kinds = ["account", "account-billed", "account-by-created", "account-by-name"];
    let kinds = kinds.into_iter().chain([
        "account-by-status",
        "account-counted",
        "account-owned",
        "account-plan",
        "account-plan-due",
    ]);
    let found = kinds.flat_map(|kind| {
        let (start, end) = (format!("a/{agency}/{kind}/"), format!("a/{agency}/{kind}0"));
        store.range(start..end).map(|(key, value)| (key.clone(), value.clone()))
    });
    let found: Store = found.collect();
    if found == expected { Ok(()) } else { Err(format!("{expected:?} follows, not {found:?}")) }
}

/// A job did what was due.
fn is_over(due: &str, now: Timestamp) -> bool {
    let entry = due.split_once('/').and_then(|(_, suffix)| keys::parse_due(suffix));
    entry.is_some_and(|entry| entry.at <= now)
}

/// The counters of brands.
fn check_brands(store: &Store, agency: &AgencyId, clients: &[Client]) -> Result<(), String> {
    for brand in all::<Brand>(store, &keys::brands(agency))? {
        let those = clients.iter().filter(|client| client.has(&brand.id));
        let (mut all, mut open_ended, mut sole) = (0, 0, 0);
        let mut joined = Joined::default();
        for client in those {
            let grant = client.grants.iter().find(|grant| grant.brand == brand.id).unwrap();
            let is_open_ended = u32::from(client.access_until(grant) == Until::FOREVER);
            all += 1;
            open_ended += is_open_ended;
            if client.is_joined() {
                joined.clients += 1;
                joined.open_ended += is_open_ended;
            }
            sole += u32::from(client.grants.len() == 1);
        }
        let counted = (brand.clients, brand.open_ended_clients, brand.sole_brand_clients);
        if counted != (all, open_ended, sole) {
            return Err(format!("{brand:?} has {all}, {open_ended} open-ended, {sole} of its own"));
        }
        // Brands of older releases don't count those who have joined; there it isn't looked at.
        if brand.joined != joined && brand.joined != Joined::default() {
            return Err(format!("{brand:?} has {joined:?}"));
        }
    }
    Ok(())
}

/// Whatever runs is charged on: some entry of the due index stands for the end of what it paid
/// for, or for a time before that. Stores of releases without that job get theirs later.
fn check_renewals(store: &Store, agency: &AgencyId) -> Result<(), String> {
    if !store.contains_key(keys::renewals(agency).text()) {
        return Ok(());
    }
    let entries = entries(store, agency);
    for brand in all::<Brand>(store, &keys::brands(agency))? {
        let Some(item) = &brand.white_label else { continue };
        let stands = |entry: &DueEntry| match &entry.due {
            Due::Renewals => entry.at <= item.covers.end,
            Due::BrandRenewals(id) => *id == brand.id,
            _ => false,
        };
        if !entries.iter().any(stands) {
            return Err(format!("nothing will charge {brand:?} on"));
        }
    }
    for account in all::<Account>(store, &keys::accounts(agency))? {
        let Some(due_at) = account.billing.due_at() else { continue };
        let stands = |entry: &DueEntry| match &entry.due {
            Due::Renewals => account.billing.paid_by_agency() && entry.at <= due_at,
            Due::AccountRenewals(id) => *id == account.id && entry.at <= due_at,
            _ => false,
        };
        if !entries.iter().any(stands) {
            return Err(format!("nothing will charge {account:?} on"));
        }
    }
    Ok(())
}

/// What falls due for an agency, or is parked.
pub fn entries(store: &Store, agency: &AgencyId) -> Vec<DueEntry> {
    let entry = |key: &String| {
        let place = key.strip_prefix("due/")?.split_once('/').map(|(_, suffix)| suffix);
        keys::parse_due(place.or_else(|| key.strip_prefix("stuck/"))?)
    };
    store.keys().filter_map(entry).filter(|entry| entry.agency == *agency).collect()
}

/// The agency's counters; not that of search slots, which aren't given twice.
fn check_tally(store: &Store, agency: &AgencyId, clients: &[Client]) -> Result<(), String> {
    let key = keys::tally(agency);
    let Some(value) = store.get(key.text()) else { return Ok(()) };
    let tally: Tally = parsed(key.text(), value)?;
    let mut expected = Tally::default();
    clients.iter().for_each(|client| expected.change(None, Some(client)));
    expected.search_slots = tally.search_slots;
    if tally == expected { Ok(()) } else { Err(format!("{expected:?} follows, not {tally:?}")) }
}

/// That searches find every client by its own text.
fn check_search(store: &Store, agency: &AgencyId, clients: &[Client]) -> Result<(), String> {
    let mut blocks = BTreeMap::<u32, search::Block>::new();
    for client in clients {
        let block = blocks.entry(search::block_of(client.search_slot)).or_default();
        block.put(client.id, &search::text_of(client));
    }
    let entries = |block: &search::Block| -> Vec<String> {
        let text = serde_json::to_string(block).unwrap();
        let mut entries: Vec<String> =
            text.trim_matches('"').split('|').map(str::to_owned).collect();
        entries.sort();
        entries
    };
    let found: Vec<search::Block> = all(store, &keys::searches(agency))?;
    let found: Vec<_> = found.iter().filter(|block| !block.is_empty()).map(entries).collect();
    let expected: Vec<_> = blocks.values().filter(|block| !block.is_empty()).map(entries).collect();
    if found == expected { Ok(()) } else { Err(format!("{expected:?} follows, not {found:?}")) }
}
