//! Commands with rows: each row is carried out by itself, in a commit of its own, and has an outcome
//! of its own in the same place.

use super::caller::{Call, Caller};
use super::command::query;
use super::error::Error;
use super::ports::{Ports, Rehearsal};
use super::quoting;
use super::rehearsal::copy_of;
use super::view;
use crate::domain::billing::Quote;
use crate::domain::keyring::KeyRing;
use crate::domain::text::key_hash;
use crate::domain::time::Timestamp;

/// What became of each row.
pub type Outcomes<T> = Vec<Result<T, Error>>;

/// What is done with a row: a command, by a call of its own.
pub type Each<'a, R, T> = &'a dyn Fn(&Ports, &Call, &R) -> Result<T, Error>;

/// The rows of a call.
pub struct Rows<'a, R, T> {
    /// The call.
    pub call: &'a Call,
    /// What is asked for.
    pub rows: &'a [R],
    /// How many there may be.
    pub max: usize,
    /// What is done with each.
    pub each: Each<'a, R, T>,
}

/// What became of a row that was rehearsed, and what the quote for it relies on; none where it
/// would do nothing: it is refused, or was done before.
type Rehearsed<T> = (Result<T, Error>, Option<String>);

fn bases<T>(rehearsed: &[Rehearsed<T>]) -> Vec<Option<String>> {
    rehearsed.iter().map(|(_, basis)| basis.clone()).collect()
}

impl<R, T> Rows<'_, R, T> {
    /// Carries them out, one after the other.
    ///
    /// # Errors
    ///
    /// When there are too many rows, or when they don't come to what was quoted. What is wrong with a
    /// row is its own outcome.
    pub fn carry_out(&self, ports: &Ports, caller: &Caller) -> Result<Outcomes<T>, Error> {
        if self.rows.len() > self.max {
            let (allowed, asked) = (self.max as u64, self.rows.len() as u64);
            return Err(Error::Limit { limit: "rows", allowed, asked, wait: None });
        }
        // An agency that isn't there is no row's fault.
        let now = query(ports, caller, Vec::new())?.now();
        match (&ports.rehearsal, &caller.quote) {
            (Some(rehearsal), _) => {
                let rehearsed = self.rehearse(ports, rehearsal);
                rehearsal.note(quoting::together(caller, &bases(&rehearsed))?);
                Ok(rehearsed.into_iter().map(|(outcome, _)| outcome).collect())
            }
            (None, None) => Ok(self.outcomes(ports)),
            (None, Some(quote)) => self.kept_to(quote, ports, caller, now),
        }
    }

    fn outcomes(&self, ports: &Ports) -> Outcomes<T> {
        self.rows.iter().enumerate().map(|row| self.outcome(ports, row, None)).collect()
    }

    /// Carries a row out, kept to a quote of its own where it has one.
    fn outcome(
        &self,
        ports: &Ports,
        (place, row): (usize, &R),
        quote: Option<String>,
    ) -> Result<T, Error> {
        let key = self.call.idempotency_key.as_ref();
        let idempotency_key = key.map(|key| format!("{}#{place}", key_hash(key)));
        (self.each)(ports, &Call { idempotency_key, quote, ..self.call.clone() }, row)
    }

    fn rehearse(&self, copy: &Ports, rehearsal: &Rehearsal) -> Vec<Rehearsed<T>> {
        let rehearse = |row| {
            let outcome = self.outcome(copy, row, None);
            let basis = rehearsal.take().filter(|_| outcome.is_ok());
            (outcome, basis)
        };
        self.rows.iter().enumerate().map(rehearse).collect()
    }

    /// Rehearses all rows, and carries them out if they come to what was quoted: each by a quote
    /// of its own then, so that nothing else is booked, whoever gets in between.
    fn kept_to(
        &self,
        quote: &Quote,
        ports: &Ports,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Outcomes<T>, Error> {
        let ring = view::key_ring(ports)?;
        let priced_at = (!quote.is_over(now)).then_some(quote.as_of);
        let (copy, rehearsal) = copy_of(ports, now, priced_at);
        let rehearsed = self.rehearse(&copy, &rehearsal);
        let bases = bases(&rehearsed);
        // A repetition of a call that was done gets its answer, whatever became of the quote.
        let is_done =
            bases.iter().all(Option::is_none) && rehearsed.iter().any(|row| row.0.is_ok());
        if !is_done {
            quoting::check_age(quote, caller.function, now)?;
            quoting::check(quote, &quoting::together(caller, &bases)?, caller.function, &ring)?;
        }
        let rows = self.rows.iter().enumerate().zip(rehearsed);
        Ok(rows.map(|(row, rehearsed)| self.kept(ports, row, rehearsed, quote, &ring)).collect())
    }

    fn kept(
        &self,
        ports: &Ports,
        row: (usize, &R),
        (outcome, basis): Rehearsed<T>,
        quote: &Quote,
        ring: &KeyRing,
    ) -> Result<T, Error> {
        match basis {
            Some(basis) => {
                let own = Quote::of(&basis, quote.as_of, ring);
                self.outcome(ports, row, Some(own.text()))
            }
            // Whatever it would do by now, nobody was told what that costs.
            None => outcome,
        }
    }
}
