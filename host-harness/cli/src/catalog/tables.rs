//! A catalog as people read it.

use serde_json::Value;

use crate::answer::{at, elements, number, string, time};
use crate::format::{count, thousands};
use crate::money::written;
use crate::show::{Page, Shown};

/// Puts a version on the page.
pub(super) fn fill(page: &mut Page, version: &Value) {
    let catalog = at(version, "catalog");
    let (currency, white_label) = (string(catalog, "currency"), at(catalog, "white-label"));
    page.heading("Catalog");
    page.line(&match number(version, "version") {
        0 => format!("the default, in {currency}: none was set"),
        number => {
            format!(
                "version {}, in {currency}, set on {}",
                thousands(number),
                time(version, "since")
            )
        }
    });
    page.heading("White-label");
    page.line(&format!("{}, for each brand", prices(white_label, &currency)));
    tiers(page, white_label, &currency);
    for (title, field) in [("Plans", "plans"), ("Add-ons", "add-ons")] {
        offers(page, title, elements(catalog, field), &currency);
    }
    let discounts = elements(catalog, "plan-discounts");
    if !discounts.is_empty() {
        page.heading("Volume discount on plans");
        let row = |tier: &Value| {
            let from = Shown::Count(thousands(number(tier, "from-plans")));
            vec![from, Shown::Count(percent(number(tier, "basis-points")))]
        };
        page.table(&["From plans", "Off"], &discounts.iter().map(row).collect::<Vec<_>>());
    }
    page.heading("Policies");
    page.fields(at(catalog, "policies"));
    let seller = at(catalog, "seller");
    if !string(seller, "name").is_empty() {
        page.heading("Seller");
        page.line(&string(seller, "name"));
        page.line(&string(seller, "address"));
    }
}

/// A percentage of hundredths of a percent: `12.5 %`.
pub(crate) fn percent(basis_points: u64) -> String {
    let (whole, part) = (basis_points / 100, basis_points % 100);
    match (part, part % 10) {
        (0, _) => format!("{whole} %"),
        (_, 0) => format!("{whole}.{} %", part / 10),
        _ => format!("{whole}.{part:02} %"),
    }
}

fn prices(of: &Value, currency: &str) -> String {
    let price = |field| written(number(of, field), currency);
    format!("{} a month, or {} a year on annual billing", price("monthly"), price("annual"))
}

fn tiers(page: &mut Page, white_label: &Value, currency: &str) {
    let tiers = elements(white_label, "tiers");
    if tiers.is_empty() {
        return;
    }
    page.line(if at(white_label, "mode") == "graduated" {
        "Each further brand, from these numbers on:"
    } else {
        "All brands of an agency that has so many:"
    });
    let row = |tier: &Value| {
        let price = |field| Shown::Count(written(number(tier, field), currency));
        let from = Shown::Count(thousands(number(tier, "from-brands")));
        vec![from, price("monthly"), price("annual")]
    };
    page.table(&["From brands", "A month", "A year"], &tiers.iter().map(row).collect::<Vec<_>>());
}

fn offers(page: &mut Page, title: &str, offers: &[Value], currency: &str) {
    if offers.is_empty() {
        return;
    }
    page.heading(title);
    let row = |offer: &Value| {
        let resources = at(offer, "resources");
        let keys = elements(offer, "features").iter().filter_map(Value::as_str);
        let allowance = |field| Shown::Count(allowance(at(resources, field)));
        vec![
            Shown::Text(string(offer, "id")),
            Shown::Strong(string(offer, "name")),
            Shown::Count(written(number(offer, "monthly"), currency)),
            allowance("dashboards"),
            allowance("users"),
            allowance("api-calls"),
            Shown::Text(keys.collect::<Vec<_>>().join(", ")),
        ]
    };
    let header = ["Id", "Name", "A month", "Dashboards", "Users", "API calls a day", "Features"];
    page.table(&header, &offers.iter().map(row).collect::<Vec<_>>());
}

fn allowance(value: &Value) -> String {
    at(value, "at-most").as_u64().map_or_else(|| "unlimited".to_owned(), thousands)
}

/// Puts all versions on the page, a line each.
pub(super) fn history(page: &mut Page, versions: &[Value]) {
    page.line(&count(versions.len(), "version"));
    page.line("");
    let row = |version: &Value| {
        let catalog = at(version, "catalog");
        let (currency, white_label) = (string(catalog, "currency"), at(catalog, "white-label"));
        let price = |field| Shown::Count(written(number(white_label, field), &currency));
        let number_of = |field| Shown::Count(thousands(elements(catalog, field).len() as u64));
        let since = match number(version, "version") {
            0 => "the default".to_owned(),
            _ => time(version, "since"),
        };
        vec![
            Shown::Count(thousands(number(version, "version"))),
            Shown::Text(since),
            price("monthly"),
            price("annual"),
            number_of("plans"),
            number_of("add-ons"),
        ]
    };
    let header = ["Version", "Since", "A month", "A year", "Plans", "Add-ons"];
    page.table(&header, &versions.iter().map(row).collect::<Vec<_>>());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn percentages_are_short() {
        for (points, text) in
            [(0, "0 %"), (1_000, "10 %"), (1_250, "12.5 %"), (1_905, "19.05 %"), (5, "0.05 %")]
        {
            assert_eq!(percent(points), text);
        }
    }

    #[test]
    fn a_catalog_is_told_in_tables() {
        let offer = |id: &str| {
            json!({"id": id, "name": "Growth", "monthly": 9_900,
                "resources": {"dashboards": {"at-most": 1_000}, "users": "unlimited",
                    "api-calls": {"at-most": 0}},
                "features": ["email-reports", "public-links"]})
        };
        let version = json!({"version": 2, "since": 1_788_264_000_000_u64, "catalog": {
            "currency": "JPY",
            "white-label": {"monthly": 4_900, "annual": 49_200, "mode": "graduated",
                "tiers": [{"from-brands": 10, "monthly": 3_900, "annual": 39_000}]},
            "plans": [offer("growth")], "add-ons": [],
            "plan-discounts": [{"from-plans": 3, "basis-points": 1_000}],
            "seller": {"name": "Desk Ltd", "address": "1 Main St\nSpringfield"},
            "policies": {"proration": "day", "payment-days": 30}}});
        let mut page = Page::plain();
        fill(&mut page, &version);
        for shown in [
            "version 2, in JPY, set on 2026-09-01T12:00:00Z",
            "¥4,900 a month, or ¥49,200 a year on annual billing, for each brand",
            "Each further brand",
            "¥3,900",
            "growth",
            "1,000",
            "unlimited",
            "email-reports, public-links",
            "10 %",
            "proration",
            "Desk Ltd\n1 Main St\nSpringfield",
        ] {
            assert!(page.text().contains(shown), "{shown} isn't in\n{}", page.text());
        }
        assert!(!page.text().contains("Add-ons"), "{}", page.text());
        let mut page = Page::plain();
        history(&mut page, &[version]);
        assert!(page.text().contains("¥4,900"), "{}", page.text());
    }
}
