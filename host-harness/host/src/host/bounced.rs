//! Telling the component which mails came back.

use std::io;
use std::path::Path;

use serde_json::json;

use super::{CallError, Host};
use crate::adapters::mail::bounces::{self, Bounce, Mailbox, NoBounce};

/// What came of a mail that came in where bounces do.
#[derive(Debug)]
pub enum Returned {
    /// It reports a bounce, which the component has noted.
    Noted(Bounce),
    /// It reports a bounce of a mail that isn't there: it never was, or was erased.
    Unknown(Bounce),
    /// It reports no bounce.
    Nothing(NoBounce),
    /// The bounce couldn't be noted now: it is read again next time.
    Failed(Bounce, CallError),
}

impl Host {
    /// Reports that a mail came back, and gives whether there is such a mail: `jobs.report-bounce`. Reporting it again
    /// does nothing.
    ///
    /// # Errors
    ///
    /// When the call gives no answer, or the component can't note it now.
    pub fn report_bounce(&self, bounce: &Bounce) -> Result<bool, CallError> {
        let mail = &bounce.mail;
        let arguments = [json!(mail.agency), json!(mail.mail), json!(bounce.reason)];
        match self.call("jobs.report-bounce", &arguments) {
            Ok(_) => Ok(true),
            Err(CallError::Refused { error, .. }) if error.get("not-found").is_some() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// What a mail reports that came in where bounces do; the component is told of a bounce.
    pub fn read_bounce(&self, mail: &[u8]) -> Returned {
        let bounce = match bounces::read(mail) {
            Ok(bounce) => bounce,
            Err(nothing) => return Returned::Nothing(nothing),
        };
        match self.report_bounce(&bounce) {
            Ok(true) => Returned::Noted(bounce),
            Ok(false) => Returned::Unknown(bounce),
            Err(error) => Returned::Failed(bounce, error),
        }
    }

    /// The same of each mail in a mailbox that hasn't been read; `told` gets what came of it.
    ///
    /// # Errors
    ///
    /// When the mailbox can't be read.
    pub fn read_bounces(
        &self,
        mailbox: &mut Mailbox,
        mut told: impl FnMut(&Path, Returned),
    ) -> io::Result<()> {
        mailbox.read(|file, mail| {
            let returned = self.read_bounce(mail);
            let is_done = !matches!(returned, Returned::Failed(..));
            told(file, returned);
            is_done
        })
    }
}

#[cfg(test)]
#[cfg(feature = "built-in")]
mod tests {
    use std::sync::Arc;

    use serde_json::Value;

    use super::*;
    use crate::adapters::mail::{MailName, RecordingMail};

    /// Two agencies, each with a mail that went out, and their ids.
    fn desks() -> (Host, [MailName; 2]) {
        let mail = Arc::new(RecordingMail::new());
        let host = Host::builder().mail(mail.clone()).build().unwrap();
        for agency in ["acme", "beta"] {
            let new = json!({
                "id": agency, "name": agency, "notification-email": "office@acme.example",
                "billing-interval": "monthly", "portal-address": "https://clients.acme.example",
            });
            host.call("agencies.create", &[new]).unwrap();
            let call = call(agency);
            host.call("brands.create", &[call.clone(), json!({"id": "nike", "name": "Nike"})])
                .unwrap();
            let invite = json!({"email": "ann@nike.example", "brands": ["nike"]});
            host.call("clients.invite-by-email", &[call, invite]).unwrap();
        }
        let mails = mail.messages();
        let name =
            |at: usize| MailName { agency: mails[at].agency.clone(), mail: mails[at].id.clone() };
        (host, [name(0), name(1)])
    }

    fn call(agency: &str) -> Value {
        json!({"agency": agency, "actor": {"id": "olga", "name": "Olga", "role": "owner"}})
    }

    fn report(mail: &MailName, action: &str) -> String {
        let id = mail.message_id("host.example");
        format!(
            "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx\r\n\r\nAction: {action}\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 gone\r\n\r\n\
             --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{id}>\r\n\r\n--b--\r\n"
        )
    }

    fn delivery(host: &Host, agency: &str) -> Value {
        let page = json!({"limit": 10});
        let outbox = host.call("jobs.outbox", &[call(agency), page]).unwrap();
        outbox["mails"][0]["delivery"].clone()
    }

    #[test]
    fn a_report_is_noted_of_the_mail_that_it_names_and_of_no_other() {
        let (host, [ours, theirs]) = desks();
        let returned = host.read_bounce(report(&ours, "delayed").as_bytes());
        assert!(matches!(returned, Returned::Nothing(NoBounce::NotFailed)), "{returned:?}");
        assert_eq!(delivery(&host, "acme"), json!("handed-over"));
        // A mail's id with another agency's name.
        let crossed = MailName { agency: "beta".into(), mail: ours.mail.clone() };
        for name in [
            crossed,
            MailName { agency: "nobody".into(), mail: ours.mail.clone() },
            MailName { agency: "acme".into(), mail: "01990000-0000-7000-8000-000000000001".into() },
        ] {
            let returned = host.read_bounce(report(&name, "failed").as_bytes());
            assert!(matches!(returned, Returned::Unknown(_)), "{returned:?}");
        }
        assert_eq!(delivery(&host, "acme"), json!("handed-over"));
        for _ in 0..2 {
            let returned = host.read_bounce(report(&ours, "failed").as_bytes());
            assert!(matches!(returned, Returned::Noted(_)), "{returned:?}");
        }
        assert_eq!(delivery(&host, "acme"), json!({"bounced": "550 5.1.1 gone"}));
        assert_eq!(delivery(&host, "beta"), json!("handed-over"));
        host.read_bounce(report(&theirs, "failed").as_bytes());
        assert_eq!(delivery(&host, "beta"), json!({"bounced": "550 5.1.1 gone"}));
    }
}
