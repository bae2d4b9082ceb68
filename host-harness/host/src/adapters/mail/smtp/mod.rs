//! Mails by a mail server.
//!
//! - `options`: what an address says, and how mails are handed over;
//! - `tls`: encryption, and whose certificates are good;
//! - `stage`: how far a mail came, and what a server's answer means there;
//! - `words`: what is said of it, without anything of what the mail holds;
//! - `stream`: what a server may say at most;
//! - `session`: a connection, and a mail over it;
//! - `pool`: connections that are used again, and how many there may be;
//! - `relay`: a mail, over one connection or another, until its time is up;
//! - `taken`: which mails were taken already;
//! - `pause`: a server that is away isn't asked for each mail.

mod options;
mod pause;
mod pool;
mod relay;
mod session;
mod stage;
mod stream;
mod taken;
mod tls;
mod words;

use std::fmt;
use std::sync::{Arc, mpsc};

use thiserror::Error;
use tokio::runtime::{Builder, Runtime};

use self::relay::Relay;
use super::{Handover, Mail, Message};

pub use options::SmtpOptions;

/// Hands mails over to a mail server by SMTP: one that relays them, with a name and a password or without.
///
/// A mail is [accepted](Handover::Accepted) once the server has said so. It is tried later when the server can't be
/// reached, is busy, refuses the sender or the password, or hasn't answered within
/// [30 seconds](SmtpOptions::deadline) in all; it never goes out when the server refuses the recipient or the mail
/// for good. A connection that breaks before the mail can have been taken is replaced by another one, once. Where the
/// answer to the whole mail is lost, nobody knows whether it was taken: it comes again with the same `Message-ID`, so
/// that whoever gets two can tell.
///
/// While the server can't be reached, doesn't let anybody in or doesn't answer, it is asked again after some seconds
/// only: until then every mail is told to come later at once, so that nobody waits for it.
///
/// What goes wrong is told by `tracing`, at `warn`. Neither that nor what [`send`](Mail::send) says has an address, a
/// subject, a text or a password in it.
pub struct SmtpMail {
    relay: Arc<Relay>,
    /// None once it ends.
    runtime: Option<Runtime>,
    shown: String,
}

/// Why mails can't be handed over to a server.
#[derive(Debug, Error)]
pub enum SmtpMailError {
    /// The address isn't one.
    #[error("not the address of a mail server: {why}")]
    Address {
        /// What is wrong with it.
        why: String,
    },
    /// The address that mails come from isn't one.
    #[error("mails can't come from `{address}`: {why}")]
    Sender {
        /// Which address.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// The server takes no mail from here.
    #[error("the mail server {server} can't be used: {why}")]
    Refused {
        /// Where it is, without the password.
        server: String,
        /// Why.
        why: String,
    },
    /// There are no threads for it.
    #[error("can't begin to send mails")]
    Threads(#[from] std::io::Error),
}

impl SmtpOptions {
    /// What hands mails over so. The server isn't asked yet: see [`SmtpMail::check`].
    ///
    /// # Errors
    ///
    /// When there are no threads for it.
    pub fn open(self) -> Result<SmtpMail, SmtpMailError> {
        let mut threads = Builder::new_multi_thread();
        let runtime =
            threads.worker_threads(1).thread_name("clientdesk-smtp").enable_all().build()?;
        let shown = self.shown().to_owned();
        Ok(SmtpMail { relay: Arc::new(Relay::new(self)), runtime: Some(runtime), shown })
    }
}

impl SmtpMail {
    /// Where the server is, for people: without the password.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Whether the server can be reached, shows a good certificate and lets us in. No mail is sent.
    ///
    /// # Errors
    ///
    /// [`SmtpMailError::Refused`], which says why not.
    pub fn check(&self) -> Result<(), SmtpMailError> {
        let refused = |why| SmtpMailError::Refused { server: self.shown.clone(), why };
        let relay = Arc::clone(&self.relay);
        let checked = self.run(async move { relay.check().await });
        checked.unwrap_or_else(|| Err("it is being stopped".into())).map_err(refused)
    }

    /// Runs it on a thread of its own, while this one waits: whatever thread that is.
    fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Option<T> {
        let (sender, answer) = mpsc::sync_channel(1);
        self.runtime.as_ref()?.spawn(async move {
            let _ = sender.send(work.await);
        });
        answer.recv().ok()
    }
}

impl Mail for SmtpMail {
    fn send(&self, message: Message) -> Handover {
        let relay = Arc::clone(&self.relay);
        let sent = self.run(async move { relay.send(&message).await });
        sent.unwrap_or_else(|| Handover::TryLater("sending mails is being stopped".into()))
    }
}

impl Drop for SmtpMail {
    fn drop(&mut self) {
        // Not by itself: that would wait, which a thread of another runtime may not.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for SmtpMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpMail").field("server", &self.shown).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
