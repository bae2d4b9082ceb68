//! What mails say: for each kind a subject, and the parts of a letter. Those to agencies are in
//! [`notices`].

use super::letter::{Action, Letter};
use super::notices::{self, Names};
use super::{Content, OutboxMail, Topic};
use crate::domain::agency::{Agency, PortalPage};
use crate::domain::calendar::Calendar;
use crate::domain::id::ClientId;
use crate::domain::invite::Channel;
use crate::domain::keyring::KeyRing;
use crate::domain::text::{Name, Note};
use crate::domain::time::Until;
use crate::domain::token::{self, LinkUse, Token};

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
    let link = |page, token: Token| agency.portal_address.link(page, &token);
    let about_login = |purpose, identity, version| {
        token::link(purpose, ring, &agency.id, client, identity, version)
    };
    let note = |note: &'a Option<Note>| note.as_ref().map(Note::as_str);
    let open_portal = || Action {
        sentence: "Log in as usual:",
        label: "Open the portal",
        link: address.to_owned(),
    };
    let uninvited = || "If you weren't expecting this e-mail, you can ignore it.".to_owned();
    // An agency that invites in its own name isn't named twice.
    let at_portal = |inviter: &Name| match inviter == portal {
        true => String::new(),
        false => format!(" at {portal}"),
    };
    let client_of =
        || format!("You are receiving this e-mail because you are a client of {portal}.");
    match content {
        Content::Invite { version, until, brands, inviter, note: words } => Letter {
            subject: format!("{inviter} invites you to {brands}{}", at_portal(inviter)),
            lead: format!("{inviter} invites you to look at {brands}{}.", at_portal(inviter)),
            note: note(words),
            sections: Vec::new(),
            action: Some(Action {
                sentence: "Open this link to choose a password and log in:",
                label: "Accept the invitation",
                link: link(
                    PortalPage::Invite,
                    token::invite(Channel::Mail, ring, &agency.id, client, *version),
                ),
            }),
            remark: works_until("The link is only for you.", *until, calendar),
            reason: uninvited(),
        },
        Content::BrandsAdded { brands, inviter, note: words } => Letter {
            subject: format!("You now have access to {brands} at {portal}"),
            lead: format!("{inviter} has given you access to {brands}{}.", at_portal(inviter)),
            note: note(words),
            sections: Vec::new(),
            action: Some(open_portal()),
            remark: None,
            reason: client_of(),
        },
        Content::EmailConfirmation { identity, version, until } => Letter {
            subject: format!("Confirm your e-mail address at {portal}"),
            lead: format!("Please confirm that {} is the e-mail address you use at {portal}.", mail.to),
            note: None,
            sections: Vec::new(),
            action: Some(Action {
                sentence: "Open this link:",
                label: "Confirm the address",
                link: link(
                    PortalPage::ConfirmEmail,
                    about_login(LinkUse::ConfirmEmail, *identity, *version),
                ),
            }),
            remark: works_until("", *until, calendar),
            reason: uninvited(),
        },
        Content::EmailChangeAsked { email } => Letter {
            subject: format!("Your e-mail address at {portal} is about to change"),
            lead: format!(
                "Somebody who knows your password asked to change your e-mail address at {portal} to {email}. It will change once the link in the e-mail we sent to that address is opened."
            ),
            note: None,
            sections: Vec::new(),
            action: Some(open_portal()),
            remark: Some(if_not_you()),
            reason: client_of(),
        },
        Content::PasswordReset { identity, version, until } => Letter {
            subject: format!("Choose a new password at {portal}"),
            lead: format!("You can now choose a new password for {portal}."),
            note: None,
            sections: Vec::new(),
            action: Some(Action {
                sentence: "Open this link:",
                label: "Choose a password",
                link: link(
                    PortalPage::ResetPassword,
                    about_login(LinkUse::ResetPassword, *identity, *version),
                ),
            }),
            remark: works_until("The link works once.", *until, calendar),
            reason:
                "If you didn't ask for this, you can ignore this e-mail: your password stays the same."
                    .to_owned(),
        },
        Content::PasswordChanged => Letter {
            subject: format!("Your password at {portal} was changed"),
            lead: format!(
                "Your password at {portal} was changed. Anyone who was logged in with the old one has been logged out."
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
    "If this wasn't you, choose a new password at once with “Forgot password?” on the log-in page."
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
