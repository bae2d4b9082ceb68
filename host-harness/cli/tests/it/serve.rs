//! `clientdesk serve`, as a process of its own: what it says, does, writes down, and how it stops.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use clientdesk_host::adapters::storage::{SqliteStorage, Storage as _, Write};
use serde_json::{Value, json};

use crate::program::{Desk, Said};

/// A service that runs.
pub struct Serving {
    child: Child,
    /// What it printed when it began.
    told: Value,
}

impl Serving {
    pub fn start(desk: &Desk, args: &[&str]) -> Serving {
        Serving::start_writing(desk, args, Stdio::piped())
    }

    /// One whose log goes elsewhere: into a pipe, not much fits.
    pub fn start_writing(desk: &Desk, args: &[&str], log: Stdio) -> Serving {
        let all = [&["serve", "--json", "--store", "s.db"], args].concat();
        let mut child = desk.spawn_writing(&all, log);
        let mut line = String::new();
        let mut out = child.stdout.take().unwrap();
        let mut byte = [0];
        while !line.ends_with('\n') {
            let length = out.read(&mut byte).unwrap();
            assert!(length == 1, "it ended: {line}");
            line.push(char::from(byte[0]));
        }
        Serving { child, told: serde_json::from_str(&line).unwrap() }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn address(&self) -> &str {
        self.told["address"].as_str().unwrap().strip_prefix("http://").unwrap()
    }

    /// Asks, and gives the status and what was said.
    pub fn ask(&self, method: &str, place: &str, key: &str, body: &Value) -> (u16, Value) {
        self.asked(method, place, key, "", body)
    }

    /// The same of somebody whom a proxy brings.
    pub fn ask_from(&self, whence: &str, place: &str, key: &str, body: &Value) -> (u16, Value) {
        self.asked("POST", place, key, &format!("x-forwarded-for: {whence}\r\n"), body)
    }

    fn asked(
        &self,
        method: &str,
        place: &str,
        key: &str,
        more: &str,
        body: &Value,
    ) -> (u16, Value) {
        let address = self.address();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let key =
            if key.is_empty() { String::new() } else { format!("authorization: Bearer {key}\r\n") };
        let length = body.len();
        let request = format!(
            "{method} {place} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{more}{key}content-type: application/json\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or_else(|_| json!(body)))
    }

    pub fn call(&self, function: &str, key: &str, arguments: &Value) -> Value {
        let (status, said) = self.ask("POST", &format!("/v1/call/{function}"), key, arguments);
        assert!(status == 200 || status == 204, "{function}: {status} {said}");
        said
    }

    /// Sends a signal, and gives how it ended and what it wrote down.
    pub fn stop(mut self, signal: &str) -> Said {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let began = Instant::now();
        let code = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.code();
            }
            assert!(began.elapsed() < Duration::from_secs(20), "it doesn't stop");
            std::thread::sleep(Duration::from_millis(20));
        };
        let mut error = String::new();
        if let Some(mut log) = self.child.stderr.take() {
            log.read_to_string(&mut error).unwrap();
        }
        Said { code, out: String::new(), error }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn with_nothing_given_it_makes_a_sample_and_answers_and_stops_when_told() {
    let desk = Desk::empty();
    let first = Serving::start(&desk, &[]);
    assert_eq!(
        (&first.told["sample"], &first.told["without-keys"]),
        (&json!("acme"), &json!(true))
    );
    assert!(first.address().starts_with("127.0.0.1:87"), "{}", first.told);
    let counts = first.call("clients.counts", "", &json!({"call": {"agency": "acme"}}));
    for status in ["pending", "active", "at-risk", "churned", "revoked"] {
        assert!(counts[status].as_u64().unwrap() > 0, "{status}: {counts}");
    }
    let accounts = first.call("accounts.counts", "", &json!({"call": {"agency": "acme"}}));
    assert!(accounts.to_string().contains('1'), "{accounts}");
    let log_in = json!({
        "agency": "acme", "email": "ann@kestrel.example", "password": "a well kept secret",
    });
    assert!(first.call("portal.log-in", "", &log_in)["session"].is_string());
    // Another finds the next port, and the store as it is.
    let second = Serving::start(&desk, &[]);
    assert_eq!(second.told["sample"], Value::Null);
    assert_ne!(first.address(), second.address());
    assert_eq!(
        second.call("clients.counts", "", &json!({"call": {"agency": "acme"}}))["all"],
        counts["all"]
    );
    for (serving, signal) in [(first, "-TERM"), (second, "-INT")] {
        let said = serving.stop(signal);
        assert_eq!(said.code, Some(0), "{signal}: {}", said.error);
        assert!(said.error.lines().last().unwrap().contains("\"stopped\""), "{}", said.error);
    }
    assert_eq!(desk.call(&["audit.verify", "1"])["flaw"], Value::Null);
}

#[test]
fn a_key_that_is_rotated_beside_it_signs_and_one_that_is_retired_is_gone() {
    let desk = Desk::empty();
    let serving = Serving::start(&desk, &[]);
    let log_in = json!({
        "agency": "acme", "email": "ann@kestrel.example", "password": "a well kept secret",
    });
    let before = serving.call("portal.log-in", "", &log_in);
    let me = |session: &Value| {
        let asked = json!({"session": session["session"]});
        serving.ask("POST", "/v1/call/portal.me", "", &asked).0
    };
    let keys = |args: &[&str]| -> Value {
        let out = desk.on_store(&[&["keys", "--json"], args].concat());
        serde_json::from_str(&out).unwrap()
    };
    let old = keys(&[])["items"][0]["id"].clone();
    let new = keys(&["--rotate"])["signs"].clone();
    let looked = Duration::from_millis(1_100);
    std::thread::sleep(looked);
    // It takes the new one up, and what the old one made goes on.
    assert_eq!(me(&before), 200);
    let after = serving.call("portal.log-in", "", &log_in);
    let of = |key: &Value| {
        let listed = keys(&[]);
        listed["items"].as_array().unwrap().iter().find(|one| one["id"] == *key).cloned().unwrap()
    };
    assert!(of(&new)["uses"].to_string().contains("session"), "{}", of(&new));
    // Without the old one, only what the new one made does.
    keys(&["--retire", old.as_str().unwrap(), "--yes"]);
    std::thread::sleep(looked);
    assert_eq!((me(&before), me(&after)), (403, 200));
    assert_eq!(serving.stop("-TERM").code, Some(0));
}

#[test]
fn others_get_in_with_a_key_only() {
    let desk = Desk::new();
    let names = desk.names();
    let store = desk.bytes("s.db");
    for at in ["0.0.0.0:0", "[::]:0"] {
        let said = desk.run(&["serve", "--store", "s.db", "--listen", at]);
        if said.error.contains("can't listen") {
            continue;
        }
        said.refused(
            1,
            &[
                "can be reached from other machines",
                "clientdesk api-keys create --name Platform --store s.db",
            ],
        );
        desk.run(&["serve", "--store", "new.db", "--listen", at])
            .refused(1, &["nobody has a key yet"]);
    }
    // A proxy on this machine lets others in, too.
    for others in [&["--behind-proxy"][..], &["--name", "desk.example"]] {
        for store in ["s.db", "new.db"] {
            let args = [&["serve", "--store", store, "--listen", "127.0.0.1:0"], others].concat();
            desk.run(&args).refused(1, &["it is for others", "nobody has a key yet"]);
        }
        let workbench = ["serve", "--workbench", "--store", "s.db", "--listen", "127.0.0.1:0"];
        desk.run(&[&workbench, others].concat())
            .refused(1, &["for this machine alone", "it is for others"]);
    }
    assert_eq!((desk.names(), desk.bytes("s.db")), (names, store), "nothing was made or written");
    let key = made(&desk, &["api-keys", "create", "--name", "Platform"]);
    let serving = Serving::start(&desk, &["--listen", "0.0.0.0:0", "--name", "desk.example"]);
    assert_eq!(serving.told["without-keys"], false);
    assert_eq!(serving.ask("POST", "/v1/call/system.schema", "", &Value::Null).0, 401);
    assert_eq!(serving.ask("POST", "/v1/call/system.schema", &key, &Value::Null).0, 200);
    // What the command line does counts at once.
    let manager = made(
        &desk,
        &["api-keys", "create", "--name", "CRM", "--agency", "acme", "--role", "manager"],
    );
    assert_eq!(serving.ask("GET", "/v1/api-keys", &manager, &Value::Null).0, 403);
    let page = json!({"page": {"limit": 1}});
    assert_eq!(serving.ask("POST", "/v1/call/brands.list", &manager, &page).0, 200);
    desk.on_store(&["api-keys", "revoke", "CRM"]);
    assert_eq!(serving.ask("POST", "/v1/call/brands.list", &manager, &page).0, 401);
    for (args, part) in [
        (
            &["api-keys", "create", "--name", "X", "--agency", "acm", "--role", "owner"][..],
            "no agency `acm` (did you mean `acme`?)",
        ),
        (&["api-keys", "create", "--name", " "], "`--name` must have"),
        (
            &["api-keys", "create", "--name", "X", "--expires-at", "2020-01-01"],
            "`--expires-at` is over already",
        ),
        (&["api-keys", "revoke", "nothing"], "no key `nothing`"),
    ] {
        let said = desk.run(&[args, &["--store", "s.db"]].concat());
        assert!(said.code != Some(0) && said.error.contains(part), "{args:?}: {}", said.error);
    }
}

pub fn made(desk: &Desk, args: &[&str]) -> String {
    let said = desk.on_store(&[args, &["--json"]].concat());
    let said: Value = serde_json::from_str(&said).unwrap();
    said["key"].as_str().unwrap().to_owned()
}

/// What is written down while somebody is invited, signs up, logs in, and much is refused.
#[test]
fn the_log_has_nothing_of_anybody() {
    let desk = Desk::new();
    let key = made(&desk, &["api-keys", "create", "--name", "Nosy Parker's key"]);
    let serving = Serving::start(&desk, &[]);
    let olga =
        json!({"agency": "acme", "actor": {"id": "olga", "name": "Olga Owner", "role": "owner"}});
    let invite = json!({"email": "ann@nike.example", "name": "Ann Ode", "brands": ["nike"]});
    let invited =
        serving.call("clients.invite-by-email", &key, &json!({"call": olga, "invite": invite}));
    let link =
        serving.call("clients.copy-link", &key, &json!({"call": olga, "id": invited["client"]}));
    let token = link["token"].as_str().unwrap().to_owned();
    let sign_up = json!({"token": token, "name": "Ann Ode", "password": "correct horse battery"});
    let session =
        serving.call("portal.sign-up", &key, &sign_up)["session"].as_str().unwrap().to_owned();
    serving.call("portal.me", &key, &json!({"session": session}));
    for (function, arguments) in [
        (
            "portal.log-in",
            json!({"agency": "acme", "email": "ann@nike.example", "password": "wrong battery"}),
        ),
        ("clients.get", json!({"call": olga, "id": "ann@nike.example"})),
        (
            "clients.invite-by-email",
            json!({"call": olga, "invite": {"email": "ann@nike", "name": "Ann Ode", "brands": []}}),
        ),
        ("ann@nike.example", json!({"token": token})),
        ("portal.open", json!({"token": token, "Ann Ode": 1})),
    ] {
        let (status, said) = serving.ask("POST", &format!("/v1/call/{function}"), &key, &arguments);
        assert!(status >= 400 || said.is_null(), "{function}: {status} {said}");
    }
    serving.ask("GET", "/invite/secret-of-ann@nike.example", &key, &Value::Null);
    let hook = json!({"agency": "acme", "url": "http://127.0.0.1:9/for-ann@nike.example"});
    let (status, hook) = serving.ask("POST", "/v1/webhooks", &key, &hook);
    assert_eq!(status, 201, "{hook}");
    let hook =
        json!({"agency": "acme", "url": "http://127.0.0.1:9/hooks?of=secret-path", "after": 0});
    let (_, hook) = serving.ask("POST", "/v1/webhooks", &key, &hook);
    let secret = hook["secret"].as_str().unwrap().to_owned();
    let tried = format!("/v1/webhooks/{}/test", hook["id"].as_str().unwrap());
    assert_eq!(serving.ask("POST", &tried, &key, &Value::Null).1["delivered"], false);
    let wrong = format!("{}x", key);
    assert_eq!(serving.ask("POST", "/v1/call/system.schema", &wrong, &Value::Null).0, 401);
    let (status, figures) = serving.ask("GET", "/metrics", &key, &Value::Null);
    assert_eq!(status, 200);
    let figures = figures.as_str().unwrap().to_lowercase();
    let said = serving.stop("-TERM");
    let key_part = key.split_once('.').unwrap().1;
    let lines: Vec<Value> =
        said.error.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() > 10, "{}", said.error);
    assert!(lines.iter().any(|line| line["function"] == "portal.sign-up" && line["status"] == 200));
    let refused = |line: &&Value| line["message"] == "a key was refused" && line["status"] == 401;
    assert_eq!(lines.iter().filter(refused).count(), 1, "{}", said.error);
    let told = said.error.to_lowercase();
    for secret in [
        "ann@",
        "ann ode",
        "olga",
        "nike",
        "nosy",
        "battery",
        "secret-path",
        &token,
        &session,
        key_part,
        &secret,
    ] {
        for told in [&told, &figures] {
            let found = told.split('\n').find(|line| line.contains(&secret.to_lowercase()));
            assert_eq!(found, None, "{secret}");
        }
    }
}

#[test]
fn what_is_damaged_is_named_and_can_be_done_away_with() {
    let desk = Desk::new();
    made(&desk, &["api-keys", "create", "--name", "Whole"]);
    let (key, hook) = ("damagedkey12", "damagedhook1");
    let storage = SqliteStorage::open(desk.path("s.db")).unwrap();
    for row in [format!("host/api-key/{key}"), format!("host/webhook/{hook}")] {
        let write = Write { key: row, value: Some("{\"name\": \"Ha".to_owned()) };
        storage.commit(Vec::new(), vec![write]).unwrap();
    }
    drop(storage);
    for (list, away, id) in [("api-keys", "revoke", key), ("webhooks", "delete", hook)] {
        let damaged = || {
            let said: Value = serde_json::from_str(&desk.on_store(&[list, "--json"])).unwrap();
            said["damaged"].clone()
        };
        assert_eq!(damaged(), json!([id]));
        assert!(desk.on_store(&[list]).contains(id), "{list}");
        assert!(desk.on_store(&[list, away, id]).contains("was damaged; it is gone"), "{list}");
        assert_eq!(damaged(), json!([]));
    }
    assert!(desk.on_store(&["api-keys"]).contains("Whole"));
}

#[test]
fn webhooks_are_seen_to_by_the_command_line() {
    let desk = Desk::new();
    let url = "http://127.0.0.1:9/hooks";
    let said = desk.on_store(&["webhooks", "create", url, "--agency", "acme", "--after", "0"]);
    assert!(said.starts_with("whsec_"), "{said}");
    let said = desk.run(&["webhooks", "test", url, "--store", "s.db"]);
    said.refused(1, &["the message wasn't taken: it can't be connected to"]);
    let serving = Serving::start(&desk, &[]);
    let began = Instant::now();
    while !desk.on_store(&["webhooks"]).contains("failing") {
        assert!(began.elapsed() < Duration::from_secs(20), "nothing is sent");
        std::thread::sleep(Duration::from_millis(100));
    }
    serving.stop("-TERM");
    desk.on_store(&["webhooks", "resume", url]);
    assert!(desk.on_store(&["webhooks"]).contains("active"));
    // A key that it was signed with is missed.
    let key = desk.key();
    desk.on_store(&["keys", "--rotate"]);
    assert!(desk.on_store(&["keys"]).contains("1 webhook"), "{}", desk.on_store(&["keys"]));
    let said = desk.run(&["keys", "--retire", &key, "--store", "s.db"]);
    assert!(said.code == Some(1) && said.error.contains("1 webhook"), "{said:?}");
    desk.on_store(&["webhooks", "delete", url]);
    assert!(desk.on_store(&["webhooks"]).starts_with("No webhooks yet."));
    for (args, part) in [
        (&["webhooks", "create", "ftp://x.example", "--agency", "acme"][..], "the address must be"),
        (&["webhooks", "create", url, "--agency", "acm"], "did you mean `acme`?"),
        (
            &["webhooks", "create", url, "--agency", "acme", "--kind", "brand-creatd"],
            "brand-created",
        ),
        (&["webhooks", "create", url, "--agency", "acme", "--after", "99"], "`--after` is beyond"),
        (&["webhooks", "delete", url], "no webhook"),
    ] {
        let said = desk.run(&[args, &["--store", "s.db"]].concat());
        assert!(said.code != Some(0) && said.error.contains(part), "{args:?}: {}", said.error);
    }
}
