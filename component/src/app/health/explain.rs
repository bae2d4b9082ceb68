//! `health.explain`

use crate::app::caller::{Call, Caller};
use crate::app::clients::{activity_of, activity_summary, brand_keys, brand_names, load};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::view::View;
use crate::domain::activity::{Activity, DAYS_KEPT, Summary};
use crate::domain::client::{Client, Grant, Status};
use crate::domain::health::sentences::sentence;
use crate::domain::health::{Factor, Facts, Score, Signal, signals};
use crate::domain::id::{BrandId, ClientId};
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// Why a client's score is what it is.
pub struct Explanation {
    /// The client.
    pub client: ClientId,
    /// Where it stands.
    pub status: Status,
    /// The score over all brands; none unless joined.
    pub score: Option<ScoreView>,
    /// What it did.
    pub activity: Summary,
    /// The same for each brand.
    pub brands: Vec<BrandScore>,
    /// When.
    pub as_of: Timestamp,
}

/// A client's score at one brand.
pub struct BrandScore {
    /// The brand.
    pub brand: BrandId,
    /// Its name.
    pub name: Name,
    /// The score there; none unless joined.
    pub score: Option<ScoreView>,
    /// What it did there.
    pub activity: Summary,
}

/// A score, and what there is to say about it.
pub struct ScoreView {
    /// The score.
    pub score: Score,
    /// Its factors, each with a sentence.
    pub factors: Vec<FactorView>,
    /// What is worth a look.
    pub signals: Vec<Signal>,
}

/// A factor with its sentence.
pub struct FactorView {
    /// The factor.
    pub factor: Factor,
    /// Why it is what it is, and what would raise it.
    pub sentence: String,
}

/// Why a client's score is what it is; none where the agency has no such client.
pub fn explain(ports: &Ports, call: &Call, id: &str) -> Result<Option<Explanation>, Error> {
    let caller = Caller::within(call, functions::HEALTH_EXPLAIN)?;
    let agency = &caller.agency;
    let Ok(id) = ClientId::parse(id) else { return Ok(None) };
    let keys = vec![keys::client(agency, id).into_text(), keys::activity(agency, id).into_text()];
    let mut view = query(ports, &caller, keys)?;
    let Some(client) = load::current_whole(&mut view, id)? else { return Ok(None) };
    let at_brand = |grant: &Grant| keys::brand_activity(agency, id, &grant.brand);
    let at_brands = client.grants.iter().map(|grant| at_brand(grant).into_text());
    view.fetch(brand_keys(agency, [&client]).into_iter().chain(at_brands))?;
    let names = brand_names(&mut view, [&client])?;
    let activity = activity_of(&mut view, id)?;
    let mut brands = Vec::with_capacity(client.grants.len());
    for (grant, name) in client.grants.iter().zip(names.of(&client)) {
        let activity = view.read(&at_brand(grant))?.unwrap_or_default();
        brands.push(of_brand(&view, &client, grant, name, &activity));
    }
    let as_of = view.now();
    let settings = &view.agency().settings;
    let calendar = view.calendar();
    let facts = Facts::overall(&client, &activity, settings, &calendar, as_of);
    Ok(Some(Explanation {
        client: id,
        status: client.status(as_of, settings.thresholds),
        score: facts.map(|facts| show(&facts)),
        activity: activity_summary(&view, &client, &activity),
        brands,
        as_of,
    }))
}

/// A brand's windows begin when the client joined, or got the brand.
fn of_brand(
    view: &View<'_>,
    client: &Client,
    grant: &Grant,
    name: Name,
    activity: &Activity,
) -> BrandScore {
    let settings = &view.agency().settings;
    let calendar = view.calendar();
    let overall = Facts::overall(client, activity, settings, &calendar, view.now());
    let facts = overall.map(|facts| {
        let since = facts.since.max(grant.since);
        let last_log_in = activity.last_log_in.filter(|login| since <= *login);
        Facts { since, last_log_in, ..facts }
    });
    let today = calendar.day(view.now());
    let since = facts.map_or(i64::MIN, |facts| calendar.day_from(facts.since, today - DAYS_KEPT));
    BrandScore {
        brand: grant.brand.clone(),
        name,
        score: facts.map(|facts| show(&facts)),
        activity: Summary::of(activity, today, since),
    }
}

fn show(facts: &Facts<'_>) -> ScoreView {
    let score = Score::of(facts);
    let signals = signals(facts, &score, facts.settings.thresholds);
    let shown =
        |factor: &Factor| FactorView { sentence: sentence(factor, facts), factor: factor.clone() };
    ScoreView { factors: score.factors.iter().map(shown).collect(), signals, score }
}
