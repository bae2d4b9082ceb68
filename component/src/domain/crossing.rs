//! Clients that slip away: when it is written down that one turned at-risk or churned.
//!
//! Statuses turn by themselves. That one turned is logged once, at its time or as soon after
//! as a job runs; and again only after the client has been active in between.

use serde::{Deserialize, Serialize};

use super::client::{Client, NotedCrossing};
use super::id::ClientId;
use super::settings::Thresholds;
use super::time::Timestamp;

/// A client turned at-risk or churned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// When.
    pub at: Timestamp,
    /// Whether it churned.
    pub churned: bool,
    /// The latest log-in before.
    pub log_in: Timestamp,
}

impl Client {
    /// What is to be written down at `now` about the client's slipping away.
    pub fn crossings(&self, now: Timestamp, thresholds: Thresholds) -> Vec<Crossing> {
        let Some(log_in) = self.last_log_in.filter(|_| self.is_joined()) else { return Vec::new() };
        let noted = self.noted_crossing.filter(|noted| noted.log_in == log_in);
        let at_risk = (thresholds.at_risk_at(log_in), false, noted.is_some());
        let churned =
            (thresholds.churned_at(log_in), true, noted.is_some_and(|noted| noted.churned));
        let turned = [at_risk, churned].into_iter().filter(|(at, _, noted)| *at <= now && !noted);
        turned.map(|(at, churned, _)| Crossing { at, churned, log_in }).collect()
    }

    /// The client once these were written down.
    #[must_use]
    pub fn with_crossings(&self, crossings: &[Crossing]) -> Client {
        let last = crossings.last();
        let noted = last.map(|last| NotedCrossing { log_in: last.log_in, churned: last.churned });
        Client { noted_crossing: noted.or(self.noted_crossing), ..self.clone() }
    }
}

/// How far a job has come: up to which place in the order of log-ins clients were looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CrossingProgress {
    /// For turning at-risk.
    pub at_risk: Option<(Timestamp, ClientId)>,
    /// For churning.
    pub churned: Option<(Timestamp, ClientId)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::client::tests::{at, pending};
    use crate::domain::id::IdentityId;
    use crate::domain::time::DAY;

    #[test]
    fn each_turn_is_written_down_once_until_the_client_was_active_again() {
        let thresholds = Thresholds::DEFAULT;
        let invited = pending(1, &["nike"], at(0));
        assert_eq!(invited.crossings(at(400 * DAY), thresholds), []);
        let joined = invited.accept(IdentityId::from_bytes([1; 16]), at(0)).unwrap();
        let turned = |client: &Client, now: u64| {
            let crossings = client.crossings(at(now), thresholds);
            (
                crossings.iter().map(|c| (c.at, c.churned)).collect::<Vec<_>>(),
                client.with_crossings(&crossings),
            )
        };
        let (at_risk, churned) = ((at(14 * DAY), false), (at(45 * DAY), true));
        assert_eq!(turned(&joined, 14 * DAY - 1).0, []);
        let (crossings, noted) = turned(&joined, 14 * DAY);
        assert_eq!(crossings, [at_risk]);
        assert_eq!(turned(&noted, 45 * DAY - 1).0, [], "once");
        let (crossings, gone) = turned(&noted, 45 * DAY);
        assert_eq!(crossings, [churned]);
        assert_eq!(turned(&gone, 400 * DAY).0, []);
        assert_eq!(turned(&joined, 400 * DAY).0, [at_risk, churned], "a late job misses none");
        let back = gone.log_in(at(50 * DAY)).unwrap();
        assert_eq!(turned(&back, 64 * DAY).0, [(at(64 * DAY), false)], "active in between");
        let revoked = joined.revoke(at(DAY)).unwrap();
        assert_eq!(turned(&revoked, 400 * DAY).0, []);
    }
}
