//! What becomes of a client, in every status.

use core::fmt::Write as _;

use super::*;
use crate::domain::id::MailId;
use crate::domain::invite::Channel;
use crate::domain::inviting::{self, InviteContext, InvitedBrand, NewInvite};
use crate::domain::keyring::KeyId;
use crate::domain::limits::Limits;
use crate::domain::settings::{Settings, Thresholds};
use crate::domain::time::DAY;

pub fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub fn pending(number: u8, brands: &[&str], now: Timestamp) -> Client {
    let grant =
        |id: &&str| Grant { brand: BrandId::parse(id).unwrap(), since: now, until: Until::FOREVER };
    let mail = MailId::from_bytes([number; 16]);
    Client {
        id: ClientId::from_bytes([number; 16]),
        search_slot: 0,
        folding: Folding::CURRENT,
        email: Some(Email::parse(&format!("client{number}@nike.example")).unwrap()),
        name: None,
        label: None,
        note: None,
        standing: Standing::Pending {
            invite: Invite {
                version: 1,
                until: Until::at(now.plus(14 * DAY)),
                inviter: name("Olga"),
                channel: Channel::Mail,
                mail: Some(mail),
                domain: None,
                note: None,
                key: None,
                undelivered: None,
            },
        },
        grants: brands.iter().map(grant).collect(),
        permissions: Permissions::default(),
        created_at: now,
        invited_at: now,
        joined_at: None,
        last_log_in: None,
        score: None,
        noted_crossing: None,
        identity: None,
        invite_versions: 1,
        dead_address: None,
        resends: Recent::default(),
        merged: Vec::new(),
        erased: false,
    }
}

const PERSON: IdentityId = IdentityId::from_bytes([1; 16]);

/// A link, open for two weeks.
fn link(brands: &[&str], now: Timestamp) -> Client {
    let mut client = Client { email: None, ..pending(2, brands, now) };
    if let Standing::Pending { invite } = &mut client.standing {
        (invite.channel, invite.mail) = (Channel::Link, None);
    }
    client
}

/// What may be done with a client, by the functions that do it.
fn apply(event: &str, client: &Client, now: Timestamp) -> Result<Client, String> {
    let settings = Settings::default();
    let setting = InviteContext {
        client: client.id,
        search_slot: 0,
        mail: MailId::from_bytes([9; 16]),
        key: &KeyId::parse("k1").unwrap(),
        settings: &settings,
        limits: &Limits::DEFAULT,
        now,
    };
    let offer = |brand: &str| NewInvite {
        email: client.email.clone(),
        name: None,
        renames: false,
        label: None,
        brands: vec![InvitedBrand {
            id: BrandId::parse(brand).unwrap(),
            name: name("Brand"),
            shown: true,
        }],
        access: None,
        permissions: None,
        note: None,
        inviter: name("Olga"),
        channel: Channel::Mail,
        domain: None,
        until: None,
    };
    let text = |refusal: Refusal| refusal.to_string();
    match event {
        "invite" => {
            let decision = inviting::invite(Some(client), &offer("puma"), &setting);
            decision.map(|decision| decision.client).map_err(|error| error.to_string())
        }
        "resend" => inviting::resend(client, &setting).map_err(|error| error.to_string()),
        "mend address" => {
            let email = Email::parse("ann@puma.example").unwrap();
            inviting::mend_address(client, email, &setting).map_err(|error| error.to_string())
        }
        "accept" => client.accept(PERSON, now).map_err(text),
        "log in" => client.log_in(now).map_err(text),
        "add brands" => {
            let decision = inviting::add_brands(client, &offer("puma"), &Limits::DEFAULT, now);
            decision.map(|decision| decision.client).map_err(|error| error.to_string())
        }
        "revoke" => client.revoke(now).map_err(text),
        "erase" => client.erase(now).map_err(text),
        "14 days pass" | "45 days pass" => Ok(client.clone()),
        other => panic!("what is `{other}`?"),
    }
}

/// The status, and whether an invite is over: what the list shows.
fn shown(client: &Client, now: Timestamp) -> String {
    let expired = if client.phase(now) == Phase::Expired { " (expired)" } else { "" };
    format!("{}{expired}", client.status(now, Thresholds::DEFAULT).name())
}

#[test]
fn the_table_of_statuses_and_events_is_what_it_says() {
    let joined = pending(1, &["nike"], at(0)).accept(PERSON, at(0)).unwrap();
    let rows = [
        (pending(1, &["nike"], at(0)), 13 * DAY),
        (pending(1, &["nike"], at(0)), 14 * DAY),
        (link(&["nike"], at(0)), 13 * DAY),
        (link(&["nike"], at(0)), 14 * DAY),
        (joined.clone(), 13 * DAY),
        (joined.clone(), 14 * DAY),
        (joined.clone(), 45 * DAY),
        (joined.revoke(at(DAY)).unwrap(), DAY),
    ];
    let events = [
        ("invite", 0),
        ("resend", 0),
        ("mend address", 0),
        ("accept", 0),
        ("log in", 0),
        ("add brands", 0),
        ("revoke", 0),
        ("erase", 0),
        ("14 days pass", 14 * DAY),
        ("45 days pass", 45 * DAY),
    ];
    let mut table = format!("{:<22}{:<14}status afterwards\n", "status", "event");
    for (client, now) in rows {
        for (event, pause) in events {
            let next = match apply(event, &client, at(now)) {
                Ok(next) => shown(&next, at(now + pause)),
                Err(refusal) => format!("refused: {refusal}"),
            };
            writeln!(table, "{:<22}{event:<14}{next}", shown(&client, at(now))).unwrap();
        }
    }
    assert_eq!(table, include_str!("transitions.txt"), "\n{table}");
}

#[test]
fn a_status_turns_at_its_very_millisecond() {
    let login = at(1_000);
    let client = pending(1, &["nike"], at(0)).accept(PERSON, login).unwrap();
    let other = Thresholds::new(1, 2).unwrap();
    for (thresholds, age, status) in [
        (Thresholds::DEFAULT, 0, Status::Active),
        (Thresholds::DEFAULT, 14 * DAY - 1, Status::Active),
        (Thresholds::DEFAULT, 14 * DAY, Status::AtRisk),
        (Thresholds::DEFAULT, 45 * DAY - 1, Status::AtRisk),
        (Thresholds::DEFAULT, 45 * DAY, Status::Churned),
        (other, DAY - 1, Status::Active),
        (other, DAY, Status::AtRisk),
        (other, 2 * DAY - 1, Status::AtRisk),
        (other, 2 * DAY, Status::Churned),
    ] {
        let now = login.plus(age);
        assert_eq!(client.status(now, thresholds), status, "after {age} ms");
        let (at_risk, churned) = thresholds.last_log_ins(now);
        let since = |cut: Option<Timestamp>| cut.is_some_and(|cut| login <= cut);
        let by_cut = match (since(at_risk), since(churned)) {
            (false, _) => Status::Active,
            (true, false) => Status::AtRisk,
            (true, true) => Status::Churned,
        };
        assert_eq!(by_cut, status, "lists cut where statuses turn");
    }
    let back = client.log_in(login.plus(50 * DAY)).unwrap();
    assert_eq!(back.status(login.plus(50 * DAY), Thresholds::DEFAULT), Status::Active);
}

#[test]
fn access_ends_by_itself_and_with_its_brand() {
    let mut client = pending(1, &["nike", "puma"], at(0)).accept(PERSON, at(1)).unwrap();
    client.grants[0].until = Until::at(at(100));
    let brands = |client: &Client| {
        client.grants.iter().map(|grant| grant.brand.to_string()).collect::<Vec<_>>()
    };
    let now = |millis, archived: &[Archived]| client.clone().current(at(millis), archived);
    let puma = [Archived { brand: BrandId::parse("puma").unwrap(), at: at(150) }];
    assert_eq!(brands(&now(99, &[])), ["nike", "puma"]);
    assert_eq!(brands(&now(100, &[])), ["puma"]);
    assert_eq!(brands(&now(99, &puma)), ["nike"]);
    let out = now(200, &puma);
    assert_eq!(out.revoked_at(), Some(at(150)), "with the last of them");
    assert!(out.grants.is_empty());
    assert_eq!(out.status(at(200), Thresholds::DEFAULT), Status::Revoked);
}

#[test]
fn a_link_is_taken_over_by_whoever_is_a_client_already() {
    let link = link(&["puma", "nike"], at(0));
    let invited = pending(1, &["nike"], at(0));
    let joined = invited.accept(PERSON, at(1)).unwrap();
    let revoked = joined.revoke(at(2)).unwrap();
    for (client, now, brands, version) in [
        (&joined, 5, vec!["nike", "puma"], 1),
        (&invited, 5, vec!["nike", "puma"], 2),
        (&revoked, 5, vec!["puma", "nike"], 2),
    ] {
        let next = client.take_over(&link, PERSON, at(now)).unwrap();
        let has: Vec<_> = next.grants.iter().map(|grant| grant.brand.as_str()).collect();
        assert_eq!((has, next.invite_versions), (brands, version));
        assert_eq!((next.id, next.last_log_in), (client.id, Some(at(now))));
        assert_eq!(next.standing, Standing::Joined { accepted: version });
    }
    let late = joined.take_over(&link, PERSON, at(14 * DAY));
    assert_eq!(late, Err(Refusal::Expired));
}

#[test]
fn erasing_leaves_nobody() {
    let client = Client { name: Some(name("Ann")), ..pending(1, &["nike"], at(0)) };
    assert_eq!(client.erase(at(1)), Err(Refusal::NotRevoked));
    let erased = client.revoke(at(1)).unwrap().erase(at(2)).unwrap();
    assert!(erased.erased && erased.email.is_none() && erased.name.is_none());
    assert_eq!((erased.id, erased.title()), (client.id, ""));
    assert!(erased.phase(at(3)).next(Event::Erase).is_ok(), "again");
}

#[test]
fn an_offer_ends_with_its_invite_or_with_all_access_that_it_offers() {
    let ends = |nike: Option<u64>, puma: Option<u64>| {
        let mut client = pending(1, &["nike", "puma"], at(0));
        for (grant, days) in client.grants.iter_mut().zip([nike, puma]) {
            grant.until = days.map_or(Until::FOREVER, |days| Until::at(at(days * DAY)));
        }
        client
    };
    for (nike, puma, days) in
        [(None, None, 14), (Some(2), None, 14), (Some(2), Some(5), 5), (Some(2), Some(20), 14)]
    {
        assert_eq!(ends(nike, puma).offer_until(), Until::at(at(days * DAY)), "{nike:?} {puma:?}");
    }
    let joined = ends(Some(2), Some(5)).accept(PERSON, at(1)).unwrap();
    assert_eq!(joined.offer_until(), Until::FOREVER, "it is offered nothing");
    let puma = [Archived { brand: BrandId::parse("puma").unwrap(), at: at(4 * DAY) }];
    for (archived, offer_ended) in [(&[][..], Some(at(5 * DAY))), (&puma, None)] {
        let over = ends(Some(2), Some(5)).current(at(5 * DAY), archived);
        let Standing::Revoked { offer_ended: found, .. } = over.standing else { panic!() };
        assert_eq!(found, offer_ended, "a link to what was archived is withdrawn");
    }
    assert_eq!(joined.current(at(9 * DAY), &[]).standing, {
        Standing::Revoked { at: at(5 * DAY), offer_ended: None }
    });
}

#[test]
fn a_mail_that_did_not_arrive_says_something_about_its_own_invite_and_address() {
    let client = pending(1, &["nike"], at(0));
    let (own, other) = (client.email.clone().unwrap(), Email::parse("x@y.example").unwrap());
    let problem = Undelivered { bounced: true, reason: "gone".to_owned() };
    for (mail, address, dead, undelivered, dead_address) in [
        (1, &own, true, true, true),
        (1, &own, false, true, false),
        (9, &own, true, false, true),
        (9, &own, false, false, false),
        (9, &other, true, false, false),
    ] {
        let next = client.not_delivered(MailId::from_bytes([mail; 16]), address, &problem, dead);
        assert_eq!(next.undelivered(), undelivered.then_some(&problem), "mail {mail}, {address}");
        assert_eq!(next.dead_address, dead_address.then(|| "gone".to_owned()));
    }
}
