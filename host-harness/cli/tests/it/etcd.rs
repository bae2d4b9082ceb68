//! A store in etcd. What needs a server is ignored unless it is asked for: `.ci/etcd.sh` starts one, names it by
//! `CLIENTDESK_ETCD`, and asks.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::program::{AGENCY, Desk, Said};

/// A desk, and a store on the server that is its own.
struct Server {
    desk: Desk,
    address: String,
}

impl Server {
    fn new() -> Server {
        let server = std::env::var("CLIENTDESK_ETCD").expect("`.ci/etcd.sh` names a server");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        Server { desk: Desk::empty(), address: format!("{server}/cli-{now}") }
    }

    fn run(&self, args: &[&str]) -> Said {
        self.desk.run(&[args, &["--store", &self.address, "--keys", "live.keys.json"]].concat())
    }

    fn done(&self, args: &[&str]) -> String {
        let said = self.run(args);
        assert_eq!((said.code, said.error.as_str()), (Some(0), ""), "{args:?}");
        said.out
    }
}

#[test]
fn a_store_in_etcd_needs_its_keys_and_says_no_password() {
    let desk = Desk::empty();
    let store = ["--store", "etcd://u:hush-hush@127.0.0.1:9/d?deadline=1"];
    let list = ["agencies", "list"];
    let without = desk.run(&[&list[..], &store].concat());
    without.refused(1, &["the keys of a store in etcd aren't kept", "`--keys FILE`"]);
    let nobody = desk.run(&[&list[..], &store, &["--keys", "k.json"]].concat());
    nobody
        .refused(1, &["can't open the store in `etcd://u@127.0.0.1:9/d`: ", "Connection refused"]);
    let unknown = ["--store", "etcd://u:hush-hush@h/d?hush-hush=1", "--keys", "k.json"];
    let unknown = desk.run(&[&list[..], &unknown].concat());
    unknown.refused(1, &["not the address of a store in etcd: there is a parameter"]);
    let demo = desk.run(&["demo", "--store", store[1]]);
    demo.refused(1, &["the demo makes a file of its own"]);
    for said in [without, nobody, unknown, demo] {
        assert!(!said.error.contains("hush-hush"), "{}", said.error);
    }
    assert_eq!(desk.names(), Vec::<String>::new(), "nothing was made");
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn an_agency_lives_in_etcd() {
    let server = Server::new();
    let missing = server.run(&["agencies", "list"]);
    missing.refused(
        1,
        &["no store at `etcd://127.0.0.1:", "agencies create <ID>", "--keys live.keys.json"],
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
        .refused(1, &["isn't a file: back a store on a server up", "etcdctl snapshot save"]);
    server.run(&["restore", "b.tar"]).refused(1, &["isn't a file: a backup becomes a file"]);

    server.done(&["agencies", "export", "acme", "--out", "acme.jsonl"]);
    std::fs::copy(server.desk.path("live.keys.json"), server.desk.path("s.db.keys.json")).unwrap();
    server.desk.on_store(&["agencies", "import", "acme.jsonl"]);
    assert!(
        server.desk.on_store(&["clients", "--agency", "acme"]).contains("ann@nike.example"),
        "moved to a file"
    );
}
