//! Mails: what they are, what they say, and what becomes of them.
//!
//! | to find | open |
//! | --- | --- |
//! | which mails there are | [`Content`] to clients, [`Notice`] to agencies |
//! | what all letters are made of | [`letter`] |
//! | what they say | [`letters`] to clients, [`notices`] to agencies |
//! | what they say of a plan that is due, to either | `plan_due.rs` |
//! | what a report of a sign-in holds | [`sign_in`] |
//! | whom they greet by name | [`greeting`] |
//! | how they look | [`render`], and the templates beside `src/` |
//! | in which colours, light and dark | [`palette`] |
//! | what happens after a mail was handed over, or not | [`OutboxMail::after`] |

pub mod greeting;
pub mod letter;
pub mod letters;
pub mod notices;
pub mod palette;
mod plain_text;
mod plan_due;
pub mod render;
pub mod sign_in;

use core::fmt;

use serde::{Deserialize, Serialize};

use self::sign_in::SignInReport;
use super::catalog::Resource;
use super::digest::{Named, Summary};
use super::email::Email;
use super::id::{ClientId, IdentityId, MailId};
use super::keyring::KeyId;
use super::kinds::kinds;
use super::spelling::legible;
use super::text::{Name, Note};
use super::time::{HOUR, MINUTE, Timestamp, Until};

/// What a mail to a client is for, with what it needs to say. Its secrets aren't here: they
/// are derived when it is rendered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// An invite with a link.
    Invite {
        /// The version of the invite.
        version: u32,
        /// The key that its token is made with; none: the newest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<KeyId>,
        /// Until when it can be accepted.
        until: Until,
        /// The brands that it would let look at when the mail was written: there may be none yet.
        brands: Listed,
        /// Who invites.
        inviter: Name,
        /// A personal note.
        note: Option<Note>,
    },
    /// A client that had joined got further brands.
    BrandsAdded {
        /// These.
        brands: Listed,
        /// Who gave them.
        inviter: Name,
        /// A personal note.
        note: Option<Note>,
    },
    /// A link that proves an e-mail address.
    EmailConfirmation {
        /// The login.
        identity: IdentityId,
        /// The version of the link.
        version: u32,
        /// The key that its token is made with; none: the newest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<KeyId>,
        /// Until when it works.
        until: Until,
    },
    /// To the old address: another one was asked for.
    EmailChangeAsked {
        /// The new address.
        email: Email,
    },
    /// A link to choose a new password.
    PasswordReset {
        /// The login.
        identity: IdentityId,
        /// The version of the link.
        version: u32,
        /// The key that its token is made with; none: the newest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<KeyId>,
        /// Until when it works.
        until: Until,
    },
    /// The password was changed.
    PasswordChanged,
    /// The client owns an account, and is to choose its plan.
    PlanDue {
        /// What the account is called.
        account: Name,
        /// When its trial is over; none: it isn't on trial.
        trial_ends_at: Option<Timestamp>,
    },
}

kinds! {
    Content:
    Invite = "invite",
    BrandsAdded = "brands-added",
    EmailConfirmation = "email-confirmation",
    EmailChangeAsked = "email-change-asked",
    PasswordReset = "password-reset",
    PasswordChanged = "password-changed",
    PlanDue = "plan-due",
}

/// What a mail to an agency is for. Clients stand in it by their ids: their names are looked
/// up when it is rendered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// Clients turned at-risk or churned.
    Alert {
        /// Those who are at-risk now.
        at_risk: Named<ClientId>,
        /// Those who have churned.
        churned: Named<ClientId>,
    },
    /// The weekly summary.
    Digest(Box<Summary>),
    /// The trial of an account will be over soon.
    TrialEnding {
        /// What the account is called.
        account: Name,
        /// When it is over.
        ends_at: Timestamp,
        /// When the account is deleted, if it isn't activated; none: it isn't.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deletes_at: Option<Timestamp>,
    },
    /// The trial of an account is over.
    TrialEnded {
        /// What the account is called.
        account: Name,
        /// When it is deleted, if it isn't activated; none: it isn't.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deletes_at: Option<Timestamp>,
    },
    /// Somebody disabled an account.
    AccountDisabled {
        /// What the account is called.
        account: Name,
    },
    /// Something of an account has run out, or will within a week.
    ResourceRunningOut {
        /// What the account is called.
        account: Name,
        /// What will run out.
        resource: Resource,
        /// How much there may be.
        limit: u64,
        /// How much is in use: of calls, on the day of the mail.
        used: u64,
        /// When there will be nothing left.
        runs_out_at: Timestamp,
    },
    /// The owner of an account is to choose its plan.
    PlanDue {
        /// What the account is called.
        account: Name,
        /// When its trial is over; none: it isn't on trial.
        trial_ends_at: Option<Timestamp>,
        /// Whether anybody is its owner.
        has_owner: bool,
    },
    /// A sign-in on an account's behalf is over.
    SignInReport(Box<SignInReport>),
}

kinds! {
    Notice:
    Alert = "alert",
    Digest = "digest",
    TrialEnding = "trial-ending",
    TrialEnded = "trial-ended",
    AccountDisabled = "account-disabled",
    ResourceRunningOut = "resource-running-out",
    PlanDue = "plan-due",
    SignInReport = "sign-in-report",
}

impl Notice {
    /// The clients that it names, or whose address it goes to.
    pub fn clients(&self) -> Vec<ClientId> {
        match self {
            Notice::Alert { at_risk, churned } => {
                at_risk.named.iter().chain(&churned.named).copied().collect()
            }
            Notice::Digest(summary) => summary.clients().collect(),
            Notice::SignInReport(report) => report.client.into_iter().collect(),
            Notice::TrialEnding { .. }
            | Notice::TrialEnded { .. }
            | Notice::AccountDisabled { .. }
            | Notice::ResourceRunningOut { .. }
            | Notice::PlanDue { .. } => Vec::new(),
        }
    }
}

/// Whom a mail is for, and what about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// To a client.
    Client {
        /// Which.
        client: ClientId,
        /// What its person is called, if anybody has said. It stands here, so that a mail can be
        /// handed over without reading the client again; erasing deletes the mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<Name>,
        /// What for.
        content: Content,
    },
    /// To the agency.
    Agency(Notice),
}

impl Topic {
    /// The clients that the mail is about: whom it goes to, or whom it names.
    pub fn clients(&self) -> Vec<ClientId> {
        match self {
            Topic::Client { client, .. } => vec![*client],
            Topic::Agency(notice) => notice.clients(),
        }
    }

    /// The word for what the mail is for.
    pub const fn kind(&self) -> &'static str {
        match self {
            Topic::Client { content, .. } => content.kind(),
            Topic::Agency(notice) => notice.kind(),
        }
    }
}

/// Brands as a mail lists them: some by name, the rest by number. Bounded, since a mail must
/// fit into a row, and a subject into a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    names: Vec<Name>,
    more: usize,
}

impl Listed {
    const NAMES_MAX: usize = 5;

    /// All of them up to five; of more, the first four.
    pub fn of(names: impl ExactSizeIterator<Item = Name>) -> Listed {
        let count = names.len();
        let shown = if count > Self::NAMES_MAX { Self::NAMES_MAX - 1 } else { count };
        Listed { names: names.take(shown).collect(), more: count - shown }
    }

    /// These by name, and so many more.
    pub const fn some(names: Vec<Name>, more: usize) -> Listed {
        Listed { names, more }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.names.is_empty() && self.more == 0
    }

    /// The same with names cut to what a subject has room for.
    pub fn in_subject(&self) -> String {
        self.with(in_subject)
    }

    fn with(&self, spelled: impl Fn(&Name) -> String) -> String {
        let more = (self.more > 0).then(|| format!("{} more", self.more));
        enumerated(self.names.iter().map(spelled).chain(more))
    }
}

/// `Ann`, `Ann and Ben`, `Ann, Ben and Cleo`.
pub fn enumerated(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// How much of a name a subject has room for: mail programs show 50 to 70 characters of one.
const SUBJECT_NAME_CHARS_MAX: usize = 40;

/// A name as a subject has room for it.
pub fn in_subject(name: &Name) -> String {
    cut(name.as_str(), SUBJECT_NAME_CHARS_MAX)
}

/// The text if it has at most `max` characters, else its beginning and that it goes on.
pub fn cut(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

impl fmt::Display for Listed {
    /// `Nike`, `Nike and Puma`, `Nike, Puma, Adidas, Asics and 2 more`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with(Name::to_string))
    }
}

/// A mail on its way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxMail {
    /// Its id, the same at each try.
    pub id: MailId,
    /// The recipient.
    pub to: Email,
    /// What it is about.
    pub topic: Topic,
    /// When it was written.
    pub created_at: Timestamp,
    /// How often the host was asked to take it.
    pub attempts: u32,
    /// When it is tried again; none when it won't be.
    #[serde(default)]
    pub next_try: Option<Timestamp>,
    /// The host's reason for not taking it the last time.
    pub last_problem: Option<String>,
    /// Where it stands.
    pub delivery: Delivery,
}

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// Waiting: it will be tried again.
    Queued,
    /// The host took it.
    HandedOver,
    /// It won't be tried again.
    Failed,
    /// The host took it, and reported later that it came back.
    Bounced,
}

/// Where a mail stands, and why if it isn't where it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryState {
    /// Where.
    pub delivery: Delivery,
    /// The host's reason for failed and bounced ones, else of no meaning.
    pub reason: String,
}

impl fmt::Display for DeliveryState {
    /// `handed over`, `bounced: mailbox is gone`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.delivery {
            Delivery::Queued => f.write_str("queued"),
            Delivery::HandedOver => f.write_str("handed over"),
            Delivery::Failed => write!(f, "failed: {}", self.reason),
            Delivery::Bounced => write!(f, "bounced: {}", self.reason),
        }
    }
}

/// What the host did with a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handover {
    /// Took it.
    Accepted,
    /// Not now, for this reason.
    TryLater(String),
    /// Never, for this reason.
    Never(String),
}

/// A mail's text, ready to hand over.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML.
    pub html: String,
}

impl OutboxMail {
    /// A mail that was written at `now` and not tried yet.
    pub fn new(id: MailId, to: Email, topic: Topic, now: Timestamp) -> OutboxMail {
        OutboxMail {
            id,
            to,
            topic,
            created_at: now,
            attempts: 0,
            next_try: Some(now.plus(RETRY_AFTER[0])),
            last_problem: None,
            delivery: Delivery::Queued,
        }
    }

    /// The client that it goes to; none for one to the agency.
    pub const fn client(&self) -> Option<ClientId> {
        match self.topic {
            Topic::Client { client, .. } => Some(client),
            Topic::Agency(_) => None,
        }
    }

    /// Where it stands, as people are told.
    pub fn state(&self) -> DeliveryState {
        let reason = self.last_problem.clone().unwrap_or_default();
        DeliveryState { delivery: self.delivery, reason }
    }

    /// The mail after the host was asked to take it at `now`. One that it can't take now is
    /// tried again later and later, and given up in the end.
    pub fn after(&self, handover: Handover, now: Timestamp) -> OutboxMail {
        let tried = usize::try_from(self.attempts).unwrap_or(usize::MAX);
        let again = RETRY_AFTER.get(tried).map(|pause| now.plus(*pause));
        let (delivery, last_problem, next_try) = match handover {
            Handover::Accepted => (Delivery::HandedOver, None, None),
            Handover::TryLater(problem) => {
                let delivery = if again.is_some() { Delivery::Queued } else { Delivery::Failed };
                (delivery, Some(shortened(&problem)), again)
            }
            Handover::Never(problem) => (Delivery::Failed, Some(shortened(&problem)), None),
        };
        let attempts = self.attempts.saturating_add(1);
        OutboxMail { attempts, last_problem, next_try, delivery, ..self.clone() }
    }

    /// The mail when nobody should get it any more.
    pub fn given_up(&self, why: &str) -> OutboxMail {
        let (delivery, last_problem) = (Delivery::Failed, Some(why.to_owned()));
        OutboxMail { last_problem, next_try: None, delivery, ..self.clone() }
    }

    /// The mail after the host reported that it came back.
    pub fn bounced(&self, reason: &str) -> OutboxMail {
        let (delivery, last_problem) = (Delivery::Bounced, Some(shortened(reason)));
        OutboxMail { last_problem, next_try: None, delivery, ..self.clone() }
    }
}

/// How long after a try that came to nothing the next one is made; after the last, none is.
const RETRY_AFTER: [u64; 6] = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR, 24 * HOUR];

/// A host's reason, in characters that people can see, cut to what anybody would read.
fn shortened(problem: &str) -> String {
    legible(problem).chars().take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_are_listed_as_people_do() {
        let names = ["Nike", "Puma", "Adidas", "Asics", "Fila", "Vans"];
        for (count, text) in [
            (0, ""),
            (1, "Nike"),
            (2, "Nike and Puma"),
            (5, "Nike, Puma, Adidas, Asics and Fila"),
            (6, "Nike, Puma, Adidas, Asics and 2 more"),
        ] {
            let listed = Listed::of(names[..count].iter().map(|name| Name::parse(name).unwrap()));
            assert_eq!((listed.to_string().as_str(), listed.is_empty()), (text, count == 0));
        }
    }
}
