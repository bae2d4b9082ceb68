//! A mail as it goes out: headers and both texts, as RFC 5322 and MIME have it.

use std::io;

use mail_builder::MessageBuilder;
use mail_builder::headers::raw::Raw;

use super::Message;
use super::message_id::MailName;

/// Which characters the addresses in headers may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    /// Those of every language (RFC 6532).
    Any,
    /// Those of ASCII: an address for answers that has others is left out.
    #[cfg_attr(not(feature = "smtp"), allow(dead_code, reason = "a folder takes any"))]
    Ascii,
}

/// What comes again and again, so that whoever gets it may want it to stop.
const AGAIN_AND_AGAIN: [&str; 1] = ["digest"];

/// Where somebody writes who doesn't want more of a mail that comes again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(not(feature = "smtp"), allow(dead_code, reason = "a folder has none of its own"))]
pub(super) enum Unsubscribe {
    /// To the agency, whose settings turn it off: the address for answers, if there is one.
    Agency,
    /// To this address.
    Mail(String),
    /// A page, which mail programs may post to without asking (RFC 8058); `{mail}` is the mail's name.
    Page(String),
}

impl Unsubscribe {
    /// The fields of the mail's head.
    fn fields(&self, message: &Message, name: &str) -> Vec<(&'static str, String)> {
        const FIELD: &str = "List-Unsubscribe";
        let by_mail = |to: &str| {
            // Nobody's address has those: it would be no link.
            let fits = to.is_ascii() && !to.contains(['<', '>', '?', '&', '%', ' ', '"', ',']);
            let field = format!("<mailto:{to}?subject=unsubscribe%20{name}>");
            fits.then_some((FIELD, field)).into_iter().collect()
        };
        match self {
            Self::Agency => message.reply_to.as_deref().map(by_mail).unwrap_or_default(),
            Self::Mail(to) => by_mail(to),
            Self::Page(page) => vec![
                (FIELD, format!("<{}>", page.replace("{mail}", name))),
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()),
            ],
        }
    }
}

/// The bytes of the mail. No line is longer than 998 bytes, and no text that somebody typed begins a header.
pub(super) fn render(
    message: &Message,
    sender: &str,
    letters: Letters,
    unsubscribe: &Unsubscribe,
) -> io::Result<Vec<u8>> {
    let domain = sender.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let name = MailName { agency: message.agency.clone(), mail: message.id.clone() };
    let mut builder = MessageBuilder::new()
        .message_id(name.message_id(domain))
        .from((one_line(&message.sender_name), sender.to_owned()))
        .to(one_line(&message.to))
        .subject(one_line(&message.subject))
        // No machine answers: neither those that are away, nor other services (RFC 3834).
        .header("Auto-Submitted", Raw::new("auto-generated"))
        .text_body(message.text.as_str())
        .html_body(message.html.as_str());
    let reply_to = message.reply_to.as_ref();
    if let Some(reply_to) = reply_to.filter(|to| letters == Letters::Any || to.is_ascii()) {
        builder = builder.reply_to(one_line(reply_to));
    }
    if AGAIN_AND_AGAIN.contains(&message.kind.as_str()) {
        let id = name.message_id(domain);
        let left = id.rsplit_once('@').map_or("", |(left, _)| left);
        for (field, value) in unsubscribe.fields(message, left) {
            builder = builder.header(field, Raw::new(value));
        }
    }
    builder.write_to_vec()
}

/// The text without line ends, which would begin a header of their own.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::mail::tests::message;

    #[test]
    fn lines_are_short_and_headers_are_ours_whatever_a_text_holds() {
        let mut nasty = message("m1");
        nasty.sender_name = "Käse & Söhne\r\nBcc: eve@evil.example".into();
        nasty.subject = format!("Grüße\nX-Evil: 1\r\n\r\nbody {}", "lang ".repeat(400));
        nasty.text = format!("{}\n.\n..\nBcc: x\n", "ä".repeat(5_000));
        nasty.html = "<p>".to_owned() + &"long ".repeat(20_000);
        let bytes =
            render(&nasty, "no-reply@host.example", Letters::Ascii, &Unsubscribe::Agency).unwrap();
        assert!(bytes.is_ascii());
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.split("\r\n").all(|line| line.len() <= 100 && !line.contains('\n')));
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split_once(':').unwrap().0)
            .collect();
        for name in ["Message-ID", "From", "To", "Subject", "Date", "Reply-To", "Auto-Submitted"] {
            assert_eq!(names.iter().filter(|other| **other == name).count(), 1, "{name}: {head}");
        }
        assert!(!names.contains(&"Bcc") && !names.contains(&"X-Evil"), "{head}");
    }

    #[test]
    fn addresses_in_other_letters_stand_as_they_are_or_not_at_all() {
        let mut mail = message("m1");
        mail.reply_to = Some("hilfe@bücher.example".into());
        let any = String::from_utf8(
            render(&mail, "a@b.example", Letters::Any, &Unsubscribe::Agency).unwrap(),
        )
        .unwrap();
        assert!(any.contains("Reply-To: <hilfe@bücher.example>"), "{any}");
        let ascii = render(&mail, "a@b.example", Letters::Ascii, &Unsubscribe::Agency).unwrap();
        assert!(!String::from_utf8(ascii).unwrap().contains("Reply-To"));
    }

    #[test]
    fn what_comes_each_week_says_how_to_stop_it_and_nothing_else_does() {
        let id = "01990000-0000-7000-8000-000000000001";
        let mut digest = message(id);
        let of = |mail: &Message, unsubscribe: &Unsubscribe| {
            let bytes = render(mail, "a@b.example", Letters::Ascii, unsubscribe).unwrap();
            let text = String::from_utf8(bytes).unwrap().replace("\r\n ", " ");
            let lines = text.lines().filter(|line| line.starts_with("List-"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let page = Unsubscribe::Page("https://desk.example/stop?{mail}".into());
        assert!(of(&digest, &page).is_empty(), "an invite");
        digest.kind = "digest".into();
        let by_mail = |to: &str| {
            vec![format!("List-Unsubscribe: <mailto:{to}?subject=unsubscribe%20{id}.acme>")]
        };
        assert_eq!(of(&digest, &Unsubscribe::Agency), by_mail("help@acme.example"));
        assert_eq!(
            of(&digest, &Unsubscribe::Mail("stop@b.example".into())),
            by_mail("stop@b.example")
        );
        assert_eq!(
            of(&digest, &page),
            [
                format!("List-Unsubscribe: <https://desk.example/stop?{id}.acme>"),
                "List-Unsubscribe-Post: List-Unsubscribe=One-Click".to_owned()
            ]
        );
        digest.reply_to = None;
        assert!(of(&digest, &Unsubscribe::Agency).is_empty());
    }
}
