//! How mails look: one template in plain text and one in HTML, in the agency's branding.
//!
//! Everything that a person typed is escaped in HTML by the template engine, and bound to
//! one line where it stands in a subject.

use askama::Template;

use super::letter::Letter;
use super::letters::letter;
use super::notices::Names;
use super::{OutboxMail, Rendered};
use crate::domain::agency::Agency;
use crate::domain::keyring::KeyRing;

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    letter: &'a Letter<'a>,
    portal: &'a str,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    letter: &'a Letter<'a>,
    portal: &'a str,
    logo: Option<&'a str>,
    accent: String,
    on_accent: String,
    background: String,
    support: Option<&'a str>,
}

/// The mail's text in the agency's name. The secrets in it are derived here, and nowhere
/// kept.
///
/// # Errors
///
/// Never with these templates; the engine's signature allows for writers that fail.
pub fn render(
    mail: &OutboxMail,
    agency: &Agency,
    ring: &KeyRing,
    names: &Names,
) -> Result<Rendered, askama::Error> {
    let letter = letter(mail, agency, ring, names);
    let portal = agency.portal_name().as_str();
    let branding = &agency.settings.branding;
    let html = Html {
        letter: &letter,
        portal,
        logo: branding.logo_address.as_ref().map(|address| address.as_str()),
        accent: branding.accent.0.to_string(),
        on_accent: branding.accent.0.text_on().to_string(),
        background: branding.background.0.to_string(),
        support: branding.support_email.as_ref().map(|email| email.as_str()),
    };
    let (text, html) = (Text { letter: &letter, portal }.render()?, html.render()?);
    Ok(Rendered { subject: letter.subject, text, html })
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
