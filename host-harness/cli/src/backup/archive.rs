//! A backup as a folder, or as one file.

use std::fs::{self, File};
use std::path::{Component, Path};

use anyhow::{Result, bail};

use super::files::{self, Draft};
use super::manifest::MAILS;
use super::with_name;

/// Gives the filled folder its name, or makes an archive of it where the name ends in `.tar`.
pub(super) fn place(folder: Draft, target: &Path) -> Result<()> {
    if target.extension().is_none_or(|ending| ending != "tar") {
        return folder.place(target);
    }
    let draft = Draft::beside(&target.with_extension("tar.new"));
    let file = files::create(draft.path())?;
    let mut archive = tar::Builder::new(file);
    // Neither users nor times of this machine.
    archive.mode(tar::HeaderMode::Deterministic);
    with_name("write", target, archive.append_dir_all(".", folder.path()))?;
    let file = with_name("write", target, archive.into_inner())?;
    with_name("write", target, file.sync_all())?;
    draft.place(target)
}

/// What is in the archive, in the folder, which is empty.
pub(super) fn unpack(archive: &Path, folder: &Path) -> Result<()> {
    let file = with_name("read", archive, File::open(archive))?;
    let mut entries = tar::Archive::new(file);
    let damaged = || format!("`{}` is no backup, or is damaged", archive.display());
    for entry in with_name("read", archive, entries.entries())? {
        let Ok(mut entry) = entry else { bail!(damaged()) };
        let path = entry.path().map(|path| path.into_owned());
        let Some(name) = path.ok().as_deref().and_then(plain) else { bail!(damaged()) };
        let mails = folder.join(MAILS);
        if name.starts_with(MAILS) && !mails.exists() {
            files::make_folder(&mails)?;
        }
        if entry.header().entry_type().is_dir() {
            continue;
        }
        if !entry.header().entry_type().is_file() {
            bail!(damaged());
        }
        let to = folder.join(&name);
        let mut file = files::create(&to)?;
        if std::io::copy(&mut entry, &mut file).is_err() {
            bail!(damaged());
        }
    }
    // An archive that isn't one has no entries, and a folder without files is no backup.
    if fs::read_dir(folder)?.next().is_none() {
        bail!(damaged());
    }
    Ok(())
}

/// The path if it is a plain name, or one among the mails: nothing leads out of the folder.
fn plain(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path
        .components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    match parts?.as_slice() {
        [] => Some(String::new()),
        [name] => Some((*name).to_owned()),
        [folder, name] if *folder == MAILS => Some(format!("{MAILS}/{name}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_out_of_the_folder() {
        for (path, name) in [
            ("store.sqlite", Some("store.sqlite")),
            ("./keys.json", Some("keys.json")),
            ("mails/m1.eml", Some("mails/m1.eml")),
            ("", Some("")),
            ("../keys.json", None),
            ("mails/../../x", None),
            ("/etc/passwd", None),
            ("other/x", None),
        ] {
            assert_eq!(plain(Path::new(path)).as_deref(), name, "{path}");
        }
    }
}
