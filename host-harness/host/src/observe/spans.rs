//! Calls as spans of `tracing`, for whoever subscribes to them: `call` for each call of the component (level
//! DEBUG), `host call` for each call of its host that may wait (TRACE), within it. Without the feature `tracing`, there
//! are none, and nothing is paid for them.

use wasmtime::component::Val;

use super::asked::{Asked, HostCall, Seen};
use super::outcome::Outcome;

/// A call of the component.
pub(crate) struct CallSpan(#[cfg(feature = "tracing")] tracing::Span);

/// A call of its host.
pub(crate) struct HostCallSpan(#[cfg(feature = "tracing")] tracing::Span);

/// What keeps a span the current one.
#[cfg(feature = "tracing")]
pub(crate) type Within<'s> = tracing::span::Entered<'s>;

/// What keeps a span the current one, if there were any.
#[cfg(not(feature = "tracing"))]
pub(crate) struct Within<'s>(std::marker::PhantomData<&'s ()>);

#[cfg(feature = "tracing")]
impl CallSpan {
    /// Begins one. Of the arguments, only the agency and what looks like a trace's id are told.
    pub(crate) fn begin(function: &str, args: &[Val]) -> CallSpan {
        use tracing::field::Empty;
        let span = tracing::debug_span!(
            target: "clientdesk", "call", function, agency = Empty, trace = Empty, outcome = Empty,
            error = Empty, host_calls = Empty, conflicts = Empty, rows_read = Empty, rows_written = Empty,
        );
        if !span.is_disabled() {
            if let Some(agency) = of_call(args, "agency").filter(|id| is_agency(id)) {
                span.record("agency", agency);
            }
            if let Some(trace) = of_call(args, "trace-id").filter(|id| is_plain(id)) {
                span.record("trace", trace);
            }
        }
        CallSpan(span)
    }

    pub(crate) fn enter(&self) -> Within<'_> {
        self.0.enter()
    }

    /// Says what came of it.
    pub(crate) fn end(&self, outcome: Outcome, asked: &Asked) {
        if self.0.is_disabled() {
            return;
        }
        self.0.record("outcome", outcome.word());
        if let Some(error) = outcome.error() {
            self.0.record("error", error);
        }
        self.0.record("host_calls", asked.host_calls());
        self.0.record("conflicts", asked.conflicts);
        self.0.record("rows_read", asked.rows_read);
        self.0.record("rows_written", asked.rows_written);
    }
}

#[cfg(feature = "tracing")]
impl HostCallSpan {
    /// Begins one; none for what can't wait: there would be too many.
    pub(crate) fn begin(function: HostCall) -> HostCallSpan {
        use tracing::field::Empty;
        if !function.may_wait() {
            return HostCallSpan(tracing::Span::none());
        }
        HostCallSpan(tracing::trace_span!(
            target: "clientdesk", "host call", function = function.name(), bytes = Empty,
            rows_read = Empty, rows_written = Empty, conflict = Empty, failed = Empty,
        ))
    }

    pub(crate) fn enter(&self) -> Within<'_> {
        self.0.enter()
    }

    /// Says what came of it.
    pub(crate) fn end(&self, passed: usize, seen: &Seen) {
        if self.0.is_disabled() {
            return;
        }
        self.0.record("bytes", passed.saturating_add(seen.bytes));
        self.0.record("rows_read", seen.rows_read);
        self.0.record("rows_written", seen.rows_written);
        self.0.record("conflict", seen.conflict);
        self.0.record("failed", seen.failed);
    }
}

/// A text of the record `call`, which is the first argument of agencies' functions.
#[cfg(feature = "tracing")]
fn of_call<'a>(args: &'a [Val], field: &str) -> Option<&'a str> {
    let Some(Val::Record(fields)) = args.first() else { return None };
    // Only `call` has one: other records may have an agency that isn't an id.
    fields.iter().find(|(name, _)| name == "actor")?;
    match fields.iter().find(|(name, _)| name == field).map(|(_, value)| value) {
        Some(Val::String(text)) => Some(text),
        Some(Val::Option(Some(value))) => match &**value {
            Val::String(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a text could be an agency's id: whoever calls could put anything there.
#[cfg(feature = "tracing")]
fn is_agency(id: &str) -> bool {
    let is_of_ids = |byte: u8| byte == b'-' || byte.is_ascii_lowercase() || byte.is_ascii_digit();
    id.len() <= 64 && id.bytes().all(is_of_ids)
}

/// The same of a trace's id: digits, as those of W3C's trace context and UUIDs are.
#[cfg(feature = "tracing")]
fn is_plain(id: &str) -> bool {
    (16..=64).contains(&id.len()) && id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(not(feature = "tracing"))]
impl CallSpan {
    pub(crate) fn begin(_function: &str, _args: &[Val]) -> CallSpan {
        CallSpan()
    }

    pub(crate) fn enter(&self) -> Within<'_> {
        Within(std::marker::PhantomData)
    }

    pub(crate) fn end(&self, _outcome: Outcome, _asked: &Asked) {}
}

#[cfg(not(feature = "tracing"))]
impl HostCallSpan {
    pub(crate) fn begin(_function: HostCall) -> HostCallSpan {
        HostCallSpan()
    }

    pub(crate) fn enter(&self) -> Within<'_> {
        Within(std::marker::PhantomData)
    }

    pub(crate) fn end(&self, _passed: usize, _seen: &Seen) {}
}
