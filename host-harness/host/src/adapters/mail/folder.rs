//! Mails as files.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::letter::{self, Letters, Unsubscribe};
use super::message_id::file_name;
use super::{Handover, Mail, Message};
use crate::files;

/// How the files of a mail end.
const ENDINGS: [&str; 2] = [".html", ".eml"];

/// Writes each mail as an `.eml` file that mail programs open, and its HTML beside it for a
/// browser. The files are named after the mail's id, so that a repeat takes their place, and
/// names sort by time.
///
/// The files hold invite links, which are secrets: only the folder's owner may read them
/// (on Unix; elsewhere the folder's own rights decide).
#[derive(Debug)]
pub struct FolderMail {
    folder: PathBuf,
    sender_address: String,
}

/// Why there is no folder to write mails to.
#[derive(Debug, Error)]
#[error("can't make the mail folder `{folder}`")]
pub struct FolderMailError {
    folder: String,
    #[source]
    source: io::Error,
}

impl FolderMail {
    /// Mails go to `folder`, which is made if it isn't there; they come from
    /// `sender_address`.
    ///
    /// # Errors
    ///
    /// When the folder can't be made.
    pub fn open(
        folder: impl Into<PathBuf>,
        sender_address: impl Into<String>,
    ) -> Result<Self, FolderMailError> {
        let folder = folder.into();
        files::create_private_folder(&folder)
            .map_err(|source| FolderMailError { folder: folder.display().to_string(), source })?;
        Ok(Self { folder, sender_address: sender_address.into() })
    }

    /// Where the mails are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn write(&self, message: &Message) -> io::Result<()> {
        let bytes =
            letter::render(message, &self.sender_address, Letters::Any, &Unsubscribe::Agency)?;
        let file = |ending| self.folder.join(format!("{}{ending}", file_name(&message.id)));
        let [html, eml] = ENDINGS.map(file);
        files::replace_private(&html, message.html.as_bytes())?;
        files::replace_private(&eml, &bytes)
    }

    fn delete(&self, ids: &[String]) -> io::Result<()> {
        let names: BTreeSet<String> = ids.iter().map(|id| file_name(id)).collect();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            // A file is called `{name}.eml`, a draft `{name}.eml.….tmp`.
            let of_theirs = entry.file_name().to_str().is_some_and(|file| {
                ENDINGS.iter().any(|ending| {
                    let name = file.split_once(ending).map(|(name, _)| name);
                    name.is_some_and(|name| names.contains(name))
                })
            });
            if of_theirs {
                match fs::remove_file(entry.path()) {
                    // Another process was quicker.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    done => done?,
                }
            }
        }
        Ok(())
    }
}

impl Mail for FolderMail {
    /// A disk that is full or gone is a reason to try later.
    fn send(&self, message: Message) -> Handover {
        match self.write(&message) {
            Ok(()) => Handover::Accepted,
            Err(error) => {
                Handover::TryLater(format!("can't write to `{}`: {error}", self.folder.display()))
            }
        }
    }

    /// Deletes their files, and drafts of them that were left when a process ended.
    fn forget(&self, ids: &[String]) -> Result<(), String> {
        self.delete(ids).map_err(|error| {
            format!("can't delete mails from `{}`: {error}", self.folder.display())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::mail::tests::message;

    #[test]
    fn writes_a_file_for_each_mail_and_replaces_repeats() {
        let temp = tempfile::tempdir().unwrap();
        let mail = FolderMail::open(temp.path().join("mails"), "no-reply@host.example").unwrap();
        for id in ["m1", "m2", "m1"] {
            assert_eq!(mail.send(message(id)), Handover::Accepted);
        }
        let mut names: Vec<_> = fs::read_dir(mail.folder())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["m1.eml", "m1.html", "m2.eml", "m2.html"]);

        let text = fs::read_to_string(mail.folder().join("m1.eml")).unwrap();
        for part in [
            "Message-ID: <m1.acme@host.example>",
            "<no-reply@host.example>",
            "<ada@client.example>",
            "Reply-To: <help@acme.example>",
            "Follow secret-link",
            "<p>Follow secret-link</p>",
        ] {
            assert!(text.contains(part), "no {part} in {text}");
        }
    }

    #[test]
    fn a_mail_can_neither_leave_the_folder_nor_add_headers() {
        let temp = tempfile::tempdir().unwrap();
        let mail = FolderMail::open(temp.path().join("mails"), "no-reply@host.example").unwrap();
        let mut nasty = message("../../outside");
        nasty.to = "ada@client.example\r\nBcc: eve@evil.example".into();
        nasty.subject = "Hello\nBcc: eve@evil.example".into();
        assert_eq!(mail.send(nasty), Handover::Accepted);
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
        let file = fs::read_dir(mail.folder()).unwrap().next().unwrap().unwrap();
        let text = fs::read_to_string(file.path()).unwrap();
        assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{text}");
    }

    #[test]
    fn mails_are_forgotten_with_their_drafts() {
        let temp = tempfile::tempdir().unwrap();
        let mail = FolderMail::open(temp.path().join("mails"), "no-reply@host.example").unwrap();
        for id in ["m1", "m2", "m12", "../x"] {
            assert_eq!(mail.send(message(id)), Handover::Accepted);
        }
        fs::write(mail.folder().join("m1.eml.77-3.tmp"), "half of it").unwrap();
        let gone = ["m1", "../x", "unknown"].map(str::to_owned);
        for _ in 0..2 {
            mail.forget(&gone).unwrap();
            let files = fs::read_dir(mail.folder()).unwrap();
            let mut names: Vec<_> =
                files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            assert_eq!(names, ["m12.eml", "m12.html", "m2.eml", "m2.html"]);
        }
        fs::remove_dir_all(mail.folder()).unwrap();
        let error = mail.forget(&gone).unwrap_err();
        assert!(error.starts_with("can't delete mails from"), "{error}");
    }

    #[test]
    fn a_folder_that_is_gone_means_later() {
        let temp = tempfile::tempdir().unwrap();
        let mail = FolderMail::open(temp.path().join("mails"), "a@b.example").unwrap();
        fs::remove_dir(mail.folder()).unwrap();
        assert!(matches!(mail.send(message("m1")), Handover::TryLater(_)));
    }
}
