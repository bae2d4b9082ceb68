//! Which mail a report is about, and whether it came back for good.

use std::borrow::Cow;

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _, PartType};

use super::{Bounce, MailName, NoBounce};
use crate::adapters::mail::said;

/// How much of a mail is looked at: a report stands at its beginning, and the mail that came back behind it.
const LOOKED_AT_MAX: usize = 256 * 1024;

/// How many words there may be that begin another level of nesting. A report has about ten.
const NESTING_WORDS_MAX: usize = 100;

/// The mail that came back for good, as this mail reports it: its `Message-ID` says which.
///
/// Whoever can send mail to where reports are read can send a report that is made up. It does something only if it
/// names the id of a mail, which is random, and which only those have who got that mail.
///
/// # Errors
///
/// When it reports nothing of the kind: see [`NoBounce`].
pub fn read(mail: &[u8]) -> Result<Bounce, NoBounce> {
    let mail = mail.get(..LOOKED_AT_MAX).unwrap_or(mail);
    if nesting_words(mail) > NESTING_WORDS_MAX {
        return Err(NoBounce::Nested);
    }
    let message = MessageParser::new().parse(mail).ok_or(NoBounce::NoReport)?;
    let report = message.parts.iter().find(|part| is(part, "message", "delivery-status"));
    let report = fields(&text_of(report.ok_or(NoBounce::NoReport)?));
    let failed = report.iter().find(|group| {
        let action = field(group, "action");
        action.is_some_and(|action| action.trim().eq_ignore_ascii_case("failed"))
    });
    let failed = failed.ok_or(NoBounce::NotFailed)?;
    let mail = named_in(&message, &report).ok_or(NoBounce::NotOurs)?;
    Ok(Bounce { mail, reason: reason(failed) })
}

fn nesting_words(mail: &[u8]) -> usize {
    const WORDS: [&[u8]; 4] = [b"rfc822", b"multipart", b"digest", b"global"];
    let counted = |word: &[u8]| {
        mail.windows(word.len()).filter(|part| part.eq_ignore_ascii_case(word)).count()
    };
    WORDS.into_iter().map(counted).sum()
}

fn is(part: &MessagePart<'_>, kind: &str, subtype: &str) -> bool {
    part.content_type().is_some_and(|found| {
        found.ctype().eq_ignore_ascii_case(kind)
            && found.subtype().is_some_and(|found| found.eq_ignore_ascii_case(subtype))
    })
}

fn text_of<'p>(part: &'p MessagePart<'_>) -> Cow<'p, str> {
    String::from_utf8_lossy(part.contents())
}

/// The fields of each group: first of the mail, then of each of its recipients.
fn fields(text: &str) -> Vec<Vec<(String, String)>> {
    let mut groups: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for line in text.lines() {
        let Some(group) = groups.last_mut() else { break };
        if line.trim().is_empty() {
            if !group.is_empty() {
                groups.push(Vec::new());
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    groups
}

fn field<'g>(group: &'g [(String, String)], name: &str) -> Option<&'g str> {
    group.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
}

/// The mail that is named: by what was returned of it, by the report, or as what the report answers.
fn named_in(message: &Message<'_>, report: &[Vec<(String, String)>]) -> Option<MailName> {
    let returned = message.parts.iter().filter_map(returned_id);
    let reported = report.iter().flatten().filter_map(|(name, value)| {
        let is_id = matches!(name.as_str(), "original-message-id" | "x-original-message-id");
        is_id.then(|| value.clone())
    });
    let answered = [message.in_reply_to(), message.references()].into_iter().flat_map(|value| {
        let texts = value.as_text_list().unwrap_or_default();
        texts.iter().map(|text| text.to_string()).collect::<Vec<_>>()
    });
    returned.chain(reported).chain(answered).find_map(|id| MailName::of(&id))
}

/// The `Message-ID` of the mail that came back, in a part that holds it or its headers.
fn returned_id(part: &MessagePart<'_>) -> Option<String> {
    if let PartType::Message(returned) = &part.body {
        return returned.message_id().map(str::to_owned);
    }
    let is_returned = is(part, "text", "rfc822-headers")
        || is(part, "message", "rfc822-headers")
        || is(part, "message", "rfc822")
        || is(part, "message", "global-headers");
    if !is_returned {
        return None;
    }
    let headers = fields(&text_of(part));
    field(headers.first()?, "message-id").map(str::to_owned)
}

/// `5.1.1 user unknown`, as the server that gave up says it.
fn reason(group: &[(String, String)]) -> String {
    let status = field(group, "status").unwrap_or_default();
    let said = field(group, "diagnostic-code").unwrap_or_default();
    // `smtp; 550 5.1.1 user unknown`
    let said = said.split_once(';').map_or(said, |(_, said)| said).trim();
    let text = match said.contains(status) {
        true => said.to_owned(),
        false => format!("{status} {said}"),
    };
    let text = said::without(&text, |_| false);
    if text.is_empty() { "it came back".into() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "01990000-0000-7000-8000-000000000001";

    /// A report as servers write it.
    fn report(fields: &str, returned: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mx.example\r\nTo: no-reply@host.example\r\nSubject: Undelivered Mail Returned to Sender\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b/1\"\r\n\r\n\
             --b/1\r\nContent-Type: text/plain\r\n\r\nI'm sorry.\r\n\
             --b/1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n{fields}\r\n\
             --b/1\r\n{returned}\r\n--b/1--\r\n"
        )
    }

    fn headers(id: &str) -> String {
        format!(
            "Content-Type: text/rfc822-headers\r\n\r\nFrom: no-reply@host.example\r\nMessage-ID:\r\n <{id}>\r\nSubject: Hello\r\n"
        )
    }

    const FAILED: &str = "Final-Recipient: rfc822; ada@client.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 <ada@client.example>:\r\n  User unknown in table\r\n";

    #[test]
    fn a_report_names_the_mail_and_why_it_came_back() {
        let id = format!("{MAIL}.acme@host.example");
        let whole = format!(
            "Content-Type: message/rfc822\r\n\r\nMessage-ID: <{id}>\r\nFrom: a@b.example\r\n\r\nsecret-link\r\n"
        );
        let by_answer = report(FAILED, "Content-Type: text/plain\r\n\r\nnothing\r\n").replacen(
            "MIME",
            &format!("In-Reply-To: <{id}>\r\nMIME"),
            1,
        );
        let by_field = report(
            &format!("{FAILED}Original-Message-ID: <{id}>\r\n"),
            "Content-Type: text/plain\r\n\r\n",
        );
        for text in [report(FAILED, &headers(&id)), report(FAILED, &whole), by_answer, by_field] {
            for text in [text.clone(), text.replace("\r\n", "\n")] {
                let bounce = read(text.as_bytes()).unwrap();
                assert_eq!(
                    bounce.mail,
                    MailName { agency: "acme".into(), mail: MAIL.into() },
                    "{text}"
                );
                assert_eq!(bounce.reason, "550 5.1.1 … User unknown in table");
            }
        }
    }

    #[test]
    fn what_may_still_arrive_is_no_bounce() {
        for action in ["delayed", "delivered", "relayed", "expanded", ""] {
            let fields = FAILED.replace("failed", action);
            let text = report(&fields, &headers(&format!("{MAIL}.acme@host.example")));
            assert_eq!(read(text.as_bytes()), Err(NoBounce::NotFailed), "{action}");
        }
        let several = format!("{}\r\n{FAILED}", FAILED.replace("failed", "delivered"));
        let text = report(&several, &headers(&format!("{MAIL}.acme@host.example")));
        read(text.as_bytes()).unwrap();
    }

    #[test]
    fn a_server_that_gave_up_after_days_has_given_up() {
        let fields = "Action: Failed\r\nStatus: 4.4.1\r\n";
        let text = report(fields, &headers(&format!("{MAIL}.acme@host.example")));
        assert_eq!(read(text.as_bytes()).unwrap().reason, "4.4.1");
        let fields = "Action: failed\r\n";
        let text = report(fields, &headers(&format!("{MAIL}.acme@host.example")));
        assert_eq!(read(text.as_bytes()).unwrap().reason, "it came back");
    }

    #[test]
    fn what_is_no_report_or_about_others_mails_is_nothing() {
        for text in ["", "hello", "Subject: Away\r\n\r\nI'm on holiday.\r\n", "\0\u{1}\r\n\r\n"] {
            assert_eq!(read(text.as_bytes()), Err(NoBounce::NoReport), "{text}");
        }
        for id in ["x@host.example", &format!("{MAIL}@host.example"), ""] {
            let text = report(FAILED, &headers(id));
            assert_eq!(read(text.as_bytes()), Err(NoBounce::NotOurs), "{id}");
        }
    }

    #[test]
    fn huge_and_nested_ones_end_soon() {
        let id = format!("{MAIL}.acme@host.example");
        let large = report(FAILED, &format!("{}\r\n\r\n{}", headers(&id), "x".repeat(5_000_000)));
        read(large.as_bytes()).unwrap();
        for level in [
            "Content-Type: message/rfc822\r\n\r\n",
            "Content-Type: MESSAGE/RFC822\r\n\r\n",
            "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n",
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
            "Content-Type: message/global\r\n\r\n",
        ] {
            let text = level.repeat(100_000);
            assert_eq!(read(text.as_bytes()), Err(NoBounce::Nested), "{level}");
        }
        let lines = format!("{}:\r\n", "x".repeat(10)).repeat(100_000);
        read(report(&lines, "").as_bytes()).unwrap_err();
    }

    #[test]
    fn damaged_ones_trap_nothing() {
        let text = report(FAILED, &headers(&format!("{MAIL}.acme@host.example"))).into_bytes();
        for at in 0..text.len() {
            let _ = read(&text[..at]);
            let mut bent = text.clone();
            bent[at] ^= 0x55;
            let _ = read(&bent);
        }
    }
}
