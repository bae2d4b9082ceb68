//! The program as people run it: by its command line, on files.
//!
//! | to find | open |
//! | --- | --- |
//! | how it is run | [`program`] |
//! | stores that lack their keys, and keys that others can read | [`keys`] |
//! | keys in a variable, or told by a command, and how they rotate | [`rings`] |
//! | what files there are, who may read them, what erasing leaves | [`files`] |
//! | names that were mistyped, and files that are no store | [`missing`] |
//! | calls at another time, and the way back | [`time`] |
//! | whether the host keeps its promises | [`check_host`] |
//! | stories, written down for hosts in other languages | [`recordings`] |
//! | backups and what comes of them | [`backup`] |
//! | an agency as a file, from one store to another | [`moving`] |
//! | an agency that is moved while it is used | [`agency_move`] |
//! | a store in PostgreSQL, or in etcd | [`postgres`], [`etcd`] |
//! | tables at every width | [`widths`] |
//! | JSON, as `docs/command-line.md` describes it | [`json`] |
//! | what errors say | [`errors`] |
//! | people, brands and times, in and out; passwords from standard input | [`words`] |
//! | what a command would cost, and quotes | [`preview`] |
//! | an account's page, and commands on its behalf | [`sign_in`] |
//! | the HTTP service, as a process | [`serve`] |
//! | what it tells whoever watches it | [`top`], [`watched`] |
//! | completions and manual pages | [`manual`] |
//! | what the README, the page and every help show | [`examples`] |
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that fails panics"
)]

mod agency_move;
mod backup;
mod check_host;
mod errors;
mod etcd;
mod examples;
mod files;
mod json;
mod keys;
mod manual;
mod missing;
mod moving;
mod postgres;
mod preview;
mod program;
mod recordings;
mod rings;
mod serve;
mod sign_in;
mod time;
mod top;
mod watched;
mod widths;
mod words;
