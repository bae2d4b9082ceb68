//! What an agency sees of a client.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::error::Error;
use crate::app::keys;
use crate::app::view::View;
use crate::domain::activity::{Activity, Summary};
use crate::domain::client::{Client, Grant, Phase, Status};
use crate::domain::id::{AgencyId, BrandId};
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// A client as it stands now.
pub struct ClientView {
    /// The client.
    pub client: Client,
    /// Where it stands.
    pub status: Status,
    /// Its access, with the brands' names.
    pub grants: Vec<GrantView>,
    /// Until when its open invite can be accepted.
    pub expires_at: Option<Timestamp>,
    /// Whether that is over.
    pub expired: bool,
    /// When it becomes at risk if nobody logs in.
    pub at_risk_at: Option<Timestamp>,
    /// When it becomes churned if nobody logs in.
    pub churned_at: Option<Timestamp>,
}

/// Access to a brand.
pub struct GrantView {
    /// The brand.
    pub brand: BrandId,
    /// Its name.
    pub brand_name: Name,
    /// Since when.
    pub since: Timestamp,
    /// When it ends by itself.
    pub ends_at: Option<Timestamp>,
}

/// The names of brands.
pub struct BrandNames(BTreeMap<BrandId, Name>);

impl BrandNames {
    /// The names of the client's brands.
    pub fn of(&self, client: &Client) -> Vec<Name> {
        client.grants.iter().filter_map(|grant| self.0.get(&grant.brand).cloned()).collect()
    }
}

/// The keys of all brands that these clients have access to.
pub fn brand_keys<'c>(
    agency: &AgencyId,
    clients: impl IntoIterator<Item = &'c Client>,
) -> Vec<String> {
    brands_of(clients).into_iter().map(|brand| keys::brand(agency, brand).into_text()).collect()
}

/// The names of all brands that these clients have access to.
pub fn brand_names<'c>(
    view: &mut View<'_>,
    clients: impl IntoIterator<Item = &'c Client>,
) -> Result<BrandNames, Error> {
    let agency = view.agency().id.clone();
    let mut names = BTreeMap::new();
    for brand in brands_of(clients) {
        let stored = view.expect(&keys::brand(&agency, brand))?;
        names.insert(stored.id, stored.name);
    }
    Ok(BrandNames(names))
}

fn brands_of<'c>(clients: impl IntoIterator<Item = &'c Client>) -> BTreeSet<&'c BrandId> {
    clients.into_iter().flat_map(|client| &client.grants).map(|grant| &grant.brand).collect()
}

/// A [current](Client::current) client as an agency sees it at the view's time.
pub(super) fn show(view: &View<'_>, names: &BrandNames, client: Client) -> ClientView {
    let (now, thresholds) = (view.now(), view.agency().settings.thresholds);
    let grants = client.grants.iter().filter_map(|Grant { brand, since, until }| {
        let brand_name = names.0.get(brand)?.clone();
        Some(GrantView { brand: brand.clone(), brand_name, since: *since, ends_at: until.end() })
    });
    let turns = |when: Timestamp| (now < when).then_some(when);
    let login = client.last_log_in.filter(|_| client.phase(now) == Phase::Joined);
    ClientView {
        status: client.status(now, thresholds),
        grants: grants.collect(),
        expires_at: client.invite_until().end(),
        expired: client.phase(now) == Phase::Expired,
        at_risk_at: login.map(|login| thresholds.at_risk_at(login)).and_then(turns),
        churned_at: login.map(|login| thresholds.churned_at(login)).and_then(turns),
        client,
    }
}

/// What a client did, from the day on that it joined.
pub fn activity_summary(view: &View<'_>, client: &Client, activity: &Activity) -> Summary {
    let offset = view.agency().settings.utc_offset;
    let since = client.joined_at.map_or(i64::MIN, |at| offset.day(at));
    Summary::of(activity, offset.day(view.now()), since)
}
