//! What becomes otherwise in another store, for whoever moves an agency to know before.

use super::kinds::LOGIN;
use super::reading::Parsed;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::system::keyed::Keyed;
use crate::app::view;
use crate::domain::account::Account;
use crate::domain::catalog::Catalog;
use crate::domain::identity::Identity;
use crate::domain::keyring::{KeyId, KeyRing};
use crate::domain::moving::{Header, Progress};

/// Something that becomes otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// Of what: an address, an id, a key.
    pub subject: String,
    /// The same as a sentence, with what to do.
    pub message: String,
}

/// What can become otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// Somebody in this store has a login with a client's address.
    LoginTaken,
    /// A login gets another id.
    LoginRenumbered,
    /// A password can't be checked here.
    PasswordUnreadable,
    /// This host lacks a key.
    KeyMissing,
    /// This store sells other things, or at other prices.
    CatalogDiffers,
    /// A plan or an add-on isn't sold here.
    NotSold,
    /// The agency gets another id.
    Renamed,
}

/// Notes the keys that something in a row was made with.
pub fn keys_of(kind: &str, id: &str, value: &str, progress: &mut Progress) -> Result<(), Error> {
    for key in made_with(kind, id, value)? {
        progress.needs(&key);
    }
    Ok(())
}

/// The keys that something in a row was made with.
fn made_with(kind: &str, id: &str, value: &str) -> Result<Vec<KeyId>, Error> {
    let keyed = Keyed::read(kind, id, value)?;
    let made = keyed.iter().flat_map(Keyed::made);
    Ok(made.filter_map(|made| made.key).collect())
}

/// What lines are looked at with.
pub struct Looking<'a> {
    /// The host.
    pub ports: &'a Ports,
    /// Its keys.
    pub ring: &'a KeyRing,
    /// What is sold here.
    pub catalog: &'a Catalog,
}

impl Looking<'_> {
    /// What becomes otherwise with the agency as a whole.
    pub fn at_header(&self, header: &Header, own: &str, renamed: bool) -> Vec<Finding> {
        let mut findings = Vec::new();
        if renamed {
            findings.push(Finding {
                kind: FindingKind::Renamed,
                subject: header.agency.to_string(),
                message: "links in mails that are out lead to the agency by the id that it had: send invites again".to_owned(),
            });
        }
        if header.catalog != own {
            findings.push(Finding {
                kind: FindingKind::CatalogDiffers,
                subject: "catalog".to_owned(),
                message: "other things are sold here, or at other prices, than where the agency was as it was exported: what is due after the import is charged by the catalog here".to_owned(),
            });
        }
        findings
    }

    /// What becomes otherwise with a row. `progress` knows the keys that were told of.
    pub fn at_row(&self, row: &Parsed, progress: &mut Progress) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        let (kind, id, value) = match row {
            Parsed::Row { kind, id, value, .. } => (kind.word, id.as_str(), value.as_str()),
            Parsed::Login { identity, value } => {
                findings.extend(self.at_login(identity)?);
                (LOGIN, "", value.as_str())
            }
            Parsed::Header(_) | Parsed::Due(_) | Parsed::Footer => return Ok(findings),
        };
        for key in made_with(kind, id, value)? {
            if progress.needs(&key) && self.ring.get(&key).is_none() {
                let message = "this host lacks the key: what was made with it can't be verified here, such as the log; give the host the key to mend that".to_owned();
                let subject = key.as_str().to_owned();
                findings.push(Finding { kind: FindingKind::KeyMissing, subject, message });
            }
        }
        if kind == "account" {
            findings.extend(self.at_account(&record::decode(id, value)?));
        }
        Ok(findings)
    }

    fn at_login(&self, identity: &Identity) -> Result<Option<Finding>, Error> {
        let by_email = keys::identity_emails(&identity.email);
        let by_id = keys::identity(identity.id);
        let asked = keys::texts(&by_email).chain([by_id.text().to_owned()]).collect();
        let rows = view::get(self.ports, asked)?;
        let is_there = |key: &str| rows.get(key).is_some_and(Option::is_some);
        let address = identity.email.to_string();
        let lacks = |key: &KeyId| self.ring.get(key).is_none();
        let (kind, message) = if by_email.iter().any(|key| is_there(key.text())) {
            let message = "somebody has a login with this address here: it stays as it is, and reaches this agency once they open a link that “forgot password” mails to the address";
            (FindingKind::LoginTaken, message)
        } else if is_there(by_id.text()) {
            (
                FindingKind::LoginRenumbered,
                "another login here has the id of this one: it gets a new one",
            )
        } else if identity.password.as_ref().is_some_and(|hash| lacks(hash.key())) {
            let message = "the password was hashed with a key that this host lacks: they need “forgot password”";
            (FindingKind::PasswordUnreadable, message)
        } else {
            return Ok(None);
        };
        Ok(Some(Finding { kind, subject: address, message: message.to_owned() }))
    }

    fn at_account(&self, account: &Account) -> Vec<Finding> {
        let unsold = account.billing.plans().filter(|plan| self.catalog.plan(plan).is_none());
        unsold
            .map(|plan| Finding {
                kind: FindingKind::NotSold,
                subject: plan.to_string(),
                message: format!(
                    "account `{}` has this plan, which isn't sold here: put it into the catalog",
                    account.id
                ),
            })
            .collect()
    }
}
