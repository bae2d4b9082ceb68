//! What may be set for one agency, and what comes of it.

use super::*;
use crate::domain::catalog::Allowance;

fn raw() -> RawTermsChanges {
    RawTermsChanges {
        price: Some(RawPrice {
            monthly: Some(0),
            annual: None,
            since: 0,
            reason: "Loyal".to_owned(),
        }),
        discount: Some(RawDiscount {
            name: "Welcome".to_owned(),
            off: RawOff::Amount(1),
            since: 0,
            months: 120,
        }),
        trial_ends_at: Some(1),
        volume_discount: Some(true),
        taxes: Some(vec![tax("VAT 19 %", 1_900), tax("City tax", 10_000)]),
        billing_address: Some("Weg 1\nOrt".to_owned()),
        pool: Some(Resources::UNLIMITED),
    }
}

fn users(number: u64) -> Resources {
    Resources { users: Allowance::AtMost(number), ..Resources::UNLIMITED }
}

fn tax(name: &str, basis_points: u32) -> RawTax {
    RawTax { name: name.to_owned(), basis_points }
}

type Change = fn(&mut RawTermsChanges);

fn wrong(change: Change) -> Vec<(String, &'static str)> {
    let (mut changes, mut fields) = (raw(), Fields::default());
    change(&mut changes);
    let read = read(&changes, &mut fields);
    match fields.finish(read) {
        Ok(_) => Vec::new(),
        Err(Error::Invalid(errors)) => errors.into_iter().map(|e| (e.field, e.code)).collect(),
        Err(other) => panic!("{other}"),
    }
}

/// The discount that there is.
fn discount_of(changes: &mut RawTermsChanges) -> &mut RawDiscount {
    changes.discount.as_mut().unwrap()
}

fn price_of(changes: &mut RawTermsChanges) -> &mut RawPrice {
    changes.price.as_mut().unwrap()
}

/// Each bound, on both sides.
#[test]
fn each_change_has_its_bounds() {
    let fits: &[Change] = &[
        |_| (),
        |c| *c = RawTermsChanges::default(),
        |c| price_of(c).annual = Some(1_000_000_000),
        |c| price_of(c).monthly = None,
        |c| discount_of(c).off = RawOff::Amount(1_000_000_000),
        |c| discount_of(c).off = RawOff::BasisPoints(1),
        |c| discount_of(c).off = RawOff::BasisPoints(10_000),
        |c| discount_of(c).months = 1,
        |c| c.taxes = Some(Vec::new()),
        |c| c.taxes = Some((0..5).map(|n| tax(&n.to_string(), 0)).collect()),
        |c| c.billing_address = Some(String::new()),
        |c| c.billing_address = Some("ü".repeat(500)),
        |c| c.pool = Some(Resources::NONE),
        |c| c.pool = Some(users(1_000_000_000_000)),
    ];
    for (index, change) in fits.iter().enumerate() {
        assert_eq!(wrong(*change), [], "{index}");
    }
    let refused: &[(&str, &str, Change)] = &[
        ("price.monthly", "out-of-range", |c| price_of(c).monthly = Some(1_000_000_001)),
        ("price.annual", "out-of-range", |c| price_of(c).annual = Some(u64::MAX)),
        ("price.since", "out-of-range", |c| price_of(c).since = u64::MAX),
        ("price.reason", "empty", |c| price_of(c).reason = " ".into()),
        ("price.reason", "too-long", |c| price_of(c).reason = "a".repeat(201)),
        ("discount.name", "malformed", |c| discount_of(c).name = "a\nb".into()),
        ("discount.off", "out-of-range", |c| discount_of(c).off = RawOff::Amount(0)),
        ("discount.off", "out-of-range", |c| discount_of(c).off = RawOff::Amount(1_000_000_001)),
        ("discount.off", "out-of-range", |c| discount_of(c).off = RawOff::BasisPoints(0)),
        ("discount.off", "out-of-range", |c| discount_of(c).off = RawOff::BasisPoints(10_001)),
        ("discount.since", "out-of-range", |c| discount_of(c).since = u64::MAX),
        ("discount.months", "out-of-range", |c| discount_of(c).months = 0),
        ("discount.months", "out-of-range", |c| discount_of(c).months = 121),
        ("trial-ends-at", "out-of-range", |c| c.trial_ends_at = Some(u64::MAX)),
        ("taxes", "too-long", |c| c.taxes = Some(vec![tax("VAT", 1); 6])),
        ("taxes[1].name", "duplicate", |c| c.taxes = Some(vec![tax("VAT", 1), tax(" VAT", 2)])),
        ("taxes[0].name", "empty", |c| c.taxes = Some(vec![tax("", 1)])),
        ("taxes[0].basis-points", "out-of-range", |c| c.taxes = Some(vec![tax("VAT", 10_001)])),
        ("billing-address", "too-long", |c| c.billing_address = Some("a".repeat(501))),
        ("billing-address", "malformed", |c| c.billing_address = Some("a\u{7}".into())),
        ("pool.users", "out-of-range", |c| c.pool = Some(users(1_000_000_000_001))),
    ];
    for (field, code, change) in refused {
        assert_eq!(wrong(*change), [(format!("changes.{field}"), *code)], "{field}");
    }
}

#[test]
fn a_trial_ends_after_now_and_within_400_days() {
    let at = |millis| Timestamp::from_millis(millis).unwrap();
    for (end, fits) in [(99, false), (100, false), (101, true), (TRIAL_AHEAD_MAX + 100, true)]
        .into_iter()
        .chain([(TRIAL_AHEAD_MAX + 101, false)])
    {
        assert_eq!(check_trial(Some(at(end)), at(100)).is_ok(), fits, "{end}");
    }
    assert_eq!(check_trial(None, at(100)), Ok(()));
}

/// So many prices, one after the other.
fn with_prices(count: u64) -> AgencyTerms {
    let mut terms = AgencyTerms::default();
    let reason = Name::parse("An agreement of the spring").unwrap();
    for number in 0..count {
        let since = Timestamp::from_millis(1_788_264_000_000 + number).unwrap();
        let (monthly, reason) = (Some(4_000 + number), reason.clone());
        terms.set_price(AgencyPrice { monthly, annual: None, since, reason });
    }
    terms
}

#[test]
fn terms_take_no_more_than_their_part_of_the_row() {
    let none = AgencyTerms::default();
    let mut terms = with_prices(250);
    assert_eq!(check_size(&none, &terms, false), Ok(()));
    terms.billing_address = "ü".repeat(500);
    terms.taxes = (0..5)
        .map(|_| TaxRate {
            name: Name::parse(&"ü".repeat(200)).unwrap(),
            rate: crate::domain::catalog::BasisPoints::ZERO,
        })
        .collect();
    let refused = check_size(&none, &terms, false);
    assert!(matches!(refused, Err(Error::Limit { limit: "terms-bytes", .. })), "{refused:?}");
    let fewer = AgencyTerms { billing_address: String::new(), ..terms.clone() };
    assert_eq!(check_size(&terms, &fewer, false), Ok(()), "what takes less than before");
}

#[test]
fn at_the_limit_everything_can_be_taken_away() {
    let at = |millis| Timestamp::from_millis(millis).unwrap();
    let now = at(1_788_300_000_000);
    let months = crate::domain::period::Months::new(Timestamp::EPOCH);
    let later = now.plus(86_400_000);
    let mut before = AgencyTerms {
        taxes: vec![TaxRate {
            name: Name::parse("VAT").unwrap(),
            rate: crate::domain::catalog::BasisPoints::ZERO,
        }],
        ..with_prices(1)
    };
    before.set_volume_discount(true, now.minus(1).unwrap());
    before.set_trial(later.plus(1), now.minus(1).unwrap());
    before.billing_address = "Weg 1".to_owned();
    before.pool = Pool(users(10));
    let welcome = NewDiscount {
        name: Name::parse("Welcome").unwrap(),
        off: Off::Amount(500),
        since: now,
        months: 12,
    };
    let given = TermsChanges { discount: Some(welcome.clone()), ..TermsChanges::default() };
    before = before.with(&given, months, now).0;
    // As much as fits, to the byte.
    before.prices[0].reason = Name::parse("a").unwrap();
    let room = TERMS_BYTES_MAX as u64 - bytes(&before).unwrap();
    before.prices = with_prices(room / 104).prices;
    while bytes(&before).unwrap() < TERMS_BYTES_MAX as u64 {
        before.billing_address.push('x');
    }

    let reason = Name::parse(&"\u{10348}".repeat(200)).unwrap();
    let no_price = AgencyPrice { monthly: None, annual: None, since: now, reason };
    let takes: [TermsChanges; 7] = [
        TermsChanges { price: Some(no_price), ..TermsChanges::default() },
        TermsChanges {
            discount: Some(NewDiscount { months: 1, ..welcome }),
            ..TermsChanges::default()
        },
        TermsChanges { trial_ends_at: Some(later), ..TermsChanges::default() },
        TermsChanges { volume_discount: Some(false), ..TermsChanges::default() },
        TermsChanges { taxes: Some(Vec::new()), ..TermsChanges::default() },
        TermsChanges { billing_address: Some(String::new()), ..TermsChanges::default() },
        TermsChanges { pool: Some(Pool(users(9))), ..TermsChanges::default() },
    ];
    let mut all = before.clone();
    for changes in &takes {
        let (after, replaced) = all.with(changes, months, now);
        assert!(!after.changed_since(&all).is_empty(), "{changes:?}");
        let takes_away = changes.only_take_away(&all, &replaced, now);
        assert_eq!(check_size(&all, &after, takes_away), Ok(()), "{changes:?}");
        all = after;
    }

    let more = Some(AgencyPrice {
        monthly: Some(1),
        annual: None,
        since: now,
        reason: Name::parse("b").unwrap(),
    });
    let gives: [TermsChanges; 4] = [
        TermsChanges { price: more, ..TermsChanges::default() },
        TermsChanges { trial_ends_at: Some(later.plus(2)), ..TermsChanges::default() },
        TermsChanges { pool: Some(Pool(users(100))), ..TermsChanges::default() },
        TermsChanges {
            price: takes[0].price.clone(),
            trial_ends_at: Some(later.plus(2)),
            ..TermsChanges::default()
        },
    ];
    for changes in gives {
        let (after, replaced) = before.with(&changes, months, now);
        let takes_away = changes.only_take_away(&before, &replaced, now);
        let refused = check_size(&before, &after, takes_away);
        assert!(matches!(refused, Err(Error::Limit { .. })), "{changes:?}: {refused:?}");
    }
}
