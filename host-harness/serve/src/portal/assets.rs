//! What pages load: a style sheet, the agency's colours, an icon. Nothing of it is anybody's secret.

use std::sync::LazyLock;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::color::Color;
use super::palette;
use super::visit::{Theme, Visit};

const SHEET: &str = concat!(
    include_str!("../../templates/portal/base.css"),
    include_str!("../../templates/portal/parts.css")
);

/// Addresses change with what is there, so browsers may keep it.
const LASTS: HeaderValue = HeaderValue::from_static("public, max-age=86400");

fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes())).chars().take(10).collect()
}

/// The style sheet's path.
pub(super) fn sheet_path() -> String {
    static VERSION: LazyLock<String> = LazyLock::new(|| digest(SHEET));
    format!("/style.css?v={}", *VERSION)
}

/// The path of the agency's colours.
pub(super) fn colors_path(theme: &Theme) -> String {
    format!("/colors.css?v={}", digest(&colors_of(theme)))
}

/// The icon's path.
pub(super) fn icon_path(theme: &Theme) -> String {
    format!("/icon.svg?v={}", digest(&icon_of(theme)))
}

fn colors_of(theme: &Theme) -> String {
    palette::sheet(&theme.accent_color, &theme.background_color)
}

/// The portal's first letter on its accent.
fn icon_of(theme: &Theme) -> String {
    let accent = Color::parse(&theme.accent_color).unwrap_or(Color::INK);
    let on = accent.text_on();
    let letter = theme.name.chars().find(|c| c.is_alphanumeric());
    let letter: String = letter.map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" rx=\"8\" \
         fill=\"{accent}\"/><text x=\"16\" y=\"22.5\" font-family=\"system-ui,sans-serif\" font-size=\"19\" \
         font-weight=\"600\" text-anchor=\"middle\" fill=\"{on}\">{letter}</text></svg>\n"
    )
}

/// The style sheet.
pub(super) async fn sheet() -> Response {
    of_kind("text/css; charset=utf-8", SHEET.to_owned())
}

/// The agency's colours.
pub(super) async fn colors(visit: Visit) -> Response {
    of_kind("text/css; charset=utf-8", colors_of(visit.theme()))
}

/// The icon.
pub(super) async fn icon(visit: Visit) -> Response {
    of_kind("image/svg+xml", icon_of(visit.theme()))
}

fn of_kind(kind: &'static str, body: String) -> Response {
    let kind = HeaderValue::from_static(kind);
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, LASTS)], body).into_response()
}
