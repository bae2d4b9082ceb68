//! Amounts of money for people.

use serde_json::Value;

use super::answer::{at, string};
use super::format::thousands;
use super::show::Shown;

/// `$49.00`, `€49.00`, `49.00 CHF`; negative ones with a minus.
pub(crate) fn money(value: &Value) -> String {
    let cents = at(value, "amount").as_i64().unwrap_or_default();
    let sign = if cents < 0 { "− " } else { "" };
    format!("{sign}{}", absolute(cents.unsigned_abs(), &string(value, "currency")))
}

/// A charge or a credit in a cell: `+ $24.50`, `− $16.33`.
pub(crate) fn amount(value: &Value) -> Shown {
    let cents = at(value, "amount").as_i64().unwrap_or_default();
    let sign = if cents < 0 { '−' } else { '+' };
    let text = format!("{sign} {}", absolute(cents.unsigned_abs(), &string(value, "currency")));
    Shown::Amount { text, credit: cents < 0 }
}

fn absolute(minor_units: u64, currency: &str) -> String {
    let digits = digits(currency);
    let whole = 10_u64.pow(digits);
    let rest = match digits {
        0 => String::new(),
        digits => format!(".{:0width$}", minor_units % whole, width = digits as usize),
    };
    let number = format!("{}{rest}", thousands(minor_units / whole));
    match currency {
        "USD" => format!("${number}"),
        "EUR" => format!("€{number}"),
        "GBP" => format!("£{number}"),
        other => format!("{number} {other}"),
    }
}

/// How many digits an amount has behind the point, as ISO 4217 says.
fn digits(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
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
            (7_200, "JPY", "7,200 JPY"),
            (-15_001, "KWD", "− 15.001 KWD"),
            (i64::MIN, "USD", "− $92,233,720,368,547,758.08"),
        ] {
            assert_eq!(money(&json!({"amount": amount, "currency": currency})), text);
        }
    }

    #[test]
    fn digits_are_the_standards() {
        use iso_currency::{Currency, IntoEnumIterator as _};

        let in_use =
            |currency: &Currency| currency.is_superseded().is_none() && !currency.is_special();
        let mut known = 0;
        for currency in Currency::iter().filter(in_use) {
            if let Some(exponent) = currency.exponent() {
                assert_eq!(digits(currency.code()), u32::from(exponent), "{}", currency.code());
                known += 1;
            }
        }
        assert!(known > 150, "only {known}");
    }
}
