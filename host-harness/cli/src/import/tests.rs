//! An import as a whole, to functions that keep clients in a map.

use std::cell::RefCell;
use std::collections::BTreeMap;

use clap::Parser;
use serde_json::Value;

use super::*;

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    import: ImportArgs,
}

fn options(words: &[&str]) -> ImportArgs {
    Options::parse_from(["test", "roster.csv"].iter().chain(words)).import
}

fn denied() -> Value {
    json!({"denied": {"code": "role", "message": "needs a manager"}})
}

/// Makes the missing brands of one row: their names, and why `name` isn't found after it.
fn created(
    words: &[&str],
    name: &str,
    answer: Result<Value, Value>,
) -> Result<(Vec<String>, Result<String, String>), Failure> {
    let api = |function: &str, arguments: &[Value]| {
        assert_eq!((function, &arguments[0]), ("brands.create", &json!({"name": name})));
        answer.clone().map_err(|error| CallError::Refused { function: function.into(), error })
    };
    let mut brands = Brands::default();
    let roster = Roster::read(&format!("mail,brand\na@x.example,{name}\n")).unwrap();
    let made = create_missing(&api, &mut brands, &roster, &options(words))?;
    let found = brands.find(name).map(|brand| brand.id.clone());
    Ok((made, found))
}

#[test]
fn missing_brands_are_made() {
    let (made, found) = created(&[], "Puma", Ok(json!("b1"))).unwrap();
    assert_eq!((made, found), (vec!["Puma".to_owned()], Ok("b1".to_owned())));

    let (made, found) = created(&["--dry-run"], "Puma", Err(denied())).unwrap();
    assert_eq!((made, found), (vec!["Puma".to_owned()], Ok("Puma".to_owned())));

    let long =
        json!({"invalid": [{"field": "brand.name", "code": "too-long", "message": "is long"}]});
    let (made, found) = created(&[], "Puma", Err(long)).unwrap();
    assert!(made.is_empty());
    assert_eq!(found, Err("can't create `Puma`: name: is long".into()));

    assert!(created(&[], "Puma", Err(denied())).is_err());
}

#[test]
fn everyones_brands_must_be_there() {
    let mut brands = Brands::default();
    brands.add(Brand { id: "nike".into(), name: "Nike Inc".into() });
    let found = defaults(&brands, &options(&["--brand", " nike inc ", "--note", "Hi"])).unwrap();
    assert_eq!(found.brands[0].id, "nike");
    assert_eq!(found.message.as_deref(), Some("Hi"));

    let Err(Failure::Usage(text)) = defaults(&brands, &options(&["--brand", "nikes"])) else {
        panic!("it is refused")
    };
    let expected = "`--brand`: there is no `nikes` (did you mean `Nike Inc`?); `--create-brands` creates missing brands";
    assert_eq!(text, expected);
}

#[test]
fn importing_twice_changes_nothing() {
    let clients = RefCell::new(BTreeMap::new());
    let api = |function: &str, arguments: &[Value]| {
        assert_eq!(function, "clients.invite-many");
        let answer = |row: &Value| {
            let email = row["email"].as_str().unwrap().to_lowercase();
            let known = clients.borrow_mut().insert(email.clone(), row["brands"].clone()).is_some();
            let outcome = if known { "already-there" } else { "invited" };
            json!({"done": {"client": email, "outcome": outcome}})
        };
        Ok(arguments[0].as_array().unwrap().iter().map(answer).collect())
    };
    let mut brands = Brands::default();
    brands.add(Brand { id: "nike".into(), name: "Nike".into() });
    let text: String = (0..450).map(|n| format!("c{n}@x.example;nike\n")).collect();
    let text = format!("mail;brand\n{text}bad row;Fila\n");
    for (outcome, fresh) in [("invited", 450), ("already there", 450)] {
        let roster = Roster::read(&text).unwrap();
        let plan = Plan::of(roster.rows, &brands, &Defaults::default());
        let mut page = Page::plain();
        assert!(carry_out(&api, plan, &mut page).is_err(), "one row is refused");
        let line = page.text().lines().find(|line| line.trim().starts_with(outcome)).unwrap();
        assert!(line.trim().ends_with(&fresh.to_string()), "{line}");
        assert!(page.text().contains("brands: there is no `Fila`"), "{}", page.text());
        assert_eq!(clients.borrow().len(), 450);
    }
}

#[test]
fn the_end_says_how_it_went() {
    let stopped = || Some((402, Failure::failed("the disk is full".into())));
    for (refused, stopped, end) in [
        (0, None, None),
        (2, None, Some("2 of 1,000 rows can't be imported; correct the file and import it again")),
        (
            2,
            stopped(),
            Some(
                "stopped before line 402: the disk is full; import the file again to go on, what \
                 is done stays as it is",
            ),
        ),
    ] {
        let said = verdict(refused, 1_000, stopped).err().map(|failure| match failure {
            Failure::Failed(error) => error.to_string(),
            Failure::Usage(text) => text,
        });
        assert_eq!(said.as_deref(), end);
    }
}
