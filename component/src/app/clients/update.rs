//! `clients.update`

use serde::Serialize;

use super::load::{load_for_change, parse_id};
use super::save;
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::client::Client;
use crate::domain::log::Event;
use crate::domain::text::{Name, Note, TextError};

/// The list of what the agency writes down about a client: field, how it is read, and its name.
macro_rules! texts {
    ($($(#[$doc:meta])* $field:ident: $type:ty = $name:literal by $parse:expr,)*) => {
        /// What to change, as it arrives. None leaves a field as it is; an empty text clears it.
        #[derive(Clone, Debug, Serialize)]
        pub struct Changes {
            $($(#[$doc])* pub $field: Option<String>,)*
        }

        /// The same, parsed.
        struct Parsed {
            $($field: Option<Option<$type>>,)*
        }

        fn parse(fields: &mut Fields, changes: &Changes) -> Option<Parsed> {
            $(let $field = fields.take_optional(
                concat!("changes.", $name), changes.$field.as_deref(), $parse,
            );)*
            Some(Parsed { $($field: $field?,)* })
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

/// Changes what the agency has written down about a client.
pub fn update(ports: &Ports, call: &Call, id: &str, changes: &Changes) -> Result<(), Error> {
    let new = |fields: &mut Fields| parse(fields, changes);
    let (caller, new) = Caller::with(call, functions::CLIENTS_UPDATE, new)?;
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
        let changed = changed(&loaded.client, &next);
        if changed.is_empty() {
            return Ok(());
        }
        tx.log(Event::ClientUpdated { client: next.id, changed })?;
        save(tx, Some(&loaded.stored), Some(&next))
    })
}
