//! `clients`: people with access to an agency's brands.

mod get;
mod invite;
mod list;
mod revoke;
mod save;
mod show;

pub use get::get;
pub use invite::{Invite, Invited, invite};
pub use list::list;
pub use revoke::revoke;
pub use save::save;
pub use show::{ClientView, GrantView};
