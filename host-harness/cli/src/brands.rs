//! `clientdesk brands`: an agency's brands, and what is done with them daily.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::agency_api::{AgencyApi, HostApi, each_page};
use super::answer::{at, number, rows_of, string};
use super::caller::CallerArgs;
use super::failure::Failure;
use super::find;
use super::format::{count, thousands};
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::show::{Column, Page, Shown};
use super::store::StoreArgs;
use super::times;

const EXAMPLES: &str = "\
Examples:
  clientdesk brands --agency acme
      lists the brands in use, and how many clients each has
  clientdesk brands create Nike --id nike --agency acme
      creates a brand
  clientdesk brands archive Nike --agency acme
      takes it out of use: nobody has access to it any more, and it costs nothing";

/// Lists, creates, renames and archives an agency's brands
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BrandsArgs {
    #[command(subcommand)]
    what: Option<What>,
    /// Lists archived brands too
    #[arg(long)]
    archived: bool,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Subcommand)]
enum What {
    /// Lists the brands
    List {
        /// Lists archived brands too
        #[arg(long)]
        archived: bool,
    },
    /// Shows one brand
    Show {
        /// The brand, by id or name
        brand: String,
    },
    /// Creates a brand
    Create {
        /// Its name
        name: String,
        /// Its id; one is made up without it
        #[arg(long, value_name = "ID")]
        id: Option<String>,
    },
    /// Renames a brand
    Rename {
        /// The brand, by id or name
        brand: String,
        /// Its new name
        name: String,
    },
    /// Takes a brand out of use for good
    Archive {
        /// The brand, by id or name
        brand: String,
        /// Also if clients have no other brand: they are revoked
        #[arg(long)]
        revoke_last: bool,
    },
}

pub(crate) fn run(component: &ComponentArgs, args: &BrandsArgs, form: Form) -> Result<(), Failure> {
    let api = HostApi::open(component.host()?, &args.store, &args.caller)?;
    match &args.what {
        None => list(&api, args.archived, &args.store, form),
        Some(What::List { archived }) => list(&api, args.archived || *archived, &args.store, form),
        Some(What::Show { brand }) => show(&find::brand(&api, brand)?, form),
        Some(What::Create { name, id }) => {
            let id = api.get("brands.create", &[json!({"id": id, "name": name})])?;
            done(&api, &id, "created", form)
        }
        Some(What::Rename { brand, name }) => {
            let id = at(&find::brand(&api, brand)?, "id").clone();
            api.get("brands.rename", &[id.clone(), json!(name)])?;
            done(&api, &id, "renamed", form)
        }
        Some(What::Archive { brand, revoke_last }) => {
            let id = at(&find::brand(&api, brand)?, "id").clone();
            let archived = api.get("brands.archive", &[id.clone(), json!(revoke_last)]);
            archived.map_err(|failure| failure.renamed("`revoke-last`", "`--revoke-last`"))?;
            done(&api, &id, "archived", form)
        }
    }
}

/// The columns of a list; the last is of use only where archived brands are listed.
const COLUMNS: [Column; 6] = [
    Column::stays("Brand"),
    Column::stays("Name"),
    Column::stays("Clients"),
    Column::may_go("White-label since", 1),
    Column::may_go("Created", 3),
    Column::may_go("Archived", 2),
];

fn list(
    api: &impl AgencyApi,
    archived: bool,
    store: &StoreArgs,
    form: Form,
) -> Result<(), Failure> {
    let mut brands = Vec::new();
    each_page(api, "brands.list", &[], None, |page| {
        brands.extend(rows_of(page, "brands")?);
        Ok(())
    })?;
    brands.retain(|brand| archived || at(brand, "archived-at").is_null());
    if form.is_json() {
        return Ok(output::answer(output::list(brands, None))?);
    }
    let mut page = Page::on_standard_output();
    if brands.is_empty() {
        let agency = api.agency().unwrap_or_default();
        page.line(&format!(
            "No brands yet. Create one: clientdesk brands create <NAME> --agency {agency}{}",
            store.option()
        ));
        return Ok(page.print()?);
    }
    page.line(&count(brands.len(), "brand"));
    page.line("");
    let columns: &[Column] = match COLUMNS.split_last() {
        Some((_, others)) if !archived => others,
        _ => &COLUMNS,
    };
    page.table(columns, &brands.iter().map(row).collect::<Vec<_>>());
    Ok(page.print()?)
}

fn row(brand: &Value) -> Vec<Shown> {
    let day = |field| at(brand, field).as_u64().map(times::day).unwrap_or_default();
    vec![
        Shown::Text(string(brand, "id")),
        Shown::Strong(string(brand, "name")),
        Shown::Count(thousands(number(brand, "clients"))),
        Shown::Text(day("white-label-since")),
        Shown::Text(day("created-at")),
        Shown::Text(day("archived-at")),
    ]
}

fn show(brand: &Value, form: Form) -> Result<(), Failure> {
    if form.is_json() {
        return Ok(output::answer(brand.clone())?);
    }
    let mut page = Page::on_standard_output();
    page.fields(brand);
    Ok(page.print()?)
}

/// Says what was done with a brand; for programs, what it is now.
fn done(api: &impl AgencyApi, id: &Value, verb: &str, form: Form) -> Result<(), Failure> {
    let id = id.as_str().unwrap_or_default();
    let brand = find::brand(api, id)?;
    if form.is_json() {
        return show(&brand, form);
    }
    let mut page = Page::on_standard_output();
    page.line(&format!("{verb} brand `{id}` ({})", string(&brand, "name")));
    Ok(page.print()?)
}
