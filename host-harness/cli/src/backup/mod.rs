//! `clientdesk backup` and `clientdesk restore`: a store with its keys and mails.
//!
//! | to find | open |
//! | --- | --- |
//! | what a backup holds, and how damage shows | `manifest.rs` |
//! | folders and archives | `archive.rs` |
//! | files that only their owner may read | `files.rs` |
//! | the way back | `restore.rs` |

mod archive;
mod files;
mod manifest;
mod restore;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use clientdesk_host::adapters::secrets::{RememberedSecrets, Secrets as _, SystemSecrets};
use clientdesk_host::adapters::storage::Storage;
use serde_json::json;

use super::failure::Failure;
use super::format::count;
use super::output::{self, Form};
use super::show::Page;
use super::store::{StoreFile, keys_of, mails_of};
use files::Draft;
use manifest::{KEYS, MAILS, Manifest, STORE};

pub(crate) use restore::{RestoreArgs, run as restore};

const EXAMPLES: &str = "\
Examples:
  clientdesk backup backups/2026-09-01
      copies the store with its keys and mails into a new folder
  clientdesk backup backups/2026-09-01.tar
      the same as one file
  clientdesk restore backups/2026-09-01 --store clients.sqlite
      checks the backup and makes a store of it";

/// Copies a store together with its keys and mails, while others go on using it
///
/// The copy is of one moment. A manifest tells the digest of every file in it, so that damage
/// shows. It holds the keys: whoever gets it has what you have, so keep it private.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BackupArgs {
    /// Where to: a folder that doesn't exist yet, or a file if the name ends in `.tar`
    #[arg(value_name = "FOLDER|FILE.TAR")]
    target: PathBuf,
    #[command(flatten)]
    store: StoreFile,
}

pub(crate) fn run(args: &BackupArgs, form: Form) -> Result<(), Failure> {
    let target = args.target.as_path();
    must_be_free(target)?;
    must_have_folder(target)?;
    let draft = Draft::folder_for(target)?;
    let manifest = fill(&args.store, draft.path())?;
    let digest = manifest.digest();
    archive::place(draft, target)?;
    let keys = manifest.keys().len();
    let mails = manifest.files().filter(|file| file.ends_with(".eml")).count();
    if form.is_json() {
        let answer = json!({
            "backup": target,
            "made-at": manifest.made_at(),
            "keys": manifest.keys(),
            "mails": mails,
            "sha256": digest,
        });
        return Ok(output::json(&answer)?);
    }
    let mut page = Page::on_standard_output();
    page.line(&format!(
        "Backed up the store, {} and {} to `{}`.",
        count(keys, "key"),
        count(mails, "mail"),
        target.display()
    ));
    page.line(&format!("Digest: sha256 {digest}"));
    page.line("It holds the keys: keep it as private as the store itself.");
    Ok(page.print()?)
}

/// Copies everything into the folder, the manifest last.
fn fill(file: &StoreFile, folder: &Path) -> Result<Manifest> {
    let storage = Arc::new(file.open_file(
        "back a store on a server up with the server's own means, such as pg_dump or `etcdctl snapshot save`, and then its keys",
    )?);
    let store = storage.path().to_owned();
    let ring = file.ring()?;
    ring.file("a backup holds them, so write them to a file of the store's name with .keys.json behind it, and leave --keys out")?;
    // Keys that aren't the store's own would make a backup that opens no door.
    let secrets = SystemSecrets::open(keys_of(&store))?;
    let shared: Arc<dyn Storage> = storage.clone();
    let secrets = RememberedSecrets::new(Arc::new(secrets), shared)?;
    let copied = storage.copy_to(&folder.join(STORE));
    copied.map_err(|error| anyhow::anyhow!("can't copy `{}`: {error}", store.display()))?;
    // After the store: a key that was added meanwhile is in the file by then.
    files::copy(&keys_of(&store), &folder.join(KEYS))?;
    let mails = mails_of(&store);
    if mails.is_dir() {
        files::make_folder(&folder.join(MAILS))?;
        for name in files::names_in(&mails)? {
            copy_mail(&mails.join(&name), &folder.join(MAILS).join(&name))?;
        }
    }
    let keys = secrets.keys()?.into_iter().map(|key| key.id);
    let manifest = Manifest::of(folder, keys)?;
    files::write(&folder.join(manifest::NAME), manifest.render()?.as_bytes())?;
    Ok(manifest)
}

/// Copies a mail, unless it is one that is only being written, or was erased just now.
fn copy_mail(from: &Path, to: &Path) -> Result<()> {
    let draft = from.extension().is_some_and(|ending| ending == "tmp");
    if draft || !from.is_file() {
        return Ok(());
    }
    match files::copy(from, to) {
        Err(_) if !from.exists() => Ok(fs::remove_file(to).or_else(|error| {
            if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
        })?),
        copied => copied,
    }
}

/// Refuses a place where there is something.
fn must_be_free(path: &Path) -> Result<()> {
    if path.symlink_metadata().is_ok() {
        bail!("`{}` already exists; nothing is overwritten: move it away first", path.display());
    }
    Ok(())
}

/// Refuses a place in a folder that isn't there: it may be mistyped.
fn must_have_folder(path: &Path) -> Result<()> {
    let folder = folder_of(path);
    if !folder.is_dir() {
        bail!("there is no folder `{}`", folder.display());
    }
    Ok(())
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// What went wrong with a file, by name.
fn with_name<T, E: Into<anyhow::Error>>(
    what: &str,
    path: &Path,
    done: std::result::Result<T, E>,
) -> Result<T> {
    done.map_err(Into::into).with_context(|| format!("can't {what} `{}`", path.display()))
}
