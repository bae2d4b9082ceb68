//! Entries as they are stored: today's, and those of the release before.

use super::*;
use crate::domain::actor::{Operator, Role};
use crate::domain::id::{AccountId, BrandId};
use crate::domain::keyring::tests::ring;
use crate::domain::log::Head;
use crate::domain::text::Name;
use crate::domain::time::Until;

const ANN: &str = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";
const BEN: &str = "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb";
const CEM: &str = "cccccccc-cccc-cccc-cccc-cccccccccccc";

fn client(id: &str) -> ClientId {
    ClientId::parse(id).unwrap()
}

fn olga(on_behalf_of: Option<&str>) -> Actor {
    let (id, name) = ("olga".to_owned(), Name::parse("Olga").unwrap());
    let on_behalf_of = on_behalf_of.map(|id| AccountId::parse(id).unwrap());
    Actor::Operator(Operator { id, name, role: Role::Owner, on_behalf_of })
}

fn sealed(actor: Actor, trace_id: Option<&str>) -> Sealed {
    let brands = vec![BrandId::parse("nike").unwrap()];
    let (until, channel) = (Until::FOREVER, "mail");
    let event = Event::ClientInvited { client: client(ANN), brands, until, channel };
    let draft = Draft { actor, event, personal: Vec::new() };
    let trace_id = trace_id.map(|id| TraceId::parse(id).unwrap());
    let (entry, _) = draft.number(7, Timestamp::EPOCH, trace_id, || Ok::<_, ()>([0; 16])).unwrap();
    let agency = crate::domain::id::AgencyId::parse("acme").unwrap();
    Head::EMPTY.clone().seal(&agency, &entry, &ring(&["a"])).unwrap()
}

/// A block as the release before wrote it: nothing in it says what it is about.
fn old_block() -> Block {
    let mac = "a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let actor = r#"{"operator":{"id":"olga","name":"Olga","role":"owner"}}"#;
    let entry = |number: u64, event: String, reference: &str| {
        format!(
            r#"{{"body":{{"number":{number},"at":5,"actor":{actor},"event":{event},"personal":{{"email":"{reference}"}}}},"mac":"{mac}"}}"#
        )
    };
    let invited = format!(
        r#"{{"kind":"client-invited","client":"{ANN}","brands":["nike","puma"],"until":9,"channel":"link"}}"#
    );
    let merged = format!(r#"{{"kind":"client-merged","client":"{ANN}","into":"{BEN}"}}"#);
    let joined = format!(r#"{{"kind":"client-joined","client":"{CEM}"}}"#);
    let entries = [entry(1, invited, "r1"), entry(2, merged, "r2"), entry(3, joined, "r3")];
    let value = |name: &str| format!(r#""{name}":{{"salt":"s","value":"{name}@nike.example"}}"#);
    let values = ["r1", "r2", "r3"].map(value).join(",");
    let text = format!(r#"{{"entries":[{}],"personal":{{{values}}}}}"#, entries.join(","));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn what_is_hashed_says_who_acts_for_whom_and_what_it_is_about() {
    let sealed = sealed(olga(Some("globex")), Some("req-1"));
    let expected = format!(
        r#"{{"number":7,"at":0,"actor":{{"operator":{{"id":"olga","name":"Olga","role":"owner","on_behalf_of":"globex"}}}},"trace_id":"req-1","about":["client/{ANN}","brand/nike"],"event":{{"kind":"client-invited","client":"{ANN}","brands":["nike"],"until":null,"channel":"mail"}}}}"#
    );
    assert_eq!(sealed.body.get(), expected);
    let entry = sealed.entry().unwrap();
    assert_eq!(entry.actor, olga(Some("globex")));
    assert_eq!(entry.trace_id, Some(TraceId::parse("req-1").unwrap()));
    assert_eq!(entry.kind(), "client-invited");
    let [ann, nike] =
        [Subject::Client(client(ANN)), Subject::Brand(BrandId::parse("nike").unwrap())];
    assert_eq!(entry.about, [ann.clone(), nike]);
    assert!(entry.is_about(&ann) && !entry.is_about(&Subject::Client(client(BEN))));
}

#[test]
fn what_there_is_none_of_is_left_out() {
    let sealed = sealed(olga(None), None);
    let text = sealed.body.get();
    assert!(!text.contains("on_behalf_of") && !text.contains("trace_id"), "{text}");
    assert_eq!(sealed.entry().unwrap().actor, olga(None));
}

#[test]
fn what_an_entry_says_of_itself_counts_and_not_its_fields() {
    let other = sealed(olga(None), None).body.get().replace(&format!("client/{ANN}"), "brand/puma");
    let mac = sealed(olga(None), None).mac;
    let sealed = Sealed { body: RawValue::from_string(other).unwrap(), mac };
    assert!(!sealed.entry().unwrap().is_about(&Subject::Client(client(ANN))));
    let broken = sealed.body.get().replace("brand/puma", "mail/1");
    let sealed = Sealed { body: RawValue::from_string(broken).unwrap(), mac: sealed.mac };
    assert!(sealed.entry().is_err(), "what can't be read can't be erased by");
}

#[test]
fn old_entries_are_about_what_their_fields_name() {
    let block = old_block();
    let about = |index: usize| {
        let entry = block.entries[index].entry().unwrap();
        assert_eq!((entry.actor, entry.trace_id), (olga(None), None));
        entry.about.iter().map(Subject::to_string).collect::<Vec<_>>()
    };
    assert_eq!(about(0), [format!("client/{ANN}"), "brand/nike".into(), "brand/puma".into()]);
    assert_eq!(about(1), [format!("client/{ANN}"), format!("client/{BEN}")]);
    assert_eq!(about(2), [format!("client/{CEM}")]);
}

#[test]
fn erasing_covers_what_is_about_the_client_and_nothing_else() {
    for (id, left) in [(ANN, vec!["r3"]), (BEN, vec!["r1", "r3"]), (CEM, vec!["r1", "r2"])] {
        let mut block = old_block();
        assert!(block.erase(client(id)));
        assert_eq!(block.personal.keys().collect::<Vec<_>>(), left, "{id}");
        assert!(!block.erase(client(id)), "there is nothing left to erase");
        for (now, before) in block.entries.iter().zip(old_block().entries) {
            assert_eq!(now.body.get(), before.body.get(), "what was hashed stays");
        }
    }
    assert!(!old_block().erase(client("dddddddd-dddd-dddd-dddd-dddddddddddd")));
}
