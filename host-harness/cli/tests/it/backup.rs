//! Backups, and what comes of them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::program::Desk;

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_all(&path, &target)
        } else {
            fs::copy(&path, target).map(|_| ()).unwrap()
        }
    }
}

/// A desk whose store `s.db` was restored from a backup of another's.
fn restored(desk: &Desk, backup: &str) -> Desk {
    let other = Desk::empty();
    let backup = desk.path(backup);
    let said = other.run(&["restore", backup.to_str().unwrap(), "--store", "s.db"]);
    assert_eq!((said.code, said.error.as_str()), (Some(0), ""));
    assert!(said.out.contains(&desk.key()), "{}", said.out);
    let next = "clientdesk log verify --agency <ID> --store s.db\n";
    assert!(said.out.ends_with(next), "{}", said.out);
    other
}

#[test]
fn a_store_is_backed_up_while_it_is_used_and_comes_back_whole() {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    desk.on_store(&["keys", "--rotate"]);
    desk.join("ben@nike.example", "Ben");
    let _watching = desk.start(&["jobs", "--watch", "--every", "1", "--store", "s.db"]);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0.. {
                desk.call(&["brands.create", &format!(r#"{{"name": "Brand {number}"}}"#)]);
                if stop.load(Ordering::SeqCst) {
                    return;
                }
            }
        });
        for target in ["copy", "copy.tar", "copy2"] {
            let said = desk.on_store(&["backup", target]);
            assert!(said.starts_with("Backed up the store, 2 keys and 2 mails to `copy"), "{said}");
        }
        stop.store(true, Ordering::SeqCst);
    });
    for backup in ["copy", "copy.tar", "copy2"] {
        let other = restored(&desk, backup);
        assert_eq!(other.call(&["audit.verify", "1"])["flaw"], Value::Null);
        assert!(other.can_log_in("ann@nike.example"), "signed up under the older key");
        assert!(other.can_log_in("ben@nike.example"));
        for name in other.names() {
            let mode = fs::metadata(other.path(&name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{name}");
        }
        let mails = |desk: &Desk| -> Vec<String> {
            desk.names().into_iter().filter(|name| name.starts_with("s.db.mails/")).collect()
        };
        assert_eq!(mails(&other), mails(&desk));
        other.call(&["brands.create", r#"{"id": "puma", "name": "Puma"}"#]);
    }
    let open =
        |name: &String| fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o077 != 0;
    assert_eq!(desk.names().into_iter().filter(open).collect::<Vec<_>>(), Vec::<String>::new());
    assert!(!desk.names().iter().any(|name| name.contains(".tmp")), "{:?}", desk.names());
}

#[test]
fn a_damaged_backup_is_refused_by_name() {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    desk.on_store(&["backup", "good"]);
    desk.on_store(&["backup", "good.tar"]);
    let refused = |backup: &str, part: &str| {
        let names = desk.names();
        let store = "new/s.db";
        desk.run(&["restore", backup, "--store", store]).refused(1, &[part]);
        assert_eq!(desk.names(), names, "{backup}");
    };
    fs::create_dir(desk.path("new")).unwrap();
    let files: Vec<String> = desk
        .names()
        .into_iter()
        .filter_map(|name| Some(name.strip_prefix("good/")?.to_owned()))
        .filter(|name| desk.path("good").join(name).is_file())
        .collect();
    assert_eq!(files.len(), 5, "{files:?}");
    for (number, file) in files.iter().enumerate() {
        let place = format!("bad{number}");
        let bad = desk.path(&place);
        copy_all(&desk.path("good"), &bad);
        let bytes = fs::read(bad.join(file)).unwrap();
        for flip in [0, bytes.len() / 2, bytes.len() - 2] {
            let mut flipped = bytes.clone();
            flipped[flip] ^= 1;
            fs::write(bad.join(file), flipped).unwrap();
            refused(&place, &format!("`{file}`"));
        }
        fs::write(bad.join(file), &bytes[..bytes.len() - 2]).unwrap();
        refused(&place, &format!("`{file}`"));
        fs::remove_file(bad.join(file)).unwrap();
        refused(&place, &format!("`{file}`"));
    }
    copy_all(&desk.path("good"), &desk.path("more"));
    fs::write(desk.path("more/keys2.json"), "{}").unwrap();
    refused("more", "`keys2.json` doesn't belong to it");

    let whole = desk.bytes("good.tar");
    fs::write(desk.path("cut.tar"), &whole[..whole.len() / 2]).unwrap();
    refused("cut.tar", "damaged");
    fs::write(desk.path("text.tar"), "no archive at all ".repeat(100)).unwrap();
    refused("text.tar", "is no backup");
    refused("new", "is no backup");
    refused("nowhere", "there is no backup at `nowhere`");
}

#[test]
fn nothing_is_overwritten() {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    desk.on_store(&["backup", "copy"]);
    for target in ["copy", "s.db", "s.db.mails"] {
        let names = desk.names();
        let said = desk.run(&["backup", target, "--store", "s.db"]);
        said.refused(1, &[&format!("`{target}` already exists")]);
        assert_eq!(desk.names(), names);
    }
    desk.run(&["backup", "no/such/copy", "--store", "s.db"]).refused(1, &["no folder `no/such`"]);
    for there in ["t.db", "t.db-wal", "t.db.keys.json", "t.db.mails"] {
        fs::write(desk.path(there), "something").unwrap();
        let names = desk.names();
        let said = desk.run(&["restore", "copy", "--store", "t.db"]);
        said.refused(1, &[&format!("`{there}` already exists"), "nothing is overwritten"]);
        assert_eq!(desk.names(), names);
        assert_eq!(desk.bytes(there), b"something");
        fs::remove_file(desk.path(there)).unwrap();
    }
    desk.run(&["restore", "copy", "--store", "no/t.db"]).refused(1, &["no folder `no`"]);
}

#[test]
fn a_store_that_lacks_its_keys_is_not_backed_up() {
    let desk = Desk::new();
    let key = desk.key();
    fs::rename(desk.path("s.db.keys.json"), desk.path("away")).unwrap();
    let names = desk.names();
    desk.run(&["backup", "copy", "--store", "s.db"]).refused(1, &[&format!("the key `{key}`")]);
    assert_eq!(desk.names(), names);
}
