//! A line in the log for each request: what was asked, what came of it, how long it took, and why it failed. It
//! says nothing about anybody, whatever the request says.

use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::known::{Answering, Known};
use crate::shared::Shared;
use crate::trace::{TRACERESPONSE, Trace};

/// What is asked again and again by whoever watches: told where it goes wrong, or where everything is.
const WATCHING: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Answers a request, and tells of it.
pub(crate) async fn told(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let trace = Trace::of(request.headers());
    let method = request.method().clone();
    let span = tracing::debug_span!(target: "clientdesk", "request", trace = trace.id());
    let answering = Answering::begin(trace);
    let mut response = answering.within(next.run(request)).instrument(span).await;
    if let Some(trace) = answering.trace().told() {
        response.headers_mut().insert(TRACERESPONSE, trace);
    }
    let known = answering.take();
    let done = Done { method, status: response.status(), took: began.elapsed(), known };
    shared.counts.answered(done.known.place.as_deref(), done.status, done.took, done.waited());
    done.tell(answering.trace().id(), shared.slow);
    response
}

/// A request that was answered.
struct Done {
    method: Method,
    status: StatusCode,
    took: Duration,
    known: Known,
}

/// How loudly it is told.
enum Loud {
    /// Where everything is.
    Little,
    Usual,
    /// It took long, or must come again.
    Warning,
    Error,
}

impl Done {
    /// How long its calls waited; none: it made none.
    fn waited(&self) -> Option<Duration> {
        (self.known.asked.calls > 0).then_some(self.known.waited)
    }

    fn loud(&self, slow: Duration) -> Loud {
        let is_watching =
            self.known.place.as_deref().is_some_and(|place| WATCHING.contains(&place));
        match self.status {
            StatusCode::SERVICE_UNAVAILABLE => Loud::Warning,
            status if status.is_server_error() => Loud::Error,
            _ if self.took >= slow => Loud::Warning,
            status if status.is_client_error() => Loud::Usual,
            _ if is_watching => Loud::Little,
            // Pages, pictures and documents that nobody had to be asked for.
            _ if self.known.asked.calls == 0 && self.method == Method::GET => Loud::Little,
            _ => Loud::Usual,
        }
    }

    fn tell(&self, trace: &str, slow: Duration) {
        let Known { place, function, key, agency, error, cause, asked, waited } = &self.known;
        let (function, place) = (function.as_deref(), place.as_deref());
        let (key, agency) = (key.as_deref(), agency.as_deref());
        let (error, cause) = (error.as_deref(), cause.as_deref());
        let (method, status) = (self.method.as_str(), self.status.as_u16());
        let outcome = match self.status {
            status if status.is_server_error() => "failed",
            status if status.is_client_error() => "refused",
            _ => "done",
        };
        let [millis, wait_millis, store_millis] = [self.took, *waited, asked.waited()].map(millis);
        let (calls, host_calls, conflicts) = (asked.calls, asked.host_calls(), asked.conflicts);
        macro_rules! line {
            ($level:ident, $words:literal) => {
                tracing::$level!(
                    trace,
                    method,
                    place,
                    function,
                    status,
                    outcome,
                    error,
                    cause,
                    millis,
                    wait_millis,
                    store_millis,
                    calls,
                    host_calls,
                    conflicts,
                    key,
                    agency,
                    $words
                )
            };
        }
        match self.loud(slow) {
            Loud::Little => line!(debug, "a request was answered"),
            Loud::Usual => line!(info, "a request was answered"),
            Loud::Warning if self.status.is_server_error() => {
                line!(warn, "a request must come again");
            }
            Loud::Warning => line!(warn, "a request took long"),
            Loud::Error => line!(error, "a request failed"),
        }
    }
}

/// To the microsecond.
fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use clientdesk_host::Asked;

    use super::*;

    #[test]
    fn how_loudly_is_told_depends_on_what_came_of_it() {
        let done = |status: u16, took: u64, place: &str, calls: u32| {
            let mut asked = Asked::default();
            asked.calls = calls;
            let known = Known { place: Some(place.to_owned()), asked, ..Known::default() };
            let (status, took) =
                (StatusCode::from_u16(status).unwrap(), Duration::from_millis(took));
            Done { method: Method::GET, status, took, known }.loud(Duration::from_secs(1))
        };
        assert!(matches!(done(200, 5, "/v1/events", 1), Loud::Usual));
        assert!(matches!(done(200, 5, "/docs/{page}", 0), Loud::Little));
        assert!(matches!(done(200, 5, "/readyz", 1), Loud::Little));
        assert!(matches!(done(503, 5, "/readyz", 1), Loud::Warning));
        assert!(matches!(done(200, 1_000, "/v1/events", 1), Loud::Warning));
        assert!(matches!(done(404, 5, "/docs/{page}", 0), Loud::Usual));
        assert!(matches!(done(500, 5, "/v1/events", 1), Loud::Error));
    }
}
