//! Addresses, stores that are made, and those that are refused.

use std::sync::Barrier;
use std::thread;

use super::*;

fn refused(address: &str) -> String {
    EtcdStorage::open(address).unwrap_err().to_string()
}

/// What reading addresses says of them. It needs no server.
#[test]
fn addresses_are_refused_by_what_is_wrong_and_never_repeat_the_password() {
    let long = format!("etcd://h/{}", "p".repeat(129));
    for (address, why) in [
        ("store.sqlite", "it begins with `etcd://` or `etcds://`"),
        ("etcd:///p", "it names no host"),
        ("etcd://h,/p", "it names no host"),
        ("etcd://:secret@h/p", "it has a password, but no user"),
        ("etcd://u:secret@h:secret/p", "a port isn't a number from 0 to 65535"),
        ("etcd://u:secret@h/p?deadline=0", "`deadline` is a whole number from 1 to 60, not `0`"),
        ("etcd://u:secret@h/p?connections=many", "`connections` is a whole number from 1 to 400"),
        ("etcd://u:secret@h/p?scrub=well", "`scrub` is `defragment`, `compact` or `leave`"),
        ("etcd://u:secret@h/p?secret=secret", "there is a parameter that isn't known"),
        ("etcd://u:secret@h/p?cacert=ca.pem", "`cacert`, `cert` and `key` need `etcds://`"),
        ("etcds://u:secret@h/p?cert=own.pem", "`cert` and `key` need each other"),
        ("etcd://h/a%20b", "the prefix has 1 to 128 characters"),
        (&long, "the prefix has 1 to 128 characters"),
        ("etcds://h/p?cacert=/no/such.pem", "`cacert=/no/such.pem`: "),
    ] {
        let error = EtcdOptions::read(address).unwrap_err().to_string();
        let start = format!("not the address of a store in etcd: {why}");
        assert!(error.starts_with(&start), "{address}: {error}");
        assert!(!error.contains("secret"), "{error}");
    }
    for (address, shown) in [
        ("etcd://u:se%40cret@h:6000,[::1]:7,i//p/q/", "etcd://u@h:6000,[::1]:7,i:2379//p/q"),
        ("etcd://h", "etcd://h:2379/clientdesk"),
        ("etcd://h/?deadline=3&connections=2", "etcd://h:2379/clientdesk"),
    ] {
        let good = EtcdOptions::read(address).unwrap();
        assert_eq!(good.shown(), shown);
        assert_eq!(format!("{good:?}"), format!("EtcdOptions {{ store: \"{shown}\", .. }}"));
        EtcdOptions::read(&good.shown()).unwrap();
    }
    assert_eq!(
        EtcdOptions::read("etcd://u:se%40cret@h").unwrap().password.as_deref(),
        Some("se@cret")
    );
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn hosts_that_begin_at_once_make_the_store_once() {
    let place = Fresh::new();
    let barrier = Barrier::new(4);
    thread::scope(|scope| {
        for number in 0..4 {
            let (place, barrier) = (&place, &barrier);
            scope.spawn(move || {
                barrier.wait();
                put(&place.open(), &format!("k{number}"), "{}");
            });
        }
    });
    assert_eq!(place.open().dump().unwrap().len(), 4);
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn nothing_is_made_where_a_store_has_to_be_there() {
    let place = Fresh::new();
    for _ in 0..2 {
        let error = EtcdStorage::open_existing(&place.address).unwrap_err();
        assert!(matches!(error, EtcdStorageError::Missing { .. }), "{error}");
    }
    let remove = || EtcdOptions::read(&place.address).unwrap().remove();
    assert!(matches!(remove(), Err(EtcdStorageError::Missing { .. })));
    put(&place.open(), "k", "{}");
    assert_eq!(EtcdStorage::open_existing(&place.address).unwrap().dump().unwrap().len(), 1);
    remove().unwrap();
    assert!(matches!(
        EtcdStorage::open_existing(&place.address),
        Err(EtcdStorageError::Missing { .. })
    ));
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn newer_layouts_and_other_keys_are_refused() {
    let place = Fresh::new();
    drop(place.open());
    set(&place.key("layout"), "{\"layout\":2}");
    let error = refused(&place.address);
    let newer = "has layout 2; this release reads up to 1; use a newer one";
    assert!(error.ends_with(newer), "{error}");
    set(&place.key("layout"), "2");
    let error = refused(&place.address);
    assert!(error.contains("another program wrote its key `layout`; name another"), "{error}");

    let foreign = Fresh::new();
    set(&foreign.key("pods/1"), "{}");
    let error = refused(&foreign.address);
    let found = format!("another program's key `{}` is there", foreign.key("pods/1"));
    assert!(error.contains(&format!("isn't a Clientdesk store: {found}; name another")), "{error}");
}

/// A store whose rows would lie among those of another one.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn a_store_within_another_is_refused() {
    let place = Fresh::new();
    drop(place.open());
    let error = refused(&format!("{}/r/inner", place.address));
    assert!(error.contains("it lies within the one whose layout is in `"), "{error}");
}

/// It costs half a second, and is tried once a day.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn that_a_server_takes_all_commits_is_remembered() {
    let place = Fresh::new();
    drop(place.open());
    let tried = place.key("t/");
    let look = || {
        let range = Range::between(&tried, format!("{tried}~"));
        let found = run(Op::Range(range)).ranges().next().unwrap();
        found.kvs.into_iter().map(|row| row.mod_revision).collect::<Vec<Number>>()
    };
    let first = look();
    assert_eq!(first.len(), 1);
    drop(place.open());
    assert_eq!(look(), first, "it isn't tried again");
}
