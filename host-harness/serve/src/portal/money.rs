//! Amounts as the pages say them.

use std::fmt;

use serde::Deserialize;

/// An amount of money, as the contract has it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Money {
    amount: i64,
    currency: String,
}

/// Currencies without minor units, and those with three digits.
const NONE: [&str; 16] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
    "XAF", "XOF", "XPF",
];
const THREE: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let currency = self.currency.as_str();
        let digits = match currency {
            none if NONE.contains(&none) => 0,
            three if THREE.contains(&three) => 3,
            _ => 2,
        };
        let unit = 10_u64.pow(digits);
        let amount = self.amount.unsigned_abs();
        let (whole, rest) = (amount / unit, amount % unit);
        let sign = if self.amount < 0 { "−" } else { "" };
        let symbol = match currency {
            "USD" => "$",
            "EUR" => "€",
            "GBP" => "£",
            "JPY" => "¥",
            _ => "",
        };
        write!(f, "{sign}{symbol}{}", grouped(whole))?;
        if digits > 0 && rest > 0 {
            let width = usize::try_from(digits).unwrap_or_default();
            write!(f, ".{rest:0width$}")?;
        }
        if symbol.is_empty() { write!(f, " {currency}") } else { Ok(()) }
    }
}

/// `10,000`
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_said_as_people_say_them() {
        for (amount, currency, said) in [
            (4_900, "USD", "$49"),
            (4_950, "USD", "$49.50"),
            (123_456_705, "EUR", "€1,234,567.05"),
            (2_450, "JPY", "¥2,450"),
            (24_500, "KWD", "24.500 KWD"),
            (-100, "CHF", "−1 CHF"),
        ] {
            let money = Money { amount, currency: currency.to_owned() };
            assert_eq!(money.to_string(), said);
        }
    }
}
