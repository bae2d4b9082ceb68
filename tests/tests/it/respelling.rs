//! A store of the release that took each spelling of a text for another text: everything in it
//! is found by today's spellings at once, and within a day it lies where today's rules put it.

use std::sync::Arc;

use clientdesk_component::app::clients::derived_rows;
use clientdesk_component::app::keys;
use clientdesk_component::app::record::{self, Record};
use clientdesk_component::app::rows::{Rows as Derived, difference};
use clientdesk_component::domain::brand::Brand;
use clientdesk_component::domain::client::Client;
use clientdesk_component::domain::fold::Folding;
use clientdesk_component::domain::id::{AgencyId, BrandId};
use clientdesk_component::domain::identity::Identity;
use clientdesk_component::domain::search;
use clientdesk_host::adapters::clock::Clock as _;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::world::Rows;
use clientdesk_scenario::{Target as _, TargetError, World, token};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::native::Native;
use crate::{derived, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("respelling/people_are_found_by_todays_spellings", people_are_found),
        trial("respelling/brands_keep_their_names", brands_keep_their_names),
        trial("respelling/a_change_writes_a_client_anew", a_change_writes_a_client_anew),
        trial("respelling/within_a_day_all_are_written_anew", within_a_day_all_are_written_anew),
    ]
}

const DAY: u64 = 86_400_000;
/// As it was typed, on a Mac, in the release before.
const NAME: &str = "Zoe\u{308} O’Neil";
const EMAIL: &str = "zoe\u{308}@ka\u{308}se.example";
const BRAND: &str = "Socie\u{301}te\u{301}";
const PASSWORD: &str = "pa\u{308}ssword of zoe";

/// Zoë, who joined, and Yamada, who is invited, in a store of the release before.
struct Before {
    world: World,
    target: Native,
    zoe: String,
}

fn call() -> Value {
    json!({"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"}})
}

/// The same as the release before would have stored it.
fn raw<R: Record>(record: &R, from: &str, to: &str) -> R {
    let text = record::encode(record).unwrap();
    assert!(text.contains(from), "{text}");
    record::decode("k", &text.replace(from, to)).unwrap()
}

fn agency() -> AgencyId {
    AgencyId::parse("acme").unwrap()
}

impl Before {
    fn new() -> Before {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.clock.set(1_788_220_800_000);
        let before = Before { target: Native::new(&world), world, zoe: String::new() };
        let run = |function: &str, arguments: Value| before.run(function, arguments).unwrap();
        let acme = json!({
            "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
            "billing-interval": "monthly", "portal-address": "https://acme.example",
        });
        run("agencies.create", json!([acme]));
        run("brands.create", json!([call(), {"id": "sg", "name": BRAND}]));
        let invite = json!({"email": EMAIL, "brands": ["sg"], "name": NAME});
        run("clients.invite-by-email", json!([call(), invite]));
        let mail = before.world.mail.messages().pop().unwrap();
        let person = json!([token(&mail.text), NAME, PASSWORD, null, null]);
        let zoe = run("portal.sign-up", person)["client"].as_str().unwrap().to_owned();
        let invite = json!({"email": "y@nike.example", "brands": ["sg"], "name": "Ｙａｍａｄａ"});
        run("clients.invite-by-email", json!([call(), invite]));
        let mut rows = before.world.rows().unwrap();
        age_clients(&mut rows);
        age_others(&mut rows);
        derived::check(&rows).unwrap();
        before.world.restore(&rows).unwrap();
        Before { zoe, ..before }
    }

    fn run(&self, function: &str, arguments: Value) -> Result<Value, Value> {
        match self.target.call(function, arguments.as_array().unwrap()) {
            Ok(answer) => Ok(answer),
            Err(TargetError::Refused(error)) => Err(error),
            Err(TargetError::Broken(problem)) => panic!("{function}: {problem}"),
        }
    }

    /// Whom a search finds.
    fn found(&self, text: &str) -> usize {
        let filter = json!({"search": text});
        let page = json!([call(), filter, {"sort": "name", "descending": false}, {"limit": 10}]);
        self.run("clients.list", page).unwrap()["clients"].as_array().unwrap().len()
    }

    fn rows(&self) -> Rows {
        let rows = self.world.rows().unwrap();
        derived::check(&rows).unwrap();
        rows
    }
}

/// Puts the clients where the release before put them.
fn age_clients(rows: &mut Rows) {
    let range = keys::clients(&agency());
    let clients: Vec<(String, String)> = rows
        .range(range.start().to_owned()..range.end())
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let mut block = search::Block::default();
    for (key, value) in clients {
        let client: Client = record::decode(&key, &value).unwrap();
        let mut old = Client { folding: Folding::First, ..client.clone() };
        if client.is_joined() {
            old = raw(&old, "zoë@xn--kse-qla.example", EMAIL);
            old = raw(&old, "Zoë O’Neil", NAME);
        }
        block.put(old.id, &search::text_of(&old));
        for change in difference(derived(&client), derived(&old)).unwrap() {
            match change.after {
                Some(value) => drop(rows.insert(change.key, value)),
                None => drop(rows.remove(&change.key)),
            }
        }
    }
    let key = keys::search(&agency(), 0).into_text();
    rows.insert(key, record::encode(&block).unwrap());
}

fn derived(client: &Client) -> Derived<'_> {
    derived_rows(&agency(), client)
}

/// The same for the brand and Zoë's login.
fn age_others(rows: &mut Rows) {
    let key = keys::brand(&agency(), &BrandId::parse("sg").unwrap());
    let brand: Brand = record::decode(key.text(), &rows[key.text()]).unwrap();
    let old = raw(&brand, "Société", BRAND);
    let by_name = rows.remove(keys::brand_name(&agency(), &brand.name).text()).unwrap();
    rows.insert(keys::brand_name(&agency(), &old.name).into_text(), by_name);
    rows.insert(key.into_text(), record::encode(&old).unwrap());
    let login = rows.iter().find(|(key, _)| key.starts_with("identity/")).unwrap();
    let identity: Identity = record::decode(login.0, login.1).unwrap();
    let old = raw(&identity, "zoë@xn--kse-qla.example", EMAIL);
    let by_email = rows.remove(keys::identity_email(&identity.email).text()).unwrap();
    rows.insert(keys::identity_email(&old.email).into_text(), by_email);
    rows.insert(keys::identity(old.id).into_text(), record::encode(&old).unwrap());
}

fn people_are_found() {
    let before = Before::new();
    for email in [EMAIL, "zoë@käse.example", "Zoë@xn--kse-qla.example", "ZOE\u{308}@KÄSE.example"]
    {
        let again = json!([call(), {"email": email, "brands": ["sg"]}]);
        let invited = before.run("clients.invite-by-email", again).unwrap();
        assert_eq!(invited["outcome"], "already-there", "{email}");
        assert_eq!(invited["client"], json!(before.zoe), "{email}");
        let log_in = json!(["acme", email, "pässword of zoe", null]);
        let signed_in = before.run("portal.log-in", log_in).unwrap();
        assert_eq!(signed_in["client"], json!(before.zoe), "{email}");
    }
    before.rows();
}

fn brands_keep_their_names() {
    let before = Before::new();
    let taken = json!([call(), {"id": "sg2", "name": "SOCIÉTÉ"}]);
    assert!(before.run("brands.create", taken.clone()).unwrap_err().get("exists").is_some());
    before.run("brands.rename", json!([call(), "sg", "SG"])).unwrap();
    before.run("brands.create", taken).expect("the name is free");
}

fn a_change_writes_a_client_anew() {
    let before = Before::new();
    assert_eq!(before.found("o'neil"), 1, "few are looked at one by one");
    let note = json!([call(), before.zoe, {"note": "seen"}]);
    before.run("clients.update", note).unwrap();
    let rows = before.rows();
    let client = &rows[&format!("a/acme/client/{}", before.zoe)];
    assert!(client.contains(r#""folding":"second""#) && client.contains("Zoë O’Neil"), "{client}");
    assert!(rows["a/acme/search/00000000"].contains("zoe o'neil"), "found where it is searched");
    let log_in = json!(["acme", "zoë@käse.example", "pässword of zoe", null]);
    before.run("portal.log-in", log_in).unwrap();
}

fn within_a_day_all_are_written_anew() {
    let before = Before::new();
    before.world.clock.set(before.world.clock.now() + DAY);
    for _ in 0..5 {
        before.run("jobs.run", json!([100])).unwrap();
    }
    let rows = before.rows();
    let block = &rows["a/acme/search/00000000"];
    assert!(block.contains("zoe o'neil") && block.contains("yamada"), "{block}");
    let old = |(key, value): &(&String, &String)| {
        key.starts_with("a/acme/client/") && !value.contains(r#""folding":"second""#)
    };
    assert_eq!(rows.iter().find(old), None, "pending ones too");
}
