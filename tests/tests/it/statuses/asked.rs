//! What is asked of an account in each status: every function, with arguments that name the
//! account, its brand and its people.

use serde_json::{Value, json};
use wit_parser::TypeDefKind;

use super::town::{PASSWORD, Town, max};
use crate::calls::{self, arguments, call, plant};
use crate::contract::Contract;

/// A row of the table.
pub struct Asked {
    /// What stands before it.
    pub name: String,
    pub function: &'static str,
    pub arguments: Vec<Value>,
    /// Whether the platform bills the account.
    pub billed_by_platform: bool,
    /// The function whose outcome it foretells.
    pub foretells: Option<&'static str>,
}

/// What `billing.preview` looks at, and the functions that do it.
const PREVIEWS: [(&str, &str); 19] = [
    ("activate-account", "accounts.activate"),
    ("add-add-on", "accounts.add-add-on"),
    ("add-brands", "clients.add-brands"),
    ("archive-brand", "brands.archive"),
    ("change-plan", "accounts.change-plan"),
    ("choose-plan", "portal.choose-plan"),
    ("delete-account", "accounts.delete"),
    ("delete-accounts", "accounts.delete-many"),
    ("disable-account", "accounts.disable"),
    ("invite-by-email", "clients.invite-by-email"),
    ("invite-by-link", "clients.invite-by-link"),
    ("invite-many", "clients.invite-many"),
    ("remove-add-on", "accounts.remove-add-on"),
    ("remove-brands", "clients.remove-brands"),
    ("resend", "clients.resend"),
    ("resume-account", "accounts.resume"),
    ("revoke", "clients.revoke"),
    ("set-billing-owner", "accounts.set-billing-owner"),
    ("set-interval", "agencies.set-interval"),
];

/// Portal functions that take the token of a sign-in in a session's place.
const BY_TOKEN: [&str; 4] =
    ["portal.export", "portal.me", "portal.switch-brand", "portal.view-page"];

/// All rows, for the people of this town.
pub fn all(town: &Town) -> Vec<Asked> {
    let mut all = Vec::new();
    for function in Contract::get().functions() {
        if function == "billing.preview" {
            all.extend(previews(town));
            continue;
        }
        let is_portal = function.starts_with("portal.");
        if is_portal || calls::functions().any(|agencys| agencys == function) {
            all.push(Asked {
                name: function.to_owned(),
                function,
                arguments: arguments_of(function, town),
                billed_by_platform: function == "portal.choose-plan",
                foretells: None,
            });
        }
        match function {
            "accounts.activate" => all.push(billed_by_platform(function, town)),
            "accounts.move-brand" => all.push(out_of_it()),
            _ if BY_TOKEN.contains(&function) => all.push(by_token(function, town)),
            _ => (),
        }
    }
    all
}

fn arguments_of(function: &str, town: &Town) -> Vec<Value> {
    if function.starts_with("portal.") {
        portal_arguments(function, town)
    } else {
        agency_arguments(function, town)
    }
}

fn billed_by_platform(function: &'static str, town: &Town) -> Asked {
    Asked {
        name: format!("{function}, the platform's"),
        function,
        arguments: agency_arguments(function, town),
        billed_by_platform: true,
        foretells: None,
    }
}

fn out_of_it() -> Asked {
    Asked {
        name: "accounts.move-brand, out of it".to_owned(),
        function: "accounts.move-brand",
        arguments: vec![call("acme", "owner"), json!("own"), Value::Null],
        billed_by_platform: false,
        foretells: None,
    }
}

fn by_token(function: &'static str, town: &Town) -> Asked {
    let mut arguments = portal_arguments(function, town);
    arguments[0] = json!(town.token);
    Asked {
        name: format!("{function}, by a token"),
        function,
        arguments,
        billed_by_platform: false,
        foretells: None,
    }
}

fn previews(town: &Town) -> Vec<Asked> {
    let known: Vec<&str> = PREVIEWS.iter().map(|(case, _)| *case).collect();
    assert_eq!(preview_cases(), known);
    let row = |&(case, function): &(&str, &'static str)| {
        let of = arguments_of(function, town);
        let payload = match case {
            "add-brands" | "remove-brands" => json!({"client": of[1], "brands": of[2]}),
            "activate-account" | "change-plan" | "choose-plan" => {
                json!({"account": of[1], "plan": of[2]})
            }
            "add-add-on" | "remove-add-on" => json!({"account": of[1], "add-on": of[2]}),
            "set-billing-owner" => json!({"account": of[1], "owner": of[2]}),
            "delete-accounts" => json!(["own-inc"]),
            _ => of[1].clone(),
        };
        Asked {
            name: format!("billing.preview, {case}"),
            function: "billing.preview",
            arguments: vec![call("acme", "owner"), json!({ case: payload })],
            billed_by_platform: case == "choose-plan",
            // What the owner's session is worth, an operator isn't told.
            foretells: (case != "choose-plan").then_some(function),
        }
    };
    PREVIEWS.iter().map(row).collect()
}

/// What the contract lets one preview, by name.
fn preview_cases() -> Vec<&'static str> {
    let types = Contract::get().types();
    let change = types.types.iter().find(|(_, ty)| ty.name.as_deref() == Some("change"));
    let (_, change) = change.expect("`billing.change` is there");
    let TypeDefKind::Variant(change) = &change.kind else {
        panic!("`billing.change` is a variant")
    };
    let mut cases: Vec<&str> = change.cases.iter().map(|case| case.name.as_str()).collect();
    cases.sort_unstable();
    cases
}

/// As Olga, an owner.
fn agency_arguments(function: &str, town: &Town) -> Vec<Value> {
    let mut arguments = arguments(function, &call("acme", "owner"));
    for (place, kind) in Contract::get().ids(function) {
        match kind.as_str() {
            // Whoever is the account's owner: nobody is to be.
            "client-id" if place.contains('.') || function == "accounts.set-owner" => (),
            "client-id" => plant(function, &mut arguments, &place, client(function, town)),
            "sign-in-id" => plant(function, &mut arguments, &place, &town.sign_in),
            _ => (),
        }
    }
    let (place, other) = match function {
        "accounts.add-add-on" => (2, json!("calls")),
        "accounts.change-plan" => (2, json!("medium")),
        "accounts.move-brand" => (1, json!("other")),
        "accounts.start-trial" | "accounts.extend-trial" => (2, json!(1)),
        "accounts.set-features" => (2, json!(["public-links"])),
        "accounts.set-resources" => (
            2,
            json!({"dashboards": "unlimited", "users": {"at-most": 9}, "api-calls": "unlimited"}),
        ),
        "brands.create" => (1, json!({"id": "fresh", "name": "Fresh", "account": "own-inc"})),
        _ => return arguments,
    };
    arguments[place] = other;
    arguments
}

/// The same as Max, who is signed in on the account's behalf.
pub fn on_its_behalf(function: &str, town: &Town) -> Vec<Value> {
    let mut arguments = agency_arguments(function, town);
    arguments[0] = max();
    arguments[0]["acting-as"] = json!(town.token);
    arguments
}

/// Somebody with whom the function can do something.
fn client<'a>(function: &str, town: &'a Town) -> &'a str {
    match function {
        "clients.add-brands" => &town.dan,
        "clients.copy-link" => &town.lin,
        "clients.resend" | "clients.update" => &town.pia,
        _ => &town.ben,
    }
}

/// As Ben, or as those who are invited. A new parameter needs a line here.
fn portal_arguments(function: &str, town: &Town) -> Vec<Value> {
    let argument = |name: &str| match (function, name) {
        (_, "agency") => json!("acme"),
        (_, "session") => json!(town.session),
        ("portal.open" | "portal.sign-up", "token") => json!(town.pias_link),
        ("portal.accept", "token") => json!(town.yans_link),
        ("portal.confirm-email", "token") => json!(town.confirm_link),
        ("portal.reset-password", "token") => json!(town.reset_link),
        ("portal.accept", "email") => json!("yan@own.example"),
        ("portal.admit", "email") => json!("pia@own.example"),
        ("portal.change-email", "email") => json!("ben@elsewhere.example"),
        ("portal.forgot-password" | "portal.log-in", "email") => json!("ben@own.example"),
        ("portal.reset-password" | "portal.change-password", "password") => {
            json!("another horse battery")
        }
        (_, "password" | "current") => json!(PASSWORD),
        (_, "name") => json!("Pia"),
        (_, "brand") => json!("own"),
        (_, "feature") => json!("dashboard"),
        (_, "format") => json!("pdf"),
        (_, "views") => json!([{"feature": "dashboard"}]),
        (_, "account") => json!("own-inc"),
        (_, "colleague") => json!({"email": "zoe@own.example", "brands": ["own"]}),
        (_, "wanted") => json!(true),
        (_, "plan") => json!("medium"),
        (_, "policy") => json!("read-only"),
        (_, "minutes") => json!(5),
        (_, "page") => json!({"limit": 10}),
        (_, "origin") | ("portal.sign-up", "email") | ("portal.admit", "token") => Value::Null,
        _ => panic!("what should `{name}` of `{function}` be?"),
    };
    let parameters = &Contract::get().function(function).unwrap().params;
    parameters.iter().map(|(name, _)| argument(name)).collect()
}
