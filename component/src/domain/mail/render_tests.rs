//! Every mail, as it goes out.

use super::*;
use crate::domain::agency::{PortalAddress, Standing};
use crate::domain::billing::AgencyTerms;
use crate::domain::calendar::tests::{SomeZones, zone};
use crate::domain::catalog::Resource;
use crate::domain::digest::{Counts, Named, Summary};
use crate::domain::email::Email;
use crate::domain::health::movers::Mover;
use crate::domain::id::{AgencyId, ClientId, IdentityId, MailId};
use crate::domain::keyring::tests::ring;
use crate::domain::mail::notices::Known;
use crate::domain::mail::sign_in::{DoneThing, SignInReport};
use crate::domain::mail::{Content, Listed, Notice, Topic};
use crate::domain::money::{Currency, Money};
use crate::domain::period::Interval;
use crate::domain::settings::{Branding, ClientAddress, Console, Settings, UtcOffset, WebAddress};
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
        interval_changes: Vec::new(),
        terms: AgencyTerms::default(),
        portal_address: PortalAddress::parse("https://clients.acme.example").unwrap(),
        standing: Standing::default(),
        settings: Settings {
            console: Console {
                client_address: Some(
                    ClientAddress::parse("https://app.acme.example/clients/{client}").unwrap(),
                ),
            },
            ..Settings::default()
        },
        archived: Vec::new(),
        has_account_brands: false,
        has_owners: false,
        sealed_as: None,
        clock_reset_at: None,
        created_at: at(0),
    }
}

fn rendered(topic: Topic) -> Rendered {
    rendered_for(&agency(), &Calendar::UTC, topic)
}

fn rendered_for(agency: &Agency, calendar: &Calendar<'_>, topic: Topic) -> Rendered {
    let to = Email::parse("ann@nike.example").unwrap();
    let mail = OutboxMail::new(MailId::from_bytes([1; 16]), to, topic, at(0));
    let names = [
        (2, "Ann <Admin>"),
        (3, "Ben Jansen"),
        (4, "Cleo Ito"),
        (5, "Dan Lee"),
        (7, "Friedrich Freiherr von und zu der Weiden-Lauterbach"),
        (8, "Eve"),
    ];
    let names = names.map(|(number, name)| {
        let undelivered = match number {
            5 => Some("550 no such <domain>".to_owned()),
            8 => Some("ü".repeat(81)),
            _ => None,
        };
        let brands = match number {
            2 => Listed::some(vec![self::name("Nike <EMEA>"), self::name("Puma")], 3),
            3 => Listed::some(Vec::new(), 0),
            _ => Listed::some(vec![self::name("Nike")], 0),
        };
        let last_log_in = (number != 5).then(|| at(u64::from(number)));
        (client(number), Known { title: name.to_owned(), brands, last_log_in, undelivered })
    });
    let names = names.into_iter().collect();
    render(&mail, agency, calendar, &ring(&["a"]), &names).unwrap()
}

fn client(number: u8) -> ClientId {
    ClientId::from_bytes([number; 16])
}

fn to_client(content: Content) -> Topic {
    Topic::Client { client: client(2), name: Some(name("Ann Lee")), content }
}

fn invite(note: &str) -> Topic {
    to_client(Content::Invite {
        version: 1,
        key: None,
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

fn trial_ending(deletes_at: Option<Timestamp>) -> Topic {
    let account = name("Nike Inc");
    Topic::Agency(Notice::TrialEnding { account, ends_at: at(14), deletes_at })
}

fn trial_ended(deletes_at: Option<Timestamp>) -> Topic {
    Topic::Agency(Notice::TrialEnded { account: name("Nike Inc"), deletes_at })
}

fn running_out(resource: Resource) -> Topic {
    let (account, runs_out_at) = (name("Nike Inc"), at(5));
    Topic::Agency(Notice::ResourceRunningOut { account, resource, limit: 10, used: 7, runs_out_at })
}

fn plan_due(trial_ends_at: Option<Timestamp>, has_owner: bool) -> Topic {
    Topic::Agency(Notice::PlanDue { account: name("Nike Inc"), trial_ends_at, has_owner })
}

fn report(is_full: bool) -> Topic {
    let thing = |what: &str, times, brands: &[&str]| DoneThing {
        what: what.to_owned(),
        times,
        brands: Listed::of(brands.iter().copied().map(name)),
    };
    let done = vec![
        thing("Person invited", 2, &["Nike <EMEA>", "Jordan"]),
        thing("Page of the portal viewed", 14, &["Nike <EMEA>"]),
        thing("Plan changed", 1, &[]),
    ];
    Topic::Agency(Notice::SignInReport(Box::new(SignInReport {
        account: name("Nike Inc"),
        operator: name("Mia"),
        read_only: !is_full,
        started_at: at(1),
        ended_at: at(1).plus(1_800_000),
        done: if is_full { done } else { Vec::new() },
        client: None,
    })))
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
        (
            "email-confirmation",
            to_client(Content::EmailConfirmation { identity, version, key: None, until }),
        ),
        (
            "email-change-asked",
            to_client(Content::EmailChangeAsked { email: Email::parse("a@b.example").unwrap() }),
        ),
        (
            "password-reset",
            to_client(Content::PasswordReset { identity, version, key: None, until }),
        ),
        ("password-changed", to_client(Content::PasswordChanged)),
        (
            "plan-due-owner",
            to_client(Content::PlanDue { account: name("Nike Inc"), trial_ends_at: Some(at(14)) }),
        ),
        (
            "alert",
            Topic::Agency(Notice::Alert {
                at_risk: named(&[client(2), client(9)]),
                churned: named(&[client(3)]),
            }),
        ),
        ("digest", Topic::Agency(Notice::Digest(Box::new(summary())))),
        ("digest-quiet", Topic::Agency(Notice::Digest(Box::new(quiet())))),
        ("trial-ending", trial_ending(None)),
        ("trial-ending-deleted", trial_ending(Some(at(44)))),
        ("trial-ended", trial_ended(None)),
        ("trial-ended-deleted", trial_ended(Some(at(44)))),
        ("account-disabled", Topic::Agency(Notice::AccountDisabled { account: name("Nike Inc") })),
        ("resource-running-out", running_out(Resource::Dashboards)),
        ("resource-running-out-users", running_out(Resource::Users)),
        ("resource-running-out-calls", running_out(Resource::ApiCalls)),
        ("plan-due", plan_due(None, true)),
        ("plan-due-nobodys", plan_due(Some(at(14)), false)),
        ("sign-in-report", report(true)),
        ("sign-in-report-of-nothing", report(false)),
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
        (&[7], &[], "Friedrich Freiherr von und zu der Weiden… is at risk"),
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
    assert!(text.contains(&format!("- Eve\n  Nike ·\n  {}…\n", "ü".repeat(80))), "{text}");
}

#[test]
fn an_agency_that_invites_in_its_own_name_is_named_once() {
    let invite = |inviter: &str, brands: &[&str]| {
        let brands = Listed::of(brands.iter().map(|brand| name(brand)));
        let (until, inviter) = (Until::at(at(14)), name(inviter));
        rendered(to_client(Content::Invite {
            version: 1,
            key: None,
            until,
            brands,
            inviter,
            note: None,
        }))
    };
    for (inviter, brands, subject, lead) in [
        (
            "Acme & Söhne",
            &["Puma"][..],
            "Acme & Söhne invites you to Puma",
            "\nAcme & Söhne has invited you to look at Puma.\n",
        ),
        (
            "Acme",
            &["Puma"],
            "Acme invites you to Puma at Acme & Söhne",
            "\nAcme has invited you to Acme & Söhne, where you can look at Puma.\n",
        ),
        (
            "Acme",
            &[],
            "Acme invites you to Acme & Söhne",
            "\nAcme has invited you to Acme & Söhne. There is nothing to look at yet: ",
        ),
        (
            "Acme & Söhne",
            &[],
            "Acme & Söhne invites you",
            "\nAcme & Söhne has invited you. There is nothing to look at yet: ",
        ),
    ] {
        let Rendered { subject: found, text, .. } = invite(inviter, brands);
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

#[test]
fn hostile_texts_stay_texts_wherever_they_stand() {
    let evil = "\"><img src=x onerror=alert(1)>";
    let mut agency = agency();
    agency.settings.branding = Branding {
        portal_name: Some(name(evil)),
        logo_address: Some(WebAddress::parse("https://acme.example/logo.png?a=1&b=2").unwrap()),
        support_email: Some(Email::parse("help?bcc=x&y@acme.example").unwrap()),
        ..Branding::default()
    };
    let address = "https://app.acme.example/c?of={client}&tab=1";
    agency.settings.console.client_address = Some(ClientAddress::parse(address).unwrap());
    agency.portal_address = PortalAddress::parse("https://acme.example/it's&more").unwrap();
    for (kind, topic) in mails() {
        let topic = match topic {
            Topic::Client { client, content, .. } => {
                Topic::Client { client, name: Some(name(evil)), content }
            }
            to_agency @ Topic::Agency(_) => to_agency,
        };
        let html = rendered_for(&agency, &Calendar::UTC, topic).html;
        assert_eq!(html.matches("<img").count(), 1, "{kind}: {html}");
        assert!(html.contains("alt=\"&#34;&#62;&#60;img src=x"), "{kind}: {html}");
        assert!(!html.contains("b=2&tab") && !html.contains("mailto:help?"), "{kind}: {html}");
        assert!(!html.contains("it's"), "{kind}: {html}");
    }
    let html = rendered_for(&agency, &Calendar::UTC, invite("")).html;
    assert!(html.contains("\"mailto:help%3Fbcc%3Dx%26y@acme.example\""), "{html}");
}

/// The addresses that a mail program would fetch from by itself.
fn fetched(html: &str) -> Vec<&str> {
    let rest = html.split("src=\"").skip(1);
    rest.filter_map(|rest| rest.split_once('"').map(|(address, _)| address)).collect()
}

#[test]
fn nothing_is_fetched_but_the_logo() {
    let mut with_logo = agency();
    let logo = "https://acme.example/logo.png";
    with_logo.settings.branding.logo_address = Some(WebAddress::parse(logo).unwrap());
    for (agency, expected) in [(agency(), vec![]), (with_logo, vec![logo])] {
        for (kind, topic) in mails() {
            let html = rendered_for(&agency, &Calendar::UTC, topic).html;
            assert_eq!(fetched(&html), expected, "{kind}");
            for word in ["url(", "@import", "<link", "<script", "background=", "srcset"] {
                assert!(!html.contains(word), "{kind} has {word}: {html}");
            }
        }
    }
}

#[test]
fn the_preview_says_what_the_subject_does_not() {
    for (kind, topic) in mails() {
        let Rendered { subject, html, .. } = rendered(topic);
        let preview =
            html.split_once("mso-hide:all\">").and_then(|(_, rest)| rest.split_once("</div>"));
        let (preview, _) = preview.unwrap_or_else(|| panic!("{kind} has no preview: {html}"));
        assert!(!preview.trim().is_empty() && !preview.contains(&subject), "{kind}: {preview}");
        assert!((10..=140).contains(&preview.chars().count()), "{kind}: {preview}");
    }
}

#[test]
fn every_button_has_its_address_in_plain() {
    let mut buttons = 0;
    for (kind, topic) in mails() {
        let Rendered { text, html, .. } = rendered(topic);
        let Some((_, button)) = html.split_once("<a class=\"button\" href=\"") else { continue };
        let (address, _) = button.split_once('"').unwrap();
        assert!(html.contains(&format!(">{address}</a>")), "{kind}: {html}");
        assert!(text.lines().any(|line| line == address), "{kind}: {text}");
        buttons += 1;
    }
    // And the notice that a plan is due.
    assert_eq!(buttons, Content::KINDS.len() + 1);
}

#[test]
fn plain_text_has_short_lines() {
    for (kind, topic) in mails() {
        for line in rendered(topic).text.lines() {
            assert!(line.chars().count() <= 78 || !line.trim().contains(' '), "{kind}: {line}");
        }
    }
}

#[test]
fn times_are_the_agencys_own_and_say_so() {
    let zones = SomeZones::default();
    let berlin = Calendar::new(&zone("Europe/Berlin", 0), &zones);
    let west = Calendar::fixed(UtcOffset::from_minutes(-480).unwrap());
    for (calendar, moment, date, clocks) in [
        (&Calendar::UTC, "15 September 2026, 00:00 UTC", "10 September 2026", "UTC"),
        (&berlin, "15 September 2026, 02:00 (Europe/Berlin)", "10 September 2026", "Europe/Berlin"),
        (&west, "14 September 2026, 16:00 UTC−8", "9 September 2026", "UTC−8"),
    ] {
        let Rendered { text, html, .. } = rendered_for(&agency(), calendar, invite(""));
        // The preview, and the letter.
        assert_eq!(html.matches(moment).count(), 2, "{html}");
        assert!(text.contains(&format!("It works until {moment}.\n")), "{text}");
        let digest = Topic::Agency(Notice::Digest(Box::new(summary())));
        let text = rendered_for(&agency(), calendar, digest).text.replace('\n', " ");
        assert!(text.contains(&format!("- Dan Lee: {date}")), "{text}");
        assert!(text.contains(&format!("All dates are in the time zone {clocks}.")), "{text}");
    }
}

#[test]
fn names_link_to_the_console_if_there_is_one() {
    let page = format!("https://app.acme.example/clients/{}", client(3));
    let mut without = agency();
    without.settings.console = Console::default();
    let (at_risk, churned) = (named(&[client(9)]), named(&[client(3)]));
    let alert = || {
        let (at_risk, churned) = (at_risk.clone(), churned.clone());
        Topic::Agency(Notice::Alert { at_risk, churned })
    };
    for (agency, links) in [(agency(), 1), (without, 0)] {
        for topic in [alert(), Topic::Agency(Notice::Digest(Box::new(summary())))] {
            let Rendered { text, html, .. } = rendered_for(&agency, &Calendar::UTC, topic);
            assert_eq!(html.contains(&format!("href=\"{page}\"")), links == 1, "{html}");
            assert_eq!(text.lines().any(|line| line.trim() == page), links == 1, "{text}");
            // Nobody has a page any more whose name isn't known.
            assert!(!html.contains(&client(9).to_string()), "{html}");
        }
    }
}

#[test]
fn who_is_not_called_anything_is_greeted_all_the_same() {
    for (named, greeting) in [
        (Some("Ann Lee"), "Hello Ann Lee,"),
        (Some("Ann & Bob's"), "Hello Ann & Bob's,"),
        (Some("ann@nike.example"), "Hello,"),
        (None, "Hello,"),
    ] {
        let content = Content::PasswordChanged;
        let topic = Topic::Client { client: client(2), name: named.map(name), content };
        let Rendered { text, html, .. } = rendered(topic);
        assert!(text.starts_with(&format!("{greeting}\n")), "{text}");
        assert_eq!(html.contains("Hello <bdi>"), greeting != "Hello,", "{html}");
    }
}
