//! `clientdesk api-keys`: who may call the HTTP service.

use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};
use clientdesk_host::Host;
use clientdesk_serve::keys::{ApiKey, ApiKeys, Grant, KeyError, NewKey, Role, Stored, check_name};
use serde_json::{Value, json};

use super::agencies;
use super::failure::Failure;
use super::format::cut;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::refusal;
use super::show::{Column, Page, Shown};
use super::store::StoreArgs;
use super::times;

const EXAMPLES: &str = "\
Examples:
  clientdesk api-keys create --name Platform
      makes a key for everything, and shows it this once
  clientdesk api-keys create --name 'CRM sync' --agency acme --role manager --expires-at 2099-01-01
      makes one for an agency, up to a role and a time
  clientdesk api-keys
      lists the keys
  clientdesk api-keys revoke 'CRM sync'
      makes one good for nothing, at once";

/// Makes, lists and revokes the keys with which the HTTP service is called
///
/// The store has their hashes only: a key is shown when it is made, and never again. `clientdesk serve` takes
/// what is changed here up at once.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ApiKeysArgs {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Subcommand)]
enum What {
    /// Lists the keys, the oldest first
    List,
    /// Makes a key; one of the platform's makes the store, too, where there is none
    Create(New),
    /// Makes a key good for nothing, at once
    Revoke {
        /// Its id, or its name where only one has it
        #[arg(value_name = "KEY")]
        key: String,
    },
}

#[derive(Args)]
struct New {
    /// What it is for
    #[arg(long)]
    name: String,
    /// For which agency; without it, it is the platform's: for every function, in any agency
    #[arg(long, value_name = "ID", requires = "role")]
    agency: Option<String>,
    /// The most that it may do in the agency
    #[arg(long, value_name = "ROLE", value_enum, requires = "agency")]
    role: Option<RoleName>,
    /// From when on it is good for nothing; without it, it is good until it is revoked
    #[arg(long, value_name = "TIME", value_parser = times::parse)]
    expires_at: Option<u64>,
}

/// The contract's `role`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleName {
    /// Everything
    Owner,
    /// Nearly everything
    Manager,
    /// Reads only
    Viewer,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Role {
        match name {
            RoleName::Owner => Role::Owner,
            RoleName::Manager => Role::Manager,
            RoleName::Viewer => Role::Viewer,
        }
    }
}

pub(crate) fn run(
    component: &ComponentArgs,
    args: &ApiKeysArgs,
    form: Form,
) -> Result<(), Failure> {
    let (builder, store) = (component.host()?, &args.store);
    match &args.what {
        None | Some(What::List) => list(&store.open_to_read(builder)?.build()?, form),
        Some(What::Revoke { key }) => revoke(&store.open(builder)?.build()?, key, form),
        Some(What::Create(new)) => {
            let builder = match new.agency {
                None => store.open_or_create(builder)?,
                Some(_) => store.open(builder)?,
            };
            create(&builder.build()?, new, form)
        }
    }
}

fn keys(host: &Host) -> ApiKeys {
    ApiKeys::new(Arc::clone(host.storage()), Arc::clone(host.clock()))
}

const COLUMNS: [Column; 6] = [
    Column::stays_whole("Key"),
    Column::stays("Name"),
    Column::stays("Agency"),
    Column::stays("Role"),
    Column::may_go("Made", 1),
    Column::may_go("Good until", 2),
];

fn list(host: &Host, form: Form) -> Result<(), Failure> {
    let Stored { whole: keys, damaged } = keys(host).list()?;
    if form.is_json() {
        let items: Vec<Value> = keys.iter().map(ApiKey::in_json).collect();
        return Ok(output::json(&json!({"items": items, "next": null, "damaged": damaged}))?);
    }
    let mut page = Page::on_standard_output();
    if !damaged.is_empty() {
        page.line(&format!(
            "Damaged, and good for nothing: {}. Revoke them, and make others.",
            damaged.join(", ")
        ));
    } else if keys.is_empty() {
        page.line(
            "No keys yet. Make the platform's first: clientdesk api-keys create --name Platform",
        );
    }
    if !keys.is_empty() {
        let now = host.clock().now();
        page.table(&COLUMNS, &keys.iter().map(|key| row(key, now)).collect::<Vec<_>>());
    }
    Ok(page.print()?)
}

fn row(key: &ApiKey, now: u64) -> Vec<Shown> {
    let (agency, role) = match &key.grant {
        Grant::Platform => ("every", "platform"),
        Grant::Agency { agency, role } => (agency.as_str(), role.name()),
    };
    let until = match key.expires_at {
        None => String::new(),
        Some(end) if end <= now => format!("{}: over", times::second(end)),
        Some(end) => times::second(end),
    };
    let made = times::second(key.created_at);
    [&key.id, &key.name, agency, role, &made, &until]
        .map(|text| Shown::Text(text.to_owned()))
        .into()
}

fn create(host: &Host, new: &New, form: Form) -> Result<(), Failure> {
    if let Some(agency) = &new.agency {
        let found = host.call("agencies.get", &[json!(agency)]).map_err(refusal::failed)?;
        if found.is_null() {
            return Err(agencies::missing(agency, host));
        }
    }
    let grant = Grant::of(new.agency.clone(), new.role.map(Role::from))?;
    let wanted = NewKey { name: new.name.clone(), grant, expires_at: new.expires_at };
    let made = check_name(host, &new.name).and_then(|()| keys(host).create(wanted));
    let (key, secret) = made.map_err(|error| match error {
        KeyError::Wrong { field, problem } => Failure::Usage(format!("`--{field}` {problem}")),
        other => other.into(),
    })?;
    if form.is_json() {
        let mut shown = key.in_json();
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("key".to_owned(), secret.reveal().into());
        }
        return Ok(output::json(&shown)?);
    }
    let mut page = Page::on_standard_output();
    page.line(secret.reveal());
    page.line("");
    page.line(&format!(
        "Keep it: it isn't shown again. Send it along with each call, as `Authorization: Bearer …`. In lists, it is \
         `{}`.",
        key.id
    ));
    Ok(page.print()?)
}

fn revoke(host: &Host, named: &str, form: Form) -> Result<(), Failure> {
    let keys = keys(host);
    let Stored { whole: all, damaged } = keys.list()?;
    if damaged.iter().any(|id| id == named) {
        keys.revoke(named)?;
        if form.is_json() {
            return Ok(output::json(&json!({"id": named, "damaged": true}))?);
        }
        let mut page = Page::on_standard_output();
        page.line(&format!("The key `{named}` was damaged; it is gone."));
        return Ok(page.print()?);
    }
    let meant: Vec<&ApiKey> = match all.iter().find(|key| key.id == named) {
        Some(key) => vec![key],
        None => all.iter().filter(|key| key.name == named).collect(),
    };
    let [key] = meant.as_slice() else {
        let ids: Vec<&str> = meant.iter().map(|key| key.id.as_str()).collect();
        return Err(Failure::failed(match ids.is_empty() {
            true => format!("no key `{}`; `clientdesk api-keys` lists them", cut(named)),
            false => format!("several keys are called `{}`: {}", cut(named), ids.join(", ")),
        }));
    };
    keys.revoke(&key.id)?;
    if form.is_json() {
        return Ok(output::json(&key.in_json())?);
    }
    let mut page = Page::on_standard_output();
    page.line(&format!("The key `{}` ({}) is good for nothing any more.", key.id, key.name));
    Ok(page.print()?)
}
