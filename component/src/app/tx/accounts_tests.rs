//! The rows that follow from an account, spelled out, and what a change does to them.

use super::*;
use crate::app::rows::{Change, difference, spelled};
use crate::domain::account::tests::{at, named, with_plan};
use crate::domain::account::{BillingOwner, Standing, Trial};
use crate::domain::email::Email;
use crate::domain::id::ClientId;
use crate::domain::text::Name;

fn agency() -> AgencyId {
    AgencyId::parse("acme").unwrap()
}

fn owned(account: Account) -> Account {
    Account { owner: Some(ClientId::from_bytes([1; 16])), ..account }
}

/// What a change does to rows, without what stands before each key.
fn changed(before: &Account, after: &Account) -> Vec<String> {
    let rows = difference(account_rows(&agency(), before), account_rows(&agency(), after));
    let told = |change: Change<'_>| {
        let key = change.key.trim_start_matches("a/acme/account");
        format!("{}{key}", if change.after.is_some() { "+" } else { "-" })
    };
    rows.unwrap().into_iter().map(told).collect()
}

#[test]
fn every_row_of_an_account_is_spelled_from_it() {
    let account = with_plan(named("nike-inc", "Nike"), "small", Some(at(9)));
    let rows = spelled(account_rows(&agency(), &account)).unwrap();
    let keys: Vec<String> = rows.into_iter().map(|(key, _)| key).collect();
    insta::assert_snapshot!(keys.join("\n"), @r"
    a/acme/account-billed/agency/nike-inc
    a/acme/account-by-created/000000000000000/nike-inc
    a/acme/account-by-name/dpkmmp8/nike-inc
    a/acme/account-by-status/1/000000000000000/nike-inc
    a/acme/account-counted/nike-inc
    a/acme/account-plan/small/nike-inc
    a/acme/account-plan/tiny/nike-inc
    a/acme/account/nike-inc
    ");
}

#[test]
fn a_change_moves_what_follows_from_it_and_nothing_else() {
    let before = || named("nike-inc", "Nike");
    let email = Email::parse("office@nike.example").ok();
    let trial = Standing::Trial(Trial::of(3, at(0)));
    for (what, after, expected) in [
        ("nothing", before(), vec![]),
        ("a price", Account { resale_price: Some(1), ..before() }, vec!["+/nike-inc"]),
        (
            "a name that folds alike",
            Account { name: Name::parse("NIKE").unwrap(), ..before() },
            vec!["+/nike-inc"],
        ),
        (
            "an address",
            Account { email, ..before() },
            vec!["+-by-name/dpkmmp8/nike-inc", "+/nike-inc"],
        ),
        (
            "a trial",
            Account { standing: trial, ..before() },
            vec![
                "--by-status/1/000000000000000/nike-inc",
                "+-by-status/2/000000259200000/nike-inc",
                "+/nike-inc",
            ],
        ),
        (
            "a payer",
            Account { billing_owner: BillingOwner::Platform, ..before() },
            vec![
                "--billed/agency/nike-inc",
                "+-billed/platform/nike-inc",
                "+-plan-due/-/nike-inc",
                "+/nike-inc",
            ],
        ),
        (
            "an owner",
            owned(before()),
            vec!["+-owned/01010101-0101-0101-0101-010101010101/nike-inc", "+/nike-inc"],
        ),
        (
            "a deletion",
            owned(Account { standing: Standing::Deleted { since: at(1) }, ..before() }),
            vec![
                "--by-status/1/000000000000000/nike-inc",
                "+-by-status/5/000000086400000/nike-inc",
                "+/nike-inc",
            ],
        ),
        (
            "a plan",
            with_plan(before(), "small", None),
            vec!["+-counted/nike-inc", "+-plan/small/nike-inc", "+/nike-inc"],
        ),
    ] {
        assert_eq!(changed(&before(), &after), expected, "{what}");
    }
}
