//! What each payer is billed: what runs and what that costs a month, what is owed so far, and what the
//! next invoice comes to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::acts::{Act, OWNER, Step};
use super::arguments::LOST;
use super::books::{Books, WHITE_LABEL};
use super::bought::Payer;
use super::catalog::product;
use super::check::{OPERATORS, same};
use super::model::{Id, Model, Standing, Time};
use super::people_rules::is_always_allowed;
use super::play::{Play, Wrong};
use crate::calendar::{month_around, share};
use crate::pages;
use crate::read::{amount, number};

/// Who asks for what accounts are billed.
const ASKS: (Id, u8) = ("olga", OWNER);

impl Play {
    /// What is charged for and by whom it is paid, and what the agency and those accounts are billed on whose behalf
    /// somebody is signed in. Nothing may be due.
    pub(super) fn check_bills(&self, all: &[Books]) -> Result<(), Wrong> {
        self.check_items()?;
        let agency = all.iter().find(|books| books.account.is_none()).ok_or("no agency pays")?;
        let summary = self.ask("billing.summary", &[self.rita()])?;
        let accounts = self.model.accounts.values().map(|account| &account.bought);
        let plans = accounts.filter(|bought| bought.runs && !bought.itself).count();
        let brands = self.model.charged_brands();
        let runs = (brands.len(), plans, self.model.rate(Payer::Agency, None));
        self.check_summary(&summary, runs, Some(agency), self.model.began)?;
        for operator in OPERATORS {
            self.check_own_bill(operator, all)?;
        }
        Ok(())
    }

    /// Signs in on the behalf of each account that can be, and compares what it is billed itself.
    pub(crate) fn check_each_bill(&mut self) -> Result<(), Wrong> {
        let mut ids: Vec<Id> = self.model.accounts.keys().copied().collect();
        ids.retain(|id| {
            let account = &self.model.accounts[id];
            let rests = matches!(account.standing, Standing::Disabled { .. } | Standing::Deleted);
            !rests && is_always_allowed(account.policy, false)
        });
        let step = |at, act| Step { at, by: ASKS, under: None, key: None, act };
        for id in ids {
            if self.model.running(ASKS.0).is_some() {
                self.step(&step(self.model.now, Act::Stop(ASKS.0)))?;
            }
            self.step(&step(self.model.now, Act::SignIn(id, false, 5)))?;
            self.check_own_bill(ASKS.0, &self.books()?)?;
            self.step(&step(self.model.now, Act::Stop(ASKS.0)))?;
        }
        Ok(())
    }

    /// What the account is billed on whose behalf this operator is signed in, if any.
    fn check_own_bill(&self, operator: Id, all: &[Books]) -> Result<(), Wrong> {
        let Some(place) = self.model.running(operator) else { return Ok(()) };
        let known = self.model.sign_ins.get(place).zip(self.sign_ins.get(place));
        let Some((sign_in, (_, token))) = known.filter(|(_, (_, token))| token != LOST) else {
            return Ok(());
        };
        let id = sign_in.account;
        let mut caller = self.rita();
        caller["actor"] = self.operator((operator, sign_in.role))["actor"].clone();
        caller["acting-as"] = json!(token);
        let summary = self.ask("billing.summary", &[caller])?;
        same("whose summary it is", &summary["within"], &json!(id))?;
        let bought = &self.model.accounts[id].bought;
        let mut own = self.model.brands_of(id);
        own.retain(|brand| self.model.is_charged(brand));
        let white_label = WHITE_LABEL * i64::try_from(own.len()).unwrap_or(0);
        let runs = (own.len(), usize::from(bought.runs), white_label + bought.monthly());
        let books = all.iter().find(|books| books.account == Some(id));
        self.check_summary(&summary, runs, books, bought.anchor.unwrap_or(self.model.began))
    }

    /// What runs, and what comes of a payer's books; none: nothing was ever booked for it.
    fn check_summary(
        &self,
        summary: &Value,
        (brands, plans, rate): (usize, usize, i64),
        books: Option<&Books>,
        anchor: Time,
    ) -> Result<(), Wrong> {
        let (now, closes_at) = (self.model.now, month_around(anchor, self.model.now).1);
        let overdue =
            |invoice: &&Value| amount(&invoice["due"]) > 0 && number(&invoice["due-at"]) <= now;
        let empty = Vec::new();
        let (lines, invoices) =
            books.map_or((&empty, &empty), |books| (&books.lines, &books.invoices));
        let total: i64 = lines.iter().map(|line| amount(&line["amount"])).sum();
        let credit = invoices.last().map_or(0, |invoice| amount(&invoice["credit-left"]));
        let comes = books.map_or(0, |books| self.next_subtotal(books, closes_at));
        let money = |field: &str| summary[field]["amount"].clone();
        for (field, found, expected) in [
            ("brands", summary["brands"].clone(), json!(brands)),
            ("plans", summary["plans"].clone(), json!(plans)),
            ("run-rate", money("run-rate"), json!(rate)),
            ("total", money("total"), json!(total)),
            ("credit", money("credit"), json!(credit)),
            ("overdue", summary["overdue"].clone(), json!(invoices.iter().filter(overdue).count())),
            ("next-invoice-at", summary["next-invoice-at"].clone(), json!(closes_at)),
            ("next-invoice", money("next-invoice"), json!((comes - credit).max(0))),
        ] {
            let whose = books.and_then(|books| books.account);
            same(&format!("{field} of the bill of {whose:?}"), &found, &expected)?;
        }
        Ok(())
    }

    /// What stands on a payer's next invoice if nothing changes: what is booked for it, credits of what ends by
    /// itself before, and the next month of what is still there then.
    fn next_subtotal(&self, books: &Books, closes_at: Time) -> i64 {
        let stands = books.lines.iter().filter(|line| line["invoiced-at"] == json!(closes_at));
        let booked: i64 = stands.map(|line| amount(&line["amount"])).sum();
        let mut ahead = self.model.clone();
        ahead.advance(closes_at);
        booked + ahead.rate(books.payer, books.account) - self.credits(books, &ahead, closes_at)
    }

    /// What is credited for white-label that ends between now and the invoice.
    fn credits(&self, books: &Books, ahead: &Model, closes_at: Time) -> i64 {
        let mut credits = 0;
        for (brand, charged) in ahead.charged.iter().filter(|_| books.account.is_none()) {
            let ends = charged.iter().find(|(at, is)| *at > self.model.now && !is);
            let Some((at, _)) = ends.filter(|(at, _)| *at < closes_at) else { continue };
            let item = json!({"white-label": brand});
            let is_debit = |line: &&Value| line["kind"] == "charge" && line["item"] == item;
            let Some(debit) = books.lines.iter().rev().find(is_debit) else { continue };
            let to = number(&debit["covers-to"]);
            let length = |from: Time| i64::try_from(to.saturating_sub(from)).unwrap_or(0);
            let covered = length(number(&debit["covers-from"]));
            credits += share(amount(&debit["amount"]), length(*at), covered);
        }
        credits
    }

    /// All that runs is there, with its payer and its price, and nothing else.
    fn check_items(&self) -> Result<(), Wrong> {
        let items = pages::all("items", |cursor| {
            let page = json!({"limit": 500, "cursor": cursor});
            self.ask("billing.items", &[self.rita(), page])
        })?;
        let told = |item: &Value| {
            (item["item"].to_string(), json!([item["payer"], item["price"]["amount"]]))
        };
        let found: BTreeMap<String, Value> = items.iter().map(told).collect();
        same("how many items run", &json!(items.len()), &json!(found.len()))?;
        let brand = |id: &Id| (json!({"white-label": id}), json!(["agency", WHITE_LABEL]));
        let mut expected: Vec<(Value, Value)> =
            self.model.charged_brands().iter().map(brand).collect();
        for (id, account) in &self.model.accounts {
            let bought = &account.bought;
            let payer = if bought.itself { json!({"account": id}) } else { json!("agency") };
            let plan = bought.plan.iter().map(|plan| (json!({"plan": id}), plan));
            let add_ons = bought.add_ons.keys();
            let add_ons =
                add_ons.map(|own| (json!({"add-on": {"account": id, "add-on": own}}), own));
            let running = plan.chain(add_ons).filter(|_| bought.runs);
            expected
                .extend(running.map(|(item, sold)| (item, json!([payer, product(sold).monthly]))));
        }
        let expected: BTreeMap<String, Value> =
            expected.into_iter().map(|(item, is)| (item.to_string(), is)).collect();
        same("what runs, and who pays how much for it", &json!(found), &json!(expected))
    }
}

impl Model {
    /// The brands that are charged for.
    fn charged_brands(&self) -> BTreeSet<Id> {
        self.brands.keys().copied().filter(|brand| self.is_charged(brand)).collect()
    }

    /// What all costs a month that runs and that somebody pays for: the agency, or one account itself.
    fn rate(&self, payer: Payer, account: Option<Id>) -> i64 {
        let pays = |(id, itself): (&Id, bool)| match payer {
            Payer::Agency => !itself,
            Payer::Account => itself && account == Some(*id),
        };
        let accounts = self.accounts.iter().filter(|(id, one)| pays((id, one.bought.itself)));
        let sold: i64 = accounts.map(|(_, one)| one.bought.monthly()).sum();
        let brands = i64::try_from(self.charged_brands().len()).unwrap_or(0);
        sold + if payer == Payer::Agency { WHITE_LABEL * brands } else { 0 }
    }
}
