//! `agencies`: the platform's customers.

mod create;
mod get;
mod move_portal;
mod reset_clock;
mod settings;
mod update;

pub use create::{NewAgency, create};
pub use get::{AgencyView, get};
pub use move_portal::move_portal;
pub use reset_clock::reset_clock;
pub use settings::settings;
pub use update::{RawBranding, RawDigest, RawFeature, SettingsChanges, update};
