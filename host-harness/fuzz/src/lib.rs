//! Hostile input for every door of the component and its harness, and what must hold all the same:
//! nothing panics or traps, nothing hangs, and every error is clear.
//!
//! | subject | input | file |
//! | --- | --- | --- |
//! | `exports` | calls of any function, with any arguments, after a story | [`calls`] |
//! | `rows` | the same, after rows of the store were damaged | [`rows`] |
//! | `scenarios` | the text of a scenario file | [`scenarios`] |
//! | `exportfile` | the lines of an exported agency | [`export_files`] |
//!
//! The command line adds `csv`, since rosters are its own.
//!
//! A [`Subject`] is used twice: `clientdesk fuzz` draws its inputs at random ([`hunt()`]), and
//! `fuzz/` at the repository's root lets cargo-fuzz look for those that reach new code. Either way an
//! input is a file for people: a [`case::Case`] in JSON, or a text. What was found once is
//! kept in `tests/fixtures/fuzz/` and tried by the tests.
//!
//! | to find | open |
//! | --- | --- |
//! | what an argument may be, as the contract says | [`shape`] |
//! | stores and calls to begin with: the ends of stories | [`stage`], [`words`] |
//! | values, calls and damages from bytes | [`draw`], [`damage`] |
//! | what a clear error is | [`clear`] |
//! | how far calls came | [`tally`] |
//! | what no call may do to a store | `watched` |
//! | the search: seeds, shorter inputs, inputs that hang | [`hunt()`], [`smaller`], [`mutate`] |

pub mod calls;
pub mod case;
pub mod clear;
pub mod damage;
pub mod draw;
pub mod export_files;
pub mod hunt;
pub mod mutate;
mod play;
pub mod rows;
pub mod scenarios;
pub mod shape;
pub mod smaller;
pub mod stage;
pub mod subject;
pub mod tally;
mod watched;
pub mod words;

pub use hunt::{Hunt, News, hunt};
pub use shape::{Shape, Signature};
pub use stage::{Sandbox, Stages, Troupe};
pub use subject::{Found, Subject};
pub use tally::Tally;
