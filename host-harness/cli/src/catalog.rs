//! `clientdesk catalog`: what the platform sells, and for how much.

mod tables;

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use clientdesk_host::Host;
use serde_json::{Value, json};

use super::answer::{at, number, rows_of};
use super::billing::preview;
use super::failure::Failure;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::refusal;
use super::show::Page;
use super::store::StoreArgs;

pub(crate) use tables::percent;

const EXAMPLES: &str = "\
Examples:
  clientdesk catalog
      shows prices, plans, add-ons and policies
  clientdesk catalog --json > catalog.json
      writes them to a file, to be changed there
  clientdesk catalog set catalog.json
      sets them anew: the prices count from now on
  clientdesk catalog set catalog.json --preview acme
      says what that would change for an agency, and sets nothing
  clientdesk catalog history
      lists all versions, the latest first";

/// Shows and sets what is sold, and for how much
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CatalogArgs {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Subcommand)]
enum What {
    /// Shows the catalog
    Show,
    /// Sets the catalog from a file
    ///
    /// The file is JSON or TOML, as `catalog --json` prints it: a whole version, or what stands
    /// in its `catalog` alone. Prices are in minor units, such as cents. A version says which one
    /// it was made from, so that nobody's change is lost; `--expected` says so too. The currency
    /// is set before the first agency is created, and stays.
    Set {
        /// The file; `-` is standard input
        file: PathBuf,
        /// The version that it was made from: it is refused if that isn't the latest any more
        #[arg(long, value_name = "VERSION")]
        expected: Option<u64>,
        /// Only says what that would change for this agency
        #[arg(long, value_name = "AGENCY", conflicts_with = "expected")]
        preview: Option<String>,
    },
    /// Lists all versions of the catalog, the latest first
    History,
}

pub(crate) fn run(
    component: &ComponentArgs,
    args: &CatalogArgs,
    form: Form,
) -> Result<(), Failure> {
    let (builder, store) = (component.host()?, &args.store);
    match &args.what {
        None | Some(What::Show) => show(&store.open_to_read(builder)?.build()?, form),
        Some(What::Set { file, preview: Some(agency), .. }) => {
            let change = json!({"set-catalog": given(&text(file)?, file)?.catalog});
            let host = store.open_to_read(builder)?.build()?;
            preview::platforms(&host, agency, &change, None, form)
        }
        Some(What::Set { file, expected, preview: None }) => {
            // What can't be read makes no store.
            let given = given(&text(file)?, file)?;
            set(&store.open_or_create(builder)?.build()?, given, *expected, form)
        }
        Some(What::History) => history(&store.open_to_read(builder)?.build()?, form),
    }
}

/// The catalog as it is.
pub(crate) fn get(host: &Host) -> Result<Value, Failure> {
    host.call("catalog.get", &[]).map_err(refusal::failed)
}

fn show(host: &Host, form: Form) -> Result<(), Failure> {
    let version = get(host)?;
    if form.is_json() {
        return Ok(output::answer(version)?);
    }
    let mut page = Page::on_standard_output();
    tables::fill(&mut page, &version);
    Ok(page.print()?)
}

/// A catalog that was given, and the version that it was made from, where that is said.
struct Given {
    catalog: Value,
    version: Option<u64>,
}

fn text(file: &Path) -> Result<String, Failure> {
    if file == Path::new("-") {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text).context("can't read standard input")?;
        return Ok(text);
    }
    let text = fs::read_to_string(file);
    Ok(text.with_context(|| format!("can't read `{}`", file.display()))?)
}

/// What a file says: JSON begins with a brace, which no TOML does.
fn given(text: &str, file: &Path) -> Result<Given, Failure> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let read: Result<Value, String> = if text.starts_with('{') {
        serde_json::from_str(text).map_err(|error| error.to_string())
    } else {
        toml::from_str(text).map_err(|error| error.to_string())
    };
    let mut read = read.map_err(|why| {
        Failure::failed(format!("`{}` is neither JSON nor TOML: {why}", file.display()))
    })?;
    match read.get_mut("catalog").map(Value::take) {
        Some(catalog) => Ok(Given { catalog, version: at(&read, "version").as_u64() }),
        None => Ok(Given { catalog: read, version: None }),
    }
}

fn set(host: &Host, given: Given, expected: Option<u64>, form: Form) -> Result<(), Failure> {
    let before = number(&get(host)?, "version");
    let expected = expected.or(given.version).unwrap_or(before);
    let set = host.call("catalog.set", &[given.catalog, json!(expected)]);
    let version = set.map_err(refusal::failed)?.as_u64().unwrap_or_default();
    if form.is_json() {
        return Ok(output::answer(get(host)?)?);
    }
    let mut page = Page::on_standard_output();
    page.line(&if version == before {
        format!("nothing changed: the catalog is version {version}")
    } else {
        format!("set version {version} of the catalog; its prices count from now on")
    });
    Ok(page.print()?)
}

fn history(host: &Host, form: Form) -> Result<(), Failure> {
    let mut versions = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let page = host.call("catalog.history", &[json!({"limit": 50, "cursor": cursor})]);
        let page = page.map_err(refusal::failed)?;
        versions.extend(rows_of(&page, "versions")?);
        cursor = at(&page, "next").clone();
        if cursor.is_null() {
            break;
        }
    }
    if form.is_json() {
        return Ok(output::answer(output::list(versions, None))?);
    }
    let mut page = Page::on_standard_output();
    tables::history(&mut page, &versions);
    Ok(page.print()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_a_version_or_a_catalog_in_json_or_toml() {
        let prices = json!({"currency": "EUR", "white-label": {"monthly": 4_900}});
        let file = Path::new("c");
        for (text, version) in [
            (
                json!({"version": 3, "since": "2026-09-01T00:00:00Z", "catalog": prices})
                    .to_string(),
                Some(3),
            ),
            (format!("\u{feff} {prices}"), None),
            ("currency = 'EUR'\nwhite-label.monthly = 4_900".to_owned(), None),
            (
                "version = 2\nsince = 2026-09-01T00:00:00Z\n[catalog]\ncurrency = 'EUR'\n\
                 white-label = { monthly = 4900 }"
                    .to_owned(),
                Some(2),
            ),
        ] {
            let given = given(&text, file).unwrap();
            assert_eq!((given.catalog, given.version), (prices.clone(), version), "{text}");
        }
        for text in ["{\"currency\": }", "currency: EUR", "[1"] {
            let Err(failure) = given(text, file) else { panic!("{text}") };
            assert!(failure.to_string().starts_with("`c` is neither JSON nor TOML: "), "{failure}");
        }
    }
}
