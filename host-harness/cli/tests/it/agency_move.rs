//! An agency that is moved to another store while it is used.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::Desk;

/// The addresses of Acme's clients in a store.
fn clients(desk: &Desk, store: &str) -> Vec<String> {
    let args = ["clients", "--agency", "acme", "--store", store, "--json"];
    let list: Value = serde_json::from_str(&desk.run(&args).out).unwrap();
    let mut emails: Vec<String> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|client| client["email"].as_str().unwrap().to_owned())
        .collect();
    emails.sort_unstable();
    emails
}

/// How Acme stands in a store, and why.
fn standing(desk: &Desk, store: &str) -> (String, String) {
    let args = ["agencies", "show", "acme", "--store", store, "--json"];
    let answer: Value = serde_json::from_str(&desk.run(&args).out).unwrap();
    let text = |field: &str| answer["agency"][field].as_str().unwrap_or_default().to_owned();
    (text("status"), text("status-reason"))
}

fn invite(desk: &Desk, email: &str) -> bool {
    let call = format!(r#"{{"email": "{email}", "brands": ["nike"]}}"#);
    let args = ["call", "clients.invite-by-email", &call, "--agency", "acme", "--store", "s.db"];
    let said = desk.run(&args);
    assert!(said.code == Some(0) || said.error.contains("the agency is "), "{}", said.error);
    said.code == Some(0)
}

const MOVE: [&str; 7] = ["agencies", "move", "acme", "--store", "s.db", "--to", "new.db"];

#[test]
fn whoever_was_invited_meanwhile_comes_along_and_nobody_else() {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    let mut invited = thread::scope(|scope| {
        let inviting = scope.spawn(|| {
            (0..200)
                .map(|number| format!("client{number}@nike.example"))
                .take_while(|email| invite(&desk, email))
                .collect::<Vec<String>>()
        });
        thread::sleep(Duration::from_millis(700));
        let said = desk.run(&MOVE);
        assert_eq!((said.code, said.error.as_str()), (Some(0), ""));
        assert!(said.out.starts_with("Moved agency `acme`: "), "{}", said.out);
        assert!(
            said.out.contains(" lines. It rested for ") && said.out.contains(" seconds.\n"),
            "{}",
            said.out
        );
        let next = "Next: clientdesk log verify --agency acme --store new.db\n";
        assert!(said.out.ends_with(next), "{}", said.out);
        inviting.join().unwrap()
    });
    assert!((1..200).contains(&invited.len()), "{} were invited meanwhile", invited.len());
    invited.push("ann@nike.example".to_owned());
    invited.sort_unstable();
    assert_eq!(clients(&desk, "new.db"), invited);
    assert_eq!(standing(&desk, "new.db").0, "active");
    assert_eq!(standing(&desk, "s.db"), ("closed".to_owned(), "Moved to new.db".to_owned()));
    let said = desk.run(&["log", "verify", "--agency", "acme", "--store", "new.db"]);
    assert_eq!(said.code, Some(0), "{}", said.error);
    let said = desk.run(&["check", "--store", "new.db"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.error);

    desk.run(&MOVE).refused(1, &["`acme` is closed"]);
}

#[test]
fn what_would_become_otherwise_keeps_it_here() {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    let beta = ["agencies", "create", "beta", "--name", "Beta", "--notification-email"];
    let more = ["office@beta.example", "--portal-address", "https://beta.example"];
    // A store with keys of its own.
    let said = desk.run(&[&beta[..], &more, &["--store", "new.db"]].concat());
    assert_eq!(said.code, Some(0), "{}", said.error);
    let said = desk.run(&MOVE);
    assert_eq!(said.code, Some(1));
    for part in ["key-missing, password-unreadable", "`--accept` moves it all the same"] {
        assert!(said.error.contains(part), "{part}: {}", said.error);
    }
    assert_eq!(standing(&desk, "s.db"), ("active".to_owned(), String::new()));
    assert!(!desk.run(&["agencies", "--store", "new.db"]).out.contains("acme"));

    let said = desk.run(&[&MOVE[..], &["--accept", "--json"]].concat());
    assert_eq!((said.code, said.error.as_str()), (Some(0), ""));
    let answer: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&answer["agency"], &answer["status"]), (&"acme".into(), &"active".into()));
    assert_eq!(answer["findings"].as_array().unwrap().len(), 2);
}

#[test]
fn to_itself_or_from_nowhere_nothing_moves() {
    let desk = Desk::new();
    std::os::unix::fs::symlink(desk.path("s.db"), desk.path("other.db")).unwrap();
    std::fs::copy(desk.path("s.db.keys.json"), desk.path("other.db.keys.json")).unwrap();
    for to in ["s.db", "other.db"] {
        let args = ["agencies", "move", "acme", "--store", "s.db", "--to", to];
        desk.run(&args).refused(1, &["`--to` is the store where the agency is"]);
    }
    let args = ["agencies", "move", "acmi", "--store", "s.db", "--to", "new.db"];
    desk.run(&args).refused(1, &["no agency `acmi`", "acme"]);
    assert!(!desk.path("new.db").exists());
    assert_eq!(standing(&desk, "s.db").0, "active");
}

#[test]
fn one_that_was_suspended_stays_so() {
    let desk = Desk::new();
    desk.on_store(&["agencies", "suspend", "acme", "--reason", "Unpaid"]);
    let said = desk.run(&MOVE);
    assert_eq!((said.code, said.error.as_str()), (Some(0), ""));
    assert_eq!(standing(&desk, "new.db"), ("suspended".to_owned(), "Unpaid".to_owned()));
    assert_eq!(standing(&desk, "s.db").0, "closed");
}

#[test]
fn whoever_is_killed_moves_it_again() {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    for number in 0..5 {
        assert!(invite(&desk, &format!("client{number}@nike.example")));
    }
    let invited = clients(&desk, "s.db");
    let mut killed = 0;
    for after in (20..2_000).step_by(40) {
        let mut moving = desk.spawn(&MOVE);
        let end = Instant::now() + Duration::from_millis(after);
        let ended = loop {
            match moving.try_wait().unwrap() {
                Some(status) => break Some(status),
                None if Instant::now() > end => break None,
                None => thread::sleep(Duration::from_millis(5)),
            }
        };
        if ended.is_some() {
            break;
        }
        moving.kill().unwrap();
        moving.wait().unwrap();
        killed += 1;
    }
    assert!(killed > 2, "killed {killed} times");
    assert_eq!(clients(&desk, "new.db"), invited);
    assert_eq!(standing(&desk, "new.db").0, "active");
    assert_eq!(standing(&desk, "s.db").0, "closed");
    let said = desk.run(&["check", "--store", "new.db"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.error);
}
