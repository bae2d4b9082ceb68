//! The grid that charges lie on: months, periods of white-label, and the trial.

use std::collections::BTreeMap;

use crate::billing_reference::calendar::{month, month_of};
use crate::billing_reference::history::{
    CatalogVersion, History, Interval, Moment, Payer, Terms, Time, What,
};
use crate::billing_reference::line::{Item, Reason};
use crate::billing_reference::runs::Run;

/// A billing period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// When it begins.
    pub start: Time,
    /// When it ends and the next begins.
    pub end: Time,
    /// How long it is.
    pub interval: Interval,
}

/// A part of a run that one debit pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// When it is booked.
    pub booked: Moment,
    /// What it covers ends here.
    pub to: Time,
    /// The period that it lies in.
    pub period: Period,
    /// Why it is booked.
    pub reason: Reason,
    /// Whether it renews as a month of its payer begins: a period begins then, or a trial ends.
    pub renews: bool,
    /// Whether it is free, since the trial isn't over.
    pub free: bool,
}

/// A history, and what follows from it and the calendar alone.
pub struct Frame<'a> {
    /// All that happened up to `now`.
    pub history: &'a History,
    /// How far things have come.
    pub now: Time,
    periods: Vec<Period>,
    anchors: BTreeMap<&'a str, Time>,
}

impl<'a> Frame<'a> {
    /// The grid of a history up to `now`.
    pub fn new(history: &'a History, now: Time) -> Self {
        Self { history, now, periods: white_label_periods(history, now), anchors: anchors(history) }
    }

    /// When a payer's months begin; none for an account that never chose a plan.
    pub fn anchor(&self, payer: &Payer) -> Option<Time> {
        match payer {
            Payer::Agency => Some(self.history.created),
            Payer::Account(account) => self.anchors.get(account.as_str()).copied(),
        }
    }

    /// All accounts that ever chose a plan.
    pub fn payers(&self) -> Vec<Payer> {
        let accounts = self.anchors.keys().map(|account| Payer::Account((*account).to_owned()));
        std::iter::once(Payer::Agency).chain(accounts).collect()
    }

    /// The month of a payer that a time lies in.
    pub fn month_at(&self, payer: &Payer, at: Time) -> Option<Period> {
        let anchor = self.anchor(payer)?;
        let k = month_of(anchor, at)?;
        let (start, end) = (month(anchor, k), month(anchor, k + 1));
        Some(Period { start, end, interval: Interval::Monthly })
    }

    /// The period of white-label that a time up to `now` lies in.
    pub fn white_label_at(&self, at: Time) -> Option<Period> {
        self.periods.iter().find(|period| period.start <= at && at < period.end).copied()
    }

    /// The catalog's version that counts at a time, with its number.
    pub fn catalog(&self, at: Time) -> Option<(usize, &'a CatalogVersion)> {
        self.history.catalogs.iter().enumerate().rfind(|(_, version)| version.since <= at)
    }

    /// What was changed for the agency before a moment.
    pub fn terms(&self, before: Moment) -> impl Iterator<Item = (Time, &'a Terms)> {
        let known = self.history.moments().take_while(move |(moment, _)| *moment < before);
        known.filter_map(|(_, event)| match &event.what {
            What::Terms(terms) => Some((event.at, terms)),
            _ => None,
        })
    }

    fn trial_end(&self, before: Moment) -> Option<Time> {
        let ends = self.terms(before).filter_map(|(_, terms)| match terms {
            Terms::Trial(end) => Some(*end),
            _ => None,
        });
        ends.last()
    }

    /// What a run is debited for up to `now`, one debit after the other.
    pub fn stretches(&self, run: &Run) -> Vec<Stretch> {
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut booked = run.from;
        let closed = self.history.closed();
        while booked.at <= self.now && run.holds(booked) {
            // In the millisecond of the closing, what is due goes first.
            if closed.is_some_and(|closed| booked.at > closed) {
                break;
            }
            let period = match run.item {
                Item::WhiteLabel(_) => self.white_label_at(booked.at),
                _ => self.month_at(&run.payer, booked.at),
            };
            let Some(period) = period else { break };
            let trial =
                self.trial_end(booked).filter(|end| run.payer == Payer::Agency && booked.at < *end);
            let by_itself = booked == Moment::due(booked.at);
            let month = self.month_at(&run.payer, booked.at);
            stretches.push(Stretch {
                booked,
                to: trial.map_or(period.end, |end| end.min(period.end)),
                period,
                reason: if by_itself { Reason::Renewed } else { run.reason },
                renews: by_itself && month.is_some_and(|month| month.start == booked.at),
                free: trial.is_some(),
            });
            booked = Moment::due(stretches.last().map_or(period.end, |stretch| stretch.to));
        }
        stretches
    }
}

fn anchors(history: &History) -> BTreeMap<&str, Time> {
    let mut anchors = BTreeMap::new();
    for event in &history.events {
        if let What::Activate { account, payer: Payer::Account(_), .. }
        | What::Switch { account, payer: Payer::Account(_), .. } = &event.what
        {
            anchors.entry(account.as_str()).or_insert(event.at);
        }
    }
    anchors
}

/// The periods of white-label, up to the one that `now` lies in: each as long as was asked for
/// last in the one before.
fn white_label_periods(history: &History, now: Time) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    let mut interval = history.interval;
    let mut k = 0;
    loop {
        let start = month(history.created, k);
        if start > now {
            return periods;
        }
        k += if interval == Interval::Annual { 12 } else { 1 };
        let end = month(history.created, k);
        periods.push(Period { start, end, interval });
        for event in &history.events {
            if let What::SetInterval(asked) = event.what
                && start <= event.at
                && event.at < end
            {
                interval = asked;
            }
        }
    }
}
