//! `agencies`: the platform's customers.

mod changes;
mod create;
mod get;
mod list;
mod move_portal;
mod parts;
mod reset_clock;
mod set_interval;
mod settings;
mod stand;
mod update;

pub use changes::SettingsChanges;
pub use create::{NewAgency, create};
pub use get::{AgencyView, get};
pub use list::{Agencies, Listed, list, next_id};
pub use move_portal::move_portal;
pub use parts::{
    RawBranding, RawCalendar, RawConsole, RawDigest, RawFeature, RawFeatures, RawInvitePolicy,
    RawThresholds,
};
pub use reset_clock::{ClockReset, reset_clock};
pub use set_interval::set_interval;
pub use settings::settings;
pub use stand::{close, resume, suspend};
pub use update::update;
