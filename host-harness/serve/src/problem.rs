//! What goes wrong, as problem documents (RFC 9457).
//!
//! Each has the contract's own error as it is, in `error`, where the component refused; clients
//! that know the contract need nothing else.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use clientdesk_contract::times;
use clientdesk_host::CallError;
use clientdesk_host::values::{ValueError, ValueProblem};
use serde_json::{Map, Value, json};

use crate::counts::Outcome;
use crate::known::{note, without_keys};
use crate::rows::RowError;

/// The media type of a problem document.
const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// An answer that says what went wrong.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    /// The last part of its `type`.
    kind: Box<str>,
    title: &'static str,
    detail: String,
    more: Map<String, Value>,
    /// How long to wait before trying again.
    wait: Option<Duration>,
    /// What is behind it, for the log alone.
    cause: Option<Box<str>>,
}

impl Problem {
    fn new(status: StatusCode, kind: &str, title: &'static str, detail: impl Into<String>) -> Self {
        let (kind, detail) = (kind.into(), detail.into());
        Problem { status, kind, title, detail, more: Map::new(), wait: None, cause: None }
    }

    fn with(mut self, field: &str, value: Value) -> Self {
        self.more.insert(field.to_owned(), value);
        self
    }

    fn after(mut self, wait: Duration) -> Self {
        self.wait = Some(wait);
        self
    }

    /// What is behind it, for the log alone.
    fn since(mut self, cause: &str) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// What the answer says to programs.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether whoever asked could have known better, or the service failed.
    pub(crate) fn outcome(&self) -> Outcome {
        if self.status.is_server_error() { Outcome::Failed } else { Outcome::Refused }
    }

    /// No key, a wrong one, one that is over: whoever calls learns no more.
    pub(crate) fn unauthorized(detail: &str) -> Self {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "A key is needed", detail)
    }

    /// The key is good, but not for this.
    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::FORBIDDEN, "key", "The key doesn't allow this", detail)
    }

    /// There is nothing at this address.
    pub(crate) fn no_such_place(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing", detail)
    }

    /// The address is there, but not for this method.
    pub(crate) fn method(detail: &str) -> Self {
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "Another method is needed", detail)
    }

    /// The request can't be read.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, "malformed", "The request can't be read", detail)
    }

    /// The body is of another kind.
    pub(crate) fn media_type() -> Self {
        let detail = "send JSON, with the header `content-type: application/json`";
        Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media-type",
            "The body isn't JSON",
            detail,
        )
    }

    /// The body is too large.
    pub(crate) fn too_large(limit: usize) -> Self {
        let detail = format!("at most {limit} bytes are read: send less at once");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large", detail)
    }

    /// A body that the framework refused to read, with this status.
    pub(crate) fn unread(status: StatusCode, why: &str, limit: usize) -> Self {
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(limit),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::media_type(),
            _ => Problem::malformed(why),
        }
    }

    /// The request came to a name, or from a page, that isn't this service's.
    pub(crate) fn misdirected(detail: impl Into<String>) -> Self {
        let status = StatusCode::MISDIRECTED_REQUEST;
        Problem::new(status, "misdirected", "The request wasn't meant for this service", detail)
    }

    /// A key calls too often.
    pub(crate) fn too_many(wait: Duration) -> Self {
        let title = "There are too many requests";
        let detail = "this key calls more often than it may: wait, and spread the calls out";
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", title, detail).after(wait)
    }

    /// All seats are taken.
    pub(crate) fn busy() -> Self {
        let detail = "as many calls run as may at once: try again in a second";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "The service is busy", detail)
            .after(Duration::from_secs(1))
            .since(detail)
    }

    /// It took too long.
    pub(crate) fn deadline() -> Self {
        let detail = "the call took too long; whether it was done shows when it is repeated with the same \
                      idempotency key";
        Problem::new(StatusCode::GATEWAY_TIMEOUT, "deadline", "It took too long", detail)
            .since("the deadline was over")
    }

    /// Something failed that whoever calls can't mend.
    pub(crate) fn internal(detail: &'static str) -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Problem::new(status, "internal", "The service failed", detail)
    }

    /// The same; what it was stands in the log.
    pub(crate) fn failed(cause: &impl ToString) -> Self {
        Problem::internal("the service failed; its log says how").since(&cause.to_string())
    }

    /// A row of the service's own can't be used; what is the matter with it stands in the log.
    pub(crate) fn row(error: &RowError) -> Self {
        match error {
            RowError::Damaged { .. } => {
                let (status, title) = status_of("corrupt", &Value::Null);
                let detail = "what is stored of it is damaged; the service's log says where";
                Problem::new(status, "corrupt", title, detail).since(&error.to_string())
            }
            // As where a call's own store fails: it may be back soon, or another host can reach it.
            RowError::Store(_) => {
                let (status, title) = status_of("unavailable", &Value::Null);
                let detail = "the store can't be used just now: try again";
                let problem = Problem::new(status, "unavailable", title, detail);
                let problem = problem.after(Duration::from_secs(1));
                Problem { cause: Some(error.to_string().into()), ..problem }
            }
        }
    }

    /// An argument that doesn't fit its type: the same as the contract's `invalid`.
    pub(crate) fn argument(error: &ValueError) -> Self {
        let code = match error.problem {
            ValueProblem::Missing => "empty",
            ValueProblem::Unknown { .. } | ValueProblem::TooMany => "unknown",
            ValueProblem::OutOfRange | ValueProblem::Length(_) => "out-of-range",
            _ => "malformed",
        };
        let expected = times::named_in(&error.expected);
        let message = ValueError { expected, ..error.clone() }.to_string();
        let field = json!({"field": error.path, "code": code, "message": message});
        Problem::refused(&json!({"invalid": [field]}))
    }

    /// A field of a request that makes no sense: the same as the contract says it of an argument.
    pub(crate) fn field(field: &str, message: &str) -> Self {
        let field = json!({"field": field, "code": "malformed", "message": message});
        Problem::refused(&json!({"invalid": [field]}))
    }

    /// A call that gave no answer.
    pub(crate) fn call(error: &CallError) -> Self {
        match error {
            CallError::Refused { error, .. } => Problem::refused(error),
            CallError::Arguments { problem, .. } => Problem::argument(problem),
            CallError::UnknownFunction { .. } => Problem::no_such_place(error.to_string()),
            CallError::Busy { .. } => Problem::busy(),
            CallError::Deadline { .. } => Problem::deadline(),
            error => Problem::internal("the component failed; the service's log says how")
                .since(&cause_of(error)),
        }
    }

    /// What the component refused: its error, in the contract's words.
    pub(crate) fn refused(error: &Value) -> Self {
        let (case, payload) = match error {
            Value::String(case) => (case.as_str(), &Value::Null),
            Value::Object(fields) => match fields.iter().next() {
                Some((case, payload)) => (case.as_str(), payload),
                None => ("other", &Value::Null),
            },
            _ => ("other", &Value::Null),
        };
        let (status, title) = status_of(case, payload);
        let mut error = error.clone();
        times::spell_out(&mut error);
        let wait = match case {
            "limit" => payload.get("wait").and_then(Value::as_u64).map(Duration::from_millis),
            "busy" | "unavailable" => Some(Duration::from_secs(1)),
            _ => None,
        };
        let detail = detail_of(case, payload);
        let cause = status.is_server_error().then(|| without_keys(&detail).into());
        let problem = Problem::new(status, case, title, detail);
        Problem { wait, cause, ..problem }.with("error", error)
    }
}

/// The status of each case of the contract's error.
fn status_of(case: &str, payload: &Value) -> (StatusCode, &'static str) {
    match case {
        "invalid" => (StatusCode::UNPROCESSABLE_ENTITY, "Some arguments are wrong"),
        "not-found" => (StatusCode::NOT_FOUND, "There is no such thing"),
        "denied" => (StatusCode::FORBIDDEN, "The caller may not do this"),
        "conflict" => (StatusCode::CONFLICT, "The state of things doesn't allow this"),
        "exists" => (StatusCode::CONFLICT, "It exists already"),
        "expired" => (StatusCode::GONE, "It is over"),
        "limit" if payload.get("wait").is_some_and(Value::is_u64) => {
            (StatusCode::TOO_MANY_REQUESTS, "A limit was reached, for a while")
        }
        "limit" => (StatusCode::CONFLICT, "A limit was reached"),
        "busy" => (StatusCode::SERVICE_UNAVAILABLE, "Others kept changing the same things"),
        "unavailable" => (StatusCode::SERVICE_UNAVAILABLE, "The service can't do this just now"),
        "corrupt" => (StatusCode::INTERNAL_SERVER_ERROR, "A stored row is damaged"),
        "other" if payload.get("code").is_some_and(|code| code == "too-large") => {
            (StatusCode::PAYLOAD_TOO_LARGE, "It is too large")
        }
        _ => (StatusCode::UNPROCESSABLE_ENTITY, "It was refused"),
    }
}

/// What happened, for people.
fn detail_of(case: &str, payload: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match (case, payload) {
        ("invalid", Value::Array(fields)) => {
            let messages = fields.iter().map(|field| {
                let (name, message) = (&field["field"], &field["message"]);
                format!("{}: {}", text(name), text(message))
            });
            messages.collect::<Vec<_>>().join("; ")
        }
        ("expired", time) => {
            format!("it was valid until {}", times::full(time.as_u64().unwrap_or_default()))
        }
        ("limit", limit) => format!(
            "`{}`: {} are allowed, and there would be {}",
            text(&limit["limit"]),
            limit["allowed"],
            limit["asked"]
        ),
        ("busy", _) => "other calls kept changing the same things: try again".to_owned(),
        (_, Value::String(message)) => message.clone(),
        (_, payload) => text(&payload["message"]),
    }
}

/// Why a call gave no answer, for the log: nothing that whoever called typed, and no key of a row as a whole.
pub(crate) fn cause_of(error: &CallError) -> Box<str> {
    let cause = match error {
        CallError::Refused { error, .. } => {
            match (error.get("unavailable"), error.get("corrupt")) {
                (Some(Value::String(cause)), _) | (_, Some(Value::String(cause))) => {
                    without_keys(cause)
                }
                _ => "it was refused".to_owned(),
            }
        }
        CallError::Arguments { .. } => "its arguments don't fit".to_owned(),
        CallError::UnknownFunction { .. } => "there is no such function".to_owned(),
        error => error.to_string(),
    };
    cause.into()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Problem { status, kind, title, detail, more, wait, cause } = self;
        note(|known| {
            known.error = Some(kind.clone());
            known.cause = cause;
        });
        let mut document = json!({
            "type": format!("urn:clientdesk:problem:{kind}"),
            "title": title,
            "status": status.as_u16(),
            "detail": detail,
        });
        if let Some(fields) = document.as_object_mut() {
            fields.extend(more);
        }
        let mut response = (status, document.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, MEDIA_TYPE);
        if let Some(wait) = wait {
            // Whole seconds, never too few.
            let seconds = wait.as_millis().div_ceil(1_000).max(1);
            if let Ok(value) = HeaderValue::from_str(&seconds.to_string()) {
                headers.insert(header::RETRY_AFTER, value);
            }
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_case_of_the_contract_has_its_status_and_words() {
        for (error, status, detail, wait) in [
            (
                json!({"invalid": [{"field": "a.b", "code": "empty", "message": "say it"}, {"field": "c", "code": "unknown", "message": "no"}]}),
                422,
                "a.b: say it; c: no",
                None,
            ),
            (json!({"not-found": "client `x`"}), 404, "client `x`", None),
            (
                json!({"denied": {"code": "role", "message": "only owners"}}),
                403,
                "only owners",
                None,
            ),
            (
                json!({"conflict": {"state": "joined", "event": "resend", "message": "it has joined"}}),
                409,
                "it has joined",
                None,
            ),
            (json!({"exists": "brand `nike`"}), 409, "brand `nike`", None),
            (
                json!({"expired": 1_788_264_000_000_u64}),
                410,
                "it was valid until 2026-09-01T12:00:00Z",
                None,
            ),
            (
                json!({"limit": {"limit": "users", "allowed": 3, "asked": 4, "wait": null}}),
                409,
                "`users`: 3 are allowed, and there would be 4",
                None,
            ),
            (
                json!({"limit": {"limit": "resends-per-day", "allowed": 3, "asked": 4, "wait": 1_500}}),
                429,
                "`resends-per-day`: 3 are allowed, and there would be 4",
                Some("2"),
            ),
            (json!("busy"), 503, "other calls kept changing the same things: try again", Some("1")),
            (json!({"unavailable": "the store is away"}), 503, "the store is away", Some("1")),
            (json!({"corrupt": "row `a/x`"}), 500, "row `a/x`", None),
            (
                json!({"other": {"code": "too-large", "message": "too many rows"}}),
                413,
                "too many rows",
                None,
            ),
            (json!({"other": {"code": "new", "message": "something"}}), 422, "something", None),
        ] {
            let problem = Problem::refused(&error);
            assert_eq!(problem.status.as_u16(), status, "{error}");
            assert_eq!(problem.detail, detail, "{error}");
            let response = problem.into_response();
            let told = response.headers().get(header::RETRY_AFTER);
            assert_eq!(told.map(|wait| wait.to_str().unwrap()), wait, "{error}");
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        }
    }

    #[test]
    fn a_store_that_is_away_is_no_failure_of_ours_and_a_damaged_row_is() {
        let away = Problem::row(&RowError::Store("no connection to db.example".into()));
        assert_eq!(
            away.cause.as_deref(),
            Some("the store can't be used: no connection to db.example")
        );
        assert!(!away.detail.contains("db.example"), "{}", away.detail);
        let response = away.into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "1");
        let (key, problem) = ("host/api-key/x".into(), "it is half".into());
        let damaged = Problem::row(&RowError::Damaged { key, problem });
        assert_eq!((damaged.status.as_u16(), &*damaged.kind), (500, "corrupt"));
    }
}
