//! Kinds of values that are another in each run, or whose exact text says nothing: what is
//! known of them is their form.

use serde_json::Value;

/// A form that a value can have, named in a scenario as `"<token>"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What the component generates where the host gives no id: a UUID.
    Id,
    /// A secret of a link or a session: at least 32 bytes in the alphabet of URLs.
    Token,
    /// The place in a list at which the next page begins.
    Cursor,
    /// Milliseconds since the Unix epoch, this side of the year 2000.
    Time,
}

/// The beginning of 2000, in milliseconds since the Unix epoch.
const YEAR_2000: u64 = 946_684_800_000;

impl Kind {
    /// The kind that a scenario names so.
    pub(super) fn named(name: &str) -> Option<Kind> {
        Some(match name {
            "<id>" => Kind::Id,
            "<token>" => Kind::Token,
            "<cursor>" => Kind::Cursor,
            "<time>" => Kind::Time,
            _ => return None,
        })
    }

    /// The form, in words.
    pub(super) const fn form(self) -> &'static str {
        match self {
            Kind::Id => "a UUID",
            Kind::Token => "a token",
            Kind::Cursor => "a cursor",
            Kind::Time => "a time in milliseconds",
        }
    }

    /// Whether a value has the form.
    pub(super) fn fits(self, value: &Value) -> bool {
        let text = value.as_str().unwrap_or_default();
        match self {
            Kind::Id => is_uuid(text),
            Kind::Token => text.len() >= 43 && text.bytes().all(is_url_safe),
            Kind::Cursor => !text.is_empty() && text.bytes().all(is_url_safe),
            Kind::Time => value.as_u64().is_some_and(|millis| millis >= YEAR_2000),
        }
    }
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.split('-').flat_map(str::bytes).all(is_lower_hex)
}

const fn is_url_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

const fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_kind_fits_its_form_only() {
        let token = "a-_9".repeat(11);
        for (kind, value, fits) in [
            ("<id>", json!("01990a5c-0400-7d3c-8b6e-31d0c6ad2f11"), true),
            ("<id>", json!("01990A5C-0400-7D3C-8B6E-31D0C6AD2F11"), false),
            ("<id>", json!("01990a5c04007d3c8b6e31d0c6ad2f11"), false),
            ("<id>", json!(null), false),
            ("<token>", json!(token), true),
            ("<token>", json!(token.replace('-', "+")), false),
            ("<token>", json!("secret"), false),
            ("<cursor>", json!("aXRlbXM6YQ"), true),
            ("<cursor>", json!(""), false),
            ("<cursor>", json!(5), false),
            ("<time>", json!(1_788_220_800_000_u64), true),
            ("<time>", json!(14), false),
            ("<time>", json!("2026"), false),
        ] {
            assert_eq!(Kind::named(kind).unwrap().fits(&value), fits, "{kind} {value}");
        }
        assert_eq!(Kind::named("<some>"), None);
    }
}
