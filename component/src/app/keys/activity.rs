//! What clients did, their scores, and how far the jobs about them have come.

use super::{Key, Range, padded};
use crate::app::record::{Rescoring, Scored};
use crate::domain::activity::{Activity, ActivityBatch};
use crate::domain::crossing::CrossingProgress;
use crate::domain::digest::Schedule;
use crate::domain::health::trail::Trail;
use crate::domain::id::{AgencyId, BrandId, ClientId};
use crate::domain::time::Timestamp;

/// What a client did, over all its brands.
pub fn activity(agency: &AgencyId, client: ClientId) -> Key<Activity> {
    Key::new(format!("a/{agency}/activity/{client}"))
}

/// What a client did at one brand.
pub fn brand_activity(agency: &AgencyId, client: ClientId, brand: &BrandId) -> Key<Activity> {
    Key::new(format!("a/{agency}/brand-activity/{client}/{brand}"))
}

/// What a client did at each of its brands, those that it had before too.
pub fn brand_activities(agency: &AgencyId, client: ClientId) -> Range<Activity> {
    Range::new(format!("a/{agency}/brand-activity/{client}/"))
}

/// How a client's score went.
pub fn trail(agency: &AgencyId, client: ClientId) -> Key<Trail> {
    Key::new(format!("a/{agency}/trail/{client}"))
}

/// What a client did in one call, and no log entry covers yet. `name` begins with the time.
pub fn unsealed(agency: &AgencyId, client: ClientId, name: &str) -> Key<ActivityBatch> {
    Key::new(format!("a/{agency}/unsealed/{client}/{name}"))
}

/// The name of what a client did in one call: the time, what tells it from others of that
/// time, and which part of it this is.
pub fn deeds_name(at: Timestamp, random: [u8; 6], part: usize) -> String {
    let [a, b, c, d, e, f] = random;
    let random = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    format!("{}-{random:012x}-{part}", padded(at.millis()))
}

/// Everything that no log entry covers yet, client by client.
pub fn all_unsealed(agency: &AgencyId) -> Range<ActivityBatch> {
    Range::new(format!("a/{agency}/unsealed/"))
}

/// What a client did that no log entry covers yet.
pub fn unsealed_of(agency: &AgencyId, client: ClientId) -> Range<ActivityBatch> {
    Range::new(format!("a/{agency}/unsealed/{client}/"))
}

/// What a client did in one call, and log entry `entry` covers.
pub fn sealed(agency: &AgencyId, client: ClientId, entry: u64, name: &str) -> Key<ActivityBatch> {
    Key::new(format!("a/{agency}/sealed/{client}/{}/{name}", padded(entry)))
}

/// What a client did that log entry `entry` covers.
pub fn sealed_by(agency: &AgencyId, client: ClientId, entry: u64) -> Range<ActivityBatch> {
    Range::new(format!("a/{agency}/sealed/{client}/{}/", padded(entry)))
}

/// What a client did that log entries cover.
pub fn sealed_of(agency: &AgencyId, client: ClientId) -> Range<ActivityBatch> {
    Range::new(format!("a/{agency}/sealed/{client}/"))
}

/// How far scoring everybody anew has come.
pub fn rescoring(agency: &AgencyId) -> Key<Rescoring> {
    Key::new(format!("a/{agency}/rescoring"))
}

/// When everybody was scored anew, and what came of it.
pub fn scored(agency: &AgencyId) -> Key<Scored> {
    Key::new(format!("a/{agency}/scored"))
}

/// Where [`crossings`] lay in stores of schema 1.
pub fn crossings_of_schema_1(agency: &AgencyId) -> Key<CrossingProgress> {
    Key::new(format!("a/{agency}/slipping"))
}

/// How far writing down crossings has come.
pub fn crossings(agency: &AgencyId) -> Key<CrossingProgress> {
    Key::new(format!("a/{agency}/crossings"))
}

/// Where the weekly summaries stand.
pub fn digest(agency: &AgencyId) -> Key<Schedule> {
    Key::new(format!("a/{agency}/digest"))
}
