//! `clientdesk restore`

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use clientdesk_host::adapters::secrets::{RememberedSecrets, SystemSecrets};
use clientdesk_host::adapters::storage::SqliteStorage;
use serde_json::json;

use super::files::{self, Draft};
use super::manifest::{KEYS, MAILS, Manifest, NAME, STORE};
use super::{EXAMPLES, archive, must_be_free, must_have_folder};
use crate::failure::Failure;
use crate::format::quoted;
use crate::host::beside;
use crate::output::{self, Form};
use crate::show::Page;
use crate::store::{StoreFile, keys_of, mails_of};

/// Makes a store of a backup, with its keys and mails
///
/// The backup is checked first, every byte of it. Nothing is overwritten: where there is a
/// store, keys or mails already, it stops.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RestoreArgs {
    /// The backup: a folder or a `.tar` file that `clientdesk backup` made
    #[arg(value_name = "FOLDER|FILE.TAR")]
    backup: PathBuf,
    #[command(flatten)]
    store: StoreFile,
}

pub(crate) fn run(args: &RestoreArgs, form: Form) -> Result<(), Failure> {
    let store = args.store.file_to_create(
        "a backup becomes a file; `clientdesk agencies export` and `import` bring agencies onto a server",
    )?;
    for ending in ["", "-wal", "-shm", "-journal"] {
        must_be_free(&beside(&store, ending))?;
    }
    must_be_free(&keys_of(&store))?;
    must_be_free(&mails_of(&store))?;
    must_have_folder(&store)?;
    let draft = Draft::folder_for(&store)?;
    take(&args.backup, draft.path())?;
    let manifest = Manifest::checked(draft.path())?;
    check(draft.path())?;
    place(draft.path(), &store)?;
    if form.is_json() {
        let answer =
            json!({"store": store, "made-at": manifest.made_at(), "keys": manifest.keys()});
        return Ok(output::json(&answer)?);
    }
    let mut page = Page::on_standard_output();
    page.line(&format!(
        "Restored `{}` as it was at {}, with its mails and the keys {}.",
        store.display(),
        manifest.made_at(),
        quoted(manifest.keys())
    ));
    let store = args.store.option();
    page.line(&format!(
        "To see that its logs are whole: clientdesk log verify --agency <ID>{store}"
    ));
    Ok(page.print()?)
}

/// Copies the backup into the folder: what is checked is what is restored.
fn take(backup: &Path, folder: &Path) -> Result<()> {
    let kind = fs::metadata(backup);
    let kind = kind.with_context(|| format!("there is no backup at `{}`", backup.display()))?;
    if kind.is_file() {
        return archive::unpack(backup, folder);
    }
    if !backup.join(NAME).is_file() {
        bail!("`{}` is no backup: it has no `{NAME}`", backup.display());
    }
    for name in files::names_in(backup)? {
        let from = backup.join(&name);
        if name == MAILS && from.is_dir() {
            files::make_folder(&folder.join(MAILS))?;
            for mail in files::names_in(&from)? {
                files::copy(&from.join(&mail), &folder.join(MAILS).join(&mail))?;
            }
        } else if from.is_file() {
            files::copy(&from, &folder.join(&name))?;
        } else {
            bail!("the backup is damaged: `{name}` doesn't belong to it");
        }
    }
    Ok(())
}

/// Opens the store with its keys: both are sound, and fit each other.
fn check(folder: &Path) -> Result<()> {
    let storage = SqliteStorage::open_existing(folder.join(STORE))?;
    storage.check().map_err(|error| anyhow!("the backup's store is damaged: {error}"))?;
    let secrets = SystemSecrets::open(folder.join(KEYS))?;
    RememberedSecrets::new(Arc::new(secrets), Arc::new(storage))?;
    Ok(())
}

/// Gives everything its name, the store last: without it, nothing is there to be opened.
fn place(folder: &Path, store: &Path) -> Result<()> {
    let mails = folder.join(MAILS);
    let mut placed = Vec::new();
    let all = [(mails, mails_of(store)), (folder.join(KEYS), keys_of(store))];
    for (from, to) in all.into_iter().chain([(folder.join(STORE), store.to_owned())]) {
        if !from.exists() {
            continue;
        }
        let moved =
            must_be_free(&to).and_then(|()| super::with_name("make", &to, fs::rename(&from, &to)));
        if let Err(problem) = moved {
            // Back where they go with the draft.
            placed.iter().for_each(|(from, to): &(PathBuf, PathBuf)| {
                let _ = fs::rename(to, from);
            });
            return Err(problem);
        }
        placed.push((from, to));
    }
    Ok(())
}
