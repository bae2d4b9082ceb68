//! A store full of clients with activity, written as rows: what a hundred thousand sign-ups and
//! their log-ins would leave of them, in seconds.

use clientdesk_component::app::keys;
use clientdesk_component::app::record::{Marker, Record, decode, encode};
use clientdesk_component::domain::activity::{Activity, ActivityEvent, ActivityKind};
use clientdesk_component::domain::calendar::Calendar;
use clientdesk_component::domain::client::{Client, Grant, Standing};
use clientdesk_component::domain::email::Email;
use clientdesk_component::domain::fold::Folding;
use clientdesk_component::domain::id::{AgencyId, BrandId, ClientId, FeatureKey, IdentityId};
use clientdesk_component::domain::permissions::Permissions;
use clientdesk_component::domain::rate::Recent;
use clientdesk_component::domain::search;
use clientdesk_component::domain::tally::Tally;
use clientdesk_component::domain::text::Name;
use clientdesk_component::domain::time::{DAY, Timestamp, Until};
use clientdesk_host::adapters::storage::{Storage, Write};

const FIRST: [&str; 8] = ["Ann", "Ben", "Cleo", "Dan", "Élodie", "Finn", "Greta", "Hanna"];
const LAST: [&str; 8] = ["Ito", "Jansen", "Kowalski", "Lee", "Müller", "Novak", "Okafor", "Perez"];

/// Writes `count` clients who joined, and last logged in within the last hundred days, to an agency that
/// [`prepare_agency`](super::world::prepare_agency) made.
pub fn fill(storage: &impl Storage, agency: &str, count: usize) {
    let agency = AgencyId::parse(agency).unwrap();
    let mut tally: Tally = get(storage, keys::tally(&agency));
    let mut writes = Vec::new();
    let mut block: search::Block = get(storage, keys::search(&agency, search::block_of(0)));
    for number in 1..=count {
        let client = client(number);
        tally.change(None, Some(&client));
        let email = client.email.clone().unwrap();
        put(&mut writes, keys::client(&agency, client.id), &client);
        put(&mut writes, keys::client_email(&agency, &email), &client.id);
        put(&mut writes, keys::by_name(&agency, &client), &Marker {});
        put(&mut writes, keys::by_log_in(&agency, &client), &Marker {});
        put(&mut writes, keys::by_status(&agency, &client), &Marker {});
        put(&mut writes, keys::by_health(&agency, &client), &Marker {});
        put(&mut writes, keys::activity(&agency, client.id), &activity(&client, number));
        block.put(client.id, &search::text_of(&client));
        let full = search::block_of(client.search_slot + 1) != search::block_of(client.search_slot);
        if full || number == count {
            put(&mut writes, keys::search(&agency, search::block_of(client.search_slot)), &block);
            block = search::Block::default();
        }
        if writes.len() > 900 {
            storage.commit(Vec::new(), std::mem::take(&mut writes)).unwrap();
        }
    }
    put(&mut writes, keys::tally(&agency), &tally);
    storage.commit(Vec::new(), writes).unwrap();
}

fn get<R: Record + Default>(storage: &impl Storage, key: keys::Key<R>) -> R {
    let key = key.into_text();
    let row = storage.get(vec![key.clone()]).unwrap().remove(0);
    row.map_or_else(R::default, |row| decode(&key, &row.value).unwrap())
}

fn put<R: Record>(writes: &mut Vec<Write>, key: keys::Key<R>, record: &R) {
    writes.push(Write { key: key.into_text(), value: Some(encode(record).unwrap()) });
}

/// The features that clients look at.
pub const FEATURES: [&str; 5] = ["dashboard", "reports", "citations", "prompts", "settings"];

/// Half a year of log-ins, every few days, each with a look at some features.
fn activity(client: &Client, number: usize) -> Activity {
    let mut activity = Activity::default();
    let last = client.last_log_in.unwrap();
    let every = 2 + number as u64 % 12;
    let log_ins = (180 / every).min(60);
    for back in (0..log_ins).rev() {
        let Some(at) = last.minus(back * every * DAY) else { continue };
        activity.log_in(at, &Calendar::UTC);
        for feature in FEATURES.iter().take(1 + (number + back as usize) % 4) {
            let what = ActivityKind::View(FeatureKey::parse(feature).unwrap());
            activity.record(&ActivityEvent { at, what }, at, &Calendar::UTC);
        }
    }
    activity
}

fn client(number: usize) -> Client {
    let seed = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let pick = |names: [&'static str; 8], shift: u32| names[(seed >> shift) as usize & 7];
    let at = |days: u64| {
        Timestamp::from_millis(super::world::NOW - days * DAY - (seed & 0xffff)).unwrap()
    };
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&(number as u64).to_be_bytes());
    let login = at((seed >> 20) % 100);
    Client {
        id: ClientId::from_bytes(bytes),
        search_slot: u32::try_from(number).unwrap(),
        folding: Folding::CURRENT,
        email: Email::parse(&format!("client{number}@nike.example")).ok(),
        name: Name::parse(&format!("{} {} {number}", pick(FIRST, 40), pick(LAST, 50))).ok(),
        label: None,
        note: None,
        standing: Standing::Joined { accepted: 1 },
        grants: vec![Grant {
            brand: BrandId::parse("nike").unwrap(),
            since: at(200),
            until: Until::FOREVER,
        }],
        permissions: Permissions::default(),
        created_at: at(200),
        invited_at: at(200),
        joined_at: Some(at(199)),
        last_log_in: Some(login),
        score: None,
        noted_crossing: None,
        identity: Some(IdentityId::from_bytes(bytes)),
        invite_versions: 1,
        dead_address: None,
        resends: Recent::default(),
        merged: Vec::new(),
        erased: false,
    }
}
