//! `clientdesk accounts`: an agency's client companies, and what is done with them.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::account::{plan_words, planned, stands, who_pays};
use super::account_query::{Owner, QueryArgs};
use super::agency_api::{AgencyApi, HostApi, each_page};
use super::answer::{at, elements, rows_of, string};
use super::caller::CallerArgs;
use super::choice::contract_name;
use super::failure::Failure;
use super::find;
use super::format::{count, thousands};
use super::host::ComponentArgs;
use super::money::money;
use super::output::{self, Form};
use super::show::{Column, Page, Shown};
use super::store::StoreArgs;

const EXAMPLES: &str = "\
Examples:
  clientdesk accounts --agency acme
      lists the accounts: where each stands, what it has, who pays, and how much
  clientdesk accounts list --status trial --sort created --agency acme
      lists the accounts on trial, the oldest first
  clientdesk accounts create 'Nike Inc' --id nike-inc --agency acme
      builds an account, hidden from clients until it leaves set-up
  clientdesk accounts move-brand nike nike-inc --agency acme
      puts a brand into it
  clientdesk accounts trial nike-inc 14 --agency acme
      lets its clients in, to try it out for two weeks";

/// Lists, creates and changes an agency's accounts: its client companies
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AccountsArgs {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Subcommand)]
enum What {
    /// Lists the accounts
    List(QueryArgs),
    /// Creates an account, in set-up if nothing else is said
    Create(CreateArgs),
    /// Changes what is said of an account
    Update(UpdateArgs),
    /// Puts a brand into an account; without one, takes it out of the one that it is in
    MoveBrand {
        /// The brand, by id or name
        brand: String,
        /// The account, by id
        account: Option<String>,
    },
    /// Ends set-up: a trial begins
    Trial {
        /// The account, by id
        account: String,
        /// For how many days
        days: u32,
    },
    /// Makes a trial longer
    ExtendTrial {
        /// The account, by id
        account: String,
        /// By how many days
        days: u32,
    },
    /// Ends set-up or a trial: the plan is charged from now on
    Activate {
        /// The account, by id
        account: String,
        /// The plan, by its id in the catalog
        plan: String,
    },
    /// Changes the plan: up at once, down at the end of the month
    ChangePlan {
        /// The account, by id
        account: String,
        /// The plan, by its id in the catalog
        plan: String,
    },
    /// Adds an add-on, or keeps one that was to go
    AddAddOn {
        /// The account, by id
        account: String,
        /// The add-on, by its id in the catalog
        add_on: String,
    },
    /// Takes an add-on away at the end of the month
    RemoveAddOn {
        /// The account, by id
        account: String,
        /// The add-on, by its id in the catalog
        add_on: String,
    },
    /// Puts an account to rest: its clients don't get in, and nothing is renewed
    Disable {
        /// The account, by id
        account: String,
    },
    /// Ends the rest
    Resume {
        /// The account, by id
        account: String,
    },
    /// Deletes an account for good, and archives its brands
    Delete {
        /// The account, by id
        account: String,
        /// Its name, to confirm
        #[arg(long)]
        name: String,
    },
    /// Names the client who may choose the plan where the platform bills the account
    SetOwner {
        /// The account, by id
        account: String,
        /// The client, by id, e-mail address or name; nobody without one
        client: Option<String>,
    },
    /// Says whom the platform bills
    Bill {
        /// The account, by id
        account: String,
        /// Whom
        owner: Owner,
    },
}

#[derive(Args)]
struct CreateArgs {
    /// The company's name
    name: String,
    /// Its id; one is made up without it
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// What the agency says of it
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Where its mail goes; to the agency without it
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Its address on invoices that it pays itself
    #[arg(long, value_name = "TEXT")]
    address: Option<String>,
    /// Whom the platform bills for it
    #[arg(long, value_enum, default_value = "agency")]
    bill: Owner,
    /// Begins with a trial of so many days
    #[arg(long, value_name = "DAYS", conflicts_with = "plan")]
    trial: Option<u32>,
    /// Begins active, with this plan
    #[arg(long, value_name = "PLAN")]
    plan: Option<String>,
    /// With this add-on from the start; several, one after the other
    #[arg(long = "add-on", value_name = "ADD-ON", requires = "plan")]
    add_ons: Option<Vec<String>>,
    /// The plan that it is to have once it is activated
    #[arg(long, value_name = "PLAN", conflicts_with = "plan")]
    intended_plan: Option<String>,
    /// Made from this template: its plan, resources, features and brands
    #[arg(long, value_name = "TEMPLATE")]
    template: Option<String>,
    /// What the agency charges its client a month, in minor units such as cents
    #[arg(long, value_name = "AMOUNT")]
    resale_price: Option<u64>,
}

#[derive(Args)]
struct UpdateArgs {
    /// The account, by id
    account: String,
    /// The company's name
    #[arg(long)]
    name: Option<String>,
    /// What the agency says of it; empty takes it away
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Where its mail goes; empty: to the agency
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Its address on invoices; empty takes it away
    #[arg(long, value_name = "TEXT")]
    address: Option<String>,
    /// What the agency charges its client a month, in minor units such as cents
    #[arg(long, value_name = "AMOUNT")]
    resale_price: Option<u64>,
    /// The plan that it is to have once it is activated; empty: none
    #[arg(long, value_name = "PLAN")]
    intended_plan: Option<String>,
}

pub(crate) fn run(
    component: &ComponentArgs,
    args: &AccountsArgs,
    form: Form,
) -> Result<(), Failure> {
    let api = HostApi::open(component.host()?, &args.store, &args.caller)?;
    let of = |account: &str, function: &str, rest: &[Value]| -> Result<(), Failure> {
        let id = json!(account);
        let arguments: Vec<Value> = core::iter::once(id).chain(rest.iter().cloned()).collect();
        api.get(function, &arguments).map(drop)
    };
    let all = What::List(QueryArgs::default());
    let (account, verb) = match args.what.as_ref().unwrap_or(&all) {
        What::List(query) => return list(&api, query, &args.store, form),
        What::Create(new) => (create(&api, new)?, "created"),
        What::Update(changes) => {
            update(&api, changes)?;
            (changes.account.clone(), "updated")
        }
        What::MoveBrand { brand, account } => {
            return move_brand(&api, brand, account.as_deref(), form);
        }
        What::Trial { account, days } => {
            of(account, "accounts.start-trial", &[json!(days)])?;
            (account.clone(), "began the trial of")
        }
        What::ExtendTrial { account, days } => {
            of(account, "accounts.extend-trial", &[json!(days)])?;
            (account.clone(), "extended the trial of")
        }
        What::Activate { account, plan } => {
            of(account, "accounts.activate", &[json!(plan)])?;
            (account.clone(), "activated")
        }
        What::ChangePlan { account, plan } => {
            of(account, "accounts.change-plan", &[json!(plan)])?;
            (account.clone(), "changed the plan of")
        }
        What::AddAddOn { account, add_on } => {
            of(account, "accounts.add-add-on", &[json!(add_on)])?;
            (account.clone(), "added to")
        }
        What::RemoveAddOn { account, add_on } => {
            of(account, "accounts.remove-add-on", &[json!(add_on)])?;
            (account.clone(), "planned for")
        }
        What::Disable { account } => {
            of(account, "accounts.disable", &[])?;
            (account.clone(), "disabled")
        }
        What::Resume { account } => {
            of(account, "accounts.resume", &[])?;
            (account.clone(), "resumed")
        }
        What::Delete { account, name } => {
            of(account, "accounts.delete", &[json!(name)])?;
            (account.clone(), "deleted")
        }
        What::SetOwner { account, client } => {
            let client = client.as_deref().map(|client| find::client(&api, client)).transpose()?;
            let client = client.map_or(Value::Null, |client| at(&client, "id").clone());
            of(account, "accounts.set-owner", &[client])?;
            (account.clone(), "set the owner of")
        }
        What::Bill { account, owner } => {
            of(account, "accounts.set-billing-owner", &[json!(contract_name(Some(*owner)))])?;
            (account.clone(), "set the billing of")
        }
    };
    done(&api, &account, verb, form)
}

fn create(api: &impl AgencyApi, new: &CreateArgs) -> Result<String, Failure> {
    let CreateArgs { name, id, description, email, address, bill, trial, plan, .. } = new;
    let start = match (trial, plan) {
        (Some(days), _) => json!({"trial": days}),
        (None, Some(plan)) => json!({"active": plan}),
        (None, None) => json!("setup"),
    };
    let account = json!({
        "id": id, "name": name, "description": description, "email": email, "address": address,
        "billing-owner": contract_name(Some(*bill)), "start": start, "plan": new.intended_plan,
        "add-ons": new.add_ons, "template": new.template, "resale-price": new.resale_price,
    });
    let id = api.get("accounts.create", &[account])?;
    Ok(id.as_str().unwrap_or_default().to_owned())
}

fn update(api: &impl AgencyApi, changes: &UpdateArgs) -> Result<(), Failure> {
    let UpdateArgs { account, name, description, email, address, resale_price, intended_plan } =
        changes;
    let changes = json!({
        "name": name, "description": description, "email": email, "address": address,
        "resale-price": resale_price.map(|price| json!({"monthly": price})),
        "intended-plan": intended_plan,
    });
    api.get("accounts.update", &[json!(account), changes]).map(drop)
}

fn move_brand(
    api: &impl AgencyApi,
    brand: &str,
    account: Option<&str>,
    form: Form,
) -> Result<(), Failure> {
    let id = at(&find::brand(api, brand)?, "id").clone();
    api.get("accounts.move-brand", &[id.clone(), json!(account)])?;
    let brand = find::brand(api, id.as_str().unwrap_or_default())?;
    if form.is_json() {
        return Ok(output::answer(brand)?);
    }
    let mut page = Page::on_standard_output();
    let name = string(&brand, "name");
    page.line(&match account {
        Some(account) => format!("moved brand `{name}` into account `{account}`"),
        None => format!("took brand `{name}` out of its account"),
    });
    Ok(page.print()?)
}

const COLUMNS: [Column; 7] = [
    Column::stays("Account"),
    Column::stays("Name"),
    Column::stays("Status"),
    Column::may_go("Brands", 3),
    Column::may_go("Plan", 1),
    Column::may_go("Who pays", 2),
    Column::stays("A month"),
];

fn list(
    api: &impl AgencyApi,
    query: &QueryArgs,
    store: &StoreArgs,
    form: Form,
) -> Result<(), Failure> {
    let (filter, mut accounts) = (query.filter(), Vec::new());
    let is_narrowed = !filter.is_null();
    each_page(api, "accounts.list", &[filter, query.order()], None, |page| {
        accounts.extend(rows_of(page, "accounts")?);
        Ok(())
    })?;
    if form.is_json() {
        return Ok(output::answer(output::list(accounts, None))?);
    }
    let mut page = Page::on_standard_output();
    if accounts.is_empty() && is_narrowed {
        page.line("No account fits.");
        return Ok(page.print()?);
    }
    if accounts.is_empty() {
        let agency = api.agency().unwrap_or_default();
        page.line(&format!(
            "No accounts yet. Create one: clientdesk accounts create <NAME> --agency {agency}{}",
            store.option()
        ));
        return Ok(page.print()?);
    }
    page.line(&count(accounts.len(), "account"));
    page.line("");
    page.table(&COLUMNS, &accounts.iter().map(row).collect::<Vec<_>>());
    Ok(page.print()?)
}

fn row(account: &Value) -> Vec<Shown> {
    let brands = u64::try_from(elements(account, "brands").len()).unwrap_or(u64::MAX);
    vec![
        Shown::Text(string(account, "id")),
        Shown::Strong(string(account, "name")),
        Shown::Text(string(account, "status")),
        Shown::Count(thousands(brands)),
        Shown::Text(plan_words(account)),
        Shown::Text(who_pays(account)),
        Shown::Count(money(at(account, "run-rate"))),
    ]
}

/// Says what was done with an account, and where it stands now; for programs, all of it.
fn done(api: &impl AgencyApi, id: &str, verb: &str, form: Form) -> Result<(), Failure> {
    let account = api.get("accounts.get", &[json!(id)])?;
    if form.is_json() {
        return Ok(output::answer(account)?);
    }
    let mut page = Page::on_standard_output();
    page.line(&format!("{verb} account `{id}` ({})", string(&account, "name")));
    page.line(&stands(&account));
    planned(&account, &mut page);
    Ok(page.print()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_what_matters() {
        let usd = |amount: i64| json!({"amount": amount, "currency": "USD"});
        let account = json!({
            "id": "nike-inc", "name": "Nike Inc", "status": "active", "brands": ["nike", "jordan"],
            "billing-owner": "agency", "pays-itself": false, "plan-due": false,
            "plan": {"id": "small"}, "add-ons": [{"id": "users"}], "run-rate": usd(1_300),
        });
        let mut page = Page::plain();
        page.table(&COLUMNS, &[row(&account)]);
        for told in ["nike-inc", "Nike Inc", "active", "2", "small + users", "the agency", "$13.00"]
        {
            assert!(page.text().contains(told), "{told}: {}", page.text());
        }
    }
}
