//! An agency's settings: each has a default, and is bounded.
//!
//! `each_setting` is their list. What a setting is stands in a file of its own; everything
//! that goes through all of them is made from the list.

mod branding;
mod calendar;
mod color;
mod console;
mod default_permissions;
mod digest;
mod features;
mod invite_policy;
mod thresholds;
mod web_address;

use serde::{Deserialize, Serialize};

pub use branding::{Accent, Background, Branding};
pub use calendar::{CalendarSetting, UtcOffset, ZoneName, ZoneNameError};
pub use color::{Color, ColorError};
pub use console::{ClientAddress, ClientAddressError, Console};
pub use default_permissions::DefaultPermissions;
pub use digest::{Digest, RECIPIENTS_MAX, Weekday};
pub use features::{FEATURES_MAX, Feature, Features};
pub use invite_policy::InvitePolicy;
pub use thresholds::Thresholds;
pub use web_address::{WebAddress, WebAddressError, names_a_host};

use super::email::Email;
use super::text::Name;

/// The list of settings: field, type, and name in the contract and the log. Those of `agency`
/// are fields of [`Agency`](super::agency::Agency) itself, those of `settings` fields of [`Settings`].
///
/// `each_setting!(m)` expands to `m!` of the list. From it follow [`Settings`] and [`Changes`]
/// here, what changes do in `domain/agency/mod.rs`, how one arrives in `app/agencies/changes.rs`, and the conversions in
/// `guest/agencies.rs`.
macro_rules! each_setting {
    ($make:ident) => {
        $make! {
            agency {
                /// The agency's name.
                name: Name = "name",
                /// Where notices go.
                notification_email: Email = "notification-email",
            }
            settings {
                /// How the portal and its mails look.
                branding: Branding = "branding",
                /// How long invites are valid.
                invites: InvitePolicy = "invites",
                /// From when a client counts as at risk and as churned.
                thresholds: Thresholds = "thresholds",
                /// What clients may do whose invite says nothing of it.
                permissions: DefaultPermissions = "permissions",
                /// The portal's features, in the order in which they are shown.
                features: Features = "features",
                /// The weekly summary.
                digest: Digest = "digest",
                /// Whether the agency is mailed when clients turn at-risk or churned.
                alerts: bool = "alerts",
                /// Whether the agency is mailed when something of an account will run out within a week.
                resource_alerts: bool = "resource-alerts",
                /// Whether owners of accounts don't see who was signed in on their behalf.
                hide_sign_ins: bool = "hide-sign-ins",
                /// By which clocks the agency lives.
                calendar: CalendarSetting = "calendar",
                /// Where the agency's console is.
                console: Console = "console",
            }
        }
    };
}
pub(crate) use each_setting;

macro_rules! settings {
    (
        agency { $($(#[$own_doc:meta])* $own:ident: $own_type:ty = $own_name:literal,)* }
        settings { $($(#[$doc:meta])* $field:ident: $type:ty = $name:literal,)* }
    ) => {
        /// Everything that an agency can set besides its name and addresses.
        ///
        /// What is as it was to begin with isn't stored: every call reads this.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Settings {
            $($(#[$doc])* #[serde(skip_serializing_if = "is_default")] pub $field: $type,)*
        }

        /// What to change of an agency's settings. What is none stays.
        #[derive(Clone, Debug, Default)]
        pub struct Changes {
            $($(#[$own_doc])* pub $own: Option<$own_type>,)*
            $($(#[$doc])* pub $field: Option<$type>,)*
        }
    };
}

each_setting!(settings);

/// Whether a setting is what it was to begin with.
pub fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_as_it_was_is_not_stored() {
        assert_eq!(serde_json::to_string(&Settings::default()).unwrap(), "{}");
        assert_eq!(serde_json::from_str::<Settings>("{}").unwrap(), Settings::default());
    }
}
