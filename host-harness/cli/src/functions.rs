//! `clientdesk functions`: what `call` can call, with what each takes and gives.

use clap::Args;
use clientdesk_host::values::shape;
use clientdesk_host::{Function, Host, Param};
use serde_json::{Value, json};

use super::failure::Failure;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::show::Page;
use super::{refusal, times};

/// The contract, as it stands in the repository.
const CONTRACT: [(&str, &str); 11] = [
    ("accounts", include_str!("../../../wit/accounts.wit")),
    ("agencies", include_str!("../../../wit/agencies.wit")),
    ("audit", include_str!("../../../wit/audit.wit")),
    ("billing", include_str!("../../../wit/billing.wit")),
    ("brands", include_str!("../../../wit/brands.wit")),
    ("catalog", include_str!("../../../wit/catalog.wit")),
    ("clients", include_str!("../../../wit/clients.wit")),
    ("health", include_str!("../../../wit/health.wit")),
    ("jobs", include_str!("../../../wit/jobs.wit")),
    ("portal", include_str!("../../../wit/portal.wit")),
    ("system", include_str!("../../../wit/system.wit")),
];

/// The parameter that the options fill.
pub(crate) const CALL: &str = "call";

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

/// What the contract says of a function; none of one that isn't in it.
fn words(name: &str) -> Option<String> {
    let (interface, function) = name.split_once('.')?;
    let (_, wit) = CONTRACT.iter().find(|(name, _)| *name == interface)?;
    let mut comment: Vec<&str> = Vec::new();
    for line in wit.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            comment.push(text.strip_prefix(' ').unwrap_or(text));
        } else if line.trim_start_matches('%').starts_with(&format!("{function}: func(")) {
            return Some(comment.join("\n"));
        } else {
            comment.clear();
        }
    }
    None
}

/// The function that carries out a case of the contract's `change` or `platform-change`: the contract
/// names it above each.
pub(crate) fn command_of(change: &str) -> Option<&'static str> {
    let (_, wit) = CONTRACT.iter().find(|(name, _)| *name == "billing")?;
    let lines = wit.lines().map(str::trim);
    let cases = lines.clone().skip(1).zip(lines).filter(|(case, _)| case.ends_with("),"));
    let case = |line: &str| line.split_once('(').is_some_and(|(name, _)| name == change);
    let mut names = cases.filter(|(line, _)| case(line)).filter_map(|(_, words)| {
        let name = words.strip_prefix("/// `")?.split('`').next()?;
        name.contains('.').then_some(name)
    });
    names.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_has_the_contracts_words() {
        let host = Host::builder().build().unwrap();
        for function in host.functions() {
            let words = words(function.name()).unwrap_or_default();
            assert!(words.len() > 15 && words.ends_with('.'), "{}: {words}", function.name());
        }
        assert!(words("clients.revoke").unwrap().starts_with("Removes all access of a client"));
        assert_eq!(words("clients.nothing"), None);
    }
}
