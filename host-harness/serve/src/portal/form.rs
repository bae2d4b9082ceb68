//! What forms send.

use axum::body::Bytes;
use axum::http::{HeaderMap, header};

/// How large a form may be.
pub(super) const BYTES_MAX: usize = 64 * 1024;
/// What comes back with each form.
pub(super) const TOKEN: &str = "form";

/// The fields of a form.
#[derive(Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Those of a body; none at all: it isn't a form's.
    pub(super) fn read(headers: &HeaderMap, body: &Bytes) -> Option<Fields> {
        let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return None;
        }
        Some(Fields(form_urlencoded::parse(body).into_owned().collect()))
    }

    /// What a query says.
    pub(super) fn of_query(query: Option<&str>) -> Fields {
        let query = query.unwrap_or_default().as_bytes();
        Fields(form_urlencoded::parse(query).into_owned().collect())
    }

    /// The field, empty where it wasn't sent.
    pub(super) fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(found, _)| found == name);
        found.map_or("", |(_, value)| value)
    }

    /// All fields of this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.0.iter().filter(move |(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The field, if something was filled in.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.trim().is_empty())
    }
}
