//! What mails to agencies say: alerts, and the weekly summary.

use std::collections::BTreeMap;

use super::Notice;
use super::letter::{Letter, Section};
use crate::domain::agency::Agency;
use crate::domain::calendar::Calendar;
use crate::domain::digest::{Counts, Named, Summary};
use crate::domain::health::movers::Mover;
use crate::domain::health::sentences::counted;
use crate::domain::id::ClientId;
use crate::domain::time::Timestamp;

/// Who clients are. Who isn't in it was erased.
pub type Names = BTreeMap<ClientId, Known>;

/// What a notice says about a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What it is called.
    pub title: String,
    /// Why the mail of its open invite didn't arrive.
    pub undelivered: Option<String>,
}

/// How much of a reason is shown.
const REASON_CHARS_MAX: usize = 80;

/// How many names a subject has room for.
const IN_SUBJECT: usize = 1;

/// The letter that a notice is.
pub fn letter<'a>(
    notice: &Notice,
    agency: &Agency,
    calendar: &Calendar<'_>,
    names: &Names,
) -> Letter<'a> {
    match notice {
        Notice::Alert { at_risk, churned } => alert(at_risk, churned, agency, names),
        Notice::Digest(summary) => digest(summary, agency, calendar, names),
    }
}

fn alert<'a>(
    at_risk: &Named<ClientId>,
    churned: &Named<ClientId>,
    agency: &Agency,
    names: &Names,
) -> Letter<'a> {
    let (risk_days, churn_days) = agency.settings.thresholds.days();
    let all: Vec<ClientId> = at_risk.named.iter().chain(&churned.named).copied().collect();
    let more = at_risk.more().saturating_add(churned.more());
    let hidden = u32::try_from(all.len().saturating_sub(IN_SUBJECT)).unwrap_or(u32::MAX) + more;
    let first = all.first().map_or_else(String::new, |client| name(*client, names));
    let subject = match (hidden, churned.count) {
        (0, 0) => format!("{first} is at risk"),
        (0, _) => format!("{first} has churned"),
        (hidden, _) => {
            format!("{first} and {} are slipping away", counted(hidden, "other client"))
        }
    };
    let section = |title, clients: &Named<ClientId>| Section {
        title,
        rows: rows(clients, |client| (name(*client, names), String::new())),
    };
    let all = [section("At risk", at_risk), section("Churned", churned)];
    Letter {
        subject,
        lead: format!(
            "A client is at risk when it hasn't logged in for {}, and churned after {}. Now is a good time to reach out.",
            counted(risk_days.into(), "day"),
            counted(churn_days.into(), "day"),
        ),
        note: None,
        sections: all.into_iter().filter(|section| !section.rows.is_empty()).collect(),
        action: None,
        remark: Some(
            "Each client is reported only once, until it becomes active again.".to_owned(),
        ),
        reason: format!(
            "You are receiving this e-mail because alerts are turned on in the settings of {}.",
            agency.name
        ),
    }
}

fn digest<'a>(
    summary: &Summary,
    agency: &Agency,
    calendar: &Calendar<'_>,
    names: &Names,
) -> Letter<'a> {
    let date = calendar.date(summary.until);
    let all = summary.counts.all();
    let lead = if summary.is_quiet() {
        format!("Nothing to report: {}, and no changes.", counted(all, "client"))
    } else {
        format!("Here is how your clients have been doing since {}.", calendar.date(summary.since))
    };
    let mut sections = Vec::new();
    if !summary.is_quiet() {
        let named = |clients: &Named<ClientId>| {
            rows(clients, |client| (name(*client, names), String::new()))
        };
        let moved = |movers: &[Mover]| -> Vec<(String, String)> {
            let row = |m: &Mover| (name(m.client, names), format!("{} → {}", m.before, m.after));
            movers.iter().map(row).collect()
        };
        sections = vec![
            Section { title: "Clients", rows: counts(summary.counts, summary.before) },
            Section { title: "Newly at risk", rows: named(&summary.at_risk) },
            Section { title: "Newly churned", rows: named(&summary.churned) },
            Section { title: "Biggest falls in health", rows: moved(&summary.falls) },
            Section { title: "Biggest rises in health", rows: moved(&summary.rises) },
            Section { title: "Invites about to expire", rows: expiring(summary, calendar, names) },
            Section { title: "Invites that didn't arrive", rows: undelivered(summary, names) },
            Section { title: "White-label", rows: vec![billed(summary)] },
        ];
        sections.retain(|section| !section.rows.is_empty());
    }
    Letter {
        subject: format!("{}: your clients in the week to {date}", agency.portal_name()),
        lead,
        note: None,
        sections,
        action: None,
        remark: None,
        reason: format!(
            "You are receiving this e-mail because the weekly summary is turned on in the settings of {}.",
            agency.name
        ),
    }
}

fn counts(now: Counts, before: Option<Counts>) -> Vec<(String, String)> {
    let row = |label: &str, of: fn(&Counts) -> u32| {
        let (is, was) = (of(&now), before.as_ref().map(of));
        let change = match was {
            Some(was) if is > was => format!(" (+{})", is - was),
            Some(was) if is < was => format!(" (−{})", was - is),
            Some(_) | None => String::new(),
        };
        (label.to_owned(), format!("{is}{change}"))
    };
    vec![
        row("Active", |counts| counts.active),
        row("At risk", |counts| counts.at_risk),
        row("Churned", |counts| counts.churned),
        row("Pending", |counts| counts.pending),
        row("Revoked", |counts| counts.revoked),
    ]
}

fn expiring(summary: &Summary, calendar: &Calendar<'_>, names: &Names) -> Vec<(String, String)> {
    rows(&summary.expiring, |(client, at): &(ClientId, Timestamp)| {
        (name(*client, names), calendar.date(*at))
    })
}

fn undelivered(summary: &Summary, names: &Names) -> Vec<(String, String)> {
    rows(&summary.undelivered, |client| {
        let known = names.get(client).and_then(|known| known.undelivered.as_deref());
        (name(*client, names), known.map(shortened).unwrap_or_default())
    })
}

/// A host's reason has room for a line.
fn shortened(reason: &str) -> String {
    match reason.char_indices().nth(REASON_CHARS_MAX) {
        Some((end, _)) => format!("{}…", reason.get(..end).unwrap_or_default()),
        None => reason.to_owned(),
    }
}

fn billed(summary: &Summary) -> (String, String) {
    (counted(summary.brands, "brand"), format!("{} a month", summary.run_rate))
}

/// A row for each that is named, and one for the rest.
fn rows<T>(named: &Named<T>, row: impl FnMut(&T) -> (String, String)) -> Vec<(String, String)> {
    let more = Some(named.more()).filter(|more| *more > 0);
    let more = more.map(|more| (format!("and {more} more"), String::new()));
    named.named.iter().map(row).chain(more).collect()
}

fn name(client: ClientId, names: &Names) -> String {
    let known = names.get(&client).map(|known| known.title.clone());
    known.unwrap_or_else(|| "an erased client".to_owned())
}
