//! A brand: a space of data whose figures clients look at.

use serde::{Deserialize, Serialize};

use super::access::AccessChange;
use super::billing::{BillingError, Posting, Terms, WhiteLabel};
use super::id::BrandId;
use super::text::Name;
use super::time::{Timestamp, Until};

/// A brand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brand {
    /// Its id.
    pub id: BrandId,
    /// Its name, unique in the agency.
    pub name: Name,
    /// When it was created.
    pub created_at: Timestamp,
    /// How many clients have a grant to it, pending and expired ones included.
    pub clients: u32,
    /// How many of those have a grant that doesn't end by itself.
    pub lasting: u32,
    /// What is charged for it; none while nobody has access.
    pub white_label: Option<WhiteLabel>,
}

/// How long the access of the other clients of a brand lasts: the longest of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// There are none.
    Nobody,
    /// At least one has access until then.
    Until(Until),
}

impl Brand {
    /// A brand that nobody has access to yet.
    pub const fn new(id: BrandId, name: Name, now: Timestamp) -> Brand {
        Brand { id, name, created_at: now, clients: 0, lasting: 0, white_label: None }
    }

    /// Whether [`Brand::apply`] must be told how long the other clients have access: the
    /// longest access goes, others stay, and the counters can't tell how long.
    pub fn needs_others(&self, change: &AccessChange) -> bool {
        let (clients, lasting) = self.counted(change);
        let longest_goes = self.white_label.as_ref().is_some_and(|item| {
            change.before >= Some(item.until) && change.after < Some(item.until)
        });
        let others = clients - u32::from(change.after.is_some());
        longest_goes && lasting == 0 && others > 0
    }

    /// Makes the change at `now`, and says what is charged and credited for it, everything
    /// that was due before included.
    ///
    /// `others` counts only where [`Brand::needs_others`] says so.
    ///
    /// # Errors
    ///
    /// When amounts overflow, or billing is too far behind the clock.
    pub fn apply(
        &mut self,
        change: &AccessChange,
        others: Others,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<Vec<Posting>, BillingError> {
        let longest = self.longest_access(change, others);
        let item = self.white_label.take();
        let (item, postings) = WhiteLabel::advance(item, longest, terms, now)?;
        (self.clients, self.lasting) = self.counted(change);
        self.white_label = item;
        Ok(postings)
    }

    /// How long at least one client has access after `change`; none when nobody has.
    fn longest_access(&self, change: &AccessChange, others: Others) -> Option<Until> {
        let (clients, lasting) = self.counted(change);
        if clients == 0 {
            return None;
        }
        if lasting > 0 {
            return Some(Until::FOREVER);
        }
        if self.needs_others(change) {
            return match others {
                Others::Nobody => change.after,
                Others::Until(until) => change.after.max(Some(until)),
            };
        }
        // Where nothing is charged, nobody else has access that isn't over.
        let unchanged = self.white_label.as_ref().map(|item| item.until);
        let alone = clients == 1 && change.after.is_some();
        if alone { change.after } else { change.after.max(unchanged) }
    }

    /// The counters after `change`.
    fn counted(&self, change: &AccessChange) -> (u32, u32) {
        let lasts = |until: Option<Until>| until == Some(Until::FOREVER);
        let count = |number: u32, before: bool, after: bool| {
            number.saturating_sub(u32::from(before)).saturating_add(u32::from(after))
        };
        (
            count(self.clients, change.before.is_some(), change.after.is_some()),
            count(self.lasting, lasts(change.before), lasts(change.after)),
        )
    }
}
