//! An account's page, and what is done on its behalf: signing in, acting, and signing out.

use serde_json::{Value, json};

use crate::program::{Desk, Said};

const MIA: &str = "manager:mia:Mia";

/// A desk with the account `nike-inc`, its brand `nike`, and the agency's own brand `puma`.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.call(&["brands.create", r#"{"id": "puma", "name": "Puma"}"#]);
    desk.build_account();
    desk
}

/// A command of Mia's about the agency, with these variables set.
fn run(desk: &Desk, variables: &str, command: &str) -> Said {
    desk.script(
        &format!(
            "export CLIENTDESK_STORE=s.db CLIENTDESK_AGENCY=acme CLIENTDESK_AS={MIA}\n\
             {variables}\n{command}"
        ),
        "",
    )
}

fn did(desk: &Desk, variables: &str, command: &str) -> String {
    let said = run(desk, variables, command);
    assert_eq!((said.code, said.error.as_str()), (Some(0), ""), "{command}");
    said.out
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn later_commands_act_on_the_accounts_behalf() {
    let desk = desk();
    let told = did(
        &desk,
        "",
        "clientdesk sign-in-as nike-inc --reason 'Invite the team' --full --minutes 15",
    );
    for part in [
        "│ Mia is signed in on behalf of Nike Inc.",
        "Z, 15 minutes in all",
        "│ Why: Invite the team",
        "│ Leave Nike Inc: clientdesk sign-in-as --stop --agency acme --as manager:mia:Mia --store s.db",
        "\n  export CLIENTDESK_AS=manager:mia:Mia\n",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let token = told.lines().find(|line| line.contains("export CLIENTDESK_ACTING_AS=")).unwrap();
    let brands = value(&did(&desk, token, "clientdesk brands --json"))["items"].clone();
    assert_eq!(brands.as_array().unwrap().len(), 1, "{brands}");
    assert_eq!(brands[0]["id"], "nike");
    did(&desk, token, "clientdesk brands create Jordan --id jordan");
    let log = value(&did(&desk, "", "clientdesk log --kind brand-created --limit 1 --json"));
    let actor = json!({"operator": {"id": "mia", "name": "Mia", "role": "manager",
        "on-behalf-of": "nike-inc"}});
    assert_eq!(log["items"][0]["actor"], actor);
    // With the token as an option, and for `call` too.
    let option = token.trim().replace("export CLIENTDESK_ACTING_AS=", "--acting-as ");
    let called = format!("clientdesk call {option} accounts.list 'page={{\"limit\": 5}}'");
    let accounts = value(&did(&desk, "", &called))["accounts"].clone();
    assert_eq!(accounts[0]["brands"], json!(["jordan", "nike"]));
    // Not in her own name, not beyond the account, and nobody else with it.
    let create = "clientdesk brands create Fila --id fila";
    run(&desk, "", create).refused(1, &["`--acting-as`", "Nike Inc"]);
    let archive = "clientdesk brands archive puma";
    run(&desk, token, archive).refused(1, &["no brand `puma`"]);
    let stranger = format!("{token}\nexport CLIENTDESK_AS=manager:eve:Eve");
    run(&desk, &stranger, create).refused(1, &["unset CLIENTDESK_ACTING_AS"]);
}

#[test]
fn a_sign_in_is_shown_and_stopped() {
    let desk = desk();
    let none = did(&desk, "", "clientdesk sign-in-as --current");
    assert_eq!(none, "You aren't signed in on anybody's behalf.\n");
    let start = "clientdesk sign-in-as nike-inc --reason Look --return-to https://acme.example/x";
    let grant = value(&did(&desk, "", &format!("{start} --json")));
    let token = format!("export CLIENTDESK_ACTING_AS={}", grant["token"].as_str().unwrap());
    // A second one isn't started with the token of the first either.
    for variables in ["", &token] {
        run(&desk, variables, start).refused(1, &["on behalf of `Nike Inc`", "stop it first"]);
        let current = did(&desk, variables, "clientdesk sign-in-as --current --json");
        assert_eq!(value(&current)["banner"], grant["banner"]);
    }
    assert!(did(&desk, "", "clientdesk sign-in-as --current").contains("to look only"));
    run(&desk, &token, "clientdesk brands create Fila").refused(1, &["read-only"]);
    let out = did(&desk, &token, "clientdesk sign-in-as --stop");
    assert!(out.starts_with("You left Nike Inc.\nBack to https://acme.example/x\n"), "{out}");
    assert!(out.ends_with("\n  unset CLIENTDESK_ACTING_AS\n"), "{out}");
    let again = did(&desk, "", "clientdesk sign-in-as --stop");
    assert_eq!(again, "You weren't signed in on anybody's behalf.\n");
    let over = "the sign-in on the account's behalf is over, since it was stopped: start anew";
    run(&desk, &token, "clientdesk brands").refused(1, &[over, "unset CLIENTDESK_ACTING_AS"]);
}

#[test]
fn a_shell_signs_itself_in_and_out() {
    let desk = desk();
    let start = "clientdesk sign-in-as nike-inc --reason Look --export";
    let script = format!(
        "eval \"$({start} 2> banner.txt)\"\nclientdesk brands --json\n\
         eval \"$(clientdesk sign-in-as --stop --export 2> left.txt)\"\n\
         test -z \"$CLIENTDESK_ACTING_AS\"\nclientdesk brands --json > all.json"
    );
    let own = value(&did(&desk, "", &script));
    assert_eq!(own["items"].as_array().unwrap().len(), 1, "{own}");
    let read = |name: &str| std::fs::read_to_string(desk.path(name)).unwrap();
    assert!(read("banner.txt").contains("to look only."), "{}", read("banner.txt"));
    assert_eq!(read("left.txt"), "You left Nike Inc.\n");
    assert_eq!(value(&read("all.json"))["items"].as_array().unwrap().len(), 2);
    run(&desk, "", &format!("{start} --json")).refused(2, &["can't both be"]);
}

#[test]
fn an_owner_finds_a_sign_in_on_the_page_and_stops_it() {
    let desk = desk();
    did(&desk, "", "clientdesk sign-in-as nike-inc --reason 'Look around'");
    let on = |args: &[&str]| desk.on_store(&[args, &["--agency", "acme"]].concat());
    let page = on(&["account", "nike-inc"]);
    for part in ["Nike Inc (nike-inc)", "In set-up", "Look around", "runs until"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let stop = page.lines().find_map(|line| line.strip_prefix("Stop that of Mia: ")).unwrap();
    let said = desk.script(stop, "");
    assert_eq!((said.code, said.out.as_str()), (Some(0), "That sign-in is stopped.\n"), "{said:?}");
    let told = value(&on(&["account", "nike-inc", "--json"]));
    assert_eq!(told["account"]["id"], "nike-inc");
    assert_eq!(told["sign-ins"]["sign-ins"][0]["ended"]["how"], "stopped");
    assert!(told["sign-ins"]["sign-ins"][0]["ended"]["at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(told["usage"]["users"]["used"], 0);
    assert_eq!(told["people"], json!([]));
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_done() {
    let desk = desk();
    for (words, code, part) in [
        ("", 2, "<ACCOUNT>"),
        ("nike-inc", 2, "--reason"),
        ("nike-inc --reason x --minutes 0", 1, "minutes"),
        ("nike-inc --reason ''", 1, "reason"),
        ("none --reason x", 1, "no account `none` in agency `acme`"),
        ("nike-inc --reason x --stop", 2, "--stop"),
        ("--current --stop", 2, "--stop"),
        ("--stop none", 1, "none"),
    ] {
        run(&desk, "", &format!("clientdesk sign-in-as {words}")).refused(code, &[part]);
    }
    let page = value(&did(&desk, "", "clientdesk account nike-inc --json"));
    assert_eq!(page["sign-ins"]["sign-ins"], json!([]));
    run(&desk, "", "clientdesk account none").refused(1, &["no account `none` in agency `acme`"]);
}
