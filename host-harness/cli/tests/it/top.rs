//! `clientdesk top`, beside a service that runs.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::program::Desk;
use crate::serve::{Serving, made};

/// A `top` that goes on.
struct Watching {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Watching {
    fn start(desk: &Desk, args: &[&str]) -> Watching {
        let mut child = desk.spawn(&[&["top"], args].concat());
        let lines = BufReader::new(child.stdout.take().unwrap());
        Watching { child, lines }
    }

    /// The next line that is as it should be; lines before are passed over, but not for ever.
    fn until(&mut self, is: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..60 {
            let mut line = String::new();
            assert!(self.lines.read_line(&mut line).unwrap() > 0, "it ended");
            let line = serde_json::from_str(&line).unwrap();
            if is(&line) {
                return line;
            }
        }
        panic!("it never was so");
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn address(serving: &Serving) -> String {
    format!("http://{}", serving.address())
}

#[test]
fn one_view_shows_what_the_service_does_and_no_line_is_too_wide() {
    let desk = Desk::new();
    let key = made(&desk, &["api-keys", "create", "--name", "Platform"]);
    let serving = Serving::start_writing(&desk, &[], Stdio::null());
    let at = address(&serving);
    std::thread::scope(|scope| {
        let (called, said) = std::sync::mpsc::channel::<()>();
        let (serving, key) = (&serving, &key);
        scope.spawn(move || {
            // Until the view was shown.
            while said.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                serving.call("system.schema", key, &Value::Null);
                let wrong = json!({"call": {"agency": "acme"}, "id": "nobody"});
                serving.ask("POST", "/v1/call/clients.revoke", key, &wrong);
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        });
        let said = desk.script(
            &format!("export COLUMNS=80 CLIENTDESK_KEY={key}\nclientdesk top {at} --once"),
            "",
        );
        assert_eq!((said.code, said.error.as_str()), (Some(0), ""));
        for part in [
            "Clientdesk 0.1.0 at http://127.0.0.1",
            "sqlite, up",
            "Calls ",
            "Requests ",
            "Conflicts ",
            "Outbox ",
            "0 wait",
            "Jobs ",
            "0 due",
            "Nothing to look at.",
            "system.schema",
            "p99",
        ] {
            assert!(said.out.contains(part), "{part}\n{}", said.out);
        }
        for line in said.out.lines() {
            assert!(line.width() <= 80, "{line}");
            assert!(!line.contains('\u{1b}'), "{line}");
        }
        let in_json = desk.run(&["top", &at, "--once", "--json", "--key", key]);
        let line: Value = serde_json::from_str(&in_json.out).unwrap();
        let view = &line["view"];
        let functions = view["calls"]["functions"].as_array().unwrap();
        let schema = functions.iter().find(|one| one["function"] == "system.schema").unwrap();
        assert!(schema["per-second"].as_f64().unwrap() > 1.0, "{schema}");
        assert!(schema["took"]["p99-millis"].as_f64().unwrap() > 0.0, "{schema}");
        assert_eq!((&view["store"]["kind"], &view["jobs"]["stuck"]), (&json!("sqlite"), &json!(0)));
        drop(called);
    });
}

#[test]
fn a_service_that_goes_away_is_told_and_it_goes_on_when_it_is_back() {
    let desk = Desk::new();
    let key = made(&desk, &["api-keys", "create", "--name", "Platform"]);
    let first = Serving::start(&desk, &["--listen", "127.0.0.1:0"]);
    let place = first.address().to_owned();
    let at = address(&first);
    let mut watching = Watching::start(&desk, &[&at, "--json", "--key", &key]);
    let line = watching.until(|line| line["view"].is_object());
    assert_eq!(line["problem"], Value::Null);
    assert!(line["at"].as_str().unwrap().ends_with('Z'), "{line}");
    first.stop("-TERM");
    let line = watching.until(|line| line["problem"].is_string());
    assert!(line["problem"].as_str().unwrap().contains("nobody answers at"), "{line}");
    assert_eq!(line["view"], Value::Null);
    let _again = Serving::start(&desk, &["--listen", &place]);
    watching.until(|line| line["view"].is_object());
}

#[test]
fn what_is_in_the_way_is_named() {
    let desk = Desk::new();
    let key = made(&desk, &["api-keys", "create", "--name", "Platform"]);
    let args = ["api-keys", "create", "--name", "CRM", "--agency", "acme", "--role", "owner"];
    let agencys = made(&desk, &args);
    let serving = Serving::start_writing(&desk, &[], Stdio::null());
    let at = address(&serving);
    let once = |at: &str, key: &str| desk.run(&["top", at, "--once", "--key", key]);
    once(&at, &agencys).refused(1, &["answers 403: the key is an agency's"]);
    once(&at, "clientdesk_x.y")
        .refused(1, &["answers 401: its figures take a key of the platform"]);
    desk.run(&["top", &at, "--once"]).refused(1, &["answers 401"]);
    once(&format!("{at}/docs"), &key).refused(1, &["answers 404: is it Clientdesk's?"]);
    once("http://127.0.0.1:9", &key).refused(1, &["nobody answers at http://127.0.0.1:9"]);
    once("desk.example", &key).refused(1, &["`desk.example` is no address of a service"]);
    desk.run(&["top", "--every", "0"]).refused(2, &["--every"]);
}
