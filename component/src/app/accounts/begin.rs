//! How a new account comes to be: it is built, and then begins as it was asked to.

use super::by_itself::tell_of_due_plan;
use super::change::{Command, change};
use super::check_for_sale;
use super::trial::schedule;
use crate::app::brands::{self, give_to_owner};
use crate::app::error::Error;
use crate::app::functions;
use crate::app::tx::Tx;
use crate::domain::account::{Account, BillingOwner, SignIns, Standing, Template, Trial};
use crate::domain::billing::account::{AccountBilling, AccountBillingError, AccountTerms, Outcome};
use crate::domain::catalog::{AccountFeature, Resources};
use crate::domain::email::Email;
use crate::domain::id::{AccountId, AddOnId, BrandId, PlanId};
use crate::domain::log::{Allocation, Event};
use crate::domain::sets::one_by_one;
use crate::domain::text::{Name, Note};
use crate::domain::time::Timestamp;

/// An account to create, read.
pub(super) struct Parsed {
    pub id: Option<AccountId>,
    pub name: Name,
    pub description: Option<Note>,
    pub email: Option<Email>,
    pub address: Option<String>,
    pub billing_owner: BillingOwner,
    pub start: Begin,
    pub plan: Option<PlanId>,
    pub add_ons: Vec<AddOnId>,
    pub resources: Option<Resources>,
    pub features: Option<Vec<AccountFeature>>,
    pub resale_price: Option<u64>,
    pub template: Option<String>,
}

/// How an account begins.
pub(super) enum Begin {
    /// In set-up.
    Setup,
    /// On trial, for so many days; deleted so many after its end, or not.
    Trial { days: u32, deleted_after: Option<u32> },
    /// Active, with this plan.
    Active(PlanId),
}

/// Makes a new account, from a template or not: what was asked for wins over that.
///
/// # Errors
///
/// When there is no such plan or add-on, when a name of its brands is taken, or when what it is to have
/// is too little, or beyond the agency's pool.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    id: &AccountId,
    parsed: &Parsed,
    template: Option<&Template>,
    inviter: &Name,
) -> Result<(), Error> {
    let features = parsed.features.clone().map(one_by_one);
    let account = Account {
        id: id.clone(),
        name: parsed.name.clone(),
        description: parsed.description.clone(),
        email: parsed.email.clone(),
        address: parsed.address.clone().unwrap_or_default(),
        created_at: tx.now(),
        standing: Standing::Setup,
        let_in_since: None,
        billing_owner: parsed.billing_owner,
        resale_price: parsed.resale_price,
        owner: None,
        sign_ins: SignIns::default(),
        resources: parsed.resources.or(template.and_then(|template| template.resources)),
        features: features.or_else(|| template?.features.clone()),
        intended_plan: intended(tx, parsed, template)?,
        welcome: template.and_then(|template| template.welcome.clone()),
        billing: AccountBilling::default(),
    };
    tx.save_account(&account)?;
    log(tx, &account)?;
    let brands = add_brands(tx, &account, template, inviter)?;
    let account = match &parsed.start {
        Begin::Setup => return Ok(()),
        Begin::Trial { days, deleted_after } => {
            try_out(tx, account, Trial::of(*days, tx.now()).deleted_after(*deleted_after))?
        }
        Begin::Active(plan) => activate(tx, account, plan, &parsed.add_ons)?,
    };
    let who = (functions::ACCOUNTS_CREATE.own_name(), inviter);
    let account = give_to_owner(tx, account, brands, who)?;
    tell_of_due_plan(tx, &account)
}

/// The plan that the account is to have: none where it has one at once.
fn intended(
    tx: &mut Tx<'_>,
    parsed: &Parsed,
    template: Option<&Template>,
) -> Result<Option<PlanId>, Error> {
    if let Begin::Active(_) = parsed.start {
        return Ok(None);
    }
    let (field, plan) = match &parsed.plan {
        Some(plan) => ("account.plan", Some(plan)),
        None => ("account.template", template.and_then(|template| template.plan.as_ref())),
    };
    if let Some(plan) = plan {
        check_for_sale(tx, field, plan)?;
    }
    Ok(plan.cloned())
}

/// Adds the brands of the template: in set-up, so that its owner is invited to all of them at once.
fn add_brands(
    tx: &mut Tx<'_>,
    account: &Account,
    template: Option<&Template>,
    inviter: &Name,
) -> Result<Vec<BrandId>, Error> {
    let Some(template) = template else { return Ok(Vec::new()) };
    let names = template.brands_of(&account.name).map_err(|_| {
        let message = "is too long for the names of the template's brands, in which it stands";
        Error::invalid("account.name", "too-long", message)
    })?;
    let who = (functions::ACCOUNTS_CREATE.own_name(), inviter);
    names.iter().map(|name| brands::add(tx, None, name, Some(&account.id), who)).collect()
}

fn log(tx: &mut Tx<'_>, account: &Account) -> Result<(), Error> {
    let Account { id, name, resources, features, .. } = account;
    tx.log(Event::AccountCreated { account: id.clone(), name: name.to_string() })?;
    if let Some(resources) = resources.map(Allocation::from) {
        let (account, resources) = (id.clone(), Some(resources));
        tx.log(Event::AccountResourcesSet { account, resources })?;
    }
    if let Some(features) = features {
        let (account, features) = (id.clone(), Some(features.iter().copied().collect()));
        tx.log(Event::AccountFeaturesSet { account, features })?;
    }
    Ok(())
}

fn try_out(tx: &mut Tx<'_>, account: Account, trial: Trial) -> Result<Account, Error> {
    let account = Account { standing: Standing::Trial(trial), ..account };
    tx.save_account(&account)?;
    tx.log(Event::TrialSet { account: account.id.clone(), ends_at: trial.ends_at })?;
    schedule(tx, &account)?;
    Ok(account)
}

fn activate(
    tx: &mut Tx<'_>,
    account: Account,
    plan: &PlanId,
    add_ons: &[AddOnId],
) -> Result<Account, Error> {
    let id = account.id.clone();
    let asked = Command {
        request: (id.as_str(), plan.as_str()),
        allow: &|_, _| Ok(()),
        stands: &|_, _| Some(Standing::Active),
        act: &|billing, terms, now| bought(billing, terms, (plan, add_ons), now),
        event: &|account, _| Some(Event::AccountActivated { account, plan: plan.clone() }),
    };
    let changed = change(tx, account, functions::ACCOUNTS_CREATE.own_name(), &asked);
    let changed = changed.map_err(of_the_start)?;
    for add_on in add_ons {
        tx.log(Event::AddOnAdded { account: id.clone(), add_on: add_on.clone() })?;
    }
    Ok(changed.after)
}

/// A refusal of the plan, which stands elsewhere than in other commands.
fn of_the_start(error: Error) -> Error {
    match error {
        Error::Invalid(mut fields) => {
            for field in fields.iter_mut().filter(|field| field.field == "plan") {
                field.field = "account.start.active".to_owned();
            }
            Error::Invalid(fields)
        }
        other => other,
    }
}

/// A plan and add-ons at once: together they decide whether there is enough.
fn bought(
    billing: AccountBilling,
    terms: &AccountTerms<'_>,
    (plan, add_ons): (&PlanId, &[AddOnId]),
    now: Timestamp,
) -> Result<Outcome, AccountBillingError> {
    let mut so_far = billing.activate(terms, plan, false, now)?;
    for add_on in add_ons {
        let next = so_far.account.add_add_on(terms, add_on, now)?;
        so_far.account = next.account;
        so_far.booked.extend(next.booked);
        so_far.planned.extend(next.planned);
    }
    Ok(so_far)
}
