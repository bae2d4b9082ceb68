//! What is said where there is no store.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Error, anyhow};
use clientdesk_host::suggest;

/// How every SQLite file begins.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// That there is no store at `path`, with the one that may have been meant, or how one is
/// made. `option` names it to another command.
pub(super) fn no_store(path: &Path, option: &str) -> Error {
    let shown = path.display();
    let close = close_stores(path);
    if !close.is_empty() {
        return anyhow!("no store at `{shown}`{}", suggest::did_you_mean(&close));
    }
    anyhow!(how_to_make(&shown.to_string(), option))
}

/// The same of any store.
pub(super) fn how_to_make(shown: &str, option: &str) -> String {
    format!(
        "no store at `{shown}`; creating an agency makes one: clientdesk agencies create <ID> \
         --name <NAME> --notification-email <ADDRESS> --portal-address <URL>{option}; to sell in \
         another currency than US dollars, set the catalog first: clientdesk catalog set <FILE>{option}"
    )
}

/// The SQLite files in the same folder whose names are like this one.
fn close_stores(path: &Path) -> Vec<String> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let files = fs::read_dir(folder.unwrap_or(Path::new("."))).into_iter().flatten().flatten();
    let stores: Vec<String> = files
        .filter(|file| is_sqlite(&file.path()))
        .filter_map(|file| file.file_name().into_string().ok())
        .collect();
    let close = suggest::close_names(name, stores.iter().map(String::as_str));
    close.iter().map(|name| path.with_file_name(name).display().to_string()).collect()
}

fn is_sqlite(path: &Path) -> bool {
    let mut start = [0; SQLITE.len()];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start == SQLITE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_store_that_was_meant_or_how_one_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let meant = folder.path().join("clients.sqlite");
        fs::write(&meant, [SQLITE, b"and more"].concat()).unwrap();
        fs::write(folder.path().join("client.sqlite.txt"), "not a store").unwrap();
        let error = no_store(&folder.path().join("client.sqlite"), "").to_string();
        assert!(error.ends_with(&format!("did you mean `{}`?)", meant.display())), "{error}");

        let other = folder.path().join("other.db");
        let error = no_store(&other, " --store other.db").to_string();
        assert!(error.contains("clientdesk agencies create <ID>"), "{error}");
        assert_eq!(error.matches(" --store other.db").count(), 2, "for each command: {error}");
        assert!(error.contains("clientdesk catalog set <FILE> --store"), "{error}");
        assert!(!no_store(&other, "").to_string().contains("--store"));
        let nowhere = folder.path().join("no/such/folder/x.sqlite");
        assert!(no_store(&nowhere, "").to_string().starts_with("no store at"));
    }
}
