//! In whose name an operator calls: the agency's own, or an account's on whose behalf they are
//! signed in.
//!
//! A call comes in its capacity through [`Capacity`], before anything else is looked at. With a
//! token, the sign-in is looked up, and the view narrowed to the account's part: from then on
//! [`View::acting`] says how far the call reaches. Without one, a write is refused while a sign-in
//! of the operator runs.
//!
//! Nobody forgets to ask: a function that doesn't take its caller by [`Caller::within`] refuses
//! every token.

use core::fmt;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::caller::Caller;
use super::error::Error;
use super::keys;
use super::tx::Tx;
use super::view::{self, View};
use crate::domain::account::Account;
use crate::domain::actor::{Actor, Operator};
use crate::domain::billing::PayerId;
use crate::domain::brand::Brand;
use crate::domain::due::Due;
use crate::domain::id::{AccountId, BrandId};
use crate::domain::impersonation::{Acting, Ended, How, Impersonation, Mode, Reach};
use crate::domain::keyring::KeyRing;
use crate::domain::log::impersonation::{ImpersonationEnded, ImpersonationUsed};
use crate::domain::log::{Event, ImpersonationUse};
use crate::domain::sets::one_by_one;
use crate::domain::text::Name;
use crate::domain::token::ActingClaim;

/// How many brands an account has at most that weren't archived: they are archived with it, in one commit.
pub const BRANDS_MAX: u32 = 100;

/// In whose name a caller calls.
pub struct Capacity<'c> {
    caller: &'c Caller,
    claim: Option<ActingClaim>,
}

impl<'c> Capacity<'c> {
    /// That of a caller whose token, if there is one, is still to be looked up.
    ///
    /// # Errors
    ///
    /// When the token is none of this agency's, or its key is gone.
    pub fn of(caller: &'c Caller, ring: &KeyRing) -> Result<Capacity<'c>, Error> {
        let claim = match &caller.acting {
            None => None,
            Some(token) => {
                let claim = ActingClaim::parse(token.reveal(), ring);
                let claim = claim.filter(|claim| claim.agency == caller.agency);
                Some(claim.ok_or_else(nobody)?)
            }
        };
        Ok(Capacity { caller, claim })
    }

    /// That of a caller without a token.
    pub const fn own(caller: &'c Caller) -> Capacity<'c> {
        Capacity { caller, claim: None }
    }

    /// The account on whose behalf it is.
    pub fn account(&self) -> Option<&AccountId> {
        self.claim.as_ref().map(|claim| &claim.account)
    }

    /// What the token says.
    pub const fn claim(&self) -> Option<&ActingClaim> {
        self.claim.as_ref()
    }

    /// The caller as the log names them: who acts, and for whom.
    pub fn actor(&self) -> Actor {
        let operator = self.caller.operator.clone();
        Actor::Operator(Operator { on_behalf_of: self.account().cloned(), ..operator })
    }

    /// The rows that it takes to look it up, to read with the first ones of a call.
    pub fn keys(&self) -> Vec<String> {
        let agency = &self.caller.agency;
        match &self.claim {
            Some(claim) => vec![
                keys::impersonation(agency, &claim.id).into_text(),
                keys::account(agency, &claim.account).into_text(),
            ],
            None if self.caller.changes_something() => {
                vec![keys::running_impersonation(agency, &self.caller.operator.id).into_text()]
            }
            None => Vec::new(),
        }
    }

    /// Looks the token's sign-in up, and narrows the view to what it opens. Does nothing without a
    /// token.
    ///
    /// # Errors
    ///
    /// When the sign-in is over, or somebody else's, or of a higher role; when it is read-only and
    /// the function changes something.
    pub fn narrow(&self, view: &mut View<'_>) -> Result<(), Error> {
        let Some(claim) = &self.claim else { return Ok(()) };
        let agency = &self.caller.agency;
        let impersonation = view.read(&keys::impersonation(agency, &claim.id))?;
        let impersonation: Impersonation = impersonation.ok_or_else(nobody)?;
        let account: Account = view.expect(&keys::account(agency, &claim.account))?;
        // A rehearsal may be of a later time. That the sign-in runs now was looked up before it.
        let rehearsed = view.ports().rehearsal.is_some();
        match impersonation.over(account.standing, view.now()) {
            Some(ended) if !rehearsed => return Err(over(ended.how)),
            Some(_) | None => (),
        }
        if let Some(how) = impersonation.broken_by(&self.caller.operator) {
            return Err(over(how));
        }
        if let Some(refused) = &self.caller.refused {
            return Err(refused.clone());
        }
        if impersonation.mode == Mode::ReadOnly && self.caller.changes_something() {
            let name = self.caller.function.name;
            let message = format!(
                "`{name}` changes something, and this sign-in is read-only: start a full one"
            );
            return Err(Error::denied("read-only", message));
        }
        let brands: BTreeSet<BrandId> = one_by_one(brands_of(view, &claim.account)?);
        let reach = Reach { account: claim.account.clone(), brands };
        let (id, account_name) = (claim.id.clone(), account.name);
        view.narrow(Rc::new(Acting { id, impersonation, account_name, reach }));
        Ok(())
    }

    /// Refuses a write in the operator's own name while a sign-in of theirs runs.
    ///
    /// # Errors
    ///
    /// When one does.
    pub fn check_free(&self, view: &mut View<'_>) -> Result<(), Error> {
        // A rehearsal changes nothing.
        let rehearsed = view.ports().rehearsal.is_some();
        if self.claim.is_some() || !self.caller.changes_something() || rehearsed {
            return Ok(());
        }
        let Some(running) = running(view, &self.caller.operator.id)? else {
            // Starting writes the log's head, which every write of an operator checks.
            let agency = &self.caller.agency;
            view.forget(&keys::running_impersonation(agency, &self.caller.operator.id));
            return Ok(());
        };
        let message = format!(
            "you are signed in on behalf of `{}`: give the token as `acting-as`, or stop it first",
            running.account_name
        );
        Err(Error::Conflict { state: "acting", event: self.caller.function.own_name(), message })
    }
}

/// Relies on it that no sign-in of the operator runs, or that theirs still does: for a commit that
/// doesn't write the log, and so isn't refused where one starts or ends meanwhile.
pub fn stay_free(view: &mut View<'_>, caller: &Caller) -> Result<(), Error> {
    let agency = view.agency().id.clone();
    view.read(&keys::running_impersonation(&agency, &caller.operator.id)).map(drop)
}

/// A sign-in that runs.
pub struct Running {
    /// What it is stored under.
    pub id: String,
    /// The sign-in.
    pub impersonation: Impersonation,
    /// What the account is called.
    pub account_name: Name,
}

/// The sign-in that runs for an operator. One that is over, and wasn't written down as such, doesn't.
pub fn running(view: &mut View<'_>, operator: &str) -> Result<Option<Running>, Error> {
    let Some((id, impersonation)) = noted(view, operator)? else { return Ok(None) };
    // Whatever became of the account, damage too, it locks nobody out any more.
    if impersonation.is_over_by_itself(view.now()) {
        return Ok(None);
    }
    let agency = view.agency().id.clone();
    let account: Account = view.expect(&keys::account(&agency, &impersonation.account))?;
    let over = impersonation.over(account.standing, view.now()).is_some();
    let account_name = account.name;
    Ok((!over).then_some(Running { id, impersonation, account_name }))
}

/// The sign-in that is noted as running for an operator, whether it still does or not.
pub fn noted(
    view: &mut View<'_>,
    operator: &str,
) -> Result<Option<(String, Impersonation)>, Error> {
    let agency = view.agency().id.clone();
    let Some(noted) = view.read(&keys::running_impersonation(&agency, operator))? else {
        return Ok(None);
    };
    let impersonation = view.expect(&keys::impersonation(&agency, &noted.id))?;
    Ok(Some((noted.id, impersonation)))
}

/// Logs what is done on an account's behalf and leaves no other entry. In the operator's own name, it does
/// nothing.
pub fn log_use(tx: &mut Tx<'_>, what: ImpersonationUse) -> Result<(), Error> {
    let Some(acting) = tx.view().acting() else { return Ok(()) };
    let event = Event::ImpersonationUsed(ImpersonationUsed {
        account: acting.reach.account.clone(),
        operator: acting.impersonation.operator.clone(),
        impersonation: acting.id.clone(),
        brand: None,
        what,
    });
    tx.log(event).map(drop)
}

/// Writes down that a sign-in ended, and frees the operator. One that is written down as ended stays
/// so.
pub fn end(
    tx: &mut Tx<'_>,
    id: &str,
    impersonation: Impersonation,
    ended: Ended,
) -> Result<(), Error> {
    if impersonation.ended.is_some() {
        return Ok(());
    }
    let agency = tx.agency().id.clone();
    let Impersonation { operator, operator_name, account, ends_at, .. } = &impersonation;
    let event = Event::ImpersonationEnded(ImpersonationEnded {
        account: account.clone(),
        operator: operator.clone(),
        operator_name: operator_name.to_string(),
        impersonation: id.to_owned(),
        how: ended.how.name(),
    });
    match ended.how {
        How::Time => tx.log_by_itself(event, Vec::new())?,
        // With a trial that was over before.
        How::Account if ended.at < tx.now() => tx.log_by_itself(event, Vec::new())?,
        How::Stopped | How::Account | How::Role | How::Actor | How::Left | How::Policy => {
            tx.log(event)?
        }
    };
    tx.unschedule(*ends_at, Due::ImpersonationEnd(id.to_owned()));
    let running = keys::running_impersonation(&agency, operator);
    if tx.read(&running)?.is_some_and(|running| running.id == id) {
        tx.delete(running);
    }
    let told: Account = tx.expect(&keys::account(&agency, account))?;
    if told.sign_ins.report {
        tx.schedule(tx.now(), Due::SignInReport(id.to_owned()))?;
    }
    let ended = Some(ended);
    tx.write(keys::impersonation(&agency, id), &Impersonation { ended, ..impersonation })
}

/// Ends a sign-in that runs, if this caller may not come with its token.
pub fn end_if_broken(tx: &mut Tx<'_>, caller: &Caller, claim: &ActingClaim) -> Result<(), Error> {
    let agency = caller.agency.clone();
    let found: Option<Impersonation> = tx.read(&keys::impersonation(&agency, &claim.id))?;
    let Some(found) = found else { return Ok(()) };
    let account: Account = tx.expect(&keys::account(&agency, &claim.account))?;
    match found.broken_by(&caller.operator) {
        Some(how) if found.over(account.standing, tx.now()).is_none() => {
            let ended = Ended { at: tx.now(), how };
            end(tx, &claim.id, found, ended)
        }
        Some(_) | None => Ok(()),
    }
}

/// The brands of an account, by id, those that were archived too.
pub fn brands_of(view: &View<'_>, account: &AccountId) -> Result<Vec<BrandId>, Error> {
    let range = keys::account_brands(&view.agency().id, account);
    let mut brands = Vec::new();
    view::each(view.ports(), &range, |row| {
        let brand = BrandId::parse(range.suffix(&row.key));
        brands.push(brand.map_err(|why| Error::corrupt(&row.key, why))?);
        Ok(())
    })?;
    Ok(brands)
}

/// Refuses an account that isn't the one on whose behalf the call is.
///
/// # Errors
///
/// When it is another.
pub fn check_account(view: &View<'_>, account: &AccountId) -> Result<(), Error> {
    match view.acting() {
        Some(acting) if acting.reach.account != *account => Err(outside("account", account)),
        Some(_) | None => Ok(()),
    }
}

/// Refuses a brand that isn't one of the account's on whose behalf the call is.
///
/// # Errors
///
/// When it is another's.
pub fn check_brand(view: &View<'_>, brand: &Brand) -> Result<(), Error> {
    match view.acting() {
        Some(acting) if !acting.reach.owns(brand) => Err(outside("brand", &brand.id)),
        Some(_) | None => Ok(()),
    }
}

/// Refuses a ledger that isn't the account's own on whose behalf the call is.
///
/// # Errors
///
/// When it is the agency's, or another account's.
pub fn check_payer(view: &View<'_>, payer: &PayerId) -> Result<(), Error> {
    match view.acting() {
        Some(acting) if !acting.reach.pays(payer) => Err(outside("payer", payer)),
        Some(_) | None => Ok(()),
    }
}

/// The refusal of something that isn't the account's on whose behalf the call is.
pub fn outside(what: &str, id: impl fmt::Display) -> Error {
    let message = format!(
        "{what} `{id}` isn't part of the account that you are signed in for: leave `acting-as` \
         out, once it is stopped"
    );
    Error::denied("scope", message)
}

/// The refusal of a token that is none.
fn nobody() -> Error {
    let message = "nobody is signed in on an account's behalf with this token: leave `acting-as` \
                   out, or start anew";
    Error::denied("acting-as", message)
}

fn over(how: How) -> Error {
    let why = match how {
        How::Stopped => "it was stopped",
        How::Time => "its time is over",
        How::Account => "the account is disabled or deleted",
        How::Role => "the operator's role was lowered",
        How::Actor => "somebody else came with its token",
        How::Left => "the operator left",
        How::Policy => "the account doesn't allow it any more",
    };
    let message = format!("the sign-in on the account's behalf is over, since {why}: start anew");
    Error::denied("acting-as", message)
}
