//! Amounts, items, shares and stretches of time in words, the same on invoices and in exports.

use std::collections::BTreeMap;

use super::item::BillingItem;
use super::ledger::Line;
use super::posting::{LineKind, Reason, Working};
use crate::domain::id::{AccountId, AddOnId, BrandId};
use crate::domain::money::Money;
use crate::domain::period::Period;
use crate::domain::text::Name;
use crate::domain::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};

/// What brands, accounts, and what is sold to them are called now. What nobody can name isn't in
/// it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The brands.
    pub brands: BTreeMap<BrandId, Name>,
    /// The accounts.
    pub accounts: BTreeMap<AccountId, Name>,
    /// The plans, by their ids.
    pub plans: BTreeMap<String, Name>,
    /// The add-ons.
    pub add_ons: BTreeMap<AddOnId, Name>,
}

impl Names {
    /// What the brand or the account is called that an item is about.
    pub fn of(&self, item: &BillingItem) -> Option<&Name> {
        match item {
            BillingItem::WhiteLabel(brand) => self.brands.get(brand),
            BillingItem::Plan(account) | BillingItem::AddOn { account, .. } => {
                self.accounts.get(account)
            }
            BillingItem::Adjustment(_) => None,
        }
    }
}

/// More than any period has days, and fewer than any has milliseconds.
const DAYS_MAX: u64 = 366;

/// An amount as programs read it, without its currency: `-1234.50`, `-1234` yen.
pub fn decimal(money: Money) -> String {
    spelled(money, "-", "")
}

/// An amount as people read it: `$1,234.50`, `−$16.33`, `49.00 CHF`.
pub fn amount_text(money: Money) -> String {
    let sign = if money.amount < 0 { "−" } else { "" };
    let number = spelled(Money::new(money.amount, money.currency), "", ",");
    match money.currency.code() {
        "USD" => format!("{sign}${number}"),
        "EUR" => format!("{sign}€{number}"),
        "GBP" => format!("{sign}£{number}"),
        other => format!("{sign}{number}\u{a0}{other}"),
    }
}

fn spelled(money: Money, minus: &str, between_thousands: &str) -> String {
    let digits = usize::from(money.currency.digits());
    let all = format!("{:0>width$}", money.amount.unsigned_abs(), width = digits + 1);
    let (whole, rest) = all.split_at_checked(all.len() - digits).unwrap_or((&all, ""));
    let sign = if money.amount < 0 { minus } else { "" };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{rest}", grouped(whole, between_thousands))
}

/// A number's digits with something between its thousands.
fn grouped(digits: &str, between: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push_str(between);
        }
        text.push(digit);
    }
    text
}

/// Words of ours around words of somebody else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase {
    /// Ours, before.
    pub before: &'static str,
    /// Somebody else's: a name, which may be written from right to left.
    pub name: String,
    /// Ours, behind.
    pub after: String,
}

impl Phrase {
    /// Words of ours alone.
    pub const fn ours(words: &'static str) -> Phrase {
        Phrase { before: words, name: String::new(), after: String::new() }
    }
}

impl core::fmt::Display for Phrase {
    /// All of it in one line.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}{}{}", self.before, self.name, self.after)
    }
}

/// What is paid for: `White-label of Nike (nike)`.
pub fn item_words(item: &BillingItem, names: &Names) -> Phrase {
    let called = |name: Option<&Name>, id: &str| match name {
        Some(name) => (name.to_string(), format!(" ({id})")),
        None => (id.to_owned(), String::new()),
    };
    let (before, (name, after)) = match item {
        BillingItem::WhiteLabel(brand) => {
            ("White-label of ", called(names.of(item), brand.as_str()))
        }
        BillingItem::Plan(account) => ("Plan of ", called(names.of(item), account.as_str())),
        BillingItem::AddOn { account, add_on } => {
            let (name, after) = called(names.add_ons.get(add_on), add_on.as_str());
            let (company, id) = called(names.of(item), account.as_str());
            ("Add-on ", (name, format!("{after} of {company}{id}")))
        }
        BillingItem::Adjustment(name) => ("Adjustment: ", (name.to_string(), String::new())),
    };
    Phrase { before, name, after }
}

/// What a line does, and why: `Started`, `Credit: expired`, `Discount: Launch offer`. A plan's line
/// says which plan.
pub fn line_words(line: &Line, names: &Names) -> Phrase {
    let note = || line.note.as_ref().map(Name::to_string).unwrap_or_default();
    let words = match line.kind() {
        LineKind::Charge => match line.reason {
            Reason::Started => "Started",
            Reason::Renewed => "New period",
            Reason::Changed => "Plan changed",
            Reason::Switched => "Taken over from another payer",
            Reason::Stopped | Reason::Expired | Reason::Adjusted => "Charge",
        },
        LineKind::Credit => match line.reason {
            Reason::Stopped => "Credit: stopped",
            Reason::Expired => "Credit: expired",
            Reason::Changed => "Credit: plan changed",
            Reason::Switched => "Credit: another payer took over",
            Reason::Started | Reason::Renewed | Reason::Adjusted => "Credit",
        },
        LineKind::Discount => {
            return Phrase { before: "Discount: ", name: note(), after: String::new() };
        }
        LineKind::Adjustment => "Booked by hand",
    };
    match plan_of(line, names) {
        Some(plan) => Phrase { before: words, name: String::new(), after: format!(", {plan}") },
        None => Phrase::ours(words),
    }
}

/// The plan that a line is about, as it is called now, or by its id.
fn plan_of<'a>(line: &'a Line, names: &'a Names) -> Option<&'a Name> {
    let plan = line.note.as_ref().filter(|_| matches!(line.item, BillingItem::Plan(_)))?;
    Some(names.plans.get(plan.as_str()).unwrap_or(plan))
}

/// How an amount was worked out: `$49.00 × 15 of 30 days`; none where it is all of its base, or
/// nobody said.
pub fn working_words(line: &Line) -> Option<String> {
    let Working { base, numerator, denominator, .. } = line.working?;
    let base = amount_text(base);
    if line.kind() == LineKind::Discount {
        return Some(format!("{} of {base}", percent(numerator)));
    }
    if numerator >= denominator {
        return None;
    }
    if denominator == 1 {
        // Nothing of a whole that has no parts: a trial, or a stop that isn't credited.
        return Some(format!("nothing of {base}"));
    }
    let (part, whole, unit) = in_unit(numerator, denominator);
    let [part, whole] = [part, whole].map(|number| grouped(&number.to_string(), ","));
    Some(format!("{base} × {part} of {whole} {unit}"))
}

/// A share of time in the largest unit in which both of its parts come out even.
fn in_unit(numerator: u64, denominator: u64) -> (u64, u64, &'static str) {
    if denominator <= DAYS_MAX {
        return (numerator, denominator, "days");
    }
    let units =
        [(DAY, "days"), (HOUR, "hours"), (MINUTE, "minutes"), (SECOND, "seconds"), (1, "ms")];
    let even = |(unit, _): &(u64, &str)| {
        numerator.is_multiple_of(*unit) && denominator.is_multiple_of(*unit)
    };
    let (unit, word) = units.into_iter().find(even).unwrap_or((1, "ms"));
    (numerator / unit, denominator / unit, word)
}

/// Hundredths of a percent: `10%`, `12.5%`, `8.25%`.
pub fn percent(basis_points: u64) -> String {
    let (whole, rest) = (basis_points / 100, format!("{:02}", basis_points % 100));
    match rest.trim_end_matches('0') {
        "" => format!("{whole}%"),
        rest => format!("{whole}.{rest}%"),
    }
}

/// The days of a stretch of time: `16 Sep 2026 – 30 Sep 2026`.
///
/// A period that ends at midnight ends with the day before.
pub fn days_words(period: Period) -> String {
    let first = short_date(period.start);
    let last = period.end.minus(1).unwrap_or(period.end).max(period.start);
    let last = short_date(last);
    if first == last { first } else { format!("{first} – {last}") }
}

/// A day in a table: `1 Sep 2026`.
fn short_date(at: Timestamp) -> String {
    let date = at.date();
    let words: Vec<&str> = date.split(' ').collect();
    match words[..] {
        [day, month, year] => format!("{day} {} {year}", month.get(..3).unwrap_or(month)),
        _ => date,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::billing::document::tests::{at, line, usd};
    use crate::domain::money::Currency;

    fn money(amount: i64, code: &str) -> Money {
        Money::new(amount, Currency::parse(code).unwrap())
    }

    #[test]
    fn amounts_have_the_digits_of_their_currency() {
        for (amount, code, text, plain) in [
            (4_900, "USD", "$49.00", "49.00"),
            (-1_633, "USD", "−$16.33", "-16.33"),
            (5, "EUR", "€0.05", "0.05"),
            (0, "GBP", "£0.00", "0.00"),
            (123_456_705, "CHF", "1,234,567.05\u{a0}CHF", "1234567.05"),
            (7_200, "JPY", "7,200\u{a0}JPY", "7200"),
            (-1, "JPY", "−1\u{a0}JPY", "-1"),
            (15_001, "KWD", "15.001\u{a0}KWD", "15.001"),
            (-7, "KWD", "−0.007\u{a0}KWD", "-0.007"),
            (i64::MIN, "USD", "−$92,233,720,368,547,758.08", "-92233720368547758.08"),
        ] {
            assert_eq!(amount_text(money(amount, code)), text);
            assert_eq!(decimal(money(amount, code)), plain);
        }
    }

    #[test]
    fn items_are_called_by_name_and_id() {
        let nike = BrandId::parse("nike").unwrap();
        let account = AccountId::parse("acc-1").unwrap();
        let other = AccountId::parse("acc-2").unwrap();
        let called = |name| Name::parse(name).unwrap();
        let add_on = AddOnId::parse("users-10").unwrap();
        let names = Names {
            brands: BTreeMap::from([(nike.clone(), called("Nike"))]),
            accounts: BTreeMap::from([(other.clone(), called("Nike Inc"))]),
            add_ons: BTreeMap::from([(add_on.clone(), called("More users"))]),
            ..Names::default()
        };
        let puma = BillingItem::WhiteLabel(BrandId::parse("puma").unwrap());
        let unknown = AddOnId::parse("calls").unwrap();
        let of = |account: &AccountId, add_on: &AddOnId| BillingItem::AddOn {
            account: account.clone(),
            add_on: add_on.clone(),
        };
        for (item, words) in [
            (BillingItem::WhiteLabel(nike), "White-label of Nike (nike)"),
            (puma, "White-label of puma"),
            (BillingItem::Plan(account.clone()), "Plan of acc-1"),
            (BillingItem::Plan(other.clone()), "Plan of Nike Inc (acc-2)"),
            (of(&account, &unknown), "Add-on calls of acc-1"),
            (of(&other, &add_on), "Add-on More users (users-10) of Nike Inc (acc-2)"),
            (BillingItem::Adjustment(Name::parse("Sorry").unwrap()), "Adjustment: Sorry"),
        ] {
            assert_eq!(item_words(&item, &names).to_string(), words);
        }
    }

    #[test]
    fn shares_of_time_are_shown_in_the_largest_unit_that_comes_out() {
        for (numerator, denominator, words) in [
            (15 * DAY, 30 * DAY, Some("$49.00 × 15 of 30 days")),
            (0, 30 * DAY, Some("$49.00 × 0 of 30 days")),
            (15 * DAY + HOUR, 30 * DAY, Some("$49.00 × 361 of 720 hours")),
            (15 * DAY + MINUTE, 30 * DAY, Some("$49.00 × 21,601 of 43,200 minutes")),
            (15 * DAY + SECOND, 30 * DAY, Some("$49.00 × 1,296,001 of 2,592,000 seconds")),
            (15 * DAY + 1, 30 * DAY, Some("$49.00 × 1,296,000,001 of 2,592,000,000 ms")),
            (16, 31, Some("$49.00 × 16 of 31 days")),
            (275, 366, Some("$49.00 × 275 of 366 days")),
            (0, 1, Some("nothing of $49.00")),
            (1, 1, None),
            (30 * DAY, 30 * DAY, None),
        ] {
            let working = Working { base: usd(4_900), numerator, denominator, catalog: 0 };
            let line = Line { working: Some(working), ..line(1, "nike", 4_900) };
            assert_eq!(working_words(&line).as_deref(), words, "{numerator}/{denominator}");
        }
        assert_eq!(working_words(&Line { working: None, ..line(1, "nike", 4_900) }), None);
    }

    #[test]
    fn discounts_show_their_percentage() {
        for (points, words) in [
            (1_000, "10% of $49.00"),
            (1_250, "12.5% of $49.00"),
            (825, "8.25% of $49.00"),
            (5, "0.05% of $49.00"),
            (10_000, "100% of $49.00"),
        ] {
            let (base, denominator) = (usd(4_900), 10_000);
            let working = Working { base, numerator: points, denominator, catalog: 0 };
            let booked_as = Some(LineKind::Discount);
            let line = Line { booked_as, working: Some(working), ..line(1, "nike", -490) };
            assert_eq!(working_words(&line).as_deref(), Some(words));
        }
    }

    #[test]
    fn a_period_ends_with_its_last_day() {
        for (start, end, words) in [
            ((0, 0), (30, 0), "1 Sep 2026 – 30 Sep 2026"),
            ((15, 0), (30, 0), "16 Sep 2026 – 30 Sep 2026"),
            ((0, 8 * HOUR), (30, 8 * HOUR), "1 Sep 2026 – 1 Oct 2026"),
            ((0, 0), (1, 0), "1 Sep 2026"),
            ((3, 5), (3, 5), "4 Sep 2026"),
        ] {
            let [start, end] = [start, end].map(|(days, millis)| at(days).plus(millis));
            assert_eq!(days_words(Period { start, end }), words);
        }
    }

    #[test]
    fn every_line_says_what_it_does() {
        use LineKind::{Adjustment, Charge, Credit, Discount};
        use Reason::{Adjusted, Changed, Expired, Renewed, Started, Stopped, Switched};
        for (kind, reason, words) in [
            (Charge, Started, "Started"),
            (Charge, Renewed, "New period"),
            (Charge, Changed, "Plan changed"),
            (Charge, Switched, "Taken over from another payer"),
            (Credit, Stopped, "Credit: stopped"),
            (Credit, Expired, "Credit: expired"),
            (Credit, Changed, "Credit: plan changed"),
            (Credit, Switched, "Credit: another payer took over"),
            (Discount, Renewed, "Discount: Launch"),
            (Adjustment, Adjusted, "Booked by hand"),
        ] {
            let note = Some(Name::parse("Launch").unwrap());
            let line = Line { booked_as: Some(kind), reason, note, ..line(1, "nike", 1) };
            assert_eq!(line_words(&line, &Names::default()).to_string(), words);
        }
    }

    #[test]
    fn a_line_of_a_plan_says_which() {
        let item = BillingItem::Plan(AccountId::parse("nike-inc").unwrap());
        let plans = BTreeMap::from([("small".to_owned(), Name::parse("Small").unwrap())]);
        let names = Names { plans, ..Names::default() };
        for (kind, note, words) in [
            (LineKind::Charge, Some("small"), "Started, Small"),
            (LineKind::Charge, Some("gone"), "Started, gone"),
            (LineKind::Credit, Some("small"), "Credit, Small"),
            (LineKind::Discount, Some("small"), "Discount: small"),
            (LineKind::Charge, None, "Started"),
        ] {
            let note = note.map(|note| Name::parse(note).unwrap());
            let reason = Reason::Started;
            let of_plan = Line { item: item.clone(), note, ..line(1, "nike", 1) };
            let of_plan = Line { booked_as: Some(kind), reason, ..of_plan };
            assert_eq!(line_words(&of_plan, &names).to_string(), words);
        }
    }
}
