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
use crate::domain::billing::invoice::after_credit;
use crate::domain::billing::{LedgerTotals, Posting, Terms, WhiteLabel};
use crate::domain::brand::Brand;
use crate::domain::id::BrandId;
use crate::domain::money::{Money, MoneyError};
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// How many rows are read at a time.
const ROWS_AT_ONCE: u32 = 500;

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
    query(ports, &caller.agency, vec![totals, keys::catalog().into_text()])
}

impl Standing {
    /// How things stand, with all that is needed to look ahead to `until`. `damaged` decides what
    /// becomes of a brand whose row is damaged.
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
        };
        standing.gather(view, damaged)?;
        openings::read(view, &mut standing.terms, &standing.charged, until)?;
        Ok(standing)
    }

    fn gather(
        &mut self,
        view: &View<'_>,
        damaged: fn(Error) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let range = keys::brands(&view.agency().id);
        let mut bound = None;
        loop {
            let rows = view::scan(view.ports(), &range, bound, ROWS_AT_ONCE, false)?;
            for row in &rows {
                match record::decode::<Brand>(&row.key, &row.value) {
                    Ok(Brand { id, name, white_label: Some(item), .. }) => {
                        self.names.insert(id.clone(), name);
                        self.charged.insert(id, item);
                    }
                    Ok(_) => (),
                    Err(error) => damaged(error)?,
                }
            }
            match rows.last() {
                // The next key after this one: no key sorts between a text and itself with `!`.
                Some(last) if rows.len() == ROWS_AT_ONCE as usize => {
                    bound = Some(format!("{}!", last.key));
                }
                Some(_) | None => return Ok(()),
            }
        }
    }

    /// The brands that are charged for at `now`, by id, with what is charged.
    pub fn running(&self, now: Timestamp) -> impl Iterator<Item = (&BrandId, &WhiteLabel)> {
        self.charged.iter().filter(move |(_, item)| item.runs_at(now))
    }

    /// What all that runs at `now` costs a month.
    pub fn run_rate(&self, now: Timestamp) -> Result<Money, Error> {
        let brands = u32::try_from(self.running(now).count()).unwrap_or(u32::MAX);
        Ok(self.terms.run_rate(brands, now)?)
    }

    /// All that is due by `until` and isn't booked.
    pub fn due(&self, until: Timestamp) -> Result<Vec<Posting>, Error> {
        let mut due = Vec::new();
        for (id, item) in &self.charged {
            due.extend(item.clone().settle(&self.terms.brand(id), until)?.1);
        }
        Ok(due)
    }

    /// What the ledger comes to with all that is due by `now`.
    pub fn total(&self, now: Timestamp) -> Result<Money, Error> {
        let add = |total: Money, posting: Posting| total.plus(posting.amount);
        Ok(self.due(now)?.into_iter().try_fold(self.totals.total, add)?)
    }

    /// The invoices that close by `until` and aren't closed, if nothing changes; one for each
    /// month in which something is booked.
    pub fn invoices(&self, until: Timestamp) -> Result<Vec<Expected>, Error> {
        let months = self.terms.months();
        let mut subtotals: BTreeMap<Timestamp, i64> =
            self.totals.open.iter().map(|open| (open.closes_at, open.amount)).collect();
        for posting in self.due(until)? {
            let closes_at = self.totals.invoice_of(months, posting.at, posting.reason);
            let subtotal = subtotals.entry(closes_at).or_default();
            *subtotal = subtotal.checked_add(posting.amount.amount).ok_or(MoneyError::Overflow)?;
        }
        let money = |amount| Money::new(amount, self.totals.total.currency);
        let mut carried = self.totals.carried;
        let mut invoices = Vec::new();
        for (closes_at, subtotal) in subtotals.into_iter().take_while(|(at, _)| *at <= until) {
            let (due, left) = after_credit(subtotal, carried)?;
            carried = left;
            let (subtotal, due) = (money(subtotal), money(due));
            invoices.push(Expected { closes_at, subtotal, due });
        }
        Ok(invoices)
    }

    /// The credit that is left when all invoices up to `now` are closed: 0 or positive.
    pub fn credit(&self, now: Timestamp) -> Result<Money, Error> {
        let mut carried = self.totals.carried;
        for invoice in self.invoices(now)? {
            carried = after_credit(invoice.subtotal.amount, carried)?.1;
        }
        Ok(Money::new(carried, self.totals.total.currency).negated()?)
    }
}
