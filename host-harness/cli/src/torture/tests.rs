//! That what is lost, or there in part, is found: stores are spoilt by hand.

use std::sync::{Arc, LazyLock};

use clientdesk_host::Host;
use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::secrets::SeededSecrets;
use clientdesk_host::adapters::storage::{MemoryStorage, Storage as _, Write};
use serde_json::{Value, json};

use super::books::Book;
use super::check::{Tally, course};
use super::diary::{Asked, Course, End};
use super::draw::Drawer;
use super::people::People;
use super::stage::{ask, found, sell};

const OWN: &str = "own";
const SHARED: &str = "shared";

/// A store in memory, with two agencies, and what a thread did there.
struct Desk {
    storage: Arc<MemoryStorage>,
    host: Host,
    course: Course,
    people: People,
}

impl Desk {
    fn new() -> Desk {
        let storage = Arc::new(MemoryStorage::new());
        // Compiling takes seconds: once for all tests.
        static COMPILED: LazyLock<Host> = LazyLock::new(|| Host::builder().build().unwrap());
        let host = COMPILED
            .sharing()
            .storage(Arc::clone(&storage) as _)
            .secrets(Arc::new(SeededSecrets::new(1)))
            .clock(Arc::new(ManualClock::at(1_788_220_800_000)))
            .build()
            .unwrap();
        sell(&host).unwrap();
        for agency in [OWN, SHARED] {
            found(&host, agency).unwrap();
        }
        Desk { storage, host, course: Course::default(), people: People::default() }
    }

    /// One whose thread has done something of each kind.
    fn busy() -> Desk {
        let mut desk = Desk::new();
        let mut drawer = Drawer::new(3, "t".into(), OWN.into(), SHARED.into());
        for _ in 0..150 {
            let asked = drawer.next(&desk.people);
            let answer = desk.host.call(&asked.function, &asked.arguments).unwrap();
            desk.people.learn(&asked, &answer).unwrap();
            desk.course.ended.push((asked, End::Answered(answer)));
        }
        desk
    }

    fn invite(&self) -> Asked {
        let mut drawer = Drawer::new(1, "u".into(), OWN.into(), OWN.into());
        let invites = std::iter::repeat_with(|| drawer.next(&People::default()));
        let mut invites = invites.filter(|asked| asked.function == "clients.invite-by-email");
        invites.next().unwrap()
    }

    fn checked(&self) -> Result<(People, Tally), String> {
        let mut tally = Tally::default();
        let made = course(&self.host, &self.course, &mut tally);
        made.map(|made| (made, tally)).map_err(|problem| format!("{problem:#}"))
    }

    fn read(&self, agency: &str) -> Result<(), String> {
        let mut book = Book::new(agency);
        book.add(&self.people.people);
        book.read(&self.host).and_then(|()| book.close(&self.host)).map_err(|p| format!("{p:#}"))
    }

    /// Deletes the last row whose key begins so.
    fn lose(&self, start: &str) {
        let rows = self.storage.dump();
        let key = rows.keys().rfind(|key| key.starts_with(start)).unwrap();
        let write = Write { key: key.clone(), value: None };
        self.storage.commit(vec![], vec![write]).unwrap();
    }
}

#[test]
fn what_is_whole_is_found_whole() {
    let desk = Desk::busy();
    let (made, tally) = desk.checked().unwrap();
    assert_eq!(made.people, desk.people.people);
    assert_eq!((tally.acknowledged, tally.refused, tally.under_way), (150, 0, 0));
    for agency in [OWN, SHARED] {
        desk.read(agency).unwrap();
    }
    let mut done: Vec<&str> =
        desk.course.ended.iter().map(|(asked, _)| asked.function.as_str()).collect();
    done.sort_unstable();
    done.dedup();
    assert_eq!(done.len(), 11, "something of each kind: {done:?}");
}

#[test]
fn an_acknowledged_command_that_is_lost_is_found() {
    for (kind, word) in [
        ("clients.invite-by-email", "an acknowledged client is lost"),
        ("clients.revoke", "its brands, its status"),
        ("clients.update", "its name"),
        ("brands.create", "an acknowledged brand is lost"),
        ("accounts.create", "accounts.get"),
    ] {
        let mut desk = Desk::busy();
        // It was answered, and isn't in the store.
        let lost = match kind {
            "clients.invite-by-email" => (desk.invite(), json!({"client": uuid()})),
            "brands.create" | "accounts.create" => {
                let mut asked = desk.invite();
                asked.function = kind.into();
                asked.arguments[1] = json!({"id": "lost", "name": "Lost"});
                (asked, json!("lost"))
            }
            _ => {
                let open = |person: &&super::people::Person| !person.is_revoked;
                let person = desk.people.people.iter().find(open).unwrap();
                let mut asked = desk.invite();
                asked.agency.clone_from(&person.agency);
                asked.function = kind.into();
                asked.arguments = vec![json!({}), json!(person.id), json!({"name": "Lost"})];
                (asked, Value::Null)
            }
        };
        desk.course.ended.push((lost.0, End::Answered(lost.1)));
        let problem = desk.checked().unwrap_err();
        assert!(problem.contains(word), "{kind}: {problem}");
    }
}

fn uuid() -> &'static str {
    "01890a5d-ac96-774b-bcce-b302099a8057"
}

#[test]
fn what_was_under_way_is_there_or_isnt_and_never_half() {
    let mut desk = Desk::new();
    let invite = desk.invite();
    desk.course.open = Some(invite.clone());
    let (made, tally) = desk.checked().unwrap();
    assert_eq!((tally.under_way, tally.made, made.people.len()), (1, 0, 1));
    // The check has repeated it: now it is there.
    let (again, tally) = desk.checked().unwrap();
    assert_eq!((tally.under_way, tally.made), (1, 1));
    assert_eq!(again.people, made.people);
    desk.people = again;
    desk.read(OWN).unwrap();

    let id = json!(made.people[0].id);
    let answer = json!({"client": id});
    let mut add = invite.clone();
    add.function = "clients.add-brands".into();
    add.arguments =
        vec![invite.arguments[0].clone(), id.clone(), json!(["nike", "adidas", "puma"])];
    add.arguments[0]["idempotency-key"] = json!("another");
    desk.course.ended = vec![(invite, End::Answered(answer))];
    desk.course.open = Some(add);
    let one = made.people[0].brands.first().unwrap();
    ask(
        &desk.host,
        OWN,
        "clients.set-permissions",
        &[id, json!({"can-export": true, "read-only": true})],
    )
    .unwrap();
    let problem = desk.checked().unwrap_err();
    assert!(problem.contains("half of a command is there: its permissions"), "{one}: {problem}");
}

#[test]
fn an_answer_that_is_another_when_repeated_is_found() {
    let mut desk = Desk::busy();
    let open = desk.people.people.iter().find(|person| person.token.is_some()).unwrap();
    let answers = desk.course.ended.iter_mut().filter_map(|(_, end)| match end {
        End::Answered(answer) => Some(answer),
        End::Refused(_) | End::Failed(_) => None,
    });
    let mut theirs = answers.filter(|answer| answer["client"] == json!(open.id));
    theirs.next().unwrap()["url"] = json!("https://clients.agency.example/elsewhere");
    let problem = desk.checked().unwrap_err();
    assert!(problem.contains("and its repetition"), "{problem}");
}

#[test]
fn rows_that_are_lost_are_found_in_the_books() {
    for (start, word) in [
        ("a/own/log/", "log"),
        ("a/own/ledger/", ""),
        ("a/own/by-name/", "by name"),
        ("a/own/by-login/", "by last-log-in"),
        ("a/own/by-status/", "by status"),
        ("a/own/mail/", "invites were mailed"),
        ("a/own/client/", ""),
        ("a/own/tally", ""),
    ] {
        let desk = Desk::busy();
        desk.read(OWN).unwrap();
        desk.lose(start);
        let problem = desk.read(OWN).expect_err(start);
        assert!(problem.contains(word), "{start}: {problem}");
    }
}
