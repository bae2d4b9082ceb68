//! What mails say: for each kind a subject, and the parts of a letter. Those to agencies are in
//! [`notices`].

use super::notices::{self, Names};
use super::{Content, OutboxMail, Topic};
use crate::domain::agency::Agency;
use crate::domain::calendar::Calendar;
use crate::domain::id::ClientId;
use crate::domain::invite::Channel;
use crate::domain::keyring::KeyRing;
use crate::domain::text::Note;
use crate::domain::time::Until;
use crate::domain::token::{self, LinkUse, Token};

/// A letter: what all mails are made of.
pub struct Letter<'a> {
    /// One line.
    pub subject: String,
    /// What happened.
    pub lead: String,
    /// What a person wrote to go with it.
    pub note: Option<&'a str>,
    /// What there is to know, in tables.
    pub sections: Vec<Section>,
    /// What to do now; nothing in mails to the agency, whose own pages aren't ours.
    pub action: Option<Action>,
    /// How long the link works, or what to do if it wasn't you.
    pub remark: Option<String>,
    /// Why this mail came.
    pub reason: String,
}

/// A small table.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub title: &'static str,
    /// What, and how much or when.
    pub rows: Vec<(String, String)>,
}

/// Something to do: a link.
pub struct Action {
    /// What it does, as a sentence before the bare link.
    pub sentence: &'static str,
    /// What it does, on a button.
    pub label: &'static str,
    /// Where it leads.
    pub link: String,
}

/// The letter that a mail is. `names` tells what the clients of notices are called.
pub fn letter<'a>(
    mail: &'a OutboxMail,
    agency: &Agency,
    calendar: &Calendar<'_>,
    ring: &KeyRing,
    names: &Names,
) -> Letter<'a> {
    match &mail.topic {
        Topic::Client { client, content } => {
            to_client(mail, *client, content, agency, calendar, ring)
        }
        Topic::Agency(notice) => notices::letter(notice, agency, calendar, names),
    }
}

fn to_client<'a>(
    mail: &OutboxMail,
    client: ClientId,
    content: &'a Content,
    agency: &Agency,
    calendar: &Calendar<'_>,
    ring: &KeyRing,
) -> Letter<'a> {
    let portal = agency.portal_name();
    let address = agency.portal_address.as_str();
    let link = |path: &str, token: Token| format!("{address}/{path}/{}", token.reveal());
    let about_login = |purpose, identity, version| {
        token::link(purpose, ring, &agency.id, client, identity, version)
    };
    let note = |note: &'a Option<Note>| note.as_ref().map(Note::as_str);
    let open_portal = || Action {
        sentence: "Sign in as usual:",
        label: "Open the portal",
        link: address.to_owned(),
    };
    let uninvited = || "If you didn't expect this mail, you can ignore it.".to_owned();
    let client_of = || format!("You get this mail because you are a client of {portal}.");
    match content {
        Content::Invite { version, until, brands, inviter, note: words } => Letter {
            subject: format!("{inviter} invites you to {brands} at {portal}"),
            lead: format!("{inviter} invites you to look at {brands} in the portal of {portal}."),
            note: note(words),
            sections: Vec::new(),
            action: Some(Action {
                sentence: "Open this link to choose a password and sign in:",
                label: "Accept the invitation",
                link: link(
                    "invite",
                    token::invite(Channel::Mail, ring, &agency.id, client, *version),
                ),
            }),
            remark: works_until("The link is for you alone.", *until, calendar),
            reason: uninvited(),
        },
        Content::BrandsAdded { brands, inviter, note: words } => Letter {
            subject: format!("You now have access to {brands} at {portal}"),
            lead: format!("{inviter} gave you access to {brands} in the portal of {portal}."),
            note: note(words),
            sections: Vec::new(),
            action: Some(open_portal()),
            remark: None,
            reason: client_of(),
        },
        Content::EmailConfirmation { identity, version, until } => Letter {
            subject: format!("Confirm your e-mail address at {portal}"),
            lead: format!("Please confirm that {} is your address at {portal}.", mail.to),
            note: None,
            sections: Vec::new(),
            action: Some(Action {
                sentence: "Open this link:",
                label: "Confirm the address",
                link: link(
                    "confirm-email",
                    about_login(LinkUse::ConfirmEmail, *identity, *version),
                ),
            }),
            remark: works_until("", *until, calendar),
            reason: uninvited(),
        },
        Content::EmailChangeAsked { email } => Letter {
            subject: format!("Your e-mail address at {portal} is about to change"),
            lead: format!(
                "Somebody who knows your password asked to change your address at {portal} to {email}. It changes when the link in a mail to that address is opened."
            ),
            note: None,
            sections: Vec::new(),
            action: Some(open_portal()),
            remark: Some(if_not_you()),
            reason: client_of(),
        },
        Content::PasswordReset { identity, version, until } => Letter {
            subject: format!("Choose a new password at {portal}"),
            lead: format!("You can choose a new password for the portal of {portal}."),
            note: None,
            sections: Vec::new(),
            action: Some(Action {
                sentence: "Open this link:",
                label: "Choose a password",
                link: link(
                    "reset-password",
                    about_login(LinkUse::ResetPassword, *identity, *version),
                ),
            }),
            remark: works_until("The link works once.", *until, calendar),
            reason:
                "If you didn't ask for it, you can ignore this mail: your password stays as it is."
                    .to_owned(),
        },
        Content::PasswordChanged => Letter {
            subject: format!("Your password at {portal} was changed"),
            lead: format!(
                "The password of your login at {portal} was changed. Everybody who was signed in with the old one is signed out."
            ),
            note: None,
            sections: Vec::new(),
            action: Some(open_portal()),
            remark: Some(if_not_you()),
            reason: client_of(),
        },
    }
}

fn if_not_you() -> String {
    "If it wasn't you, choose a new password at once: “Forgot password?” on the sign-in page."
        .to_owned()
}

/// The remark how long a link works; none for one that works for ever.
fn works_until(before: &str, until: Until, calendar: &Calendar<'_>) -> Option<String> {
    let end = calendar.moment(until.end()?);
    Some(match before {
        "" => format!("The link works until {end}."),
        before => format!("{before} It works until {end}."),
    })
}
