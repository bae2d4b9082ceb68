//! Every mail, as it goes out.

use super::*;
use crate::domain::agency::PortalAddress;
use crate::domain::digest::{Counts, Named, Summary};
use crate::domain::email::Email;
use crate::domain::health::movers::Mover;
use crate::domain::id::{AgencyId, ClientId, IdentityId, MailId};
use crate::domain::keyring::tests::ring;
use crate::domain::mail::notices::Known;
use crate::domain::mail::{Content, Listed, Notice, Topic};
use crate::domain::money::{Currency, Money};
use crate::domain::period::Interval;
use crate::domain::settings::Settings;
use crate::domain::text::{Name, Note};
use crate::domain::time::{DAY, Timestamp, Until};

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

const NOW: u64 = 1_788_220_800_000;

fn at(days: u64) -> Timestamp {
    Timestamp::from_millis(NOW + days * DAY).unwrap()
}

fn agency() -> Agency {
    Agency {
        id: AgencyId::parse("acme").unwrap(),
        name: name("Acme & Söhne"),
        notification_email: Email::parse("office@acme.example").unwrap(),
        billing_interval: Interval::Monthly,
        portal_address: PortalAddress::parse("https://clients.acme.example").unwrap(),
        settings: Settings::default(),
        archived: Vec::new(),
        created_at: at(0),
    }
}

fn rendered(topic: Topic) -> Rendered {
    let to = Email::parse("ann@nike.example").unwrap();
    let mail = OutboxMail::new(MailId::from_bytes([1; 16]), to, topic, at(0));
    let names =
        [(2, "Ann <Admin>"), (3, "Ben Jansen"), (4, "Cleo Ito"), (5, "Dan Lee"), (8, "Eve")];
    let names = names.map(|(number, name)| {
        let undelivered = match number {
            5 => Some("550 no such <domain>".to_owned()),
            8 => Some("ü".repeat(81)),
            _ => None,
        };
        (client(number), Known { title: name.to_owned(), undelivered })
    });
    let names = names.into_iter().collect();
    render(&mail, &agency(), &Calendar::UTC, &ring(&["a"]), &names).unwrap()
}

fn client(number: u8) -> ClientId {
    ClientId::from_bytes([number; 16])
}

fn to_client(content: Content) -> Topic {
    Topic::Client { client: client(2), content }
}

fn invite(note: &str) -> Topic {
    to_client(Content::Invite {
        version: 1,
        until: Until::at(at(14)),
        brands: Listed::of([name("Nike"), name("Puma")].into_iter()),
        inviter: name("Olga <Owner>"),
        note: Note::parse(note).unwrap(),
    })
}

fn named<T: Clone>(all: &[T]) -> Named<T> {
    let mut named = Named::default();
    all.iter().for_each(|one| named.push(one.clone()));
    named
}

fn summary() -> Summary {
    let mover = |number, before, after| Mover { client: client(number), before, after };
    Summary {
        since: at(0),
        until: at(7),
        counts: Counts { active: 41, at_risk: 7, churned: 3, pending: 5, revoked: 2 },
        before: Some(Counts { active: 43, at_risk: 6, churned: 2, pending: 5, revoked: 2 }),
        at_risk: named(&[2, 3, 4, 5, 6, 7].map(client)),
        churned: named(&[client(3)]),
        falls: vec![mover(2, 88, 41), mover(9, 60, 35)],
        rises: vec![mover(4, 20, 75)],
        expiring: named(&[(client(5), at(9))]),
        undelivered: named(&[client(5), client(9)]),
        brands: 12,
        run_rate: Money::new(58_800, Currency::USD),
    }
}

fn quiet() -> Summary {
    let summary = summary();
    let (falls, rises) = (Vec::new(), Vec::new());
    let (at_risk, churned, undelivered) = (Named::default(), Named::default(), Named::default());
    let (before, expiring) = (Some(summary.counts), Named::default());
    Summary { before, at_risk, churned, falls, rises, expiring, undelivered, ..summary }
}

/// Every mail that goes out.
fn mails() -> Vec<(&'static str, Topic)> {
    let identity = IdentityId::from_bytes([3; 16]);
    let (version, until) = (1, Until::at(at(1)));
    let olga = || name("Olga");
    let listed = Listed::of([name("Puma")].into_iter());
    vec![
        ("invite", invite("See you on Monday,\nat <nine>.")),
        (
            "brands-added",
            to_client(Content::BrandsAdded { brands: listed, inviter: olga(), note: None }),
        ),
        ("email-confirmation", to_client(Content::EmailConfirmation { identity, version, until })),
        (
            "email-change-asked",
            to_client(Content::EmailChangeAsked { email: Email::parse("a@b.example").unwrap() }),
        ),
        ("password-reset", to_client(Content::PasswordReset { identity, version, until })),
        ("password-changed", to_client(Content::PasswordChanged)),
        (
            "alert",
            Topic::Agency(Notice::Alert {
                at_risk: named(&[client(2), client(9)]),
                churned: named(&[client(3)]),
            }),
        ),
        ("digest", Topic::Agency(Notice::Digest(Box::new(summary())))),
        ("digest-quiet", Topic::Agency(Notice::Digest(Box::new(quiet())))),
    ]
}

#[test]
fn every_kind_is_among_them() {
    let mut shown: Vec<&str> = mails().iter().map(|(_, topic)| topic.kind()).collect();
    shown.dedup();
    assert_eq!(shown, [Content::KINDS, Notice::KINDS].concat());
}

#[test]
fn every_mail_in_plain_text_and_in_html() {
    for (kind, topic) in mails() {
        let Rendered { subject, text, html } = rendered(topic);
        insta::assert_snapshot!(format!("{kind}.txt"), format!("Subject: {subject}\n\n{text}"));
        insta::assert_snapshot!(format!("{kind}.html"), html);
    }
}

#[test]
fn an_alert_names_whom_it_can() {
    let subject = |at_risk: &[u8], churned: &[u8]| {
        let clients = |ids: &[u8]| named(&ids.iter().map(|id| client(*id)).collect::<Vec<_>>());
        let (at_risk, churned) = (clients(at_risk), clients(churned));
        rendered(Topic::Agency(Notice::Alert { at_risk, churned })).subject
    };
    for (at_risk, churned, expected) in [
        (&[3][..], &[][..], "Ben Jansen is at risk"),
        (&[], &[3], "Ben Jansen has churned"),
        (&[3, 4], &[], "Ben Jansen and 1 other client are slipping away"),
        (&[3], &[4, 5], "Ben Jansen and 2 other clients are slipping away"),
        (&[9], &[], "an erased client is at risk"),
        (&[3, 3, 3, 3, 3, 3, 3], &[], "Ben Jansen and 6 other clients are slipping away"),
    ] {
        assert_eq!(subject(at_risk, churned), expected);
    }
}

#[test]
fn a_long_reason_is_cut() {
    let mut summary = summary();
    summary.undelivered = named(&[client(8)]);
    let text = rendered(Topic::Agency(Notice::Digest(Box::new(summary)))).text;
    assert!(text.contains(&format!("- Eve: {}…\n", "ü".repeat(80))), "{text}");
}

#[test]
fn an_agency_that_invites_in_its_own_name_is_named_once() {
    let invite = |inviter: &str| {
        let brands = Listed::of([name("Puma")].into_iter());
        let (until, inviter) = (Until::at(at(14)), name(inviter));
        rendered(to_client(Content::Invite { version: 1, until, brands, inviter, note: None }))
    };
    for (inviter, subject, lead) in [
        ("Acme & Söhne", "Acme & Söhne invites you to Puma", "look at Puma.\n"),
        ("Acme", "Acme invites you to Puma at Acme & Söhne", "look at Puma at Acme & Söhne.\n"),
    ] {
        let Rendered { subject: found, text, .. } = invite(inviter);
        assert_eq!(found, subject);
        assert!(text.contains(lead), "{text}");
    }
}

#[test]
fn what_people_type_is_escaped_in_html() {
    let html = rendered(invite("<script>alert(1)</script>")).html;
    assert!(!html.contains("<script>") && html.contains("&#60;script&#62;"), "{html}");
    assert!(html.contains("Olga &#60;Owner&#62;") && html.contains("Acme &#38; Söhne"), "{html}");
    let html = rendered(Topic::Agency(Notice::Digest(Box::new(summary())))).html;
    assert!(!html.contains("<Admin>") && html.contains("Ann &#60;Admin&#62;"), "{html}");
}
