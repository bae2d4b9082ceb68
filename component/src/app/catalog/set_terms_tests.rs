//! What may be set for one agency, and what comes of it.

use super::*;

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
    }
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

#[test]
fn terms_take_no_more_than_their_part_of_the_row() {
    let mut shown = Shown {
        terms: Default::default(),
        months: crate::domain::period::Months::new(Timestamp::EPOCH),
        volume_discount: false,
    };
    let reason = Name::parse("An agreement of the spring").unwrap();
    for number in 0..250 {
        let since = Timestamp::from_millis(1_788_264_000_000 + number).unwrap();
        let (monthly, reason) = (Some(4_000 + number), reason.clone());
        shown.terms.set_price(AgencyPrice { monthly, annual: None, since, reason });
    }
    assert_eq!(check_size(&shown), Ok(()));
    shown.terms.billing_address = "ü".repeat(500);
    shown.terms.taxes = (0..5)
        .map(|_| TaxRate {
            name: Name::parse(&"ü".repeat(200)).unwrap(),
            rate: crate::domain::catalog::BasisPoints::ZERO,
        })
        .collect();
    let refused = check_size(&shown);
    assert!(matches!(refused, Err(Error::Limit { limit: "terms-bytes", .. })), "{refused:?}");
}
