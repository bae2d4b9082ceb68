//! `clientdesk check` and `clientdesk repair`: whether what follows from other rows is what is there.

use clap::Args;
use clientdesk_host::{CallError, Host};
use serde_json::{Value, json};

use super::agencies;
use super::answer::{at, number, rows_of, string};
use super::failure::Failure;
use super::format::{count, thousands};
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::refusal;
use super::show::{Column, Page, Shown};
use super::store::StoreArgs;

const CHECK_EXAMPLES: &str = "\
Examples:
  clientdesk check
      looks at all agencies of the store, and at the log-ins that they share
  clientdesk check --agency acme
      looks at one of them";

const REPAIR_EXAMPLES: &str = "\
Examples:
  clientdesk repair
      mends what `clientdesk check` finds, and says what it can't mend";

/// Looks whether a store is whole: works its indexes and counters out anew, and compares
///
/// It changes nothing, and may run while the store is used. Whether the log is as it was written is for
/// `clientdesk log verify`.
#[derive(Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    which: Which,
}

/// Writes a store's indexes and counters anew where they aren't as they should be
///
/// What they follow from is never touched. What contradicts itself is listed: a backup may have what
/// is lost. May run while the store is used; running it twice does no harm.
#[derive(Args)]
#[command(after_help = REPAIR_EXAMPLES)]
pub(crate) struct RepairArgs {
    #[command(flatten)]
    which: Which,
}

#[derive(Args)]
struct Which {
    /// Only this agency, without what agencies share
    #[arg(long, value_name = "ID", env = "CLIENTDESK_AGENCY")]
    agency: Option<String>,
    #[command(flatten)]
    store: StoreArgs,
}

const COLUMNS: [Column; 4] = [
    Column::may_go("Agency", 2),
    Column::stays("What"),
    Column::may_go("Belongs to", 1),
    Column::stays("Which"),
];

/// What looking at some or all came to.
#[derive(Default)]
struct Total {
    looked_at: u64,
    differences: Vec<Value>,
}

pub(crate) fn check(
    component: &ComponentArgs,
    args: &CheckArgs,
    form: Form,
) -> Result<(), Failure> {
    let Which { agency, store } = &args.which;
    let host = store.open_to_read(component.host()?)?.build()?;
    let total = all(&host, "system.check", agency.as_deref())?;
    let found = total.differences.len();
    if found == 0 {
        return total.print(form, "all are as they should be");
    }
    total.print(form, &format!("{} as it should be", are_not(found)))?;
    Err(Failure::failed(
        "the store isn't whole: `clientdesk repair` mends what can be mended".to_owned(),
    ))
}

pub(crate) fn repair(
    component: &ComponentArgs,
    args: &RepairArgs,
    form: Form,
) -> Result<(), Failure> {
    let Which { agency, store } = &args.which;
    let host = store.open(component.host()?)?.build()?;
    let total = all(&host, "system.repair", agency.as_deref())?;
    let is_left = |difference: &&Value| at(difference, "kind") == "contradiction";
    let left = total.differences.iter().filter(is_left).count();
    let mended = total.differences.len() - left;
    total.print(form, &format!("{} mended", count(mended, "row")))?;
    if left == 0 {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "{} contradict what others say, and nothing tells which is right: a backup may have what is lost",
        count(left, "row")
    )))
}

fn are_not(found: usize) -> String {
    format!("{} {}", count(found, "row"), if found == 1 { "isn't" } else { "aren't" })
}

/// Looks at one agency, or at all and what they share.
fn all(host: &Host, function: &str, agency: Option<&str>) -> Result<Total, Failure> {
    let mut total = Total::default();
    match agency {
        Some(agency) => total.add(host, function, Some(agency))?,
        None => {
            for agency in agencies::ids(host)? {
                total.add_any(host, function, &agency)?;
            }
            total.add(host, function, None)?;
        }
    }
    Ok(total)
}

impl Total {
    /// The same as [`Total::add`], of an agency that may be damaged as a whole: the others are looked at all the
    /// same.
    fn add_any(&mut self, host: &Host, function: &str, agency: &str) -> Result<(), Failure> {
        let Err(failure) = self.add(host, function, Some(agency)) else { return Ok(()) };
        let lost = host.call("agencies.get", &[json!(agency)]);
        let message = match &lost {
            Ok(Value::Null) => "its own row isn't there, but others of it are".to_owned(),
            Err(CallError::Refused { error, .. }) if !at(error, "corrupt").is_null() => {
                string(error, "corrupt")
            }
            _ => return Err(failure),
        };
        self.differences.push(json!({
            "agency": agency, "kind": "contradiction", "key": format!("a/{agency}/agency"),
            "belongs-to": format!("agency `{agency}`"), "message": message,
        }));
        Ok(())
    }

    fn add(&mut self, host: &Host, function: &str, agency: Option<&str>) -> Result<(), Failure> {
        let mut cursor = Value::Null;
        loop {
            let page = host.call(function, &[json!(agency), cursor]).map_err(refusal::failed)?;
            self.looked_at += number(&page, "looked-at");
            for mut difference in rows_of(&page, "differences")? {
                if let Some(fields) = difference.as_object_mut() {
                    fields.insert("agency".to_owned(), json!(agency));
                }
                self.differences.push(difference);
            }
            cursor = at(&page, "next").clone();
            if cursor.is_null() {
                return Ok(());
            }
        }
    }

    fn print(&self, form: Form, outcome: &str) -> Result<(), Failure> {
        let Total { looked_at, differences } = self;
        if form.is_json() {
            let answer = json!({"looked-at": looked_at, "differences": differences});
            return Ok(output::answer(answer)?);
        }
        let mut page = Page::on_standard_output();
        page.line(&format!("Looked at {} rows: {outcome}.", thousands(*looked_at)));
        if !differences.is_empty() {
            page.line("");
            page.table(&COLUMNS, &differences.iter().map(row).collect::<Vec<_>>());
        }
        Ok(page.print()?)
    }
}

fn row(difference: &Value) -> Vec<Shown> {
    let text = |field| Shown::Text(string(difference, field));
    let agency = match at(difference, "agency") {
        Value::Null => Shown::Text("all".to_owned()),
        _ => text("agency"),
    };
    vec![agency, text("kind"), text("belongs-to"), text("message")]
}
