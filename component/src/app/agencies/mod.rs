//! `agencies`: the platform's customers.

mod changes;
mod create;
mod get;
mod move_portal;
mod parts;
mod reset_clock;
mod set_interval;
mod settings;
mod update;

pub use changes::SettingsChanges;
pub use create::{NewAgency, create};
pub use get::{AgencyView, get};
pub use move_portal::move_portal;
pub use parts::{
    RawBranding, RawCalendar, RawConsole, RawDigest, RawFeature, RawFeatures, RawInvitePolicy,
    RawThresholds,
};
pub use reset_clock::{ClockReset, reset_clock};
pub use set_interval::set_interval;
pub use settings::settings;
pub use update::update;
