//! What is paid for ahead, and isn't given back.

use super::rates::{AccountTerms, Sold};
use super::{AccountBilling, State};
use crate::domain::billing::{BillingError, Reason};
use crate::domain::money::Money;
use crate::domain::time::Timestamp;

impl AccountBilling {
    /// What an account that is disabled or deleted has paid for beyond `now`: what, until when, and what of
    /// the price lies ahead, as much as would be credited if it stopped. Nothing of it comes back.
    ///
    /// # Errors
    ///
    /// When amounts overflow.
    pub fn paid_ahead(
        &self,
        terms: &AccountTerms<'_>,
        now: Timestamp,
    ) -> Result<Vec<(Sold<'_>, Timestamp, Money)>, BillingError> {
        let mut ahead = Vec::new();
        match self.state {
            State::New | State::Running => return Ok(ahead),
            State::Paused | State::Deleted => {}
        }
        for (sold, item) in self.items().filter(|(_, item)| now < item.covers.end) {
            let rates = terms.rates(self.payer, sold, item.price);
            let mut amount = Money::zero(item.debited.currency);
            for posting in item.stop(&rates, now, Reason::Stopped)? {
                amount = amount.plus(posting.amount.negated()?)?;
            }
            ahead.push((sold, item.covers.end, amount));
        }
        Ok(ahead)
    }
}
