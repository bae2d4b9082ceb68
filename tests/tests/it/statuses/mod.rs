//! What an account's status means for every function: the table in `tests/statuses.txt`, compared
//! with what really happens.
//!
//! The status is one row of the store. Everybody who looks at it obeys at once: the table is
//! made before any job has run.

mod asked;
mod town;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use clientdesk_component::app::functions;
use clientdesk_component::domain::actor::Scope;
use libtest_mimic::Trial;
use serde_json::Value;

use self::asked::Asked;
use self::town::{Came, Status, Town};
use crate::acting::word;
use crate::contract::Contract;
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("statuses/what_a_status_means", what_a_status_means),
        trial("statuses/a_trial_is_over_without_a_job", a_trial_is_over_without_a_job),
        trial("statuses/on_behalf_of_an_account", on_behalf_of_an_account),
    ]
}

/// Refusals that are written down: who tried to get in.
const LOGGED: [&str; 2] = ["impersonation.start", "portal.log-in"];

/// A town whose account the agency pays for, and the same with one that the platform bills.
struct Towns {
    plain: Town,
    billed_by_platform: Town,
}

impl Towns {
    fn new(status: Status) -> Towns {
        Towns { plain: Town::new(status, false), billed_by_platform: Town::new(status, true) }
    }

    /// Every row with its word, and what of all that is wrong.
    fn words(&self, status: Status) -> (Vec<(String, String)>, Vec<String>) {
        let plain = asked::all(&self.plain);
        let others = asked::all(&self.billed_by_platform);
        let (mut words, mut wrong) = (Vec::new(), Vec::new());
        let (mut outcomes, mut foretold) = (BTreeMap::new(), Vec::new());
        for (plain, other) in plain.into_iter().zip(others) {
            let (asked, town) = if plain.billed_by_platform {
                (other, &self.billed_by_platform)
            } else {
                (plain, &self.plain)
            };
            let came = town.call(asked.function, &asked.arguments);
            let word = outcome(&came);
            wrong.extend(check(status, &asked, &came, &word));
            foretold.extend(asked.foretells.map(|function| (function, word.clone())));
            outcomes.insert(asked.name.clone(), word.clone());
            words.push((asked.name, word));
        }
        for (function, word) in foretold {
            let came = &outcomes[function];
            if word != *came {
                wrong.push(format!("{function} in {status:?}: {came}, but {word} was foretold"));
            }
        }
        (words, wrong)
    }
}

/// A call's outcome in a word: of a list, that of its first row.
fn outcome(came: &Came) -> String {
    let answer = match &came.result {
        Ok(answer) => answer,
        Err(error) => return word(error),
    };
    let refused = [answer.pointer("/0/refused"), answer.pointer("/refused/0/why")];
    match (answer, refused.into_iter().flatten().next()) {
        (_, Some(error)) => word(error),
        (Value::Bool(answer), None) => answer.to_string(),
        (_, None) => "yes".to_owned(),
    }
}

/// What must hold whatever the table says, and doesn't.
fn check(status: Status, asked: &Asked, came: &Came, word: &str) -> Option<String> {
    let name = format!("{} in {status:?}", asked.name);
    let is_logged = LOGGED.contains(&asked.function);
    if came.result.is_err() && !came.written.is_empty() && !is_logged {
        return Some(format!("{name} is refused, and writes {:?}", came.written));
    }
    let parameters = &Contract::get().function(asked.function).unwrap().params;
    let by_session = parameters.first().is_some_and(|(name, _)| name == "session");
    if !by_session || asked.function == "portal.log-out" {
        return None;
    }
    let by_token = asked.name.ends_with("by a token");
    let gets_in = if by_token { status.is_at_work() } else { status.is_open() };
    (gets_in == (word == "session-ended")).then(|| format!("{name}: {word}"))
}

fn what_a_status_means() {
    let (columns, wrong): (Vec<_>, Vec<_>) =
        Status::ALL.into_iter().map(|status| Towns::new(status).words(status)).unzip();
    let mut table = format!("{:<40}", "function");
    Status::ALL.iter().for_each(|status| write!(table, "{:<17}", status.word()).unwrap());
    for (row, (name, _)) in columns[0].iter().enumerate() {
        write!(table, "\n{name:<40}").unwrap();
        for column in &columns {
            assert_eq!(column[row].0, *name);
            write!(table, "{:<17}", column[row].1).unwrap();
        }
    }
    let table: Vec<&str> = table.lines().map(str::trim_end).collect();
    let table = table.join("\n") + "\n";
    let file = repository("tests/statuses.txt");
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(table == expected, "{} should hold:\n{table}", file.display());
    let wrong = wrong.concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn a_trial_is_over_without_a_job() {
    let status = Status::Expired;
    let towns = Towns::new(status);
    let before = towns.words(status);
    let Towns { plain, billed_by_platform } = towns;
    let after =
        Towns { plain: plain.after_jobs(), billed_by_platform: billed_by_platform.after_jobs() };
    assert_eq!(before, after.words(status));
}

/// A token is good as long as the account is at work, and opens nothing at all after that.
fn on_behalf_of_an_account() {
    for status in Status::ALL {
        let town = Town::new(status, false);
        for declared in functions::ALL.iter().filter(|declared| declared.scope == Scope::Account) {
            let arguments = asked::on_its_behalf(declared.name, &town);
            let word = outcome(&town.call(declared.name, &arguments));
            let name = declared.name;
            assert_eq!(word == "acting-as", !status.is_at_work(), "{name} in {status:?}: {word}");
        }
    }
}
