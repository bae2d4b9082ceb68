//! `clients.update`

use serde::Serialize;

use super::load::{load_for_change, parse_id};
use super::save;
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::{Fields, Problem};
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::client::Client;
use crate::domain::log::Event;
use crate::domain::text::{Name, Note};

/// What to change, as it arrives. None leaves a field as it is; an empty text clears it.
#[derive(Clone, Debug, Serialize)]
pub struct Changes {
    /// The name.
    pub name: Option<String>,
    /// What the agency calls it.
    pub label: Option<String>,
    /// The agency's own note.
    pub note: Option<String>,
}

/// Changes what the agency has written down about a client.
pub fn update(ports: &Ports, call: &Call, id: &str, changes: &Changes) -> Result<(), Error> {
    let caller = Caller::of(call, functions::CLIENTS_UPDATE)?;
    let parsed = parse_id(id)?;
    let mut fields = Fields::default();
    let name = changed(&mut fields, "changes.name", changes.name.as_deref(), Name::parse);
    let label = changed(&mut fields, "changes.label", changes.label.as_deref(), Name::parse);
    let note = changes.note.as_deref();
    let note = fields.take_optional("changes.note", note, Note::parse);
    let (name, label, note) = fields.finish((|| Some((name?, label?, note?)))())?;
    let keys = vec![keys::client(&caller.agency, parsed).into_text()];
    command(ports, &caller, &(id, changes), keys, |tx| {
        let loaded = load_for_change(tx, parsed)?;
        if loaded.client.erased {
            return Err(Error::Conflict {
                state: "erased",
                event: "update",
                message: "`update` isn't possible: the client's personal data was erased"
                    .to_owned(),
            });
        }
        let next = Client {
            name: name.clone().unwrap_or_else(|| loaded.client.name.clone()),
            label: label.clone().unwrap_or_else(|| loaded.client.label.clone()),
            note: note.clone().unwrap_or_else(|| loaded.client.note.clone()),
            ..loaded.client.clone()
        };
        let differs = [
            ("name", next.name != loaded.client.name),
            ("label", next.label != loaded.client.label),
            ("note", next.note != loaded.client.note),
        ];
        let changed: Vec<_> =
            differs.iter().filter(|(_, differs)| *differs).map(|(field, _)| *field).collect();
        if changed.is_empty() {
            return Ok(());
        }
        tx.log(Event::ClientUpdated { client: next.id, changed })?;
        save(tx, Some(&loaded.stored), Some(&next))
    })
}

/// The new value of a text: `Some(None)` where it stays, `Some(Some(None))` where it goes.
fn changed<T, E: Problem>(
    fields: &mut Fields,
    field: &str,
    text: Option<&str>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Option<Option<Option<T>>> {
    match text {
        None => Some(None),
        Some(text) if text.trim().is_empty() => Some(Some(None)),
        Some(text) => fields.take(field, parse(text)).map(|value| Some(Some(value))),
    }
}
