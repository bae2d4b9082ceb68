//! `billing.preview`: what a command would come to.
//!
//! The command itself is carried out, on a copy of the store that is thrown away: there is no
//! second formula that could say something else.

mod figures;
mod going_on;
mod platform;

pub use self::going_on::GoingOn;
pub use self::platform::{PlatformChange, preview_platform};

use std::collections::BTreeSet;
use std::slice;

use self::figures::Figures;
use self::going_on::{going_on, left_off};
use super::accounts;
use super::agencies;
use super::billing::open;
use super::brands;
use super::caller::{Call, Caller};
use super::clients;
use super::error::Error;
use super::fields::Fields;
use super::functions;
use super::many::Outcomes;
use super::ports::Ports;
use super::rehearsal::copy_of;
use super::view;
use crate::domain::account::BillingOwner;
use crate::domain::billing::{Line, PayerId, Quote};
use crate::domain::id::AccountId;
use crate::domain::impersonation::Reach;
use crate::domain::money::Money;
use crate::domain::period::Interval;
use crate::domain::sets::one_by_one;
use crate::domain::time::{DAY, Timestamp};

/// How far ahead a preview looks.
const AHEAD_MAX: u64 = 400 * DAY;

/// A command that moves money.
pub enum Change {
    /// `clients.invite-by-email`
    InviteByEmail(clients::Invite),
    /// `clients.invite-by-link`
    InviteByLink(clients::LinkInvite),
    /// `clients.invite-many`
    InviteMany(Vec<clients::Invite>),
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
    /// `accounts.delete-many` of these, as if their names were typed.
    DeleteAccounts(Vec<String>),
    /// A command about the account with this id.
    Account(String, AccountChange),
}

impl Change {
    /// Whether it is carried out in rows.
    const fn has_rows(&self) -> bool {
        matches!(self, Change::InviteMany(_) | Change::DeleteAccounts(_))
    }

    /// The accounts that it is about, as they are named: what is no id is no account's, and the
    /// command refuses it.
    fn accounts(&self) -> &[String] {
        match self {
            Change::Account(id, _) => slice::from_ref(id),
            Change::DeleteAccounts(ids) => ids,
            Change::InviteByEmail(_)
            | Change::InviteByLink(_)
            | Change::InviteMany(_)
            | Change::Resend(_)
            | Change::AddBrands { .. }
            | Change::RemoveBrands { .. }
            | Change::Revoke(_)
            | Change::ArchiveBrand(_)
            | Change::SetInterval(_) => &[],
        }
    }

    /// Whether it puts accounts to rest, or deletes them.
    const fn ends_accounts(&self) -> bool {
        matches!(
            self,
            Change::DeleteAccounts(_)
                | Change::Account(_, AccountChange::Disable | AccountChange::Delete)
        )
    }
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
    /// The next invoices, payer by payer, the earliest first.
    pub invoices: Vec<ChangedInvoice>,
    /// What goes on costing after accounts are disabled or deleted.
    pub going_on: Vec<GoingOn>,
    /// The rows of many that would be refused, by their place from 0.
    pub refused: Vec<(usize, Error)>,
    /// For the command; none for a later date, and for what takes no quote.
    pub quote: Option<Quote>,
    /// The account that it is narrowed to; none: to nothing.
    pub within: Option<AccountId>,
}

/// An invoice without a change and with it.
pub struct ChangedInvoice {
    /// Who pays.
    pub payer: PayerId,
    /// When it closes.
    pub closes_at: Timestamp,
    /// What is to pay without it.
    pub before: Money,
    /// What is to pay with it.
    pub after: Money,
}

impl Preview {
    /// By how much the next invoices would change: the next one of each payer.
    ///
    /// # Errors
    ///
    /// Never for the amounts of a real bill.
    pub fn next_invoice(&self) -> Result<Money, Error> {
        let mut changed = Money::zero(self.now.currency);
        let mut payer = None;
        for next in &self.invoices {
            if payer.replace(&next.payer) != Some(&next.payer) {
                changed = changed.plus(next.after.plus(next.before.negated()?)?)?;
            }
        }
        Ok(changed)
    }

    /// What of it is an account's: its lines, without the workings of those that the agency pays, which tell
    /// how much else it has; and its own invoices.
    fn within(mut self, reach: &Reach) -> Result<Preview, Error> {
        self.lines.retain(|line| reach.pays(&line.payer) || reach.is_charged_for(&line.item));
        for line in self.lines.iter_mut().filter(|line| !reach.pays(&line.payer)) {
            line.working = None;
        }
        let nothing = Money::zero(self.now.currency);
        self.now = self.lines.iter().try_fold(nothing, |sum, line| sum.plus(line.amount))?;
        self.invoices.retain(|invoice| reach.pays(&invoice.payer));
        Ok(self)
    }
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
        fields.optional_time("at", at)
    };
    let (caller, at) = Caller::within_with(call, functions::BILLING_PREVIEW, parse)?;
    let view = open(ports, &caller)?;
    let (now, acting) = (view.now(), view.acting());
    let as_of = instant(at, now)?;
    let (copy, rehearsal) = copy_of(ports, as_of, None);
    if at.is_some() {
        accounts::rehearse_trials(&copy, &caller.agency, now, as_of)?;
    }
    let reach = acting.as_ref().map(|acting| &acting.reach);
    let before = Figures::read(&copy, &caller.agency, &payers(change), reach)?;
    // No quote: it is to be carried out here and now. And no key, but for what is left of many.
    let key = call.idempotency_key.clone().filter(|_| change.has_rows());
    let call = Call { idempotency_key: key, quote: None, ..call.clone() };
    let refused = carry_out(&copy, &call, change)?;
    let changed = before.changed(&copy, &caller.agency, reach)?;
    let changed = match reach {
        Some(reach) => changed.within(reach)?,
        None => changed,
    };
    let going_on = going_on(&copy, &caller.agency, &left_off(change, &refused))?;
    let quote = match (at, rehearsal.take()) {
        (None, Some(basis)) => Some(Quote::of(&basis, as_of, &view::key_ring(ports)?)),
        _ => None,
    };
    Ok(Preview { going_on, refused, quote, ..changed })
}

/// The instant that is looked at.
fn instant(at: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, Error> {
    let as_of = at.unwrap_or(now);
    if as_of < now || now.plus(AHEAD_MAX) < as_of {
        let message = "must be between now and 400 days ahead";
        return Err(Error::invalid("at", "out-of-range", message));
    }
    Ok(as_of)
}

/// Carries a change out, and gives the rows of many that are refused.
fn carry_out(ports: &Ports, call: &Call, change: &Change) -> Result<Vec<(usize, Error)>, Error> {
    let done = match change {
        Change::InviteMany(invites) => {
            return Ok(refused(clients::invite_many(ports, call, invites)?));
        }
        Change::DeleteAccounts(ids) => {
            let deletion = |id: &String| accounts::Deletion { id: id.clone(), name: None };
            let deletions: Vec<_> = ids.iter().map(deletion).collect();
            return Ok(refused(accounts::delete_many(ports, call, &deletions)?));
        }
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
    };
    done.map(|()| Vec::new())
}

fn refused<T>(outcomes: Outcomes<T>) -> Vec<(usize, Error)> {
    let rows = outcomes.into_iter().enumerate();
    rows.filter_map(|(place, row)| Some((place, row.err()?))).collect()
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
    let accounts = change.accounts().iter().filter_map(|id| AccountId::parse(id).ok());
    let accounts: BTreeSet<AccountId> = one_by_one(accounts);
    [PayerId::Agency].into_iter().chain(accounts.into_iter().map(PayerId::Account)).collect()
}
