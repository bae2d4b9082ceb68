//! Amounts of money for people.

use serde_json::Value;

use super::answer::{at, string};
use super::format::thousands;
use super::show::Shown;

/// `$49.00`, `€49.00`, `49.00 CHF`; negative ones with a minus.
pub(crate) fn money(value: &Value) -> String {
    let cents = at(value, "amount").as_i64().unwrap_or_default();
    let sign = if cents < 0 { "− " } else { "" };
    format!("{sign}{}", absolute(cents, &string(value, "currency")))
}

/// A charge or a credit in a cell: `+ $24.50`, `− $16.33`.
pub(crate) fn amount(value: &Value) -> Shown {
    let cents = at(value, "amount").as_i64().unwrap_or_default();
    let sign = if cents < 0 { '−' } else { '+' };
    let text = format!("{sign} {}", absolute(cents, &string(value, "currency")));
    Shown::Amount { text, credit: cents < 0 }
}

fn absolute(cents: i64, currency: &str) -> String {
    let cents = cents.unsigned_abs();
    let number = format!("{}.{:02}", thousands(cents / 100), cents % 100);
    match currency {
        "USD" => format!("${number}"),
        "EUR" => format!("€{number}"),
        "GBP" => format!("£{number}"),
        other => format!("{number} {other}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_are_easy_to_read() {
        for (amount, currency, text) in [
            (4_900, "USD", "$49.00"),
            (-1_633, "USD", "− $16.33"),
            (123_456_705, "EUR", "€1,234,567.05"),
            (5, "CHF", "0.05 CHF"),
            (i64::MIN, "USD", "− $92,233,720,368,547,758.08"),
        ] {
            assert_eq!(money(&json!({"amount": amount, "currency": currency})), text);
        }
    }
}
