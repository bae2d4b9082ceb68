//! What mails say: for each kind a subject, and the parts of a letter. Those to agencies are in
//! [`notices`].
//!
//! Whoever gets one learns who sent it and why, what to do and until when, and what happens if
//! they don't.

use super::letter::{Action, Letter, Quote};
use super::notices::{self, Names};
use super::plan_due::PlanDue;
use super::{Content, Listed, OutboxMail, Topic, in_subject};
use crate::domain::agency::{Agency, PortalPage};
use crate::domain::calendar::Calendar;
use crate::domain::email::Email;
use crate::domain::id::{ClientId, IdentityId};
use crate::domain::invite::Channel;
use crate::domain::keyring::{KeyId, KeyRing};
use crate::domain::text::{Name, Note};
use crate::domain::time::Until;
use crate::domain::token::{self, LinkUse};

/// The letter that a mail is. `names` tells what the clients of notices are called.
pub fn letter<'a>(
    mail: &'a OutboxMail,
    agency: &Agency,
    calendar: &Calendar<'_>,
    ring: &KeyRing,
    names: &Names,
) -> Letter<'a> {
    match &mail.topic {
        Topic::Client { client, name: _, content } => {
            ToClient { to: &mail.to, client: *client, agency, calendar, ring }.letter(content)
        }
        Topic::Agency(notice) => notices::letter(notice, agency, calendar, names, mail.created_at),
    }
}

/// What letters to a client are written with.
struct ToClient<'d> {
    to: &'d Email,
    client: ClientId,
    agency: &'d Agency,
    calendar: &'d Calendar<'d>,
    ring: &'d KeyRing,
}

impl ToClient<'_> {
    fn letter<'a>(&self, content: &'a Content) -> Letter<'a> {
        match content {
            Content::Invite { version, key, until, brands, inviter, note } => {
                self.invite((*version, key.as_ref()), *until, brands, inviter, note.as_ref())
            }
            Content::BrandsAdded { brands, inviter, note } => {
                self.brands_added(brands, inviter, note.as_ref())
            }
            Content::EmailConfirmation { identity, version, key, until } => {
                self.email_confirmation(*identity, (*version, key.as_ref()), *until)
            }
            Content::EmailChangeAsked { email } => self.email_change_asked(email),
            Content::PasswordReset { identity, version, key, until } => {
                self.password_reset(*identity, (*version, key.as_ref()), *until)
            }
            Content::PasswordChanged => self.password_changed(),
            Content::PlanDue { account, trial_ends_at } => {
                let due = PlanDue { account, trial_ends_at: *trial_ends_at, has_owner: true };
                due.letter(self.agency, self.calendar, self.as_a_client())
            }
        }
    }

    fn invite<'a>(
        &self,
        (version, key): (u32, Option<&KeyId>),
        until: Until,
        brands: &Listed,
        inviter: &'a Name,
        note: Option<&'a Note>,
    ) -> Letter<'a> {
        let (portal, to) = (self.agency.portal_name(), self.to);
        let token =
            token::invite(Channel::Mail, (self.ring, key), &self.agency.id, self.client, version);
        let (who, what, place) = (in_subject(inviter), brands.in_subject(), in_subject(portal));
        let (subject, lead) = match (brands.is_empty(), inviter == portal) {
            (true, true) => {
                (format!("{who} invites you"), format!("{inviter} has invited you. {NOT_YET}"))
            }
            (true, false) => (
                format!("{who} invites you to {place}"),
                format!("{inviter} has invited you to {portal}. {NOT_YET}"),
            ),
            (false, true) => (
                format!("{who} invites you to {what}"),
                format!("{inviter} has invited you to look at {brands}."),
            ),
            (false, false) => (
                format!("{who} invites you to {what} at {place}"),
                format!("{inviter} has invited you to {portal}, where you can look at {brands}."),
            ),
        };
        Letter {
            subject,
            preview: self.in_time("Accept the invitation", until),
            lead: vec![lead],
            note: note.map(|words| Quote { author: inviter, words }),
            sections: Vec::new(),
            action: Some(Action {
                sentence: "To accept the invitation, open this link:",
                label: "Accept the invitation",
                link: self.agency.portal_address.link(PortalPage::Invite, &token),
            }),
            remarks: self
                .works_until("The link is for you alone, so please keep it to yourself.", until),
            reason: format!(
                "You are getting this e-mail because {inviter} invited {to}. If you weren't expecting that, you can ignore it: nothing happens unless you accept."
            ),
        }
    }

    fn brands_added<'a>(
        &self,
        brands: &Listed,
        inviter: &'a Name,
        note: Option<&'a Note>,
    ) -> Letter<'a> {
        let portal = self.agency.portal_name();
        let (what, place) = (brands.in_subject(), in_subject(portal));
        Letter {
            subject: format!("You now have access to {what} at {place}"),
            preview: format!("{inviter} has added to what you can look at. Log in as usual."),
            lead: vec![format!(
                "{inviter} has given you access to {brands}{}.",
                self.at(portal.as_str(), inviter)
            )],
            note: note.map(|words| Quote { author: inviter, words }),
            sections: Vec::new(),
            action: self.open_portal("To have a look, log in as usual:", "Open the portal"),
            remarks: vec!["Your password stays the same.".to_owned()],
            reason: self.as_a_client(),
        }
    }

    fn email_confirmation<'a>(
        &self,
        identity: IdentityId,
        version: (u32, Option<&KeyId>),
        until: Until,
    ) -> Letter<'a> {
        let (portal, to) = (self.agency.portal_name(), self.to);
        Letter {
            subject: format!("Confirm your e-mail address at {}", in_subject(portal)),
            preview: self.in_time("One click is all it takes", until),
            lead: vec![format!("Please confirm that {to} is your e-mail address at {portal}.")],
            note: None,
            sections: Vec::new(),
            action: Some(Action {
                sentence: "To confirm the address, open this link:",
                label: "Confirm the address",
                link: self.link(LinkUse::ConfirmEmail, identity, version),
            }),
            remarks: self.works_until("", until),
            reason: format!(
                "You are getting this e-mail because somebody gave {to} as theirs. If it wasn't you, you can ignore it: nothing changes unless the link is opened."
            ),
        }
    }

    fn email_change_asked<'a>(&self, email: &Email) -> Letter<'a> {
        let portal = self.agency.portal_name();
        Letter {
            subject: format!("Your e-mail address at {} is about to change", in_subject(portal)),
            preview: "If it was you who asked for that, all is well. If not, please read on."
                .to_owned(),
            lead: vec![
                format!(
                    "Somebody who knows your password has asked to change your e-mail address at {portal} to {email}. It changes when the link in the e-mail that we sent there is opened."
                ),
                was_it_you(),
            ],
            note: None,
            sections: Vec::new(),
            action: self.open_portal("The log-in page is here:", "Go to the log-in page"),
            remarks: Vec::new(),
            reason: self.as_a_client(),
        }
    }

    fn password_reset<'a>(
        &self,
        identity: IdentityId,
        version: (u32, Option<&KeyId>),
        until: Until,
    ) -> Letter<'a> {
        let (portal, to) = (self.agency.portal_name(), self.to);
        Letter {
            subject: format!("Choose a new password at {}", in_subject(portal)),
            preview: self.in_time("One click, and you choose it", until),
            lead: vec![format!("Here is your link to choose a new password at {portal}.")],
            note: None,
            sections: Vec::new(),
            action: Some(Action {
                sentence: "To choose one, open this link:",
                label: "Choose a new password",
                link: self.link(LinkUse::ResetPassword, identity, version),
            }),
            remarks: self.works_until("The link works once.", until),
            reason: format!(
                "You are getting this e-mail because somebody asked for a new password for {to}. If you don't want one, you can ignore it: your password stays the same."
            ),
        }
    }

    fn password_changed<'a>(&self) -> Letter<'a> {
        let portal = self.agency.portal_name();
        Letter {
            subject: format!("Your password at {} was changed", in_subject(portal)),
            preview: "If it was you, all is well. If not, please read on.".to_owned(),
            lead: vec![
                format!(
                    "Your password at {portal} was changed. Whoever was logged in with the old one has been logged out."
                ),
                was_it_you(),
            ],
            note: None,
            sections: Vec::new(),
            action: self.open_portal("The log-in page is here:", "Go to the log-in page"),
            remarks: Vec::new(),
            reason: self.as_a_client(),
        }
    }

    fn link(
        &self,
        purpose: LinkUse,
        identity: IdentityId,
        (version, key): (u32, Option<&KeyId>),
    ) -> String {
        let page = match purpose {
            LinkUse::ConfirmEmail => PortalPage::ConfirmEmail,
            LinkUse::ResetPassword => PortalPage::ResetPassword,
        };
        let agency = &self.agency.id;
        let token = token::link(purpose, (self.ring, key), agency, self.client, identity, version);
        self.agency.portal_address.link(page, &token)
    }

    fn open_portal(&self, sentence: &'static str, label: &'static str) -> Option<Action> {
        let link = self.agency.portal_address.as_str().to_owned();
        Some(Action { sentence, label, link })
    }

    /// Where that is: an agency that invites in its own name isn't named twice.
    fn at(&self, place: &str, inviter: &Name) -> String {
        if inviter == self.agency.portal_name() { String::new() } else { format!(" at {place}") }
    }

    fn as_a_client(&self) -> String {
        let (to, portal) = (self.to, self.agency.portal_name());
        format!("You are getting this e-mail because {to} belongs to a client of {portal}.")
    }

    /// What to do, and until when if that isn't for ever.
    fn in_time(&self, what: &str, until: Until) -> String {
        match until.end() {
            Some(end) => format!("{what}: the link works until {}.", self.calendar.moment(end)),
            None => format!("{what}."),
        }
    }

    /// What else there is to say of a link, and how long it works, unless for ever.
    fn works_until(&self, before: &str, until: Until) -> Vec<String> {
        let end = until.end().map(|end| self.calendar.moment(end));
        let end = end.map(|end| match before {
            "" => format!("The link works until {end}."),
            _ => format!("It works until {end}."),
        });
        let before = Some(before.to_owned()).filter(|before| !before.is_empty());
        before.into_iter().chain(end).collect()
    }
}

/// Said of an invite to what isn't open now.
const NOT_YET: &str =
    "There is nothing to look at yet: if the link says so, please try it again later.";

fn was_it_you() -> String {
    "If it was you, there is nothing to do. If it wasn't, choose a new password at once: click “Forgot password?” on the log-in page."
        .to_owned()
}
