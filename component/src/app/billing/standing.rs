//! What an agency's billing comes to at one moment, whatever jobs and commands have booked of it.
//!
//! Every reader goes from here: what is stored, and what settling a copy of it adds. So they say
//! the same before something is booked as after.

use std::collections::BTreeMap;

use crate::app::booking::{openings, terms};
use crate::app::caller::Caller;
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::view::{self, View};
use crate::domain::account::Account;
use crate::domain::billing::invoice::after_credit;
use crate::domain::billing::{AccountBilling, LedgerTotals, Posting, Terms, WhiteLabel};
use crate::domain::brand::Brand;
use crate::domain::id::{AccountId, BrandId};
use crate::domain::money::{Money, MoneyError};
use crate::domain::period::Months;
use crate::domain::sets::one_by_one;
use crate::domain::text::Name;
use crate::domain::time::{Timestamp, Until};

/// An agency's billing at one moment.
pub struct Standing {
    /// What it is charged by.
    pub terms: Terms,
    /// Its ledger, as booked.
    pub totals: LedgerTotals,
    /// The brands that have an item, with what is due for it still to be settled.
    pub charged: BTreeMap<BrandId, WhiteLabel>,
    /// What those brands are called.
    pub names: BTreeMap<BrandId, Name>,
    /// The accounts that were activated, with what is due for them still to be settled.
    pub accounts: BTreeMap<AccountId, AccountBilling>,
    /// What those accounts are called.
    pub companies: BTreeMap<AccountId, Name>,
    /// The accounts that are deleted by themselves, with white-label that stops then.
    pub deletions: Vec<(Timestamp, AccountId)>,
}

/// What stands on one invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// When it closes.
    pub closes_at: Timestamp,
    /// What its lines come to.
    pub subtotal: Money,
    /// What is to be paid after credit.
    pub due: Money,
}

/// Opens the caller's agency with what its billing surely needs, in one read.
pub fn open<'a>(ports: &'a Ports, caller: &Caller) -> Result<View<'a>, Error> {
    let totals = keys::agency_totals(&caller.agency).into_text();
    query(ports, caller, vec![totals, keys::catalog().into_text()])
}

impl Standing {
    /// How things stand, with all that is needed to look ahead to `until`. `damaged` decides what
    /// becomes of a brand or an account whose row is damaged.
    pub fn read(
        view: &mut View<'_>,
        until: Timestamp,
        damaged: fn(Error) -> Result<(), Error>,
    ) -> Result<Standing, Error> {
        let agency = view.agency().id.clone();
        let totals = view.expect(&keys::agency_totals(&agency))?;
        let mut standing = Standing {
            terms: terms(view, Timestamp::EPOCH)?,
            totals,
            charged: BTreeMap::new(),
            names: BTreeMap::new(),
            accounts: BTreeMap::new(),
            companies: BTreeMap::new(),
            deletions: Vec::new(),
        };
        standing.gather(view, damaged)?;
        let Standing { terms, charged, accounts, .. } = &mut standing;
        openings::read(view, terms, charged, accounts, until)?;
        Ok(standing)
    }

    fn gather(
        &mut self,
        view: &View<'_>,
        damaged: fn(Error) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let agency = &view.agency().id;
        let mut belonging: BTreeMap<AccountId, Vec<BrandId>> = BTreeMap::new();
        view::each(view.ports(), &keys::brands(agency), |row| {
            match record::decode::<Brand>(&row.key, &row.value) {
                Ok(Brand { id, name, account, white_label: Some(item), .. }) => {
                    self.names.insert(id.clone(), name);
                    if let Some(account) = account {
                        belonging.entry(account).or_default().push(id.clone());
                    }
                    self.charged.insert(id, item);
                }
                Ok(_) => (),
                Err(error) => damaged(error)?,
            }
            Ok(())
        })?;
        view::each(view.ports(), &keys::accounts(agency), |row| {
            match record::decode::<Account>(&row.key, &row.value) {
                Ok(Account { id, name, billing, standing, .. }) => {
                    let brands = belonging.remove(&id).unwrap_or_default();
                    let deleted_at = standing.deletes_at().filter(|at| *at > view.now());
                    if let (Some(at), false) = (deleted_at, brands.is_empty()) {
                        self.stop_white_label(&brands, at);
                        self.deletions.push((at, id.clone()));
                    }
                    if billing.plan.is_some() {
                        self.companies.insert(id.clone(), name);
                        self.accounts.insert(id, billing);
                    }
                }
                Err(error) => damaged(error)?,
            }
            Ok(())
        })
    }

    /// White-label of these brands ends by itself, when their account is deleted. A job that is late with
    /// that ends it when it has done so.
    fn stop_white_label(&mut self, brands: &[BrandId], at: Timestamp) {
        for id in brands {
            if let Some(item) = self.charged.get_mut(id) {
                item.until = item.until.min(Until::at(at));
            }
        }
    }

    /// The brands that are charged for period after period at `now`, by id, with what is charged: none of
    /// a closed agency.
    pub fn running(&self, now: Timestamp) -> impl Iterator<Item = (&BrandId, &WhiteLabel)> {
        let goes_on = !self.is_closed(now);
        self.charged.iter().filter(move |(_, item)| goes_on && item.runs_at(now))
    }

    /// Whether nothing is renewed any more, since the agency is closed.
    fn is_closed(&self, now: Timestamp) -> bool {
        self.terms.renewed_until(now) < now || self.terms.closed_at == Some(now)
    }

    /// How many plans run that the agency pays for: none of a closed one.
    pub fn plans(&self) -> u32 {
        if self.terms.closed_at.is_some() {
            return 0;
        }
        let counting = self.accounts.values().filter(|account| account.counts_for_volume());
        u32::try_from(counting.count()).unwrap_or(u32::MAX)
    }

    /// The accounts that were activated, by id, as they are at `now`.
    pub fn accounts_at(
        &self,
        now: Timestamp,
    ) -> impl Iterator<Item = Result<(&AccountId, AccountBilling), Error>> {
        self.accounts.iter().map(move |(id, account)| {
            Ok((id, account.clone().settle(&self.terms.account(id), now)?.account))
        })
    }

    /// What all that runs at `now` costs the agency a month.
    pub fn run_rate(&self, now: Timestamp) -> Result<Money, Error> {
        let brands = u32::try_from(self.running(now).count()).unwrap_or(u32::MAX);
        let mut sum = self.terms.run_rate(brands, now)?;
        // Counted once: it looks at all accounts.
        let plans = self.plans();
        for account in self.accounts_at(now) {
            let (id, account) = account?;
            if account.paid_by_agency() {
                sum = sum.plus(account.run_rate(&self.terms.account(id), plans, now)?)?;
            }
        }
        Ok(sum)
    }

    /// What all that runs at `now` costs an account a month that pays itself.
    pub fn run_rate_of(&self, id: &AccountId, now: Timestamp) -> Result<Money, Error> {
        match self.accounts.get(id).filter(|account| !account.paid_by_agency()) {
            Some(_) => self.run_rate_whoever_pays(id, now),
            None => Ok(Money::zero(self.totals.total.currency)),
        }
    }

    /// What all that an account has running at `now` costs a month.
    pub fn run_rate_whoever_pays(&self, id: &AccountId, now: Timestamp) -> Result<Money, Error> {
        let Some(account) = self.accounts.get(id) else {
            return Ok(Money::zero(self.totals.total.currency));
        };
        let terms = self.terms.account(id);
        let account = account.clone().settle(&terms, now)?.account;
        Ok(account.run_rate(&terms, self.plans(), now)?)
    }

    /// All that is due by `until` and isn't booked, for the agency to pay.
    pub fn due(&self, until: Timestamp) -> Result<Vec<Posting>, Error> {
        let mut due = Vec::new();
        for (id, item) in &self.charged {
            due.extend(item.clone().settle(&self.terms.brand(id), until)?.1);
        }
        for (id, account) in &self.accounts {
            if account.paid_by_agency() {
                due.extend(self.due_of(id, account, until)?);
            }
        }
        Ok(due)
    }

    fn due_of(
        &self,
        id: &AccountId,
        account: &AccountBilling,
        until: Timestamp,
    ) -> Result<impl Iterator<Item = Posting>, Error> {
        let outcome = account.clone().settle(&self.terms.account(id), until)?;
        Ok(outcome.booked.into_iter().map(|booked| booked.posting))
    }

    /// What the ledger comes to with all that is due by `now`.
    pub fn total(&self, now: Timestamp) -> Result<Money, Error> {
        let add = |total: Money, posting: Posting| total.plus(posting.amount);
        Ok(self.due(now)?.into_iter().try_fold(self.totals.total, add)?)
    }

    /// The same of an account, where `totals` is its ledger.
    pub fn total_of(
        &self,
        id: &AccountId,
        totals: &LedgerTotals,
        now: Timestamp,
    ) -> Result<Money, Error> {
        let add = |total: Money, posting: Posting| total.plus(posting.amount);
        Ok(self.due_by(id, now)?.into_iter().try_fold(totals.total, add)?)
    }

    /// All that is due by `until` and isn't booked, for an account to pay itself.
    fn due_by(&self, id: &AccountId, until: Timestamp) -> Result<Vec<Posting>, Error> {
        match self.accounts.get(id).filter(|account| !account.paid_by_agency()) {
            Some(account) => Ok(self.due_of(id, account, until)?.collect()),
            None => Ok(Vec::new()),
        }
    }

    /// The invoices of the agency that close by `until` and aren't closed, if nothing changes; one
    /// for each month in which something is booked.
    pub fn invoices(&self, until: Timestamp) -> Result<Vec<Expected>, Error> {
        expected(&self.totals, self.terms.months(), self.due(until)?, until)
    }

    /// The same of an account that pays itself, where `totals` is its ledger.
    pub fn invoices_of(
        &self,
        id: &AccountId,
        totals: &LedgerTotals,
        until: Timestamp,
    ) -> Result<Vec<Expected>, Error> {
        let due = self.due_by(id, until)?;
        expected(totals, totals.months(self.terms.months().start(0)), due, until)
    }

    /// The credit that is left when all invoices up to `now` are closed: 0 or positive.
    pub fn credit(&self, now: Timestamp) -> Result<Money, Error> {
        left_over(&self.totals, self.invoices(now)?)
    }

    /// The same of an account, where `totals` is its ledger.
    pub fn credit_of(
        &self,
        id: &AccountId,
        totals: &LedgerTotals,
        now: Timestamp,
    ) -> Result<Money, Error> {
        left_over(totals, self.invoices_of(id, totals, now)?)
    }
}

fn left_over(totals: &LedgerTotals, invoices: Vec<Expected>) -> Result<Money, Error> {
    let mut carried = totals.carried;
    for invoice in invoices {
        carried = after_credit(invoice.subtotal.amount, carried)?.1;
    }
    Ok(Money::new(carried, totals.total.currency).negated()?)
}

/// The invoices of a payer that close by `until`, where `due` is still to be booked.
fn expected(
    totals: &LedgerTotals,
    months: Months,
    due: Vec<Posting>,
    until: Timestamp,
) -> Result<Vec<Expected>, Error> {
    let mut subtotals: BTreeMap<Timestamp, i64> =
        one_by_one(totals.open.iter().map(|open| (open.closes_at, open.amount)));
    for posting in due {
        let closes_at = totals.invoice_of(months, posting.at, posting.reason);
        let subtotal = subtotals.entry(closes_at).or_default();
        *subtotal = subtotal.checked_add(posting.amount.amount).ok_or(MoneyError::Overflow)?;
    }
    let money = |amount| Money::new(amount, totals.total.currency);
    let mut carried = totals.carried;
    let mut invoices = Vec::new();
    for (closes_at, subtotal) in subtotals.into_iter().take_while(|(at, _)| *at <= until) {
        let (due, left) = after_credit(subtotal, carried)?;
        carried = left;
        let (subtotal, due) = (money(subtotal), money(due));
        invoices.push(Expected { closes_at, subtotal, due });
    }
    Ok(invoices)
}
