//! A brand: a set of data whose figures clients look at.

use serde::{Deserialize, Serialize};

use super::access::{Access, AccessChange};
use super::billing::{BillingError, Posting, Terms, WhiteLabel};
use super::catalog::WhiteLabelStart;
use super::id::{AccountId, BrandId};
use super::settings::is_default;
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
    pub open_ended_clients: u32,
    /// For how many of them it is the only brand.
    #[serde(default)]
    pub sole_brand_clients: u32,
    /// Those who have accepted. Only counted where white-label starts at acceptance, which is
    /// settled before there is a brand.
    #[serde(default, skip_serializing_if = "is_default")]
    pub joined: Joined,
    /// When it was archived. From then on nobody has access to it, whatever the counters
    /// say: they follow as its clients are tidied up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Timestamp>,
    /// The account that it belongs to; none: the agency's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// When it came to where it is; none: it was never moved, or an earlier release moved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_at: Option<Timestamp>,
    /// Since when clients get in again, if it left an account that was at rest, or had been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub let_in_since: Option<Timestamp>,
    /// What is charged for it; none while nobody has access.
    pub white_label: Option<WhiteLabel>,
}

/// The clients of a brand who have accepted an invite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// How many there are.
    pub clients: u32,
    /// How many of them have a grant that doesn't end by itself.
    pub open_ended: u32,
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
        Brand {
            id,
            name,
            created_at: now,
            clients: 0,
            open_ended_clients: 0,
            sole_brand_clients: 0,
            joined: Joined { clients: 0, open_ended: 0 },
            archived_at: None,
            account: None,
            moved_at: None,
            let_in_since: None,
            white_label: None,
        }
    }

    /// Since when clients get into it again, if its account lets them in since `account`; none: there was no
    /// rest. One that was over when the brand came to the account isn't the brand's: it hid it from nobody.
    ///
    /// `happened` says when something happened that bears a time, which a clock that was reset may have put
    /// into the future.
    pub fn lets_in_since(
        &self,
        account: Option<Timestamp>,
        happened: impl Fn(Timestamp) -> Timestamp,
    ) -> Option<Timestamp> {
        let order = |time: Timestamp| (happened(time), time);
        let is_own =
            |since: &Timestamp| self.moved_at.is_none_or(|moved| order(moved) < order(*since));
        let sinces = [self.let_in_since, account.filter(is_own)];
        sinces.into_iter().flatten().max_by_key(|since| order(*since))
    }

    /// Takes the brand out of use at `now`, and says what is credited for it at `priced_at`,
    /// everything that was due before included.
    ///
    /// # Errors
    ///
    /// When amounts overflow, or billing is too far behind the clock.
    pub fn archive(
        &mut self,
        terms: &Terms,
        now: Timestamp,
        priced_at: Timestamp,
    ) -> Result<Vec<Posting>, BillingError> {
        self.archived_at = Some(now);
        self.charge_until(None, terms, priced_at)
    }

    /// Brings what is charged up to `now`, where nothing else changes: access may have ended
    /// by itself, and periods may have begun. What comes after the first `most` of them is
    /// left.
    ///
    /// # Errors
    ///
    /// As [`Brand::archive`].
    pub fn settle(
        &mut self,
        terms: &Terms,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<Posting>, BillingError> {
        let Some(item) = self.white_label.take() else { return Ok(Vec::new()) };
        let (item, postings) = item.settle_some(&terms.brand(&self.id), now, most)?;
        self.white_label = item;
        Ok(postings)
    }

    /// What contradicts the longest access that counts (none: nobody has any), as things stand at `now`; none:
    /// nothing does. What ran out until then may be settled already, and where nothing is started any more,
    /// access alone says nothing.
    pub fn charge_contradicts(
        &self,
        longest: Option<Until>,
        starts: bool,
        now: Timestamp,
    ) -> Option<&'static str> {
        let runs = longest.is_some_and(|until| !until.is_over(now));
        match (&self.white_label, longest) {
            (Some(_), _) if self.archived_at.is_some() => Some("was archived, and is charged for"),
            (Some(_), None) => Some("is charged for, and nobody has access to it"),
            (Some(item), Some(until)) if item.until != until => {
                Some("is charged for until another time than there is access to it")
            }
            (None, _) if runs && starts && self.archived_at.is_none() => {
                Some("isn't charged for, and there is access to it")
            }
            (Some(_) | None, _) => None,
        }
    }

    fn charge_until(
        &mut self,
        access: Option<Until>,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<Vec<Posting>, BillingError> {
        let item = self.white_label.take();
        let rates = terms.brand(&self.id);
        let (item, postings) = WhiteLabel::advance(item, access, &rates, now)?;
        self.white_label = item;
        Ok(postings)
    }

    /// Whether [`Brand::apply`] needs to know how long the other clients have access that
    /// counts: the longest goes, others stay, and the counters can't tell how long.
    pub fn needs_others(&self, change: &AccessChange, start: WhiteLabelStart) -> bool {
        let (before, after) = (counting(change.before, start), counting(change.after, start));
        let (clients, open_ended) = self.counted(change, start).counting(start);
        let longest_goes = self
            .white_label
            .as_ref()
            .is_some_and(|item| before >= Some(item.until) && after < Some(item.until));
        let others = clients - u32::from(after.is_some());
        longest_goes && open_ended == 0 && others > 0
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
        let start = terms.white_label_start();
        let longest = self.longest_access(change, others, start);
        let postings = self.charge_until(longest, terms, now)?;
        let Counters { clients, open_ended_clients, sole_brand_clients, joined } =
            self.counted(change, start);
        (self.clients, self.open_ended_clients) = (clients, open_ended_clients);
        (self.sole_brand_clients, self.joined) = (sole_brand_clients, joined);
        Ok(postings)
    }

    /// How long at least one client has access that counts after `change`; none when nobody has.
    fn longest_access(
        &self,
        change: &AccessChange,
        others: Others,
        start: WhiteLabelStart,
    ) -> Option<Until> {
        let (clients, open_ended) = self.counted(change, start).counting(start);
        let after = counting(change.after, start);
        if clients == 0 || self.archived_at.is_some() {
            return None;
        }
        if open_ended > 0 {
            return Some(Until::FOREVER);
        }
        if self.needs_others(change, start) {
            return match others {
                Others::Nobody => after,
                Others::Until(until) => after.max(Some(until)),
            };
        }
        // Where nothing is charged, nobody else has access that isn't over.
        let unchanged = self.white_label.as_ref().map(|item| item.until);
        let alone = clients == 1 && after.is_some();
        if alone { after } else { after.max(unchanged) }
    }

    /// The counters after `change`.
    fn counted(&self, change: &AccessChange, start: WhiteLabelStart) -> Counters {
        let count = |number: u32, counts: fn(&Access) -> bool| {
            let one = |access: &Option<Access>| u32::from(access.as_ref().is_some_and(counts));
            number.saturating_sub(one(&change.before)).saturating_add(one(&change.after))
        };
        Counters {
            clients: count(self.clients, |_| true),
            open_ended_clients: count(self.open_ended_clients, |access| {
                access.until == Until::FOREVER
            }),
            sole_brand_clients: count(self.sole_brand_clients, |access| access.sole_brand),
            joined: match start {
                WhiteLabelStart::Invite => self.joined,
                WhiteLabelStart::Acceptance => Joined {
                    clients: count(self.joined.clients, |access| access.joined),
                    open_ended: count(self.joined.open_ended, |access| {
                        access.joined && access.until == Until::FOREVER
                    }),
                },
            },
        }
    }
}

/// How many clients a brand has.
struct Counters {
    clients: u32,
    open_ended_clients: u32,
    sole_brand_clients: u32,
    joined: Joined,
}

impl Counters {
    /// How many have access that counts, and how many of them have it for ever.
    const fn counting(&self, start: WhiteLabelStart) -> (u32, u32) {
        match start {
            WhiteLabelStart::Invite => (self.clients, self.open_ended_clients),
            WhiteLabelStart::Acceptance => (self.joined.clients, self.joined.open_ended),
        }
    }
}

/// How long access lasts, where it counts.
fn counting(access: Option<Access>, start: WhiteLabelStart) -> Option<Until> {
    access.filter(|access| access.counts(start)).map(|access| access.until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::{Currency, Money};
    use crate::domain::period::Period;

    #[test]
    fn what_is_charged_for_is_what_somebody_has_access_to() {
        let at = |millis| Timestamp::EPOCH.plus(millis);
        let id = BrandId::parse("nike").unwrap();
        let nike = Brand::new(id, Name::parse("Nike").unwrap(), at(0));
        let forever = Some(Until::FOREVER);
        let until = |millis| Some(Until::at(at(millis)));
        let archived = Some("was archived, and is charged for");
        let nobody = Some("is charged for, and nobody has access to it");
        let other = Some("is charged for until another time than there is access to it");
        let missing = Some("isn't charged for, and there is access to it");
        // What is charged for, the longest access, whether it was archived, whether anything starts.
        for (item, longest, is_archived, starts, expected) in [
            (None, None, false, true, None),
            (forever, forever, false, true, None),
            (until(9), until(9), false, true, None),
            // What ran out is settled by a job, or was.
            (until(5), until(5), false, true, None),
            (None, until(5), false, true, None),
            (None, until(7), false, true, None),
            (None, until(8), false, true, missing),
            (None, forever, false, true, missing),
            (None, forever, false, false, None),
            (None, forever, true, true, None),
            (forever, forever, true, true, archived),
            (forever, None, false, true, nobody),
            (until(5), None, false, false, nobody),
            (until(9), forever, false, true, other),
            (forever, until(9), false, false, other),
        ] {
            let charged = |until| WhiteLabel {
                since: at(1),
                until,
                debited: Money::zero(Currency::USD),
                covers: Period { start: at(1), end: at(10) },
            };
            let archived_at = is_archived.then(|| at(6));
            let brand = Brand { white_label: item.map(charged), archived_at, ..nike.clone() };
            let found = brand.charge_contradicts(longest, starts, at(7));
            assert_eq!(found, expected, "{item:?} {longest:?} {is_archived} {starts}");
        }
    }

    #[test]
    fn a_rest_that_was_over_before_the_brand_came_is_not_the_brands() {
        let at = Timestamp::EPOCH;
        let at = |millis| at.plus(millis);
        let id = BrandId::parse("nike").unwrap();
        let nike = Brand::new(id, Name::parse("Nike").unwrap(), at(0));
        // The clock was reset at 100: what bears a later time than now happened before that.
        let happened = |time| if time > at(200) { at(100) } else { time };
        for (moved, own, account, expected) in [
            (None, None, None, None),
            (None, Some(5), None, Some(5)),
            (None, None, Some(7), Some(7)),
            (Some(6), None, Some(7), Some(7)),
            (Some(7), None, Some(7), None),
            (Some(8), None, Some(7), None),
            (Some(8), Some(5), Some(7), Some(5)),
            (Some(8), Some(8), Some(9), Some(9)),
            // Before the reset, and in this order.
            (Some(300), None, Some(400), Some(400)),
            (Some(400), None, Some(300), None),
            (Some(150), None, Some(300), None),
            (Some(300), None, Some(150), Some(150)),
            (None, Some(300), Some(150), Some(150)),
        ] {
            let (moved_at, let_in_since) = (moved.map(at), own.map(at));
            let brand = Brand { moved_at, let_in_since, ..nike.clone() };
            let found = brand.lets_in_since(account.map(at), happened);
            assert_eq!(found, expected.map(at), "{moved:?} {own:?} {account:?}");
        }
    }
}
