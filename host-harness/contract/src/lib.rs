//! What the contract says beyond its types, for whoever passes calls on: which of its numbers
//! are times, which kinds of entries and mails there are, and what each function is for.
//!
//! | module | says |
//! | --- | --- |
//! | [`kinds`] | the kinds of log entries and mails |
//! | [`times`] | which numbers are times, and how people write those |
//! | [`words`] | the contract's own words on each function |

pub mod kinds;
pub mod times;
pub mod words;

/// The parameter of each function that an operator calls: who calls, in which agency.
pub const CALL: &str = "call";
