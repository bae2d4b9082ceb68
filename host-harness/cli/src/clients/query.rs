//! Which clients, in which order: the contract's filter and order, from options.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::agency_api::AgencyApi;
use crate::answer::at;
use crate::choice::contract_name;
use crate::failure::Failure;
use crate::find;

/// Which clients, in which order.
#[derive(Args)]
#[command(next_help_heading = "Which clients")]
pub(super) struct QueryArgs {
    /// Only clients with this status
    #[arg(long, value_name = "STATUS")]
    status: Option<Status>,
    /// Only clients of this brand: an id or a name
    #[arg(long, value_name = "BRAND")]
    brand: Option<String>,
    /// Only clients with this text in their name, label, e-mail address or a brand's name
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only clients whose open invite's latest mail stands here
    #[arg(long, value_name = "STATE")]
    delivery: Option<Delivery>,
    /// What to sort by; when they were first invited, if not given
    #[arg(long, value_name = "BY")]
    sort: Option<Sort>,
    /// Reverses the order
    #[arg(long)]
    descending: bool,
}

/// The contract's `status-filter`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Status {
    /// Invited by e-mail or by link, and not joined yet
    Pending,
    /// Logged in recently
    Active,
    /// Not logged in for a while
    AtRisk,
    /// Not logged in for a long time
    Churned,
    /// Access was removed
    Revoked,
}

/// The contract's `delivery-filter`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Delivery {
    /// Waiting to be handed over
    Queued,
    /// Handed over, and not come back
    HandedOver,
    /// Given up
    Failed,
    /// Came back
    Bounced,
    /// Failed or bounced: the person has no mail
    Undelivered,
}

/// The contract's `client-sort`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Sort {
    /// When they were first invited
    Created,
    /// The name
    Name,
    /// The status: pending, active, at risk, churned, revoked
    Status,
    /// The last log-in; clients who never logged in come first
    LastLogIn,
    /// The health score, lowest first
    Health,
}

impl QueryArgs {
    /// The contract's `client-filter`; null when all are asked for.
    pub(super) fn filter(&self, api: &impl AgencyApi) -> Result<Value, Failure> {
        if self.status.is_none() && !self.narrows_counts() {
            return Ok(Value::Null);
        }
        let brand = match &self.brand {
            Some(brand) => at(&find::brand(api, brand)?, "id").clone(),
            None => Value::Null,
        };
        Ok(json!({
            "status": contract_name(self.status),
            "brand": brand,
            "search": self.search,
            "delivery": contract_name(self.delivery),
        }))
    }

    /// The contract's `client-order`; null when none is asked for.
    pub(super) fn order(&self) -> Value {
        match (self.sort, self.descending) {
            (None, false) => Value::Null,
            (sort, descending) => {
                let sort = sort.unwrap_or(Sort::Created);
                json!({"sort": contract_name(Some(sort)), "descending": descending})
            }
        }
    }

    /// True if counts are of a part of the clients. They are by status, so a status doesn't
    /// narrow them.
    pub(super) fn narrows_counts(&self) -> bool {
        self.brand.is_some() || self.search.is_some() || self.delivery.is_some()
    }

    /// True if the list is about what became of mails.
    pub(super) fn asks_for_delivery(&self) -> bool {
        self.delivery.is_some()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use clientdesk_host::CallError;

    use super::*;

    #[derive(Parser)]
    struct Options {
        #[command(flatten)]
        query: QueryArgs,
    }

    #[test]
    fn options_become_filter_and_order() {
        for (words, filter, order) in [
            ("", Value::Null, Value::Null),
            (
                "--status at-risk",
                json!({"status": "at-risk", "brand": null, "search": null, "delivery": null}),
                Value::Null,
            ),
            (
                "--brand Nike --search ann --sort last-log-in",
                json!({"status": null, "brand": "nike", "search": "ann", "delivery": null}),
                json!({"sort": "last-log-in", "descending": false}),
            ),
            (
                "--delivery handed-over",
                json!({"status": null, "brand": null, "search": null, "delivery": "handed-over"}),
                Value::Null,
            ),
            ("--descending", Value::Null, json!({"sort": "created", "descending": true})),
        ] {
            let words = std::iter::once("test").chain(words.split_whitespace());
            let query = Options::parse_from(words).query;
            let brands = json!({"brands": [{"id": "nike", "name": "Nike"}]});
            let api = |_: &str, _: &[Value]| Ok::<_, CallError>(brands.clone());
            assert_eq!((query.filter(&api).unwrap(), query.order()), (filter, order));
        }
    }
}
