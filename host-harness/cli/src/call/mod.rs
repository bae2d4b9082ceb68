//! `clientdesk call`: any function, on a store that lasts.

mod arguments;
mod keyed;
mod listing;

use clap::Args;
use clientdesk_host::values::{Shown, ValueError};
use clientdesk_host::{CallError, Function, Host, HostBuilder};
use wasmtime::component::Val;

use super::failure::Failure;
use super::host::ComponentArgs;
use super::output;
use super::store::StoreArgs;
use super::terminal;
use keyed::KeyedCallerArgs;

const EXAMPLES: &str = "\
Examples:
  clientdesk call
      lists all functions, with what they take and return
  clientdesk call agencies.create '{\"id\": \"acme\", \"name\": \"Acme\", …}'
      creates an agency; without arguments, the error shows what is expected
  clientdesk call --agency acme brands.list '{\"limit\": 50}'
      lists the agency's brands, as an owner
  clientdesk call --agency acme --as viewer:eve:Eve clients.revoke 0198…
      is refused, since viewers may only read
  clientdesk call --agency acme audit.read after=0 limit=10
      gives arguments by name; the others are left out";

/// Calls any function of the component, on a store that is kept
///
/// ARGS are the function's arguments, in order or as NAME=VALUE. Each is JSON, WAVE (the
/// component model's own notation), or plain text where text is expected. Optional ones may
/// be left out. The argument `call` (agency, caller, key) is filled in from the options.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CallArgs {
    /// The function, such as `clients.list`; without one, all are listed
    #[arg(value_name = "INTERFACE.FUNCTION")]
    function: Option<String>,
    /// The function's arguments
    // A negative number isn't an option.
    #[arg(value_name = "ARGS", allow_negative_numbers = true)]
    args: Vec<String>,
    /// Lists all functions, with what they take and return
    #[arg(long, conflicts_with = "args")]
    list: bool,
    /// Prints the answer in WAVE instead of JSON
    #[arg(long)]
    wave: bool,
    #[command(flatten)]
    caller: KeyedCallerArgs,
    /// Works in memory only, even with --store: the call starts with an empty store, and
    /// nothing is saved
    #[arg(long, help_heading = "Data")]
    memory: bool,
    #[command(flatten)]
    store: StoreArgs,
}

pub(crate) fn run(component: &ComponentArgs, args: &CallArgs) -> Result<(), Failure> {
    let host = component.host()?.build()?;
    let (Some(name), false) = (&args.function, args.list) else {
        output::print(&listing::describe_all(&host))?;
        return Ok(());
    };
    // A call that makes no sense neither needs a store nor makes one.
    let function = host.function(name).map_err(|error| failure(&host, error))?;
    let values = arguments::values(function, &args.args, &args.caller)
        .map_err(|problem| wrong_argument(function, &problem))?;
    let host = with_store(&host, function, args)?.build()?;
    let answer = host.call_values(name, &values).map_err(|error| failure(&host, error))?;
    print(answer.as_ref(), args.wave)
}

/// A host with the store that the function is called on. An agency is what a store begins
/// with: all else needs one that is there.
fn with_store(host: &Host, function: &Function, args: &CallArgs) -> Result<HostBuilder, Failure> {
    let (builder, store) = (host.sharing(), &args.store);
    if args.memory || function.name().starts_with("system.") {
        return Ok(store.at_time(builder));
    }
    match function.name() {
        "agencies.create" => store.open_or_create(builder),
        _ => store.open(builder),
    }
}

fn print(answer: Option<&Val>, wave: bool) -> Result<(), Failure> {
    let text = match answer {
        Some(answer) if wave => {
            let wave = answer.to_wave().map_err(|error| Failure::failed(format!("{error:#}")))?;
            terminal::shown(&wave)
        }
        Some(answer) => terminal::json(&serde_json::to_string_pretty(&Shown(answer))?),
        None if wave => String::new(),
        None => "null".into(),
    };
    Ok(output::print(&format!("{text}\n"))?)
}

fn failure(host: &Host, error: CallError) -> Failure {
    match error {
        CallError::UnknownFunction { .. } => Failure::Usage(format!(
            "{error}\n`clientdesk call` lists all {} functions",
            host.functions().count()
        )),
        CallError::Refused { function, error } => {
            Failure::failed(format!("`{function}` refused: {error:#}"))
        }
        CallError::Trap { details, .. } => {
            Failure::failed(format!("the component trapped: {details}"))
        }
        other => other.into(),
    }
}

fn wrong_argument(function: &Function, problem: &ValueError) -> Failure {
    Failure::Usage(format!("{problem}\n\n{}", listing::describe(function)))
}
