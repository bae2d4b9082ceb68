//! Whom a mail to an account reaches, and whom its owner may invite.

use super::*;
use crate::domain::client::Standing;
use crate::domain::client::tests::{at, pending};
use crate::domain::id::IdentityId;
use crate::domain::rate::Recent;
use crate::domain::text::Name;
use crate::domain::time::DAY;

fn login(email: &str) -> Identity {
    Identity {
        id: IdentityId::from_bytes([1; 16]),
        email: Email::parse(email).unwrap(),
        verified: true,
        name: Name::parse("Olivia").unwrap(),
        password: None,
        password_version: 0,
        memberships: Vec::new(),
        links: 0,
        reset: None,
        confirmation: None,
        address_changes: Recent::default(),
        created_at: at(0),
    }
}

#[test]
fn mail_reaches_whoever_logs_in_with_its_address() {
    let invited =
        Client { email: Email::parse("olivia@nike.example").ok(), ..pending(1, &["nike"], at(0)) };
    for (login_email, mailed, is_reached_so) in [
        (None, "olivia@nike.example", true),
        (None, "Olivia@NIKE.example", true),
        (None, "billing@nike.example", false),
        (Some("olivia@nike.example"), "olivia@nike.example", true),
        // The login has another address since.
        (Some("olivia@home.example"), "olivia@nike.example", false),
        (Some("olivia@home.example"), "Olivia@home.example", true),
    ] {
        let login = login_email.map(login);
        let mailed = Email::parse(mailed).unwrap();
        assert_eq!(
            is_reached(&invited, login.as_ref(), &mailed),
            is_reached_so,
            "{login_email:?} {mailed:?}"
        );
    }
    let erased = Client { email: None, ..invited };
    assert!(!is_reached(&erased, None, &Email::parse("olivia@nike.example").unwrap()));
}

#[test]
fn an_owner_takes_nothing_back_that_others_offered() {
    let (now, late) = (at(0), at(15 * DAY));
    let own = [BrandId::parse("nike").unwrap(), BrandId::parse("jordan").unwrap()];
    let joined = |client: Client| Client { standing: Standing::Joined { accepted: 1 }, ..client };
    let revoked = |client: Client| Client {
        standing: Standing::Revoked { at: now, offer_ended: None },
        grants: Vec::new(),
        ..client
    };
    let as_it_is = |client: Client| client;
    for (brands, change, when, within, may) in [
        (&["nike"][..], as_it_is as fn(Client) -> Client, now, true, true),
        (&["nike", "puma"], as_it_is, now, false, true),
        (&["puma"], as_it_is, now, false, true),
        (&["nike", "jordan"], as_it_is, late, true, true),
        (&["nike", "puma"], as_it_is, late, false, false),
        (&["puma"], as_it_is, late, false, false),
        (&["nike", "puma"], joined, late, false, true),
    ] {
        let client = change(pending(1, brands, now));
        assert_eq!(is_within(&client, &own), within, "{brands:?}");
        assert_eq!(may_be_invited(&client, &own, when), may, "{brands:?} at {when}");
    }
    let gone = revoked(pending(1, &["puma"], now));
    assert!(is_within(&gone, &own) && may_be_invited(&gone, &own, late));
}
