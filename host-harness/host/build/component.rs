//! Builds the component that the library has built in.
//!
//! - `target`: makes sure that Rust can compile to WebAssembly here;
//! - `guest`: compiles the component's crate;
//! - then `wit-component` makes a component of the module.

mod guest;
mod target;

use std::env;
use std::fs;
use std::path::PathBuf;

use wit_component::ComponentEncoder;

/// What the component is made of, from the workspace's root.
const INPUTS: &[&str] = &["component", "wit", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml"];

/// Tells cargo what is wrong, and that the build failed.
pub fn build_or_exit() {
    if let Err(problem) = build() {
        for line in problem.lines() {
            println!("cargo::error={line}");
        }
        std::process::exit(1);
    }
}

fn build() -> Result<(), String> {
    let out = folder("OUT_DIR")?;
    let package = folder("CARGO_MANIFEST_DIR")?;
    let workspace = package.ancestors().nth(2).ok_or("the package stands outside its workspace")?;
    for input in INPUTS {
        println!("cargo::rerun-if-changed={}", workspace.join(input).display());
    }
    target::ensure()?;
    let module = guest::compile(workspace, &guest::target_folder(&out)?)?;
    let bytes =
        fs::read(&module).map_err(|error| format!("can't read `{}`: {error}", module.display()))?;
    let component = encode(&bytes).map_err(|error| format!("`{}` {error}", module.display()))?;
    let built = out.join("clientdesk.wasm");
    fs::write(&built, component)
        .map_err(|error| format!("can't write `{}`: {error}", built.display()))
}

fn encode(module: &[u8]) -> Result<Vec<u8>, String> {
    let encoded = ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|encoder| encoder.encode());
    encoded.map_err(|error| format!("makes no component: {error:#}"))
}

fn folder(variable: &str) -> Result<PathBuf, String> {
    env::var_os(variable).map(PathBuf::from).ok_or_else(|| format!("cargo didn't set {variable}"))
}
