//! Which accounts, in which order: the contract's filter and order, from options.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::choice::contract_name;

/// Which accounts, in which order.
#[derive(Args, Default)]
#[command(next_help_heading = "Which accounts")]
pub(crate) struct QueryArgs {
    /// Only accounts with this status
    #[arg(long, value_name = "STATUS")]
    status: Option<Status>,
    /// Only accounts for which the platform bills this one
    #[arg(long, value_name = "WHOM")]
    bill: Option<Owner>,
    /// Only accounts with this plan, by its id in the catalog
    #[arg(long, value_name = "PLAN")]
    plan: Option<String>,
    /// Only accounts with this text in their name or e-mail address
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// What to sort by; the name, if not given
    #[arg(long, value_name = "BY")]
    sort: Option<Sort>,
    /// Reverses the order
    #[arg(long)]
    descending: bool,
}

/// The contract's `account-status`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Status {
    /// Being built, and hidden from clients
    Setup,
    /// Tried out
    Trial,
    /// Its plan runs
    Active,
    /// At rest
    Disabled,
    /// Gone for good
    Deleted,
}

/// The contract's `account-sort`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Sort {
    /// The name
    Name,
    /// When they were created
    Created,
    /// The status: set-up, trial, active, disabled, deleted
    Status,
}

/// Whom the platform bills for an account: the contract's `billing-owner`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Owner {
    /// The agency, which charges its client as it likes
    Agency,
    /// The account itself, once its owner has chosen a plan
    Platform,
}

impl QueryArgs {
    /// The contract's `account-filter`; null when all are asked for.
    pub(crate) fn filter(&self) -> Value {
        let QueryArgs { status, bill, plan, search, .. } = self;
        if status.is_none() && bill.is_none() && plan.is_none() && search.is_none() {
            return Value::Null;
        }
        json!({"status": contract_name(*status), "billing-owner": contract_name(*bill), "plan": plan, "search": search})
    }

    /// The contract's `account-order`; null when none is asked for.
    pub(crate) fn order(&self) -> Value {
        match (self.sort, self.descending) {
            (None, false) => Value::Null,
            (sort, descending) => {
                let sort = sort.unwrap_or(Sort::Name);
                json!({"sort": contract_name(Some(sort)), "descending": descending})
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Options {
        #[command(flatten)]
        query: QueryArgs,
    }

    #[test]
    fn options_become_filter_and_order() {
        let trial = json!({"status": "trial", "billing-owner": null, "plan": null, "search": null});
        let small =
            json!({"status": null, "billing-owner": "platform", "plan": "small", "search": "inc"});
        let backwards = json!({"sort": "name", "descending": true});
        for (words, filter, order) in [
            ("", Value::Null, Value::Null),
            ("--status trial", trial, Value::Null),
            ("--bill platform --plan small --search inc", small, Value::Null),
            ("--descending", Value::Null, backwards),
            ("--sort created", Value::Null, json!({"sort": "created", "descending": false})),
        ] {
            let words = std::iter::once("test").chain(words.split_whitespace());
            let query = Options::parse_from(words).query;
            assert_eq!((query.filter(), query.order()), (filter, order));
        }
    }
}
