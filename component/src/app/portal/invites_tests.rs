//! What a token is worth, by what became of its client.

use super::*;
use crate::domain::client::tests::{at, pending};
use crate::domain::id::IdentityId;
use crate::domain::time::{DAY, Until};

#[test]
fn a_spent_token_says_what_became_of_it() {
    let open = pending(1, &["nike"], at(0));
    let renewed = Client { invite_versions: 2, ..open.clone() };
    let joined = open.accept(IdentityId::from_bytes([1; 16]), at(1)).unwrap();
    let joined_later = renewed.accept(IdentityId::from_bytes([1; 16]), at(1)).unwrap();
    let revoked = joined.revoke(at(2)).unwrap();
    let mut limited = open.clone();
    limited.grants[0].until = Until::at(at(DAY));
    let late = limited.clone().current(at(DAY), &[]);
    let (soon, end) = (at(5), at(14 * DAY));
    for (client, version, now, spent) in [
        (Some(&open), 1, soon, None),
        (Some(&open), 1, end, Some(Spent::Expired(end))),
        (Some(&limited), 1, soon, None),
        (Some(&late), 1, at(DAY), Some(Spent::Expired(at(DAY)))),
        (Some(&late), 1, at(90 * DAY), Some(Spent::Expired(at(DAY)))),
        (Some(&late), 0, at(DAY), Some(Spent::Withdrawn)),
        (Some(&renewed), 1, soon, Some(Spent::Replaced)),
        (Some(&renewed), 1, end, Some(Spent::Replaced)),
        (Some(&renewed), 2, soon, None),
        (Some(&joined), 1, soon, Some(Spent::Used)),
        (Some(&joined_later), 1, soon, Some(Spent::Replaced)),
        (Some(&joined_later), 2, soon, Some(Spent::Used)),
        (Some(&revoked), 1, soon, Some(Spent::Withdrawn)),
        (None, 1, soon, Some(Spent::Used)),
    ] {
        assert_eq!(Spent::of(client, version, now), spent, "{client:?} {version} {now}");
    }
}

#[test]
fn access_that_ended_after_its_invite_leaves_the_invites_end() {
    let mut client = pending(1, &["nike"], at(0));
    client.grants[0].until = Until::at(at(20 * DAY));
    let late = client.current(at(30 * DAY), &[]);
    assert_eq!(Spent::of(Some(&late), 1, at(30 * DAY)), Some(Spent::Expired(at(14 * DAY))));
}

#[test]
fn each_refusal_has_its_own_word() {
    let words = ["used", "replaced", "withdrawn"];
    for (spent, word) in [Spent::Used, Spent::Replaced, Spent::Withdrawn].into_iter().zip(words) {
        let text = Error::from(spent).to_string();
        let found: Vec<&str> = words.into_iter().filter(|word| text.contains(word)).collect();
        assert_eq!(found, [word], "{text}");
    }
    assert_eq!(Error::from(Spent::Expired(at(7))), Error::Expired(at(7)));
}
