//! What accounts keep of a person who is erased: that their mail goes to its address, and that mail.

use std::collections::BTreeSet;

use crate::app::error::Error;
use crate::app::keys;
use crate::app::record::{self, Marker};
use crate::app::tx::{Behind, Tx};
use crate::app::view;
use crate::domain::account::Account;
use crate::domain::client::Client;
use crate::domain::email::Email;
use crate::domain::id::{AccountId, ClientId, MailId};
use crate::domain::identity::Identity;
use crate::domain::log::Event;
use crate::domain::mail::OutboxMail;

/// Of how many accounts, and how many mails, one commit takes care: each is rows of its own, and a commit
/// holds 1,000 checks and writes.
const AT_ONCE: usize = 50;

/// Takes a client's addresses from the accounts whose mail goes there, and marks that mail, which names
/// no client, as the client's: whoever erases the client's mails finds it then. Where there is much of
/// it, some is done in commits of their own first.
///
/// Mail to the agency's own address stays, whoever reads it.
pub(super) fn forget_mail(tx: &mut Tx<'_>, client: &Client) -> Result<(), Error> {
    match forget_some(tx, client)? {
        0..AT_ONCE => Ok(()),
        _ => Err(tx.put_off(Behind::Client(client.id, forget_by_id))),
    }
}

fn forget_by_id(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let client: Client = tx.expect(&keys::client(&tx.agency().id.clone(), client))?;
    forget_some(tx, &client).map(drop)
}

/// Does it for the first [`AT_ONCE`] of them. Gives how many those were.
fn forget_some(tx: &mut Tx<'_>, client: &Client) -> Result<usize, Error> {
    let identity = client.identity.map(|id| tx.read(&keys::identity(id))).transpose()?.flatten();
    let login = identity.map(|identity: Identity| identity.email);
    let addresses: Vec<Email> = client.email.iter().cloned().chain(login).collect();
    let Some(accounts) = accounts_at(tx, &addresses)? else { return Ok(0) };
    let mails = mails_to(tx, client.id, &addresses)?;
    let agency = tx.agency().id.clone();
    let found = accounts.len().saturating_add(mails.len()).min(AT_ONCE);
    for id in accounts.iter().take(AT_ONCE) {
        let account: Account = tx.expect(&keys::account(&agency, id))?;
        tx.save_account(&Account { email: None, ..account })?;
        tx.log(Event::AccountUpdated { account: id.clone(), changed: vec!["email"] })?;
    }
    for id in mails.iter().take(AT_ONCE.saturating_sub(accounts.len())) {
        tx.write(keys::mail_of(&agency, client.id, *id), &Marker {})?;
    }
    Ok(found)
}

/// The accounts whose mail goes to one of these addresses; none: the agency has no accounts.
fn accounts_at(tx: &mut Tx<'_>, addresses: &[Email]) -> Result<Option<Vec<AccountId>>, Error> {
    let (mut found, mut is_any) = (Vec::new(), false);
    let range = keys::accounts(&tx.agency().id.clone());
    view::each(tx.view().ports(), &range, |row| {
        is_any = true;
        // A damaged one can't be mended here.
        if let Ok(account) = record::decode::<Account>(&row.key, &row.value)
            && account.email.is_some_and(|email| is_one_of(&email, addresses))
        {
            found.push(account.id);
        }
        Ok(())
    })?;
    Ok(is_any.then_some(found))
}

/// The mails to these addresses that are nobody's yet.
fn mails_to(tx: &mut Tx<'_>, client: ClientId, addresses: &[Email]) -> Result<Vec<MailId>, Error> {
    let agency = tx.agency().id.clone();
    if is_one_of(&tx.agency().notification_email.clone(), addresses) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    view::each(tx.view().ports(), &keys::mails(&agency), |row| {
        if let Ok(mail) = record::decode::<OutboxMail>(&row.key, &row.value)
            && mail.topic.clients().is_empty()
            && is_one_of(&mail.to, addresses)
        {
            found.push(mail.id);
        }
        Ok(())
    })?;
    let range = keys::mails_of(&agency, client);
    let mut marked = BTreeSet::new();
    view::each(tx.view().ports(), &range, |row| {
        marked.insert(range.suffix(&row.key).to_owned());
        Ok(())
    })?;
    found.retain(|id| !marked.contains(&id.to_string()));
    Ok(found)
}

fn is_one_of(email: &Email, addresses: &[Email]) -> bool {
    addresses.iter().any(|address| address.folded() == email.folded())
}
