//! Compiles a component's crate with a cargo of its own.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::target::TARGET;

const PROFILE: &str = "component";

/// What the outer cargo sets for this build script, for the host's code or for clippy, and
/// would change what the inner one does.
const NOT_INHERITED: &[&str] = &[
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_MAKEFLAGS",
    "CARGO_TARGET_DIR",
    "CLIPPY_ARGS",
    "HOST",
    "MAKEFLAGS",
    "MFLAGS",
    "NUM_JOBS",
    "OPT_LEVEL",
    "PROFILE",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTFLAGS",
    "TARGET",
];

/// The folder that all builds of the harness share for components: `component` in the
/// workspace's target folder. It is another than the outer cargo's, which holds a lock.
pub fn target_folder(out: &Path) -> Result<PathBuf, String> {
    // OUT_DIR is <target>/[<triple>/]<profile>/build/<package>/out; cargo marks <target>
    // with a file.
    out.ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file())
        .or_else(|| out.ancestors().nth(4))
        .map(|target| target.join("component"))
        .ok_or_else(|| format!("`{}` is in no target folder", out.display()))
}

/// Compiles the crate and tells where the module is.
pub fn compile(
    package: &str,
    options: &[&str],
    workspace: &Path,
    target: &Path,
) -> Result<PathBuf, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(workspace)
        .args(["rustc", "--locked", "--lib"])
        // Without the `rlib` that tests want: only then is it optimised as a whole.
        .args(["--crate-type", "cdylib"])
        .args(["--package", package])
        .args(["--profile", PROFILE])
        .args(["--target", TARGET])
        .arg("--target-dir")
        .arg(target)
        .arg("--")
        .args(options);
    for variable in NOT_INHERITED {
        command.env_remove(variable);
    }
    let status =
        command.status().map_err(|error| format!("can't start cargo for {package}: {error}"))?;
    if !status.success() {
        return Err(format!("{package} doesn't compile for {TARGET}; see above"));
    }
    Ok(target.join(TARGET).join(PROFILE).join(format!("{}.wasm", package.replace('-', "_"))))
}
