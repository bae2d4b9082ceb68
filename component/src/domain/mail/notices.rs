//! What mails to agencies say: alerts, and the weekly summary.

use std::collections::BTreeMap;

use super::letter::{Letter, Row, Section};
use super::plan_due::PlanDue;
use super::sign_in::{DoneThing, SignInReport};
use super::{Listed, Notice, cut, enumerated, in_subject};
use crate::domain::agency::Agency;
use crate::domain::calendar::Calendar;
use crate::domain::catalog::Resource;
use crate::domain::digest::{Counts, Named, Summary};
use crate::domain::health::movers::Mover;
use crate::domain::health::sentences::counted;
use crate::domain::id::ClientId;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// Who clients are. Who isn't in it was erased.
pub type Names = BTreeMap<ClientId, Known>;

/// What a notice says about a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What it is called.
    pub title: String,
    /// The brands that it has access to, or will have.
    pub brands: Listed,
    /// When it last logged in.
    pub last_log_in: Option<Timestamp>,
    /// Why the mail of its open invite didn't arrive.
    pub undelivered: Option<String>,
}

/// How much of a reason is shown.
const REASON_CHARS_MAX: usize = 80;

/// How many names a subject has room for, and how much of each.
const IN_SUBJECT: u32 = 1;
const SUBJECT_TITLE_CHARS_MAX: usize = 40;

/// The letter that a notice is.
pub fn letter<'a>(
    notice: &Notice,
    agency: &Agency,
    calendar: &Calendar<'_>,
    names: &Names,
    written: Timestamp,
) -> Letter<'a> {
    let to_agency = ToAgency { agency, calendar, names, written };
    match notice {
        Notice::Alert { at_risk, churned } => to_agency.alert(at_risk, churned),
        Notice::Digest(summary) => to_agency.digest(summary),
        Notice::TrialEnding { account, ends_at, deletes_at } => {
            to_agency.trial_ending(account, *ends_at, *deletes_at)
        }
        Notice::TrialEnded { account, deletes_at } => to_agency.trial_ended(account, *deletes_at),
        Notice::AccountDisabled { account } => to_agency.disabled(account),
        Notice::ResourceRunningOut { account, resource, limit, used, runs_out_at } => {
            to_agency.running_out(account, *resource, (*used, *limit), *runs_out_at)
        }
        Notice::PlanDue { account, trial_ends_at, has_owner } => {
            let (trial_ends_at, has_owner) = (*trial_ends_at, *has_owner);
            let due = PlanDue { account, trial_ends_at, has_owner };
            due.letter(agency, calendar, because_of_account(agency))
        }
        Notice::SignInReport(report) => to_agency.sign_in_report(report),
    }
}

/// What letters to an agency are written with.
struct ToAgency<'d> {
    agency: &'d Agency,
    calendar: &'d Calendar<'d>,
    names: &'d Names,
    written: Timestamp,
}

impl ToAgency<'_> {
    fn alert<'a>(&self, at_risk: &Named<ClientId>, churned: &Named<ClientId>) -> Letter<'a> {
        let (risk_days, churn_days) = self.agency.settings.thresholds.days();
        let count = at_risk.count.saturating_add(churned.count);
        let first = at_risk.named.iter().chain(&churned.named).next();
        let first = first.map(|client| self.title(*client)).unwrap_or_default();
        let first = cut(&first, SUBJECT_TITLE_CHARS_MAX);
        let hidden = count.saturating_sub(IN_SUBJECT);
        let subject = match (hidden, churned.count) {
            (0, 0) => format!("{first} is at risk"),
            (0, _) => format!("{first} has churned"),
            (hidden, _) => {
                format!("{first} and {} are slipping away", counted(hidden, "other client"))
            }
        };
        let quiet = match count {
            1 => "This client has gone quiet.",
            _ => "These clients have gone quiet.",
        };
        let section = |what: &str, days: u16, clients: &Named<ClientId>| Section {
            title: format!("{what}: no log-in for {}", counted(days.into(), "day")),
            rows: rows(clients, |client| self.row(*client)),
        };
        Letter {
            subject,
            preview: self.preview_of_alert(at_risk, churned),
            lead: vec![format!("{quiet} Now is a good time to get in touch.")],
            note: None,
            sections: filled(vec![
                section("At risk", risk_days, at_risk),
                section("Churned", churn_days, churned),
            ]),
            action: None,
            remarks: vec!["Each client is reported once, until the next log-in.".to_owned()],
            reason: self.because("alerts are", "them"),
        }
    }

    fn trial_ending<'a>(
        &self,
        account: &Name,
        ends_at: Timestamp,
        deletes_at: Option<Timestamp>,
    ) -> Letter<'a> {
        let (day, moment) = (self.calendar.date(ends_at), self.calendar.moment(ends_at));
        let agency = &self.agency.name;
        let fate = match deletes_at {
            None => "nothing of it is lost.".to_owned(),
            Some(at) => format!(
                "everything stays as it is until {}. If it has no plan by then, it is deleted for good.",
                self.calendar.moment(at)
            ),
        };
        self.about_account(
            format!("The trial of {} ends on {day}", in_subject(account)),
            format!("It lasts until {moment}."),
            vec![
                format!("The trial of {account} lasts until {moment}. Then the account is disabled: nobody gets in, and {fate}"),
                format!("To go on without a break, it needs a plan before then. Ask {agency}."),
                format!("To keep a copy, export it from the portal while the trial lasts, if you may export there. Otherwise, and after that, ask {agency} for an export."),
            ],
        )
    }

    fn trial_ended<'a>(&self, account: &Name, deletes_at: Option<Timestamp>) -> Letter<'a> {
        let agency = &self.agency.name;
        let date = deletes_at.map(|at| (self.calendar.date(at), self.calendar.moment(at)));
        let (preview, fate, time) = match date {
            None => ("Nothing of it is lost.".to_owned(), "Nothing of it is lost.".to_owned(), ""),
            Some((day, moment)) => (
                format!("Without a plan, it is deleted on {day}."),
                format!(
                    "Everything stays as it is until {moment}. If it has no plan by then, it is deleted for good, and nobody can bring it back."
                ),
                " in time",
            ),
        };
        self.about_account(
            format!("The trial of {} is over", in_subject(account)),
            format!("The account is disabled. {preview}"),
            vec![
                format!("The trial of {account} is over, and the account is disabled: nobody gets in. {fate}"),
                format!("With a plan it goes on as it was. Ask {agency}."),
                format!("To keep a copy, ask {agency} for an export{time}: the portal gives none while the account is disabled."),
            ],
        )
    }

    fn disabled<'a>(&self, account: &Name) -> Letter<'a> {
        self.about_account(
            format!("{} is disabled", in_subject(account)),
            "Nobody gets in for now. Nothing of it is lost.".to_owned(),
            vec![format!(
                "{} disabled the account {account}: nobody gets in for now. Nothing of it is lost.",
                self.agency.name
            )],
        )
    }

    fn running_out<'a>(
        &self,
        account: &Name,
        resource: Resource,
        (used, limit): (u64, u64),
        runs_out_at: Timestamp,
    ) -> Letter<'a> {
        let day = self.calendar.date(runs_out_at);
        let (what, use_of_it) = match resource {
            Resource::Dashboards => {
                ("dashboards", format!("uses {used} of its {limit} dashboards"))
            }
            Resource::Users => {
                ("users", format!("has {used} of the {limit} users that it may have"))
            }
            Resource::ApiCalls => {
                ("API calls", format!("made {used} of today's {limit} API calls so far"))
            }
        };
        let refused = match resource {
            Resource::Dashboards | Resource::Users => "a further one is refused",
            Resource::ApiCalls => "further ones are refused until the next day",
        };
        let outlook = match resource {
            Resource::Dashboards | Resource::Users => format!("none is left on {day}"),
            Resource::ApiCalls => format!("a day's calls are all used on {day}"),
        };
        let name = in_subject(account);
        let (subject, preview, first) = if used >= limit {
            (
                format!("{name} has run out of {what}"),
                "None is left.".to_owned(),
                format!("{account} {use_of_it}: none is left, and {refused}."),
            )
        } else {
            (
                format!("{name} is running out of {what}"),
                format!("If it goes on so, on {day}."),
                format!(
                    "{account} {use_of_it}. If it goes on as in the last 30 days, {outlook}, and {refused}."
                ),
            )
        };
        let more = "A larger allocation, another plan or an add-on gives it more.".to_owned();
        let lead = vec![first, more];
        Letter {
            remarks: vec!["Each limit is reported once.".to_owned()],
            reason: self.because("alerts about what accounts use are", "them"),
            ..self.about_account(subject, preview, lead)
        }
    }

    fn sign_in_report<'a>(&self, report: &SignInReport) -> Letter<'a> {
        let SignInReport { account, operator, read_only, started_at, ended_at, done, client: _ } =
            report;
        let (from, until) = (self.calendar.moment(*started_at), self.calendar.moment(*ended_at));
        let (looks, agency) = (if *read_only { ", to look only" } else { "" }, &self.agency.name);
        let was = format!(
            "{operator} of {agency} was signed in on behalf of {account}{looks}: from {from} until {until}."
        );
        let nothing = "Nothing was changed, and no page of the portal was opened.";
        let lead = match done.as_slice() {
            [] => vec![was, nothing.to_owned()],
            _ => vec![was],
        };
        let title = "What was done".to_owned();
        Letter {
            sections: filled(vec![Section { title, rows: done.iter().map(done_row).collect() }]),
            reason: format!(
                "You are getting this e-mail because the owner of {account} asked for a report of each sign-in, and can turn that off in the portal."
            ),
            ..self.about_account(
                format!(
                    "{} was signed in on behalf of {}",
                    in_subject(operator),
                    in_subject(account)
                ),
                format!("It ended {until}."),
                lead,
            )
        }
    }

    /// A letter about an account, to whoever gets its mail.
    fn about_account<'a>(&self, subject: String, preview: String, lead: Vec<String>) -> Letter<'a> {
        Letter {
            subject,
            preview,
            lead,
            note: None,
            sections: Vec::new(),
            action: None,
            remarks: Vec::new(),
            reason: because_of_account(self.agency),
        }
    }

    fn preview_of_alert(&self, at_risk: &Named<ClientId>, churned: &Named<ClientId>) -> String {
        let part = |what: &str, clients: &Named<ClientId>| {
            let more = Some(clients.more()).filter(|more| *more > 0);
            let names = clients.named.iter().map(|client| self.title(*client));
            let names = enumerated(names.chain(more.map(|more| format!("{more} more"))));
            (!names.is_empty()).then(|| format!("{what}: {names}."))
        };
        let parts = [part("At risk", at_risk), part("Churned", churned)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn digest<'a>(&self, summary: &Summary) -> Letter<'a> {
        let (since, until) = (self.calendar.date(summary.since), self.calendar.date(summary.until));
        let all = counted(summary.counts.all(), "client");
        let quiet = summary.is_quiet();
        let (preview, lead) = if quiet {
            let nothing = format!("Nothing to report: {all}, and no changes since {since}.");
            ("A quiet week.".to_owned(), nothing)
        } else {
            let news = format!("Here is how your clients have been doing since {since}.");
            (preview_of_digest(summary.counts, summary.before), news)
        };
        Letter {
            subject: format!(
                "{}: your clients in the week to {until}",
                super::in_subject(self.agency.portal_name())
            ),
            preview,
            lead: vec![lead],
            note: None,
            sections: if quiet { Vec::new() } else { self.sections(summary) },
            action: None,
            remarks: Vec::new(),
            reason: self.because("the weekly summary is", "it"),
        }
    }

    fn sections(&self, summary: &Summary) -> Vec<Section> {
        let section = |title: &str, rows| Section { title: title.to_owned(), rows };
        let named = |clients: &Named<ClientId>| rows(clients, |client| self.row(*client));
        let moved = |movers: &[Mover]| -> Vec<Row> {
            let value = |m: &Mover| format!("{} → {}", m.before, m.after);
            movers.iter().map(|m| Row { value: value(m), ..self.row(m.client) }).collect()
        };
        let ends = |(client, at): &(ClientId, Timestamp)| Row {
            value: self.calendar.date(*at),
            ..self.row(*client)
        };
        filled(vec![
            section("Clients", counts(summary.counts, summary.before)),
            section("Newly at risk", named(&summary.at_risk)),
            section("Newly churned", named(&summary.churned)),
            section("Biggest falls in health", moved(&summary.falls)),
            section("Biggest rises in health", moved(&summary.rises)),
            section("Invites about to expire", rows(&summary.expiring, ends)),
            section(
                "Invites that didn't arrive",
                rows(&summary.undelivered, |client| self.undelivered(*client)),
            ),
            section("White-label", vec![billed(summary)]),
        ])
    }

    /// Who a client is: name, brands and latest log-in, with a link to its page.
    fn row(&self, client: ClientId) -> Row {
        self.row_with(client, |known| {
            known.last_log_in.map(|at| format!("last log-in {}", self.calendar.date(at)))
        })
    }

    /// Who it is, and why its mail didn't arrive.
    fn undelivered(&self, client: ClientId) -> Row {
        let reason = |known: &Known| known.undelivered.as_deref().map(shortened);
        self.row_with(client, reason)
    }

    fn row_with(&self, client: ClientId, more: impl Fn(&Known) -> Option<String>) -> Row {
        let Some(known) = self.names.get(&client) else {
            return Row::new(ERASED, "");
        };
        let page = self.agency.settings.console.client_address.as_ref();
        let brands = Some(known.brands.to_string()).filter(|brands| !brands.is_empty());
        let details: Vec<String> = brands.into_iter().chain(more(known)).collect();
        Row {
            what: known.title.clone(),
            link: page.map(|page| page.of(client)).unwrap_or_default(),
            detail: details.join(" · "),
            value: String::new(),
        }
    }

    fn title(&self, client: ClientId) -> String {
        self.names.get(&client).map_or_else(|| ERASED.to_owned(), |known| known.title.clone())
    }

    /// Why the agency gets this, by whose clocks its days are, and where to turn it off.
    fn because(&self, what_is: &str, it: &str) -> String {
        let (agency, clocks) = (&self.agency.name, self.calendar.clocks(self.written));
        format!(
            "You are getting this e-mail because {what_is} turned on in the settings of {agency}, where a manager can turn {it} off. All dates are in the time zone {clocks}."
        )
    }
}

/// Why somebody gets the mail of an account.
fn because_of_account(agency: &Agency) -> String {
    let agency = &agency.name;
    format!("You are getting this e-mail because {agency} keeps this address for the account.")
}

/// A client whose name nobody knows any more.
const ERASED: &str = "an erased client";

fn filled(mut sections: Vec<Section>) -> Vec<Section> {
    sections.retain(|section| !section.rows.is_empty());
    sections
}

/// What happened in a line: `41 active (−2), 7 at risk (+1), 3 churned (+1).`
fn preview_of_digest(now: Counts, before: Option<Counts>) -> String {
    let parts = counts(now, before).into_iter().take(3);
    let part = |Row { what, value, .. }: Row| match value.split_once(' ') {
        Some((count, change)) => format!("{count} {} {change}", what.to_lowercase()),
        None => format!("{value} {}", what.to_lowercase()),
    };
    format!("{}.", parts.map(part).collect::<Vec<_>>().join(", "))
}

fn counts(now: Counts, before: Option<Counts>) -> Vec<Row> {
    let row = |label: &str, of: fn(&Counts) -> u32| {
        let (is, was) = (of(&now), before.as_ref().map(of));
        let change = match was {
            Some(was) if is > was => format!(" (+{})", is - was),
            Some(was) if is < was => format!(" (−{})", was - is),
            Some(_) | None => String::new(),
        };
        Row::new(label, format!("{is}{change}"))
    };
    vec![
        row("Active", |counts| counts.active),
        row("At risk", |counts| counts.at_risk),
        row("Churned", |counts| counts.churned),
        row("Pending", |counts| counts.pending),
        row("Revoked", |counts| counts.revoked),
    ]
}

/// A host's reason has room for a line.
fn shortened(reason: &str) -> String {
    cut(reason, REASON_CHARS_MAX)
}

/// `Person invited: 2 times`, and at which brands.
fn done_row(done: &DoneThing) -> Row {
    let DoneThing { what, times, brands } = done;
    let value = if *times > 1 { counted(*times, "time") } else { String::new() };
    Row { detail: brands.to_string(), ..Row::new(what, value) }
}

fn billed(summary: &Summary) -> Row {
    Row::new(counted(summary.brands, "brand"), format!("{} a month", summary.run_rate))
}

/// A row for each that is named, and one for the rest.
fn rows<T>(named: &Named<T>, row: impl FnMut(&T) -> Row) -> Vec<Row> {
    let more = Some(named.more()).filter(|more| *more > 0);
    let more = more.map(|more| Row::new(format!("and {more} more"), ""));
    named.named.iter().map(row).chain(more).collect()
}
