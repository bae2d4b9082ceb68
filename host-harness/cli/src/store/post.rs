//! Where mails go: to a mail server, or into a folder.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use clap::Args;
use clientdesk_host::adapters::mail::{FolderMail, Mail, SmtpMail, SmtpOptions};

use crate::host::SENDER;

/// Names the password of a mail server whose address has none.
const PASSWORD: &str = "CLIENTDESK_SMTP_PASSWORD";

/// Where mails go, and whom they come from.
#[derive(Args, Default)]
#[command(next_help_heading = "Mail")]
pub(crate) struct MailArgs {
    /// Hands mails over to this mail server, such as smtp://user@mail.example or smtps://user@mail.example, instead of
    /// putting them into a folder beside the store. The password may be in CLIENTDESK_SMTP_PASSWORD, or in a file that
    /// `?password-file=` names
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "CLIENTDESK_SMTP",
        hide_env_values = true,
        global = true
    )]
    smtp: Option<String>,
    /// Whom mails come from, such as no-reply@desk.example: an address of yours that the mail server sends for
    #[arg(long, value_name = "EMAIL", env = "CLIENTDESK_MAIL_FROM", global = true)]
    mail_from: Option<String>,
}

/// What takes mails.
#[derive(Clone)]
pub(crate) enum Post {
    Folder(Arc<FolderMail>),
    Server(Arc<SmtpMail>),
}

impl MailArgs {
    /// Whether mails leave this machine.
    pub(crate) const fn go_out(&self) -> bool {
        self.smtp.is_some()
    }

    /// What takes mails; without a server, those of `folder`.
    pub(super) fn open(&self, folder: PathBuf) -> Result<Post> {
        let Some(options) = self.options()? else {
            let sender = self.mail_from.as_deref().unwrap_or(SENDER);
            return Ok(Post::Folder(Arc::new(FolderMail::open(folder, sender)?)));
        };
        Ok(Post::Server(Arc::new(options.open()?)))
    }

    /// How mails are handed over to a server; none: they go into a folder.
    pub(crate) fn options(&self) -> Result<Option<SmtpOptions>> {
        let Some(address) = &self.smtp else { return Ok(None) };
        let Some(sender) = &self.mail_from else {
            bail!("name whom mails come from with `--mail-from` (CLIENTDESK_MAIL_FROM)");
        };
        let options = SmtpOptions::read(address, sender)?;
        if !options.lacks_password() {
            return Ok(Some(options));
        }
        let password = std::env::var(PASSWORD).map_err(|_| {
            anyhow!(
                "the password for `{}` is missing: put it into {PASSWORD}, or name its file with `?password-file=`",
                options.shown()
            )
        })?;
        Ok(Some(options.password(&password)))
    }
}

impl Post {
    pub(crate) fn mail(&self) -> Arc<dyn Mail> {
        match self {
            Self::Folder(folder) => Arc::clone(folder) as Arc<dyn Mail>,
            Self::Server(server) => Arc::clone(server) as Arc<dyn Mail>,
        }
    }

    /// The folder, if it is one.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        match self {
            Self::Folder(folder) => Some(folder.folder().to_owned()),
            Self::Server(_) => None,
        }
    }

    /// Where they go, for people: without a password.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Folder(folder) => folder.folder().display().to_string(),
            Self::Server(server) => server.shown().to_owned(),
        }
    }
}
