//! What the component says, and what the reference says.

use clientdesk_tests::billing_reference::history::Payer;
use clientdesk_tests::billing_reference::line::{Invoice, Item, Kind, Line, Reason, Running};
use clientdesk_tests::billing_reference::reading::{Books, report};
use serde_json::{Value, json};

use super::play::{Play, olga, time};
use crate::derived;

/// Whether what is booked is what the reference says, payer by payer. Gives what it says of the
/// agency.
pub fn books(play: &Play) -> Books {
    let mut agency = None;
    for expected in all(play) {
        let payer = said(&expected.payer);
        let mut lines: Vec<String> = expected.lines.iter().map(line).collect();
        let found = pages(play, "billing.ledger", "lines", &json!({"payer": payer}));
        let mut found: Vec<String> = found.iter().map(shown_line).collect();
        lines.sort();
        found.sort();
        same(play, &format!("lines of {payer}"), &found, &lines);
        let invoices: Vec<String> = expected.invoices.iter().map(invoice).collect();
        let found = pages(play, "billing.invoices", "invoices", &payer);
        let mut found: Vec<String> = found.iter().map(shown_invoice).collect();
        found.reverse();
        same(play, &format!("invoices of {payer}"), &found, &invoices);
        if expected.payer == Payer::Agency {
            agency = Some(expected);
        }
    }
    derived::check(&play.world.rows().unwrap())
        .unwrap_or_else(|why| panic!("seed {}: {why}", play.seed));
    agency.unwrap()
}

/// A payer as the contract has it.
fn said(payer: &Payer) -> Value {
    match payer {
        Payer::Agency => json!("agency"),
        Payer::Account(account) => json!({"account": account}),
    }
}

/// Whether what is told of what runs and what comes is what the reference says, booked or not.
pub fn readers(play: &Play) {
    let reports = all(play);
    let expected = reports.iter().find(|books| books.payer == Payer::Agency).unwrap();
    let summary = play.ask("billing.summary", &[olga()]);
    let figure = |name: &str| summary[name]["amount"].as_i64().unwrap();
    let found = ["run-rate", "total", "credit", "next-invoice"].map(|name| (name, figure(name)));
    let next = &expected.forecast[0];
    let figures = [
        ("run-rate", expected.run_rate),
        ("total", expected.total),
        ("credit", expected.credit),
        ("next-invoice", next.due),
    ];
    if found != figures {
        // Which lines it is about.
        play.jobs_of(100);
        books(play);
    }
    same(play, "summary", &found, &figures);
    let item = |books: &Books, item: &Running| {
        format!("{} {} {} {}", said(&books.payer), item_text(&item.item), item.price, item.since)
    };
    let items = reports.iter().flat_map(|books| books.items.iter().map(|one| item(books, one)));
    let mut items: Vec<String> = items.collect();
    let found = pages(play, "billing.items", "items", &Value::Null);
    let mut found: Vec<String> = found.iter().map(shown_item).collect();
    items.sort();
    found.sort();
    same(play, "items", &found, &items);
    let forecast = play.ask("billing.forecast", &[olga()]);
    let months = expected.forecast.iter();
    let months: Vec<String> = months
        .map(|month| format!("{} {} {}", month.closes_at, month.subtotal, month.due))
        .collect();
    let shown = |month: &Value| {
        format!("{} {} {}", month["closes-at"], month["subtotal"]["amount"], month["due"]["amount"])
    };
    let found: Vec<String> = forecast.as_array().unwrap().iter().map(shown).collect();
    same(play, "forecast", &found, &months);
    for books in &reports {
        if let Payer::Account(account) = &books.payer {
            let shown = play.ask("accounts.get", &[olga(), json!(account)]);
            let pays = shown["pays-itself"] == true;
            let found = if pays { shown["run-rate"]["amount"].as_i64().unwrap() } else { 0 };
            same(play, account, &[found], &[books.run_rate]);
        }
    }
}

fn all(play: &Play) -> Vec<Books> {
    report(&play.history, time(play.now()))
}

fn same<T: PartialEq + std::fmt::Debug>(play: &Play, what: &str, found: &[T], expected: &[T]) {
    if found == expected {
        return;
    }
    let more: Vec<&T> = found.iter().filter(|one| !expected.contains(one)).collect();
    let less: Vec<&T> = expected.iter().filter(|one| !found.contains(one)).collect();
    let history = play.history.events.iter();
    let catalogs = &play.history.catalogs;
    panic!(
        "seed {}, at {}: {what}\n  only in the component: {more:#?}\n  only in the reference: {less:#?}\n  created {} {:?}\n  events: {:#?}\n  catalogs: {catalogs:?}",
        play.seed,
        play.now(),
        play.history.created,
        play.history.interval,
        history.map(|event| format!("{event:?}")).collect::<Vec<_>>(),
    );
}

/// The whole ledger of the agency.
pub fn ledger(play: &Play) -> Vec<Value> {
    pages(play, "billing.ledger", "lines", &Value::Null)
}

/// The whole ledger of a payer, as the contract names it.
pub fn ledger_of(play: &Play, payer: &Value) -> Vec<Value> {
    pages(play, "billing.ledger", "lines", &json!({"payer": payer}))
}

/// All of a list, where `of` says of whom, if it can be said.
fn pages(play: &Play, function: &str, field: &str, of: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let page = json!({"limit": 500, "cursor": cursor});
        let arguments = match function {
            "billing.items" => vec![olga(), page],
            _ => vec![olga(), of.clone(), page],
        };
        let answer = play.ask(function, &arguments);
        all.extend(answer[field].as_array().unwrap().clone());
        cursor = answer["next"].clone();
        if cursor.is_null() {
            return all;
        }
    }
}

fn item_text(item: &Item) -> String {
    match item {
        Item::WhiteLabel(brand) => format!("white-label {brand}"),
        Item::Plan(account) => format!("plan {account}"),
        Item::AddOn(account, add_on) => format!("add-on {account} {add_on}"),
        Item::Adjustment(note) => format!("adjustment {note}"),
    }
}

fn shown_item_text(item: &Value) -> String {
    let text = |case: &str| item[case].as_str().map(|text| format!("{case} {text}"));
    let add_on = &item["add-on"];
    if let (Some(account), Some(add_on)) = (add_on["account"].as_str(), add_on["add-on"].as_str()) {
        return format!("add-on {account} {add_on}");
    }
    ["white-label", "plan", "adjustment"].into_iter().find_map(text).unwrap()
}

fn line(line: &Line) -> String {
    let kind = match line.kind {
        Kind::Credit => "credit",
        Kind::Charge => "charge",
        Kind::Discount => "discount",
        Kind::Adjustment => "adjustment",
    };
    let reason = match line.reason {
        Reason::Started => "started",
        Reason::Renewed => "renewed",
        Reason::Stopped => "stopped",
        Reason::Expired => "expired",
        Reason::Changed => "changed",
        Reason::Switched => "switched",
        Reason::Adjusted => "adjusted",
    };
    format!(
        "{} {} {kind} {} {}-{} {reason} {:?} {}",
        line.at,
        item_text(&line.item),
        line.amount,
        line.covers_from,
        line.covers_to,
        line.note.as_deref().unwrap_or_default(),
        line.invoiced_at,
    )
}

pub fn shown_line(line: &Value) -> String {
    let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
    format!(
        "{} {} {} {} {}-{} {} {:?} {}",
        line["at"],
        shown_item_text(&line["item"]),
        text("kind"),
        line["amount"]["amount"],
        line["covers-from"],
        line["covers-to"],
        text("reason"),
        text("note"),
        line["invoiced-at"],
    )
}

fn invoice(invoice: &Invoice) -> String {
    let Invoice { number, closed_at, due_at, lines, subtotal, credit_used, .. } = invoice;
    let Invoice { due, credit_left, .. } = invoice;
    format!(
        "{number} {closed_at} {due_at} {lines} {subtotal} − {credit_used} = {due}, {credit_left}"
    )
}

fn shown_invoice(invoice: &Value) -> String {
    let amount = |name: &str| invoice[name]["amount"].as_i64().unwrap();
    format!(
        "{} {} {} {} {} − {} = {}, {}",
        invoice["number"],
        invoice["closed-at"],
        invoice["due-at"],
        invoice["lines"],
        amount("subtotal"),
        amount("credit-used"),
        amount("due"),
        amount("credit-left"),
    )
}

fn shown_item(item: &Value) -> String {
    let (payer, what) = (&item["payer"], shown_item_text(&item["item"]));
    format!("{payer} {what} {} {}", item["price"]["amount"], item["since"])
}
