//! The kinds of log entries and mails that options can name.

use clap::builder::PossibleValuesParser;
use clientdesk_contract::kinds;

/// The kinds of log entries.
pub(crate) fn events() -> PossibleValuesParser {
    kinds::events().into()
}

/// The kinds of mails.
pub(crate) fn mails() -> PossibleValuesParser {
    kinds::mails().into()
}
