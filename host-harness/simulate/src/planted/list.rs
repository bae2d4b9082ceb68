//! The bugs that are planted.

use serde_json::{Value, json};

use super::ways::{
    alter, as_owner, deletes_stay, each, forget_check, keep_out, less_credit, lose_writes,
    without_token,
};
use super::{Bug, Way};

/// All of them.
pub const BUGS: &[Bug] = &[
    bug(
        "access-row-stays",
        "whoever loses access to a brand stays among those who have it",
        Way::Commit(|_, writes| deletes_stay(writes, "/access/")),
    ),
    bug(
        "account-filter-stays",
        "an account stays in the list of the status that it left",
        Way::Commit(|_, writes| deletes_stay(writes, "/account-by-status/")),
    ),
    bug(
        "account-name-row-missing",
        "a new account isn't in the list by name",
        Way::Commit(|_, writes| lose_writes(writes, "/account-by-name/")),
    ),
    bug(
        "account-pays-for-nothing",
        "what an account pays itself is shown as if the agency paid for it",
        Way::Answer(|function, _, answer| {
            if function == "billing.items" {
                each(answer, "items", |item| {
                    if item["payer"]["account"].is_string() {
                        item["payer"] = json!("agency");
                    }
                });
            }
        }),
    ),
    bug(
        "account-sum-a-cent-more",
        "what an account owes that pays itself is added up to a cent more",
        Way::Answer(|function, _, answer| {
            let owes = answer["total"]["amount"].as_i64().filter(|owes| *owes != 0);
            if let (true, Some(owes)) = (answer["within"].is_string(), owes)
                && function == "billing.summary"
            {
                answer["total"]["amount"] = json!(owes + 1);
            }
        }),
    ),
    bug(
        "acting-unchecked",
        "an operator who acts on an account's behalf works beside that",
        Way::Commit(|_, writes| lose_writes(writes, "/acting-of/")),
    ),
    bug(
        "acting-stays",
        "a sign-in that was stopped goes on",
        Way::Commit(|_, writes| deletes_stay(writes, "/acting-of/")),
    ),
    bug(
        "bounds-ignored",
        "an invite beyond an account's users is accepted as if there were room",
        Way::Excuse(|function, _, error| {
            let full = error["limit"]["limit"] == "users" && function == "clients.invite-by-email";
            full.then(|| json!({"client": "", "outcome": "invited", "brands": []}))
        }),
    ),
    bug(
        "brand-in-two-accounts",
        "a brand that moves stays with the account that it left",
        Way::Commit(|_, writes| deletes_stay(writes, "/account-brand/")),
    ),
    bug(
        "charge-missing",
        "a line of the ledger is left out",
        Way::Commit(|_, writes| lose_writes(writes, "/ledger/")),
    ),
    bug(
        "credit-a-cent-less",
        "a credit is rounded down in the ledger's row",
        Way::Commit(|_, writes| alter(writes, "/ledger/", less_credit)),
    ),
    bug(
        "deletion-in-any-role",
        "a manager deletes an account",
        Way::Call(|function, arguments| as_owner(function, arguments, "accounts.delete")),
    ),
    bug(
        "due-entry-forgotten",
        "nothing will charge on what runs",
        Way::Commit(|_, writes| lose_writes(writes, "/renewals/")),
    ),
    bug(
        "email-row-missing",
        "a client isn't found by its address: inviting it again makes another one",
        Way::Commit(|_, writes| lose_writes(writes, "/client-email/")),
    ),
    bug(
        "entry-left-out",
        "some entries are answered as if they weren't in the log",
        Way::Answer(|function, _, answer| {
            if function == "audit.read" {
                keep_out(answer, "entries", "kind", "client-revoked");
            }
        }),
    ),
    bug(
        "entry-changed",
        "an entry of the log is changed after it was written",
        Way::Commit(|_, writes| {
            alter(writes, "/log/", |value| {
                value
                    .contains("brand-created")
                    .then(|| value.replacen("brand-created", "brand-renamed", 1))
            });
        }),
    ),
    bug(
        "entry-in-another-name",
        "an entry names another operator",
        Way::Commit(|_, writes| {
            alter(writes, "/log/", |value| {
                value.contains("\"max\"").then(|| value.replace("\"max\"", "\"vic\""))
            });
        }),
    ),
    bug(
        "expired-counts",
        "an invite that is over is shown as if it could be accepted",
        Way::Answer(|function, _, answer| {
            if function == "clients.get" && answer["expired"] == true {
                answer["expired"] = json!(false);
            }
        }),
    ),
    bug(
        "forgotten-mail",
        "a mail's row isn't written, and so it is never tried again",
        Way::Commit(|_, writes| lose_writes(writes, "/mail-retry/")),
    ),
    bug(
        "head-unchecked",
        "of two commands at once, one writes over the other's log",
        Way::Commit(|checks, _| {
            forget_check(checks, "/head");
            forget_check(checks, "/log/");
        }),
    ),
    bug(
        "invoice-skipped",
        "an invoice isn't written",
        Way::Commit(|_, writes| lose_writes(writes, "/invoice/")),
    ),
    bug(
        "log-out-does-nothing",
        "a session goes on after its log-out",
        Way::Call(|function, arguments| {
            (function == "portal.log-out")
                .then(|| ("portal.theme".to_owned(), vec![agency_of(arguments)]))
        }),
    ),
    bug("mail-lost", "a mail that counts as handed over never went out", Way::Mail(|_| 0)),
    bug("mail-twice", "a mail goes out twice, although nothing failed", Way::Mail(|_| 2)),
    bug(
        "owner-stays",
        "an account's owner whose access was removed still owns it",
        Way::Answer(|function, _, answer| {
            if function == "accounts.get" && answer["owner"].is_null() {
                answer["owner"] = json!("somebody");
            }
        }),
    ),
    bug(
        "permission-ignored",
        "a viewer invites clients",
        Way::Call(|function, arguments| as_owner(function, arguments, "clients.invite-by-email")),
    ),
    bug(
        "plan-at-once",
        "a downgrade is shown as if it had happened",
        Way::Answer(|function, _, answer| {
            let planned = answer["planned"][0]["what"]["downgrade"].clone();
            if function == "accounts.get" && planned.is_string() {
                answer["plan"]["id"] = planned;
            }
        }),
    ),
    bug(
        "revoked-gets-in",
        "whoever was revoked is answered as signed in",
        Way::Excuse(|function, _, error| {
            let revoked = function == "portal.admit" && error["denied"]["code"] == "revoked";
            revoked.then(|| json!({"session": "a session of nobody", "client": "nobody"}))
        }),
    ),
    bug(
        "rows-unchecked",
        "a commit doesn't look whether an account was changed by somebody else",
        Way::Commit(|checks, _| {
            forget_check(checks, "/account/");
            forget_check(checks, "/head");
            forget_check(checks, "/log/");
        }),
    ),
    bug(
        "search-forgets",
        "searches don't find new clients",
        Way::Commit(|_, writes| lose_writes(writes, "/search/")),
    ),
    bug(
        "sign-in-without-end",
        "a sign-in runs on when its time is over",
        Way::Answer(|function, _, answer| {
            if function == "impersonation.list" {
                each(answer, "sign-ins", |one| {
                    if one["ended"]["how"] == "time" {
                        one["ended"] = Value::Null;
                    }
                });
            }
        }),
    ),
    bug(
        "trial-a-day-more",
        "a trial is a day longer than asked for",
        Way::Call(|function, arguments| match (function, arguments) {
            ("accounts.start-trial", [call, id, days])
                if days.as_u64().is_some_and(|days| days < 14) =>
            {
                let more = json!(days.as_u64().unwrap_or(0) + 1);
                Some((function.to_owned(), vec![call.clone(), id.clone(), more]))
            }
            _ => None,
        }),
    ),
    bug(
        "usage-forgotten",
        "what is reserved isn't written down",
        Way::Commit(|_, writes| lose_writes(writes, "/use/")),
    ),
    bug(
        "without-idempotency",
        "a command that is repeated with its key is done again",
        Way::Commit(|_, writes| lose_writes(writes, "/idempotency/")),
    ),
    bug(
        "access-end-forgotten",
        "nothing ends access whose time is over",
        Way::Commit(|_, writes| lose_writes(writes, "/access-end/")),
    ),
    bug(
        "counters-not-written",
        "the counters of clients aren't written",
        Way::Commit(|_, writes| lose_writes(writes, "/tally")),
    ),
    bug(
        "ended-token-accepted",
        "the token of a session or sign-in that is over still opens the portal",
        Way::Excuse(|function, _, error| {
            let over =
                function == "portal.switch-brand" && error["denied"]["code"] == "session-ended";
            over.then_some(Value::Null)
        }),
    ),
    bug(
        "head-of-another-length",
        "the log's head is answered with another number",
        Way::Answer(|function, _, answer| {
            if function == "audit.head" {
                answer["number"] = json!(answer["number"].as_u64().unwrap_or(0) + 1);
            }
        }),
    ),
    bug(
        "log-in-row-stays",
        "the list by last log-in shows a client twice after another log-in",
        Way::Commit(|_, writes| deletes_stay(writes, "/by-login/")),
    ),
    bug(
        "pool-ignored",
        "an account is activated beyond the agency's pool",
        Way::Excuse(|function, _, error| {
            let limits = ["dashboards", "users", "api-calls"];
            let beyond = limits.iter().any(|limit| error["limit"]["limit"] == *limit);
            (beyond && function == "accounts.activate").then_some(Value::Null)
        }),
    ),
    bug(
        "run-rate-too-high",
        "the summary counts a brand too many",
        Way::Answer(|function, _, answer| {
            if function == "billing.summary" {
                let rate = answer["run-rate"]["amount"].as_i64().unwrap_or(0);
                answer["run-rate"]["amount"] = json!(rate + 4_900);
            }
        }),
    ),
    bug(
        "session-row-stays",
        "a session isn't ended",
        Way::Commit(|_, writes| deletes_stay(writes, "/session/")),
    ),
    bug(
        "status-row-stays",
        "a client stays in the list of the status that it left",
        Way::Commit(|_, writes| deletes_stay(writes, "/by-status/")),
    ),
    bug(
        "token-not-looked-at",
        "what is done on an account's behalf is done as if it weren't",
        Way::Call(without_token),
    ),
];

const fn bug(name: &'static str, breaks: &'static str, way: Way) -> Bug {
    Bug { name, breaks, way }
}

/// The agency that somebody may look at instead; whichever.
fn agency_of(_: &[Value]) -> Value {
    json!("acme")
}
