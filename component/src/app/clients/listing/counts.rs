//! `clients.counts`

use super::filter::{Filter, RawFilter, StatusFilter, Wanted};
use super::gather::{self, Source, each_client, joined_until};
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::view::View;
use crate::domain::client::Client;
use crate::domain::id::AccountId;
use crate::domain::tally::{Scores, Tally};
use crate::domain::time::Timestamp;

/// How many clients there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub all: u32,
    /// Pending, links included.
    pub pending: u32,
    /// Active.
    pub active: u32,
    /// At risk.
    pub at_risk: u32,
    /// Churned.
    pub churned: u32,
    /// Revoked.
    pub revoked: u32,
    /// The time that statuses were derived for.
    pub as_of: Timestamp,
    /// The account that it is narrowed to; none: to nothing.
    pub within: Option<AccountId>,
}

/// How many clients a filter leaves for each status. Without one, it costs as much as a day
/// of log-ins; with one, as much as those who fit.
pub fn counts(ports: &Ports, call: &Call, filter: &RawFilter) -> Result<Counts, Error> {
    let filter = RawFilter { status: None, ..filter.clone() };
    let wanted = |fields: &mut Fields| Wanted::parse(fields, &filter);
    let (caller, wanted) = Caller::within_with(call, functions::CLIENTS_COUNTS, wanted)?;
    let key = keys::tally(&caller.agency);
    let mut view = query(ports, &caller, vec![key.text().to_owned()])?;
    let tally = view.read(&key)?.unwrap_or_default();
    let filter = Filter::look_up(&mut view, wanted)?;
    if filter.is_open() { Ok(of_all(&view, &tally)?.0) } else { of_some(&view, &filter, &tally) }
}

/// How many clients there are in each status, and their scores.
pub fn of_all(view: &View<'_>, tally: &Tally) -> Result<(Counts, Scores), Error> {
    let (at_risk, churned) = view.agency().settings.thresholds.last_log_ins(view.now());
    let at_risk = joined_until(view, tally, at_risk)?;
    let churned = joined_until(view, tally, churned)?;
    let mut counts = Counts {
        all: tally.all(),
        pending: tally.pending,
        active: tally.joined().saturating_sub(at_risk),
        at_risk: at_risk.saturating_sub(churned),
        churned,
        revoked: tally.revoked,
        as_of: view.now(),
        within: view.within(),
    };
    let mut scores = tally.scores;
    // Those whom no job has written down as revoked are counted as what they were.
    each_client(view, gather::overdue(view)?, |stored, client| {
        let was = counts.of(view, stored);
        *was = was.saturating_sub(1);
        let is = counts.of(view, &client);
        *is = is.saturating_add(1);
        scores.change(stored.score, client.score);
    })?;
    Ok((counts, scores))
}

impl Counts {
    /// The counter that a client belongs to.
    fn of(&mut self, view: &View<'_>, client: &Client) -> &mut u32 {
        let thresholds = view.agency().settings.thresholds;
        match StatusFilter::of(client.status(self.as_of, thresholds)) {
            StatusFilter::Pending => &mut self.pending,
            StatusFilter::Active => &mut self.active,
            StatusFilter::AtRisk => &mut self.at_risk,
            StatusFilter::Churned => &mut self.churned,
            StatusFilter::Revoked => &mut self.revoked,
        }
    }
}

fn of_some(view: &View<'_>, filter: &Filter, tally: &Tally) -> Result<Counts, Error> {
    let source = Source::narrowest(view, filter, tally);
    let clients = match (filter.delivery, &filter.search, source) {
        (Some(delivery), _, _) => gather::of_delivery(view, delivery)?,
        (None, _, Some(source)) => source.clients(view.ports())?,
        (None, Some(search), None) => gather::found(view, search)?,
        (None, None, None) => return Ok(of_all(view, tally)?.0),
    };
    let mut counts = Counts {
        all: 0,
        pending: 0,
        active: 0,
        at_risk: 0,
        churned: 0,
        revoked: 0,
        as_of: view.now(),
        within: view.within(),
    };
    each_client(view, clients, |_, client| {
        if filter.fits(view, &client) {
            let one = counts.of(view, &client);
            *one = one.saturating_add(1);
            counts.all = counts.all.saturating_add(1);
        }
    })?;
    Ok(counts)
}
