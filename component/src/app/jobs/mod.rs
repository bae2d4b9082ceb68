//! `jobs`: mails on their way out.

mod outbox;

pub use outbox::outbox;
