//! Builds the components that the library has built in.
//!
//! - `target`: makes sure that Rust can compile to WebAssembly here;
//! - `guest`: compiles the component's crate;
//! - then `wit-component` makes a component of the module.

mod guest;
mod target;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use wit_component::ComponentEncoder;

/// What all components are made of, from the workspace's root.
const INPUTS: &[&str] = &["wit", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml"];

/// The components: the crate's package and folder, and the file that is made.
const COMPONENTS: &[Crate] = &[
    #[cfg(feature = "built-in")]
    Crate {
        package: "clientdesk-component",
        folder: "component",
        file: "clientdesk.wasm",
        options: INLINING,
    },
    #[cfg(feature = "check-host")]
    Crate {
        package: "clientdesk-check-host",
        folder: "host-harness/check-host",
        file: "check-host.wasm",
        options: &[],
    },
];

/// Inlined less than usual: three tenths smaller.
#[cfg(feature = "built-in")]
const INLINING: &[&str] = &["-C", "llvm-args=-inline-threshold=50"];

/// A crate that is a component.
struct Crate {
    package: &'static str,
    folder: &'static str,
    file: &'static str,
    /// What its compiler is told.
    options: &'static [&'static str],
}

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
    let folders = COMPONENTS.iter().map(|made| made.folder);
    for input in INPUTS.iter().copied().chain(folders) {
        println!("cargo::rerun-if-changed={}", workspace.join(input).display());
    }
    target::ensure()?;
    let target = guest::target_folder(&out)?;
    COMPONENTS.iter().try_for_each(|made| make(made, workspace, &target, &out))
}

fn make(made: &Crate, workspace: &Path, target: &Path, out: &Path) -> Result<(), String> {
    let module = guest::compile(made.package, made.options, workspace, target)?;
    let bytes =
        fs::read(&module).map_err(|error| format!("can't read `{}`: {error}", module.display()))?;
    let component = encode(&bytes).map_err(|error| format!("`{}` {error}", module.display()))?;
    let built = out.join(made.file);
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
