//! What each event is about.

use serde_json::Value;

use super::*;
use crate::domain::billing::terms_changes::Replaced;
use crate::domain::billing::{BillingItem, LineKind, PayerId, Posting, Reason};
use crate::domain::catalog::Resources;
use crate::domain::id::{AgencyId, BrandId, IdentityId, MailId};
use crate::domain::log::booked::Booked;
use crate::domain::log::details::Allocation;
use crate::domain::log::entry::Fields;
use crate::domain::log::standing::{IndexesRepaired, StandsSince};
use crate::domain::log::subject::subjects_of_schema_1;
use crate::domain::money::{Currency, Money};
use crate::domain::period::Period;
use crate::domain::permissions::Permissions;
use crate::domain::text::Name;
use crate::domain::time::{Timestamp, Until};

fn client(byte: u8) -> ClientId {
    ClientId::from_bytes([byte; 16])
}

fn brand(id: &str) -> BrandId {
    BrandId::parse(id).unwrap()
}

fn booked(reason: Reason) -> Event {
    let (start, end) = (Timestamp::EPOCH, Timestamp::MAX);
    let (amount, covers) = (Money::new(1, Currency::USD), Period { start, end });
    let posting = Posting {
        at: start,
        kind: LineKind::Charge,
        amount,
        covers,
        reason,
        note: None,
        working: None,
    };
    let item = BillingItem::WhiteLabel(brand("nike"));
    Event::booked(Booked::together(&PayerId::Agency, &item, &posting, &[]).unwrap())
}

fn stands() -> StandsSince {
    StandsSince { reason: Name::of_ours("Unpaid") }
}

/// Every event, with what it is about: `a`, `b` are clients.
fn table() -> Vec<(Event, &'static str)> {
    use Event as E;
    let (a, at) = (client(0xaa), Timestamp::EPOCH);
    let (identity, mail) = (IdentityId::from_bytes([1; 16]), MailId::from_bytes([2; 16]));
    let brands = || vec![brand("puma"), brand("nike")];
    let (until, channel) = (Until::FOREVER, "mail");
    let permissions = Permissions::default();
    vec![
        (E::AgencyCreated { agency: AgencyId::parse("acme").unwrap() }, ""),
        (E::AgencySuspended(stands()), ""),
        (E::AgencyResumed(stands()), ""),
        (E::AgencyClosed(stands()), ""),
        (E::ClockReset { from: at, to: at }, ""),
        (E::IndexesRepaired(IndexesRepaired { rows: 1, kinds: vec!["tally 1".into()] }), ""),
        (E::SettingsChanged { changed: vec!["name"] }, ""),
        (E::DigestSent { recipients: 1 }, ""),
        (E::TermsChanged { changed: vec!["price"], replaced: vec![Replaced::TrialEnd { at }] }, ""),
        (E::ActivitySealed { clients: vec![a], events: 1, hash: String::new() }, ""),
        (E::BrandCreated { brand: brand("nike"), name: "Nike".into() }, "nike"),
        (E::BrandRenamed { brand: brand("nike"), name: "Nike".into() }, "nike"),
        (E::BrandArchived { brand: brand("nike"), clients: 1, revoked: 1 }, "nike"),
        (booked(Reason::Started), "nike"),
        (booked(Reason::Renewed), "nike"),
        (booked(Reason::Stopped), "nike"),
        (E::ClientInvited { client: a, brands: brands(), until, channel }, "a puma nike"),
        (E::ClientReinvited { client: a, brands: brands(), until, channel }, "a puma nike"),
        (E::InviteResent { client: a, until, channel }, "a"),
        (E::InviteMailedAgain { client: a, until }, "a"),
        (E::BrandAccessAdded { client: a, brands: brands() }, "a puma nike"),
        (E::BrandAccessRemoved { client: a, brands: brands() }, "a puma nike"),
        (E::BrandAccessEnded { client: a, brands: brands() }, "a puma nike"),
        (E::ClientRevoked { client: a, brands: brands() }, "a puma nike"),
        (E::ClientUpdated { client: a, changed: vec!["note"] }, "a"),
        (E::PermissionsChanged { client: a, permissions }, "a"),
        (E::ClientJoined { client: a, identity, new_login: true, verified: true }, "a"),
        (E::ClientMerged { client: a, into: client(0xbb) }, "a b"),
        (E::SignedIn { client: a, brand: Some(brand("nike")) }, "a nike"),
        (E::SessionContinued { client: a, brand: Some(brand("nike")) }, "a nike"),
        (E::SignedOut { client: a, brand: None }, "a"),
        (E::SignInFailed { client: None }, ""),
        (E::SignInFailed { client: Some(a) }, "a"),
        (E::BrandSwitched { client: a, brand: brand("nike") }, "a nike"),
        (E::ClientAtRisk { client: a, since: at, last_log_in: at }, "a"),
        (E::ClientChurned { client: a, since: at, last_log_in: at }, "a"),
        (E::EmailConfirmed { client: a, identity }, "a"),
        (E::EmailChangeAsked { client: a, identity }, "a"),
        (E::EmailChanged { client: a, identity }, "a"),
        (E::PasswordResetSent { client: a, identity }, "a"),
        (E::PasswordReset { client: a, identity }, "a"),
        (E::PasswordChanged { client: a, identity }, "a"),
        (E::ClientErased { client: a }, "a"),
        (E::MailFailed { mail, client: None }, ""),
        (E::MailBounced { mail, client: Some(a) }, "a"),
    ]
}

fn spelled(subjects: &[Subject]) -> String {
    let word = |subject: &Subject| match subject {
        Subject::Client(id) if *id == client(0xaa) => "a".to_owned(),
        Subject::Client(_) => "b".to_owned(),
        Subject::Brand(id) => id.to_string(),
        Subject::Account(id) => format!("account {id}"),
    };
    subjects.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn an_event_is_about_the_clients_and_brands_that_it_is_looked_for_under() {
    for (event, expected) in table() {
        assert_eq!(spelled(&event.about()), expected, "{event:?}");
    }
}

/// Entries of schema 1 had these very fields.
#[test]
fn the_fields_of_an_old_entry_say_the_same() {
    for (event, expected) in table() {
        let Value::Object(fields) = serde_json::to_value(&event).unwrap() else { panic!() };
        let fields: Fields = fields;
        assert_eq!(spelled(&subjects_of_schema_1(&fields)), expected, "{event:?}");
    }
}

#[test]
fn what_an_account_may_use_is_about_the_account() {
    let account = AccountId::parse("nike-inc").unwrap();
    let (id, at) = (|| account.clone(), Timestamp::EPOCH);
    let resources = Some(Allocation::from(Resources::NONE));
    let running_out = Event::ResourceRunningOut {
        account: id(),
        resource: "users",
        limit: 5,
        used: 4,
        runs_out_at: at,
    };
    for event in [
        Event::AccountResourcesSet { account: id(), resources },
        Event::AccountFeaturesSet { account: id(), features: None },
        running_out,
    ] {
        assert_eq!(spelled(&event.about()), "account nike-inc", "{event:?}");
    }
    let set = Event::AccountResourcesSet { account: id(), resources };
    let said = serde_json::to_value(&set).unwrap();
    assert_eq!(said["resources"]["api-calls"], serde_json::json!({"at-most": 0}));
}
