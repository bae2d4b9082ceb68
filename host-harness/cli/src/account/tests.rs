//! The whole page, and what changes on it with where an account stands.

use serde_json::json;

use super::*;

/// 16 September 2026.
const NOW: u64 = 1_789_516_800_000;
const DAY: u64 = 86_400_000;
const OPTIONS: &str = " --agency acme";

fn usd(amount: i64) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

/// An account that has of everything something.
fn account() -> Value {
    json!({
        "id": "nike-inc", "name": "Nike Inc", "status": "active", "brands": ["jordan", "nike"],
        "description": "Shoes, mostly.", "email": "office@nike.example", "owner": "c1",
        "billing-owner": "agency", "pays-itself": false, "plan-due": false,
        "run-rate": usd(2_300),
        "plan": {"id": "medium", "monthly": usd(2_000), "since": NOW, "paid-until": NOW + 15 * DAY},
        "add-ons": [{"id": "users", "monthly": usd(300), "since": NOW,
            "paid-until": NOW + 15 * DAY}],
        "resale-price": usd(5_000), "margin": usd(2_700),
        "planned": [
            {"what": {"downgrade": "small"}, "at": NOW + 15 * DAY},
            {"what": {"removal": "users"}, "at": NOW + 15 * DAY},
        ],
        "features": ["download-reports", "email-reports"], "own-features": false,
        "own-resources": null,
    })
}

fn detail(account: Value) -> Value {
    json!({
        "account": account,
        "usage": {
            "dashboards": {"allowance": {"at-most": 5}, "used": 3},
            "users": {"allowance": {"at-most": 20}, "used": 20},
            "api-calls": {"allowance": "unlimited", "used": 12_345},
            "clients": [],
        },
        "running-out": [
            {"resource": "users", "limit": 20, "used": 20, "runs-out-at": NOW},
            {"resource": "dashboards", "limit": 5, "used": 3, "runs-out-at": NOW + 9 * DAY},
        ],
        "people": [
            {"client": "c1", "name": "Olivia", "email": "olivia@nike.example",
                "status": "active", "owner": true, "brands": ["jordan", "nike"]},
            {"client": "c2", "name": null, "email": "ann@nike.example",
                "status": "pending", "owner": false, "brands": ["nike"]},
        ],
        "people-total": 22,
        "as-of": NOW,
    })
}

fn sign_ins() -> Value {
    let sign_in = |id: &str, mode: &str, ended: Value| {
        json!({"id": id, "operator-name": "Mia", "mode": mode, "reason": "Invite the new team",
            "started-at": NOW, "ends-at": NOW + 1_800_000, "ended": ended})
    };
    json!({
        "policy": "read-only", "allowed-until": NOW + DAY,
        "sign-ins": [
            sign_in("s2", "full", Value::Null),
            sign_in("s1", "read-only", json!({"at": NOW + 60_000, "how": "stopped"})),
        ],
    })
}

fn shown(account: Value) -> String {
    let mut page = Page::plain();
    let told = Told { detail: detail(account), sign_ins: sign_ins() };
    told.show(&mut page, OPTIONS);
    page.text().to_owned()
}

#[test]
fn a_page_says_all_of_it() {
    assert_eq!(shown(account()), include_str!("page.txt"));
}

#[test]
fn for_programs_the_sign_ins_stand_beside_the_detail() {
    let told = Told { detail: detail(account()), sign_ins: sign_ins() }.in_json();
    assert_eq!(told["account"], account());
    assert_eq!(told["people-total"], 22);
    assert_eq!(told["sign-ins"], sign_ins());
}

#[test]
fn where_it_stands_is_a_sentence_with_what_comes_next() {
    let end = NOW + 36 * 3_600_000;
    for (changes, told) in [
        (
            json!({"status": "setup"}),
            &[
                "hidden from clients.\n",
                "Reveal it: clientdesk accounts trial nike-inc 14 --agency acme\n",
                "office@nike.example is invited as its owner when it leaves set-up.\n",
                "It is to have the plan large.\n",
            ][..],
        ),
        (
            json!({"status": "trial", "trial-ends-at": end}),
            &[
                "On trial until 2026-09-17T12:00:00Z.\n",
                " 2026-09-17T12:00:00Z   36 hours   its trial is over: it is disabled, unless it",
                "Keep it: clientdesk accounts activate nike-inc <PLAN> --agency acme\n",
                "Name somebody: clientdesk accounts set-owner nike-inc <CLIENT> --agency acme\n",
            ],
        ),
        (
            json!({"status": "disabled", "trial-ends-at": end}),
            &["Its trial lasts until 2026-09-17T12:00:00Z", "36 hours   its trial is over\n"],
        ),
        (
            json!({"status": "disabled"}),
            &["don't get in.\n", "End the rest: clientdesk accounts resume nike-inc"],
        ),
        (
            json!({"status": "disabled", "disabled-reason": "trial-expired",
                "deletes-at": NOW + 30 * DAY}),
            &["activate it to go on", "30 days   it is deleted for good", "Go on with it: "],
        ),
        (json!({"status": "deleted"}), &["Deleted for good.\n", "Nobody owns it.\n"]),
        (
            json!({"status": "active", "plan-due": true, "email": null}),
            &[
                "and nobody owns it who could choose one. Until then the agency pays.\n",
                "Its mail goes to the agency, which is the only way in.\n",
                "clientdesk sign-in-as nike-inc --reason <WHY> --agency acme\n",
            ],
        ),
    ] {
        let mut account = account();
        for (field, value) in [
            ("owner", Value::Null),
            ("plan", Value::Null),
            ("add-ons", json!([])),
            ("planned", json!([])),
            ("intended-plan", json!("large")),
        ] {
            account[field] = value;
        }
        for (field, value) in changes.as_object().unwrap() {
            account[field] = value.clone();
        }
        let shown = shown(account);
        for told in told {
            assert!(shown.contains(told), "{told}: {shown}");
        }
    }
}

#[test]
fn what_the_agency_keeps_may_be_less_than_nothing() {
    for (price, margin, told) in [
        (usd(5_000), usd(2_700), "$50.00 a month, of which the agency keeps $27.00.\n"),
        (usd(1_000), usd(-1_300), "$10.00 a month, which is − $13.00 for the agency.\n"),
        (usd(1_000), Value::Null, "The client pays the agency $10.00 a month.\n"),
    ] {
        let mut account = account();
        account["resale-price"] = price;
        account["margin"] = margin;
        let shown = shown(account);
        assert!(shown.contains(told), "{shown}");
    }
}

#[test]
fn what_it_has_is_short() {
    assert_eq!(plan_words(&account()), "medium + users");
    assert_eq!(plan_words(&json!({"plan": null, "add-ons": []})), "");
    assert_eq!(who_pays(&json!({"pays-itself": true})), "itself");
}
