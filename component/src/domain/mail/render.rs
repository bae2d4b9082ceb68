//! How mails look: one template in plain text and one in HTML, in the agency's branding.
//!
//! Everything that a person typed is escaped in HTML by the template engine, and bound to
//! one line where it stands in a subject. Nothing is fetched from anywhere but the agency's
//! logo, and without that its name stands there.

use askama::Template;

use super::greeting::greeted;
use super::letter::Letter;
use super::letters::letter;
use super::notices::Names;
use super::palette::Palette;
use super::plain_text::wrapped;
use super::{OutboxMail, Rendered, Topic};
use crate::domain::agency::Agency;
use crate::domain::calendar::Calendar;
use crate::domain::email::Email;
use crate::domain::keyring::KeyRing;

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    letter: &'a Letter<'a>,
    greeted: Option<&'a str>,
    portal: &'a str,
    support: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    letter: &'a Letter<'a>,
    greeted: Option<&'a str>,
    portal: &'a str,
    logo: Option<&'a str>,
    support: Option<&'a str>,
    mail_to: Option<String>,
    light: Palette,
    dark: Palette,
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
    calendar: &Calendar<'_>,
    ring: &KeyRing,
    names: &Names,
) -> Result<Rendered, askama::Error> {
    let letter = letter(mail, agency, calendar, ring, names);
    let greeted = match &mail.topic {
        Topic::Client { name, .. } => greeted(name.as_ref()),
        Topic::Agency(_) => None,
    };
    let portal = agency.portal_name().as_str();
    let branding = &agency.settings.branding;
    // The support of an agency's clients is no help to the agency itself.
    let support = branding.support_email.as_ref().filter(|_| mail.client().is_some());
    let mail_to = support.map(mail_to);
    let support = support.map(Email::as_str);
    let html = Html {
        letter: &letter,
        greeted,
        portal,
        logo: branding.logo_address.as_ref().map(|address| address.as_str()),
        support,
        mail_to,
        light: Palette::light(branding),
        dark: Palette::dark(branding),
    };
    let text = Text { letter: &letter, greeted, portal, support }.render()?;
    let html = html.render()?;
    Ok(Rendered { subject: letter.subject, text: wrapped(&text), html })
}

/// The link that begins a mail to this address: it alone, whatever characters it has.
fn mail_to(email: &Email) -> String {
    let mut link = "mailto:".to_owned();
    for byte in email.as_str().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'@' | b'.' | b'-' | b'_' | b'+' => {
                link.push(char::from(byte));
            }
            _ => link.push_str(&format!("%{byte:02X}")),
        }
    }
    link
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
