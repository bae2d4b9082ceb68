//! An agency as a file, from one store to another.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::program::Desk;

/// A desk with a client who has joined, and Acme as a file.
fn exported() -> Desk {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    let said = desk.on_store(&["agencies", "export", "acme", "--out", "acme.jsonl"]);
    assert!(said.starts_with("Exported agency `acme` to `acme.jsonl`: "), "{said}");
    desk
}

#[test]
fn an_agency_goes_into_a_store_that_isnt_there_yet() {
    let desk = exported();
    let mode = fs::metadata(desk.path("acme.jsonl")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "its owner's alone");
    desk.run(&["agencies", "export", "acme", "--out", "acme.jsonl", "--store", "s.db"])
        .refused(1, &["`acme.jsonl` already exists; nothing is overwritten: move it away first"]);

    // With the keys, everything is as it was.
    fs::copy(desk.path("s.db.keys.json"), desk.path("new.db.keys.json")).unwrap();
    let said = desk.run(&["agencies", "import", "acme.jsonl", "--store", "new.db"]);
    assert_eq!((said.code, said.error.as_str()), (Some(0), ""));
    let next = "Next: clientdesk log verify --agency acme --store new.db\n";
    assert!(
        said.out.contains("Everything is as it was") && said.out.ends_with(next),
        "{}",
        said.out
    );
    let said = desk.run(&["log", "verify", "--agency", "acme", "--store", "new.db"]);
    assert_eq!(said.code, Some(0), "{}", said.error);
    let said =
        desk.run(&["agencies", "export", "acme", "--out", "again.jsonl", "--store", "new.db"]);
    assert_eq!(said.code, Some(0), "{}", said.error);
    let rows = |name: &str| -> Vec<String> {
        let text = fs::read_to_string(desk.path(name)).unwrap();
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        // The first says when, and the last follows from it.
        lines[1..lines.len() - 1].to_vec()
    };
    assert_eq!(rows("again.jsonl"), rows("acme.jsonl"), "exported again, it is the same");

    // Where there is an Acme, none is imported.
    let said = desk.run(&["agencies", "import", "acme.jsonl", "--store", "new.db"]);
    assert_eq!(said.code, Some(1));
    assert!(said.error.contains("agency `acme` already exists"), "{}", said.error);

    // Without its keys, the store has new ones, and what they can't do is told.
    let args = ["agencies", "import", "acme.jsonl", "--store", "bare.db", "--json"];
    let said = desk.run(&args);
    assert_eq!((said.code, said.error.as_str()), (Some(0), ""));
    let answer: Value = serde_json::from_str(&said.out).unwrap();
    let kinds: Vec<&Value> =
        answer["findings"].as_array().unwrap().iter().map(|finding| &finding["kind"]).collect();
    assert_eq!(kinds, ["key-missing", "password-unreadable"]);
}

#[test]
fn what_an_import_would_do_is_told_without_a_store_too() {
    let desk = exported();
    let args = ["agencies", "import", "acme.jsonl", "--store", "new/other.db", "--dry-run"];
    let names = desk.names();
    let said = desk.run(&args);
    assert_eq!((said.code, said.error.as_str()), (Some(0), ""));
    let begins = "Nothing was imported. The file is whole, and is agency `acme`: ";
    assert!(said.out.starts_with(begins), "{}", said.out);
    for part in ["key-missing", "password-unreadable", "There is no store yet"] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    assert_eq!(desk.names(), names, "nothing is made");

    // The keys that such a store would have may lie there already.
    fs::create_dir(desk.path("new")).unwrap();
    fs::copy(desk.path("s.db.keys.json"), desk.path("new/other.db.keys.json")).unwrap();
    let names = desk.names();
    let said = desk.run(&[&args[..], &["--json"]].concat());
    assert_eq!((said.code, said.error.as_str()), (Some(0), ""));
    let answer: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(answer["findings"], serde_json::json!([]));
    assert_eq!(desk.names(), names, "nothing is made");

    // What isn't whole is refused there, too.
    let text = fs::read_to_string(desk.path("acme.jsonl")).unwrap();
    fs::write(desk.path("acme.jsonl"), text.replace("Nike", "Mike")).unwrap();
    desk.run(&args).refused(1, &["the file was damaged, cut or put together anew"]);
}

#[test]
fn a_file_that_isnt_whole_leaves_nothing() {
    let desk = exported();
    let text = fs::read_to_string(desk.path("acme.jsonl")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let cut = lines[..lines.len() - 1].join("\n");
    for (what, text, told) in [
        ("cut.jsonl", cut, "was cut short: its end is missing after line "),
        (
            "changed.jsonl",
            text.replace("Nike", "Mike"),
            "the file was damaged, cut or put together anew",
        ),
        ("none.jsonl", "E-mail,Name\n".to_owned(), "line 1: it is no line of an exported agency"),
        ("empty.jsonl", String::new(), "was cut short"),
    ] {
        fs::write(desk.path(what), text).unwrap();
        for dry in [true, false] {
            let mut args = vec!["agencies", "import", what, "--as", "copy", "--store", "s.db"];
            args.extend(dry.then_some("--dry-run"));
            let said = desk.run(&args);
            assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{what}");
            assert!(said.error.contains(told), "{what}: {}", said.error);
            let list = desk.on_store(&["agencies"]);
            assert!(list.starts_with("1 agency"), "{list}");
        }
        // Nor is a store made for it.
        let names = desk.names();
        let said = desk.run(&["agencies", "import", what, "--store", "new/none.db"]);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{what}");
        assert!(said.error.contains(told), "{what}: {}", said.error);
        assert_eq!(desk.names(), names, "{what}: nothing is made");
    }
    // Nothing is left of them, so nothing is in the way.
    let said = desk.run(&["agencies", "abort-import", "copy", "--store", "s.db"]);
    assert_eq!(said.code, Some(1));
    assert!(said.error.contains("no import of agency `copy`"), "{}", said.error);
    let said = desk.on_store(&["agencies", "import", "acme.jsonl", "--as", "copy"]);
    assert!(said.contains("login-taken") && said.contains("ann@nike.example"), "{said}");
    assert!(desk.on_store(&["agencies"]).starts_with("2 agencies"));
}

#[test]
fn whoever_imports_the_same_at_the_same_time_gets_the_same() {
    let desk = exported();
    let import =
        || desk.run(&["agencies", "import", "acme.jsonl", "--as", "copy", "--store", "s.db"]);
    let said = std::thread::scope(|scope| {
        let running: Vec<_> = (0..3).map(|_| scope.spawn(import)).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
    });
    for one in &said {
        let is_late = one.error.contains("agency `copy` already exists");
        assert!(one.code == Some(0) || is_late, "{}", one.error);
    }
    assert!(said.iter().any(|one| one.code == Some(0)), "somebody imports it");
    assert!(desk.on_store(&["agencies"]).starts_with("2 agencies"));
    let checked = desk.on_store(&["check"]);
    assert!(checked.contains("all are as they should be"), "{checked}");
}
