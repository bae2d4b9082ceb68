//! An invoice as one page of HTML with its style, for screens and paper.
//!
//! The template engine escapes whatever somebody typed; names stand in `bdi`, so that one that is
//! written from right to left turns nothing around. The page fetches nothing.

use askama::Template;

use super::Sheet;

#[derive(Template)]
#[template(path = "invoice.html")]
struct Page<'a> {
    sheet: &'a Sheet,
}

pub(super) fn written(sheet: &Sheet) -> Result<String, askama::Error> {
    Page { sheet }.render()
}
