//! That what is lost, or there in part, is found: stores are spoilt by hand.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use clientdesk_host::Host;
use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::secrets::SeededSecrets;
use clientdesk_host::adapters::storage::{MemoryStorage, Storage as _, Write};
use serde_json::{Value, json};

use super::books::{Book, check_indexes};
use super::check::{Tally, course};
use super::diary::{Asked, Course, End};
use super::draw::Drawer;
use super::people::People;
use super::stage::{ask, found, sell};

const OWN: &str = "own";
const SHARED: &str = "shared";

type Rows = BTreeMap<String, String>;

/// A store in memory, with two agencies, and what a thread did there.
struct Desk {
    storage: Arc<MemoryStorage>,
    secrets: Arc<SeededSecrets>,
    host: Host,
    course: Course,
    people: People,
}

impl Desk {
    fn new() -> Desk {
        let secrets = Arc::new(SeededSecrets::new(1));
        let desk = Desk::on(&Rows::new(), secrets, Course::default(), People::default());
        sell(&desk.host).unwrap();
        for agency in [OWN, SHARED] {
            found(&desk.host, agency).unwrap();
        }
        desk
    }

    /// One with these rows.
    fn on(rows: &Rows, secrets: Arc<SeededSecrets>, course: Course, people: People) -> Desk {
        let storage = Arc::new(MemoryStorage::new());
        let writes =
            rows.iter().map(|(key, value)| Write { key: key.clone(), value: Some(value.clone()) });
        for some in writes.collect::<Vec<_>>().chunks(1_000) {
            storage.commit(vec![], some.to_vec()).unwrap();
        }
        // Compiling takes seconds: once for all tests.
        static COMPILED: LazyLock<Host> = LazyLock::new(|| Host::builder().build().unwrap());
        let host = COMPILED
            .sharing()
            .storage(Arc::clone(&storage) as _)
            .secrets(Arc::clone(&secrets) as _)
            .clock(Arc::new(ManualClock::at(1_788_220_800_000)))
            .build()
            .unwrap();
        Desk { storage, secrets, host, course, people }
    }

    /// The same with other rows.
    fn with(&self, rows: &Rows) -> Desk {
        Desk::on(rows, Arc::clone(&self.secrets), self.course.clone(), self.people.clone())
    }

    /// One whose thread has done something of each kind.
    fn busy() -> Desk {
        let mut desk = Desk::new();
        let mut drawer = Desk::drawer();
        for _ in 0..150 {
            desk.go_on(&mut drawer);
        }
        desk
    }

    /// One whose thread has done this at last, to something that wasn't so already, and the rows of before that.
    fn after(function: &str) -> (Desk, Rows) {
        let mut desk = Desk::new();
        let mut drawer = Desk::drawer();
        loop {
            let (before, people) = (desk.storage.dump(), desk.people.clone());
            let is_last = desk.go_on(&mut drawer) == function;
            if is_last && desk.course.ended.len() > 12 && desk.people != people {
                return (desk, before);
            }
        }
    }

    fn drawer() -> Drawer {
        Drawer::new(3, "t".into(), OWN.into(), SHARED.into())
    }

    fn go_on(&mut self, drawer: &mut Drawer) -> String {
        let asked = drawer.next(&self.people);
        let answer = self.host.call(&asked.function, &asked.arguments).unwrap();
        self.people.learn(&asked, &answer).unwrap();
        let function = asked.function.clone();
        self.course.ended.push((asked, End::Answered(answer)));
        function
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
        made.map(|made| (made.people, tally)).map_err(|problem| format!("{problem:#}"))
    }

    fn read(&self, agency: &str) -> Result<(), String> {
        read(&self.host, agency, &self.people)
    }

    /// All that is looked at after a kill, and when a store's life ends.
    fn looked_at(&self) -> Result<(), String> {
        let told = |problem| format!("{problem:#}");
        for agency in [OWN, SHARED] {
            Book::new(agency).read(&self.host).map_err(told)?;
        }
        if let Some(agency) = self.course.open_at() {
            check_indexes(&self.host, &json!(agency)).map_err(told)?;
        }
        let (people, _) = self.checked()?;
        for agency in [OWN, SHARED] {
            read(&self.host, agency, &people)?;
        }
        check_indexes(&self.host, &Value::Null).map_err(told)
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

fn read(host: &Host, agency: &str, people: &People) -> Result<(), String> {
    let mut book = Book::new(agency);
    book.add(&people.people);
    book.read(host).and_then(|()| book.close(host)).map_err(|problem| format!("{problem:#}"))
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

/// All that commands are drawn from, but for `jobs.run`: what it does is done again.
const KINDS: [&str; 10] = [
    "accounts.create",
    "brands.create",
    "clients.add-brands",
    "clients.invite-by-email",
    "clients.invite-by-link",
    "clients.remove-brands",
    "clients.revoke",
    "clients.set-permissions",
    "clients.update",
    "portal.sign-up",
];

/// A host that answers before the commit is there, and is killed in between.
#[test]
fn a_host_that_answers_too_early_is_found() {
    for function in KINDS {
        let (desk, before) = Desk::after(function);
        desk.with(&desk.storage.dump()).looked_at().expect(function);
        desk.with(&before).looked_at().expect_err(function);
    }
}

/// What isn't looked at: when answers are forgotten, and figures of use.
const UNSEEN: [&str; 4] = ["/idempotency-end/", "/activity/", "/brand-activity/", "/trail/"];

/// A host that drops a write, whichever it is.
#[test]
fn a_write_that_is_dropped_is_found() {
    let mut unseen = Vec::new();
    for function in KINDS {
        let (desk, before) = Desk::after(function);
        let after = desk.storage.dump();
        let is_seen = |key: &&String| !UNSEEN.iter().any(|part| key.contains(part));
        for key in written(&before, &after).into_iter().filter(is_seen) {
            let mut rows = after.clone();
            put(&mut rows, key, before.get(key));
            if desk.with(&rows).looked_at().is_ok() {
                unseen.push(format!("{function}: {key}"));
            }
        }
    }
    assert_eq!(unseen, Vec::<String>::new());
}

/// A host whose commits aren't whole, and which is killed while it answers.
#[test]
fn half_a_command_is_found() {
    for function in KINDS {
        let (mut desk, before) = Desk::after(function);
        let after = desk.storage.dump();
        let (asked, _) = desk.course.ended.pop().unwrap();
        desk.course.open = Some(asked);
        desk.with(&before).checked().expect(function);
        desk.with(&after).checked().expect(function);
        let written = written(&before, &after);
        for half in [&written[..written.len() / 2], &written[written.len() / 2..]] {
            let mut rows = after.clone();
            for key in half {
                put(&mut rows, key, before.get(*key));
            }
            desk.with(&rows).looked_at().expect_err(function);
        }
    }
}

/// The keys of the rows that aren't as before.
fn written<'a>(before: &'a Rows, after: &'a Rows) -> Vec<&'a String> {
    let mut keys: Vec<&String> = before.keys().chain(after.keys()).collect();
    keys.retain(|key| before.get(*key) != after.get(*key));
    keys.sort();
    keys.dedup();
    keys
}

fn put(rows: &mut Rows, key: &str, value: Option<&String>) {
    match value {
        Some(value) => rows.insert(key.to_owned(), value.clone()),
        None => rows.remove(key),
    };
}
