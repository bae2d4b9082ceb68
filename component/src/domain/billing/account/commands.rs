//! What each command on an account's plan and add-ons does: first all that is due by then.

use super::desk::Desk;
use super::item::{AddOnItem, Item, PlanItem};
use super::rates::{AccountTerms, ListPrice, Sold};
use super::{
    AccountBilling, AccountBillingError, Became, Downgrade, Outcome, Payer, PlannedChange, State,
};
use crate::domain::billing::Reason;
use crate::domain::billing::planned::AccountCommand;
use crate::domain::billing::rates::Moment;
use crate::domain::id::{AddOnId, PlanId};
use crate::domain::time::Timestamp;

/// Who takes over an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch<'a> {
    /// The account itself, with the plan that it chooses.
    ToAccount(&'a PlanId),
    /// The agency, with the plan that runs.
    ToAgency,
}

/// How a plan that is asked for compares with what runs, and what it costs.
#[derive(Clone, Copy)]
enum Asked {
    Running,
    Planned,
    Higher(ListPrice),
    Cheaper(ListPrice),
}

type Done = Result<Outcome, AccountBillingError>;

impl AccountBilling {
    /// Gives the account its first plan: it is charged from now on. An account that pays itself
    /// begins to count its months.
    ///
    /// # Errors
    ///
    /// When it was activated before, there is no such plan, or amounts overflow.
    pub fn activate(
        mut self,
        terms: &AccountTerms<'_>,
        plan: &PlanId,
        itself: bool,
        now: Timestamp,
    ) -> Done {
        match self.state {
            State::New => {}
            State::Running | State::Paused | State::Deleted => return Err(self.state.refusal()),
        }
        if itself {
            self.payer = Payer::Account { anchor: now };
        }
        let mut desk = Desk::new(self, terms, now);
        desk.carry(|_| AccountCommand::Activate)?;
        let price = desk.plan_for_sale(plan)?;
        desk.account.plan = Some(desk.start_plan(plan, price, Reason::Started)?);
        desk.account.state = State::Running;
        Ok(desk.done())
    }

    /// Another plan: one of a higher or equal price now, a cheaper one when the payer's month is
    /// over. Asking for the one that runs takes a planned one back.
    ///
    /// # Errors
    ///
    /// When the plan doesn't run, there is no such plan, or amounts overflow.
    pub fn change_plan(self, terms: &AccountTerms<'_>, plan: &PlanId, now: Timestamp) -> Done {
        let mut desk = Desk::settled(self, terms, now)?;
        let running = desk.running_plan()?;
        let asked = desk.compare(&running, plan)?;
        desk.carry(|_| match asked {
            Asked::Running => AccountCommand::RunningPlan,
            Asked::Planned => AccountCommand::PlannedPlan,
            Asked::Higher(_) => AccountCommand::HigherPlan,
            Asked::Cheaper(_) => AccountCommand::CheaperPlan,
        })?;
        match asked {
            Asked::Running | Asked::Planned => {}
            Asked::Higher(price) => {
                desk.stop_plan(&running, Reason::Changed)?;
                let mut changed = desk.start_plan(plan, price, Reason::Changed)?;
                changed.item.since = running.item.since;
                desk.account.plan = Some(changed);
            }
            Asked::Cheaper(price) => {
                let (at, plan) = (desk.month_end(), plan.clone());
                desk.became(PlannedChange::Downgrade { at, plan: plan.clone() }, Became::Planned);
                desk.account.downgrade = Some(Downgrade { at, plan, price });
            }
        }
        Ok(desk.done())
    }

    /// One more add-on, from now on; or, where it has it and it was to go, it stays.
    ///
    /// # Errors
    ///
    /// When the plan doesn't run, there is no such add-on, or amounts overflow.
    pub fn add_add_on(self, terms: &AccountTerms<'_>, add_on: &AddOnId, now: Timestamp) -> Done {
        let mut desk = Desk::settled(self, terms, now)?;
        desk.running_plan()?;
        desk.carry(|planned| match planned {
            PlannedChange::Removal { add_on: removed, .. } if removed == add_on => {
                AccountCommand::KeepAddOn
            }
            PlannedChange::Removal { .. }
            | PlannedChange::Downgrade { .. }
            | PlannedChange::DisabledEnd { .. }
            | PlannedChange::DeletedEnd { .. } => AccountCommand::AddAddOn,
        })?;
        let place = desk.account.add_ons.binary_search_by(|item| item.add_on.cmp(add_on));
        if let Err(place) = place {
            let sold = Sold::AddOn(add_on);
            let price = desk.terms.for_sale(sold, now);
            let price = price.ok_or_else(|| AccountBillingError::UnknownAddOn(add_on.clone()))?;
            let item = desk.start(sold, price, Reason::Started)?;
            let item = AddOnItem { add_on: add_on.clone(), item, removed_at: None };
            desk.account.add_ons.insert(place, item);
        }
        Ok(desk.done())
    }

    /// An add-on goes when the payer's month is over.
    ///
    /// # Errors
    ///
    /// When the plan doesn't run, the account doesn't have the add-on, or amounts overflow.
    pub fn remove_add_on(self, terms: &AccountTerms<'_>, add_on: &AddOnId, now: Timestamp) -> Done {
        let mut desk = Desk::settled(self, terms, now)?;
        desk.running_plan()?;
        desk.carry(|planned| match planned {
            PlannedChange::Removal { add_on: removed, .. } if removed == add_on => {
                AccountCommand::RemoveAgain
            }
            PlannedChange::Removal { .. }
            | PlannedChange::Downgrade { .. }
            | PlannedChange::DisabledEnd { .. }
            | PlannedChange::DeletedEnd { .. } => AccountCommand::RemoveAddOn,
        })?;
        let at = desk.month_end();
        let item = desk.account.add_ons.iter_mut().find(|item| item.add_on == *add_on);
        let item = item.ok_or_else(|| AccountBillingError::NoSuchAddOn(add_on.clone()))?;
        if item.removed_at.is_none() {
            item.removed_at = Some(at);
            let add_on = add_on.clone();
            desk.became(PlannedChange::Removal { at, add_on }, Became::Planned);
        }
        Ok(desk.done())
    }

    /// A pause: nothing is renewed, and nothing is credited. Disabling again changes nothing,
    /// nor does disabling what was never activated.
    ///
    /// # Errors
    ///
    /// When it is deleted, or amounts overflow.
    pub fn disable(self, terms: &AccountTerms<'_>, now: Timestamp) -> Done {
        let mut desk = Desk::settled(self, terms, now)?;
        match desk.account.state {
            State::Deleted => return Err(AccountBillingError::Deleted),
            State::New => {}
            State::Running | State::Paused => desk.carry(|_| AccountCommand::Disable)?,
        }
        if desk.account.state == State::Running {
            desk.account.state = State::Paused;
            desk.run_out();
        }
        Ok(desk.done())
    }

    /// The end of a pause: what is still paid for goes on as if there had been none, and what
    /// isn't starts anew.
    ///
    /// # Errors
    ///
    /// When it isn't disabled, or amounts overflow.
    pub fn resume(self, terms: &AccountTerms<'_>, now: Timestamp) -> Done {
        let mut desk = Desk::settled(self, terms, now)?;
        match desk.account.state {
            State::Paused => desk.carry(|_| AccountCommand::Resume)?,
            State::New | State::Running | State::Deleted => {
                return Err(desk.account.state.refusal());
            }
        }
        desk.account.state = State::Running;
        if let Some(plan) = desk.account.plan.take() {
            desk.account.plan = Some(if plan.item.covers.end > now {
                plan
            } else {
                desk.start_plan(&plan.plan, plan.item.price, Reason::Started)?
            });
        }
        for add_on in core::mem::take(&mut desk.account.add_ons) {
            let AddOnItem { mut item, .. } = add_on;
            if item.covers.end <= now {
                item = desk.start(add_on.sold(), item.price, Reason::Started)?;
            }
            desk.account.add_ons.push(AddOnItem { item, ..add_on });
        }
        Ok(desk.done())
    }

    /// The end: what is paid for runs out, without credit.
    ///
    /// # Errors
    ///
    /// When it is deleted already, or amounts overflow.
    pub fn delete(self, terms: &AccountTerms<'_>, now: Timestamp) -> Done {
        let mut desk = Desk::settled(self, terms, now)?;
        match desk.account.state {
            State::New | State::Running | State::Paused => {}
            State::Deleted => return Err(AccountBillingError::Deleted),
        }
        desk.carry(|_| AccountCommand::Delete)?;
        desk.account.state = State::Deleted;
        desk.run_out();
        Ok(desk.done())
    }

    /// Another payer, at one instant: what is left of the one's month is credited to the one,
    /// and what is left of the other's is charged to the other. An add-on that was to go isn't
    /// taken over.
    ///
    /// # Errors
    ///
    /// When the plan doesn't run, there is no such plan, the other pays already, or amounts
    /// overflow.
    pub fn switch_payer(self, terms: &AccountTerms<'_>, to: Switch<'_>, now: Timestamp) -> Done {
        let mut desk = Desk::settled(self, terms, now)?;
        let running = desk.running_plan()?;
        let known = (running.plan.clone(), running.item.price);
        let (payer, (plan, price), command) = match (desk.account.payer, to) {
            (Payer::Account { .. }, Switch::ToAccount(_)) => {
                return Err(AccountBillingError::AccountPays);
            }
            (Payer::Agency { .. }, Switch::ToAgency) => {
                return Err(AccountBillingError::AgencyPays);
            }
            (Payer::Account { anchor }, Switch::ToAgency) => {
                (Payer::Agency { anchor: Some(anchor) }, known, AccountCommand::PayByAgency)
            }
            (Payer::Agency { anchor }, Switch::ToAccount(plan)) => {
                let sold = if *plan == running.plan {
                    known
                } else {
                    (plan.clone(), desk.plan_for_sale(plan)?)
                };
                let anchor = anchor.unwrap_or(now);
                (Payer::Account { anchor }, sold, AccountCommand::ChoosePlan)
            }
        };
        let stays = |add_on: &AddOnItem| add_on.removed_at.is_none();
        let add_ons = desk.account.add_ons.clone();
        desk.carry(|_| command)?;
        desk.stop_plan(&running, Reason::Switched)?;
        for add_on in &add_ons {
            desk.stop(add_on.sold(), &add_on.item, Reason::Switched)?;
        }
        desk.account.payer = payer;
        desk.account.plan = Some(desk.start_plan(&plan, price, Reason::Switched)?);
        desk.account.add_ons.clear();
        for add_on in add_ons.into_iter().filter(stays) {
            let item = desk.start(add_on.sold(), add_on.item.price, Reason::Switched)?;
            desk.account.add_ons.push(AddOnItem { item, ..add_on });
        }
        Ok(desk.done())
    }
}

impl<'a> Desk<'a> {
    /// The account at `now`, with all done that was due.
    fn settled(
        account: AccountBilling,
        terms: &AccountTerms<'a>,
        now: Timestamp,
    ) -> Result<Desk<'a>, AccountBillingError> {
        let mut desk = Desk::new(account, terms, now);
        desk.settle(u32::MAX)?;
        Ok(desk)
    }

    fn plan_for_sale(&self, plan: &PlanId) -> Result<ListPrice, AccountBillingError> {
        let price = self.terms.for_sale(Sold::Plan(plan), self.now);
        price.ok_or_else(|| AccountBillingError::UnknownPlan(plan.clone()))
    }

    /// Compares a plan with the one that runs, by the prices of today.
    fn compare(&self, running: &PlanItem, plan: &PlanId) -> Result<Asked, AccountBillingError> {
        if *plan == running.plan {
            return Ok(Asked::Running);
        }
        let planned = self.account.downgrade.as_ref().filter(|planned| planned.plan == *plan);
        let now = Moment::Start(self.now);
        let price = match planned {
            Some(planned) => self.rates(Sold::Plan(plan), planned.price).list_price(now),
            None => self.plan_for_sale(plan)?,
        };
        let runs_at = self.rates(running.sold(), running.item.price).list_price(now);
        Ok(match planned {
            _ if price.monthly >= runs_at.monthly => Asked::Higher(price),
            Some(_) => Asked::Planned,
            None => Asked::Cheaper(price),
        })
    }

    fn start(
        &mut self,
        sold: Sold<'_>,
        price: ListPrice,
        reason: Reason,
    ) -> Result<Item, AccountBillingError> {
        let (terms, payer) = (self.terms, self.account.payer);
        let (item, postings) = Item::start(&terms.rates(payer, sold, price), self.now, reason)?;
        self.book(payer, sold, postings);
        Ok(item)
    }

    fn start_plan(
        &mut self,
        plan: &PlanId,
        price: ListPrice,
        reason: Reason,
    ) -> Result<PlanItem, AccountBillingError> {
        let item = self.start(Sold::Plan(plan), price, reason)?;
        Ok(PlanItem { plan: plan.clone(), item })
    }

    fn stop(
        &mut self,
        sold: Sold<'_>,
        item: &Item,
        reason: Reason,
    ) -> Result<(), AccountBillingError> {
        let (terms, payer) = (self.terms, self.account.payer);
        let postings = item.stop(&terms.rates(payer, sold, item.price), self.now, reason)?;
        self.book(payer, sold, postings);
        Ok(())
    }

    fn stop_plan(&mut self, plan: &PlanItem, reason: Reason) -> Result<(), AccountBillingError> {
        self.stop(plan.sold(), &plan.item, reason)
    }

    /// Plans the end of what is paid for; does it, where that is over already.
    fn run_out(&mut self) {
        let paid_until = self.paid_until();
        self.account.ends_at = Some(paid_until);
        if let Some(end) = self.account.end() {
            if paid_until > self.now {
                self.became(end, Became::Planned);
            } else {
                self.do_planned(&end, self.now);
            }
        }
    }
}
