//! That a quote is kept to, or refused, whatever happens between the two.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::compare::{ledger, ledger_of};
use super::play::{BRANDS, DAY, Play, olga, place};
use super::{COMMANDS, HISTORIES, histories};

type Rows = BTreeMap<String, String>;

/// A command, and the change by which it is previewed.
struct Move {
    function: &'static str,
    arguments: Vec<Value>,
    change: Value,
    /// The account that it is about.
    account: Option<&'static str>,
}

pub fn a_quote_is_kept_or_refused() {
    let (mut kept, mut refused, mut costing) = (0, 0, 0);
    for seed in histories() {
        let mut play = Play::new(seed);
        for _ in 0..COMMANDS {
            play.pass_time();
            let Some(one) = a_move(&mut play) else {
                play.command();
                continue;
            };
            match outcome(&mut play, &one) {
                Outcome::Kept(amount) => {
                    kept += 1;
                    costing += u32::from(amount != 0);
                }
                Outcome::Refused => refused += 1,
                Outcome::NoQuote => (),
            }
        }
    }
    if histories() == HISTORIES {
        assert!(kept > 1_000 && costing > 200 && refused > 100, "{kept} {costing} {refused}");
    }
}

enum Outcome {
    Kept(i64),
    Refused,
    NoQuote,
}

/// Previews a command, lets something else happen or not, and carries it out with the quote.
fn outcome(play: &mut Play, one: &Move) -> Outcome {
    let before = play.world.rows().unwrap();
    let previewed = play.try_to("billing.preview", &[olga(), one.change.clone(), Value::Null]);
    assert!(play.world.rows().unwrap() == before, "seed {}: a preview changed rows", play.seed);
    let Ok(quote) = previewed else {
        // What the preview refuses, the command refuses.
        let done = play.try_to(one.function, &one.arguments);
        assert!(done.is_err(), "seed {}: {} {:?}", play.seed, one.function, done);
        return Outcome::NoQuote;
    };
    let interrupted = play.dice.below(2) == 0;
    if interrupted {
        play.command();
        let pause = play.dice.below(14 * 60_000);
        play.world.clock.set(play.now() + pause);
    }
    let mut arguments = one.arguments.clone();
    arguments[0]["quote"] = quote["quote"].clone();
    let lines = ledgers(play, one).map(|ledger| ledger.len());
    let before = play.world.rows().unwrap();
    match play.try_to(one.function, &arguments) {
        Ok(answer) => {
            let after = ledgers(play, one);
            let booked = after.iter().zip(lines).flat_map(|(ledger, lines)| &ledger[lines..]);
            let asked_for =
                |line: &Value| line["reason"] != "renewed" && line["reason"] != "expired";
            let booked: Vec<Value> = booked.filter(|line| asked_for(line)).map(quoted).collect();
            let promised: Vec<Value> =
                quote["lines"].as_array().unwrap().iter().map(quoted).collect();
            assert_eq!(booked, promised, "seed {}: {}", play.seed, one.function);
            let refused = |answer: &Value| -> Vec<usize> {
                let rows = answer.as_array().into_iter().flatten().enumerate();
                rows.filter(|(_, row)| !row["refused"].is_null()).map(|(place, _)| place).collect()
            };
            let foretold = quote["refused"].as_array().unwrap();
            let foretold: Vec<usize> = foretold
                .iter()
                .map(|row| usize::try_from(row["place"].as_u64().unwrap()).unwrap())
                .collect();
            assert_eq!(refused(&answer), foretold, "seed {}", play.seed);
            let rows = answer.as_array().cloned().unwrap_or_default();
            let clients = rows.iter().map(|row| &row["done"]["client"]).chain([&answer["client"]]);
            for client in clients.filter_map(Value::as_str) {
                play.known.entry(client.to_owned()).or_default();
            }
            Outcome::Kept(quote["now"]["amount"].as_i64().unwrap())
        }
        Err(error) => {
            let (seed, function) = (play.seed, one.function);
            assert!(interrupted, "seed {seed}: {function} is refused for nothing: {error}");
            let after = play.world.rows().unwrap();
            // What was due anyway may be booked by then; nothing of the command is.
            let clients = |rows: &Rows| -> Vec<(String, String)> {
                let own = rows.iter().filter(|(key, _)| key.contains("/client/"));
                own.map(|(key, row)| (key.clone(), row.clone())).collect()
            };
            assert!(clients(&before) == clients(&after), "seed {}: half done", play.seed);
            if error["conflict"]["state"] == "quote" { Outcome::Refused } else { Outcome::NoQuote }
        }
    }
}

/// The ledgers that a command may add to: the agency's, and that of the account.
fn ledgers(play: &Play, one: &Move) -> [Vec<Value>; 2] {
    let own = one.account.map(|account| ledger_of(play, &json!({"account": account})));
    [ledger(play), own.unwrap_or_default()]
}

/// What both a quote and the ledger say of a line.
fn quoted(line: &Value) -> Value {
    let names = [
        "payer",
        "item",
        "kind",
        "amount",
        "covers-from",
        "covers-to",
        "reason",
        "note",
        "working",
    ];
    names.iter().map(|name| line[*name].clone()).collect()
}

/// A row of many: one in five is bad by itself.
fn many(play: &mut Play) -> Value {
    let mut invite = play.an_invite();
    if play.dice.below(5) == 0 {
        invite["brands"] = json!(["nobody's"]);
    }
    invite
}

fn a_move(play: &mut Play) -> Option<Move> {
    let made =
        |function, arguments, change| Some(Move { function, arguments, change, account: None });
    match play.dice.below(15) {
        11.. => play.an_account_move().map(|(function, account, arguments, change)| Move {
            function,
            arguments,
            change,
            account: Some(account),
        }),
        9 | 10 => {
            let invites: Vec<Value> = (0..play.dice.below(4)).map(|_| many(play)).collect();
            let change = json!({"invite-many": invites});
            made("clients.invite-many", vec![olga(), json!(invites)], change)
        }
        0..3 => {
            let invite = play.an_invite();
            let change = json!({"invite-by-email": invite});
            made("clients.invite-by-email", vec![olga(), invite], change)
        }
        3 => {
            let ends = play.now() + play.dice.below(90 * DAY) + 1;
            let invite = json!({"brands": play.some_brands(), "expires-at": ends});
            let change = json!({"invite-by-link": invite});
            made("clients.invite-by-link", vec![olga(), invite], change)
        }
        4 => {
            let client = json!(play.a_client()?);
            let change = json!({"revoke": client});
            made("clients.revoke", vec![olga(), client], change)
        }
        5 => {
            let client = json!(play.a_client()?);
            let change = json!({"resend": client});
            made("clients.resend", vec![olga(), client], change)
        }
        6 => {
            let (client, brands) = (json!(play.a_client()?), json!(play.some_brands()));
            let change = json!({"remove-brands": {"client": client, "brands": brands}});
            made("clients.remove-brands", vec![olga(), client, brands], change)
        }
        7 => {
            let (client, brands) = (json!(play.a_client()?), json!(play.some_brands()));
            let change = json!({"add-brands": {"client": client, "brands": brands}});
            made("clients.add-brands", vec![olga(), client, brands, Value::Null], change)
        }
        _ => {
            let brand = json!(BRANDS[place(play.dice.below(5))]);
            if play.dice.below(3) != 0 {
                let interval = ["monthly", "annual"][place(play.dice.below(2))];
                let change = json!({"set-interval": interval});
                return made("agencies.set-interval", vec![olga(), json!(interval)], change);
            }
            let change = json!({"archive-brand": brand});
            made("brands.archive", vec![olga(), brand, json!(true)], change)
        }
    }
}
