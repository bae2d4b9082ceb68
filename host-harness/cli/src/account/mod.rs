//! `clientdesk account ID`: a page about one account.
//!
//! | part of the page | file |
//! | --- | --- |
//! | where it stands, and what comes next | `stands.rs` |
//! | what it may use and uses, and which features it has | `uses.rs` |
//! | its people | `people.rs` |
//! | what it costs, who pays, and what the agency keeps | `price.rs` |
//! | who was signed in on its behalf | `sign_ins.rs` |

mod people;
mod price;
mod sign_ins;
mod stands;
mod uses;

use clap::Args;
use serde_json::{Value, json};

use super::agency_api::{AgencyApi, HostApi};
use super::answer::{at, elements, number, string};
use super::caller::CallerArgs;
use super::failure::Failure;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::show::Page;
use super::store::StoreArgs;
pub(crate) use price::{plan_words, who_pays};
pub(crate) use stands::{planned, stands};

/// How many of the latest sign-ins the page shows.
const SIGN_INS_SHOWN: u32 = 5;

const EXAMPLES: &str = "\
Examples:
  clientdesk account nike-inc --agency acme
      shows where the account stands, what comes next, what it uses, its people, and its price
  clientdesk account nike-inc --agency acme --json
      the same for programs";

/// Shows one account: where it stands, what comes next, what it uses, its people, and its price
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AccountArgs {
    /// The account, by id
    id: String,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

pub(crate) fn run(
    component: &ComponentArgs,
    args: &AccountArgs,
    form: Form,
) -> Result<(), Failure> {
    let api = HostApi::open_to_read(component.host()?, &args.store, &args.caller)?;
    let told = Told::ask(&api, &args.id)?;
    if form.is_json() {
        return Ok(output::answer(told.in_json())?);
    }
    let mut page = Page::on_standard_output();
    let agency = api.agency().unwrap_or_default();
    told.show(&mut page, &format!(" --agency {agency}{}", args.store.option()));
    Ok(page.print()?)
}

/// All that the page tells.
struct Told {
    /// The contract's `account-detail`.
    detail: Value,
    /// The contract's `sign-in-page`: the latest few.
    sign_ins: Value,
}

impl Told {
    fn ask(api: &impl AgencyApi, id: &str) -> Result<Told, Failure> {
        let detail = api.get("accounts.detail", &[json!(id)])?;
        let latest = json!({"limit": SIGN_INS_SHOWN});
        let sign_ins = api.get("impersonation.list", &[json!(id), latest])?;
        Ok(Told { detail, sign_ins })
    }

    /// The fields of the `account-detail`, and those of the `sign-in-page` in a field.
    fn in_json(self) -> Value {
        let Told { mut detail, sign_ins } = self;
        if let Some(fields) = detail.as_object_mut() {
            fields.insert("sign-ins".to_owned(), sign_ins);
        }
        detail
    }

    /// Shows it; `options` are those that other commands need about the same account.
    fn show(&self, page: &mut Page, options: &str) {
        let Told { detail, sign_ins } = self;
        let account = at(detail, "account");
        page.heading(&format!("{} ({})", string(account, "name"), string(account, "id")));
        stands::show(page, account, number(detail, "as-of"), options);
        uses::show(page, detail);
        people::show(page, detail, options);
        brands(page, account, options);
        price::show(page, account);
        sign_ins::show(page, sign_ins, options);
    }
}

fn brands(page: &mut Page, account: &Value, options: &str) {
    let brands: Vec<&str> = elements(account, "brands").iter().filter_map(Value::as_str).collect();
    page.heading("Brands");
    if brands.is_empty() {
        let id = string(account, "id");
        page.line(&format!(
            "None. Put one into it: clientdesk accounts move-brand <BRAND> {id}{options}"
        ));
    } else {
        page.line(&brands.join(", "));
    }
}

#[cfg(test)]
mod tests;
