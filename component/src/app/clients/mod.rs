//! `clients`: people with access to an agency's brands.
//!
//! | to find | open |
//! | --- | --- |
//! | how a client is read | [`load`] |
//! | what of it is over, and how that is written down | `tidy.rs` |
//! | what the log remembers of the person | `personal.rs` |
//! | what it did, as far as a call may see it | `share.rs` |
//! | which rows follow from a client | `derived.rs` |
//! | how a client is written, and what it shares with others | `save.rs` |
//! | how brands and permissions are read that are asked for | [`arguments`] |
//! | how an invite is carried out | [`new_invite`] |
//! | whose accounts are, of which a client is or was the owner | `owning.rs` |
//! | what is erased that lies under an address alone | `forget_address.rs` |
//! | the list: filters, sorts, pages, counts | [`listing`] |
//! | a function of the contract | the file of its verb |

mod add_brands;
pub mod arguments;
mod copy_link;
mod derived;
mod detail;
mod erase;
mod forget_address;
mod forget_mail;
mod get;
mod invite;
mod invite_by_link;
mod invite_many;
pub mod listing;
pub mod load;
pub mod new_invite;
mod owning;
mod personal;
mod remove_brands;
mod report;
mod resend;
mod reset_password;
mod revoke;
mod save;
mod set_permissions;
mod share;
mod show;
mod shown;
mod tidy;
mod update;

pub use add_brands::add_brands;
pub use copy_link::{Link, copy_link};
pub use derived::derived_rows;
pub use detail::{ClientDetail, detail};
pub use erase::{erase, erase_more};
pub use get::get;
pub use invite::{Invite, invite};
pub use invite_by_link::{LinkInvite, invite_by_link};
pub use invite_many::invite_many;
pub use new_invite::Invited;
pub use owning::{pass_on, who_is};
pub use remove_brands::{remove_brands, take_brand};
pub use report::{DayOfUse, Report, report};
pub use resend::{Resent, invite_anew, resend, send_invite};
pub use reset_password::{login_to_reset, reset_password, send_reset};
pub use revoke::revoke;
pub use save::{save, save_merged, save_score};
pub use set_permissions::set_permissions;
pub use share::activity_of;
pub use show::{ClientView, GrantView, activity_summary, brand_keys, brand_names};
pub use shown::with_shown;
pub use tidy::{settle_expired, tidy};
pub use update::{Changes, update};
