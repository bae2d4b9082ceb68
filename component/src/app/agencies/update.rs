//! `agencies.update`

use super::changes::{SettingsChanges, parse};
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::jobs::schedule_digest;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::agency::Agency;
use crate::domain::due::Due;
use crate::domain::log::Event;

/// Changes some of the settings, and gives the agency with all of them.
pub fn update(ports: &Ports, call: &Call, changes: &SettingsChanges) -> Result<Agency, Error> {
    let parse = |fields: &mut Fields| Some(parse(changes, ports, fields));
    let (caller, parsed) = Caller::with(call, functions::AGENCIES_UPDATE, parse)?;
    command(ports, &caller, changes, Vec::new(), |tx| {
        let before = tx.agency().clone();
        let after = before.with(&parsed);
        let changed = after.changed_since(&before);
        if !changed.is_empty() {
            tx.log(Event::SettingsChanged { changed })?;
            tx.write(keys::agency(&after.id), &after)?;
            reschedule(tx, &before, &after)?;
        }
        Ok(after)
    })
}

/// What falls due otherwise with other settings.
fn reschedule(tx: &mut Tx<'_>, before: &Agency, after: &Agency) -> Result<(), Error> {
    let (old, new) = (&before.settings, &after.settings);
    if old.thresholds != new.thresholds {
        tx.schedule(tx.now(), Due::Crossing)?;
    }
    if old.digest != new.digest || old.calendar != new.calendar {
        schedule_digest(tx, new)?;
    }
    Ok(())
}
