//! `portal`: what a client's browser does.
//!
//! A token, a session or a password says who it is. A wrong one gets the same answer in all
//! cases that nobody must be able to tell apart.
//!
//! | to find | open |
//! | --- | --- |
//! | how an invite's token is read | `invites.rs` |
//! | what a mailed link is worth | `links.rs` |
//! | what an operator's token does in a session's place | `on_behalf.rs` |
//! | which account is a client's own | `owned.rs` |
//! | which brands a client can look at | `visible.rs` |
//! | which accounts' plans a client is to choose | `plans_due.rs` |
//! | what of the portal an account has | `features.rs` |
//! | how a session is opened, and what it is worth | [`sessions`] |
//! | how passwords are tried, and how often | `attempts.rs` |
//! | how what a client does is counted and recorded | `activity.rs` |
//! | how a person becomes a client, or two clients become one | `joining.rs` |
//! | who looks at a portal | `profile.rs` |
//! | a function of the contract | the file of its verb |

mod accept;
mod activity;
mod admit;
mod attempts;
mod change_email;
mod change_password;
mod choose_plan;
mod colleagues;
mod confirm_email;
mod export;
mod features;
mod forgot_password;
mod invite_colleague;
mod invites;
mod joining;
mod links;
mod log_in;
mod log_out;
mod me;
mod on_behalf;
mod open;
mod owned;
mod plans_due;
mod profile;
mod record;
mod reset_password;
pub mod sessions;
mod sign_ins;
mod sign_up;
mod switch_brand;
mod theme;
mod view_page;
mod visible;

pub use accept::accept;
pub use admit::{Admission, admit};
pub use change_email::change_email;
pub use change_password::change_password;
pub use choose_plan::{choose_plan, plans};
pub use colleagues::colleagues;
pub use confirm_email::{confirm_email, follow as follow_address};
pub use export::export;
pub use forgot_password::{forgot_password, send_requested};
pub use invite_colleague::{NewColleague, invite_colleague};
pub use log_in::log_in;
pub use log_out::log_out;
pub use me::me;
pub use open::{Invitation, open};
pub use plans_due::PlanDue;
pub use profile::Profile;
pub use record::{PageView, record};
pub use reset_password::reset_password;
pub use sessions::SignedIn;
pub use sign_ins::{allow_sign_in, set_sign_in_policy, set_sign_in_report, sign_ins};
pub use sign_up::{SignUp, sign_up};
pub use switch_brand::switch_brand;
pub use theme::{Theme, theme};
pub use view_page::view_page;
