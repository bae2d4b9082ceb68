//! What a filter asks for, and what fits it.

use crate::app::fields::Fields;
use crate::domain::account::{Account, BillingOwner, Status};
use crate::domain::id::PlanId;
use crate::domain::search::FoundBy;
use crate::domain::time::Timestamp;

/// A filter as it arrives.
#[derive(Clone, Debug, Default)]
pub struct RawFilter {
    /// Where they stand.
    pub status: Option<Status>,
    /// Whom the platform bills for them.
    pub billing_owner: Option<BillingOwner>,
    /// The plan that they have.
    pub plan: Option<String>,
    /// Part of a name or an address.
    pub search: Option<String>,
}

/// What a filter asks for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Where they stand.
    pub status: Option<Status>,
    /// Whom the platform bills for them.
    pub billing_owner: Option<BillingOwner>,
    /// The plan that they have.
    pub plan: Option<PlanId>,
    /// What is searched for, folded.
    pub needle: Option<String>,
}

impl Filter {
    /// What `raw` asks for.
    pub fn parse(fields: &mut Fields, raw: &RawFilter) -> Option<Filter> {
        let plan = fields.take_optional("filter.plan", raw.plan.as_deref(), PlanId::parse);
        let needle = fields.needle("filter.search", raw.search.as_deref());
        let (status, billing_owner) = (raw.status, raw.billing_owner);
        Some(Filter { status, billing_owner, plan: plan?, needle: needle? })
    }

    /// Whether an account fits at `now`, whatever was written down of it by then.
    pub fn fits(&self, account: &Account, now: Timestamp) -> bool {
        let has = |plan: &PlanId| account.billing.plan_at(now) == Some(plan);
        self.status.is_none_or(|wanted| wanted == account.status(now))
            && self.billing_owner.is_none_or(|wanted| wanted == account.billing_owner)
            && self.plan.as_ref().is_none_or(has)
            && self.needle.as_ref().is_none_or(|needle| FoundBy::of(account).has(needle))
    }
}
