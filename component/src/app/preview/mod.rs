//! `billing.preview`: what a command would come to.
//!
//! The command itself is carried out, on a copy of the store that is thrown away: there is no
//! second formula that could say something else.

mod overlay;

use std::rc::Rc;

use self::overlay::Overlay;
use super::accounts;
use super::agencies;
use super::billing::{LedgerFilter, Standing, open, some_lines};
use super::brands;
use super::caller::{Call, Caller};
use super::clients;
use super::error::Error;
use super::fields::Fields;
use super::functions;
use super::keys;
use super::ports::{Clock, KnownOffsets, Mail, Message, Ports, Rehearsal};
use super::quoting::is_asked_for;
use super::view;
use crate::domain::account::BillingOwner;
use crate::domain::billing::{LedgerTotals, Line, PayerId, Quote};
use crate::domain::id::AccountId;
use crate::domain::mail::Handover;
use crate::domain::money::Money;
use crate::domain::period::Interval;
use crate::domain::time::{DAY, Timestamp};

/// How far ahead a preview looks.
const AHEAD_MAX: u64 = 400 * DAY;

/// A command that moves money.
pub enum Change {
    /// `clients.invite-by-email`
    InviteByEmail(clients::Invite),
    /// `clients.invite-by-link`
    InviteByLink(clients::LinkInvite),
    /// `clients.resend`
    Resend(String),
    /// `clients.add-brands`
    AddBrands {
        /// The client.
        client: String,
        /// The brands.
        brands: Vec<String>,
        /// When access to them ends by itself.
        ends_at: Option<u64>,
    },
    /// `clients.remove-brands`
    RemoveBrands {
        /// The client.
        client: String,
        /// The brands.
        brands: Vec<String>,
        /// Must be none: they are taken away at once.
        ends_at: Option<u64>,
    },
    /// `clients.revoke`
    Revoke(String),
    /// `brands.archive`, whoever loses its last brand.
    ArchiveBrand(String),
    /// `agencies.set-interval`
    SetInterval(Interval),
    /// A command about the account with this id.
    Account(String, AccountChange),
}

/// A command about an account that moves money.
pub enum AccountChange {
    /// `accounts.activate`, with this plan.
    Activate(String),
    /// `accounts.change-plan`, to this plan.
    ChangePlan(String),
    /// `accounts.add-add-on`
    AddAddOn(String),
    /// `accounts.remove-add-on`
    RemoveAddOn(String),
    /// `accounts.disable`
    Disable,
    /// `accounts.resume`
    Resume,
    /// `accounts.delete`, as if its name were typed.
    Delete,
    /// `accounts.set-billing-owner`
    SetBillingOwner(BillingOwner),
    /// `portal.choose-plan`, as if its owner chose this plan.
    ChoosePlan(String),
}

/// What a command would come to.
pub struct Preview {
    /// The instant that it is priced at.
    pub as_of: Timestamp,
    /// What would be booked.
    pub lines: Vec<Line>,
    /// What the lines come to.
    pub now: Money,
    /// By how much the run-rate would change.
    pub monthly: Money,
    /// By how much the next invoice would change.
    pub next_invoice: Money,
    /// For the command; none for a later date.
    pub quote: Option<Quote>,
}

/// What a command would come to, now or at a later time.
///
/// # Errors
///
/// What the command refuses.
pub fn preview(
    ports: &Ports,
    call: &Call,
    change: &Change,
    at: Option<u64>,
) -> Result<Preview, Error> {
    let parse = |fields: &mut Fields| {
        if let Change::RemoveBrands { ends_at: Some(_), .. } = change {
            let message = "must be left out: brands are taken away at once";
            fields.refuse("change.remove-brands.ends-at", "wrong", message);
        }
        match at {
            Some(at) => fields.time("at", at).map(Some),
            None => Some(None),
        }
    };
    let (caller, at) = Caller::with(call, functions::BILLING_PREVIEW, parse)?;
    let now = open(ports, &caller)?.now();
    let as_of = at.unwrap_or(now);
    if as_of < now || now.plus(AHEAD_MAX) < as_of {
        let message = "must be between now and 400 days ahead";
        return Err(Error::invalid("at", "out-of-range", message));
    }
    let copy = copy_of(ports, as_of);
    let payers = payers(change);
    let before = Figures::read(&copy, &caller, &payers)?;
    // Neither a key nor a quote: it is to be carried out here and now.
    let call = Call { idempotency_key: None, quote: None, ..call.clone() };
    carry_out(&copy, &call, change)?;
    let after = Figures::read(&copy, &caller, &payers)?;
    let mut lines = Vec::new();
    for (payer, before) in payers.iter().zip(&before.lines) {
        lines.extend(booked_since(&copy, &caller, payer, *before)?);
    }
    let now = lines
        .iter()
        .try_fold(Money::zero(before.run_rate.currency), |sum, line| sum.plus(line.amount))?;
    let basis = copy.rehearsal.as_ref().and_then(|rehearsal| rehearsal.noted());
    let quote = match (at, basis) {
        (None, Some(basis)) => Some(Quote::of(&basis, as_of, &view::key_ring(ports)?)),
        _ => None,
    };
    Ok(Preview {
        as_of,
        lines,
        now,
        monthly: after.run_rate.plus(before.run_rate.negated()?)?,
        next_invoice: after.next_invoice.plus(before.next_invoice.negated()?)?,
        quote,
    })
}

fn carry_out(ports: &Ports, call: &Call, change: &Change) -> Result<(), Error> {
    match change {
        Change::InviteByEmail(invite) => clients::invite(ports, call, invite).map(drop),
        Change::InviteByLink(invite) => clients::invite_by_link(ports, call, invite).map(drop),
        Change::Resend(client) => clients::resend(ports, call, client).map(drop),
        Change::AddBrands { client, brands, ends_at } => {
            clients::add_brands(ports, call, client, brands, *ends_at)
        }
        Change::RemoveBrands { client, brands, .. } => {
            clients::remove_brands(ports, call, client, brands)
        }
        Change::Revoke(client) => clients::revoke(ports, call, client),
        Change::ArchiveBrand(brand) => brands::archive(ports, call, brand, true),
        Change::SetInterval(interval) => agencies::set_interval(ports, call, *interval).map(drop),
        Change::Account(id, change) => change_account(ports, call, id, change),
    }
}

fn change_account(
    ports: &Ports,
    call: &Call,
    id: &str,
    change: &AccountChange,
) -> Result<(), Error> {
    match change {
        AccountChange::Activate(plan) => accounts::activate(ports, call, id, plan),
        AccountChange::ChangePlan(plan) => accounts::change_plan(ports, call, id, plan),
        AccountChange::AddAddOn(add_on) => accounts::add_add_on(ports, call, id, add_on),
        AccountChange::RemoveAddOn(add_on) => accounts::remove_add_on(ports, call, id, add_on),
        AccountChange::Disable => accounts::disable(ports, call, id),
        AccountChange::Resume => accounts::resume(ports, call, id),
        AccountChange::Delete => accounts::delete(ports, call, id, None),
        AccountChange::SetBillingOwner(owner) => {
            accounts::set_billing_owner(ports, call, id, *owner)
        }
        AccountChange::ChoosePlan(plan) => accounts::rehearse_choice(ports, call, id, plan),
    }
}

/// Whose ledgers a change may touch.
fn payers(change: &Change) -> Vec<PayerId> {
    let account = match change {
        // What is no id is no account's: the command refuses it.
        Change::Account(id, _) => AccountId::parse(id).ok().map(PayerId::Account),
        Change::InviteByEmail(_)
        | Change::InviteByLink(_)
        | Change::Resend(_)
        | Change::AddBrands { .. }
        | Change::RemoveBrands { .. }
        | Change::Revoke(_)
        | Change::ArchiveBrand(_)
        | Change::SetInterval(_) => None,
    };
    [PayerId::Agency].into_iter().chain(account).collect()
}

/// What is compared before and after.
struct Figures {
    /// How many lines each payer has.
    lines: Vec<u64>,
    /// What runs costs a month, whoever of them pays.
    run_rate: Money,
    /// What their next invoices come to.
    next_invoice: Money,
}

impl Figures {
    fn read(ports: &Ports, caller: &Caller, payers: &[PayerId]) -> Result<Figures, Error> {
        let mut view = open(ports, caller)?;
        let now = view.now();
        let closes_at = view.agency().months().next(now);
        let standing = Standing::read(&mut view, closes_at, Err)?;
        let nothing = Money::zero(standing.totals.total.currency);
        let mut figures = Figures { lines: Vec::new(), run_rate: nothing, next_invoice: nothing };
        for payer in payers {
            let (lines, run_rate, next_invoice) = match payer {
                PayerId::Agency => {
                    let mut next = standing.invoices(closes_at)?.into_iter();
                    let next = next.find(|invoice| invoice.closes_at == closes_at);
                    let next = next.map_or(nothing, |invoice| invoice.due);
                    (standing.totals.lines, standing.run_rate(now)?, next)
                }
                PayerId::Account(id) => {
                    let totals = view.read(&keys::totals(&caller.agency, payer))?;
                    let totals: LedgerTotals =
                        totals.unwrap_or(LedgerTotals::empty(nothing.currency));
                    let next = standing.next_invoice_of(id, &totals, now)?;
                    (totals.lines, standing.run_rate_of(id, now)?, next)
                }
            };
            figures.lines.push(lines);
            figures.run_rate = figures.run_rate.plus(run_rate)?;
            figures.next_invoice = figures.next_invoice.plus(next_invoice)?;
        }
        Ok(figures)
    }
}

/// The lines of a payer that weren't due anyway, after so many.
fn booked_since(
    ports: &Ports,
    caller: &Caller,
    payer: &PayerId,
    lines: u64,
) -> Result<Vec<Line>, Error> {
    let mut view = open(ports, caller)?;
    let filter = LedgerFilter::all(payer.clone());
    let (mut booked, mut next) = (Vec::new(), Some(lines.saturating_add(1)));
    while let Some(first) = next {
        let (some, then) = some_lines(&mut view, &filter, first, super::page::LIMIT_MAX)?;
        booked.extend(some);
        next = then;
    }
    booked.retain(is_asked_for);
    Ok(booked)
}

/// The same host, but that nothing is written, no mail goes out, and the time is `now`.
fn copy_of(ports: &Ports, now: Timestamp) -> Ports {
    Ports {
        storage: Rc::new(Overlay::new(Rc::clone(&ports.storage))),
        mail: Rc::new(Nobody),
        clock: Rc::new(At { now, clock: Rc::clone(&ports.clock) }),
        secrets: Rc::clone(&ports.secrets),
        zones: KnownOffsets::default(),
        rehearsal: Some(Rc::new(Rehearsal::default())),
    }
}

/// A clock that stands.
struct At {
    now: Timestamp,
    clock: Rc<dyn Clock>,
}

impl Clock for At {
    fn now(&self) -> u64 {
        self.now.millis()
    }

    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        self.clock.offset(zone, at)
    }
}

/// Takes mails, and drops them.
struct Nobody;

impl Mail for Nobody {
    fn send(&self, _: Message) -> Handover {
        Handover::Accepted
    }

    fn forget(&self, _: &[String]) -> Result<(), String> {
        Ok(())
    }
}
