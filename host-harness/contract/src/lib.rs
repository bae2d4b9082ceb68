//! What the contract says beyond its types, for whoever passes calls on: which of its numbers
//! are times, and what each function is for.
//!
//! | module | says |
//! | --- | --- |
//! | [`times`] | which numbers are times, and how people write those |
//! | [`words`] | the contract's own words on each function |

pub mod times;
pub mod words;

/// The parameter of each function that an operator calls: who calls, in which agency.
pub const CALL: &str = "call";
