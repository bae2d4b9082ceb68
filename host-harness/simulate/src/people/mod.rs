//! One agency: accounts, people and those who sign in on an account's behalf. What may happen, and a
//! small reference, written from the contract, that says what comes of it.
//!
//! | to find | open |
//! | --- | --- |
//! | what may happen | `acts.rs` |
//! | what happens next | `draw.rs` |
//! | the reference: what there is, and what time does to it | `model.rs`, `bought.rs` |
//! | what each command is refused for, and what it does | `account_rules.rs`, `people_rules.rs`, `sign_in_rules.rs` |
//! | what is compared | `check.rs`, `lists.rs`, `log.rs`, `books.rs`, `bills.rs` |
//! | the component | `play.rs`, `arguments.rs` |

mod account_rules;
pub(crate) mod acts;
pub(crate) mod arguments;
mod bills;
mod books;
mod bought;
pub(crate) mod catalog;
mod check;
pub(crate) mod draw;
mod lists;
mod log;
pub(crate) mod model;
mod people_rules;
pub(crate) mod play;
mod sign_in_rules;

pub use acts::Step;
pub use play::{BEGIN, Play, Wrong, open_shop};
