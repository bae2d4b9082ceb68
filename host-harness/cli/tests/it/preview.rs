//! What a command would cost, asked before it is carried out, and the quote that keeps it to that.

use serde_json::Value;

use crate::program::Desk;

const INVITE: &str = r#"{"email": "ann@nike.example", "brands": ["nike"]}"#;

fn preview(desk: &Desk, change: &[&str]) -> Value {
    let args = ["billing", "preview", "--agency", "acme", "--json"];
    serde_json::from_str(&desk.on_store(&[&args, change].concat())).unwrap()
}

fn lines(desk: &Desk) -> Value {
    desk.call(&["billing.ledger", "null", r#"{"limit": 50}"#])["lines"].clone()
}

#[test]
fn a_command_is_asked_for_its_price_and_kept_to_it() {
    let desk = Desk::new();
    let shown =
        desk.on_store(&["billing", "preview", "--agency", "acme", "invite-by-email", INVITE]);
    for told in ["+ $49.00 a month", "nike", "clients.invite-by-email …", "--quote "] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    let quote = preview(&desk, &["invite-by-email", INVITE]);
    assert_eq!(lines(&desk), Value::Array(Vec::new()), "nothing is booked yet");
    assert_eq!(desk.call(&["clients.counts", "{}"])["all"], 0);

    let text = quote["quote"].as_str().unwrap();
    let other = r#"{"email": "ben@nike.example", "brands": ["nike"]}"#;
    let with_quote = |invite| {
        [
            "call",
            "--agency",
            "acme",
            "--quote",
            text,
            "clients.invite-by-email",
            invite,
            "--store",
            "s.db",
        ]
    };
    desk.run(&with_quote(other)).refused(1, &["the quote is for something else"]);
    assert_eq!(desk.call(&["clients.counts", "{}"])["all"], 0);
    let said = desk.run(&with_quote(INVITE));
    assert_eq!((said.code, said.error.as_str()), (Some(0), ""));
    let booked = lines(&desk);
    assert_eq!(booked.as_array().unwrap().len(), 1);
    assert_eq!(booked[0]["amount"], quote["now"]);
    assert_eq!(booked[0]["at"], quote["as-of"]);
    desk.run(&with_quote(INVITE)).refused(1, &["ask for a new one"]);
}

#[test]
fn plain_words_and_later_dates_are_taken() {
    let desk = Desk::invoiced();
    desk.join("ann@nike.example", "Ann");
    let shown = desk.on_store(&["billing", "preview", "--agency", "acme", "archive-brand", "nike"]);
    for told in ["− $49.00 a month", "stopped", "brands.archive …"] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    let at = std::time::SystemTime::now() + std::time::Duration::from_secs(86_400 * 40);
    let at = at.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis().to_string();
    let quote = preview(&desk, &["archive-brand", "nike", "--at", &at]);
    assert_eq!((&quote["quote"], &quote["lines"][0]["reason"]), (&Value::Null, &"stopped".into()));
    let many = r#"[{"email": "cleo@nike.example", "brands": ["nike"]}, {"email": "ben", "brands": ["nike"]}]"#;
    let shown = desk.on_store(&["billing", "preview", "--agency", "acme", "invite-many", many]);
    for told in [
        "Nothing would be booked at once.",
        "Why it would be refused",
        "  2   invite.email: must be",
    ] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
}

#[test]
fn times_within_a_change_are_times() {
    let desk = Desk::invoiced();
    let change = r#"{"payer": "agency", "amount": {"amount": -500, "currency": "USD"},
        "note": "Sorry", "effective-at": "2020-01-01"}"#;
    let args = ["billing", "preview", "--agency", "acme", "adjust", change, "--store", "s.db"];
    desk.run(&args).refused(1, &["effective-at: must be between the agency's creation and now"]);
    let change = format!(r#"{{"adjust": {change}}}"#);
    let args = ["call", "billing.preview-platform", "acme", &change, "--store", "s.db"];
    desk.run(&args).refused(1, &["effective-at: must be between the agency's creation and now"]);
}

#[test]
fn a_change_that_makes_no_sense_is_named() {
    let desk = Desk::new();
    let args = |change: [&'static str; 2]| {
        [&["billing", "preview", "--agency", "acme", "--store", "s.db"][..], &change].concat()
    };
    for (change, code, parts) in [
        (["revok", "x"], 2, &["no change `revok` (did you mean `revoke`?)", "`set-terms`"][..]),
        (["set-interval", "weekly"], 2, &["`set-interval.weekly`", "monthly"]),
        (["invite-by-link", "{}"], 2, &["brands"]),
        (["revoke", "01890000-0000-7000-8000-000000000000"], 1, &["no client"]),
    ] {
        desk.run(&args(change)).refused(code, parts);
    }
    let nobodys = ["billing", "preview", "revoke", "x", "--store", "s.db"];
    desk.run(&nobodys).refused(2, &["no agency: name it with `--agency <ID>`"]);
}

#[test]
fn the_platform_is_told_what_its_prices_would_change() {
    let desk = Desk::invoiced();
    desk.join("ann@nike.example", "Ann");
    let before = lines(&desk);
    let catalog = desk.run(&["catalog", "--store", "s.db", "--json"]).out;
    std::fs::write(desk.path("catalog.json"), catalog.replace("4900", "5900")).unwrap();
    for (args, told) in [
        (&["catalog", "set", "catalog.json", "--preview", "acme"][..], "+ $10.00 a month"),
        (
            &["agencies", "set-terms", "acme", "--price", "39", "--reason", "Partner", "--preview"],
            "− $10.00 a month",
        ),
        (
            &[
                "billing",
                "preview",
                "--agency",
                "acme",
                "set-terms",
                r#"{"volume-discount": true}"#,
            ],
            "None of the next 12 would be another.",
        ),
        (
            &[
                "billing",
                "preview",
                "--agency",
                "acme",
                "adjust",
                r#"{"payer": "agency", "amount": {"amount": -500, "currency": "USD"}, "note": "Sorry"}"#,
            ],
            "− $5.00 now, + $0.00 a month",
        ),
    ] {
        let shown = desk.on_store(args);
        assert!(shown.contains(told) && !shown.contains("--quote"), "{told}: {shown}");
    }
    assert_eq!(desk.call(&["catalog.get"])["version"], 0);
    assert_eq!(desk.call(&["catalog.terms", "acme"])["prices"], Value::Array(Vec::new()));
    assert_eq!(lines(&desk), before, "nothing is booked");
    let far = ["catalog", "set", "catalog.json", "--preview", "nobody", "--store", "s.db"];
    desk.run(&far).refused(1, &["no agency `nobody`"]);
}
