//! Handing over mails: to a mail server, to a folder, to a list that tests look at, or to nobody.

#[cfg(feature = "bounces")]
pub mod bounces;
#[cfg(feature = "folder-mail")]
mod folder;
#[cfg(any(feature = "folder-mail", feature = "smtp"))]
mod letter;
mod message_id;
mod nowhere;
mod recording;
#[cfg(any(feature = "bounces", feature = "smtp"))]
mod said;
#[cfg(feature = "smtp")]
mod smtp;

pub use crate::bindings::clientdesk::host::mail::{Handover, Message};
#[cfg(feature = "folder-mail")]
pub use folder::{FolderMail, FolderMailError};
pub use message_id::MailName;
pub use nowhere::NowhereMail;
pub use recording::RecordingMail;
#[cfg(feature = "smtp")]
pub use smtp::{SmtpMail, SmtpMailError, SmtpOptions};

/// Takes the component's mails for delivery.
///
/// The same mail may be handed over more than once, with the same id: an implementation
/// drops the repeat.
pub trait Mail: Send + Sync {
    /// Takes over one mail, or says why not. [`Handover::TryLater`] leaves it in the
    /// component's outbox; [`Handover::Never`] ends the attempts.
    fn send(&self, message: Message) -> Handover;

    /// Deletes whatever is kept of the mails with these ids: somebody whom they are about was
    /// erased. Some may be unknown, and the same ids may come again. To begin with it does
    /// nothing, as is right for what keeps nothing.
    ///
    /// # Errors
    ///
    /// When something can't be deleted now: the component will ask again.
    fn forget(&self, ids: &[String]) -> Result<(), String> {
        let _ = ids;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Message;

    /// A mail with this id, whose text holds `secret-link`.
    pub fn message(id: &str) -> Message {
        Message {
            id: id.into(),
            agency: "acme".into(),
            sender_name: "Acme".into(),
            reply_to: Some("help@acme.example".into()),
            to: "ada@client.example".into(),
            subject: "You are invited – come in".into(),
            text: "Follow secret-link".into(),
            html: "<p>Follow secret-link</p>".into(),
            kind: "invite".into(),
        }
    }
}
