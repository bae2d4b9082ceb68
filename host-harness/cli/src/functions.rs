//! `clientdesk functions`: what `call` can call, with what each takes and gives.

use clap::Args;
use clientdesk_contract::words::words;
use clientdesk_contract::{CALL, times};
use clientdesk_host::values::shape;
use clientdesk_host::{Function, Host, Param};
use serde_json::{Value, json};

use super::failure::Failure;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::refusal;
use super::show::Page;

const EXAMPLES: &str = "\
Examples:
  clientdesk functions
      lists all functions, with what they take and return
  clientdesk functions clients.invite-by-email
      shows one, with what the contract says of it";

/// Lists the functions that `call` can call
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct FunctionsArgs {
    /// The function, such as `clients.list`; without one, all are listed
    #[arg(value_name = "INTERFACE.FUNCTION")]
    function: Option<String>,
}

pub(crate) fn run(
    component: &ComponentArgs,
    args: &FunctionsArgs,
    form: Form,
) -> Result<(), Failure> {
    let host = component.host()?.build()?;
    let Some(name) = &args.function else { return list(&host, form) };
    let function = host.function(name).map_err(refusal::failed)?;
    if form.is_json() {
        return Ok(output::json(&in_json(function))?);
    }
    let words = words(function.name()).map(|words| format!("\n{words}\n")).unwrap_or_default();
    print(&format!("{}{words}", described(function)))
}

/// All functions.
pub(crate) fn list(host: &Host, form: Form) -> Result<(), Failure> {
    if form.is_json() {
        let functions: Vec<Value> = host.functions().map(in_json).collect();
        return Ok(output::json(&output::list(functions, None))?);
    }
    let mut text = "Whatever is marked with `?` is optional.\n".to_owned();
    for function in host.functions() {
        text.push('\n');
        text.push_str(&described(function));
    }
    print(&text)
}

fn print(text: &str) -> Result<(), Failure> {
    let mut page = Page::on_standard_output();
    page.line(text.trim_end());
    Ok(page.print()?)
}

/// The function, a line for each parameter and one for what it gives.
fn described(function: &Function) -> String {
    let mut text = format!("{}\n", function.name());
    for param in function.params() {
        if param.name == CALL {
            text.push_str("    call: filled in from --agency, --as, --key and --quote\n");
        } else {
            text.push_str(&format!("    {}\n", param_shape(function, param)));
        }
    }
    if let Some(answer) = function.answer() {
        text.push_str(&format!("    -> {}\n", answer_shape(function, &shape(&answer))));
    }
    text
}

fn param_shape(function: &Function, param: &Param) -> String {
    let shape = times::named_in(&param.shape());
    if times::is_parameter(function.name(), &param.name) {
        return shape.replace("u64", "timestamp");
    }
    shape
}

fn answer_shape(function: &Function, shape: &str) -> String {
    if times::is_answer(function.name()) {
        return shape.replace("u64", "timestamp");
    }
    times::named_in(shape)
}

fn in_json(function: &Function) -> Value {
    let params: Vec<Value> = function
        .params()
        .iter()
        .map(|param| {
            let shape = param_shape(function, param);
            let ty = shape.split_once(": ").map(|(_, ty)| ty.to_owned());
            json!({"name": param.name, "type": ty, "optional": param.is_optional()})
        })
        .collect();
    let answer = function.answer().map(|answer| answer_shape(function, &shape(&answer)));
    json!({
        "name": function.name(),
        "parameters": params,
        "answer": answer,
        "says": words(function.name()),
    })
}
