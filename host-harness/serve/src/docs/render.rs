//! Markdown as HTML: headings that can be linked to, tables that scroll, links that lead somewhere here. What a file
//! has of HTML is shown, not used.

use pulldown_cmark::{
    Alignment, CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html,
};

use super::anchors::Anchors;
use super::links::{Lead, lead};

/// A file, made into the middle of a page.
pub(super) struct Rendered {
    /// What its first heading says.
    pub(super) title: String,
    pub(super) body: String,
    /// The headings of the second level.
    pub(super) parts: Vec<Part>,
}

/// A part of a page.
pub(super) struct Part {
    pub(super) anchor: String,
    pub(super) title: String,
}

/// Makes it of a file's text; `file` is its path in the repository, which links are relative to.
pub(super) fn markdown(file: &str, text: &str) -> Rendered {
    let mut maker = Maker { file, anchors: Anchors::default(), made: Vec::new(), within: None };
    let mut rendered = Rendered { title: String::new(), body: String::new(), parts: Vec::new() };
    let mut events = Parser::new_ext(text, Options::ENABLE_TABLES);
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let inner: Vec<Event<'_>> =
                    events.by_ref().take_while(|event| !is_end_of_heading(event)).collect();
                let title = words(&inner);
                let anchor = maker.heading(level, inner, &title);
                match level {
                    HeadingLevel::H1 if rendered.title.is_empty() => rendered.title = title,
                    HeadingLevel::H2 => rendered.parts.push(Part { anchor, title }),
                    _ => {}
                }
            }
            event => maker.take(event),
        }
    }
    html::push_html(&mut rendered.body, maker.made.into_iter());
    // A heading that says nothing is none.
    rendered.body = rendered.body.replace("<th></th>", "<td></td>");
    rendered
}

/// A text file as it is.
pub(super) fn plain(title: &str, text: &str) -> Rendered {
    let code = [
        Event::Start(Tag::Heading {
            level: HeadingLevel::H1,
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::Text(title.into()),
        Event::End(TagEnd::Heading(HeadingLevel::H1)),
        Event::Html("<pre tabindex=\"0\"><code>".into()),
        Event::Text(text.into()),
        Event::Html("</code></pre>".into()),
    ];
    let mut body = String::new();
    html::push_html(&mut body, code.into_iter());
    Rendered { title: title.to_owned(), body, parts: Vec::new() }
}

fn is_end_of_heading(event: &Event<'_>) -> bool {
    matches!(event, Event::End(TagEnd::Heading(_)))
}

/// What is read of a heading.
fn words(events: &[Event<'_>]) -> String {
    let parts = events.iter().map(|event| match event {
        Event::Text(text) | Event::Code(text) => text.as_ref(),
        Event::SoftBreak | Event::HardBreak => " ",
        _ => "",
    });
    parts.collect()
}

struct Maker<'a> {
    file: &'a str,
    anchors: Anchors,
    made: Vec<Event<'a>>,
    /// The end of the link that is open; none: no link is.
    within: Option<&'static str>,
}

impl<'a> Maker<'a> {
    fn html(&mut self, html: impl Into<CowStr<'a>>) {
        self.made.push(Event::InlineHtml(html.into()));
    }

    /// A heading, and what it is called in addresses.
    fn heading(&mut self, level: HeadingLevel, inner: Vec<Event<'a>>, title: &str) -> String {
        let anchor = self.anchors.next(title);
        self.html(format!("<{level} id=\"{anchor}\">"));
        for event in inner {
            self.take(event);
        }
        if level != HeadingLevel::H1 {
            self.html(format!(
                " <a class=\"anchor\" href=\"#{anchor}\" aria-label=\"Link to this part\">#</a>"
            ));
        }
        self.html(format!("</{level}>\n"));
        anchor
    }

    fn take(&mut self, event: Event<'a>) {
        match event {
            Event::Start(Tag::Table(columns)) => {
                self.html(
                    "<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">",
                );
                // Styles within pages aren't allowed, so columns aren't aligned.
                let columns = columns.iter().map(|_| Alignment::None).collect();
                self.made.push(Event::Start(Tag::Table(columns)));
            }
            Event::End(TagEnd::Table) => {
                self.made.push(event);
                self.html("</div>\n");
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match &kind {
                    CodeBlockKind::Fenced(language) => language.as_ref(),
                    CodeBlockKind::Indented => "",
                };
                let name = if language.is_empty() { "text" } else { language };
                let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
                self.html(format!("<pre tabindex=\"0\" data-language=\"{name}\"><code>"));
            }
            Event::End(TagEnd::CodeBlock) => self.html("</code></pre>\n"),
            Event::Start(Tag::Link { dest_url, .. }) => self.link(&dest_url),
            Event::End(TagEnd::Link) => {
                let end = self.within.take().unwrap_or_default();
                self.html(end);
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let dest_url = match lead(self.file, &dest_url) {
                    Lead::To(place) | Lead::Source(place) => CowStr::from(place),
                };
                self.made.push(Event::Start(Tag::Image { link_type, dest_url, title, id }));
            }
            Event::Html(text) | Event::InlineHtml(text) => self.made.push(Event::Text(text)),
            event => self.made.push(event),
        }
    }

    fn link(&mut self, target: &str) {
        let attribute =
            |text: &str| text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
        let (begin, end) = match lead(self.file, target) {
            Lead::To(place) if place.contains("://") => {
                (format!("<a href=\"{}\" rel=\"noreferrer\">", attribute(&place)), "</a>")
            }
            Lead::To(place) => (format!("<a href=\"{}\">", attribute(&place)), "</a>"),
            Lead::Source(path) => {
                (format!("<span class=\"source\" title=\"{}\">", attribute(&path)), "</span>")
            }
        };
        self.html(begin);
        self.within = Some(end);
    }
}
