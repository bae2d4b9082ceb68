//! Clientdesk.
pub mod domain;
