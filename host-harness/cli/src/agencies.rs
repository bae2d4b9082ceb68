//! `clientdesk agencies`: the agencies of a store, which only its platform can see.

use clap::{Args, Subcommand, ValueEnum};
use clientdesk_host::Host;
use clientdesk_host::suggest::{close_names, did_you_mean};
use serde_json::{Value, json};

use super::agency_api::PAGE_ROWS_MAX;
use super::agency_file::{self, Abort, Export, Import};
use super::agency_move::{self, Move};
use super::agency_standing::{self, StandingArgs};
use super::agency_terms::{self, TermsArgs};
use super::answer::{at, number, rows_of, string, time};
use super::choice::contract_name;
use super::failure::Failure;
use super::format::{count, cut, thousands};
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::refusal;
use super::show::{Column, Page, Shown};
use super::store::StoreArgs;

const EXAMPLES: &str = "\
Examples:
  clientdesk agencies create acme --name Acme --notification-email office@acme.example \\
      --portal-address https://clients.acme.example
      creates an agency, and the store with the first of them
  clientdesk agencies
      lists the agencies of the store
  clientdesk agencies list --status suspended
      lists those that are suspended
  clientdesk agencies show acme
      shows its settings
  clientdesk agencies suspend acme --reason 'No payment since May'
      puts it to rest: nobody signs in, and operators only look
  clientdesk agencies resume acme --reason 'Paid'
      lets it work again
  clientdesk agencies terms acme
      shows what holds for it besides the catalog: prices of its own, discounts, a trial
  clientdesk agencies set-terms acme --price 39 --annual-price 396 --reason 'Agreed in May'
      gives it prices of its own for white-label of a brand, from now on
  clientdesk agencies set-terms acme --percent-off 20 --months 3 --name Welcome
      takes 20 % off for the next three months
  clientdesk agencies export acme --out acme.jsonl
      makes a file of everything of the agency, for another store
  clientdesk agencies import acme.jsonl --as acme-2 --dry-run
      tells what would become otherwise in this store, such as whose address has a login there
  clientdesk agencies import acme.jsonl --store other.sqlite
      makes the agency from the file, and the store if there is none
  clientdesk agencies move acme --to elsewhere.sqlite
      moves it to another store while it is used; it rests for a moment";

/// Lists, shows, creates, suspends and closes agencies, and sets what holds for one of them
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AgenciesArgs {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Subcommand)]
enum What {
    /// Lists the agencies of the store
    List {
        /// Only those that stand so
        #[arg(long, value_name = "STATUS")]
        status: Option<Status>,
    },
    /// Shows an agency and its settings
    Show {
        /// The agency's id
        #[arg(value_name = "ID", env = "CLIENTDESK_AGENCY")]
        agency: String,
    },
    /// Creates an agency
    Create(New),
    /// Puts an agency to rest: nobody signs in, operators only look, and no mail goes out
    Suspend(StandingArgs),
    /// Lets a suspended agency work again
    Resume(StandingArgs),
    /// Closes an agency for good: as suspended, and nothing is renewed any more
    Close(StandingArgs),
    /// Shows what holds for an agency besides the catalog
    Terms {
        /// The agency's id
        #[arg(value_name = "ID", env = "CLIENTDESK_AGENCY")]
        agency: String,
    },
    /// Changes what holds for an agency besides the catalog
    SetTerms(Box<TermsArgs>),
    /// Makes a file of an agency, with its clients' logins, for another store
    Export(Export),
    /// Makes an agency from such a file; all of it, or nothing
    Import(Import),
    /// Moves an agency to another store: it rests meanwhile, works on there, and is closed here
    Move(Move),
    /// Deletes what came of an import that was interrupted
    AbortImport(Abort),
}

#[derive(Args)]
struct New {
    /// Its id, such as `acme`; one is made up without it
    id: Option<String>,
    /// Its name
    #[arg(long)]
    name: String,
    /// Where notices to the agency go
    #[arg(long, value_name = "ADDRESS")]
    notification_email: String,
    /// Where its portal is: links in mails begin with it
    #[arg(long, value_name = "URL")]
    portal_address: String,
    /// How often white-label is billed
    #[arg(long, value_name = "INTERVAL", default_value = "monthly")]
    billing_interval: Interval,
}

/// The contract's `billing-interval`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Interval {
    /// Every calendar month
    Monthly,
    /// Every calendar year, at a lower price
    Annual,
}

/// The contract's `agency-status`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Status {
    /// At work
    Active,
    /// Put to rest
    Suspended,
    /// Closed for good
    Closed,
}

pub(crate) fn run(
    component: &ComponentArgs,
    args: &AgenciesArgs,
    form: Form,
) -> Result<(), Failure> {
    let (builder, store) = (component.host()?, &args.store);
    match &args.what {
        None => list(&store.open_to_read(builder)?.build()?, None, store, form),
        Some(What::List { status }) => {
            list(&store.open_to_read(builder)?.build()?, *status, store, form)
        }
        Some(What::Suspend(args)) => {
            agency_standing::take(&store.open(builder)?.build()?, "agencies.suspend", args, form)
        }
        Some(What::Resume(args)) => {
            agency_standing::take(&store.open(builder)?.build()?, "agencies.resume", args, form)
        }
        Some(What::Close(args)) => {
            agency_standing::take(&store.open(builder)?.build()?, "agencies.close", args, form)
        }
        Some(What::Show { agency }) => show(&store.open_to_read(builder)?.build()?, agency, form),
        Some(What::Create(new)) => {
            create(&store.open_or_create(builder)?.build()?, new, store, form)
        }
        Some(What::Terms { agency }) => {
            agency_terms::show(&store.open_to_read(builder)?.build()?, agency, form)
        }
        Some(What::SetTerms(terms)) => {
            let builder = match terms.only_looks() {
                true => store.open_to_read(builder)?,
                false => store.open(builder)?,
            };
            agency_terms::set(&builder.build()?, terms, form)
        }
        Some(What::Export(export)) => {
            agency_file::export(&store.open_to_read(builder)?.build()?, export, form)
        }
        Some(What::Import(import)) => {
            if !import.only_looks() && store.is_missing()? {
                // A file that isn't taken makes no store.
                let host = store.open_to_try(component.host()?)?.build()?;
                agency_file::try_out(&host, import, form)?;
            }
            let builder = match import.only_looks() {
                true => store.open_to_try(builder)?,
                false => store.open_or_create(builder)?,
            };
            agency_file::import(&builder.build()?, import, store, form)
        }
        Some(What::Move(args)) => agency_move::run(component, store, args, form),
        Some(What::AbortImport(abort)) => {
            agency_file::abort(&store.open(builder)?.build()?, abort, form)
        }
    }
}

const COLUMNS: [Column; 8] = [
    Column::stays("Agency"),
    Column::stays("Name"),
    Column::stays("Status"),
    Column::may_go("Clients", 5),
    Column::may_go("Notices to", 2),
    Column::may_go("Billed", 3),
    Column::may_go("Portal", 1),
    Column::may_go("Created", 4),
];

fn list(host: &Host, status: Option<Status>, store: &StoreArgs, form: Form) -> Result<(), Failure> {
    let (agencies, damaged) = all(host, status)?;
    if form.is_json() {
        return Ok(output::answer(json!({"items": agencies, "next": null, "damaged": damaged}))?);
    }
    let mut page = Page::on_standard_output();
    for id in &damaged {
        let id = id.as_str().unwrap_or_default();
        page.line(&format!("`{id}` is damaged: clientdesk agencies show {id} says where"));
    }
    if let (true, Some(status)) = (agencies.is_empty(), contract_name(status)) {
        page.line(&format!("No agency is {status}."));
        return Ok(page.print()?);
    }
    if agencies.is_empty() && damaged.is_empty() {
        page.line(&format!(
            "No agencies yet. Create one: clientdesk agencies create <ID> --name <NAME> \
             --notification-email <ADDRESS> --portal-address <URL>{}",
            store.option()
        ));
        return Ok(page.print()?);
    }
    page.line(&match agencies.len() {
        1 => "1 agency".to_owned(),
        number => count(number, "agencie"),
    });
    page.line("");
    page.table(&COLUMNS, &agencies.iter().map(row).collect::<Vec<_>>());
    Ok(page.print()?)
}

/// All agencies that stand so, and the ids of those that are damaged.
fn all(host: &Host, status: Option<Status>) -> Result<(Vec<Value>, Vec<Value>), Failure> {
    let (mut agencies, mut damaged) = (Vec::new(), Vec::new());
    let (status, mut cursor) = (json!(contract_name(status)), Value::Null);
    loop {
        let page = json!({"limit": PAGE_ROWS_MAX, "cursor": cursor});
        let page = host.call("agencies.list", &[status.clone(), page]).map_err(refusal::failed)?;
        agencies.extend(rows_of(&page, "agencies")?);
        damaged.extend(rows_of(&page, "damaged")?);
        cursor = at(&page, "next").clone();
        if cursor.is_null() {
            return Ok((agencies, damaged));
        }
    }
}

/// The ids of all agencies, those that are damaged among them.
pub(crate) fn ids(host: &Host) -> Result<Vec<String>, Failure> {
    let (agencies, damaged) = all(host, None)?;
    let damaged = damaged.iter().filter_map(Value::as_str).map(str::to_owned);
    let mut ids: Vec<String> =
        agencies.iter().map(|agency| string(agency, "id")).chain(damaged).collect();
    ids.sort_unstable();
    Ok(ids)
}

/// That there is no such agency, with those that may have been meant.
pub(crate) fn missing(id: &str, host: &Host) -> Failure {
    let ids = ids(host).unwrap_or_default();
    let close = did_you_mean(&close_names(id, ids.iter().map(String::as_str)));
    Failure::failed(format!("no agency `{}`{close}", cut(id)))
}

fn agency(host: &Host, id: &str) -> Result<Value, Failure> {
    let agency = host.call("agencies.get", &[json!(id)]).map_err(refusal::failed)?;
    if agency.is_null() { Err(missing(id, host)) } else { Ok(agency) }
}

fn row(agency: &Value) -> Vec<Shown> {
    vec![
        Shown::Text(string(agency, "id")),
        Shown::Strong(string(agency, "name")),
        Shown::Text(string(agency, "status")),
        Shown::Text(thousands(number(agency, "clients"))),
        Shown::Text(string(agency, "notification-email")),
        Shown::Text(string(agency, "billing-interval")),
        Shown::Text(string(agency, "portal-address")),
        Shown::Text(time(agency, "created-at")),
    ]
}

fn show(host: &Host, id: &str, form: Form) -> Result<(), Failure> {
    let agency = agency(host, id)?;
    let actor = json!({"id": "cli", "name": string(&agency, "name"), "role": "owner"});
    let call = json!({"agency": id, "actor": actor});
    let settings = host.call("agencies.settings", &[call]).map_err(refusal::failed)?;
    if form.is_json() {
        return Ok(output::answer(json!({"agency": agency, "settings": settings}))?);
    }
    let mut page = Page::on_standard_output();
    page.heading(&string(&agency, "name"));
    page.fields(&agency);
    page.heading("Settings");
    page.fields(&settings);
    Ok(page.print()?)
}

fn create(host: &Host, new: &New, store: &StoreArgs, form: Form) -> Result<(), Failure> {
    let request = json!({
        "id": new.id,
        "name": new.name,
        "notification-email": new.notification_email,
        "portal-address": new.portal_address,
        "billing-interval": contract_name(Some(new.billing_interval)),
    });
    let id = host.call("agencies.create", &[request]).map_err(refusal::failed)?;
    let id = id.as_str().unwrap_or_default();
    if form.is_json() {
        return Ok(output::answer(agency(host, id)?)?);
    }
    let mut page = Page::on_standard_output();
    page.line(&format!("created agency `{id}`"));
    page.line(&format!("Next: clientdesk brands create <NAME> --agency {id}{}", store.option()));
    Ok(page.print()?)
}
