//! `clientdesk call`: any function, on a store that lasts.

mod arguments;
mod input;
mod keyed;
mod words;

use clap::Args;
use clientdesk_contract::CALL;
use clientdesk_host::values::Shown;
use clientdesk_host::{Function, Host, HostBuilder};
use wasmtime::component::{Type, Val};

use super::agency_api::NO_AGENCY;
use super::failure::Failure;
use super::functions;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::store::StoreArgs;
use super::{refusal, terminal, times};
use input::StandardInput;
use keyed::{KeyedCallerArgs, NO_CALL};
use words::WordError;

const EXAMPLES: &str = "\
Examples:
  clientdesk call
      lists all functions, with what they take and return
  clientdesk call --agency acme clients.invite-by-email '{\"email\": \"ben@nike.example\", \\
      \"brands\": [\"nike\"]}'
      invites somebody; `clientdesk functions clients.invite-by-email` shows what is expected
  clientdesk call --agency acme brands.list '{\"limit\": 50}'
      lists the agency's brands, as an owner
  clientdesk call --agency acme --as viewer:eve:Eve brands.archive nike false
      is refused, since viewers may only read
  clientdesk call --agency acme audit.read after=0 limit=10
      gives arguments by name; the others are left out
  clientdesk call portal.sign-up token=- name=Ann password=-
      reads the token and the password from standard input, a line each";

/// The longest shape that an error shows; `functions` shows the whole.
const SHAPE_MAX: usize = 160;

/// Calls any function of the component, on a store that is kept
///
/// ARGS are the function's arguments, in order or as NAME=VALUE. Each is JSON, WAVE (the
/// component model's own notation), or plain text where text is expected. Optional ones may
/// be left out. The argument `call` (agency, caller, key) is filled in from the options.
/// Times are RFC 3339 or milliseconds since 1970, and RFC 3339 in answers; in WAVE, whose
/// numbers are typed, milliseconds. `-` in place of a value reads it from standard input.
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

pub(crate) fn run(component: &ComponentArgs, args: &CallArgs, form: Form) -> Result<(), Failure> {
    if args.wave && form.is_json() {
        return Err(Failure::Usage("`--wave` and `--json` can't both be: choose one".into()));
    }
    let host = component.host()?.build()?;
    let (Some(name), false) = (&args.function, args.list) else {
        return functions::list(&host, form);
    };
    // A call that makes no sense neither needs a store nor makes one.
    let function = host.function(name).map_err(refusal::failed)?;
    let words = input::filled(&args.args, &mut StandardInput)
        .map_err(|problem| wrong_argument(function, problem))?;
    let mut values = arguments::values(function, &words, &args.caller)
        .map_err(|problem| wrong_argument(function, problem))?;
    let host = with_store(&host, function, args)?.build()?;
    sign(&mut values, function, &words, &args.caller, &host)?;
    let agency = function.params().iter().find(|param| param.name == CALL);
    let agency = agency.and_then(|_| args.caller.agency());
    let answer = host.call_values(name, &values);
    let answer = answer.map_err(|error| refusal::failed_in(error, agency))?;
    print(function, answer.as_ref(), args.wave)
}

/// A host with the store that the function is called on. A store begins with an agency, which may come
/// from another store, or with the catalog that settles its currency first: all else needs one that is
/// there.
fn with_store(host: &Host, function: &Function, args: &CallArgs) -> Result<HostBuilder, Failure> {
    let (builder, store) = (host.sharing(), &args.store);
    if args.memory {
        return Ok(store.at_time(builder));
    }
    match function.name() {
        // It is the same whatever is stored.
        "system.schema" => Ok(store.at_time(builder)),
        "agencies.create" | "catalog.set" | "system.import" => store.open_or_create(builder),
        _ => store.open(builder),
    }
}

/// Puts the agency's name into a caller that nobody named. An argument `call` stays as given.
fn sign(
    values: &mut [Val],
    function: &Function,
    words: &[words::Word],
    caller: &KeyedCallerArgs,
    host: &Host,
) -> Result<(), Failure> {
    let named =
        |word: &words::Word| word.name.as_deref().or(words::name_of(&word.text)) == Some(CALL);
    let is_given = words.iter().any(named);
    for (param, value) in function.params().iter().zip(values) {
        if param.name == CALL && !is_given {
            let signed = caller.signed(param, host);
            *value = signed.map_err(|problem| wrong_argument(function, problem.into()))?;
        }
    }
    Ok(())
}

fn print(function: &Function, answer: Option<&Val>, wave: bool) -> Result<(), Failure> {
    let text = match answer {
        Some(answer) if wave => {
            let wave = answer.to_wave().map_err(|error| Failure::failed(format!("{error:#}")))?;
            terminal::shown(&wave)
        }
        Some(answer) => {
            let answer = times::answered(function.name(), answer);
            return Ok(output::json(&Shown(&answer))?);
        }
        None if wave => String::new(),
        None => "null".into(),
    };
    Ok(output::print(&format!("{text}\n"))?)
}

/// What a text means as an argument of this type, for another command that takes one.
pub(crate) fn argument(
    host: &Host,
    function: &str,
    name: &str,
    ty: &Type,
    text: &str,
) -> Result<Val, Failure> {
    let function = host.function(function).map_err(refusal::failed)?;
    let words = input::filled(&[text.to_owned()], &mut StandardInput)
        .map_err(|problem| wrong_argument(function, problem))?;
    let word = words.first().ok_or_else(|| Failure::Usage(format!("`{name}` is missing")))?;
    arguments::read(word, ty, name, false).map_err(|error| wrong_argument(function, error.into()))
}

fn wrong_argument(function: &Function, problem: WordError) -> Failure {
    let problem = match problem {
        WordError::Value(error) if error.path == NO_CALL => {
            return Failure::Usage(NO_AGENCY.into());
        }
        WordError::Value(mut error) => {
            if let Some((end, _)) = error.expected.char_indices().nth(SHAPE_MAX) {
                error.expected.truncate(end);
                error.expected.push('…');
            }
            WordError::Value(error)
        }
        other => other,
    };
    Failure::Usage(format!(
        "{problem}\n`clientdesk functions {}` shows what it takes",
        function.name()
    ))
}
