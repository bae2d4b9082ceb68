//! What happens, on standard error.

use std::io;

use clap::ValueEnum;

/// How it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum LogForm {
    /// An object in each line
    #[default]
    Json,
    /// A sentence in each line
    Text,
}

/// From here on, what happens is told.
pub(super) fn begin(form: LogForm) {
    let log = tracing_subscriber::fmt().with_writer(io::stderr);
    // Whoever began one before, in the same process, keeps it.
    let _ = match form {
        LogForm::Json => {
            log.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init()
        }
        LogForm::Text => log.try_init(),
    };
}
