//! WIT values as JSON, and back.
//!
//! | WIT | JSON |
//! | --- | --- |
//! | record | object with the WIT's field names; a missing optional field is none, unknown ones are refused |
//! | option | the value, or null |
//! | variant | `"case"`, or `{"case": payload}` |
//! | enum | `"case"` |
//! | result inside a value | `{"ok": …}` or `{"err": …}` |
//! | list, tuple | array |
//! | flags | array of names |
//! | integers, floats | number |
//! | char, string | string |
//!
//! An option directly in an option can't say everything: null is the outer none, and
//! anything else is a value in both. Resources, streams and futures have no JSON; the
//! contract has none of them.

mod error;
mod from_json;
pub(crate) mod shape;
mod to_json;

pub use error::{ValueError, ValueProblem};
pub use from_json::from_json;
pub use shape::shape;
pub use to_json::{Shown, to_json};

#[cfg(test)]
mod tests;
