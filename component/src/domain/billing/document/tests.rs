//! Invoices as they look, and what must hold for all of them.

use super::*;
use crate::domain::billing::agency_terms::TaxRate;
use crate::domain::billing::invoice::TaxLine;
use crate::domain::billing::item::PayerId;
use crate::domain::billing::posting::{Reason, Working};
use crate::domain::catalog::BasisPoints;
use crate::domain::id::BrandId;
use crate::domain::money::Currency;
use crate::domain::text::Name;
use crate::domain::time::DAY;

/// So many days after 1 September 2026.
pub fn at(days: u64) -> Timestamp {
    Timestamp::from_millis(1_788_220_800_000 + days * DAY).unwrap()
}

/// So many cents.
pub fn usd(amount: i64) -> Money {
    Money::new(amount, Currency::USD)
}

/// A name.
pub fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn days(start: u64, end: u64) -> Period {
    Period { start: at(start), end: at(end) }
}

/// A charge for half of September, or a credit where the amount is negative.
pub fn line(number: u64, brand: &str, amount: i64) -> Line {
    let working =
        Working { base: usd(4_900), numerator: 15 * DAY, denominator: 30 * DAY, catalog: 0 };
    Line {
        number,
        at: at(15),
        payer: PayerId::Agency,
        item: BillingItem::WhiteLabel(BrandId::parse(brand).unwrap()),
        booked_as: None,
        amount: usd(amount),
        covers: days(15, 30),
        reason: if amount < 0 { Reason::Stopped } else { Reason::Started },
        note: None,
        working: Some(working),
        invoiced_at: Some(at(30)),
        log_entry: number,
    }
}

/// The whole of October.
pub fn renewal(number: u64, brand: &str, amount: i64) -> Line {
    let working = Working { base: usd(amount), numerator: 1, denominator: 1, catalog: 0 };
    let (at, covers, working) = (at(30), days(30, 61), Some(working));
    Line { at, covers, working, reason: Reason::Renewed, ..line(number, brand, amount) }
}

/// The lines of the demo: Nike for five days, Adidas from the middle of September on.
pub fn demo() -> Vec<Line> {
    let credit =
        Working { base: usd(2_450), numerator: 10 * DAY, denominator: 15 * DAY, catalog: 0 };
    let stopped =
        Line { at: at(20), covers: days(20, 30), working: Some(credit), ..line(3, "nike", -1_633) };
    vec![line(1, "nike", 2_450), line(2, "adidas", 2_450), stopped, renewal(4, "adidas", 4_900)]
}

/// The invoice of these lines.
pub fn invoice(lines: &[Line]) -> Invoice {
    let subtotal = usd(lines.iter().map(|line| line.amount.amount).sum());
    let party = |name: &str, address: &str| Party { name: name.into(), address: address.into() };
    Invoice {
        number: 1,
        payer: PayerId::Agency,
        closed_at: at(30),
        due_at: at(44),
        seller: party("Example Platform Ltd.", "1 High Street\nLondon N1 9GU"),
        payer_party: party("Acme", "2 Low Road\n10115 Berlin"),
        first_line: 1,
        last_line: lines.len() as u64,
        lines: lines.len() as u64,
        subtotal,
        credit_used: usd(0),
        due: usd(subtotal.amount.max(0)),
        credit_left: usd((-subtotal.amount).max(0)),
        taxes: Vec::new(),
        total: usd(subtotal.amount.max(0)),
        payment: PaymentState::Open,
        reference: None,
    }
}

/// What the brands are called.
pub fn names(brands: &[(&str, &str)]) -> Names {
    let brands = brands.iter().map(|(id, called)| (BrandId::parse(id).unwrap(), name(called)));
    Names { brands: brands.collect(), ..Names::default() }
}

fn written(invoice: &Invoice, lines: &[Line], names: &Names, format: Format) -> String {
    Document::of(invoice, lines, names, at(31)).unwrap().written(format).unwrap()
}

/// A discount of 10 % on a line, and one of an amount.
fn discounted() -> Vec<Line> {
    let percent = Working { base: usd(4_900), numerator: 1_000, denominator: 10_000, catalog: 3 };
    let booked_as = Some(LineKind::Discount);
    let discount = |number, amount, words, working| Line {
        booked_as,
        note: Some(name(words)),
        working,
        ..renewal(number, "nike", amount)
    };
    let sorry = name("Sorry for <the> outage & more");
    let adjusted = Line {
        item: BillingItem::Adjustment(sorry.clone()),
        booked_as: Some(LineKind::Adjustment),
        amount: usd(-1_000),
        covers: days(25, 25),
        at: at(25),
        reason: Reason::Adjusted,
        note: Some(sorry),
        working: None,
        ..line(1, "nike", 1)
    };
    vec![
        adjusted,
        renewal(2, "nike", 4_900),
        renewal(3, "puma", 4_900),
        discount(4, -490, "Launch offer", Some(percent)),
        discount(5, -500, "Five off", None),
    ]
}

/// An invoice with all that one can have.
fn full() -> (Invoice, Vec<Line>) {
    let lines = discounted();
    let rate = |name: &str, points| TaxRate {
        name: self::name(name),
        rate: BasisPoints::new(points).unwrap(),
    };
    let tax = |name: &str, points, amount| TaxLine { tax: rate(name, points), amount: usd(amount) };
    let whole = Invoice {
        credit_used: usd(810),
        due: usd(6_000 + 1_000),
        taxes: vec![tax("VAT <19>", 1_900, 1_330), tax("City", 125, 88)],
        total: usd(8_418),
        payment: PaymentState::Failed,
        reference: Some("ch_<1>".into()),
        ..invoice(&lines)
    };
    (Invoice { subtotal: usd(7_810), ..whole }, lines)
}

#[test]
fn the_demos_invoice_reads_well() {
    let lines = demo();
    let names = names(&[("nike", "Nike"), ("adidas", "Adidas")]);
    insta::assert_snapshot!(written(&invoice(&lines), &lines, &names, Format::Text), @r"
    INVOICE 1

    From        Example Platform Ltd.
                1 High Street
                London N1 9GU

    To          Acme
                2 Low Road
                10115 Berlin

    Closed on   1 October 2026
    Due on      14 October 2026
    Pays for    16 Sep 2026 – 31 Oct 2026
    Currency    USD
    Payment     open

    White-label of Adidas (adidas)
      Started                            16 Sep 2026 – 30 Sep 2026            $24.50
        $49.00 × 15 of 30 days
      New period                         1 Oct 2026 – 31 Oct 2026             $49.00
                                                          Subtotal            $73.50

    White-label of Nike (nike)
      Started                            16 Sep 2026 – 30 Sep 2026            $24.50
        $49.00 × 15 of 30 days
      Credit: stopped                    21 Sep 2026 – 30 Sep 2026           −$16.33
        $24.50 × 10 of 15 days
                                                          Subtotal             $8.17

    ────────────────────────────────────────────────────────────────────────────────
                                                          Subtotal            $81.67
                                                      Total to pay            $81.67

    Days and times are in UTC. A period that ends at midnight ends with the day
    before.
    ");
}

#[test]
fn credit_taxes_discounts_and_adjustments_read_well() {
    let (invoice, lines) = full();
    let names = names(&[("nike", "Nike")]);
    insta::assert_snapshot!(written(&invoice, &lines, &names, Format::Text), @r"
    INVOICE 1

    From        Example Platform Ltd.
                1 High Street
                London N1 9GU

    To          Acme
                2 Low Road
                10115 Berlin

    Closed on   1 October 2026
    Due on      14 October 2026
    Pays for    1 Oct 2026 – 31 Oct 2026
    Currency    USD
    Payment     failed (reference ch_<1>)

    White-label of Nike (nike)
      New period                         1 Oct 2026 – 31 Oct 2026             $49.00
        Discount: Launch offer           1 Oct 2026 – 31 Oct 2026             −$4.90
          10% of $49.00
        Discount: Five off               1 Oct 2026 – 31 Oct 2026             −$5.00
                                                          Subtotal            $39.10

    White-label of puma
      New period                         1 Oct 2026 – 31 Oct 2026             $49.00

    Adjustment: Sorry for <the> outage & more
      Booked by hand                     26 Sep 2026                         −$10.00

    ────────────────────────────────────────────────────────────────────────────────
                                                          Subtotal            $78.10
                                      Credit from earlier invoices            −$8.10
                                                  Due before taxes            $70.00
                                                     VAT <19>, 19%            $13.30
                                                       City, 1.25%             $0.88
                                                      Total to pay            $84.18

    Days and times are in UTC. A period that ends at midnight ends with the day
    before.
    ");
}

#[test]
fn a_page_is_whole_and_escapes_what_people_typed() {
    let (invoice, lines) = full();
    let hostile = names(&[("nike", "<script>alert(1)</script> שלום & \"Söhne\"")]);
    let page = written(&invoice, &lines, &hostile, Format::Html);
    let body = page.split_once("<body>").unwrap().1;
    insta::assert_snapshot!(body, @r#"

    <main>
    <h1>Invoice 1</h1>
    <div class="parties">
    <div class="party">
    <h2 class="label">From</h2>
    <p class="name"><bdi>Example Platform Ltd.</bdi></p>
    <p><bdi>1 High Street</bdi></p>
    <p><bdi>London N1 9GU</bdi></p>
    </div>
    <div class="party">
    <h2 class="label">To</h2>
    <p class="name"><bdi>Acme</bdi></p>
    <p><bdi>2 Low Road</bdi></p>
    <p><bdi>10115 Berlin</bdi></p>
    </div>
    </div>
    <dl class="facts">
    <div><dt>Closed on</dt><dd>1 October 2026</dd></div>
    <div><dt>Due on</dt><dd>14 October 2026</dd></div>
    <div><dt>Pays for</dt><dd>1 Oct 2026 – 31 Oct 2026</dd></div>
    <div><dt>Currency</dt><dd>USD</dd></div>
    <div><dt>Payment</dt><dd>failed (reference ch_&#60;1&#62;)</dd></div>
    </dl>
    <table class="lines">
    <caption>What is charged and credited, by item</caption>
    <thead><tr><th scope="col">What</th><th scope="col" class="how">Worked out</th><th scope="col" class="days">Pays for</th><th scope="col" class="amount">Amount</th></tr></thead>
    <tbody>
    <tr class="group"><th scope="rowgroup" colspan="4" class="item">White-label of <bdi>&#60;script&#62;alert(1)&#60;/script&#62; שלום &#38; &#34;Söhne&#34;</bdi> (nike)</th></tr>
    <tr><td>New period</td><td class="how"></td><td class="days">1 Oct 2026 – 31 Oct 2026</td><td class="amount">$49.00</td></tr>
    <tr class="off"><td>Discount: <bdi>Launch offer</bdi></td><td class="how">10% of $49.00</td><td class="days">1 Oct 2026 – 31 Oct 2026</td><td class="amount">−$4.90</td></tr>
    <tr class="off"><td>Discount: <bdi>Five off</bdi></td><td class="how"></td><td class="days">1 Oct 2026 – 31 Oct 2026</td><td class="amount">−$5.00</td></tr>
    <tr class="subtotal"><th scope="row" colspan="3">Subtotal</th><td class="amount">$39.10</td></tr>
    </tbody>
    <tbody>
    <tr class="alone"><th scope="row"><span class="item">White-label of <bdi>puma</bdi></span> <span class="act">New period</span></th><td class="how"></td><td class="days">1 Oct 2026 – 31 Oct 2026</td><td class="amount">$49.00</td></tr>
    </tbody>
    <tbody>
    <tr class="alone"><th scope="row"><span class="item">Adjustment: <bdi>Sorry for &#60;the&#62; outage &#38; more</bdi></span> <span class="act">Booked by hand</span></th><td class="how"></td><td class="days">26 Sep 2026</td><td class="amount">−$10.00</td></tr>
    </tbody>
    </table>
    <table class="sums">
    <caption>What it comes to</caption>
    <tbody>
    <tr><th scope="row">Subtotal</th><td class="amount">$78.10</td></tr>
    <tr><th scope="row">Credit from earlier invoices</th><td class="amount">−$8.10</td></tr>
    <tr><th scope="row">Due before taxes</th><td class="amount">$70.00</td></tr>
    <tr><th scope="row"><bdi>VAT &#60;19&#62;</bdi>, 19%</th><td class="amount">$13.30</td></tr>
    <tr><th scope="row"><bdi>City</bdi>, 1.25%</th><td class="amount">$0.88</td></tr>
    <tr class="total"><th scope="row">Total to pay</th><td class="amount">$84.18</td></tr>
    </tbody>
    </table>
    <p class="note">Days and times are in UTC. A period that ends at midnight ends with the day before.</p>
    </main>
    </body>
    </html>
    "#);
    for raw in ["<script", "<the>", "<19>", "<1>", "http:", "https:", "url(", "src="] {
        assert!(!page.contains(raw), "{raw}");
    }
}

#[test]
fn json_has_the_contracts_records() {
    let lines = demo();
    let names = names(&[("nike", "Nike")]);
    let json = written(&invoice(&lines), &lines, &names, Format::Json);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["invoice"]["number"], 1);
    assert_eq!(value["invoice"]["payer"], "agency");
    assert_eq!(value["invoice"]["payer-party"]["name"], "Acme");
    assert_eq!(value["invoice"]["total"], serde_json::json!({"amount": 8_167, "currency": "USD"}));
    assert_eq!(value["invoice"]["overdue"], false);
    let items = value["items"].as_array().unwrap();
    let called: Vec<_> = items.iter().map(|item| (&item["item"], &item["name"])).collect();
    let item = |brand| serde_json::json!({"white-label": brand});
    let (adidas, nike, nobody) = (item("adidas"), item("nike"), serde_json::Value::Null);
    assert_eq!(called, [(&adidas, &nobody), (&nike, &serde_json::json!("Nike"))]);
    let credit = &items[1]["lines"][1];
    assert_eq!((&credit["kind"], &credit["reason"]), (&"credit".into(), &"stopped".into()));
    assert_eq!(credit["covers-from"], at(20).millis());
    assert_eq!(credit["working"]["base"]["amount"], 2_450);
    assert_eq!(items[1]["subtotal"]["amount"], 817);
}

#[test]
fn no_line_of_text_is_wider_than_80_columns() {
    use unicode_width::UnicodeWidthStr as _;

    let long = "株式会社".repeat(50);
    let (mut invoice, mut lines) = full();
    invoice.seller.name = "ａ".repeat(200);
    invoice.payer_party.address = "Donaudampfschifffahrtsgesellschaft ".repeat(20);
    invoice.reference = Some("x".repeat(128));
    invoice.taxes[0].tax.name = name(&"Tax ".repeat(40));
    lines[1].amount = usd(i64::MAX / 4);
    lines[3].note = Some(name(&long));
    for called in [long.as_str(), &"👩‍👩‍👧 ".repeat(30), &"ä".repeat(200), "Nike"] {
        let text = written(&invoice, &lines, &names(&[("nike", called)]), Format::Text);
        for line in text.lines() {
            assert!(line.width() <= 80, "{} columns: {line}", line.width());
        }
        assert!(text.contains("$23,058,430,092,136,939.51\n"), "{text}");
    }
}

#[test]
fn amounts_have_the_digits_of_the_invoices_currency() {
    for (code, expected) in [
        ("JPY", ["2,450 JPY", "4,900 JPY × 15 of 30 days", "8,167 JPY"]),
        ("KWD", ["2.450 KWD", "4.900 KWD × 15 of 30 days", "8.167 KWD"]),
        ("CHF", ["24.50 CHF", "49.00 CHF × 15 of 30 days", "81.67 CHF"]),
    ] {
        let currency = Currency::parse(code).unwrap();
        let of = |money: Money| Money { currency, ..money };
        let lines: Vec<Line> = demo()
            .into_iter()
            .map(|line| Line {
                amount: of(line.amount),
                working: line.working.map(|working| Working { base: of(working.base), ..working }),
                ..line
            })
            .collect();
        let usd = invoice(&demo());
        let invoice = Invoice {
            subtotal: of(usd.subtotal),
            due: of(usd.due),
            credit_used: of(usd.credit_used),
            credit_left: of(usd.credit_left),
            total: of(usd.total),
            ..usd
        };
        for format in [Format::Text, Format::Html] {
            let text = written(&invoice, &lines, &Names::default(), format).replace('\u{a0}', " ");
            for amount in expected {
                assert!(text.contains(amount), "{amount}: {text}");
            }
        }
    }
}

#[test]
fn discounts_stand_below_the_charge_that_they_are_taken_off() {
    let percent = |number| Line {
        booked_as: Some(LineKind::Discount),
        note: Some(name("Ten")),
        ..renewal(number, "nike", -490)
    };
    let early = line(1, "nike", 2_450);
    let lines = [renewal(2, "nike", 4_900), early, percent(3), percent(4)];
    let numbers = |groups: &[Group<'_>]| -> Vec<u64> {
        groups.iter().flat_map(|group| &group.lines).map(|line| line.number).collect()
    };
    assert_eq!(numbers(&by_item(&lines).unwrap()), [2, 3, 4, 1]);
}

#[test]
fn what_the_payment_is_said_to_be() {
    use PaymentState::{Failed, Open, Paid};
    let lines = demo();
    for (payment, reference, total, now, said) in [
        (Open, None, 8_167, 31, "open"),
        (Open, None, 8_167, 44, "overdue"),
        (Failed, None, 8_167, 31, "failed"),
        (Failed, Some("ch_1"), 8_167, 44, "failed, overdue (reference ch_1)"),
        (Paid, Some("ch_1"), 8_167, 99, "paid (reference ch_1)"),
        (Open, None, 0, 99, "nothing to pay"),
    ] {
        let reference = reference.map(str::to_owned);
        let invoice = Invoice { payment, reference, total: usd(total), ..invoice(&lines) };
        let names = Names::default();
        let document = Document::of(&invoice, &lines, &names, at(now)).unwrap();
        assert_eq!(document.payment(), said);
    }
}

#[test]
fn an_invoice_of_60_lines_has_them_all() {
    let brands: Vec<String> = (1..=60).map(|number| format!("brand-{number:02}")).collect();
    let lines: Vec<Line> =
        brands.iter().zip(1..).map(|(brand, number)| renewal(number, brand, 4_900)).collect();
    for format in [Format::Text, Format::Html, Format::Json] {
        let text = written(&invoice(&lines), &lines, &Names::default(), format);
        assert!(brands.iter().all(|brand| text.contains(brand.as_str())), "{text}");
    }
}
