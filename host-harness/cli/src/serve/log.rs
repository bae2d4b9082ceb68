//! What happens, on standard error.

use std::io;

use clap::ValueEnum;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::prelude::*;

use super::lines::JsonLines;

/// How it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum LogForm {
    /// An object in each line
    #[default]
    Json,
    /// A sentence in each line
    Text,
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum LogDetail {
    /// A line for each request
    #[default]
    Requests,
    /// One for each call of the component, too, also those of jobs and webhooks
    Calls,
    /// One for each of its calls of store, mails and keys, too: many
    HostCalls,
}

impl LogDetail {
    /// What is told of the library's spans.
    const fn level(self) -> LevelFilter {
        match self {
            LogDetail::Requests => LevelFilter::INFO,
            LogDetail::Calls => LevelFilter::DEBUG,
            LogDetail::HostCalls => LevelFilter::TRACE,
        }
    }
}

/// From here on, what happens is told.
pub(super) fn begin(form: LogForm, detail: LogDetail) {
    let told =
        Targets::new().with_default(LevelFilter::INFO).with_target("clientdesk", detail.level());
    let log = tracing_subscriber::registry().with(told);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    // A span is told where it ends, within those that it belongs to.
    let is_detailed = detail != LogDetail::Requests;
    let spans = if is_detailed { FmtSpan::CLOSE } else { FmtSpan::NONE };
    // Whoever began one before, in the same process, keeps it.
    let _ = match form {
        LogForm::Json if is_detailed => {
            let lines = lines.with_span_events(spans).json().flatten_event(true);
            log.with(lines.with_current_span(true).with_span_list(true)).try_init()
        }
        LogForm::Json => log.with(lines.event_format(JsonLines)).try_init(),
        LogForm::Text => log.with(lines.with_span_events(spans)).try_init(),
    };
}
