//! `clientdesk webhooks`: where agencies' logs are sent.

use std::sync::Arc;

use clap::{Args, Subcommand};
use clientdesk_serve::webhooks::{NewWebhook, Stored, Webhook, WebhookError, Webhooks};
use serde_json::{Value, json};

use super::agencies;
use super::failure::Failure;
use super::format::cut;
use super::host::ComponentArgs;
use super::kinds;
use super::output::{self, Form};
use super::refusal;
use super::show::{Column, Page, Shown};
use super::store::StoreArgs;

const EXAMPLES: &str = "\
Examples:
  clientdesk webhooks create http://127.0.0.1:9000/hooks --agency acme
      sends the log of an agency to this address as it grows, and shows the secret that messages are signed with
  clientdesk webhooks create https://crm.example/hooks --agency acme --kind client-joined
      sends entries of one kind only; `--kind` may be given several times
  clientdesk webhooks
      lists them, with how far each is and what fails
  clientdesk webhooks resume http://127.0.0.1:9000/hooks
      tries one that fails, or was given up, again at once
  clientdesk webhooks delete http://127.0.0.1:9000/hooks
      sends nothing there any more";

/// Sends agencies' logs to addresses of their choice: makes, lists, tries out and deletes webhooks
///
/// `clientdesk serve` sends the messages, each entry at least once and in order; docs/http.md describes them. What is
/// made here is the platform's: it may go by HTTP, and to addresses within its own network.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct WebhooksArgs {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Subcommand)]
enum What {
    /// Lists the webhooks, the oldest first
    List,
    /// Makes a webhook
    Create(New),
    /// Sends a message that says nothing, and tells what came of it
    Test {
        /// Its id, or its address where only one has it
        #[arg(value_name = "WEBHOOK")]
        hook: String,
    },
    /// Tries one that fails, or was given up, again at once
    Resume {
        /// Its id, or its address where only one has it
        #[arg(value_name = "WEBHOOK")]
        hook: String,
    },
    /// Deletes one
    Delete {
        /// Its id, or its address where only one has it
        #[arg(value_name = "WEBHOOK")]
        hook: String,
    },
}

#[derive(Args)]
struct New {
    /// Where messages go
    #[arg(value_name = "URL")]
    url: String,
    /// Whose log
    #[arg(long, value_name = "ID", env = "CLIENTDESK_AGENCY")]
    agency: String,
    /// A kind of log entries that is sent; can be repeated. Without it, all are
    #[arg(long = "kind", value_name = "KIND", value_parser = kinds::events(), hide_possible_values = true)]
    kinds: Vec<String>,
    /// The number of the entry to begin behind, 0 for the first; without it, only what comes is sent
    #[arg(long, value_name = "NUMBER")]
    after: Option<u64>,
}

pub(crate) fn run(
    component: &ComponentArgs,
    args: &WebhooksArgs,
    form: Form,
) -> Result<(), Failure> {
    let builder = component.host()?;
    let builder = match &args.what {
        None | Some(What::List) => args.store.open_to_read(builder)?,
        Some(_) => args.store.open(builder)?,
    };
    let hooks = Webhooks::new(Arc::new(builder.build()?));
    match &args.what {
        None | Some(What::List) => list(&hooks, &args.store, form),
        Some(What::Create(new)) => create(&hooks, new, form),
        Some(What::Test { hook }) => test(&hooks, hook, form),
        Some(What::Resume { hook }) => {
            let hook = find(&hooks, hook)?;
            hooks.resume(hook.id())?;
            done(&hook, "is tried again at once, while the service runs", form)
        }
        Some(What::Delete { hook }) => {
            let damaged = hooks.list()?.damaged;
            if damaged.contains(hook) {
                hooks.delete(hook)?;
                return gone(hook, form);
            }
            let hook = find(&hooks, hook)?;
            hooks.delete(hook.id())?;
            done(&hook, "is gone: nothing is sent there any more", form)
        }
    }
}

const COLUMNS: [Column; 6] = [
    Column::stays_whole("Webhook"),
    Column::stays("Agency"),
    Column::stays("Address"),
    Column::stays("State"),
    Column::may_go("Up to entry", 2),
    Column::may_go("Problem", 1),
];

fn list(hooks: &Webhooks, store: &StoreArgs, form: Form) -> Result<(), Failure> {
    let Stored { whole: all, damaged } = hooks.list()?;
    if form.is_json() {
        let items: Vec<Value> = all.iter().map(Webhook::in_json).collect();
        return Ok(output::json(&json!({"items": items, "next": null, "damaged": damaged}))?);
    }
    let mut page = Page::on_standard_output();
    if !damaged.is_empty() {
        let damaged = damaged.join(", ");
        page.line(&format!("Damaged, and never sent to: {damaged}. Delete them, and make others."));
    } else if all.is_empty() {
        let option = store.option();
        page.line(&format!(
            "No webhooks yet. Make one: clientdesk webhooks create <URL> --agency <ID>{option}"
        ));
    }
    if !all.is_empty() {
        page.table(&COLUMNS, &all.iter().map(row).collect::<Vec<_>>());
    }
    Ok(page.print()?)
}

fn row(hook: &Webhook) -> Vec<Shown> {
    let shown = hook.in_json();
    let at = |path: &str| shown.pointer(path).map(Value::to_string).unwrap_or_default();
    let problem = shown.pointer("/failing/problem").and_then(Value::as_str).unwrap_or_default();
    let position = at("/delivered");
    [hook.id(), hook.agency(), hook.url(), hook.state(), &position, problem]
        .map(|text| Shown::Text(text.to_owned()))
        .into()
}

fn create(hooks: &Webhooks, new: &New, form: Form) -> Result<(), Failure> {
    let wanted = NewWebhook {
        agency: new.agency.clone(),
        url: new.url.clone(),
        kinds: new.kinds.clone(),
        after: new.after,
        anywhere: true,
        repeated_by: None,
    };
    let (hook, secret) = hooks.create(wanted).map_err(|error| match error {
        WebhookError::Wrong { field: "agency", .. } => agencies::missing(&new.agency, hooks.host()),
        WebhookError::Wrong { field: "url", problem } => {
            Failure::Usage(format!("the address {problem}"))
        }
        WebhookError::Wrong { field, problem } => Failure::Usage(format!("`--{field}` {problem}")),
        WebhookError::Log(error) => refusal::failed(error),
        other => other.into(),
    })?;
    if form.is_json() {
        let mut shown = hook.in_json();
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("secret".to_owned(), secret.reveal().into());
        }
        return Ok(output::json(&shown)?);
    }
    let mut page = Page::on_standard_output();
    page.line(&secret.reveal());
    page.line("");
    page.line(&format!(
        "Keep it: messages are signed with it, and it isn't shown again. In lists, the webhook is `{}`.",
        hook.id()
    ));
    Ok(page.print()?)
}

fn test(hooks: &Webhooks, named: &str, form: Form) -> Result<(), Failure> {
    let hook = find(hooks, named)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let sent = runtime.block_on(hooks.test(&hook));
    if form.is_json() {
        output::json(&sent.in_json())?;
    }
    match &sent.problem {
        Some(problem) => Err(Failure::failed(format!("the message wasn't taken: {problem}"))),
        None if form.is_json() => Ok(()),
        None => {
            let mut page = Page::on_standard_output();
            page.line(&format!("The message was taken, in {} ms.", sent.took.as_millis()));
            Ok(page.print()?)
        }
    }
}

/// The one that is meant.
fn find(hooks: &Webhooks, named: &str) -> Result<Webhook, Failure> {
    let mut all = hooks.list()?.whole;
    let by_id = all.iter().position(|hook| hook.id() == named);
    if let Some(place) = by_id {
        return Ok(all.swap_remove(place));
    }
    let mut meant = all.into_iter().filter(|hook| hook.url() == named);
    match (meant.next(), meant.next()) {
        (Some(hook), None) => Ok(hook),
        (Some(one), Some(other)) => {
            let (one, other) = (one.id(), other.id());
            let text = format!("several webhooks go to `{}`: `{one}`, `{other}`", cut(named));
            Err(Failure::failed(text))
        }
        (None, _) => Err(Failure::failed(format!(
            "no webhook `{}`; `clientdesk webhooks` lists them",
            cut(named)
        ))),
    }
}

fn gone(id: &str, form: Form) -> Result<(), Failure> {
    if form.is_json() {
        return Ok(output::json(&json!({"id": id, "damaged": true}))?);
    }
    let mut page = Page::on_standard_output();
    page.line(&format!("The webhook `{id}` was damaged; it is gone."));
    Ok(page.print()?)
}

fn done(hook: &Webhook, what: &str, form: Form) -> Result<(), Failure> {
    if form.is_json() {
        return Ok(output::json(&hook.in_json())?);
    }
    let mut page = Page::on_standard_output();
    page.line(&format!("The webhook `{}` {what}.", hook.id()));
    Ok(page.print()?)
}
