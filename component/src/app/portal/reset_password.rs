//! `portal.reset-password`

use super::attempts::{PasswordWork, Tries};
use super::joining::take_imported;
use super::links::{check_client, check_link, genuine_link, no_link};
use crate::app::command::{Tenant, transact_with};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::id::MailId;
use crate::domain::identity::Identity;
use crate::domain::log::Event;
use crate::domain::mail::Content;
use crate::domain::password::Password;
use crate::domain::token::LinkUse;

/// Chooses a new password with the token of a mailed link.
///
/// # Errors
///
/// When the token leads nowhere or is too old, or the password isn't good enough.
pub fn reset_password(ports: &Ports, token: &str, password: &str) -> Result<(), Error> {
    let ring = view::key_ring(ports)?;
    let claim = genuine_link(token, LinkUse::ResetPassword, &ring)?;
    let tenant = Tenant::Existing(claim.agency.clone());
    let keys = [keys::identity(claim.identity).into_text()];
    let mut work = PasswordWork::default();
    let actor = Actor::Client { id: claim.client };
    transact_with(ports, &ring, &tenant, actor, &keys, |tx| {
        let identity = tx.read(&keys::identity(claim.identity))?;
        let mut identity: Identity = identity.ok_or_else(no_link)?;
        check_client(tx, &claim)?;
        let valid = tx.view().limits().reset_valid_millis;
        check_link(tx, identity.reset.as_ref(), claim.version, valid)?;
        let mut fields = Fields::default();
        let chosen = fields.take("password", Password::choose(password, &identity.email));
        let hash = work.hash(tx, &fields.finish(chosen)?)?;
        identity.set_password(hash);
        identity.verify();
        take_imported(tx, claim.client, &mut identity)?;
        tx.write(keys::identity(identity.id), &identity)?;
        // Whoever reads the mails of the address may try again.
        Tries::with(identity.email.as_str(), None)?.forget(tx)?;
        tx.log(Event::PasswordReset { client: claim.client, identity: identity.id })?;
        let mail = MailId::generate(tx.now(), tx.id_seed()?);
        let to = (claim.client, Some(&identity.name));
        tx.mail(mail, identity.email.clone(), to, Content::PasswordChanged)
    })
}
