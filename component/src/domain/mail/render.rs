//! What mails say: a template in plain text and one in HTML for each kind.
//!
//! Everything that a person typed is escaped in HTML by the template engine, and bound to
//! one line where it stands in a subject.

use askama::Template;

use super::{Content, OutboxMail, Rendered};
use crate::domain::agency::Agency;
use crate::domain::keyring::KeyRing;
use crate::domain::text::Note;
use crate::domain::token;

#[derive(Template)]
#[template(path = "invite.txt")]
struct InviteText<'a> {
    mail: &'a Invite<'a>,
}

#[derive(Template)]
#[template(path = "invite.html")]
struct InviteHtml<'a> {
    mail: &'a Invite<'a>,
}

struct Invite<'a> {
    portal: &'a str,
    inviter: &'a str,
    brands: String,
    note: Option<&'a str>,
    link: String,
    valid_until: Option<String>,
}

#[derive(Template)]
#[template(path = "brands_added.txt")]
struct BrandsAddedText<'a> {
    mail: &'a BrandsAdded<'a>,
}

#[derive(Template)]
#[template(path = "brands_added.html")]
struct BrandsAddedHtml<'a> {
    mail: &'a BrandsAdded<'a>,
}

struct BrandsAdded<'a> {
    portal: &'a str,
    inviter: &'a str,
    brands: String,
    note: Option<&'a str>,
    link: &'a str,
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
) -> Result<Rendered, askama::Error> {
    let portal = agency.name.as_str();
    match &mail.content {
        Content::Invite { version, until, brands, inviter, note } => {
            let token = token::mailed_invite(ring, &agency.id, mail.client, *version);
            let brands = brands.to_string();
            let subject = format!("{inviter} invites you to {brands} at {portal}");
            let invite = Invite {
                portal,
                inviter: inviter.as_str(),
                brands,
                note: note.as_ref().map(Note::as_str),
                link: format!("{}/invite/{}", agency.portal_address.as_str(), token.reveal()),
                valid_until: until.end().map(|end| end.to_string()),
            };
            let text = InviteText { mail: &invite }.render()?;
            Ok(Rendered { subject, text, html: InviteHtml { mail: &invite }.render()? })
        }
        Content::BrandsAdded { brands, inviter, note } => {
            let brands = brands.to_string();
            let subject = format!("You now have access to {brands} at {portal}");
            let added = BrandsAdded {
                portal,
                inviter: inviter.as_str(),
                brands,
                note: note.as_ref().map(Note::as_str),
                link: agency.portal_address.as_str(),
            };
            let text = BrandsAddedText { mail: &added }.render()?;
            Ok(Rendered { subject, text, html: BrandsAddedHtml { mail: &added }.render()? })
        }
    }
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
