//! A connection, and a mail over it.

use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Message;
use super::options::SmtpOptions;
use super::stage::{Failure, Progress, Stage};
use super::stream::Lines;
use super::tls::{Encrypted, Tls};
use super::words::{advised, failure_of};
use crate::adapters::mail::letter::{self, Letters};

/// How many mails go over one connection: servers have their own limits, mostly higher ones.
const MAILS_MAX: u32 = 50;

/// How long a connection that was there before may take to its first answer: it may have ended without our knowing.
const FIRST_ANSWER: Duration = Duration::from_secs(5);

/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// How much of a mail is sent at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// A connection that a server has greeted, encrypted if it is to be, and that somebody logged in over.
pub(super) struct Session {
    connection: AsyncSmtpConnection,
    /// How many mails went over it.
    mails: u32,
}

impl Session {
    pub(super) async fn open(options: &SmtpOptions, progress: &Progress) -> Result<Self, Failure> {
        progress.set(Stage::Connecting);
        let broken = |error: std::io::Error| Failure::Broken(advised(error.to_string()));
        let stream = TcpStream::connect((options.host.as_str(), options.port)).await;
        let stream = stream.map_err(broken)?;
        // Each of our lines waits for an answer.
        stream.set_nodelay(true).map_err(broken)?;
        let peer = stream.peer_addr().map_err(broken)?;
        let stream: Box<dyn AsyncTokioStream> = match &options.encrypted {
            Encrypted::By(tls) if let Tls::AtOnce(connector, name) = &**tls => {
                progress.set(Stage::Encrypting);
                let encrypted = connector.connect(name.clone(), stream).await.map_err(broken)?;
                Box::new(Lines::new(encrypted, peer))
            }
            _ => Box::new(Lines::new(stream, peer)),
        };
        progress.set(Stage::Greeting);
        let connection = AsyncSmtpConnection::connect_with_transport(stream, &options.hello);
        let mut connection = connection.await.map_err(of)?;
        if let Encrypted::By(tls) = &options.encrypted
            && let Tls::Asked(parameters) = &**tls
        {
            progress.set(Stage::Encrypting);
            if !connection.can_starttls() {
                return Err(Failure::Broken(
                    "it offers no STARTTLS; `tls=off` would do without encryption".into(),
                ));
            }
            connection.starttls(parameters.clone(), &options.hello).await.map_err(of)?;
        }
        if let Some(credentials) = options.credentials() {
            progress.set(Stage::LoggingIn);
            connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(of)?;
        }
        Ok(Self { connection, mails: 0 })
    }

    /// Sends a mail; `reused`: the connection was there before.
    pub(super) async fn send(
        &mut self,
        options: &SmtpOptions,
        message: &Message,
        to: &Address,
        reused: bool,
        progress: &Progress,
    ) -> Result<(), Failure> {
        progress.set(Stage::Sender);
        let (bytes, parameters) = self.letter(options, message)?;
        let sender = Mail::new(Some(options.envelope_sender.clone()), parameters);
        let asked = self.connection.command(sender);
        match reused {
            true => timeout(FIRST_ANSWER, asked)
                .await
                .map_err(|_| Failure::Broken("the connection was over".into()))?,
            false => asked.await,
        }
        .map_err(of)?;
        progress.set(Stage::Recipient);
        self.connection.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(of)?;
        progress.set(Stage::Asking);
        self.connection.command(Data).await.map_err(of)?;
        progress.set(Stage::Sending);
        // Behind the last chunk the mail's end is sent, and from then on it may have been taken.
        let end = std::iter::from_fn(|| {
            progress.set(Stage::Taking);
            None
        });
        let chunks = bytes.chunks(CHUNK_BYTES).chain(end);
        self.connection.message_iter(chunks).await.map_err(of)?;
        self.mails += 1;
        Ok(())
    }

    /// The mail as this server takes it, and what it has to be told of that.
    fn letter(
        &self,
        options: &SmtpOptions,
        message: &Message,
    ) -> Result<(Vec<u8>, Vec<MailParameter>), Failure> {
        let can = |extension| self.connection.server_info().supports_feature(extension);
        let letters = match can(Extension::SmtpUtfEight) {
            true => Letters::Any,
            false if message.to.is_ascii() => Letters::Ascii,
            false => {
                return Err(Failure::Unfit(
                    "the address has letters beyond ASCII, and the mail server takes none (SMTPUTF8)",
                ));
            }
        };
        let bytes = letter::render(message, &options.sender, letters, &options.unsubscribe)
            .map_err(|error| Failure::Broken(error.to_string()))?;
        let mut parameters = Vec::new();
        if !bytes.is_ascii() {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
            parameters.push(MailParameter::SmtpUtfEight);
        }
        Ok((bytes, parameters))
    }

    /// Makes it ready for another mail after one that wasn't taken; whether it is.
    pub(super) async fn reset(&mut self) -> bool {
        let reset = timeout(FIRST_ANSWER, self.connection.command(Rset)).await;
        matches!(reset, Ok(Ok(_)))
    }

    /// Whether no more mails should go over it.
    pub(super) const fn is_worn(&self) -> bool {
        self.mails >= MAILS_MAX
    }

    pub(super) async fn quit(mut self) {
        let _ = timeout(GOODBYE, self.connection.quit()).await;
    }
}

fn of(error: Error) -> Failure {
    failure_of(&error)
}
