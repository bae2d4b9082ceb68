//! The rows that follow from a client, spelled out; and that differences of them add up.

use std::collections::BTreeMap;

use proptest::collection::btree_map;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::app::error::Error;
use crate::app::outbox::delivery_rows;
use crate::app::rows;
use crate::domain::client::tests::{at, pending};
use crate::domain::client::{Grant, Standing};
use crate::domain::email::Email;
use crate::domain::id::{BrandId, MailId};
use crate::domain::invite::Undelivered;
use crate::domain::text::Name;
use crate::domain::time::Until;

const BRANDS: [&str; 4] = ["adidas", "asics", "nike", "puma"];

fn agency() -> AgencyId {
    AgencyId::parse("acme").unwrap()
}

/// What is written for rows to become others.
fn difference(before: Rows<'_>, after: Rows<'_>) -> Result<Vec<(String, Option<String>)>, Error> {
    let changes = rows::difference(before, after)?;
    Ok(changes.into_iter().map(|change| (change.key, change.after)).collect())
}

/// Rows as a store holds them.
fn stored(rows: Rows<'_>) -> BTreeMap<String, String> {
    apply(BTreeMap::new(), Rows::default(), rows)
}

fn apply(
    mut store: BTreeMap<String, String>,
    before: Rows<'_>,
    after: Rows<'_>,
) -> BTreeMap<String, String> {
    for (key, value) in difference(before, after).unwrap() {
        match value {
            Some(value) => assert_ne!(store.insert(key, value.clone()), Some(value), "no news"),
            None => assert!(store.remove(&key).is_some(), "`{key}` wasn't there"),
        }
    }
    store
}

/// Clients of one id: invited, joined and revoked ones, with brands whose access ends or not.
fn any_client() -> impl Strategy<Value = Client> {
    let grants = btree_map(0..BRANDS.len(), option::of(5..9_u64), 0..=BRANDS.len());
    let (standing, invite_end) = (0..3_u8, option::of(4..8_u64));
    let (log_in, score, name) =
        (option::of(0..4_u64), option::of(0..=100_u8), option::of(0..2_usize));
    (grants, standing, invite_end, log_in, score, name, option::of(0..2_u8)).prop_map(
        |(grants, standing, invite_end, log_in, score, name, email)| {
            let mut client = pending(1, &[], at(3));
            client.grants = grants.into_iter().map(|(brand, end)| grant(brand, end)).collect();
            if let Standing::Pending { invite } = &mut client.standing {
                invite.until = until(invite_end);
            }
            match standing {
                0 => (),
                1 => client.standing = Standing::Joined { accepted: 1 },
                _ => client.standing = Standing::Revoked { at: at(7), offer_ended: None },
            }
            let name = name.map(|name| Name::parse(["Ada", "Zoë"][name]).unwrap());
            let email = email.map(|n| Email::parse(&format!("ada{n}@nike.example")).unwrap());
            Client { last_log_in: log_in.map(at), score, name, email, ..client }
        },
    )
}

fn grant(brand: usize, end: Option<u64>) -> Grant {
    Grant { brand: BrandId::parse(BRANDS[brand]).unwrap(), since: at(3), until: until(end) }
}

fn until(end: Option<u64>) -> Until {
    end.map_or(Until::FOREVER, |end| Until::at(at(end)))
}

proptest! {
    #[test]
    fn the_difference_turns_one_into_the_other(
        before in option::of(any_client()),
        after in option::of(any_client()),
    ) {
        let agency = agency();
        let before = before.as_ref().map_or_else(Rows::default, |c| derived_rows(&agency, c));
        let after = after.as_ref().map_or_else(Rows::default, |c| derived_rows(&agency, c));
        let store = apply(stored(before.clone()), before, after.clone());
        prop_assert_eq!(store, stored(after.clone()));
        prop_assert_eq!(difference(after.clone(), after).unwrap(), vec![]);
    }

    #[test]
    fn a_score_stands_in_no_other_rows(before in any_client(), score in option::of(0..=100_u8)) {
        let agency = agency();
        let after = Client { score, ..before.clone() };
        let all = difference(derived_rows(&agency, &before), derived_rows(&agency, &after));
        let some = difference(score_rows(&agency, &before), score_rows(&agency, &after));
        prop_assert_eq!(all.unwrap(), some.unwrap());
    }
}

proptest! {
    #[test]
    fn that_a_mail_did_not_arrive_stands_in_no_other_rows(
        before in any_client(),
        bounced in any::<bool>(),
        dead in any::<bool>(),
    ) {
        let agency = agency();
        let (id, address) = (MailId::from_bytes([1; 16]), Email::parse("ada0@nike.example"));
        let problem = Undelivered { bounced, reason: "gone".to_owned() };
        let after = before.not_delivered(id, &address.unwrap(), &problem, dead);
        let all = difference(derived_rows(&agency, &before), derived_rows(&agency, &after));
        let some = difference(delivery_rows(&agency, &before), delivery_rows(&agency, &after));
        prop_assert_eq!(all.unwrap(), some.unwrap());
    }
}

#[test]
fn every_row_of_a_client_is_spelled_from_it() {
    let mut client = pending(1, &["nike", "puma"], at(5));
    client.grants[0].until = Until::at(at(9));
    client.score = Some(40);
    let rows = stored(derived_rows(&agency(), &client));
    let short = |key: &String| key.replace(&client.id.to_string(), "{client}");
    let keys: Vec<String> = rows.keys().map(short).collect();
    insta::assert_snapshot!(keys.join("\n"), @r"
    a/acme/access/nike/000000000000009/{client}
    a/acme/access/puma/000001209600005/{client}
    a/acme/by-expiry/000001209600005/{client}
    a/acme/by-health/040/{client}
    a/acme/by-login/000000000000000/{client}
    a/acme/by-name/cdm6ipbeegok0rj9ddiispboc5mn0r35/{client}
    a/acme/by-status/1/999999999999994/{client}
    a/acme/client-email/2ZM_XOYO47xzNMIj6PSEE2-cuQvVJfSF-F_2TJUVzyM
    a/acme/client/{client}
    due/07/000000000000009/acme/access-end/{client}
    due/07/000001209600005/acme/invite-expiry/{client}
    ");
}
