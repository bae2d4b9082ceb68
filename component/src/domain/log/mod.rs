//! The log: what happened in an agency, in order, so that nobody can change it unseen.
//!
//! | to find | open |
//! | --- | --- |
//! | what can happen: one case for each event | [`event`] |
//! | what an event says that was booked | [`booked`] |
//! | what an event says of a sign-in on an account's behalf | [`impersonation`] |
//! | which event a booking is | `made.rs` |
//! | how what is stored otherwise stands in details | `details.rs` |
//! | what the platform did to the agency as a whole | [`standing`] |
//! | what each event is about | `about.rs`, [`subject`] |
//! | what an entry holds, and what of it can be erased | [`entry`] |
//! | how entries are chained and verified | [`chain`] |
//! | how an entry covers what clients did | [`activity`] |

mod about;
pub mod activity;
pub mod booked;
pub mod chain;
mod details;
pub mod entry;
pub mod event;
pub mod impersonation;
mod made;
pub mod standing;
pub mod subject;

pub use booked::{AccountStep, Booked, Closed};
pub use chain::{Flaw, Head, Problem};
pub use details::Allocation;
pub use entry::{Block, Draft, Entry, Fields, Personal, Sealed, TraceId};
pub use event::Event;
pub use impersonation::ImpersonationUse;
pub use standing::{IndexesRepaired, StandsSince};
pub use subject::Subject;
