//! A store in PostgreSQL. What needs a server is ignored unless it is asked for: `.ci/postgres.sh` starts one, names it
//! by `CLIENTDESK_POSTGRES`, and asks.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::program::{AGENCY, Desk, Said};

/// A desk, and a store on the server that is its own.
struct Server {
    desk: Desk,
    address: String,
}

impl Server {
    fn new() -> Server {
        let server =
            std::env::var("CLIENTDESK_POSTGRES").expect("`.ci/postgres.sh` names a server");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        Server { desk: Desk::empty(), address: format!("{server}?schema=cli_{now}") }
    }

    fn run(&self, args: &[&str]) -> Said {
        let said = self
            .desk
            .run(&[args, &["--store", &self.address, "--keys", "live.keys.json"]].concat());
        for text in [&said.out, &said.error] {
            assert!(!text.contains("a%20word") && !text.contains("a word"), "the password: {text}");
        }
        said
    }

    fn done(&self, args: &[&str]) -> String {
        let said = self.run(args);
        assert_eq!((said.code, said.error.as_str()), (Some(0), ""), "{args:?}");
        said.out
    }
}

#[test]
fn a_store_in_postgresql_needs_its_keys_and_says_no_password() {
    let desk = Desk::empty();
    let store = ["--store", "postgres://u:hush-hush@127.0.0.1:9/d?deadline=1"];
    let list = ["agencies", "list"];
    let without = desk.run(&[&list[..], &store].concat());
    without.refused(
        1,
        &["aren't kept in the database: name their file with `--keys FILE` (CLIENTDESK_KEYS)"],
    );
    let nobody = desk.run(&[&list[..], &store, &["--keys", "k.json"]].concat());
    nobody.refused(
        1,
        &["can't open the store in `postgres://u@127.0.0.1:9/d`: ", "Connection refused"],
    );
    let unknown = ["--store", "postgres://u:hush-hush@h/d?tls=hush-hush", "--keys", "k.json"];
    let unknown = desk.run(&[&list[..], &unknown].concat());
    unknown.refused(1, &["not the address of a PostgreSQL database: the driver can't read it"]);
    let demo = desk.run(&["demo", "--store", store[1]]);
    demo.refused(1, &["the demo makes a file of its own"]);
    let file = desk.run(&["agencies", "list", "--store", "s.db", "--keys", "k.json"]);
    file.refused(1, &["is for a store on a server; the keys of `s.db` are next to it"]);
    for said in [without, nobody, unknown, demo] {
        assert!(!said.error.contains("hush-hush"), "{}", said.error);
    }
    assert_eq!(desk.names(), Vec::<String>::new(), "nothing was made");
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn an_agency_lives_in_postgresql() {
    let server = Server::new();
    let missing = server.run(&["agencies", "list"]);
    missing.refused(
        1,
        &[
            "no store at `postgres://clientdesk@localhost:",
            "agencies create <ID>",
            "--keys live.keys.json",
        ],
    );
    server.done(&["call", "--agency", "acme", "agencies.create", AGENCY]);
    server.done(&["brands", "create", "Nike", "--id", "nike", "--agency", "acme"]);
    let invite = r#"{"email": "ann@nike.example", "name": "Ann", "brands": ["nike"]}"#;
    server.done(&["call", "--agency", "acme", "clients.invite-by-email", invite]);
    assert!(server.done(&["clients", "--agency", "acme"]).contains("ann@nike.example"));
    assert!(server.done(&["log", "verify", "--agency", "acme"]).starts_with("Verified"));
    assert!(server.done(&["check"]).len() > 1);
    server.done(&["keys", "--rotate"]);
    assert_eq!(server.done(&["keys"]).matches("yes: it signs").count(), 1);
    assert!(
        server.desk.names().iter().any(|name| name.starts_with("live.mails/")),
        "mails lie beside the keys"
    );

    server
        .run(&["backup", "b.tar"])
        .refused(1, &["isn't a file: back a store on a server up", "pg_dump"]);
    server.run(&["restore", "b.tar"]).refused(1, &["isn't a file: a backup becomes a file"]);
    let others =
        ["clients", "--agency", "acme", "--store", &server.address, "--keys", "others.keys.json"];
    server.desk.run(&others).refused(1, &["others.keys.json"]);

    server.done(&["agencies", "export", "acme", "--out", "acme.jsonl"]);
    std::fs::copy(server.desk.path("live.keys.json"), server.desk.path("s.db.keys.json")).unwrap();
    server.desk.on_store(&["agencies", "import", "acme.jsonl"]);
    assert!(
        server.desk.on_store(&["clients", "--agency", "acme"]).contains("ann@nike.example"),
        "moved to a file"
    );
}
