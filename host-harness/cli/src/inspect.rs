//! `clientdesk inspect`: what a component imports and exports.

use std::path::PathBuf;

use clap::Args;
use clientdesk_host::{Function, Host, Import};
use serde_json::{Value, json};

use super::failure::Failure;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::show::Page;

/// Shows what a component imports and exports, and its size
///
/// A component can touch nothing but what it imports; the built-in one imports storage,
/// mail, clock and secrets.
#[derive(Args)]
pub(crate) struct InspectArgs {
    /// The component; the built-in one, if not given
    #[arg(value_name = "COMPONENT.WASM")]
    file: Option<PathBuf>,
    /// Writes the component into this file, for hosts in other languages
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn run(
    component: &ComponentArgs,
    args: &InspectArgs,
    form: Form,
) -> Result<(), Failure> {
    let component = match &args.file {
        Some(file) => &ComponentArgs::of(file.clone()),
        None => component,
    };
    let bytes = component.bytes()?;
    let host = component.host()?.build()?;
    if let Some(file) = &args.out {
        output::file(file, &bytes)?;
    }
    if form.is_json() {
        return Ok(output::json(&in_json(&host, bytes.len()))?);
    }
    let text = format!(
        "size: {} bytes\n\nimports:\n{}\nexports:\n{}",
        bytes.len(),
        imports(&host),
        exports(&host)
    );
    let mut page = Page::on_standard_output();
    page.line(text.trim_end());
    Ok(page.print()?)
}

fn in_json(host: &Host, size: usize) -> Value {
    let import = |import: &Import| json!({"name": import.name, "functions": import.functions});
    let export =
        |function: &Function| json!({"name": function.name(), "interface": function.interface()});
    json!({
        "size": size,
        "imports": host.imports().iter().map(import).collect::<Value>(),
        "exports": host.functions().map(export).collect::<Value>(),
    })
}

fn imports(host: &Host) -> String {
    let lines = host.imports().iter().map(|import| {
        let functions = match import.functions.as_slice() {
            [] => "types only".into(),
            functions => functions.join(", "),
        };
        format!("  {} ({functions})\n", import.name)
    });
    lines.collect()
}

fn exports(host: &Host) -> String {
    let mut functions: Vec<_> = host.functions().collect();
    functions.sort_by_key(|function| function.interface());
    let mut text = String::new();
    let mut interface = None;
    for function in functions {
        if interface != Some(function.interface()) {
            let name = function.interface().unwrap_or("(no interface)");
            text.push_str(&format!("  {name}\n"));
            interface = Some(function.interface());
        }
        text.push_str(&format!("    {function}\n"));
    }
    text
}
