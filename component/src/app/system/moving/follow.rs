//! What follows from a row that arrives: its places in indexes, and what falls due by it.
//!
//! Every function here is what commands use, so that the rows are those that they would have left.

use super::kinds::{DueMoves, due_moves};
use crate::app::booking::accounts::due_of;
use crate::app::clients::derived_rows;
use crate::app::command::kept_until;
use crate::app::error::Error;
use crate::app::keys::{self, Key};
use crate::app::record::{self, Answered, Marker};
use crate::app::rows::{Rows, spelled};
use crate::app::tx::account_rows;
use crate::domain::account::{Account, Standing};
use crate::domain::agency::Agency;
use crate::domain::billing::{LedgerTotals, PayerId};
use crate::domain::brand::Brand;
use crate::domain::client::Client;
use crate::domain::digest::Schedule;
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::{AccountId, AgencyId, ClientId, MailId};
use crate::domain::impersonation::Impersonation;
use crate::domain::mail::OutboxMail;
use crate::domain::search;
use crate::domain::time::Timestamp;

/// What follows from one row.
#[derive(Default)]
pub struct Following {
    /// Rows: key and value.
    pub rows: Vec<(String, String)>,
    /// What falls due.
    pub dues: Vec<DueEntry>,
    /// By what a client is found, and in which block of the search.
    pub found_by: Option<(Key<search::Block>, ClientId, String)>,
}

/// In which agency a row arrives.
pub struct Whereto<'a> {
    /// Its id here.
    pub agency: &'a AgencyId,
    /// The time that the rows are as of.
    pub exported_at: Timestamp,
}

impl Whereto<'_> {
    /// What follows from a row of a kind.
    pub fn following(&self, kind: &str, id: &str, value: &str) -> Result<Following, Error> {
        let agency = self.agency;
        let mut follows = Following::default();
        match kind {
            "agency" => {
                let agency: Agency = record::decode(kind, value)?;
                let end = agency.terms.trial_after(self.exported_at);
                follows.due(self, end, |_| Due::Renewals);
            }
            "brand" => follows.of_brand(self, &record::decode(kind, value)?)?,
            "client" => {
                let client: Client = record::decode(kind, value)?;
                let own = keys::client(agency, client.id).into_text();
                follows.rows(self, derived_rows(agency, &client), &own)?;
                let block = keys::search(agency, search::block_of(client.search_slot));
                let text = search::text_of(&client);
                follows.found_by = Some((block, client.id, text)).filter(|(_, _, t)| !t.is_empty());
            }
            "account" => follows.of_account(self, &record::decode(kind, value)?)?,
            "payer" => {
                let totals: LedgerTotals = record::decode(kind, value)?;
                let payer = match id.strip_prefix("account/") {
                    Some(id) => PayerId::Account(AccountId::parse(id).map_err(|_| other(kind))?),
                    None => PayerId::Agency,
                };
                for open in &totals.open {
                    follows.due(self, Some(open.closes_at), |_| match &payer {
                        PayerId::Agency => Due::Renewals,
                        PayerId::Account(account) => Due::AccountRenewals(account.clone()),
                    });
                }
            }
            "mail" => {
                let mail: OutboxMail = record::decode(kind, value)?;
                let id = MailId::parse(id).map_err(|_| other(kind))?;
                follows.due(self, mail.next_try, |_| Due::MailRetry(id));
            }
            "acting" => {
                let found: Impersonation = record::decode(kind, value)?;
                let key = keys::impersonation_of(agency, &found.account, found.started_at, id);
                follows.rows.push((key.into_text(), record::encode(&Marker {})?));
                let ends = Some(found.ends_at).filter(|_| found.ended.is_none());
                follows.due(self, ends, |_| Due::ImpersonationEnd(id.to_owned()));
            }
            "digest" => {
                let schedule: Schedule = record::decode(kind, value)?;
                follows.due(self, schedule.next, |_| Due::Digest);
            }
            "idempotency" => {
                let answered: Answered = record::decode(kind, value)?;
                let until = Some(kept_until(answered.at));
                follows.due(self, until, |_| Due::IdempotencyEnd(id.to_owned()));
            }
            "unsealed" => {
                let at = id.split_once('/').and_then(|(_, name)| name.split_once('-'));
                let at = at.and_then(|(at, _)| Timestamp::from_millis(at.parse().ok()?));
                let at = at.ok_or_else(|| other(kind))?;
                follows.due(self, Some(at.next_minute()), |_| Due::Sealing);
            }
            _ => (),
        }
        Ok(follows)
    }
}

fn other(kind: &str) -> Error {
    Error::corrupt(kind, "its id is malformed")
}

impl Following {
    fn due(&mut self, to: &Whereto<'_>, at: Option<Timestamp>, due: impl FnOnce(Timestamp) -> Due) {
        if let Some(at) = at {
            self.entry(to, DueEntry { at, agency: to.agency.clone(), due: due(at) });
        }
    }

    /// Adds an entry of the due index, unless it moves by itself.
    fn entry(&mut self, to: &Whereto<'_>, entry: DueEntry) {
        let follows = match due_moves(&entry.due) {
            DueMoves::Follows => true,
            DueMoves::FollowsAhead => entry.at > to.exported_at,
            DueMoves::AsItIs | DueMoves::Stays => false,
        };
        if follows {
            self.dues.push(entry);
        }
    }

    /// Takes rows that follow from one, but for the one itself: that stays as it was written.
    fn rows(&mut self, to: &Whereto<'_>, rows: Rows<'_>, own: &str) -> Result<(), Error> {
        for (key, value) in spelled(rows)? {
            let due = key.strip_prefix("due/").and_then(|rest| rest.split_once('/'));
            match due.and_then(|(_, suffix)| keys::parse_due(suffix)) {
                Some(entry) => self.entry(to, entry),
                None if key != own => self.rows.push((key, value)),
                None => (),
            }
        }
        Ok(())
    }

    fn of_brand(&mut self, to: &Whereto<'_>, brand: &Brand) -> Result<(), Error> {
        if brand.archived_at.is_none() {
            let key = keys::brand_name(to.agency, &brand.name).into_text();
            self.rows.push((key, record::encode(&brand.id)?));
        }
        if let Some(account) = &brand.account {
            let key = keys::account_brand(to.agency, account, &brand.id).into_text();
            self.rows.push((key, record::encode(&Marker {})?));
        }
        let paid_until = brand.white_label.as_ref().map(|item| item.covers.end);
        self.due(to, paid_until, |_| Due::Renewals);
        Ok(())
    }

    fn of_account(&mut self, to: &Whereto<'_>, account: &Account) -> Result<(), Error> {
        let own = keys::account(to.agency, &account.id).into_text();
        self.rows(to, account_rows(to.agency, account), &own)?;
        if let Some((at, due)) = due_of(account) {
            self.due(to, Some(at), |_| due);
        }
        let (trial, deletes_at) = match account.standing {
            Standing::Trial(trial) => (Some(trial), None),
            // One that rests while its trial goes on.
            Standing::Disabled { trial, deletes_at, .. } => (trial, deletes_at),
            Standing::Setup | Standing::Active | Standing::Deleted { .. } => (None, None),
        };
        if let Some(trial) = trial {
            self.due(to, trial.reminded_at(), |_| Due::TrialEnding(account.id.clone()));
            self.due(to, Some(trial.ends_at), |_| Due::TrialEnd(account.id.clone()));
        }
        self.due(to, deletes_at, |_| Due::TrialDeletion(account.id.clone()));
        Ok(())
    }
}
