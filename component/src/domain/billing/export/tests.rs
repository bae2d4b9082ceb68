//! Each layout against a table that was written by hand.

use super::*;
use crate::domain::billing::document::tests::{demo, invoice, line, name, names, renewal, usd};
use crate::domain::billing::posting::LineKind;
use crate::domain::id::{AccountId, AddOnId};
use crate::domain::money::{Currency, Money};

fn called() -> Names {
    names(&[("nike", "Nike"), ("adidas", "=Adidas, \"AG\"")])
}

fn of_lines(layout: Layout, has_heading: bool, lines: Vec<Line>) -> String {
    let (agency, names) = (AgencyId::parse("acme").unwrap(), called());
    let numbered: Vec<Numbered> = lines
        .into_iter()
        .map(|line| {
            let invoice = line.invoiced_at.map(|_| 1);
            (line, invoice)
        })
        .collect();
    let part = Part { layout, has_heading, agency: &agency, names: &names };
    part.of_lines(&numbered).unwrap().replace("\r\n", "\n")
}

fn of_invoices(layout: Layout, invoices: Vec<(Invoice, Vec<Line>)>) -> String {
    let (agency, names) = (AgencyId::parse("acme").unwrap(), called());
    let closed: Vec<Closed> =
        invoices.into_iter().map(|(invoice, lines)| Closed { invoice, lines }).collect();
    let part = Part { layout, has_heading: true, agency: &agency, names: &names };
    part.of_invoices(&closed).unwrap().replace("\r\n", "\n")
}

/// What a layout of invoices says that they come to, in the column with this name.
fn sum(table: &str, column: &str) -> f64 {
    let mut reader = ::csv::Reader::from_reader(table.as_bytes());
    let place = reader.headers().unwrap().iter().position(|name| name == column).unwrap();
    reader.records().map(|row| row.unwrap()[place].parse::<f64>().unwrap()).sum()
}

#[test]
fn the_ledger_has_all_fields() {
    let account = AccountId::parse("-acc").unwrap();
    let add_on = AddOnId::parse("users-10").unwrap();
    let odd = Line {
        at: line(5, "nike", 1).at.plus(7),
        payer: PayerId::Account(account.clone()),
        item: BillingItem::AddOn { account, add_on },
        booked_as: Some(LineKind::Discount),
        note: Some(name("@off")),
        working: None,
        invoiced_at: None,
        amount: Money::new(-5, Currency::parse("KWD").unwrap()),
        ..line(5, "nike", 1)
    };
    let given = name("-1+1");
    let adjusted = Line {
        item: BillingItem::Adjustment(given.clone()),
        booked_as: Some(LineKind::Adjustment),
        note: Some(given),
        ..line(6, "nike", -1)
    };
    let mut lines = demo();
    lines.truncate(2);
    lines.extend([odd, adjusted]);
    insta::assert_snapshot!(of_lines(Layout::Ledger, true, lines), @r#"
    number,at,payer,item,item id,add-on,item name,kind,reason,amount,currency,covers from,covers to,note,base,numerator,denominator,catalog,invoiced at,invoice,log entry
    1,2026-09-16T00:00:00Z,agency,white-label,nike,,Nike,charge,started,24.50,USD,2026-09-16T00:00:00Z,2026-10-01T00:00:00Z,,49.00,1296000000,2592000000,0,2026-10-01T00:00:00Z,1,1
    2,2026-09-16T00:00:00Z,agency,white-label,adidas,,"'=Adidas, ""AG""",charge,started,24.50,USD,2026-09-16T00:00:00Z,2026-10-01T00:00:00Z,,49.00,1296000000,2592000000,0,2026-10-01T00:00:00Z,1,2
    5,2026-09-16T00:00:00.007Z,account/-acc,add-on,'-acc,users-10,,discount,started,-0.005,KWD,2026-09-16T00:00:00Z,2026-10-01T00:00:00Z,'@off,,,,,,,5
    6,2026-09-16T00:00:00Z,agency,adjustment,,,'-1+1,adjustment,stopped,-0.01,USD,2026-09-16T00:00:00Z,2026-10-01T00:00:00Z,'-1+1,49.00,1296000000,2592000000,0,2026-10-01T00:00:00Z,1,6
    "#);
}

#[test]
fn items_have_minor_units_and_seconds() {
    let krona = |amount| Money::new(amount, Currency::parse("ISK").unwrap());
    let mut lines = demo();
    lines.push(Line { amount: krona(500), working: None, ..renewal(5, "puma", 1) });
    insta::assert_snapshot!(of_lines(Layout::InvoiceItems, true, lines), @r#"
    customer,currency,amount,description,period[start],period[end],discountable,metadata[ledger_line],metadata[at],metadata[invoice],metadata[invoiced_at]
    acme,usd,2450,"White-label of Nike (nike): Started, 16 Sep 2026 – 30 Sep 2026 ($49.00 × 15 of 30 days)",1789516800,1790812800,false,acme/1,2026-09-16T00:00:00Z,1,2026-10-01T00:00:00Z
    acme,usd,2450,"White-label of =Adidas, ""AG"" (adidas): Started, 16 Sep 2026 – 30 Sep 2026 ($49.00 × 15 of 30 days)",1789516800,1790812800,false,acme/2,2026-09-16T00:00:00Z,1,2026-10-01T00:00:00Z
    acme,usd,-1633,"White-label of Nike (nike): Credit: stopped, 21 Sep 2026 – 30 Sep 2026 ($24.50 × 10 of 15 days)",1789948800,1790812800,false,acme/3,2026-09-21T00:00:00Z,1,2026-10-01T00:00:00Z
    acme,usd,4900,"White-label of =Adidas, ""AG"" (adidas): New period, 1 Oct 2026 – 31 Oct 2026",1790812800,1793491200,false,acme/4,2026-10-01T00:00:00Z,1,2026-10-01T00:00:00Z
    acme,isk,50000,"White-label of puma: New period, 1 Oct 2026 – 31 Oct 2026",1790812800,1793491200,false,acme/5,2026-10-01T00:00:00Z,1,2026-10-01T00:00:00Z
    "#);
}

#[test]
fn only_the_first_page_has_a_heading() {
    for layout in [Layout::Ledger, Layout::InvoiceItems] {
        let whole = of_lines(layout, true, demo());
        let (heading, rest) = whole.split_once('\n').unwrap();
        assert!(heading.contains("currency"));
        assert_eq!(of_lines(layout, false, demo()), rest);
    }
}

#[test]
fn fees_come_to_what_is_due() {
    let lines = demo();
    insta::assert_snapshot!(of_invoices(Layout::Fees, vec![(invoice(&lines), lines)]), @r#"
    invoice,external_customer_id,currency,add_on_code,invoice_display_name,description,units,unit_amount_cents,from_datetime,to_datetime
    1,acme,USD,white_label,White-label of Nike (nike),"Started, 16 Sep 2026 – 30 Sep 2026: $24.50 ($49.00 × 15 of 30 days); Credit: stopped, 21 Sep 2026 – 30 Sep 2026: −$16.33 ($24.50 × 10 of 15 days)",1,817,2026-09-16T00:00:00Z,2026-10-01T00:00:00Z
    1,acme,USD,white_label,"White-label of =Adidas, ""AG"" (adidas)","Started, 16 Sep 2026 – 30 Sep 2026: $24.50 ($49.00 × 15 of 30 days); New period, 1 Oct 2026 – 31 Oct 2026: $49.00",1,7350,2026-09-16T00:00:00Z,2026-11-01T00:00:00Z
    "#);
}

#[test]
fn credit_is_taken_off_the_first_fees() {
    for (amounts, credit_used, fees) in [
        ([2_450, 4_900], 0, vec!["2450", "4900"]),
        ([2_450, 4_900], 1_000, vec!["1450", "4900"]),
        ([2_450, 4_900], 2_450, vec!["4900"]),
        ([2_450, 4_900], 3_000, vec!["4350"]),
        ([2_450, 4_900], 7_350, vec![]),
        ([-1_000, 4_900], 900, vec!["3000"]),
        ([-5_000, 4_900], 0, vec![]),
        ([0, 4_900], 0, vec!["4900"]),
    ] {
        let lines = vec![line(1, "nike", amounts[0]), renewal(2, "adidas", amounts[1])];
        let due = (amounts[0] + amounts[1] - credit_used).max(0);
        let invoice = Invoice { credit_used: usd(credit_used), due: usd(due), ..invoice(&lines) };
        let table = of_invoices(Layout::Fees, vec![(invoice, lines)]);
        let mut reader = ::csv::Reader::from_reader(table.as_bytes());
        let found: Vec<String> = reader.records().map(|row| row.unwrap()[7].to_owned()).collect();
        assert_eq!(found, fees, "{amounts:?} {credit_used}");
        assert_eq!(sum(&table, "unit_amount_cents"), due as f64);
    }
}

#[test]
fn rows_come_to_what_is_due() {
    let lines = demo();
    let mut first = invoice(&lines);
    first.payer_party.name = "+Acme".into();
    let credit = vec![line(1, "nike", -5_000)];
    let second = Invoice { number: 2, credit_left: usd(5_000), ..invoice(&credit) };
    let charge = vec![renewal(2, "nike", 4_900)];
    // A part of the credit goes on to the fourth.
    let (credit_used, credit_left) = (usd(4_900), usd(100));
    let third = Invoice { number: 3, credit_used, credit_left, ..invoice(&charge) };
    let table =
        of_invoices(Layout::InvoiceRows, vec![(first, lines), (second, credit), (third, charge)]);
    assert!((sum(&table, "*ItemAmount") - 81.67).abs() < 0.001);
    insta::assert_snapshot!(table, @r#"
    *InvoiceNo,*Customer,*InvoiceDate,*DueDate,Item(Product/Service),ItemDescription,ItemQuantity,ItemRate,*ItemAmount,Service Date
    acme-1,'+Acme,10/01/2026,10/14/2026,White-label,"White-label of Nike (nike): Started, 16 Sep 2026 – 30 Sep 2026 ($49.00 × 15 of 30 days)",1,24.50,24.50,09/16/2026
    acme-1,'+Acme,10/01/2026,10/14/2026,White-label,"White-label of =Adidas, ""AG"" (adidas): Started, 16 Sep 2026 – 30 Sep 2026 ($49.00 × 15 of 30 days)",1,24.50,24.50,09/16/2026
    acme-1,'+Acme,10/01/2026,10/14/2026,White-label,"White-label of Nike (nike): Credit: stopped, 21 Sep 2026 – 30 Sep 2026 ($24.50 × 10 of 15 days)",1,-16.33,-16.33,09/21/2026
    acme-1,'+Acme,10/01/2026,10/14/2026,White-label,"White-label of =Adidas, ""AG"" (adidas): New period, 1 Oct 2026 – 31 Oct 2026",1,49.00,49.00,10/01/2026
    acme-2,Acme,10/01/2026,10/14/2026,White-label,"White-label of Nike (nike): Credit: stopped, 16 Sep 2026 – 30 Sep 2026 ($49.00 × 15 of 30 days)",1,-50.00,-50.00,09/16/2026
    acme-2,Acme,10/01/2026,10/14/2026,Credit,Credit kept for later invoices,1,50.00,50.00,10/01/2026
    acme-3,Acme,10/01/2026,10/14/2026,White-label,"White-label of Nike (nike): New period, 1 Oct 2026 – 31 Oct 2026",1,49.00,49.00,10/01/2026
    acme-3,Acme,10/01/2026,10/14/2026,Credit,Credit from earlier invoices,1,-49.00,-49.00,10/01/2026
    "#);
}

#[test]
fn numbers_of_invoices_fit() {
    let account = |id: &str| PayerId::Account(AccountId::parse(id).unwrap());
    for (payer, number, shown) in [
        (PayerId::Agency, 7, "acme-7"),
        (account("nike-inc"), 12, "nike-inc-12"),
        (account("a-very-long-name-of-an-account"), 12, "a-very-long-name-o-12"),
        (account("-x"), 1, "'-x-1"),
    ] {
        let lines = vec![Line { payer: payer.clone(), ..renewal(1, "nike", 1) }];
        let invoice = Invoice { payer, number, ..invoice(&lines) };
        let table = of_invoices(Layout::InvoiceRows, vec![(invoice, lines)]);
        let row = table.lines().nth(1).unwrap();
        assert_eq!(row.split(',').next(), Some(shown));
    }
}

#[test]
fn no_cell_of_a_row_is_a_formula() {
    let hostile = "=cmd|' /C calc'!A1";
    let (agency, names) = (AgencyId::parse("acme").unwrap(), names(&[("nike", hostile)]));
    let adjusted = Line { item: BillingItem::Adjustment(name(hostile)), ..line(2, "nike", 5) };
    let lines = vec![renewal(1, "nike", 4_900), adjusted];
    let mut whole = invoice(&lines);
    whole.payer_party.name = hostile.into();
    let numbered: Vec<Numbered> = lines.iter().map(|line| (line.clone(), Some(1))).collect();
    let closed = [Closed { invoice: whole, lines }];
    for layout in [Layout::Ledger, Layout::InvoiceItems, Layout::Fees, Layout::InvoiceRows] {
        let part = Part { layout, has_heading: false, agency: &agency, names: &names };
        let table = part.of_lines(&numbered).unwrap() + &part.of_invoices(&closed).unwrap();
        let reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_bytes());
        let mut cells = 0;
        for row in reader.into_records() {
            for cell in &row.unwrap() {
                cells += 1;
                assert!(!cell.starts_with(['=', '+', '-', '@']), "{layout:?}: {cell}");
            }
        }
        assert!(cells > 15, "{layout:?} wrote {cells} cells");
    }
}
