//! What stands around every page.

use std::sync::LazyLock;

use askama::Template;

use super::answer::digest;
use super::render::{self, Part, Rendered};
use super::shelf::{self, Page, SECTIONS, Section};

/// How pages look.
pub(super) const SHEET: &str = include_str!("../../templates/docs/style.css");
/// The workbench's, too.
pub(super) const ICON: &str = include_str!("../../workbench/icon.svg");

/// What stands around the middle of a page.
struct Frame {
    title: String,
    version: &'static str,
    sheet: String,
    sections: &'static [Section],
    /// Which page it is, in addresses; none of the pages: the index.
    slug: &'static str,
}

impl Frame {
    fn new(title: impl Into<String>, slug: &'static str) -> Frame {
        static VERSION: LazyLock<String> = LazyLock::new(|| digest(SHEET.as_bytes()));
        Frame {
            title: title.into(),
            version: env!("CARGO_PKG_VERSION"),
            sheet: format!("/docs/style.css?v={}", *VERSION),
            sections: &SECTIONS,
            slug,
        }
    }

    fn is_here(&self, page: &Page) -> bool {
        page.slug == self.slug
    }
}

#[derive(Template)]
#[template(path = "docs/page.html")]
struct Of<'a> {
    frame: Frame,
    body: &'a str,
    parts: &'a [Part],
    file: &'static str,
    before: Option<&'static Page>,
    next: Option<&'static Page>,
}

#[derive(Template)]
#[template(path = "docs/index.html")]
struct Index {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "docs/nothing.html")]
struct Nothing {
    frame: Frame,
}

/// The list of all pages, for whoever comes without more.
pub(super) fn index() -> String {
    made(&Index { frame: Frame::new("Documentation", "") })
}

/// A page that isn't there.
pub(super) fn nothing() -> String {
    made(&Nothing { frame: Frame::new("No such page", "") })
}

/// A page.
pub(super) fn of(page: &'static Page) -> String {
    let Rendered { title, body, parts } = if page.file.ends_with(".md") {
        render::markdown(page.file, page.text)
    } else {
        render::plain(page.name, page.text)
    };
    let position = shelf::pages().position(|other| other.slug == page.slug).unwrap_or_default();
    let before = position.checked_sub(1).and_then(|position| shelf::pages().nth(position));
    made(&Of {
        frame: Frame::new(title, page.slug),
        body: &body,
        parts: &parts,
        file: page.file,
        before,
        next: shelf::pages().nth(position + 1),
    })
}

fn made(page: &impl Template) -> String {
    // Writing to memory doesn't fail.
    page.render().unwrap_or_default()
}
