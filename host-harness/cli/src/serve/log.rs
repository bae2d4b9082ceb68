//! What happens, on standard error.

use std::io;

use clap::ValueEnum;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::prelude::*;

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
    // A span is told where it ends, within those that it belongs to.
    let is_detailed = detail != LogDetail::Requests;
    let spans = if is_detailed { FmtSpan::CLOSE } else { FmtSpan::NONE };
    let log = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_span_events(spans);
    // Whoever began one before, in the same process, keeps it.
    let _ = match form {
        LogForm::Json => {
            let log = log.json().flatten_event(true).with_current_span(is_detailed);
            tracing_subscriber::registry()
                .with(log.with_span_list(is_detailed))
                .with(told)
                .try_init()
        }
        LogForm::Text => tracing_subscriber::registry().with(log).with(told).try_init(),
    };
}
