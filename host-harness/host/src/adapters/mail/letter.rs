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

/// The bytes of the mail. No line is longer than 998 bytes, and no text that somebody typed begins a header.
pub(super) fn render(message: &Message, sender: &str, letters: Letters) -> io::Result<Vec<u8>> {
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
        let bytes = render(&nasty, "no-reply@host.example", Letters::Ascii).unwrap();
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
        let any = String::from_utf8(render(&mail, "a@b.example", Letters::Any).unwrap()).unwrap();
        assert!(any.contains("Reply-To: <hilfe@bücher.example>"), "{any}");
        let ascii = render(&mail, "a@b.example", Letters::Ascii).unwrap();
        assert!(!String::from_utf8(ascii).unwrap().contains("Reply-To"));
    }
}
