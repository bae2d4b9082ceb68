//! What servers refuse: each with a clear error, and nothing written. `CLIENTDESK_ETCD_AUTH` leads to a server that
//! wants to know who asks, `CLIENTDESK_ETCD_SMALL` to one with the limits that etcd comes with, and
//! `CLIENTDESK_ETCD_FULL` to one whose space a test uses up.

use super::*;
use crate::adapters::storage::VALUE_BYTES_MAX;
use crate::adapters::storage::remote::trials::unavailable;

fn refused(address: &str) -> String {
    EtcdStorage::open(address).unwrap_err().to_string()
}

fn variable(name: &str) -> String {
    std::env::var(name).expect("`.ci/etcd.sh` names a server")
}

/// A server that was started as etcd comes.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn a_server_that_doesnt_take_the_greatest_commit_is_refused() {
    let server = variable("CLIENTDESK_ETCD_SMALL");
    let error = refused(&format!("{server}/small"));
    let advice = "start every server with `--max-txn-ops=1024 --max-request-bytes=5242880` or more";
    assert!(error.ends_with(advice), "{error}");
    let missing = EtcdStorage::open_existing(&format!("{server}/small")).unwrap_err();
    assert!(matches!(missing, EtcdStorageError::Missing { .. }), "nothing was made: {missing}");
}

/// A server whose quota is used up.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn a_server_without_space_is_said_to_be_full() {
    let server = variable("CLIENTDESK_ETCD_FULL");
    let storage = EtcdStorage::open(&format!("{server}/full")).unwrap();
    put(&storage, "there", "1");
    let value = "v".repeat(VALUE_BYTES_MAX);
    let why = (0..2_000).find_map(|number| {
        let writes = (0..10).map(|row| write(&format!("{number}/{row}"), &value)).collect();
        storage.commit(vec![], writes).err().map(|error| unavailable(Err(error)))
    });
    let why = why.expect("it is full");
    assert!(
        why.starts_with("etcd: etcdserver: mvcc: database space exceeded; its quota is used up"),
        "{why}"
    );
    assert_eq!(row(&storage, "there").unwrap().value, "1", "reads go on");
    let why = unavailable(storage.commit(vec![], vec![write("there", "2")]));
    assert!(why.contains("etcdctl alarm disarm"), "{why}");
    assert_eq!(row(&storage, "there").unwrap().value, "1");
    assert!(storage.writers.has_no_doubts());
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn who_asks_is_told_to_the_server_and_what_it_lacks_to_whoever_asks() {
    let server = variable("CLIENTDESK_ETCD_AUTH");
    let (_, place) = server.split_once("://").unwrap();
    let at = |who: &str, prefix: &str| format!("etcd://{who}{place}/{prefix}");

    let storage = EtcdStorage::open(&at("desk:a%20word@", "desk")).unwrap();
    put(&storage, "k", "1");
    assert_eq!(row(&storage, "k").unwrap().value, "1");
    let apart = EtcdOptions::read(&at("desk@", "desk")).unwrap();
    assert!(!apart.has_password());
    assert_eq!(row(&apart.password("a word").open().unwrap(), "k").unwrap().value, "1");

    // The server forgets a token: another one is asked for.
    let token = storage.writers.client.forge_token("not.one");
    assert_ne!(token.as_deref(), Some("not.one"));
    put(&storage, "k", "2");
    assert_eq!(row(&storage, "k").unwrap().value, "2");

    let wrong = refused(&at("desk:another@", "desk"));
    assert!(wrong.contains("authentication failed, invalid user ID or password"), "{wrong}");
    assert!(!wrong.contains("another"), "{wrong}");
    let nobody = refused(&at("", "desk"));
    assert!(nobody.contains("the address names no user: `etcd://user@…`"), "{nobody}");
    let elsewhere = refused(&at("desk:a%20word@", "elsewhere"));
    assert!(elsewhere.contains("permission denied; its user needs a role"), "{elsewhere}");
    let open = refused(&super::server().replace("://", "://desk:a%20word@"));
    assert!(open.contains("authentication is not enabled; the address names a user"), "{open}");
}

/// Somebody who isn't etcd.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn a_server_that_isnt_etcd_is_refused() {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answers = [
        ("404 Not Found", "no", "answered with HTTP status 404: it isn't etcd (3.4 or newer)"),
        ("200 OK", "<html>", "the server's answer isn't etcd's: "),
        ("502 Bad Gateway", "<html>", "answered with HTTP status 502"),
    ];
    let bodies = answers.map(|(status, body, _)| (status, body));
    let current = Arc::new(AtomicUsize::new(0));
    let shown = Arc::clone(&current);
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let (status, body) = bodies[shown.load(Ordering::SeqCst)];
            while let Ok(1..) = client.read(&mut [0; 4096]) {
                let length = body.len();
                let _ =
                    write!(client, "HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}");
            }
        }
    });
    for (number, (_, _, why)) in answers.into_iter().enumerate() {
        current.store(number, Ordering::SeqCst);
        let error = refused(&format!("etcd://127.0.0.1:{port}/p?deadline=1"));
        assert!(error.contains(why), "{error}");
    }
}
