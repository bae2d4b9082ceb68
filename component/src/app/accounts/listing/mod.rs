//! The list of accounts: filters, orders, pages.
//!
//! Each order has an index over the whole agency, so an unfiltered page reads what it shows,
//! however many accounts there are. A trial ends by itself, before a job writes it down: until
//! then the account is moved to where it belongs as the order of statuses is read.
//!
//! Whatever a filter leaves is found in one of two ways, and both give the same answer: *walking*
//! the order and passing over what doesn't fit, which is quick when much does, and *gathering* all
//! that might fit from where it stands together (a status, a payer, a plan, a text) and sorting it,
//! which is quick when little does. A walk that finds too little gives way to gathering; what is too
//! much to be gathered is found by walking on.
//!
//! | to find | open |
//! | --- | --- |
//! | what a filter asks for, and what fits | [`filter`] |
//! | the orders, and an account's place in them | [`order`] |
//! | where accounts that fit stand together | [`gather`] |
//! | how an order is gone through | [`walk`] |
//! | a page | [`list`](mod@list) |

pub mod filter;
pub mod gather;
pub mod list;
pub mod order;
pub mod walk;

pub use filter::RawFilter;
pub use list::{AccountPage, list};
pub use order::{Order, Sort};

#[cfg(test)]
mod tests;
