//! Does. One use case a file, over four ports: load, decide, commit, send.
//!
//! | to find | open |
//! | --- | --- |
//! | how a command runs | [`command`] |
//! | what a command reads and writes while it runs | [`tx`], [`view`] |
//! | where everything lies in the store | [`keys`] |
//! | what a stored row looks like | [`record`] |
//! | what rows of older schemas become | `upgrade.rs` |
//! | what white-label comes to, and which commits book it | [`booking`] |
//! | what happens to a mail after the commit | [`outbox`] |
//! | who may call which function | [`functions`] |
//! | what a suspended or closed agency still lets be done | [`admission`] |
//! | how far a call on an account's behalf reaches | [`acting`] |
//! | a function of the contract | the folder of its interface, the file of its verb |
//! | how a command keeps to a quote | [`quoting`] |
//! | how a command with many rows runs | [`many`] |
//! | how a command is carried out without anything coming of it | [`rehearsal`] |
//! | which rows follow from others | [`rows`], and `clients/derived.rs`, `tx/accounts.rs` |
//!
//! Modules know those before them in this table, and none after (`tests/it/modules.rs`):
//!
//! | layer | modules, in order |
//! | --- | --- |
//! | what comes from outside, and what goes wrong | [`ports`], [`error`], [`fields`] |
//! | who may call what, and whether the agency lets anybody | [`functions`], [`caller`], [`admission`] |
//! | what lies where in the store | `upgrade`, [`record`], [`keys`], [`rows`] |
//! | what a call reads, and commits at once | [`view`], [`page`], [`tx`], [`acting`], [`booking`], [`commit`] |
//! | what accounts may use, and what they use | [`resources`] |
//! | how a command runs, and what becomes of its mails | [`outbox`], [`rehearsal`], [`quoting`], [`command`], [`many`] |
//! | what is sold | [`catalog`] |
//! | what is owed, and what happened | [`billing`], [`audit`] |
//! | who has access to what, and how they are | [`clients`], [`brands`], [`health`] |
//! | who is signed in on an account's behalf | [`impersonation`] |
//! | what client companies have | [`accounts`] |
//! | what clients do themselves | [`portal`] |
//! | what happens by itself | [`jobs`] |
//! | settings, and the clock: they make jobs begin anew | [`agencies`] |
//! | what a command would come to | [`preview`] |
//! | the store as a whole: how it is, whether it is whole, agencies that move | [`system`] |
//!
//! Whatever gives an [`Error`] here fails when a port fails, when a row is damaged, or when
//! amounts and periods are beyond what can be computed with; a function of the contract also
//! when an argument is malformed, or what it names isn't there. `# Errors` says what else.

pub mod accounts;
pub mod acting;
pub mod admission;
pub mod agencies;
pub mod audit;
pub mod billing;
pub mod booking;
pub mod brands;
pub mod caller;
pub mod catalog;
pub mod clients;
pub mod command;
pub mod commit;
pub mod error;
pub mod fields;
pub mod functions;
pub mod health;
pub mod impersonation;
pub mod jobs;
pub mod keys;
pub mod many;
pub mod outbox;
pub mod page;
pub mod portal;
pub mod ports;
pub mod preview;
pub mod quoting;
pub mod record;
pub mod rehearsal;
pub mod resources;
pub mod rows;
pub mod system;
pub mod tx;
mod upgrade;
pub mod view;

pub use error::Error;
pub use ports::Ports;
