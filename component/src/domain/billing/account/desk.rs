//! A command at work: the account as it is so far, and what is to be booked.

use super::rates::{AccountTerms, ItemRates, ListPrice, Sold};
use super::{
    AccountBilling, AccountBillingError, Became, Booked, Outcome, Payer, PlanItem, PlannedChange,
    State,
};
use crate::domain::billing::Posting;
use crate::domain::billing::planned::{AccountCommand, Command, Fate, fate};
use crate::domain::time::Timestamp;

/// A command at work.
pub(super) struct Desk<'a> {
    pub(super) terms: AccountTerms<'a>,
    pub(super) now: Timestamp,
    pub(super) account: AccountBilling,
    booked: Vec<Booked>,
    planned: Vec<(PlannedChange, Became)>,
}

impl<'a> Desk<'a> {
    pub(super) const fn new(
        account: AccountBilling,
        terms: &AccountTerms<'a>,
        now: Timestamp,
    ) -> Desk<'a> {
        Desk { terms: *terms, now, account, booked: Vec::new(), planned: Vec::new() }
    }

    pub(super) fn done(self) -> Outcome {
        let Desk { account, booked, planned, .. } = self;
        Outcome { account, booked, planned }
    }

    /// What something is charged by that the account's payer pays for.
    pub(super) fn rates<'r>(&self, sold: Sold<'r>, known: ListPrice) -> ItemRates<'r>
    where
        'a: 'r,
    {
        self.terms.rates(self.account.payer, sold, known)
    }

    /// The plan, where it runs.
    pub(super) fn running_plan(&self) -> Result<PlanItem, AccountBillingError> {
        match (self.account.state, &self.account.plan) {
            (State::Running, Some(plan)) => Ok(plan.clone()),
            (State::New, _) | (State::Running, None) => Err(AccountBillingError::NotActivated),
            (State::Paused, _) => Err(AccountBillingError::Paused),
            (State::Deleted, _) => Err(AccountBillingError::Deleted),
        }
    }

    /// When what is charged for the payer's month is over, in which it is now.
    pub(super) fn month_end(&self) -> Timestamp {
        let month = self.terms.periods(self.account.payer).at(self.now);
        // A clock that ran ahead was charged for months that haven't begun.
        self.account.items().map(|(_, item)| item.covers.end).fold(month.end, Timestamp::max)
    }

    /// When what is paid for is over.
    pub(super) fn paid_until(&self) -> Timestamp {
        self.account.items().map(|(_, item)| item.covers.end).fold(self.now, Timestamp::max)
    }

    pub(super) fn book(&mut self, payer: Payer, sold: Sold<'_>, postings: Vec<Posting>) {
        let (payer, item) = (self.terms.payer_id(payer), self.terms.item(sold));
        let booked = |posting| Booked { payer: payer.clone(), item: item.clone(), posting };
        self.booked.extend(postings.into_iter().map(booked));
    }

    pub(super) fn became(&mut self, planned: PlannedChange, became: Became) {
        self.planned.push((planned, became));
    }

    /// Takes something back that is planned.
    pub(super) fn forget(&mut self, planned: PlannedChange, became: Became) {
        self.account.forget(&planned);
        self.became(planned, became);
    }

    /// Lets a command loose on what is planned, as the table says ([`fate`]). To something that
    /// is planned for one add-on, a command on another is not the same.
    pub(super) fn carry(
        &mut self,
        command: impl Fn(&PlannedChange) -> AccountCommand,
    ) -> Result<(), AccountBillingError> {
        for planned in self.account.planned() {
            let became = match fate(planned.kind(), Command::Account(command(&planned))) {
                Fate::Kept => continue,
                Fate::Replaced => Became::Replaced,
                Fate::Dropped => Became::Dropped,
                Fate::Refused => return Err(self.account.state.refusal()),
            };
            self.forget(planned, became);
        }
        Ok(())
    }
}

impl State {
    /// Why a command is refused that isn't for this state.
    pub(super) const fn refusal(self) -> AccountBillingError {
        match self {
            State::New => AccountBillingError::NotActivated,
            State::Running => AccountBillingError::Runs,
            State::Paused => AccountBillingError::Paused,
            State::Deleted => AccountBillingError::Deleted,
        }
    }
}

impl AccountBilling {
    /// The same without something planned.
    fn forget(&mut self, planned: &PlannedChange) {
        match planned {
            PlannedChange::Downgrade { .. } => self.downgrade = None,
            PlannedChange::Removal { add_on, .. } => {
                for item in self.add_ons.iter_mut().filter(|item| item.add_on == *add_on) {
                    item.removed_at = None;
                }
            }
            PlannedChange::DisabledEnd { .. } | PlannedChange::DeletedEnd { .. } => {
                self.ends_at = None;
            }
        }
    }
}
