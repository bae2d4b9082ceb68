//! What an account has bought, who pays for it, and since when. What that comes to, `books.rs` and `bills.rs`
//! say.

use std::collections::BTreeMap;

use super::catalog::product;
use super::model::{Id, Time};
use crate::calendar::month_around;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Payer {
    Agency,
    Account,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bought {
    pub plan: Option<Id>,
    /// The cheaper plan that it gets, and when.
    pub downgrade: Option<(Time, Id)>,
    /// Add-ons, and when each goes.
    pub add_ons: BTreeMap<Id, Option<Time>>,
    /// Whether it pays itself.
    pub itself: bool,
    /// When it first chose a plan itself: its own months count from then on.
    pub anchor: Option<Time>,
    /// When what was paid for is over: it is disabled or deleted.
    pub ends: Option<Time>,
    /// Whether its plan runs.
    pub runs: bool,
    /// Whether it ever did.
    pub activated: bool,
    /// Who pays for its plan, from when on; none: nobody.
    pub paid: Vec<(Time, Option<Payer>)>,
    /// The same of its add-ons.
    pub add_ons_paid: BTreeMap<Id, Vec<(Time, Option<Payer>)>>,
}

impl Bought {
    fn payer(&self) -> Payer {
        if self.itself { Payer::Account } else { Payer::Agency }
    }

    /// What runs costs a month.
    pub fn monthly(&self) -> i64 {
        let sold = self.plan.iter().chain(self.add_ons.keys()).filter(|_| self.runs);
        sold.map(|id| i64::try_from(product(id).monthly).unwrap_or(0)).sum()
    }

    /// When the payer's month ends that `now` is in. The agency began to count at `began`.
    fn month_end(&self, began: Time, now: Time) -> Time {
        let anchor = self.anchor.filter(|_| self.itself).unwrap_or(began);
        month_around(anchor, now).1
    }

    /// The time of all that is planned.
    pub fn dues(&self) -> impl Iterator<Item = Time> {
        let downgrade = self.downgrade.map(|(at, _)| at);
        self.add_ons.values().flatten().copied().chain(downgrade).chain(self.ends)
    }

    /// Does what was planned by now.
    pub fn happen(&mut self, now: Time, deleted: bool) {
        if let Some((at, plan)) = self.downgrade.filter(|(at, _)| *at <= now) {
            (self.plan, self.downgrade) = (Some(plan), None);
            debug_assert!(at == now);
        }
        let goes = |at: &Option<Time>| at.is_some_and(|at| at <= now);
        let gone: Vec<Id> =
            self.add_ons.iter().filter(|(_, at)| goes(at)).map(|(id, _)| *id).collect();
        for add_on in gone {
            self.add_ons.remove(add_on);
            self.pay_add_on(add_on, now, None);
        }
        if self.ends.is_some_and(|ends| ends <= now) {
            self.ends = None;
            self.end(now, deleted);
        }
    }

    /// What was paid for is over.
    fn end(&mut self, now: Time, deleted: bool) {
        self.pay(now, None);
        if deleted {
            self.plan = None;
            self.add_ons.clear();
        }
    }

    /// From now on, somebody pays for all that there is, or nobody does.
    fn pay(&mut self, now: Time, payer: Option<Payer>) {
        self.paid.push((now, payer));
        for add_on in self.add_ons.keys().copied().collect::<Vec<_>>() {
            self.pay_add_on(add_on, now, payer);
        }
    }

    fn pay_add_on(&mut self, add_on: Id, now: Time, payer: Option<Payer>) {
        self.add_ons_paid.entry(add_on).or_default().push((now, payer));
    }

    pub fn activate(&mut self, plan: Id, itself: bool, now: Time) {
        (self.plan, self.runs, self.activated) = (Some(plan), true, true);
        if itself {
            (self.itself, self.anchor) = (true, Some(now));
        }
        self.pay(now, Some(self.payer()));
    }

    pub fn change_plan(&mut self, plan: Id, began: Time, now: Time) {
        let price = |plan: Id| product(plan).monthly;
        let Some(running) = self.plan else { return };
        if plan == running {
            self.downgrade = None;
        } else if price(plan) >= price(running) {
            (self.plan, self.downgrade) = (Some(plan), None);
        } else if self.downgrade.is_none_or(|(_, planned)| planned != plan) {
            self.downgrade = Some((self.month_end(began, now), plan));
        }
    }

    pub fn add_add_on(&mut self, add_on: Id, now: Time) {
        if self.add_ons.insert(add_on, None).is_none() {
            self.pay_add_on(add_on, now, Some(self.payer()));
        }
    }

    pub fn remove_add_on(&mut self, add_on: Id, began: Time, now: Time) {
        let end = self.month_end(began, now);
        if let Some(goes) = self.add_ons.get_mut(add_on) {
            *goes = goes.or(Some(end));
        }
    }

    pub fn disable(&mut self, began: Time, now: Time) {
        if self.runs {
            (self.runs, self.ends) = (false, Some(self.month_end(began, now)));
        }
    }

    pub fn resume(&mut self, now: Time) {
        self.runs = true;
        if self.ends.take().is_none() {
            self.pay(now, Some(self.payer()));
        }
    }

    pub fn delete(&mut self, began: Time, now: Time) {
        self.downgrade = None;
        self.add_ons.values_mut().for_each(|goes| *goes = None);
        self.disable(began, now);
        if self.ends.is_none() {
            self.end(now, true);
        }
    }

    /// Another payer takes over all that stays.
    pub fn switch(&mut self, itself: bool, plan: Option<Id>, now: Time) {
        let gone: Vec<Id> =
            self.add_ons.iter().filter(|(_, goes)| goes.is_some()).map(|(id, _)| *id).collect();
        for add_on in gone {
            self.add_ons.remove(add_on);
            self.pay_add_on(add_on, now, None);
        }
        (self.itself, self.downgrade) = (itself, None);
        self.plan = plan.or(self.plan);
        if itself {
            self.anchor = self.anchor.or(Some(now));
        }
        self.pay(now, Some(self.payer()));
    }
}
