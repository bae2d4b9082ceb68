//! `portal.change-password`

use super::activity::count_day;
use super::attempts::{Attempt, PasswordWork, Tries};
use super::sessions::{Opened, claim, no_agency, opened};
use crate::app::command::{Tenant, transact_with};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::id::MailId;
use crate::domain::log::Event;
use crate::domain::mail::Content;
use crate::domain::password::Password;
use crate::domain::session::Session;

/// Changes the password of whoever is logged in.
///
/// # Errors
///
/// When the session has ended, the current password is wrong or was tried too often, or the new
/// one isn't good enough.
pub fn change_password(
    ports: &Ports,
    session: &str,
    current: &str,
    password: &str,
    origin: Option<&str>,
) -> Result<(), Error> {
    let ring = view::key_ring(ports)?;
    let claim = claim(session, &ring)?;
    let tenant = Tenant::Existing(claim.agency.clone());
    let keys = [keys::session(&claim.agency, &claim.id).into_text()];
    let mut work = PasswordWork::default();
    let attempt = transact_with(ports, &ring, &tenant, Actor::Visitor, &keys, |tx| {
        let opened = opened(tx.view(), &claim)?;
        let tries = Tries::with(opened.identity.email.as_str(), origin)?;
        tries.check(tx)?;
        let mut fields = Fields::default();
        let chosen = Password::choose(password, &opened.identity.email);
        let chosen = fields.take("password", chosen);
        let chosen = fields.finish(chosen)?;
        if !work.verify(tx, Some(&opened.identity), current)? {
            return tries.fail(tx, Some(&opened.client), not_the_password());
        }
        change(tx, opened, &chosen, &mut work).map(Attempt::Succeeded)
    });
    attempt.map_err(no_agency)?.into_result()
}

/// The refusal of a wrong password of somebody who is logged in.
pub(super) fn not_the_password() -> Error {
    Error::denied("wrong-password", "that isn't your current password")
}

/// The session that it is done in goes on; all others end.
fn change(
    tx: &mut Tx<'_>,
    opened: Opened,
    chosen: &Password,
    work: &mut PasswordWork,
) -> Result<(), Error> {
    let Opened { session, key, client, mut identity, .. } = count_day(tx, opened)?;
    identity.set_password(work.hash(tx, chosen)?);
    tx.write(keys::identity(identity.id), &identity)?;
    let (password_version, now) = (identity.password_version, tx.now());
    tx.write(key, &Session { password_version, used_at: session.used_at.max(now), ..session })?;
    tx.act_as(Actor::Client { id: client.id });
    tx.log(Event::PasswordChanged { client: client.id, identity: identity.id })?;
    let mail = MailId::generate(now, tx.id_seed()?);
    tx.mail(mail, identity.email, client.addressee(), Content::PasswordChanged)
}
