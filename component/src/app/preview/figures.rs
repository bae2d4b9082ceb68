//! What is compared: what is owed before and after.

use super::{ChangedInvoice, Preview};
use crate::app::billing::{
    Expected, LedgerFilter, next_invoices, next_invoices_of, run_rate_within, some_lines,
};
use crate::app::command::look;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::page::LIMIT_MAX;
use crate::app::ports::Ports;
use crate::app::quoting::is_asked_for;
use crate::app::view::View;
use crate::domain::billing::{Line, PayerId};
use crate::domain::id::AgencyId;
use crate::domain::impersonation::Reach;
use crate::domain::money::Money;

/// What payers owe at one moment.
pub(super) struct Figures {
    /// How many lines each ledger has that a change may add to.
    lines: Vec<(PayerId, u64)>,
    /// What runs costs a month, whoever of them pays; on an account's behalf, what is its own.
    run_rate: Money,
    /// Their next invoices, payer by payer.
    invoices: Vec<(PayerId, Expected)>,
}

impl Figures {
    /// How things stand, with the run-rate of what is within `reach`. `payers` are those who may be charged
    /// by the change.
    pub(super) fn read(
        ports: &Ports,
        agency: &AgencyId,
        payers: &[PayerId],
        reach: Option<&Reach>,
    ) -> Result<Figures, Error> {
        let mut view = open(ports, agency)?;
        let (standing, invoices) = next_invoices(&mut view)?;
        let mut figures = Figures {
            lines: Vec::with_capacity(payers.len()),
            run_rate: match reach {
                Some(reach) => run_rate_within(&standing, reach, view.now())?,
                None => standing.run_rate(view.now())?,
            },
            invoices: of(&PayerId::Agency, invoices).collect(),
        };
        for payer in payers {
            let totals = view.read(&keys::totals(agency, payer))?;
            let lines = totals.as_ref().map_or(0, |totals| totals.lines);
            figures.lines.push((payer.clone(), lines));
            let PayerId::Account(account) = payer else { continue };
            if reach.is_none() {
                let own = standing.run_rate_of(account, view.now())?;
                figures.run_rate = figures.run_rate.plus(own)?;
            }
            if let Some(totals) = &totals {
                let invoices = next_invoices_of(&standing, account, totals, view.now())?;
                figures.invoices.extend(of(payer, invoices));
            }
        }
        Ok(figures)
    }

    /// What has become of them since.
    pub(super) fn changed(
        self,
        ports: &Ports,
        agency: &AgencyId,
        reach: Option<&Reach>,
    ) -> Result<Preview, Error> {
        let payers: Vec<PayerId> = self.lines.iter().map(|(payer, _)| payer.clone()).collect();
        let after = Figures::read(ports, agency, &payers, reach)?;
        let mut view = open(ports, agency)?;
        let mut lines = Vec::new();
        for (payer, before) in self.lines {
            lines.extend(booked_since(&mut view, payer, before)?);
        }
        let nothing = Money::zero(self.run_rate.currency);
        let now = lines.iter().try_fold(nothing, |sum, line| sum.plus(line.amount))?;
        let before = self.invoices;
        let changed = |(payer, after): (PayerId, Expected)| {
            let same = |(other, before): &&(PayerId, Expected)| {
                (other, before.closes_at) == (&payer, after.closes_at)
            };
            let before = before.iter().find(same).map_or(nothing, |(_, before)| before.due);
            ChangedInvoice { closes_at: after.closes_at, before, after: after.due, payer }
        };
        let invoices = after.invoices.into_iter().map(changed).collect();
        Ok(Preview {
            as_of: view.now(),
            lines,
            now,
            monthly: after.run_rate.plus(self.run_rate.negated()?)?,
            invoices,
            going_on: Vec::new(),
            refused: Vec::new(),
            quote: None,
            within: reach.map(|reach| reach.account.clone()),
        })
    }
}

fn of(payer: &PayerId, invoices: Vec<Expected>) -> impl Iterator<Item = (PayerId, Expected)> {
    invoices.into_iter().map(|invoice| (payer.clone(), invoice))
}

/// The agency with what its billing surely needs, in one read.
pub(super) fn open<'a>(ports: &'a Ports, agency: &AgencyId) -> Result<View<'a>, Error> {
    let totals = keys::agency_totals(agency).into_text();
    look(ports, agency, vec![totals, keys::catalog().into_text()])
}

/// The lines that weren't due anyway, after so many.
fn booked_since(view: &mut View<'_>, payer: PayerId, lines: u64) -> Result<Vec<Line>, Error> {
    let filter = LedgerFilter::all(payer);
    let (mut booked, mut next) = (Vec::new(), Some(lines.saturating_add(1)));
    while let Some(first) = next {
        let (some, then) = some_lines(view, &filter, first, LIMIT_MAX)?;
        booked.extend(some);
        next = then;
    }
    booked.retain(is_asked_for);
    Ok(booked)
}
