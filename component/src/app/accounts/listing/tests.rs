//! Every filter in every order gives what a look at all accounts gives, page by page.

use core::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use proptest::prelude::*;

use super::filter::Filter;
use super::gather::overdue;
use super::list::find;
use super::*;
use crate::app::caller::Call;
use crate::app::command::look;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::page::PageRequest;
use crate::app::ports::{
    Check, Clock, Commit, KnownOffsets, Mail, Message, Ports, RawKey, Scan, Scanned, Secrets,
    Storage, StorageError, Stored, Write,
};
use crate::app::record;
use crate::app::rows::spelled;
use crate::app::tx::account_rows;
use crate::domain::account::tests::{at, named, with_plan};
use crate::domain::account::{Account, BillingOwner, DisabledReason, Standing, Status, Trial};
use crate::domain::actor::Role;
use crate::domain::agency::{self, Agency, PortalAddress};
use crate::domain::billing::AgencyTerms;
use crate::domain::email::Email;
use crate::domain::id::{AccountId, AgencyId, PlanId};
use crate::domain::log::Head;
use crate::domain::mail::Handover;
use crate::domain::period::Interval;
use crate::domain::settings::Settings;
use crate::domain::text::Name;

/// A host of which only the rows and the clock are asked.
struct Host {
    rows: BTreeMap<String, String>,
    now: u64,
    /// How many rows it gave.
    given: Cell<usize>,
}

impl Host {
    fn give(&self, (key, value): (&String, &String)) -> Stored {
        self.given.set(self.given.get() + 1);
        Stored { key: key.clone(), value: value.clone(), version: 1 }
    }
}

impl Storage for Host {
    fn get(&self, keys: &[String]) -> Result<Vec<Option<Stored>>, StorageError> {
        let row = |key: &String| self.rows.get_key_value(key).map(|row| self.give(row));
        Ok(keys.iter().map(row).collect())
    }

    fn scan(&self, scan: &Scan) -> Result<Scanned, StorageError> {
        let rows = self.rows.range(scan.start.clone()..scan.end.clone());
        let limit = scan.limit as usize;
        let more = rows.clone().count() > limit;
        let rows: Vec<Stored> = if scan.reverse {
            rows.rev().take(limit).map(|row| self.give(row)).collect()
        } else {
            rows.take(limit).map(|row| self.give(row)).collect()
        };
        let last = rows.last().filter(|_| more);
        let next = last.map(|row| match scan.reverse {
            true => row.key.clone(),
            false => format!("{}!", row.key),
        });
        Ok(Scanned { rows, next })
    }

    fn commit(&self, _: Vec<Check>, _: Vec<Write>) -> Result<Commit, StorageError> {
        Err(StorageError::Unavailable("nothing is written".to_owned()))
    }

    fn scrub(&self) -> Result<(), StorageError> {
        Ok(())
    }
}

impl Clock for Host {
    fn now(&self) -> u64 {
        self.now
    }

    fn offset(&self, _: &str, _: u64) -> Option<i32> {
        None
    }
}

impl Mail for Host {
    fn send(&self, _: Message) -> Handover {
        Handover::Accepted
    }

    fn forget(&self, _: &[String]) -> Result<(), String> {
        Ok(())
    }
}

impl Secrets for Host {
    fn random(&self, len: u32) -> Vec<u8> {
        vec![7; len as usize]
    }

    fn keys(&self) -> Result<Vec<RawKey>, String> {
        Err("nothing is signed".to_owned())
    }
}

fn acme() -> AgencyId {
    AgencyId::parse("acme").unwrap()
}

fn agency() -> Agency {
    Agency {
        id: acme(),
        name: Name::parse("Acme").unwrap(),
        notification_email: Email::parse("office@acme.example").unwrap(),
        billing_interval: Interval::Monthly,
        interval_changes: Vec::new(),
        terms: AgencyTerms::default(),
        portal_address: PortalAddress::parse("https://acme.example").unwrap(),
        standing: agency::Standing::default(),
        settings: Settings::default(),
        archived: Vec::new(),
        has_account_brands: false,
        has_owners: false,
        sealed_as: None,
        clock_reset_at: None,
        created_at: at(0),
    }
}

/// A host whose agency has these accounts, so many days after the epoch.
fn host(accounts: &[Account], day: u64) -> Ports {
    ports(&Rc::new(rows(accounts, day)))
}

fn rows(accounts: &[Account], day: u64) -> Host {
    let mut rows = BTreeMap::from([
        (keys::agency(&acme()).into_text(), record::encode(&agency()).unwrap()),
        (keys::head(&acme()).into_text(), record::encode(&Head::EMPTY).unwrap()),
    ]);
    for account in accounts {
        rows.extend(spelled(account_rows(&acme(), account)).unwrap());
    }
    Host { rows, now: at(day).millis(), given: Cell::default() }
}

fn ports(host: &Rc<Host>) -> Ports {
    Ports {
        storage: Rc::clone(host) as Rc<dyn Storage>,
        mail: Rc::clone(host) as Rc<dyn Mail>,
        clock: Rc::clone(host) as Rc<dyn Clock>,
        secrets: Rc::clone(host) as Rc<dyn Secrets>,
        zones: KnownOffsets::default(),
        rehearsal: None,
    }
}

const ORDERS: [Order; 6] = [
    Order { sort: Sort::Name, descending: false },
    Order { sort: Sort::Name, descending: true },
    Order { sort: Sort::Created, descending: false },
    Order { sort: Sort::Created, descending: true },
    Order { sort: Sort::Status, descending: false },
    Order { sort: Sort::Status, descending: true },
];

/// The ids of all that fit, in the order, by pages of so many.
fn paged(ports: &Ports, filter: &Filter, order: Order, limit: usize) -> Vec<String> {
    let view = look(ports, &acme(), Vec::new()).unwrap();
    let (mut ids, mut after) = (Vec::new(), None::<String>);
    loop {
        let found = find(&view, filter, order, after.as_deref(), limit).unwrap();
        let Some((place, _)) = found.last() else { return ids };
        after = Some(place.clone());
        assert!(found.len() <= limit);
        ids.extend(found.iter().map(|(_, account)| account.id.to_string()));
    }
}

/// The same by looking at every account.
fn slowly(accounts: &[Account], filter: &Filter, order: Order, day: u64) -> Vec<String> {
    let current = accounts.iter().map(|account| account.clone().current(at(day)));
    let fitting = current.filter(|account| filter.fits(account, at(day)));
    let mut all: Vec<(String, String)> =
        fitting.map(|one| (order.sort.place(&acme(), &one), one.id.to_string())).collect();
    all.sort();
    if order.descending {
        all.reverse();
    }
    all.into_iter().map(|(_, id)| id).collect()
}

fn standings() -> impl Strategy<Value = Standing> {
    let trial = (1..15_u32).prop_map(|days| Trial::of(days, at(0)));
    let reason = DisabledReason::ByHand;
    prop_oneof![
        Just(Standing::Setup),
        trial.clone().prop_map(Standing::Trial),
        Just(Standing::Active),
        prop::option::of(trial).prop_map(move |trial| Standing::Disabled {
            since: at(1),
            reason,
            trial,
            deletes_at: None,
        }),
        (1..9_u64).prop_map(|day| Standing::Deleted { since: at(day) }),
    ]
}

fn accounts() -> impl Strategy<Value = Vec<Account>> {
    let names = prop::sample::select(vec!["Nike Inc", "Émile & Co", "emily", "Puma", "株式会社"]);
    let plan = prop::option::of((
        prop::sample::select(vec!["small", "medium"]),
        prop::option::of(2..9_u64),
    ));
    let account = (names, standings(), any::<bool>(), plan, 0..4_u64).prop_map(
        |(name, standing, itself, plan, day)| {
            let owner = if itself { BillingOwner::Platform } else { BillingOwner::Agency };
            let account = Account {
                standing,
                let_in_since: None,
                billing_owner: owner,
                created_at: at(day),
                ..named("nobody", name)
            };
            match plan {
                Some((plan, downgraded)) => with_plan(account, plan, downgraded.map(at)),
                None => account,
            }
        },
    );
    prop::collection::vec(account, 0..40).prop_map(|all| {
        let numbered = |(number, account)| {
            let id = AccountId::parse(&format!("account-{number}")).unwrap();
            Account { id, ..account }
        };
        all.into_iter().enumerate().map(numbered).collect()
    })
}

fn filters() -> impl Strategy<Value = Filter> {
    let status = prop::sample::select(vec![
        Status::Setup,
        Status::Trial,
        Status::Active,
        Status::Disabled,
        Status::Deleted,
    ]);
    let owner = prop::sample::select(vec![BillingOwner::Agency, BillingOwner::Platform]);
    let plan = prop::sample::select(vec!["small", "medium", "tiny"]);
    let needle = prop::sample::select(vec!["nike", "emil", "data", "式"]);
    let owner = prop::option::weighted(0.3, owner);
    let plan = prop::option::weighted(0.3, plan.prop_map(|plan| PlanId::parse(plan).unwrap()));
    let needle = prop::option::weighted(0.3, needle.prop_map(str::to_owned));
    (prop::option::of(status), owner, plan, needle).prop_map(
        |(status, billing_owner, plan, needle)| Filter { status, billing_owner, plan, needle },
    )
}

proptest! {
    #[test]
    fn pages_give_what_a_look_at_all_gives(
        accounts in accounts(), filter in filters(), limit in 1..5_usize, day in 0..16_u64,
    ) {
        let ports = host(&accounts, day);
        for order in ORDERS {
            let expected = slowly(&accounts, &filter, order, day);
            prop_assert_eq!(paged(&ports, &filter, order, limit), expected, "{:?}", order);
        }
    }
}

/// Accounts: every thousandth is on trial, every hundredth disabled.
fn many(count: usize) -> Vec<Account> {
    let account = |number: usize| {
        let name = if number.is_multiple_of(500) { "Rare" } else { "Common" };
        let standing = match number {
            number if number.is_multiple_of(1_000) => Standing::Trial(Trial::of(3, at(0))),
            number if number.is_multiple_of(100) => Standing::Disabled {
                since: at(1),
                reason: DisabledReason::ByHand,
                trial: None,
                deletes_at: None,
            },
            _ => Standing::Active,
        };
        Account { standing, ..named(&format!("account-{number:04}"), &format!("{name} {number}")) }
    };
    (0..count).map(account).collect()
}

#[test]
fn what_is_rare_and_what_is_common_is_found_among_many() {
    let accounts = many(2_500);
    let needle = |text: &str| Filter { needle: Some(text.to_owned()), ..Filter::default() };
    let status = |status| Filter { status: Some(status), ..Filter::default() };
    for (what, filter, day, count) in [
        ("all", Filter::default(), 1, 2_500),
        ("a rare text", needle("rare"), 1, 5),
        ("a common text", needle("common"), 1, 2_495),
        ("no text", needle("nobody"), 1, 0),
        ("on trial", status(Status::Trial), 1, 3),
        ("on trial, when it is over", status(Status::Trial), 3, 0),
        ("disabled", status(Status::Disabled), 1, 22),
        ("disabled, when the trials are over", status(Status::Disabled), 3, 25),
        ("active", status(Status::Active), 3, 2_475),
    ] {
        let ports = host(&accounts, day);
        for order in ORDERS {
            let found = paged(&ports, &filter, order, 50);
            assert_eq!(found.len(), count, "{what}");
            assert_eq!(found, slowly(&accounts, &filter, order, day), "{what}");
        }
    }
}

#[test]
fn a_page_reads_no_more_among_ten_thousand_than_it_must() {
    let status = |status| Filter { status: Some(status), ..Filter::default() };
    let needle = |text: &str| Filter { needle: Some(text.to_owned()), ..Filter::default() };
    let hosts = [100, 10_000].map(|count| Rc::new(rows(&many(count), 1)));
    // A page of 50 is 51 places and 51 accounts, besides the agency and its head. Where one of
    // them does not fit, the next batch is twice as large.
    for (what, filter, at_most) in [
        ("all", Filter::default(), [104, 104]),
        ("what is common", status(Status::Active), [308, 308]),
        ("what is rare", status(Status::Trial), [203, 750]),
        ("a text", needle("rare"), [203, 10_750]),
    ] {
        for (host, most) in hosts.iter().zip(at_most) {
            let ports = ports(host);
            let view = look(&ports, &acme(), Vec::new()).unwrap();
            host.given.set(2);
            find(&view, &filter, Order::default(), None, 51).unwrap();
            assert!(host.given.get() <= most, "{what}: {} rows of {most}", host.given.get());
        }
    }
}

#[test]
fn a_trial_that_is_over_is_disabled_before_a_job_says_so() {
    let trial = Account { standing: Standing::Trial(Trial::of(3, at(0))), ..named("a", "A") };
    for (day, moved) in [(2, 0), (3, 1)] {
        let ports = host(core::slice::from_ref(&trial), day);
        let view = look(&ports, &acme(), Vec::new()).unwrap();
        assert_eq!(overdue(&view).unwrap().len(), moved, "day {day}");
    }
}

fn asked(filter: &RawFilter, order: Order, request: &PageRequest) -> Result<AccountPage, Error> {
    let accounts = ["Asics", "Nike", "Puma"].map(|name| named(&name.to_lowercase(), name));
    let call = Call {
        agency: "acme".to_owned(),
        actor_id: "olga".to_owned(),
        actor_name: "Olga".to_owned(),
        role: Role::Viewer,
        acting_as: None,
        idempotency_key: None,
        trace_id: None,
        quote: None,
    };
    list(&host(&accounts, 1), &call, filter, order, request)
}

#[test]
fn a_cursor_is_good_for_its_own_filter_and_order_only() {
    let (all, by_name) = (RawFilter::default(), Order::default());
    let page = |cursor| PageRequest { limit: 2, cursor };
    let first = asked(&all, by_name, &page(None)).unwrap_or_else(|error| panic!("{error}"));
    let names: Vec<_> = first.accounts.iter().map(|one| one.account.name.to_string()).collect();
    assert_eq!(names, ["Asics", "Nike"]);
    assert!(first.next.is_some());
    let active = RawFilter { status: Some(Status::Active), ..RawFilter::default() };
    for (filter, order, is_good) in [
        (&all, by_name, true),
        (&active, by_name, false),
        (&all, Order { descending: true, ..by_name }, false),
        (&all, Order { sort: Sort::Created, ..by_name }, false),
    ] {
        let second = asked(filter, order, &page(first.next.clone()));
        assert_eq!(second.is_ok(), is_good, "{filter:?} {order:?}");
    }
}

#[test]
fn whatever_is_wrong_with_a_filter_is_named() {
    let (plan, search) = (Some("no plan".to_owned()), Some("x".repeat(201)));
    let filter = RawFilter { plan, search, ..RawFilter::default() };
    let refused = asked(&filter, Order::default(), &PageRequest { limit: 0, cursor: None });
    let Err(Error::Invalid(errors)) = refused else { panic!("not refused") };
    let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["page.limit", "filter.plan", "filter.search"]);
}
