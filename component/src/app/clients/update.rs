//! `clients.update`

use serde::Serialize;

use super::load::{load_for_change, parse_id, personal};
use super::resend::{renew, send_renewed};
use super::save;
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::client::Client;
use crate::domain::email::Email;
use crate::domain::inviting;
use crate::domain::log::Event;
use crate::domain::text::{Name, Note, TextError};

/// The list of what the agency writes down about a client: field, how it is read, and its name.
macro_rules! texts {
    ($($(#[$doc:meta])* $field:ident: $type:ty = $name:literal by $parse:expr,)*) => {
        /// What to change, as it arrives. None leaves a field as it is; an empty text clears it.
        #[derive(Clone, Debug, Serialize)]
        pub struct Changes {
            $($(#[$doc])* pub $field: Option<String>,)*
            /// The address that its open invite goes to.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub email: Option<String>,
        }

        /// The same, parsed.
        struct Parsed {
            $($field: Option<Option<$type>>,)*
            email: Option<Email>,
        }

        fn parse(fields: &mut Fields, changes: &Changes) -> Option<Parsed> {
            $(let $field = fields.take_optional(
                concat!("changes.", $name), changes.$field.as_deref(), $parse,
            );)*
            let email = fields.take_optional("changes.email", changes.email.as_deref(), Email::parse);
            Some(Parsed { $($field: $field?,)* email: email? })
        }

        impl Parsed {
            fn applied_to(&self, client: &Client) -> Client {
                let mut next = client.clone();
                $(if let Some(value) = &self.$field {
                    next.$field.clone_from(value);
                })*
                next
            }
        }

        fn changed(before: &Client, after: &Client) -> Vec<&'static str> {
            let differs = [$(($name, before.$field != after.$field),)*];
            differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
        }
    };
}

texts! {
    /// The name.
    name: Name = "name" by name_or_none,
    /// What the agency calls it.
    label: Name = "label" by name_or_none,
    /// The agency's own note.
    note: Note = "note" by Note::parse,
}

fn name_or_none(text: &str) -> Result<Option<Name>, TextError> {
    if text.trim().is_empty() { Ok(None) } else { Name::parse(text).map(Some) }
}

/// Changes what the agency has written down about a client, and mends the address of an invite
/// that is still open.
///
/// # Errors
///
/// When the client was erased; for another address, when it isn't open any more, was renewed
/// too often, or the address is another client's.
pub fn update(ports: &Ports, call: &Call, id: &str, changes: &Changes) -> Result<(), Error> {
    let new = |fields: &mut Fields| parse(fields, changes);
    let (caller, new) = Caller::within_with(call, functions::CLIENTS_UPDATE, new)?;
    let client = parse_id(id)?;
    let keys = vec![keys::client(&caller.agency, client).into_text()];
    command(ports, &caller, &(id, changes), keys, |tx| {
        let loaded = load_for_change(tx, client)?;
        if loaded.client.erased {
            return Err(Error::Conflict {
                state: "erased",
                event: "update",
                message: "`update` isn't possible: the client's personal data was erased"
                    .to_owned(),
            });
        }
        let next = new.applied_to(&loaded.client);
        let mut changed = changed(&loaded.client, &next);
        // Capitals make no other address.
        let had = next.email.as_ref().map(Email::folded);
        let mended = match new.email.as_ref().filter(|email| had != Some(email.folded())) {
            Some(email) => Some(mend(tx, &next, email)?),
            None => None,
        };
        changed.extend(mended.iter().map(|_| "email"));
        if changed.is_empty() {
            return Ok(());
        }
        let event = Event::ClientUpdated { client: next.id, changed };
        match mended {
            Some(mended) => {
                // The reference is to the address that is right.
                tx.log_with(event, personal(&mended))?;
                send_renewed(tx, &loaded.stored, &mended)
            }
            None => {
                tx.log(event)?;
                save(tx, Some(&loaded.stored), Some(&next))
            }
        }
    })
}

/// Why an address can't be mended any more, and what to do instead.
fn with_a_way_out(error: Error) -> Error {
    match error {
        Error::Conflict { state, event, message } => {
            let instead = match state {
                "joined" => "the person changes the address in the portal",
                _ => "invite the right address",
            };
            Error::Conflict { state, event, message: format!("{message}; {instead}") }
        }
        other => other,
    }
}

/// The client with its invite renewed for another address.
fn mend(tx: &mut Tx<'_>, client: &Client, email: &Email) -> Result<Client, Error> {
    let mended =
        renew(tx, "update", |setting| inviting::mend_address(client, email.clone(), setting));
    let mended = mended.map_err(with_a_way_out)?;
    if client.email.is_none() {
        let message = "this link is meant for no address: revoke it, and make one for the address";
        return Err(Error::invalid("changes.email", "wrong", message));
    }
    let agency = tx.agency().id.clone();
    let (by_email, login) = (keys::client_email(&agency, email), keys::identity_email(email));
    tx.view().fetch([by_email.text().to_owned(), login.text().to_owned()])?;
    let mut other = tx.read(&by_email)?;
    if let (None, Some(login)) = (other, tx.read(&login)?) {
        // The login of a client who has another address with the agency.
        let login = tx.expect(&keys::identity(login))?;
        let mut here = login.memberships.iter().filter(|membership| membership.agency == agency);
        other = here.next().map(|membership| membership.client);
    }
    match other.filter(|other| *other != client.id) {
        Some(other) => Err(Error::Exists(match tx.view().acting() {
            None => format!(
                "client `{other}` has this e-mail address: give it the brands, and revoke this invite"
            ),
            // It may be others', whom one who acts for an account doesn't see.
            Some(_) => "another client has this e-mail address".to_owned(),
        })),
        None => Ok(mended),
    }
}
