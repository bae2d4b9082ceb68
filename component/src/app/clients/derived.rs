//! What follows from a client: its indexes, what falls due about it, its own row.
//!
//! What many clients share (a brand's counters and white-label, the agency's tally, the
//! search's blocks) doesn't follow from one of them: `save.rs` changes that step by step.

use crate::app::keys;
use crate::app::rows::Rows;
use crate::domain::client::Client;
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::AgencyId;

/// Every row that follows from one client alone. A new index over clients is a line here.
///
/// A store holds exactly these, but for entries of the due index: their jobs take them out
/// when their time has come.
pub fn derived_rows<'c>(agency: &AgencyId, client: &'c Client) -> Rows<'c> {
    let mut rows = score_rows(agency, client);
    rows.mark(keys::by_name(agency, client));
    rows.mark(keys::by_log_in(agency, client));
    rows.mark(keys::by_status(agency, client));
    if let Some(end) = keys::by_end(agency, client) {
        rows.mark(end);
    }
    if let Some(expiry) = keys::by_expiry(agency, client) {
        rows.mark(expiry);
    }
    if let Some(undelivered) = keys::undelivered(agency, client) {
        rows.mark(undelivered);
    }
    for grant in &client.grants {
        let until = client.access_until(grant);
        rows.mark(keys::access(agency, &grant.brand, until, client.id));
    }
    if let Some(email) = &client.email {
        rows.lead_to(keys::client_email(agency, email), client.id);
    }
    let mut fall_due = |at, due| rows.fall_due(&DueEntry { at, agency: agency.clone(), due });
    if let Some(at) = client.invite_until().end() {
        fall_due(at, Due::InviteExpiry(client.id));
    }
    if let Some(at) = client.first_access_end() {
        fall_due(at, Due::AccessEnd(client.id));
    }
    rows
}

/// Those of them in which the score stands. Where nothing else changes, the others needn't be
/// worked out: a day's scoring does this for every client.
pub fn score_rows<'c>(agency: &AgencyId, client: &'c Client) -> Rows<'c> {
    let mut rows = Rows::default();
    rows.mark(keys::by_health(agency, client));
    rows.client(keys::client(agency, client.id), client);
    rows
}

#[cfg(test)]
#[path = "derived_tests.rs"]
mod tests;
