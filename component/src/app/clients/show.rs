//! What an agency sees of a client.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::error::Error;
use crate::app::keys;
use crate::app::view::View;
use crate::domain::activity::{Activity, DAYS_KEPT, Summary};
use crate::domain::client::{Client, Grant, Phase, Status};
use crate::domain::id::{AgencyId, BrandId, MailId};
use crate::domain::mail::DeliveryState;
use crate::domain::sets::one_by_one;
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
    /// Where the mail of its open invite stands; none: there is no such mail.
    pub delivery: Option<DeliveryState>,
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

/// What is to be read besides clients to show them.
pub struct Besides {
    names: BrandNames,
    mails: BTreeMap<MailId, DeliveryState>,
}

/// Reads what is to be read besides these clients to show them, in one go.
pub fn besides<'c>(
    view: &mut View<'_>,
    clients: impl IntoIterator<Item = &'c Client> + Clone,
) -> Result<Besides, Error> {
    let agency = view.agency().id.clone();
    let mails: Vec<MailId> = clients.clone().into_iter().filter_map(mail_of).collect();
    let mail_keys = mails.iter().map(|id| keys::mail(&agency, *id).into_text());
    view.fetch(brand_keys(&agency, clients.clone()).into_iter().chain(mail_keys))?;
    let mut states = BTreeMap::new();
    for id in mails {
        if let Some(mail) = view.read(&keys::mail(&agency, id))? {
            states.insert(id, mail.state());
        }
    }
    Ok(Besides { names: brand_names(view, clients)?, mails: states })
}

/// The mail of a client's open invite.
fn mail_of(client: &Client) -> Option<MailId> {
    client.open_invite()?.mail
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
    one_by_one(clients.into_iter().flat_map(|client| &client.grants).map(|grant| &grant.brand))
}

/// A [current](Client::current) client as an agency sees it at the view's time.
pub(super) fn show(view: &View<'_>, besides: &Besides, client: Client) -> ClientView {
    let (now, thresholds) = (view.now(), view.agency().settings.thresholds);
    let grants = client.grants.iter().filter_map(|Grant { brand, since, until }| {
        let brand_name = besides.names.0.get(brand)?.clone();
        Some(GrantView { brand: brand.clone(), brand_name, since: *since, ends_at: until.end() })
    });
    let turns = |when: Timestamp| (now < when).then_some(when);
    let login = client.last_log_in.filter(|_| client.phase(now) == Phase::Joined);
    ClientView {
        status: client.status(now, thresholds),
        grants: grants.collect(),
        expires_at: client.offer_until().end(),
        expired: client.phase(now) == Phase::Expired,
        at_risk_at: login.map(|login| thresholds.at_risk_at(login)).and_then(turns),
        churned_at: login.map(|login| thresholds.churned_at(login)).and_then(turns),
        delivery: mail_of(&client).and_then(|mail| besides.mails.get(&mail).cloned()),
        client,
    }
}

/// What a client did, from the day on that it joined.
pub fn activity_summary(view: &View<'_>, client: &Client, activity: &Activity) -> Summary {
    let calendar = view.calendar();
    let today = calendar.day(view.now());
    let since = client.joined_at.map_or(i64::MIN, |at| calendar.day_from(at, today - DAYS_KEPT));
    Summary::of(activity, today, since)
}
