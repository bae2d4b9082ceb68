//! The owner of an account: a client with access to all brands of it, now and later.
//!
//! An account with an e-mail address invites its owner as it leaves set-up; until then the
//! invitation is held back.

use crate::app::acting::brands_of;
use crate::app::clients::load::{Loaded, load_whoever, refusal};
use crate::app::clients::new_invite::{self, Ids};
use crate::app::clients::{invite_anew, take_brand, with_shown};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::domain::account::people::is_within;
use crate::domain::account::{Account, Standing};
use crate::domain::brand::Brand;
use crate::domain::client::{Client, Phase};
use crate::domain::id::{BrandId, ClientId};
use crate::domain::invite::{Channel, Invite};
use crate::domain::inviting::{self, InvitedBrand, NewInvite};
use crate::domain::log::Event;
use crate::domain::text::Name;
use crate::domain::time::Until;

/// Gives the owner of an account these brands, or invites it to them if there is none yet. Gives the
/// account with its owner. `event` is the function that was called.
///
/// In set-up, where there is no address to invite, and where whoever has that was removed, it does
/// nothing.
///
/// # Errors
///
/// What an invite refuses.
pub fn give_to_owner(
    tx: &mut Tx<'_>,
    account: Account,
    brands: Vec<BrandId>,
    (event, inviter): (&'static str, &Name),
) -> Result<Account, Error> {
    if matches!(account.standing.at(tx.now()), Standing::Setup) {
        return Ok(account);
    }
    let brands = in_use(tx, &brands)?;
    if brands.is_empty() {
        return Ok(account);
    }
    let offer = NewInvite {
        email: account.email.clone(),
        name: None,
        renames: false,
        label: None,
        brands,
        access: Some(Until::FOREVER),
        permissions: None,
        note: None,
        inviter: inviter.clone(),
        channel: Channel::Mail,
        domain: None,
        until: None,
    };
    if let Some(owner) = loaded_owner(tx, &account)? {
        add(tx, &account, &owner, offer)?;
        return Ok(account);
    }
    // Whoever it was has no access any more, or isn't there.
    let account = Account { owner: None, ..account };
    if !invites(tx, &account)? {
        return Ok(account);
    }
    let offer = NewInvite { note: account.welcome.clone(), ..offer };
    let invited = new_invite::make(tx, &offer).map_err(|error| error.called(event))?;
    let owner = Some(invited.client);
    tx.log(Event::AccountOwnerSet { account: account.id.clone(), client: owner })?;
    let account = Account { owner, welcome: None, ..account };
    tx.save_account(&account)?;
    Ok(account)
}

/// Those of these brands that weren't archived.
fn in_use(tx: &mut Tx<'_>, brands: &[BrandId]) -> Result<Vec<InvitedBrand>, Error> {
    let agency = tx.agency().id.clone();
    tx.view().fetch(brands.iter().map(|brand| keys::brand(&agency, brand).into_text()))?;
    let mut found = Vec::with_capacity(brands.len());
    for brand in brands {
        let brand: Brand = tx.expect(&keys::brand(&agency, brand))?;
        if brand.archived_at.is_none() {
            found.push(brand);
        }
    }
    with_shown(tx, found)
}

/// Whether somebody owns an account who has access, or the offer of it.
pub fn has_owner(tx: &mut Tx<'_>, account: &Account) -> Result<bool, Error> {
    Ok(loaded_owner(tx, account)?.is_some())
}

/// The client that owns an account; none: nobody does, or whoever did has no access any more.
fn loaded_owner(tx: &mut Tx<'_>, account: &Account) -> Result<Option<Loaded>, Error> {
    let Some(owner) = account.owner else { return Ok(None) };
    let loaded = load_whoever(tx, owner)?;
    let now = tx.now();
    Ok(loaded.filter(|loaded| loaded.client.phase(now) != Phase::Revoked))
}

/// Whom [`give_to_owner`] gives a brand, where that is a client already.
pub(super) fn next_owner(tx: &mut Tx<'_>, account: &Account) -> Result<Option<ClientId>, Error> {
    if matches!(account.standing.at(tx.now()), Standing::Setup) {
        return Ok(account.owner);
    }
    if let Some(owner) = loaded_owner(tx, account)? {
        return Ok(Some(owner.client.id));
    }
    let agency = tx.agency().id.clone();
    match &account.email {
        Some(email) if invites(tx, account)? => tx.read_first(&keys::client_emails(&agency, email)),
        Some(_) | None => Ok(None),
    }
}

/// Whether somebody is to be invited at the address of an account. Whose access was removed since there
/// is the account isn't given it back by itself.
fn invites(tx: &mut Tx<'_>, account: &Account) -> Result<bool, Error> {
    let Some(email) = &account.email else { return Ok(false) };
    let agency = tx.agency().id.clone();
    let Some(id) = tx.read_first(&keys::client_emails(&agency, email))? else { return Ok(true) };
    let client: Option<Client> = tx.read(&keys::client(&agency, id))?;
    let client = client.map(|client| client.current(tx.now(), &tx.agency().archived));
    let removed_at = client.and_then(|client| client.revoked_at());
    Ok(removed_at.is_none_or(|at| at < account.created_at))
}

/// Gives brands to a client who is an owner. One whose invite has expired is invited anew, where the
/// account is open: it couldn't get in otherwise.
fn add(tx: &mut Tx<'_>, account: &Account, loaded: &Loaded, offer: NewInvite) -> Result<(), Error> {
    let offer = NewInvite { email: None, ..offer };
    match loaded.client.phase(tx.now()) {
        Phase::Expired if may_be_invited_anew(tx, account, &loaded.client, &offer)? => {
            return invite_anew(tx, loaded, &offer);
        }
        Phase::Pending | Phase::Expired | Phase::Joined | Phase::Revoked => {}
    }
    let limits = *tx.view().limits();
    let decision = inviting::add_brands(&loaded.client, &offer, &limits, tx.now());
    let decision = decision.map_err(|error| refusal(tx, &loaded.client, error, "add-brands"))?;
    let ids = Ids::fresh(tx)?;
    new_invite::carry_out(tx, Some(&loaded.stored), &ids, decision).map(drop)
}

/// Whether an owner whose invite has expired is invited anew to all that it was offered. What others
/// offered isn't renewed by the way.
fn may_be_invited_anew(
    tx: &mut Tx<'_>,
    account: &Account,
    owner: &Client,
    offer: &NewInvite,
) -> Result<bool, Error> {
    // A link reaches nobody by itself.
    let has_link = owner.open_invite().is_some_and(Invite::is_link);
    if has_link || !account.standing.at(tx.now()).lets_clients_in() {
        return Ok(false);
    }
    // What comes into the account just now doesn't stand among its brands yet.
    let mut brands = brands_of(tx.view(), &account.id)?;
    brands.extend(offer.brands.iter().map(|brand| brand.id.clone()));
    Ok(is_within(owner, &brands))
}

/// Takes a brand from the owner of the account that it leaves: what it had as the owner, it has
/// no more.
///
/// # Errors
///
/// When it is the owner's last one: whoever owns an account isn't revoked by the way.
pub fn take_from_owner(
    tx: &mut Tx<'_>,
    account: &Account,
    brand: &BrandId,
    event: &'static str,
) -> Result<(), Error> {
    let Some(owner) = account.owner else { return Ok(()) };
    let Some(Loaded { client, .. }) = load_whoever(tx, owner)? else { return Ok(()) };
    if client.has(brand) && client.grants.len() == 1 {
        let message = format!(
            "`{}` owns `{}`, and would have no brand left: move another brand into the account first, or \
             name nobody as its owner with `set-owner`",
            client.title(),
            account.name
        );
        return Err(Error::Conflict { state: "last-brand", event, message });
    }
    take_brand(tx, owner, brand)
}
