//! When plans and add-ons run, worked out from what was done to accounts. No money but the
//! comparison of two prices.

use std::collections::{BTreeMap, BTreeSet};

use crate::billing_reference::frame::Frame;
use crate::billing_reference::history::{Moment, Payer, Time, What};
use crate::billing_reference::line::{Item, Reason};
use crate::billing_reference::prices::product_price;
use crate::billing_reference::runs::{Ending, Run};

/// The runs of the plans and add-ons of all accounts.
pub fn runs(frame: &Frame) -> Vec<Run> {
    let accounts: BTreeSet<&str> = frame
        .history
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Activate { account, .. } => Some(account.as_str()),
            _ => None,
        })
        .collect();
    accounts.into_iter().flat_map(|account| of_account(frame, account)).collect()
}

fn of_account(frame: &Frame, name: &str) -> Vec<Run> {
    let mut account = Account {
        frame,
        name,
        payer: Payer::Agency,
        plan: String::new(),
        add_ons: BTreeSet::new(),
        state: State::Off,
        planned_plan: None,
        planned_removals: BTreeSet::new(),
        planned_at: Time::MAX,
        over: Vec::new(),
        open: BTreeMap::new(),
    };
    for (moment, event) in frame.history.moments() {
        account.apply_planned(event.at);
        account.take(moment, &event.what);
    }
    account.apply_planned(frame.now);
    account.over.into_iter().chain(account.open.into_values()).collect()
}

#[derive(PartialEq)]
enum State {
    Off,
    On,
    Disabled,
}

struct Account<'a> {
    frame: &'a Frame<'a>,
    name: &'a str,
    payer: Payer,
    plan: String,
    add_ons: BTreeSet<String>,
    state: State,
    planned_plan: Option<String>,
    planned_removals: BTreeSet<String>,
    planned_at: Time,
    over: Vec<Run>,
    /// What runs, also what runs out since the account is disabled.
    open: BTreeMap<Item, Run>,
}

impl Account<'_> {
    fn take(&mut self, moment: Moment, what: &What) {
        match what {
            What::Activate { account, plan, payer } if account == self.name => {
                self.payer = payer.clone();
                self.plan = plan.clone();
                self.state = State::On;
                self.begin_all(moment, Reason::Started);
            }
            What::ChangePlan { account, plan } if account == self.name => {
                self.change_plan(moment, plan);
            }
            What::AddAddOn { account, add_on } if account == self.name => {
                let is_new = self.add_ons.insert(add_on.clone());
                if !self.planned_removals.remove(add_on) && is_new {
                    self.begin(self.add_on(add_on), add_on.clone(), moment, Reason::Started);
                }
            }
            What::RemoveAddOn { account, add_on } if account == self.name => {
                self.planned_removals.insert(add_on.clone());
                self.plan_for_next_month(moment.at);
            }
            What::Disable(account) if account == self.name => {
                self.state = State::Disabled;
                self.wind_down(moment);
            }
            What::Resume(account) if account == self.name => self.resume(moment),
            What::Delete(account) if account == self.name => {
                self.wind_down(moment);
                self.state = State::Off;
            }
            What::Close => self.close(moment),
            What::Switch { account, payer, plan } if account == self.name => {
                self.switch(moment, payer, plan.as_deref());
            }
            _ => {}
        }
    }

    fn add_on(&self, add_on: &str) -> Item {
        Item::AddOn(self.name.to_owned(), add_on.to_owned())
    }

    fn items(&self) -> Vec<(Item, String)> {
        let plan = (Item::Plan(self.name.to_owned()), self.plan.clone());
        let add_ons = self.add_ons.iter().map(|add_on| (self.add_on(add_on), add_on.clone()));
        std::iter::once(plan).chain(add_ons).collect()
    }

    fn begin(&mut self, item: Item, product: String, from: Moment, reason: Reason) {
        let before = self.open.remove(&item);
        let unbroken = before.as_ref().filter(|before| {
            let follows = before.to.is_some_and(|to| to.at == from.at);
            follows && matches!(reason, Reason::Changed | Reason::Renewed)
        });
        let since = unbroken.map_or(from.at, |before| before.since);
        self.over.extend(before);
        let payer = self.payer.clone();
        let run = Run {
            item: item.clone(),
            payer,
            product,
            from,
            reason,
            since,
            to: None,
            ending: Ending::Lapses,
            winds_down: None,
        };
        self.open.insert(item, run);
    }

    fn begin_all(&mut self, from: Moment, reason: Reason) {
        for (item, product) in self.items() {
            self.begin(item, product, from, reason);
        }
    }

    fn end(&mut self, item: &Item, to: Moment, ending: Ending) {
        if let Some(run) = self.open.get_mut(item) {
            run.to = Some(to);
            run.ending = ending;
        }
    }

    fn plan_for_next_month(&mut self, now: Time) {
        let month = self.frame.month_at(&self.payer, now);
        self.planned_at = month.map_or(Time::MAX, |month| month.end);
    }

    /// What was planned for a time up to `now` happens at that time.
    fn apply_planned(&mut self, now: Time) {
        if self.planned_at > now {
            return;
        }
        let at = Moment::due(self.planned_at);
        self.planned_at = Time::MAX;
        for add_on in std::mem::take(&mut self.planned_removals) {
            self.add_ons.remove(&add_on);
            if self.state == State::On {
                self.end(&self.add_on(&add_on), at, Ending::Lapses);
            }
        }
        if let Some(plan) = self.planned_plan.take() {
            self.plan = plan.clone();
            if self.state == State::On {
                let item = Item::Plan(self.name.to_owned());
                self.end(&item, at, Ending::Lapses);
                self.begin(item, plan, at, Reason::Renewed);
            }
        }
    }

    fn change_plan(&mut self, moment: Moment, plan: &str) {
        self.planned_plan = None;
        if plan == self.plan {
            return;
        }
        let price = |plan: &str| product_price(self.frame, true, plan, moment.at);
        if price(plan) < price(&self.plan) {
            self.planned_plan = Some(plan.to_owned());
            self.plan_for_next_month(moment.at);
            return;
        }
        self.plan = plan.to_owned();
        let item = Item::Plan(self.name.to_owned());
        self.end(&item, moment, Ending::Credited(Reason::Changed));
        self.begin(item, plan.to_owned(), moment, Reason::Changed);
    }

    /// What runs isn't renewed, and what was planned for it won't happen.
    fn close(&mut self, moment: Moment) {
        if self.state == State::On {
            self.planned_plan = None;
            self.planned_removals.clear();
            self.planned_at = Time::MAX;
            self.wind_down(moment);
            self.state = State::Off;
        }
    }

    /// Each item runs out at the end of what its latest debit covers.
    fn wind_down(&mut self, moment: Moment) {
        for run in self.open.values_mut() {
            if run.winds_down.is_some() || run.to.is_some() {
                continue;
            }
            let debits = self.frame.stretches(run);
            let latest = debits.iter().rfind(|debit| debit.booked <= moment);
            run.to = latest.map(|debit| Moment::due(debit.to));
            run.ending = Ending::Lapses;
            run.winds_down = Some(moment.at);
        }
    }

    fn resume(&mut self, moment: Moment) {
        self.state = State::On;
        for (item, product) in self.items() {
            match self.open.get_mut(&item) {
                Some(run) if run.to.is_some_and(|to| to > moment) => {
                    run.to = None;
                    run.winds_down = None;
                }
                _ => self.begin(item, product, moment, Reason::Started),
            }
        }
    }

    /// One payer's items end with their credits, and the other's begin. What was planned is
    /// settled by it: the plan is named anew, or the one that runs goes on, and an add-on that
    /// was to go isn't taken along.
    fn switch(&mut self, moment: Moment, payer: &Payer, plan: Option<&str>) {
        for (item, _) in self.items() {
            self.end(&item, moment, Ending::Credited(Reason::Switched));
        }
        for add_on in std::mem::take(&mut self.planned_removals) {
            self.add_ons.remove(&add_on);
        }
        self.planned_plan = None;
        self.planned_at = Time::MAX;
        self.payer = payer.clone();
        if let Some(plan) = plan {
            self.plan = plan.to_owned();
        }
        self.begin_all(moment, Reason::Switched);
    }
}
