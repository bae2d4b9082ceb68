//! What an invite does, in every case.

use super::*;
use crate::domain::client::Event;
use crate::domain::client::tests::{at, pending};
use crate::domain::id::IdentityId;
use crate::domain::invite::Undelivered;
use crate::domain::keyring::KeyId;
use crate::domain::time::{DAY, HOUR};

fn offer(brands: &[&str]) -> NewInvite {
    let name = |text: &str| Name::parse(text).unwrap();
    let id = |id: &str| BrandId::parse(id).unwrap();
    let brand = |text: &&str| InvitedBrand { id: id(text), name: name(text), shown: true };
    NewInvite {
        email: Some(Email::parse("client1@nike.example").unwrap()),
        name: Some(name("Ann")),
        renames: false,
        label: None,
        brands: brands.iter().map(brand).collect(),
        access: None,
        permissions: None,
        note: None,
        inviter: name("Olga"),
        channel: Channel::Mail,
        domain: None,
        until: None,
    }
}

/// Makes the offer at `now`.
fn invited(
    known: Option<&Client>,
    offer: &NewInvite,
    now: Timestamp,
) -> Result<Decision, InviteError> {
    invite(known, offer, &setting(&Settings::default(), now))
}

fn setting(settings: &Settings, now: Timestamp) -> InviteContext<'_> {
    let (client, mail) = (ClientId::from_bytes([8; 16]), MailId::from_bytes([9; 16]));
    let key = Box::leak(Box::new(KeyId::parse("k1").unwrap()));
    InviteContext { client, search_slot: 0, mail, key, settings, limits: &Limits::DEFAULT, now }
}

#[test]
fn a_mail_names_no_brand_that_is_hidden() {
    let open = pending(1, &["nike"], at(0));
    let joined = open.accept(IdentityId::from_bytes([1; 16]), at(1)).unwrap();
    // known, what is offered and whether it is shown, what the mail names
    for (known, brands, named) in [
        (None, [("puma", true), ("fila", true)], Some("puma and fila")),
        (None, [("puma", false), ("fila", true)], Some("fila")),
        (None, [("puma", false), ("fila", false)], Some("")),
        (Some(&joined), [("puma", true), ("fila", true)], Some("puma and fila")),
        (Some(&joined), [("puma", true), ("fila", false)], Some("puma")),
        (Some(&joined), [("puma", false), ("fila", false)], None),
        (Some(&joined), [("nike", true), ("fila", false)], None),
    ] {
        let mut offer = offer(&brands.map(|(brand, _)| brand));
        for (brand, (_, shown)) in offer.brands.iter_mut().zip(brands) {
            brand.shown = shown;
        }
        let decision = invited(known, &offer, at(2)).unwrap();
        let found = decision.mail.map(|mail| match mail {
            Content::Invite { brands, .. } | Content::BrandsAdded { brands, .. } => {
                brands.to_string()
            }
            other => panic!("{other:?}"),
        });
        assert_eq!(found.as_deref(), named, "{brands:?}");
        assert!(
            brands.iter().all(|(brand, _)| decision.client.has(&BrandId::parse(brand).unwrap()))
        );
    }
}

#[test]
fn an_invite_that_has_expired_is_renewed_with_all_that_was_offered() {
    let settings = Settings::default();
    let old = pending(1, &["nike"], at(0));
    for (brands, has) in [(["nike"].as_slice(), vec!["nike"]), (&["puma"], vec!["nike", "puma"])] {
        let next = renew_with(&old, &offer(brands), &setting(&settings, at(20 * DAY))).unwrap();
        let grants: Vec<_> = next.grants.iter().map(|grant| grant.brand.as_str()).collect();
        assert_eq!((grants, next.invite_versions), (has, 2), "{brands:?}");
        assert_eq!(next.phase(at(20 * DAY)), Phase::Pending);
    }
    let many: Vec<String> = (0..200).map(|number| format!("brand-{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let refused = renew_with(&old, &offer(&many), &setting(&settings, at(20 * DAY)));
    let too_many = InviteError::TooManyBrands { allowed: 200, asked: 201 };
    assert_eq!(refused.unwrap_err(), too_many);
}

#[test]
fn what_an_invite_does_depends_on_where_the_person_stands() {
    let open = pending(1, &["nike"], at(0));
    let joined = open.accept(IdentityId::from_bytes([1; 16]), at(1)).unwrap();
    let revoked = joined.revoke(at(2)).unwrap();
    let (soon, late) = (at(DAY), at(14 * DAY));
    // known, brands, at, outcome, brands afterwards, versions, mails
    for (known, brands, now, outcome, has, versions, mail) in [
        (None, ["nike"].as_slice(), soon, Outcome::Invited, vec!["nike"], 1, true),
        (Some(&open), &["nike"], soon, Outcome::AlreadyThere, vec!["nike"], 1, false),
        (Some(&open), &["puma"], soon, Outcome::BrandsAdded, vec!["nike", "puma"], 1, false),
        (Some(&open), &["nike"], late, Outcome::Reinvited, vec!["nike"], 2, true),
        (Some(&open), &["puma"], late, Outcome::Reinvited, vec!["puma"], 2, true),
        (Some(&joined), &["nike"], late, Outcome::AlreadyThere, vec!["nike"], 1, false),
        (Some(&joined), &["puma"], late, Outcome::Granted, vec!["nike", "puma"], 1, true),
        (Some(&revoked), &["puma"], late, Outcome::Reinvited, vec!["puma"], 2, true),
    ] {
        let decision = invited(known, &offer(brands), now).unwrap();
        let grants: Vec<_> = decision.client.grants.iter().map(|g| g.brand.as_str()).collect();
        assert_eq!((decision.outcome, grants), (outcome, has), "{known:?} {brands:?}");
        assert_eq!(decision.client.invite_versions, versions);
        assert_eq!(decision.mail.is_some(), mail);
        assert_eq!(decision.event.is_some(), outcome != Outcome::AlreadyThere);
        let phase =
            known.map_or(Ok(Phase::Pending), |client| client.phase(now).next(Event::Invite));
        assert_eq!(Ok(decision.client.phase(now)), phase, "as the table of phases says");
    }
}

#[test]
fn an_invite_again_keeps_the_history() {
    let joined = pending(1, &["nike"], at(0)).accept(IdentityId::from_bytes([1; 16]), at(1));
    let revoked = joined.unwrap().revoke(at(2)).unwrap();
    let decision = invited(Some(&revoked), &offer(&["nike"]), at(3)).unwrap();
    assert_eq!(decision.client.id, revoked.id);
    assert_eq!(decision.client.joined_at, Some(at(1)));
    assert_eq!(decision.client.identity, revoked.identity);
}

#[test]
fn what_somebody_is_called_who_is_invited_again() {
    let name = |text: &str| Some(Name::parse(text).unwrap());
    let open = Client { name: name("Cy"), ..pending(1, &["nike"], at(0)) };
    let revoked = open.revoke(at(1)).unwrap();
    // known, whether and how the invite calls it, what it is called then
    for (known, renames, given, expected) in [
        (&revoked, false, None, name("Cy")),
        (&revoked, false, name("Cyrus"), name("Cy")),
        (&revoked, true, None, None),
        (&revoked, true, name("Cyrus"), name("Cyrus")),
        // The account's own, so far.
        (&open, true, name("Cyrus"), name("Cy")),
    ] {
        let offer = NewInvite { renames, name: given, ..offer(&["nike", "puma"]) };
        for now in [at(2), at(20 * DAY)] {
            let called = invited(Some(known), &offer, now).unwrap().client.name;
            assert_eq!(
                called, expected,
                "{:?}, {renames}, {:?}, {now}",
                known.standing, offer.name
            );
        }
    }
}

#[test]
fn a_client_has_200_brands_at_most() {
    let ids: Vec<String> = (0..201).map(|number| format!("brand{number}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let invited = |brands: &[&str], known: Option<&Client>| invited(known, &offer(brands), at(0));
    let full = invited(&ids[..200], None).unwrap().client;
    let error = InviteError::TooManyBrands { allowed: 200, asked: 201 };
    assert_eq!(invited(&ids, None).err(), Some(error));
    assert_eq!(invited(&ids[200..], Some(&full)).err(), Some(error));
}

#[test]
fn a_link_is_an_invite_without_a_mail() {
    let until = Some(Until::at(at(DAY)));
    let link = NewInvite { channel: Channel::Link, until, ..offer(&["nike"]) };
    let made = invited(None, &link, at(0)).unwrap();
    assert!(made.mail.is_none() && made.client.open_invite().unwrap().is_link());
    assert_eq!(made.client.invite_until(), Until::at(at(DAY)));
    let endless = NewInvite { channel: Channel::Link, ..offer(&["nike"]) };
    assert_eq!(invited(None, &endless, at(0)).unwrap().client.invite_until(), Until::FOREVER);
    let joined = made.client.accept(IdentityId::from_bytes([1; 16]), at(1)).unwrap();
    let refused = invited(Some(&joined), &link, at(2));
    assert_eq!(refused.err(), Some(InviteError::Refused(Refusal::Used)), "it needs no link");
}

#[test]
fn an_invite_is_renewed_10_times_a_day() {
    let settings = Settings::default();
    let mut client = pending(1, &["nike"], at(0));
    for hour in 1..=10 {
        client = resend(&client, &setting(&settings, at(hour * HOUR))).unwrap();
    }
    assert_eq!(
        (client.invite_versions, client.invite_until()),
        (11, Until::at(at(10 * HOUR + 14 * DAY)))
    );
    let refused = |now| resend(&client, &setting(&settings, now)).err();
    let rule = Limits::DEFAULT.resends;
    let too_often =
        |wait| Some(InviteError::TooOften(TooOften { limit: rule.name, allowed: 10, wait }));
    assert_eq!(refused(at(11 * HOUR)), too_often(14 * HOUR));
    assert_eq!(refused(at(DAY + HOUR - 1)), too_often(1));
    assert_eq!(refused(at(DAY + HOUR)), None);
}

#[test]
fn access_can_end_by_itself() {
    let end = |millis| Some(Until::at(at(millis)));
    let limited = NewInvite { access: end(5 * DAY), ..offer(&["nike", "puma"]) };
    let client = invited(None, &limited, at(0)).unwrap().client;
    assert!(client.grants.iter().all(|grant| grant.until == Until::at(at(5 * DAY))));
    let longer = NewInvite { access: end(9 * DAY), ..offer(&["nike"]) };
    let decision = invited(Some(&client), &longer, at(1)).unwrap();
    assert_eq!(decision.outcome, Outcome::BrandsAdded);
    let ends: Vec<_> = decision.client.grants.iter().map(|g| g.until.end().unwrap()).collect();
    assert_eq!(ends, [at(9 * DAY), at(5 * DAY)]);
    let same = invited(Some(&decision.client), &offer(&["nike"]), at(2)).unwrap();
    assert_eq!(same.outcome, Outcome::AlreadyThere, "no end given leaves it as it is");
}

#[test]
fn an_invite_again_offers_what_is_meant_now() {
    let own = Permissions { can_export: false, read_only: true, features: None };
    let mut old = pending(1, &["nike", "puma"], at(0));
    old.permissions = own.clone();
    old.grants[0].until = Until::at(at(90 * DAY));
    let revoked = old.accept(IdentityId::from_bytes([1; 16]), at(1)).unwrap().revoke(at(2));
    let mut settings = Settings::default();
    settings.permissions.can_export = false;
    let today: Permissions = settings.permissions.into();
    for client in [&old, &revoked.unwrap()] {
        for (asked, gets) in [(None, &today), (Some(own.clone()), &own)] {
            let again = NewInvite { permissions: asked, ..offer(&["nike"]) };
            let decision = invite(Some(client), &again, &setting(&settings, at(14 * DAY)));
            let next = decision.unwrap().client;
            let ends: Vec<Until> = next.grants.iter().map(|grant| grant.until).collect();
            assert_eq!((ends, &next.permissions), (vec![Until::FOREVER], gets));
            assert_eq!(next.grants[0].since, at(14 * DAY));
        }
    }
    let further = invited(Some(&old), &offer(&["nike"]), at(DAY)).unwrap();
    assert_eq!(further.client, old, "an open one stays as it is");
}

#[test]
fn an_invite_is_renewed_as_it_was_made() {
    let settings = Settings::default();
    let end = |millis| Some(Until::at(at(millis)));
    for (channel, until, made_for) in [
        (Channel::Mail, None, Some(14 * DAY)),
        (Channel::Link, None, None),
        (Channel::Link, end(2 * DAY), Some(2 * DAY)),
        (Channel::Link, end(1), Some(1)),
    ] {
        let note = Note::parse("See you").unwrap();
        let offer = NewInvite { channel, until, note, ..offer(&["nike"]) };
        let mut client = invited(None, &offer, at(0)).unwrap().client;
        for now in [at(DAY), at(30 * DAY)] {
            let problem = Undelivered { bounced: true, reason: "gone".to_owned() };
            let email = client.email.clone().unwrap();
            let mail = client.open_invite().unwrap().mail.unwrap_or(MailId::from_bytes([7; 16]));
            client = client.not_delivered(mail, &email, &problem, false);
            client = resend(&client, &setting(&settings, now)).unwrap();
            let until = made_for.map_or(Until::FOREVER, |millis| Until::at(now.plus(millis)));
            assert_eq!(client.invite_until(), until, "{channel:?}, made for {made_for:?}");
            let invite = client.open_invite().unwrap();
            assert_eq!((&invite.note, &invite.undelivered), (&offer.note, &None));
        }
    }
}

#[test]
fn an_address_is_mended_until_the_invite_is_accepted() {
    let settings = Settings::default();
    let mend = |client: &Client, now| {
        let email = Email::parse("ann@puma.example").unwrap();
        mend_address(client, email, &setting(&settings, now))
    };
    let open = Client { dead_address: Some("gone".into()), ..pending(1, &["nike"], at(0)) };
    for now in [at(DAY), at(20 * DAY)] {
        let next = mend(&open, now).unwrap();
        assert_eq!(next.email.as_ref().unwrap().as_str(), "ann@puma.example");
        assert_eq!((next.invite_versions, next.dead_address.as_ref()), (2, None));
        assert_eq!(next.invite_until(), Until::at(now.plus(14 * DAY)));
        assert_ne!(next.open_invite().unwrap().mail, open.open_invite().unwrap().mail);
    }
    let joined = open.accept(IdentityId::from_bytes([1; 16]), at(1)).unwrap();
    assert_eq!(joined.dead_address, None, "somebody reads its mails");
    assert_eq!(mend(&joined, at(2)), Err(Refusal::Used.into()));
    assert_eq!(mend(&joined.revoke(at(2)).unwrap(), at(3)), Err(Refusal::Revoked.into()));
}
