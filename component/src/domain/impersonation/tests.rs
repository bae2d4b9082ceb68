//! Tables of what a sign-in is worth, and how far it reaches.

use std::collections::BTreeMap;

use super::*;
use crate::domain::account::{DisabledReason, Trial};
use crate::domain::actor::Actor;
use crate::domain::billing::{BillingItem, PayerId};
use crate::domain::client::tests::pending;
use crate::domain::id::{AddOnId, BrandId, ClientId};
use crate::domain::impersonation::reach::Part;
use crate::domain::log::{Entry, Subject};

fn operator(id: &str, role: Role) -> Operator {
    Operator { id: id.to_owned(), name: Name::parse("Mia").unwrap(), role, on_behalf_of: None }
}

fn account(id: &str) -> AccountId {
    AccountId::parse(id).unwrap()
}

fn brand(id: &str) -> BrandId {
    BrandId::parse(id).unwrap()
}

const fn at(minutes: u32) -> Timestamp {
    end_of(minutes, Timestamp::EPOCH)
}

fn started_by(role: Role) -> Impersonation {
    Impersonation {
        operator: "mia".to_owned(),
        operator_name: Name::parse("Mia").unwrap(),
        role,
        account: account("nike-inc"),
        reason: Name::parse("Set up the dashboards").unwrap(),
        mode: Mode::Full,
        started_at: at(0),
        ends_at: at(MINUTES),
        entry: 1,
        key: None,
        return_to: None,
        brand: None,
        ended: None,
    }
}

#[test]
fn it_lasts_until_its_time_or_the_accounts() {
    let running = started_by(Role::Manager);
    let ended = Some(Ended { at: at(1), how: How::Left });
    let left = Impersonation { ended, ..running.clone() };
    let last = at(MINUTES).minus(1).unwrap();
    let trial =
        |minutes| Standing::Trial(Trial { ends_at: at(minutes), ..Trial::of(1, Timestamp::EPOCH) });
    let disabled = |minutes| Standing::Disabled {
        since: at(minutes),
        reason: DisabledReason::ByHand,
        trial: None,
        deletes_at: None,
    };
    let deleted = Standing::Deleted { since: at(1) };
    let by_time = Some(Ended { at: at(MINUTES), how: How::Time });
    let by_account = |minutes| Some(Ended { at: at(minutes), how: How::Account });
    for (sign_in, account, now, expected) in [
        (&running, Standing::Setup, at(0), None),
        (&running, trial(20), at(19), None),
        (&running, Standing::Active, last, None),
        (&running, Standing::Active, at(MINUTES), by_time),
        (&running, Standing::Active, at(MINUTES + 5), by_time),
        (&running, disabled(1), at(1), by_account(1)),
        (&running, deleted, at(3), by_account(1)),
        // A trial ends by itself; so it stays, however late somebody looks.
        (&running, trial(20), at(20), by_account(20)),
        (&running, trial(20), at(MINUTES + 5), by_account(20)),
        (&running, trial(MINUTES + 1), at(MINUTES + 5), by_time),
        (&running, disabled(MINUTES), at(MINUTES), by_time),
        (&left, Standing::Active, at(2), ended),
        (&left, deleted, at(61), ended),
    ] {
        assert_eq!(sign_in.over(account, now), expected, "{account:?} at {now}");
        let by_itself = sign_in.ended.is_some() || now >= at(MINUTES);
        assert_eq!(sign_in.is_over_by_itself(now), by_itself, "{account:?} at {now}");
    }
}

#[test]
fn it_is_the_starters_alone_and_of_the_role_then() {
    for (started, comes, expected) in [
        (Role::Manager, operator("mia", Role::Manager), None),
        (Role::Manager, operator("mia", Role::Owner), None),
        (Role::Viewer, operator("mia", Role::Viewer), None),
        (Role::Manager, operator("mia", Role::Viewer), Some(How::Role)),
        (Role::Owner, operator("mia", Role::Manager), Some(How::Role)),
        (Role::Manager, operator("olga", Role::Owner), Some(How::Actor)),
        (Role::Manager, operator("Mia", Role::Manager), Some(How::Actor)),
    ] {
        assert_eq!(started_by(started).broken_by(&comes), expected, "{started:?}, {comes:?}");
    }
}

#[test]
fn who_may_start_and_stop_it() {
    for (role, mode, expected) in [
        (Role::Owner, Mode::Full, true),
        (Role::Manager, Mode::Full, true),
        (Role::Viewer, Mode::Full, false),
        (Role::Owner, Mode::ReadOnly, true),
        (Role::Viewer, Mode::ReadOnly, true),
    ] {
        assert_eq!(may_start(role, mode), expected, "{role:?} {mode:?}");
    }
    for (stops, expected) in [
        (operator("mia", Role::Viewer), true),
        (operator("olga", Role::Owner), true),
        (operator("max", Role::Manager), false),
    ] {
        assert_eq!(started_by(Role::Manager).may_be_stopped_by(&stops), expected, "{stops:?}");
    }
}

#[test]
fn what_an_account_allows() {
    let allowed_until = Some(at(10));
    for (policy, allowed_until, mode, expected) in [
        (SignInPolicy::Always, None, Mode::Full, Allowance::Always),
        (SignInPolicy::Always, allowed_until, Mode::Full, Allowance::Always),
        (SignInPolicy::ReadOnly, None, Mode::ReadOnly, Allowance::Always),
        (SignInPolicy::ReadOnly, None, Mode::Full, Allowance::Nothing),
        (SignInPolicy::ReadOnly, allowed_until, Mode::Full, Allowance::Until(at(10))),
        (SignInPolicy::WhenAllowed, None, Mode::ReadOnly, Allowance::Nothing),
        (SignInPolicy::WhenAllowed, allowed_until, Mode::ReadOnly, Allowance::Until(at(10))),
        (SignInPolicy::WhenAllowed, allowed_until, Mode::Full, Allowance::Until(at(10))),
        (SignInPolicy::WhenAllowed, Some(at(5)), Mode::Full, Allowance::Nothing),
    ] {
        let sign_ins = SignIns { policy, allowed_until, report: false };
        assert_eq!(allowance(&sign_ins, mode, at(5)), expected, "{sign_ins:?}, {mode:?}");
    }
}

#[test]
fn what_a_banner_says() {
    let nike = Name::parse("Nike Inc").unwrap();
    let full = started_by(Role::Manager);
    assert_eq!(full.words(&nike), "Mia is signed in on behalf of Nike Inc.");
    let looks = Impersonation { mode: Mode::ReadOnly, ..full };
    assert_eq!(looks.words(&nike), "Mia is signed in on behalf of Nike Inc, to look only.");
    assert_eq!(Impersonation::way_out(&nike), "Leave Nike Inc");
}

fn reach() -> Reach {
    Reach {
        account: account("nike-inc"),
        brands: [brand("nike"), brand("jordan")].into_iter().collect(),
    }
}

#[test]
fn of_a_client_only_the_accounts_brands_show() {
    for (brands, part, shown) in [
        (&["nike"][..], Part::Whole, Some(vec!["nike"])),
        (&["nike", "jordan"], Part::Whole, Some(vec!["nike", "jordan"])),
        (&["puma", "nike"], Part::Shared, Some(vec!["nike"])),
        (&["puma"], Part::Nothing, None),
        (&[], Part::Nothing, None),
    ] {
        let client = pending(1, brands, Timestamp::EPOCH);
        assert_eq!(reach().part_of(&client), part, "{brands:?}");
        let grants = reach().shown(client).map(|client| client.grants);
        let grants = grants.map(|grants| grants.into_iter().map(|grant| grant.brand).collect());
        let expected: Option<Vec<BrandId>> =
            shown.map(|shown| shown.into_iter().map(brand).collect());
        assert_eq!(grants, expected, "{brands:?}");
    }
}

#[test]
fn what_is_paid_for_the_account() {
    let add_on = AddOnId::parse("users").unwrap();
    for (item, expected) in [
        (BillingItem::WhiteLabel(brand("nike")), true),
        (BillingItem::WhiteLabel(brand("puma")), false),
        (BillingItem::Plan(account("nike-inc")), true),
        (BillingItem::Plan(account("puma-inc")), false),
        (BillingItem::AddOn { account: account("nike-inc"), add_on: add_on.clone() }, true),
        (BillingItem::AddOn { account: account("puma-inc"), add_on }, false),
        (BillingItem::Adjustment(Name::parse("Fee").unwrap()), false),
    ] {
        assert_eq!(reach().is_charged_for(&item), expected, "{item:?}");
    }
    assert!(reach().pays(&PayerId::Account(account("nike-inc"))));
    assert!(!reach().pays(&PayerId::Account(account("puma-inc"))));
    assert!(!reach().pays(&PayerId::Agency));
}

#[test]
fn which_entries_are_the_accounts() {
    let client = || Subject::Client(ClientId::from_bytes([1; 16]));
    let own_brand = || Subject::Brand(brand("nike"));
    let others_brand = || Subject::Brand(brand("puma"));
    let own = || Subject::Account(account("nike-inc"));
    let others = || Subject::Account(account("puma-inc"));
    let plain = Actor::Operator(operator("mia", Role::Manager));
    let acting = |id: &str| {
        let on_behalf_of = Some(account(id));
        Actor::Operator(Operator { on_behalf_of, ..operator("mia", Role::Manager) })
    };
    for (actor, about, expected) in [
        (plain.clone(), vec![own()], true),
        (plain.clone(), vec![client(), own_brand()], true),
        (Actor::System, vec![client(), own_brand(), own()], true),
        (plain.clone(), vec![client(), own_brand(), others_brand()], false),
        (plain.clone(), vec![own_brand(), others(), own()], false),
        (plain.clone(), vec![client()], false),
        (plain.clone(), vec![], false),
        (plain, vec![others()], false),
        (acting("nike-inc"), vec![client()], true),
        (acting("nike-inc"), vec![client(), others_brand()], false),
        (acting("puma-inc"), vec![client()], false),
        // The brand was another account's then.
        (acting("puma-inc"), vec![own_brand()], false),
    ] {
        let entry = Entry {
            number: 1,
            at: Timestamp::EPOCH,
            actor,
            trace_id: None,
            about,
            event: (),
            personal: BTreeMap::new(),
        };
        assert_eq!(reach().tells(&entry), expected, "{entry:?}");
    }
}
