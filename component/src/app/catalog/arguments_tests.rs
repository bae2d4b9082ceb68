//! What a catalog may say, field by field.

use super::*;
use crate::domain::catalog::{TierMode, WhiteLabelStart};

fn offer(id: &str) -> RawOffer {
    let resources = Resources {
        dashboards: Allowance::AtMost(10),
        users: Allowance::AtMost(5),
        api_calls: Allowance::Unlimited,
    };
    let features = vec!["public-links".to_owned(), "email-reports".to_owned()];
    RawOffer { id: id.to_owned(), name: "Growth".to_owned(), monthly: 9_900, resources, features }
}

fn tier(from_brands: u32) -> BrandTier {
    BrandTier { from_brands, monthly: 4_500, annual: 45_000 }
}

/// A catalog that says something everywhere.
fn raw() -> RawCatalog {
    let Catalog { policies, .. } = Catalog::default();
    let (mode, tiers) = (TierMode::Graduated, vec![tier(2), tier(10)]);
    RawCatalog {
        currency: "EUR".to_owned(),
        white_label: WhiteLabelPrices { monthly: 4_900, annual: 49_200, mode, tiers },
        plans: vec![offer("basic"), offer("growth")],
        add_ons: vec![offer("growth")],
        plan_discounts: vec![RawPlanDiscount { from_plans: 1, basis_points: 10_000 }],
        seller: Seller { name: "  Clientdesk GmbH".into(), address: "Weg 1\r\n1234 Ort".into() },
        policies,
    }
}

fn wrong(change: impl FnOnce(&mut RawCatalog)) -> Vec<(String, &'static str)> {
    let mut catalog = raw();
    change(&mut catalog);
    match parse(&catalog) {
        Ok(_) => Vec::new(),
        Err(Error::Invalid(errors)) => errors.into_iter().map(|e| (e.field, e.code)).collect(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_catalog_is_stored_in_one_spelling() {
    let catalog = parse(&raw()).unwrap();
    assert_eq!(catalog.currency.code(), "EUR");
    let features = [AccountFeature::EmailReports, AccountFeature::PublicLinks];
    assert_eq!(catalog.plans[1].features, features);
    assert_eq!(catalog.add_ons[0].id.as_str(), "growth");
    assert_eq!(catalog.seller.name, "Clientdesk GmbH");
    assert_eq!(catalog.seller.address, "Weg 1\n1234 Ort");
}

type Change = fn(&mut RawCatalog);

/// Each bound, on both sides.
#[test]
fn each_field_has_its_bounds() {
    let fits: &[Change] = &[
        |c| c.currency = "JPY".into(),
        |c| c.white_label.monthly = 0,
        |c| c.white_label.annual = 1_000_000_000,
        |c| c.white_label.tiers = Vec::new(),
        |c| c.white_label.tiers = (2..22).map(tier).collect(),
        |c| c.plans = (0..50).map(|n| offer(&format!("p{n}"))).collect(),
        |c| c.add_ons = Vec::new(),
        |c| c.plans[0].id = "a".repeat(64),
        |c| c.plans[0].name = "ü".repeat(200),
        |c| c.plans[0].monthly = 1_000_000_000,
        |c| c.plans[0].features = AccountFeature::ALL.map(|f| f.key().to_owned()).into(),
        |c| c.plans[0].resources.users = Allowance::AtMost(1_000_000_000_000),
        |c| c.plan_discounts[0].basis_points = 0,
        |c| c.seller = Seller { name: " ".into(), address: String::new() },
        |c| c.seller = Seller { name: "a".repeat(200), address: "b".repeat(500) },
        |c| c.policies.trial_days_max = 1,
        |c| c.policies.delete_expired_trials_after_days = Some(1),
        |c| c.policies.delete_expired_trials_after_days = Some(3_650),
        |c| c.policies.payment_days = 365,
        |c| c.policies.white_label_start = WhiteLabelStart::Acceptance,
    ];
    for (index, change) in fits.iter().enumerate() {
        assert_eq!(wrong(*change), [], "{index}");
    }
    let refused: &[(&str, &str, Change)] = &[
        ("currency", "unknown", |c| c.currency = "eur".into()),
        ("currency", "unknown", |c| c.currency = "XAU".into()),
        ("white-label.monthly", "out-of-range", |c| c.white_label.monthly = 1_000_000_001),
        ("white-label.annual", "out-of-range", |c| c.white_label.annual = u64::MAX),
        ("white-label.tiers", "too-long", |c| c.white_label.tiers = (2..23).map(tier).collect()),
        ("white-label.tiers[0].from-brands", "out-of-range", |c| {
            c.white_label.tiers[0].from_brands = 1;
        }),
        ("white-label.tiers[1].from-brands", "out-of-range", |c| {
            c.white_label.tiers[1].from_brands = 2;
        }),
        ("white-label.tiers[1].monthly", "out-of-range", |c| {
            c.white_label.tiers[1].monthly = 1_000_000_001;
        }),
        ("white-label.tiers[0].annual", "out-of-range", |c| {
            c.white_label.tiers[0].annual = 1_000_000_001;
        }),
        ("plans", "too-long", |c| c.plans = (0..51).map(|n| offer(&n.to_string())).collect()),
        ("plans[1].id", "malformed", |c| c.plans[1].id = "a b".into()),
        ("plans[1].id", "malformed", |c| c.plans[1].id = "a".repeat(65)),
        ("plans[1].id", "duplicate", |c| c.plans[1].id = "basic".into()),
        ("plans[0].name", "empty", |c| c.plans[0].name = " ".into()),
        ("plans[0].name", "too-long", |c| c.plans[0].name = "ü".repeat(201)),
        ("plans[1].monthly", "out-of-range", |c| c.plans[1].monthly = 1_000_000_001),
        ("plans[0].resources.api-calls", "out-of-range", |c| {
            c.plans[0].resources.api_calls = Allowance::AtMost(1_000_000_000_001);
        }),
        ("plans[0].features[1]", "unknown", |c| c.plans[0].features[1] = "links".into()),
        ("plans[0].features[1]", "duplicate", |c| c.plans[0].features[1] = "public-links".into()),
        ("plans[0].features", "too-long", |c| c.plans[0].features = vec!["x".into(); 7]),
        ("add-ons[0].id", "malformed", |c| c.add_ons[0].id = String::new()),
        ("add-ons[0].resources.users", "out-of-range", |c| {
            c.add_ons[0].resources.users = Allowance::AtMost(u64::MAX);
        }),
        ("plan-discounts[0].from-plans", "out-of-range", |c| c.plan_discounts[0].from_plans = 0),
        ("plan-discounts[0].basis-points", "out-of-range", |c| {
            c.plan_discounts[0].basis_points = 10_001;
        }),
        ("plan-discounts[1].from-plans", "out-of-range", |c| {
            c.plan_discounts = vec![c.plan_discounts[0]; 2];
        }),
        ("plan-discounts", "too-long", |c| c.plan_discounts = vec![c.plan_discounts[0]; 21]),
        ("seller.name", "too-long", |c| c.seller.name = "a".repeat(201)),
        ("seller.name", "malformed", |c| c.seller.name = "a\nb".into()),
        ("seller.address", "too-long", |c| c.seller.address = "a".repeat(501)),
        ("seller.address", "malformed", |c| c.seller.address = "a\tb".into()),
        ("policies.trial-days-max", "out-of-range", |c| c.policies.trial_days_max = 0),
        ("policies.trial-days-max", "out-of-range", |c| c.policies.trial_days_max = 15),
        ("policies.delete-expired-trials-after-days", "out-of-range", |c| {
            c.policies.delete_expired_trials_after_days = Some(0);
        }),
        ("policies.delete-expired-trials-after-days", "out-of-range", |c| {
            c.policies.delete_expired_trials_after_days = Some(3_651);
        }),
        ("policies.payment-days", "out-of-range", |c| c.policies.payment_days = 366),
    ];
    for (field, code, change) in refused {
        assert_eq!(wrong(*change), [(format!("catalog.{field}"), *code)], "{field}");
    }
}

#[test]
fn all_that_is_wrong_is_named_at_once() {
    let found = wrong(|catalog| {
        catalog.currency = "Euro".into();
        catalog.plans[0].id = "a b".into();
        catalog.plans[1].monthly = u64::MAX;
        catalog.add_ons[0].name = String::new();
        catalog.policies.payment_days = 1_000;
    });
    let fields: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "catalog.currency",
            "catalog.plans[0].id",
            "catalog.plans[1].monthly",
            "catalog.add-ons[0].name",
            "catalog.policies.payment-days",
        ]
    );
}
