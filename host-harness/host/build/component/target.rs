//! Makes sure that Rust can compile to WebAssembly here.

use std::env;
use std::path::PathBuf;
use std::process::Command;

/// What the component is compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Adds the target if it is missing and `rustup` is there.
pub fn ensure() -> Result<(), String> {
    if is_installed() {
        return Ok(());
    }
    println!("cargo::warning=the target {TARGET} is missing: adding it with rustup");
    if add().is_some() && is_installed() {
        return Ok(());
    }
    Err(format!(
        "Rust's standard library for {TARGET} is missing, and adding it failed.\n\
         With rustup, run: {}\n\
         Without rustup, install it with the package manager that Rust came from.",
        add_command().join(" ")
    ))
}

fn is_installed() -> bool {
    standard_library().is_some_and(|folder| folder.is_dir())
}

fn standard_library() -> Option<PathBuf> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "sysroot"]).output().ok()?;
    let sysroot = String::from_utf8(output.stdout).ok()?;
    let targets = PathBuf::from(sysroot.trim()).join("lib/rustlib");
    Some(targets.join(TARGET).join("lib"))
}

fn add() -> Option<()> {
    let command = add_command();
    let (program, args) = command.split_first()?;
    let status = Command::new(program).args(args).status().ok()?;
    status.success().then_some(())
}

/// The command, for the toolchain in use: rustup's default may be another.
fn add_command() -> Vec<String> {
    let mut command = ["rustup", "target", "add"].map(String::from).to_vec();
    if let Ok(toolchain) = env::var("RUSTUP_TOOLCHAIN") {
        command.extend(["--toolchain".into(), toolchain]);
    }
    command.push(TARGET.into());
    command
}
