//! Scenarios: stories in TOML files that call the component's functions, move the clock,
//! break things, and say what is expected.
//!
//! | to find | open |
//! | --- | --- |
//! | what a file may say | [`file`](mod@file), and below |
//! | stories in folders, and steps that they share | [`folder`], `given.rs` |
//! | names, times and repetitions in values | [`values`] |
//! | how an answer is compared with what is expected | [`matching`], `kinds.rs` |
//! | expectations that anything would meet, which are refused | `vague.rs` |
//! | storage that fails on demand | [`faults`] |
//! | what a story runs in, and what it runs against | [`world`], [`target`] |
//! | how a step runs, and what it is judged by | [`run()`], `judge.rs` |
//! | what a failure looks like | [`report`] |
//! | stories as a document for people | [`book`] |
//! | stories written down call by call, for hosts in other languages | [`recording`] |
//!
//! # Examples
//!
//! ```toml
//! title = "An invite is valid for 14 days"
//! start = 2026-09-01T00:00:00Z
//! agency = "acme"                        # whose agency the calls are about
//!
//! [[step]]
//! say = "The platform creates the agency."
//! call = "agencies.create"
//! with.agency = {                        # arguments go by the names of the WIT
//!     id = "acme", name = "Acme", notification-email = "office@acme.example",
//!     billing-interval = "monthly", portal-address = "https://clients.acme.example",
//! }
//! log = ["agency-created"]               # a step that says nothing of log and mails has none
//!
//! [[step]]
//! say = "Mia invites Ann."
//! call = "clients.invite-by-email"
//! as = "manager:mia"                     # role, id and name of the caller; else an owner
//! with.invite = { email = "ann@nike.example", brands = ["nike"] }
//! expect.outcome = "invited"             # the fields that are named must match
//! mails = [{ to = "ann@nike.example", subject = "...invites you to Nike..." }]
//! log = ["client-invited", "white-label-started"]
//! save = { ann = "answer.client", link = "mail.token" }
//!
//! [[step]]
//! say = "A fortnight later the link is dead."
//! after = "14d"
//! call = "portal.open"
//! with.token = "${link}"
//! error.expired = 2026-09-15T00:00:00Z   # a time stands for its milliseconds
//! ```
//!
//! A file that says `given = ["acme"]` begins with the steps of `given/acme.toml`, a file without
//! a `start` in the folder `given` beside it or further up.
//!
//! # What a step may say
//!
//! | key | says |
//! | --- | --- |
//! | `part` | a heading: here a part of the story begins |
//! | `say` | what it tells, in a sentence |
//! | `at`, `after` | the clock, before the call: `2026-09-15T00:00:00Z` (also backwards), `"14d"` |
//! | `key-ring` | the ids of the host's keys from here on, newest first: `["k2", "seeded"]`; a story begins with `seeded` |
//! | `call`, `with` | the function and its arguments by name; a missing one is none |
//! | `as`, `agency`, `key` | the caller `role:id:name`, the agency, the idempotency key |
//! | `expect` or `error` | how it ends: see [`matching`]. With neither, the call succeeds, and answers nothing or something that `save` keeps |
//! | `mails` | what goes out, in order; none, if nothing is said |
//! | `log` | the kinds of the new log entries, in order; another agency's are `beta: kind` |
//! | `save` | names for parts of the answer and of mails: `answer.client`, `mail.token` (the last), `mails.0.token`; the story must use each |
//! | `store-changes` | `true`: a refusal may change the store, because it counts an attempt; then it must |
//! | `fail` | storage calls that fail: see [`faults::Fault`] |
//! | `each-storage-failure` | tries it with each of its storage calls failing first |
//! | `mail-says` | the host's answer to mails: `"try-later"`, `{ never = "no such mailbox" }` |
//! | `damage` | rows that are damaged during the call: see [`file::Damage`] |
//! | `host-calls` | the exact number of storage calls: `{ get = 2, commit = 1 }` |
//! | `cases` | runs once for each of these, which say what differs |
//! | `repeat` | runs so many times, with `${n}` counting from 1 |
//!
//! A step that expects an `error` must leave the whole store as it was, byte for byte, and
//! neither mail nor log anything, unless it says otherwise.
//!
//! No expectation may be one that anything meets: `"..."` alone, `["..."]`, `{}`.
//!
//! # The format
//!
//! Files are TOML 1.1, which lets inline tables go over several lines and end with a comma:
//! a step's cases stay a list in which each says what is different. An editor that knows
//! only TOML 1.0 marks them as wrong.

pub mod book;
pub mod faults;
pub mod file;
pub mod folder;
mod given;
mod judge;
mod kinds;
mod lines;
mod log;
pub mod matching;
mod prepare;
pub mod recording;
pub mod report;
mod run;
pub mod target;
mod vague;
pub mod values;
pub mod world;

pub use file::{Scenario, ScenarioError};
pub use judge::token;
pub use report::{Failure, Seen, Watcher};
pub use run::run;
pub use target::{Target, TargetError};
pub use world::World;
