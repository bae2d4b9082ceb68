//! Changes of settings as they arrive, and what they mean. How a single setting is read
//! stands in `parts.rs`.

use core::fmt::Debug;

use serde::Serialize;

use crate::app::fields::{Fields, filled};
use crate::app::ports::Ports;
use crate::domain::calendar::Zones as _;
use crate::domain::email::Email;
use crate::domain::settings::{
    Branding, CalendarSetting, Changes, Console, DefaultPermissions, Digest, Features,
    InvitePolicy, Thresholds, ZoneName, each_setting,
};
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// A setting that can be changed from outside.
pub trait Setting: Sized {
    /// How it arrives.
    type Raw: Clone + Debug + Serialize;

    /// What it means; none after noting what is wrong with it. `field` is its name.
    fn read(raw: &Self::Raw, fields: &mut Fields, field: &str) -> Option<Self>;
}

macro_rules! arriving {
    (
        agency { $($(#[$own_doc:meta])* $own:ident: $own_type:ty = $own_name:literal,)* }
        settings { $($(#[$doc:meta])* $field:ident: $type:ty = $name:literal,)* }
    ) => {
        /// What to change, as it arrives. What is none stays.
        #[derive(Clone, Debug, Default, Serialize)]
        pub struct SettingsChanges {
            $($(#[$own_doc])* pub $own: Option<<$own_type as Setting>::Raw>,)*
            $($(#[$doc])* pub $field: Option<<$type as Setting>::Raw>,)*
        }

        fn read(changes: &SettingsChanges, fields: &mut Fields) -> Changes {
            Changes {
                $($own: one(&changes.$own, fields, concat!("changes.", $own_name)),)*
                $($field: one(&changes.$field, fields, concat!("changes.", $name)),)*
            }
        }
    };
}

each_setting!(arriving);

fn one<S: Setting>(raw: &Option<S::Raw>, fields: &mut Fields, field: &str) -> Option<S> {
    raw.as_ref().and_then(|raw| S::read(raw, fields, field))
}

/// What these changes mean. What is malformed is noted, and so is a time zone that the host
/// doesn't know.
pub fn parse(changes: &SettingsChanges, ports: &Ports, fields: &mut Fields) -> Changes {
    let parsed = read(changes, fields);
    let zone = changes.calendar.as_ref().and_then(|calendar| filled(&calendar.time_zone));
    let zone = zone.and_then(|zone| ZoneName::parse(zone).ok());
    // A host that knows a zone knows its offset at any time.
    if let Some(zone) = zone.filter(|zone| ports.offset(zone, Timestamp::EPOCH).is_none()) {
        let message = format!(
            "the host knows no time zone `{}`: give one of the IANA's list that it knows, or only `utc-offset-minutes`",
            zone.as_str()
        );
        fields.refuse("changes.calendar.time-zone", "unknown", message);
    }
    parsed
}
