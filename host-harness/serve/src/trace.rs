//! What a request is called, so that it is found again: in the service's log, in the agency's log, and by whoever
//! asked (W3C's trace context).

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header that names the trace that a request belongs to.
pub(crate) const TRACEPARENT: &str = "traceparent";
/// The header that tells whoever asked, as the second level of the standard has it.
pub(crate) const TRACERESPONSE: HeaderName = HeaderName::from_static("traceresponse");

/// The trace that a request belongs to: as its header says, or one of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trace {
    /// 32 digits, not all of them zeros.
    id: String,
    /// 16 digits: the part of it that is this request.
    own: String,
    /// Two digits, as they came.
    flags: String,
}

impl Trace {
    /// The trace of a request with these headers. What can't be read is to be ignored, by the standard.
    pub(crate) fn of(headers: &HeaderMap) -> Trace {
        let mut drawn = [0; 24];
        // Without randomness, requests have the same name: nothing hangs on it.
        let _ = getrandom::fill(&mut drawn);
        let digits = digits_of(&drawn);
        let (id, own) = digits.split_at_checked(32).unwrap_or_default();
        let given = headers.get(TRACEPARENT).and_then(|text| read(text.to_str().ok()?));
        let (id, flags) = given.unwrap_or((id, "00"));
        Trace { id: id.to_ascii_lowercase(), own: own.to_owned(), flags: flags.to_owned() }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The header that tells it.
    pub(crate) fn told(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&format!("00-{}-{}-{}", self.id, self.own, self.flags)).ok()
    }
}

/// Two digits for each byte.
fn digits_of(bytes: &[u8]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.filter_map(|half| char::from_digit(half.into(), 16)).collect()
}

/// The header that passes a trace on, where this is the id of one.
pub(crate) fn passed_on(id: &str) -> Option<String> {
    let trace = Trace::of(&HeaderMap::new());
    is_digits(id, 32)
        .then(|| format!("00-{}-{}-{}", id.to_ascii_lowercase(), trace.own, trace.flags))
}

/// The trace's id and the flags in a header: `00-{id}-{parent}-{flags}`, and more in later versions.
fn read(text: &str) -> Option<(&str, &str)> {
    let mut parts = text.trim().split('-');
    let (version, id, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_known =
        version.len() == 2 && version != "ff" && (version != "00" || parts.next().is_none());
    let has_flags = flags.len() == 2 && flags.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_known && is_digits(id, 32) && is_digits(parent, 16) && has_flags).then_some((id, flags))
}

/// Whether a text is so many digits, and not all of them zeros.
fn is_digits(text: &str, number: usize) -> bool {
    let all = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.len() == number && all && text.bytes().any(|byte| byte != b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_is_right_is_taken_and_any_other_passed_over() {
        let (id, parent) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(TRACEPARENT, HeaderValue::from_str(text).unwrap());
            Trace::of(&headers)
        };
        for right in [format!("00-{id}-{parent}-01"), format!("cc-{id}-{parent}-01-more")] {
            let trace = of(&right);
            assert_eq!((trace.id(), trace.flags.as_str()), (id, "01"), "{right}");
            let told = trace.told().unwrap();
            assert!(told.to_str().unwrap().starts_with(&format!("00-{id}-")), "{told:?}");
            assert_ne!(trace.own, parent, "the request is a part of its own");
        }
        let zeros = "0".repeat(32);
        for wrong in [
            String::new(),
            "nonsense".to_owned(),
            format!("00-{id}"),
            format!("ff-{id}-{parent}-01"),
            format!("00-{id}-{parent}-01-more"),
            format!("00-{zeros}-{parent}-01"),
            format!("00-{id}-0000000000000000-01"),
            format!("00-ann@nike.example-{parent}-01"),
        ] {
            let trace = of(&wrong);
            assert!(is_digits(trace.id(), 32) && trace.id() != id, "{wrong}: {trace:?}");
        }
        assert_ne!(of("").id(), of("").id());
        assert!(passed_on(id).unwrap().starts_with(&format!("00-{id}-")));
        assert_eq!(passed_on("ticket 4711 of Ann"), None);
    }
}
