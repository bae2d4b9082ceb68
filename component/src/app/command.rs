//! How a command runs: clock, caller, earlier answer, decide, commit, mails.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

pub use crate::app::commit::Tenant;

use crate::app::acting::{self, Capacity};
use crate::app::admission;
use crate::app::caller::Caller;
use crate::app::commit::{Committed, until_committed};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::outbox;
use crate::app::ports::Ports;
use crate::app::quoting;
use crate::app::record::{Answered, ToJson};
use crate::app::tx::Tx;
use crate::app::view::{self, View};
use crate::domain::actor::Actor;
use crate::domain::due::Due;
use crate::domain::id::AgencyId;
use crate::domain::json::from_json;
use crate::domain::keyring::{KeyRing, Mac, Purpose, VerifyError};
use crate::domain::mail::OutboxMail;
use crate::domain::spelling::composed;
use crate::domain::time::{DAY, Timestamp, Until};

/// How long an answer is kept for a repetition of its call.
const ANSWERS_KEPT: u64 = DAY;

/// Runs a command on the agency's side.
///
/// `request` is what the caller asks for, to tell a repetition from another call with the
/// same idempotency key. `keys` are the rows that the command surely needs: they are read
/// together with the agency. `decide` reads what else it needs, and says what should happen;
/// it runs again when others change what it read.
///
/// # Errors
///
/// What `decide` refuses; when the idempotency key was used for something else; `Busy` when
/// others get in between eight times.
pub fn command<T: Serialize + DeserializeOwned>(
    ports: &Ports,
    caller: &Caller,
    request: &dyn ToJson,
    keys: Vec<String>,
    decide: impl FnMut(&mut Tx<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    command_and_mails(ports, caller, request, keys, decide).map(|(reply, _)| reply)
}

/// The same, and gives the mails of the command as they stand after their hand-over: none for
/// an answer that was given before.
///
/// # Errors
///
/// As [`command`].
pub fn command_and_mails<T: Serialize + DeserializeOwned>(
    ports: &Ports,
    caller: &Caller,
    request: &dyn ToJson,
    keys: Vec<String>,
    decide: impl FnMut(&mut Tx<'_>) -> Result<T, Error>,
) -> Result<(T, Vec<OutboxMail>), Error> {
    let mut deciding = Deciding { decide, reply: None };
    let mails = run_for_caller(ports, caller, request, keys, &mut deciding)?;
    Ok((deciding.reply.ok_or(Error::Busy)?, mails))
}

/// A command, whatever its answer is: what runs it is compiled once for all.
trait Decides {
    /// Says what should happen, and what the answer is.
    fn decide(&mut self, tx: &mut Tx<'_>) -> Result<(), Error>;
    /// The answer, for a repetition.
    fn kept(&self) -> Result<Box<RawValue>, Error>;
    /// Takes an answer of before.
    fn repeat(&mut self, kept: &RawValue) -> Result<(), serde_json::Error>;
}

struct Deciding<T, D> {
    decide: D,
    reply: Option<T>,
}

impl<T, D> Decides for Deciding<T, D>
where
    T: Serialize + DeserializeOwned,
    D: FnMut(&mut Tx<'_>) -> Result<T, Error>,
{
    fn decide(&mut self, tx: &mut Tx<'_>) -> Result<(), Error> {
        self.reply = Some((self.decide)(tx)?);
        Ok(())
    }

    fn kept(&self) -> Result<Box<RawValue>, Error> {
        self.reply.to_json()
    }

    fn repeat(&mut self, kept: &RawValue) -> Result<(), serde_json::Error> {
        self.reply = Some(from_json(kept.get())?);
        Ok(())
    }
}

fn run_for_caller(
    ports: &Ports,
    caller: &Caller,
    request: &dyn ToJson,
    mut keys: Vec<String>,
    command: &mut dyn Decides,
) -> Result<Vec<OutboxMail>, Error> {
    let tenant = Tenant::Called(caller.agency.clone(), caller.function);
    let ring = view::key_ring(ports)?;
    let capacity = Capacity::of(caller, &ring)?;
    keys.extend(capacity.keys());
    let said = match &caller.idempotency {
        // Composed, so that it is the same request from every keyboard. No accent composes
        // with what JSON puts around a text.
        Some(_) => composed(request.to_json()?.get()),
        None => String::new(),
    };
    let mut parts: Vec<&[u8]> = vec![caller.function.name.as_bytes(), said.as_bytes()];
    // What was answered to one who saw everything isn't for one who sees a part.
    parts.extend(capacity.account().map(|account| account.as_str().as_bytes()));
    let key_hash = caller.idempotency.as_deref();
    keys.extend(key_hash.map(|hash| keys::answered(&caller.agency, hash).into_text()));
    let done = run(ports, &ring, &tenant, &capacity.actor(), &keys, &mut |tx| {
        capacity.narrow(tx.view())?;
        if let Some(key_hash) = key_hash
            && let Some(kept) = earlier_answer(tx, key_hash, &parts)?
        {
            let damaged =
                |why| Error::corrupt(keys::answered(&caller.agency, key_hash).text(), why);
            return command.repeat(&kept).map_err(damaged);
        }
        capacity.check_free(tx.view())?;
        tx.trace(caller.trace_id.clone());
        quoting::price(tx, caller)?;
        command.decide(tx)?;
        quoting::settle(tx, caller, request)?;
        match key_hash {
            Some(key_hash) => keep_answer(tx, key_hash, &parts, command.kept()?),
            None => Ok(()),
        }
    });
    done.map_err(|error| end_if_broken(ports, &ring, &capacity, caller, error))
}

/// Runs a command that an operator always calls in their own name, whether they are signed in on
/// an account's behalf or not. Its answer holds a secret, or is the same the second time: no
/// answer is kept. An inner error is an outcome: what was logged for it is committed.
///
/// # Errors
///
/// As [`command`], and the inner one.
pub fn attempt<T>(
    ports: &Ports,
    caller: &Caller,
    request: &dyn ToJson,
    keys: &[String],
    mut decide: impl FnMut(&mut Tx<'_>) -> Result<Result<T, Error>, Error>,
) -> Result<T, Error> {
    let tenant = Tenant::Called(caller.agency.clone(), caller.function);
    transact(ports, &tenant, caller.actor(), keys, |tx| {
        tx.trace(caller.trace_id.clone());
        quoting::price(tx, caller)?;
        let reply = decide(tx)?;
        quoting::settle(tx, caller, request)?;
        Ok(reply)
    })?
}

/// Ends a sign-in on an account's behalf whose token came in the wrong hands, or with a lower role,
/// so that it is refused from then on, whoever comes with it. Gives the error to answer: that of the
/// call, unless the end couldn't be written down.
fn end_if_broken(
    ports: &Ports,
    ring: &KeyRing,
    capacity: &Capacity<'_>,
    caller: &Caller,
    error: Error,
) -> Error {
    let (Some(claim), Error::Denied { code: "acting-as", .. }) = (capacity.claim(), &error) else {
        return error;
    };
    let tenant = Tenant::Called(caller.agency.clone(), caller.function);
    let keys = capacity.keys();
    let ended = transact_with(ports, ring, &tenant, caller.actor(), &keys, |tx| {
        tx.trace(caller.trace_id.clone());
        acting::end_if_broken(tx, caller, claim)
    });
    // Nothing opens it while the agency is at rest, and nothing is written then.
    ended.err().filter(|failed| !admission::is_refusal(failed)).unwrap_or(error)
}

/// Runs a command: loads, decides, commits, and hands over the mails; starts again on a
/// conflict.
pub fn transact<T>(
    ports: &Ports,
    tenant: &Tenant,
    actor: Actor,
    keys: &[String],
    decide: impl FnMut(&mut Tx<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    transact_with(ports, &view::key_ring(ports)?, tenant, actor, keys, decide)
}

/// The same with a key ring that was asked for already.
pub fn transact_with<T>(
    ports: &Ports,
    ring: &KeyRing,
    tenant: &Tenant,
    actor: Actor,
    keys: &[String],
    mut decide: impl FnMut(&mut Tx<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut reply = None;
    run_alone(ports, ring, tenant, actor, keys, &mut |tx| {
        reply = Some(decide(tx)?);
        Ok(())
    })?;
    reply.ok_or(Error::Busy)
}

/// Not generic, and not inlined, as [`run`]; and nobody asks for its mails.
#[inline(never)]
fn run_alone(
    ports: &Ports,
    ring: &KeyRing,
    tenant: &Tenant,
    actor: Actor,
    keys: &[String],
    decide: &mut dyn FnMut(&mut Tx<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    run(ports, ring, tenant, &actor, keys, decide).map(drop)
}

/// Not generic, and not inlined: a copy for each command would be half of the component.
#[inline(never)]
fn run(
    ports: &Ports,
    ring: &KeyRing,
    tenant: &Tenant,
    actor: &Actor,
    keys: &[String],
    decide: &mut dyn FnMut(&mut Tx<'_>) -> Result<(), Error>,
) -> Result<Vec<OutboxMail>, Error> {
    let committed = until_committed(ports, ring, tenant, actor, keys, decide)?;
    let Committed { agency, mails, trace_id } = committed;
    let hand_over = |mail| outbox::hand_over(ports, &agency, ring, mail, trace_id.as_ref());
    Ok(mails.into_iter().map(hand_over).collect())
}

/// Reads an agency for an operator's call that changes nothing.
///
/// # Errors
///
/// When the caller's sign-in on an account's behalf is over; for what only managers may call, also
/// when one runs and the call is in the operator's own name.
pub fn query<'a>(
    ports: &'a Ports,
    caller: &Caller,
    mut keys: Vec<String>,
) -> Result<View<'a>, Error> {
    if caller.acting.is_none() {
        let own = Capacity::own(caller);
        keys.extend(own.keys());
        let mut view = look(ports, &caller.agency, keys)?;
        own.check_free(&mut view)?;
        return Ok(view);
    }
    let ring = view::key_ring(ports)?;
    let capacity = Capacity::of(caller, &ring)?;
    keys.extend(capacity.keys());
    let mut view = look(ports, &caller.agency, keys)?;
    admission::check_on_behalf(view.agency())?;
    match capacity.narrow(&mut view) {
        Ok(()) => Ok(view),
        Err(error) => Err(end_if_broken(ports, &ring, &capacity, caller, error)),
    }
}

/// Reads an agency for whoever isn't an operator, and changes nothing.
pub fn look<'a>(ports: &'a Ports, agency: &AgencyId, keys: Vec<String>) -> Result<View<'a>, Error> {
    View::open(ports, agency, view::clock(ports)?, keys)
}

/// The same for the portal.
///
/// # Errors
///
/// When the agency lets nobody in.
pub fn visit<'a>(
    ports: &'a Ports,
    agency: &AgencyId,
    keys: Vec<String>,
) -> Result<View<'a>, Error> {
    let view = look(ports, agency, keys)?;
    admission::check_portal(view.agency())?;
    Ok(view)
}

fn earlier_answer(
    tx: &mut Tx<'_>,
    key_hash: &str,
    request: &[&[u8]],
) -> Result<Option<Box<RawValue>>, Error> {
    let key = keys::answered(&tx.agency().id, key_hash);
    let Some(answered) = tx.view().read(&key)? else { return Ok(None) };
    if Until::at(kept_until(answered.at)).is_over(tx.now()) {
        return Ok(None);
    }
    match tx.ring().verify(&answered.request, Purpose::Request, request) {
        Ok(()) => Ok(Some(answered.reply)),
        Err(VerifyError::Mismatch) => {
            let message = "was used for a different call in the last 24 hours: use a new key";
            Err(Error::invalid("call.idempotency-key", "reused", message))
        }
        Err(why @ VerifyError::UnknownKey) => {
            Err(Error::Unavailable(format!("the earlier answer can't be trusted: {why}")))
        }
    }
}

fn keep_answer(
    tx: &mut Tx<'_>,
    key_hash: &str,
    request: &[&[u8]],
    reply: Box<RawValue>,
) -> Result<(), Error> {
    let mac: Mac = tx.ring().sign(Purpose::Request, request);
    let at = tx.now();
    let key = keys::answered(&tx.agency().id, key_hash);
    tx.schedule(kept_until(at), Due::IdempotencyEnd(key_hash.to_owned()))?;
    tx.write(key, &Answered { request: mac, reply, at })
}

/// Until when an answer of the time `at` is kept.
pub const fn kept_until(at: Timestamp) -> Timestamp {
    at.plus(ANSWERS_KEPT)
}
