//! What comes back: reports of mail servers that a mail couldn't be delivered (RFC 3464).
//!
//! - [`read`] finds out which mail a report is about;
//! - [`Mailbox`] finds reports in files and folders;
//! - [`Host::report_bounce`](crate::Host::report_bounce) tells the component.

mod mailbox;
mod report;

use thiserror::Error;

use super::MailName;

pub use mailbox::Mailbox;
pub use report::read;

/// A mail that came back for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// Which mail.
    pub mail: MailName,
    /// Why, in the words of the server that gave up: without addresses.
    pub reason: String,
}

/// Why a mail that came in is no bounce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoBounce {
    /// Somebody's answer, or anything else.
    #[error("it is no report of a delivery")]
    NoReport,
    /// The server goes on trying, or has delivered it.
    #[error("the mail may still arrive, or has")]
    NotFailed,
    /// It names no mail that went out from here.
    #[error("it names no mail that went out from here")]
    NotOurs,
    /// It is nested deeper than a report ever is.
    #[error("it is nested too deeply")]
    Nested,
}
