//! What happens by itself: each month is charged as it begins, and what was planned happens.

use super::desk::Desk;
use super::item::Item;
use super::rates::{AccountTerms, ItemRates, Sold};
use super::{AccountBilling, Became, Outcome, Payer, PlannedChange, State};
use crate::domain::billing::BillingError;
use crate::domain::billing::planned::{AgencyCommand, Command, Fate, fate};
use crate::domain::billing::rates::Moment;
use crate::domain::billing::white_label::{RENEWALS_AT_ONCE, RENEWALS_MAX};
use crate::domain::id::PlanId;
use crate::domain::period::Months;
use crate::domain::time::Timestamp;

impl AccountBilling {
    /// Books everything that is due by `now`, each at its own time.
    ///
    /// # Errors
    ///
    /// When amounts overflow, when a discount depends on what nobody looked at, or when more
    /// than [`RENEWALS_MAX`] months are due.
    pub fn settle(self, terms: &AccountTerms<'_>, now: Timestamp) -> Result<Outcome, BillingError> {
        self.settle_some(terms, now, u32::MAX)
    }

    /// The same, but for what comes after the first `most` times at which something is due: an
    /// account that is still behind then is settled on from there.
    ///
    /// # Errors
    ///
    /// As [`AccountBilling::settle`].
    pub fn settle_some(
        self,
        terms: &AccountTerms<'_>,
        now: Timestamp,
        most: u32,
    ) -> Result<Outcome, BillingError> {
        let mut desk = Desk::new(self, terms, now);
        desk.settle(most)?;
        Ok(desk.done())
    }

    /// When something is due next; none where nothing is ever.
    pub fn due_at(&self) -> Option<Timestamp> {
        let planned = self.planned().into_iter().map(|planned| planned.at());
        planned.chain(self.renewed_at()).min().filter(|due| *due < Timestamp::MAX)
    }

    /// Whether anything is due by `now`.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.due_at().is_some_and(|due| due <= now)
    }

    /// The plan that it has at `now`, whether it is written down or not.
    pub fn plan_at(&self, now: Timestamp) -> Option<&PlanId> {
        if self.state == State::Deleted && self.ends_at.is_some_and(|at| at <= now) {
            return None;
        }
        let downgrade = self.downgrade.as_ref().filter(|downgrade| downgrade.at <= now);
        let plan = self.plan.as_ref()?;
        Some(downgrade.map_or(&plan.plan, |downgrade| &downgrade.plan))
    }

    /// The plans that it has or will have: [`plan_at`](AccountBilling::plan_at) any time is one of
    /// them, or none.
    pub fn plans(&self) -> impl Iterator<Item = &PlanId> {
        let planned = self.downgrade.iter().map(|downgrade| &downgrade.plan);
        self.plan.iter().map(|plan| &plan.plan).chain(planned)
    }

    /// Whether more months are due by `now` than one commit books.
    pub fn is_behind(&self, terms: &AccountTerms<'_>, now: Timestamp) -> bool {
        self.months_due(terms, now) > RENEWALS_AT_ONCE
    }

    /// When something is renewed by `now` that the agency pays for: the first times, no more than
    /// `most` for each item.
    pub fn renewal_times(
        &self,
        terms: &AccountTerms<'_>,
        now: Timestamp,
        most: u32,
    ) -> Vec<Timestamp> {
        let Payer::Agency { .. } = self.payer else { return Vec::new() };
        let State::Running = self.state else { return Vec::new() };
        let now = terms.terms.renewed_until(now);
        let mut times = Vec::new();
        for (sold, item) in self.items() {
            let rates = terms.rates(self.payer, sold, item.price);
            times.extend(item.renewal_times(&rates, now, most));
        }
        times.sort_unstable();
        times.dedup();
        times
    }

    /// From when on prices have to be known, where something is booked for it by `now`: from the
    /// start of what was debited last, since what was left out of the catalog keeps the last
    /// price that it had; and from before the start of the agency's month in which that is, since
    /// the volume discount is that of then.
    pub fn priced_from(&self, months: Months, now: Timestamp) -> Timestamp {
        let debits = self.items().map(|(_, item)| item.covers.start);
        let first = debits.fold(now, Timestamp::min);
        Moment::Renewal(months.start(months.number(first))).settled()
    }

    /// Whether the agency pays for a month of its plan that begins at `at`, as one of the agency's
    /// months does.
    pub fn plan_renewed_by_agency(&self, at: Timestamp) -> bool {
        let by_agency = matches!(self.payer, Payer::Agency { .. });
        let due = |item: &Item| item.covers.end <= at;
        by_agency
            && self.state == State::Running
            && self.plan.as_ref().is_some_and(|plan| due(&plan.item))
    }

    /// What is renewed at `at` that the agency pays for, as one of the agency's months begins:
    /// what happens by then counts, whether it is booked or not.
    pub fn renewed_by_agency<'a>(
        &'a self,
        terms: &AccountTerms<'a>,
        at: Timestamp,
    ) -> Vec<ItemRates<'a>> {
        let Payer::Agency { .. } = self.payer else { return Vec::new() };
        let State::Running = self.state else { return Vec::new() };
        if terms.terms.renewed_until(at) < at {
            return Vec::new();
        }
        let downgrade = self.downgrade.as_ref().filter(|downgrade| downgrade.at <= at);
        let stays = |removed_at: Option<Timestamp>| removed_at.is_none_or(|gone| gone > at);
        let plan = self.plan.iter().filter(|plan| plan.item.covers.end <= at);
        let plan = plan.map(|plan| match downgrade {
            Some(downgrade) => (Sold::Plan(&downgrade.plan), downgrade.price),
            None => (plan.sold(), plan.item.price),
        });
        let add_ons = self.add_ons.iter().filter(|add_on| add_on.item.covers.end <= at);
        let add_ons = add_ons.filter(|add_on| stays(add_on.removed_at));
        let add_ons = add_ons.map(|add_on| (add_on.sold(), add_on.item.price));
        plan.chain(add_ons).map(|(sold, known)| terms.rates(self.payer, sold, known)).collect()
    }

    /// When its first item is renewed.
    fn renewed_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Running => self.items().map(|(_, item)| item.covers.end).min(),
            State::New | State::Paused | State::Deleted => None,
        }
    }

    fn months_due(&self, terms: &AccountTerms<'_>, now: Timestamp) -> u32 {
        let now = terms.terms.renewed_until(now);
        match self.renewed_at().filter(|at| *at <= now && *at < Timestamp::MAX) {
            Some(at) => terms.periods(self.payer).begun_between(at, now).saturating_add(1),
            None => 0,
        }
    }
}

impl Desk<'_> {
    /// Does all that is due, but for what comes after the first `most` times. Once its agency was
    /// closed, what runs is paid for to the end of its term, like what a deleted account has.
    pub(super) fn settle(&mut self, most: u32) -> Result<(), BillingError> {
        if self.account.months_due(&self.terms, self.now) > RENEWALS_MAX {
            return Err(BillingError::TooFarBehind);
        }
        let closed = self.terms.terms.closed_at.filter(|closed| *closed <= self.now);
        for _ in 0..most {
            let due = self.account.due_at().filter(|due| *due <= self.now);
            match closed.filter(|closed| due.is_none_or(|due| *closed < due)) {
                Some(_) if self.account.is_running() => self.close(),
                Some(_) | None => {
                    let Some(due) = due else { break };
                    self.happen(due);
                    self.renew(due)?;
                }
            }
        }
        Ok(())
    }

    /// Its agency was closed: nothing is renewed any more, and the end is planned.
    fn close(&mut self) {
        for planned in self.account.planned() {
            match fate(planned.kind(), Command::Agency(AgencyCommand::Close)) {
                Fate::Kept | Fate::Refused => (),
                Fate::Replaced => self.forget(planned, Became::Replaced),
                Fate::Dropped => self.forget(planned, Became::Dropped),
            }
        }
        self.account.state = State::Deleted;
        let at = self.account.items().map(|(_, item)| item.covers.end).max();
        self.account.ends_at = at;
        if let Some(at) = at {
            self.became(PlannedChange::DeletedEnd { at }, Became::Planned);
        }
    }

    /// Does what was planned for `at`.
    fn happen(&mut self, at: Timestamp) {
        for planned in self.account.planned() {
            if planned.at() <= at {
                self.do_planned(&planned, at);
                self.became(planned, Became::Happened);
            }
        }
    }

    pub(super) fn do_planned(&mut self, planned: &PlannedChange, at: Timestamp) {
        let account = &mut self.account;
        match planned {
            PlannedChange::Downgrade { .. } => {
                if let (Some(plan), Some(downgrade)) = (&mut account.plan, account.downgrade.take())
                {
                    plan.plan = downgrade.plan;
                    (plan.item.price, plan.item.begun) = (downgrade.price, at);
                    plan.item.by_itself = true;
                }
            }
            PlannedChange::Removal { add_on, .. } => {
                account.add_ons.retain(|item| item.add_on != *add_on);
            }
            PlannedChange::DisabledEnd { .. } => account.ends_at = None,
            PlannedChange::DeletedEnd { .. } => {
                account.ends_at = None;
                account.plan = None;
                account.add_ons.clear();
            }
        }
    }

    /// Charges the month that begins at `at` for all that runs into it.
    fn renew(&mut self, at: Timestamp) -> Result<(), BillingError> {
        match self.account.state {
            State::Running => {}
            State::New | State::Paused | State::Deleted => return Ok(()),
        }
        let (payer, terms) = (self.account.payer, self.terms);
        if let Some(mut plan) = self.account.plan.take() {
            if plan.item.covers.end <= at {
                let rates = terms.rates(payer, Sold::Plan(&plan.plan), plan.item.price);
                let postings = plan.item.renew(&rates)?;
                self.book(payer, plan.sold(), postings);
            }
            self.account.plan = Some(plan);
        }
        let mut add_ons = core::mem::take(&mut self.account.add_ons);
        for add_on in add_ons.iter_mut().filter(|add_on| add_on.item.covers.end <= at) {
            let rates = terms.rates(payer, Sold::AddOn(&add_on.add_on), add_on.item.price);
            let postings = add_on.item.renew(&rates)?;
            self.book(payer, Sold::AddOn(&add_on.add_on), postings);
        }
        self.account.add_ons = add_ons;
        Ok(())
    }
}
