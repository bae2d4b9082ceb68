//! What a host does, for whoever watches it. Nothing of it says anything about anybody: there are names of
//! functions, ids of agencies, numbers and times.
//!
//! - `asked`: what a call asked of its host, and [`observed`], which tells it whoever makes calls;
//! - `outcome`: what became of a call, in a word;
//! - `counters`: what all calls came to since the host was built, which [`Figures`] shows;
//! - `mails`: which mails wait, as far as the host knows;
//! - `spans`: the same as it happens, for subscribers of `tracing` (the feature `tracing`).

mod asked;
mod counters;
mod figures;
mod mails;
mod outcome;
mod spans;

pub use asked::{Asked, HostCall, observed};
pub use figures::{
    CALL_SECONDS, CallFigures, Figures, HostCallFigures, InstanceFigures, MailFigures,
    OutcomeFigures, Took,
};
pub use outcome::Outcome;

pub(crate) use asked::{Seen, note};
pub(crate) use counters::{Alive, Counters, Slot};
pub(crate) use mails::CountedMail;
pub(crate) use spans::{CallSpan, HostCallSpan};

#[cfg(test)]
mod tests;
