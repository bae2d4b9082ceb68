//! Every mail, as it goes out.

use super::*;
use crate::domain::agency::PortalAddress;
use crate::domain::email::Email;
use crate::domain::id::{AgencyId, ClientId, MailId};
use crate::domain::keyring::tests::ring;
use crate::domain::mail::{Content, Listed, Topic};
use crate::domain::period::Interval;
use crate::domain::settings::Settings;
use crate::domain::text::{Name, Note};
use crate::domain::time::{Timestamp, Until};

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn rendered(content: Content) -> Rendered {
    let now = Timestamp::from_millis(1_788_220_800_000).unwrap();
    let agency = Agency {
        id: AgencyId::parse("acme").unwrap(),
        name: name("Acme & Söhne"),
        notification_email: Email::parse("office@acme.example").unwrap(),
        billing_interval: Interval::Monthly,
        portal_address: PortalAddress::parse("https://clients.acme.example").unwrap(),
        settings: Settings::default(),
        archived: Vec::new(),
        created_at: now,
    };
    let to = Email::parse("ann@nike.example").unwrap();
    let (id, client) = (MailId::from_bytes([1; 16]), ClientId::from_bytes([2; 16]));
    let mail = OutboxMail::new(id, to, Topic::Client { client, content }, now);
    render(&mail, &agency, &ring(&["a"]), &Names::new()).unwrap()
}

fn invite(note: &str) -> Content {
    Content::Invite {
        version: 1,
        until: Until::at(Timestamp::from_millis(1_789_430_400_000).unwrap()),
        brands: Listed::of([name("Nike"), name("Puma")].into_iter()),
        inviter: name("Olga <Owner>"),
        note: Note::parse(note).unwrap(),
    }
}

#[test]
fn the_invite_mail_in_plain_text() {
    let mail = rendered(invite("See you on Monday,\nat <nine>."));
    insta::assert_snapshot!(mail.subject, @"Olga <Owner> invites you to Nike and Puma at Acme & Söhne");
    insta::assert_snapshot!(mail.text, @r#"
    Hello,

    Olga <Owner> invites you to look at Nike and Puma in the portal of Acme & Söhne.

    See you on Monday,
    at <nine>.

    Open this link to choose a password and sign in:

    https://clients.acme.example/invite/AQRhY21lAgICAgICAgICAgICAgICAgAAAAEBYeRukCh6Tbtgp_DuDlZGDlcy_AFhSb20MAhV0YeJH88a

    The link is for you alone. It works until 15 September 2026, 00:00 UTC.

    If you didn't expect this mail, you can ignore it.

    Acme & Söhne
    "#);
}

#[test]
fn the_brands_added_mail_in_plain_text() {
    let content = Content::BrandsAdded {
        brands: Listed::of([name("Puma")].into_iter()),
        inviter: name("Olga"),
        note: None,
    };
    let mail = rendered(content);
    insta::assert_snapshot!(mail.subject, @"You now have access to Puma at Acme & Söhne");
    insta::assert_snapshot!(mail.text, @r#"
    Hello,

    Olga gave you access to Puma in the portal of Acme & Söhne.

    Sign in as usual:

    https://clients.acme.example

    You get this mail because you are a client of Acme & Söhne.

    Acme & Söhne
    "#);
}

#[test]
fn what_people_type_is_escaped_in_html() {
    let html = rendered(invite("<script>alert(1)</script>")).html;
    assert!(!html.contains("<script>") && html.contains("&#60;script&#62;"), "{html}");
    assert!(html.contains("Olga &#60;Owner&#62;") && html.contains("Acme &#38; Söhne"), "{html}");
}
