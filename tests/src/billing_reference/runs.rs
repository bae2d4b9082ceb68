//! When each thing runs, worked out from who has access. No money yet.

use std::collections::{BTreeMap, BTreeSet};

use crate::billing_reference::history::{History, Moment, Payer, Time, What};
use crate::billing_reference::line::{Item, Reason};

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// What is left is credited, for this reason.
    Credited(Reason),
    /// It isn't renewed, and nothing is credited.
    Lapses,
}

/// A stretch of time in which something is charged for without a break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What.
    pub item: Item,
    /// By whom.
    pub payer: Payer,
    /// The id of the plan or the add-on; empty for white-label.
    pub product: String,
    /// Its first moment. One that is due by itself is a renewal.
    pub from: Moment,
    /// Why it begins.
    pub reason: Reason,
    /// Since when the item is charged without a break, also as another plan.
    pub since: Time,
    /// The moment at which it is over.
    pub to: Option<Moment>,
    /// How it ends.
    pub ending: Ending,
    /// From when on it won't be renewed, since its account is disabled or deleted.
    pub winds_down: Option<Time>,
}

impl Run {
    /// Whether it has begun and isn't over.
    pub fn holds(&self, moment: Moment) -> bool {
        self.from <= moment && self.to.is_none_or(|to| to > moment)
    }

    /// Whether it is charged for period after period as of the end of a millisecond.
    pub fn goes_on(&self, now: Time) -> bool {
        self.from.at <= now
            && self.to.is_none_or(|to| to.at > now)
            && self.winds_down.is_none_or(|since| since > now)
    }
}

/// The runs of white-label of all brands up to `now`.
///
/// Once the agency is closed, they are renewed no more; when each is over, its debits say.
pub fn white_label(history: &History, now: Time) -> Vec<Run> {
    let mut brands = BTreeSet::new();
    for event in &history.events {
        if let What::Access { brands: named, .. } = &event.what {
            brands.extend(named);
        }
    }
    brands.into_iter().flat_map(|brand| of_brand(history, brand, now)).collect()
}

/// Who has access to one brand, walked through from the beginning.
struct Brand {
    name: String,
    clients: BTreeMap<String, Option<Time>>,
    runs: Vec<Run>,
    /// Whether its agency is: what is stopped from then on is paid for, and nothing is given back.
    closed: bool,
}

impl Brand {
    fn end(&mut self, client: &str, moment: Moment, reason: Reason) {
        let had = self.clients.remove(client).is_some();
        if had
            && self.clients.is_empty()
            && let Some(run) = self.runs.last_mut()
        {
            run.to = Some(moment);
            run.ending = match reason {
                Reason::Stopped if self.closed => Ending::Lapses,
                _ => Ending::Credited(reason),
            };
        }
    }

    /// Ends what is over by itself at `now` or before, the earliest first.
    fn expire(&mut self, now: Time) {
        loop {
            let over = self.clients.iter().filter_map(|(client, until)| {
                until.filter(|until| *until <= now).map(|until| (until, client.clone()))
            });
            let Some((until, client)) = over.min() else { return };
            self.end(&client, Moment::due(until), Reason::Expired);
        }
    }

    fn begin(&mut self, client: &str, until: Option<Time>, moment: Moment) {
        if self.clients.is_empty() {
            self.runs.push(Run {
                item: Item::WhiteLabel(self.name.clone()),
                payer: Payer::Agency,
                product: String::new(),
                from: moment,
                reason: Reason::Started,
                since: moment.at,
                to: None,
                ending: Ending::Lapses,
                winds_down: None,
            });
        }
        self.clients.insert(client.to_owned(), until);
    }
}

fn of_brand(history: &History, name: &str, now: Time) -> Vec<Run> {
    let accepted_only =
        history.catalogs.first().is_some_and(|first| first.catalog.starts_at_acceptance);
    let mut brand =
        Brand { name: name.to_owned(), clients: BTreeMap::new(), runs: Vec::new(), closed: false };
    for (moment, event) in history.moments() {
        let brands = match &event.what {
            What::Access { brands, .. } | What::End { brands, .. } => brands,
            What::Close => {
                brand.closed = true;
                continue;
            }
            _ => continue,
        };
        if !brands.iter().any(|named| named == name) {
            continue;
        }
        // The brands of one command go one after the other, by their ids.
        let part = brands.iter().filter(|other| other.as_str() < name).count();
        let moment = Moment { part, ..moment };
        brand.expire(event.at);
        match &event.what {
            What::Access { client, until, accepted, .. } if *accepted || !accepted_only => {
                brand.begin(client, *until, moment);
            }
            What::End { client, .. } => brand.end(client, moment, Reason::Stopped),
            _ => {}
        }
    }
    brand.expire(now);
    if let Some(closed) = history.closed().filter(|closed| *closed <= now) {
        for run in &mut brand.runs {
            run.winds_down = Some(closed);
        }
    }
    brand.runs
}
