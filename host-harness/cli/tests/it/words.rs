//! What people write: clients and brands by what they are called, times, passwords on standard
//! input; and in whose name a command calls.

use serde_json::Value;

use crate::program::{Desk, PASSWORD};

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn people_and_brands_are_found_by_what_they_are_called() {
    let desk = Desk::new();
    let ann = desk.join("ann@nike.example", "Ann Archer");
    desk.join("ben@nike.example", "Ben Baker");
    for who in [ann.as_str(), "ann@nike.example", "ANN@NIKE.example", "ann  archer", "Archer"] {
        for command in
            [["health", who].as_slice(), &["log", "--client", who], &["mails", "--client", who]]
        {
            let out = desk.on_store(&[command, &["--json", "--agency", "acme"]].concat());
            assert!(out.contains(&ann), "{command:?}: {out}");
            assert!(!out.contains("ben@nike.example"), "{command:?}: {out}");
        }
    }
    for brand in ["nike", "Nike", "NIKE"] {
        for command in ["clients", "ledger", "log"] {
            let args = [command, "--brand", brand, "--json", "--agency", "acme"];
            let items = value(&desk.on_store(&args))["items"].clone();
            assert!(!items.as_array().unwrap().is_empty(), "{args:?}");
        }
    }
    let said = desk.run(&["health", "nike.example", "--agency", "acme", "--store", "s.db"]);
    let parts =
        ["`nike.example` means 2 clients; say which by its id:", ann.as_str(), "Ben Baker <"];
    said.refused(1, &parts);
}

#[test]
fn times_go_in_as_they_come_out() {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    let entries = desk.call(&["audit.list", "null", "forward", r#"{"limit": 50}"#]);
    let third = entries["entries"][2].clone();
    let time = third["at"].as_str().unwrap();
    assert!(time.ends_with('Z') && time.contains('T'), "{time}");
    let filter = format!(r#"{{"since": "{time}"}}"#);
    let since = desk.call(&["audit.list", &filter, "forward", r#"{"limit": 1}"#]);
    assert_eq!(since["entries"][0], third);
    let millis = chrono::DateTime::parse_from_rfc3339(time).unwrap().timestamp_millis();
    for time in [time.to_owned(), millis.to_string(), time.replace('Z', "+00:00")] {
        let args = ["log", "--since", &time, "--oldest-first", "--json", "--agency", "acme"];
        assert_eq!(value(&desk.on_store(&args))["items"][0], third, "{time}");
    }
    let wave = desk.on_store(&["call", "--wave", "agencies.get", "acme"]);
    let created = desk.call(&["agencies.get", "acme"])["created-at"].as_str().unwrap().to_owned();
    let created = chrono::DateTime::parse_from_rfc3339(&created).unwrap().timestamp_millis();
    assert!(wave.contains(&format!("created-at: {created}")), "{wave}");
}

#[test]
fn passwords_and_tokens_come_from_standard_input() {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    let call = |input: &str, args: &[&str]| {
        desk.run_with(input, &[&["call"], args, &["--store", "s.db"]].concat())
    };
    let log_in = ["portal.log-in", "acme", "ann@nike.example", "password=-"];
    let said = call(&format!("{PASSWORD}\n"), &log_in);
    assert_eq!(said.code, Some(0), "{}", said.error);
    let session = value(&said.out)["session"].as_str().unwrap().to_owned();
    let fresh = "another fine secret";
    let change = ["portal.change-password", "session=-", "current=-", "password=-"];
    let said = call(&format!("{session}\n{PASSWORD}\r\n{fresh}\n"), &change);
    assert_eq!((said.code, said.error.as_str()), (Some(0), ""));
    assert_eq!(call(fresh, &log_in).code, Some(0), "without a line's end");
    call(PASSWORD, &log_in).refused(1, &["wrong"]);
    call("", &log_in).refused(2, &["standard input has nothing for `password`"]);
    let said = call("{\n\"limit\": 5}\n", &["brands.list", "-", "--agency", "acme"]);
    assert_eq!(said.code, Some(0), "JSON may have several lines: {}", said.error);
}

#[test]
fn without_a_caller_the_agency_itself_calls() {
    let desk = Desk::new();
    let invite = r#"{"email": "ann@nike.example", "brands": ["nike"]}"#;
    desk.call(&["clients.invite-by-email", invite]);
    let mail = desk.latest_mail();
    assert!(mail.contains("Acme has invited you to look at Nike."), "{mail}");
    let latest = |desk: &Desk| {
        let out = desk.on_store(&["log", "--kind", "client-invited", "--json", "--agency", "acme"]);
        value(&out)["items"][0]["actor"]["operator"]["name"].clone()
    };
    assert_eq!(latest(&desk), "Acme");
    std::fs::write(desk.path("r.csv"), "E-mail,Brands\nben@nike.example,Nike\n").unwrap();
    let said = desk.run(&["import", "r.csv", "--agency", "acme", "--store", "s.db"]);
    assert_eq!((said.code, said.error.as_str()), (Some(0), "1 of 1 invite done\n"));
    assert_eq!(latest(&desk), "Acme");
    let cleo = r#"{"email": "cleo@nike.example", "brands": ["nike"]}"#;
    desk.call(&["--as", "manager:mia:Mia", "clients.invite-by-email", cleo]);
    assert_eq!(latest(&desk), "Mia");
}

#[test]
fn an_agency_is_run_day_by_day() {
    let desk = Desk::empty();
    desk.on_store(&[
        "agencies",
        "create",
        "acme",
        "--name",
        "Acme",
        "--notification-email",
        "office@acme.example",
        "--portal-address",
        "https://clients.acme.example",
    ]);
    let agency = ["--agency", "acme"];
    let on = |args: &[&str]| desk.on_store(&[args, &agency].concat());
    assert!(desk.on_store(&["agencies"]).contains(" acme     Acme"));
    assert_eq!(on(&["brands", "create", "Nike", "--id", "nike"]), "created brand `nike` (Nike)\n");
    assert_eq!(on(&["brands", "rename", "nike", "Nike EU"]), "renamed brand `nike` (Nike EU)\n");
    desk.call(&["clients.invite-by-email", r#"{"email": "ann@nike.example", "brands": ["nike"]}"#]);
    let ledger = on(&["ledger", "--brand", "Nike EU", "--reason", "started"]);
    assert!(ledger.contains("for 1 brand") && ledger.contains("started"), "{ledger}");
    let last = ["brands", "archive", "Nike EU", "--agency", "acme", "--store", "s.db"];
    desk.run(&last).refused(1, &["only brand of 1 client"]);
    assert_eq!(
        on(&["brands", "archive", "Nike EU", "--revoke-last"]),
        "archived brand `nike` (Nike EU)\n"
    );
    assert!(on(&["brands"]).starts_with("No brands yet."));
    assert!(on(&["brands", "--archived"]).contains("Nike EU"));
    let verified = on(&["log", "verify"]);
    assert!(verified.starts_with("Verified: all "), "{verified}");
    let expected = verified.lines().find_map(|line| line.trim().strip_prefix("--expect ")).unwrap();
    on(&["log", "verify", "--expect", expected]);
    let other = expected.replace(':', ":x");
    let args = ["log", "verify", "--expect", &other, "--agency", "acme", "--store", "s.db"];
    desk.run(&args).refused(1, &["the log isn't as it was written: entry", "unexpected head"]);
}

#[test]
fn who_was_invited_and_has_no_mail_is_found() {
    let desk = Desk::new();
    let invite = |email: &str| {
        let invite = format!(r#"{{"email": "{email}", "brands": ["nike"]}}"#);
        desk.call(&["clients.invite-by-email", &invite]);
    };
    invite("ann@nike.example");
    invite("ben@nike.example");
    let listed = |delivery: &str| {
        let args = ["clients", "--delivery", delivery, "--json", "--agency", "acme"];
        let items = value(&desk.on_store(&args))["items"].clone();
        let emails = items.as_array().unwrap().iter().map(|client| client["email"].clone());
        emails.map(|email| email.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(listed("undelivered"), Vec::<String>::new());
    assert_eq!(listed("handed-over"), ["ann@nike.example", "ben@nike.example"]);
    let mails = ["mails", "--client", "ben@nike.example", "--json", "--agency", "acme"];
    let mail = value(&desk.on_store(&mails))["items"][0]["id"].as_str().unwrap().to_owned();
    desk.call(&["jobs.report-bounce", "acme", &mail, "no such box"]);
    for (delivery, emails) in [
        ("undelivered", vec!["ben@nike.example"]),
        ("bounced", vec!["ben@nike.example"]),
        ("failed", vec![]),
        ("queued", vec![]),
        ("handed-over", vec!["ann@nike.example"]),
    ] {
        assert_eq!(listed(delivery), emails, "{delivery}");
    }
    let shown = desk.on_store(&["clients", "--agency", "acme"]);
    let why = "clientdesk mails --agency acme --client ben@nike.example --store s.db";
    assert!(shown.contains("   handed over\n") && shown.contains("   bounced\n"), "{shown}");
    assert!(shown.contains(&format!("Why a mail failed or bounced: {why}\n")), "{shown}");
    let told = desk.script(why, "");
    assert!(told.out.contains("bounced: no such box"), "{told:?}");
}
