//! `clients.invite-many`

use super::{Invite, Invited, invite};
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::ports::{Ports, Rehearsal};
use crate::app::quoting;
use crate::app::rehearsal::copy_of;
use crate::app::view;
use crate::domain::billing::Quote;
use crate::domain::keyring::KeyRing;
use crate::domain::text::key_hash;
use crate::domain::time::Timestamp;

/// How many people can be invited in one call.
const ROWS_MAX: usize = 1_000;

/// What became of each row.
type Outcomes = Vec<Result<Invited, Error>>;

/// Invites many people by e-mail, each in a commit of its own.
///
/// # Errors
///
/// When there are too many rows, or when they don't come to what was quoted. What is wrong with a
/// row is its own outcome.
pub fn invite_many(ports: &Ports, call: &Call, invites: &[Invite]) -> Result<Outcomes, Error> {
    let caller = Caller::within(call, functions::CLIENTS_INVITE_MANY)?;
    if invites.len() > ROWS_MAX {
        let (allowed, asked) = (ROWS_MAX as u64, invites.len() as u64);
        return Err(Error::Limit { limit: "rows", allowed, asked, wait: None });
    }
    // An agency that isn't there is no row's fault.
    let now = query(ports, &caller, Vec::new())?.now();
    let rows = Rows { call, invites };
    match (&ports.rehearsal, &caller.quote) {
        (Some(rehearsal), _) => {
            let rehearsed = rows.rehearse(ports, rehearsal);
            rehearsal.note(quoting::together(&caller, &bases(&rehearsed))?);
            Ok(rehearsed.into_iter().map(|(outcome, _)| outcome).collect())
        }
        (None, None) => Ok(rows.outcomes(ports)),
        (None, Some(quote)) => rows.kept_to(quote, ports, &caller, now),
    }
}

/// What became of a row that was rehearsed, and what the quote for it relies on; none where it
/// would do nothing: it is refused, or was done before.
type Rehearsed = (Result<Invited, Error>, Option<String>);

fn bases(rehearsed: &[Rehearsed]) -> Vec<Option<String>> {
    rehearsed.iter().map(|(_, basis)| basis.clone()).collect()
}

/// The rows of a call.
struct Rows<'a> {
    call: &'a Call,
    invites: &'a [Invite],
}

impl Rows<'_> {
    fn outcomes(&self, ports: &Ports) -> Outcomes {
        self.invites.iter().enumerate().map(|row| self.outcome(ports, row, None)).collect()
    }

    /// Carries a row out, kept to a quote of its own where it has one.
    fn outcome(
        &self,
        ports: &Ports,
        (place, row): (usize, &Invite),
        quote: Option<String>,
    ) -> Result<Invited, Error> {
        let key = self.call.idempotency_key.as_ref();
        let idempotency_key = key.map(|key| format!("{}#{place}", key_hash(key)));
        invite(ports, &Call { idempotency_key, quote, ..self.call.clone() }, row)
    }

    fn rehearse(&self, copy: &Ports, rehearsal: &Rehearsal) -> Vec<Rehearsed> {
        let rehearse = |row| {
            let outcome = self.outcome(copy, row, None);
            let basis = rehearsal.take().filter(|_| outcome.is_ok());
            (outcome, basis)
        };
        self.invites.iter().enumerate().map(rehearse).collect()
    }

    /// Rehearses all rows, and carries them out if they come to what was quoted: each by a quote
    /// of its own then, so that nothing else is booked, whoever gets in between.
    fn kept_to(
        &self,
        quote: &Quote,
        ports: &Ports,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Outcomes, Error> {
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
        let rows = self.invites.iter().enumerate().zip(rehearsed);
        Ok(rows.map(|(row, rehearsed)| self.kept(ports, row, rehearsed, quote, &ring)).collect())
    }

    fn kept(
        &self,
        ports: &Ports,
        row: (usize, &Invite),
        (outcome, basis): Rehearsed,
        quote: &Quote,
        ring: &KeyRing,
    ) -> Result<Invited, Error> {
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
