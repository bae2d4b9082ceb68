//! Money: whole minor units with a currency, checked.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use thiserror::Error;

use super::iso_4217;

/// An ISO 4217 currency code: three capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency([u8; 3]);

impl Currency {
    /// US dollar.
    pub const USD: Currency = Currency(*b"USD");

    /// The currency with this code; none unless it is three capital letters.
    pub fn parse(code: &str) -> Option<Currency> {
        let letters: [u8; 3] = code.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Currency(letters))
    }

    /// Whether ISO 4217 has it today, as money that things can be sold for.
    pub fn is_in_use(&self) -> bool {
        iso_4217::is_in_use(self.code())
    }

    /// How many digits of an amount stand behind the point: 2 for dollars, 0 for yen.
    pub const fn digits(self) -> u8 {
        iso_4217::digits(self.0)
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let code = String::deserialize(input)?;
        Currency::parse(&code).ok_or_else(|| D::Error::custom("must be three capital letters"))
    }
}

/// An amount in minor units (cents); negative for a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Minor units.
    pub amount: i64,
    /// Of this currency.
    pub currency: Currency,
}

/// Why an amount can't be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// The result is beyond what 64 bits hold.
    #[error("an amount of money is too large to compute with")]
    Overflow,
    /// The two amounts are of different currencies.
    #[error("amounts of {} and {} can't be added", .0.code(), .1.code())]
    Mismatch(Currency, Currency),
}

impl Money {
    /// `amount` minor units of `currency`.
    pub const fn new(amount: i64, currency: Currency) -> Money {
        Money { amount, currency }
    }

    /// Nothing, in `currency`.
    pub const fn zero(currency: Currency) -> Money {
        Money::new(0, currency)
    }

    /// A price of so many minor units.
    ///
    /// # Errors
    ///
    /// When they are more than an amount holds.
    pub fn of_price(minor_units: u64, currency: Currency) -> Result<Money, MoneyError> {
        let amount = i64::try_from(minor_units).map_err(|_| MoneyError::Overflow)?;
        Ok(Money::new(amount, currency))
    }

    /// The sum.
    ///
    /// # Errors
    ///
    /// When the currencies differ, or the sum overflows.
    pub fn plus(self, other: Money) -> Result<Money, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mismatch(self.currency, other.currency));
        }
        let amount = self.amount.checked_add(other.amount);
        Ok(Money::new(amount.ok_or(MoneyError::Overflow)?, self.currency))
    }

    /// The same with the other sign.
    ///
    /// # Errors
    ///
    /// When there is no such number.
    pub fn negated(self) -> Result<Money, MoneyError> {
        let amount = self.amount.checked_neg().ok_or(MoneyError::Overflow)?;
        Ok(Money::new(amount, self.currency))
    }

    /// This amount `count` times.
    ///
    /// # Errors
    ///
    /// When the product overflows.
    pub fn times(self, count: u64) -> Result<Money, MoneyError> {
        let count = i64::try_from(count).map_err(|_| MoneyError::Overflow)?;
        let amount = self.amount.checked_mul(count).ok_or(MoneyError::Overflow)?;
        Ok(Money::new(amount, self.currency))
    }

    /// The share `part / whole` of this amount, rounded half up, away from zero; the whole
    /// amount when `part` is at least `whole`, so that a share is never more than it is of.
    ///
    /// # Errors
    ///
    /// Never for the amounts of a real bill; the arithmetic is checked all the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use clientdesk_component::domain::money::{Currency, Money};
    ///
    /// let price = Money::new(4_900, Currency::USD);
    /// assert_eq!(price.share(15, 30)?.amount, 2_450);
    /// assert_eq!(Money::new(2_450, Currency::USD).share(10, 15)?.amount, 1_633);
    /// # Ok::<(), clientdesk_component::domain::money::MoneyError>(())
    /// ```
    pub fn share(self, part: u64, whole: u64) -> Result<Money, MoneyError> {
        if part >= whole {
            return Ok(self);
        }
        let (part, whole) = (i128::from(part), i128::from(whole));
        let size = i128::from(self.amount).abs();
        let doubled = size.checked_mul(part).and_then(|x| x.checked_mul(2));
        let rounded =
            doubled.and_then(|x| x.checked_add(whole)).ok_or(MoneyError::Overflow)? / (whole * 2);
        let amount = i64::try_from(rounded * i128::from(self.amount.signum()));
        Ok(Money::new(amount.map_err(|_| MoneyError::Overflow)?, self.currency))
    }
}

impl fmt::Display for Money {
    /// `-16.33 USD`, `1633 JPY`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.amount < 0 { "-" } else { "" };
        let (size, digits) = (self.amount.unsigned_abs(), usize::from(self.currency.digits()));
        let unit = 10_u64.pow(self.currency.digits().into());
        write!(f, "{sign}{}", size / unit)?;
        if digits > 0 {
            write!(f, ".{:0digits$}", size % unit)?;
        }
        write!(f, " {}", self.currency.code())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::time::DAY;

    fn usd(amount: i64) -> Money {
        Money::new(amount, Currency::USD)
    }

    #[test]
    fn shares_are_rounded_half_up() {
        for (amount, part, whole, share) in [
            (4_900, 15 * DAY, 30 * DAY, 2_450),
            (2_450, 10 * DAY, 15 * DAY, 1_633),
            (49_200, 275 * DAY, 365 * DAY, 37_068),
            (5_000, 16, 31, 2_581),
            (5_000, 15, 31, 2_419),
            (1, 1, 2, 1),
            (-1, 1, 2, -1),
            (1, 49, 100, 0),
            (4_900, 0, 30, 0),
            (4_900, 31, 30, 4_900),
            (4_900, 1, 0, 4_900),
            (i64::MAX, 1, 1, i64::MAX),
        ] {
            assert_eq!(usd(amount).share(part, whole), Ok(usd(share)), "{amount} × {part}/{whole}");
        }
    }

    #[test]
    fn overflow_is_an_error() {
        assert_eq!(usd(i64::MAX).plus(usd(1)), Err(MoneyError::Overflow));
        assert_eq!(usd(i64::MIN).negated(), Err(MoneyError::Overflow));
        assert_eq!(usd(2).times(u64::MAX), Err(MoneyError::Overflow));
        assert_eq!(usd(i64::MAX).share(u64::MAX - 1, u64::MAX), Err(MoneyError::Overflow));
    }

    #[test]
    fn amounts_read_like_prices() {
        for (amount, code, text) in [
            (4_900, "USD", "49.00 USD"),
            (-1_633, "USD", "-16.33 USD"),
            (-5, "USD", "-0.05 USD"),
            (4_900, "JPY", "4900 JPY"),
            (-4_900, "KWD", "-4.900 KWD"),
            (49, "CLF", "0.0049 CLF"),
            (i64::MIN, "JPY", "-9223372036854775808 JPY"),
        ] {
            let money = Money::new(amount, Currency::parse(code).unwrap());
            assert_eq!(money.to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn the_two_parts_of_a_whole_differ_from_it_by_a_cent_at_most(
            amount in 0..10_000_000_i64, whole in 1..400 * DAY, cut in 0.0..1.0_f64,
        ) {
            let part = (whole as f64 * cut) as u64;
            let sum = usd(amount).share(part, whole).unwrap().amount
                + usd(amount).share(whole - part, whole).unwrap().amount;
            prop_assert!((sum - amount).abs() <= 1);
        }
    }
}
