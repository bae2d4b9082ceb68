//! Texts and numbers by what they are called: mostly good ones, some bad and some hostile.

use serde_json::{Value, json};

use crate::dice::Dice;
use crate::people::arguments::NO_CLIENT;

/// The agency's brands.
const BRANDS: [&str; 5] = ["w1", "w2", "w3", "w4", "w5"];
/// Its accounts.
const ACCOUNTS: [&str; 4] = ["globex", "initech", "umbrella", "hooli"];
/// The people.
const PEOPLE: [&str; 8] = [
    "ida@wild.example",
    "joe@wild.example",
    "kim@wild.example",
    "lea@wild.example",
    "mia@wild.example",
    "ned@elsewhere.example",
    "Oda@Wild.Example",
    "pia@bücher.example",
];
/// Their passwords: few, so that some fit.
const PASSWORDS: [&str; 4] = [
    "correct horse battery",
    "staple of another kind",
    "the third long password",
    "vierte Losung, länger",
];

/// What nobody should send, and somebody will.
const HOSTILE: [&str; 12] = [
    "",
    " ",
    "\u{0}",
    "a\u{202e}b",
    "a\u{200b}b",
    "../../etc",
    "=1+1",
    "<script>alert(1)</script>",
    "x'); DROP TABLE clients; --",
    "{\"@\": 1}",
    "é\u{301}\u{301}",
    "\u{fdfa}\u{10ffff}",
];

/// Whether it is one of the passwords that are used here: no row may hold it.
pub fn is_password(text: &str) -> bool {
    PASSWORDS.contains(&text)
}

/// How often an argument is a bad one: once in so many times.
const BAD_ONCE_IN: u64 = 40;

/// What is known of a kind, whichever.
fn known(kind: &str, dice: &mut Dice) -> Value {
    json!({"@": kind, "n": dice.below(12)})
}

fn one(of: &[&str], dice: &mut Dice) -> Value {
    json!(dice.pick(of))
}

/// A text that nothing fits.
fn hostile(dice: &mut Dice) -> Value {
    match dice.below(16) {
        0 => json!("long ".repeat(700)),
        1 => json!("0".repeat(65)),
        _ => one(&HOSTILE, dice),
    }
}

/// A text for what is called so, in an argument of this function.
pub fn text(function: &str, name: &str, dice: &mut Dice) -> Value {
    if dice.once_in(BAD_ONCE_IN) {
        return hostile(dice);
    }
    let interface = function.split('.').next().unwrap_or_default();
    match (interface, name) {
        (_, "agency") => json!(super::AGENCY),
        ("agencies", "id") if function == "agencies.create" => json!(super::AGENCY),
        ("agencies", "id") => json!(super::AGENCY),
        (_, "brand" | "brands" | "white-label") | ("brands", "id") => one(&BRANDS, dice),
        ("accounts", "id") if function == "accounts.move-brand" => one(&BRANDS, dice),
        ("accounts", "template") | (_, "template") => one(&["web", "shop"], dice),
        ("accounts", "id") if function.ends_with("template") => one(&["web", "shop"], dice),
        (
            _,
            "account" | "disable-account" | "resume-account" | "delete-account" | "delete-accounts",
        ) => one(&ACCOUNTS, dice),
        ("accounts", "id") => one(&ACCOUNTS, dice),
        ("accounts", "name") => one(&ACCOUNTS, dice),
        ("clients", "id") | (_, "client" | "resend" | "revoke") => match dice.below(30) {
            0 => json!(NO_CLIENT),
            _ => known("client", dice),
        },
        ("impersonation", "id") => known("sign-in", dice),
        ("impersonation", "operator") => one(&["una", "vlad"], dice),
        (_, "session") => known("session", dice),
        (_, "token") => known("token", dice),
        (_, "acting-as") => known("acting", dice),
        (_, "quote") => known("quote", dice),
        (_, "cursor") => known("cursor", dice),
        (_, "mail") => known("mail", dice),
        ("catalog", "id") => json!("id"),
        (_, "archive-brand") => one(&BRANDS, dice),
        (_, "plan" | "intended-plan") => one(&["large", "medium", "small", "tiny", "gone"], dice),
        (_, "add-on" | "add-ons") => one(&["boards", "users", "gone"], dice),
        (_, "email") | (_, "recipients" | "notification-email" | "support-email") => {
            one(&PEOPLE, dice)
        }
        (_, "domain") => one(&["wild.example", "elsewhere.example"], dice),
        (_, "password" | "current") => match dice.below(12) {
            0 => one(&["123456789", "password1", "short", "ida@wild.example"], dice),
            _ => one(&PASSWORDS, dice),
        },
        (_, "origin") => one(&["here", "there"], dice),
        (_, "key" | "feature" | "page-view") => one(&["dashboard", "citations", "reviews"], dice),
        (_, "features") => {
            one(&["dashboard", "citations", "single-sign-on", "download-reports", "nothing"], dice)
        }
        (_, "kind") => one(&["client-invited", "mail-retry", "digest", "nothing"], dice),
        (_, "subject") => json!("-"),
        (_, "currency") => one(&["USD", "USD", "EUR"], dice),
        (_, "portal-address" | "return-to" | "logo-address") => {
            one(&["https://wild.example", "https://other.example/way", "http://"], dice)
        }
        (_, "client-address") => one(&["https://console.example/{client}", "nowhere"], dice),
        (_, "accent-color" | "background-color") => one(&["#336699", "#ffffff", "blue"], dice),
        (_, "time-zone") => one(&["Europe/Berlin", "America/New_York", "Mars/Olympus"], dice),
        (_, "idempotency-key") => json!(format!("key-{}", dice.below(6))),
        (_, "trace-id") => json!(format!("trace-{}", dice.below(6))),
        (_, "search") => one(&["ida", "wild", "w1", "É", "zz"], dice),
        (
            _,
            "reason" | "note" | "label" | "description" | "address" | "billing-address" | "welcome",
        ) => one(&["As agreed", "On the phone", "Grüße aus Köln"], dice),
        _ => one(&["Ida", "Joe Wild", "Kim ✓", "Zoë", "Wild & Söhne", "Other"], dice),
    }
}

/// A number for what is called so.
pub fn natural(name: &str, now: u64, dice: &mut Dice) -> u64 {
    const DAY: u64 = 86_400_000;
    if dice.once_in(BAD_ONCE_IN) {
        let bad = [0, 1, u64::from(u32::MAX), u64::MAX >> 11, u64::MAX];
        return dice.pick(&bad).copied().unwrap_or(0);
    }
    match name {
        "limit" => dice.below(20) + 1,
        "days" | "email-days" | "link-days" => dice.below(14) + 1,
        "at-risk-days" => dice.below(5) + 1,
        "churn-days" => dice.below(10) + 6,
        "hour" => dice.below(24),
        "minutes" => dice.below(60) + 1,
        "number" | "start" | "after" => dice.below(8) + 1,
        "months" => dice.below(4) + 1,
        "basis-points" => dice.below(3_000) + 1,
        "expected" | "version" => 1,
        "from" | "since" | "effective-at" => now.saturating_sub(dice.below(40 * DAY)),
        "to" | "until" => now.saturating_sub(dice.below(3 * DAY)),
        "ends-at" | "access-ends-at" | "expires-at" | "trial-ends-at" => {
            now + 1 + dice.below(30 * DAY)
        }
        "at" => match dice.below(3) {
            0 => now + dice.below(40 * DAY),
            _ => now.saturating_sub(dice.below(6 * DAY)),
        },
        "due-at" | "invoiced-at" => now,
        "at-most" => dice.below(30),
        _ => dice.below(4) + 1,
    }
}
