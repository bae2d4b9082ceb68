//! Amounts of money for people.

use serde_json::Value;

use super::answer::{at, string};
use super::format::{cut, thousands};
use super::show::Shown;

/// `$49.00`, `€49.00`, `¥4,900`, `49.00 CHF`; negative ones with a minus.
pub(crate) fn money(value: &Value) -> String {
    let minor = at(value, "amount").as_i64().unwrap_or_default();
    let sign = if minor < 0 { "− " } else { "" };
    format!("{sign}{}", written(minor.unsigned_abs(), &string(value, "currency")))
}

/// A charge or a credit in a cell: `+ $24.50`, `− $16.33`.
pub(crate) fn amount(value: &Value) -> Shown {
    let minor = at(value, "amount").as_i64().unwrap_or_default();
    Shown::Amount { text: change(value), credit: minor < 0 }
}

/// The same in a sentence.
pub(crate) fn change(value: &Value) -> String {
    let minor = at(value, "amount").as_i64().unwrap_or_default();
    let sign = if minor < 0 { '−' } else { '+' };
    format!("{sign} {}", written(minor.unsigned_abs(), &string(value, "currency")))
}

/// So many minor units of a currency.
pub(crate) fn written(minor: u64, currency: &str) -> String {
    let digits = digits(currency);
    let unit = 10_u64.pow(digits);
    let number = match usize::try_from(digits) {
        Ok(width @ 1..) => format!("{}.{:0width$}", thousands(minor / unit), minor % unit),
        _ => thousands(minor),
    };
    match currency {
        "USD" => format!("${number}"),
        "EUR" => format!("€{number}"),
        "GBP" => format!("£{number}"),
        "JPY" => format!("¥{number}"),
        other => format!("{number} {other}"),
    }
}

/// An amount as people write it, such as `39` or `39.50`, in minor units of a currency.
///
/// # Errors
///
/// What is expected instead.
pub(crate) fn parse(text: &str, currency: &str) -> Result<u64, String> {
    let digits = digits(currency);
    decimal(text, digits).ok_or_else(|| {
        let example = match digits {
            0 => "4900".to_owned(),
            digits => format!("49.{:0<1$}", "5", digits as usize),
        };
        format!("expected an amount of {currency} such as 49 or {example}, is `{}`", cut(text))
    })
}

/// A number with at most so many digits behind its point, in units of the last of them.
pub(crate) fn decimal(text: &str, digits: u32) -> Option<u64> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = |text: &str| text.parse::<u64>().ok().filter(|_| is_number(text));
    let units = |number: u64, digits: u32| number.checked_mul(10_u64.checked_pow(digits)?);
    let (whole, part) = match text.split_once('.') {
        None => (text, 0),
        Some((whole, part)) => {
            let missing = digits.checked_sub(u32::try_from(part.len()).ok()?)?;
            (whole, units(number(part)?, missing)?)
        }
    };
    units(number(whole)?, digits)?.checked_add(part)
}

/// How many digits of an amount stand behind the point, by ISO 4217.
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
    use iso_currency::{Currency, IntoEnumIterator as _};
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_are_easy_to_read() {
        for (amount, currency, text) in [
            (4_900, "USD", "$49.00"),
            (-1_633, "USD", "− $16.33"),
            (123_456_705, "EUR", "€1,234,567.05"),
            (5, "CHF", "0.05 CHF"),
            (7_200, "JPY", "¥7,200"),
            (-15_001, "KWD", "− 15.001 KWD"),
            (i64::MIN, "USD", "− $92,233,720,368,547,758.08"),
            (-4_900, "JPY", "− ¥4,900"),
            (4_900, "KWD", "4.900 KWD"),
        ] {
            assert_eq!(money(&json!({"amount": amount, "currency": currency})), text);
        }
    }
    #[test]
    fn the_digits_are_the_standards() {
        for currency in Currency::iter().filter(|currency| !currency.is_special()) {
            let exponent = currency.exponent().map(u32::from);
            assert_eq!(Some(digits(currency.code())), exponent, "{currency}");
        }
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, currency, amount) in [
            ("49", "USD", Some(4_900)),
            ("49.5", "USD", Some(4_950)),
            ("49.05", "USD", Some(4_905)),
            ("0", "USD", Some(0)),
            ("4900", "JPY", Some(4_900)),
            ("1.005", "KWD", Some(1_005)),
            ("49.055", "USD", None),
            ("4900.5", "JPY", None),
            ("4900.0", "JPY", None),
            ("49.", "USD", None),
            (".5", "USD", None),
            ("-1", "USD", None),
            ("+1", "USD", None),
            ("1,000", "USD", None),
            ("", "USD", None),
            ("99999999999999999999", "USD", None),
            ("184467440737095517", "USD", None),
        ] {
            assert_eq!(parse(text, currency).ok(), amount, "{text} {currency}");
        }
        let wrong = parse("x", "USD").unwrap_err();
        assert_eq!(wrong, "expected an amount of USD such as 49 or 49.50, is `x`");
    }
}
