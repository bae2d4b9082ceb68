//! Orders of an agency's accounts, and where those stand together that have something in common.

use super::{Key, Range, padded};
use crate::app::record::Marker;
use crate::domain::account::{Account, BillingOwner, Standing, Status, Template};
use crate::domain::id::{AccountId, AgencyId, ClientId, PlanId, TemplateId};
use crate::domain::search::{self, FoundBy};
use crate::domain::time::Timestamp;

/// An account's place in the order of names, and what it is found by.
pub fn account_by_name(agency: &AgencyId, account: &Account) -> Key<FoundBy> {
    let place = search::account_collation(account);
    Key::new(format!("a/{agency}/account-by-name/{place}/{}", account.id))
}

/// All accounts in the order of their names.
pub fn accounts_by_name(agency: &AgencyId) -> Range<FoundBy> {
    Range::new(format!("a/{agency}/account-by-name/"))
}

/// An account's place in the order of creation: hosts choose ids, so those don't tell it.
pub fn account_by_created(agency: &AgencyId, account: &Account) -> Key<Marker> {
    let at = padded(account.created_at.millis());
    Key::new(format!("a/{agency}/account-by-created/{at}/{}", account.id))
}

/// All accounts in the order of creation.
pub fn accounts_by_created(agency: &AgencyId) -> Range<Marker> {
    Range::new(format!("a/{agency}/account-by-created/"))
}

/// An account's place in the order of statuses, as it stands there: on trial, the one that ends
/// first comes first; at rest and deleted, the one that has been so for longest.
pub fn account_by_status(agency: &AgencyId, account: &Account) -> Key<Marker> {
    let at = match account.standing {
        Standing::Setup | Standing::Active => account.created_at,
        Standing::Trial(trial) => trial.ends_at,
        Standing::Disabled { since, .. } | Standing::Deleted { since } => since,
    };
    let range = accounts_of_status(agency, account.standing.status());
    Key::new(format!("{}{}/{}", range.start(), padded(at.millis()), account.id))
}

/// All accounts in the order of their statuses.
pub fn accounts_by_status(agency: &AgencyId) -> Range<Marker> {
    Range::new(format!("a/{agency}/account-by-status/"))
}

/// The accounts of one status. Those whose trial is over lie among those on trial until a job
/// writes it down: [`trials_over`].
pub fn accounts_of_status(agency: &AgencyId, status: Status) -> Range<Marker> {
    let digit = match status {
        Status::Setup => 1,
        Status::Trial => 2,
        Status::Active => 3,
        Status::Disabled => 4,
        Status::Deleted => 5,
    };
    Range::new(format!("a/{agency}/account-by-status/{digit}/"))
}

/// Where the accounts lie whose trial is over by `now`, which nobody has written down: first, and
/// after the last.
pub fn trials_over(agency: &AgencyId, now: Timestamp) -> (String, String) {
    let range = accounts_of_status(agency, Status::Trial);
    let end = format!("{}{}0", range.start(), padded(now.millis()));
    (range.start().to_owned(), end)
}

/// That the platform bills this one for the account.
pub fn account_billed(agency: &AgencyId, owner: BillingOwner, account: &AccountId) -> Key<Marker> {
    Key::new(format!("{}{account}", accounts_billed(agency, owner).start()))
}

/// The accounts for which the platform bills this one.
pub fn accounts_billed(agency: &AgencyId, owner: BillingOwner) -> Range<Marker> {
    let owner = match owner {
        BillingOwner::Agency => "agency",
        BillingOwner::Platform => "platform",
    };
    Range::new(format!("a/{agency}/account-billed/{owner}/"))
}

/// That an account has a plan, or will have it.
pub fn account_plan(agency: &AgencyId, plan: &PlanId, account: &AccountId) -> Key<Marker> {
    Key::new(format!("a/{agency}/account-plan/{plan}/{account}"))
}

/// The accounts that have a plan, or will have it.
pub fn account_plans(agency: &AgencyId, plan: &PlanId) -> Range<Marker> {
    Range::new(format!("a/{agency}/account-plan/{plan}/"))
}

/// That a client owns an account, which isn't deleted.
pub fn account_owned(agency: &AgencyId, owner: ClientId, account: &AccountId) -> Key<Marker> {
    Key::new(format!("{}{account}", accounts_owned(agency, owner).start()))
}

/// The accounts that a client owns, without those that are deleted.
pub fn accounts_owned(agency: &AgencyId, owner: ClientId) -> Range<Marker> {
    Range::new(format!("a/{agency}/account-owned/{owner}/"))
}

/// That the owner of an account, if it has one, is to choose its plan.
pub fn account_plan_due(
    agency: &AgencyId,
    owner: Option<ClientId>,
    account: &AccountId,
) -> Key<Marker> {
    let owner = owner.map_or_else(|| "-".to_owned(), |owner| owner.to_string());
    Key::new(format!("a/{agency}/account-plan-due/{owner}/{account}"))
}

/// The accounts whose plan a client is to choose, open or not.
pub fn plans_due(agency: &AgencyId, owner: ClientId) -> Range<Marker> {
    Range::new(format!("a/{agency}/account-plan-due/{owner}/"))
}

/// The accounts whose plan is to be chosen, whoever is to do it.
pub fn accounts_plan_due(agency: &AgencyId) -> Range<Marker> {
    Range::new(format!("a/{agency}/account-plan-due/"))
}

/// That an account's plan counts for the agency's volume discount.
pub fn account_counted(agency: &AgencyId, account: &AccountId) -> Key<Marker> {
    Key::new(format!("a/{agency}/account-counted/{account}"))
}

/// The accounts whose plans count for the agency's volume discount.
pub fn accounts_counted(agency: &AgencyId) -> Range<Marker> {
    Range::new(format!("a/{agency}/account-counted/"))
}

/// What accounts are made from.
pub fn account_template(agency: &AgencyId, template: &TemplateId) -> Key<Template> {
    Key::new(format!("a/{agency}/account-template/{template}"))
}

/// All of an agency's templates for accounts, by their ids.
pub fn account_templates(agency: &AgencyId) -> Range<Template> {
    Range::new(format!("a/{agency}/account-template/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::tests::{at, named, standing};
    use crate::domain::account::{DisabledReason, Trial};
    use crate::domain::text::Name;

    fn agency() -> AgencyId {
        AgencyId::parse("acme").unwrap()
    }

    #[test]
    fn the_longest_keys_fit() {
        let longest = "x".repeat(64);
        let agency = AgencyId::parse(&longest).unwrap();
        let account = Account {
            name: Name::parse(&"\u{fdfa}".repeat(200)).unwrap(),
            ..named(&longest, "Nike Inc")
        };
        let plan = account_plan(&agency, &PlanId::parse(&longest).unwrap(), &account.id);
        for key in [account_by_name(&agency, &account).into_text(), plan.into_text()] {
            assert!(key.len() <= 512, "{key}: {}", key.len());
        }
    }

    #[test]
    fn statuses_sort_by_what_counts_in_each() {
        let trial = |days| Standing::Trial(Trial::of(days, at(0)));
        let rest = |day| Standing::Disabled {
            since: at(day),
            reason: DisabledReason::ByHand,
            trial: None,
            deletes_at: None,
        };
        let sorted = [
            Standing::Setup,
            trial(3),
            trial(14),
            Standing::Active,
            rest(1),
            rest(2),
            Standing::Deleted { since: at(1) },
            Standing::Deleted { since: at(4) },
        ];
        let key = |to| account_by_status(&agency(), &standing("nike-inc", to)).into_text();
        assert!(sorted.map(key).is_sorted());
    }

    #[test]
    fn a_trial_lies_among_those_that_are_over_from_its_last_millisecond_on() {
        let trial = Standing::Trial(Trial::of(3, at(0)));
        let key = account_by_status(&agency(), &standing("nike-inc", trial)).into_text();
        for (now, is_over) in [(at(3).minus(1).unwrap(), false), (at(3), true), (at(9), true)] {
            let (start, end) = trials_over(&agency(), now);
            assert_eq!((start..end).contains(&key), is_over, "{now}");
        }
    }
}
