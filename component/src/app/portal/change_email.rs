//! `portal.change-email`

use super::activity::count_day;
use super::attempts::{Attempt, PasswordWork, Tries};
use super::change_password::not_the_password;
use super::sessions::{Opened, claim, no_agency, opened};
use crate::app::command::{Tenant, transact_with};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::email::Email;
use crate::domain::id::MailId;
use crate::domain::identity::OpenLink;
use crate::domain::log::Event;
use crate::domain::mail::Content;
use crate::domain::session::Session;
use crate::domain::time::Until;

/// Asks for another e-mail address.
///
/// # Errors
///
/// When the session has ended, the password is wrong or was tried too often, or the address is
/// the same.
pub fn change_email(
    ports: &Ports,
    session: &str,
    password: &str,
    email: &str,
    origin: Option<&str>,
) -> Result<(), Error> {
    let ring = view::key_ring(ports)?;
    let claim = claim(session, &ring)?;
    let mut fields = Fields::default();
    let email = fields.take("email", Email::parse(email));
    let email = fields.finish(email)?;
    let tenant = Tenant::Existing(claim.agency.clone());
    let mut keys = vec![keys::session(&claim.agency, &claim.id).into_text()];
    keys.extend(keys::texts(&keys::identity_emails(&email)));
    let mut work = PasswordWork::default();
    let attempt = transact_with(ports, &ring, &tenant, Actor::Visitor, &keys, |tx| {
        let opened = opened(tx.view(), &claim)?;
        if opened.identity.email.folded() == email.folded() {
            let message = "is already your address: give a different one";
            return Err(Error::invalid("email", "duplicate", message));
        }
        let tries = Tries::with(opened.identity.email.as_str(), origin)?;
        tries.check(tx)?;
        if !work.verify(tx, Some(&opened.identity), password)? {
            return tries.fail(tx, Some(&opened.client), not_the_password());
        }
        let identity = work.renew(tx, opened.identity, password)?;
        ask(tx, Opened { identity, ..opened }, &email).map(Attempt::Succeeded)
    });
    attempt.map_err(no_agency)?.into_result()
}

/// If another login has the address, no mail goes there, and the answer doesn't tell.
fn ask(tx: &mut Tx<'_>, opened: Opened, email: &Email) -> Result<(), Error> {
    let Opened { session, key, client, mut identity, .. } = count_day(tx, opened)?;
    let now = tx.now();
    tx.write(key, &Session { used_at: session.used_at.max(now), ..session })?;
    let rule = tx.view().limits().address_changes;
    identity.address_changes = identity.address_changes.once_more(rule, now)?;
    let until = Until::at(now.plus(tx.view().limits().confirmation_valid_millis));
    let link = identity.ask_confirmation(email.clone(), until, tx.ring().newest().id());
    let id = identity.id;
    tx.write(keys::identity(id), &identity)?;
    tx.act_as(Actor::Client { id: client.id });
    let personal = vec![("email", email.as_str().to_owned())];
    tx.log_with(Event::EmailChangeAsked { client: client.id, identity: id }, personal)?;
    if tx.read_first(&keys::identity_emails(email))?.is_none() {
        let mail = MailId::generate(now, tx.id_seed()?);
        let OpenLink { version, until, key } = link;
        let content = Content::EmailConfirmation { identity: id, version, key, until };
        tx.mail(mail, email.clone(), client.addressee(), content)?;
    }
    let mail = MailId::generate(now, tx.id_seed()?);
    let content = Content::EmailChangeAsked { email: email.clone() };
    tx.mail(mail, identity.email, client.addressee(), content)
}
