//! What is charged: whose, from when to when, how much, and on which invoice.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::bought::Payer;
use super::catalog::product;
use super::check::same;
use super::model::{Id, Time};
use super::play::{Play, Wrong};
use crate::calendar::{month_around, share};
use crate::pages;
use crate::read::{amount, number};

/// What a brand costs a month while somebody has access to it.
pub(super) const WHITE_LABEL: i64 = 4_900;

/// The lines of a payer, as the ledger has them, and its invoices, the oldest first.
pub(super) struct Books {
    pub payer: Payer,
    /// The account that it is; none: the agency.
    pub account: Option<Id>,
    /// From when on its months count.
    pub anchor: Time,
    pub lines: Vec<Value>,
    pub invoices: Vec<Value>,
}

impl Play {
    /// The charges and credits cover every millisecond up to now once, or not at all, are their payer's, and come
    /// to what the time costs. Nothing may be due.
    pub(crate) fn check_paid(&self) -> Result<(), Wrong> {
        let mut covered: BTreeMap<(String, Payer), BTreeMap<Time, i64>> = BTreeMap::new();
        let all = self.books()?;
        for books in &all {
            for line in &books.lines {
                let weight = match line["kind"].as_str() {
                    Some("charge") => 1,
                    Some("credit") => -1,
                    _ => continue,
                };
                let steps = covered.entry((line["item"].to_string(), books.payer)).or_default();
                *steps.entry(number(&line["covers-from"])).or_default() += weight;
                *steps.entry(number(&line["covers-to"])).or_default() -= weight;
                self.check_amount(books, line)?;
            }
            check_invoices(books)?;
        }
        let covers = |item: Value, payer: Payer, paid: &[(Time, Option<Payer>)]| {
            let found = covered.get(&(item.to_string(), payer)).cloned().unwrap_or_default();
            self.covers(&item, payer, &found, paid)
        };
        for (id, account) in &self.model.accounts {
            let bought = &account.bought;
            let plan = (json!({"plan": id}), &bought.paid);
            let add_on =
                |(add_on, paid)| (json!({"add-on": {"account": id, "add-on": add_on}}), paid);
            let items = bought.add_ons_paid.iter().map(add_on);
            for (item, paid) in core::iter::once(plan).chain(items) {
                for payer in [Payer::Agency, Payer::Account] {
                    covers(item.clone(), payer, paid)?;
                }
            }
        }
        for (brand, charged) in &self.model.charged {
            let paid = charged.iter().map(|(at, is)| (*at, is.then_some(Payer::Agency)));
            covers(json!({"white-label": brand}), Payer::Agency, &paid.collect::<Vec<_>>())?;
        }
        self.check_bills(&all)
    }

    pub(super) fn books(&self) -> Result<Vec<Books>, Wrong> {
        let mut payers = vec![(None, self.model.began)];
        payers.extend(
            self.model
                .accounts
                .iter()
                .filter_map(|(id, account)| Some((Some(*id), account.bought.anchor?))),
        );
        let books = payers.into_iter().map(|(account, anchor)| {
            let named = account.map_or(Value::Null, |id| json!({"account": id}));
            let filter = if named.is_null() { Value::Null } else { json!({"payer": named}) };
            let mut invoices = self.pages("billing.invoices", "invoices", &named)?;
            invoices.sort_by_key(|invoice| number(&invoice["number"]));
            Ok(Books {
                payer: account.map_or(Payer::Agency, |_| Payer::Account),
                account,
                anchor,
                lines: self.pages("billing.ledger", "lines", &filter)?,
                invoices,
            })
        });
        books.collect()
    }

    /// All of a list that begins with whose it is.
    fn pages(&self, function: &str, field: &str, of: &Value) -> Result<Vec<Value>, Wrong> {
        pages::all(field, |cursor| {
            let page = json!({"limit": 500, "cursor": cursor});
            self.ask(function, &[self.rita(), of.clone(), page])
        })
    }

    fn covers(
        &self,
        item: &Value,
        payer: Payer,
        found: &BTreeMap<Time, i64>,
        paid: &[(Time, Option<Payer>)],
    ) -> Result<(), Wrong> {
        let times: BTreeSet<Time> =
            found.keys().copied().chain(paid.iter().map(|(at, _)| *at)).collect();
        for time in times.into_iter().filter(|time| *time < self.model.now) {
            let covers: i64 = found.range(..=time).map(|(_, weight)| weight).sum();
            let now = paid.iter().rev().find(|(at, _)| *at <= time).and_then(|(_, payer)| *payer);
            let expected = i64::from(now == Some(payer));
            if covers != expected {
                return Err(format!(
                    "from {time} on {item} is paid for {covers} times by the {payer:?}, not {expected}"
                ));
            }
        }
        Ok(())
    }

    /// A charge is the price for its part of the month, a credit what was charged for its part of that.
    fn check_amount(&self, books: &Books, line: &Value) -> Result<(), Wrong> {
        let (from, to) = (number(&line["covers-from"]), number(&line["covers-to"]));
        let length = |from: Time, to: Time| i64::try_from(to.saturating_sub(from)).unwrap_or(0);
        let expected = if line["kind"] == "charge" {
            let (begins, ends) = month_around(books.anchor, from);
            let price = self.price(&line["item"], line);
            share(price, length(from, to), length(begins, ends))
        } else {
            let is_debit = |other: &&Value| {
                other["kind"] == "charge"
                    && other["item"] == line["item"]
                    && number(&other["covers-to"]) == to
                    && number(&other["covers-from"]) <= from
                    && number(&other["number"]) < number(&line["number"])
            };
            let debit = books.lines.iter().rev().find(is_debit);
            let debit = debit.ok_or_else(|| format!("nothing was charged before {line}"))?;
            let covered = length(number(&debit["covers-from"]), number(&debit["covers-to"]));
            -share(amount(&debit["amount"]), length(from, to), covered)
        };
        same(&format!("the amount of {line}"), &line["amount"]["amount"], &json!(expected))
    }

    /// What an item costs a month. Plans change: what a line says its price was must be one that is sold.
    fn price(&self, item: &Value, line: &Value) -> i64 {
        let monthly = |id: &str| i64::try_from(product(id).monthly).unwrap_or(0);
        if !item["white-label"].is_null() {
            return WHITE_LABEL;
        }
        if let Some(add_on) = item["add-on"]["add-on"].as_str() {
            return monthly(add_on);
        }
        let said = amount(&line["working"]["base"]);
        let sold = super::catalog::PLANS.iter().any(|plan| monthly(plan.id) == said);
        if sold { said } else { 0 }
    }
}

/// Invoices have the numbers from 1 on, and come to their lines.
fn check_invoices(books: &Books) -> Result<(), Wrong> {
    let mut credit = 0;
    for (place, invoice) in books.invoices.iter().enumerate() {
        same("the number of an invoice", &invoice["number"], &json!(place + 1))?;
        let on_it = |line: &&Value| line["invoiced-at"] == invoice["closed-at"];
        let lines: Vec<i64> =
            books.lines.iter().filter(on_it).map(|line| amount(&line["amount"])).collect();
        let subtotal: i64 = lines.iter().sum();
        let of = |what: &str| format!("{what} of {invoice}");
        same(&of("how many lines"), &invoice["lines"], &json!(lines.len()))?;
        same(&of("the subtotal"), &invoice["subtotal"]["amount"], &json!(subtotal))?;
        let left = subtotal - credit;
        same(&of("what is due"), &invoice["due"]["amount"], &json!(left.max(0)))?;
        credit = (-left).max(0);
        same(&of("the credit left"), &invoice["credit-left"]["amount"], &json!(credit))?;
    }
    Ok(())
}
