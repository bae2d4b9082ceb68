//! What a preview says, in words.

use super::*;

fn usd(amount: i64) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

fn charge(numerator: u64, denominator: u64) -> Value {
    json!({"item": {"white-label": "nike"}, "kind": "charge", "reason": "started",
        "amount": usd(2_450), "covers-to": 1_790_812_800_000_u64, "note": null,
        "working": {"base": usd(4_900), "numerator": numerator, "denominator": denominator}})
}

#[test]
fn workings_are_in_words() {
    let discount = json!({"kind": "discount", "working":
        {"base": usd(4_900), "numerator": 1_250, "denominator": 10_000}});
    for (line, words) in [
        (charge(15 * DAY, 30 * DAY), "$49.00 × 15 of 30 days"),
        (charge(16, 31), "$49.00 × 16 of 31 days"),
        (charge(1, 30 * DAY), "$49.00 × 1 of 2,592,000,000 ms"),
        (charge(30, 30), ""),
        (charge(0, 1), "nothing of $49.00"),
        (discount, "12.5 % of $49.00"),
        (json!({"kind": "adjustment", "working": null}), ""),
    ] {
        assert_eq!(working(&line), words, "{line}");
    }
}

fn quote(lines: &[Value], refused: &[Value]) -> Value {
    let invoice = |closes_at: u64, before, after| json!({"closes-at": closes_at, "before": usd(before), "after": usd(after)});
    json!({"as-of": 1_789_516_800_000_u64, "lines": lines, "now": usd(2_450), "monthly": usd(-100),
        "invoices": [invoice(1_790_812_800_000, 0, 7_350), invoice(1_793_491_200_000, 4_900, 4_900),
            invoice(1_796_083_200_000, 4_900, 3_900)],
        "refused": refused})
}

#[test]
fn what_would_be_booked_and_which_invoices_change_is_told() {
    let mut page = Page::plain();
    fill(&mut page, &quote(&[charge(15 * DAY, 30 * DAY)], &[]));
    for told in [
        "+ $24.50 now, − $1.00 a month",
        "As of 2026-09-16T00:00:00Z. Nothing is changed yet.",
        "nike",
        "$49.00 × 15 of 30 days",
        "2026-10-01",
        "+ $73.50",
        "2026-12-01",
        "− $10.00",
    ] {
        assert!(page.text().contains(told), "{told}: {}", page.text());
    }
    for kept in ["2026-11-01", "refused", "Nothing would be booked", "goes on"] {
        assert!(!page.text().contains(kept), "{kept}: {}", page.text());
    }
}

#[test]
fn rows_that_would_be_refused_are_counted_from_one() {
    let why = json!({"invalid": [{"field": "invite.email", "message": "must be an address"}]});
    let mut page = Page::plain();
    fill(&mut page, &quote(&[], &[json!({"place": 1, "why": why})]));
    for told in ["Nothing would be booked at once.", "  2   invite.email: must be an address"] {
        assert!(page.text().contains(told), "{told}: {}", page.text());
    }
}

#[test]
fn where_no_invoice_changes_it_is_said() {
    let mut page = Page::plain();
    invoices(&mut page, &[json!({"closes-at": 0, "before": usd(1), "after": usd(1)})]);
    assert!(page.text().contains("None of the next 1 would be another."), "{}", page.text());
}

#[test]
fn every_change_has_a_command() {
    let host = Host::builder().build().unwrap();
    for function in FUNCTIONS {
        let cases = cases(&host, function).unwrap();
        assert!(cases.len() > 2, "{function}");
        for (case, _) in cases {
            let command = command_of(&case).unwrap_or_default();
            assert!(host.function(command).is_ok(), "{case}: {command}");
        }
    }
}

#[test]
fn what_goes_on_costing_is_told() {
    let item = |payer: Value, item: Value, until: Value, amount: i64| json!({"payer": payer, "item": item, "until": until, "amount": usd(amount)});
    let mut quote = quote(&[], &[]);
    quote["going-on"] = json!([
        item(json!("agency"), json!({"white-label": "nike"}), Value::Null, 4_900),
        item(
            json!({"account": "nike-inc"}),
            json!({"plan": "nike-inc"}),
            json!(1_790_812_800_000_u64),
            1_250
        ),
    ]);
    let mut page = Page::plain();
    fill(&mut page, &quote);
    let text = page.text();
    for (what, told) in [
        ("renewed", ["nike", "the agency", "$49.00"]),
        ("2026-10-01", ["nike-inc", "nike-inc", "$12.50"]),
    ] {
        let rows: Vec<&str> = text.lines().filter(|line| line.contains(what)).collect();
        assert!(
            rows.iter().any(|row| told.iter().all(|told| row.contains(told))),
            "{what}: {}",
            text
        );
    }
    assert!(text.contains("What goes on costing"), "{text}");
}
