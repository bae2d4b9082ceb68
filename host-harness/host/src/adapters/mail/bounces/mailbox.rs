//! Reports in files and folders.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How much of each mail is read.
const MAIL_BYTES_MAX: usize = 256 * 1024;

/// How much of a line is read at once.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// Mails in a file or in a folder, each of which is read once:
///
/// - a file with a mail, or with many, one behind the other (mbox): as long as it doesn't change;
/// - a Maildir (a folder with `new` and `cur` in it): a mail that was read is moved from `new` to `cur`;
/// - any other folder: each of its files, as long as it doesn't change. Names that begin with a dot are left out.
#[derive(Debug)]
pub struct Mailbox {
    place: PathBuf,
    /// When files were changed that have been read, and how long they were.
    known: HashMap<PathBuf, (SystemTime, u64)>,
}

impl Mailbox {
    /// What is at this place. Nothing is read yet.
    pub fn at(place: impl Into<PathBuf>) -> Self {
        Self { place: place.into(), known: HashMap::new() }
    }

    /// Reads what hasn't been read. `mail` gets the first 256 KiB of each mail, and says whether it is done with:
    /// else it comes again next time.
    ///
    /// # Errors
    ///
    /// When something can't be read or moved: what was read before that has been.
    pub fn read(&mut self, mut mail: impl FnMut(&Path, &[u8]) -> bool) -> io::Result<()> {
        if !fs::metadata(&self.place)?.is_dir() {
            return self.read_file(self.place.clone(), &mut mail);
        }
        let (new, cur) = (self.place.join("new"), self.place.join("cur"));
        if !(new.is_dir() && cur.is_dir()) {
            for file in files(&self.place)? {
                self.read_file(file, &mut mail)?;
            }
            return Ok(());
        }
        for file in files(&new)? {
            if !each_mail(&file, &mut mail)? {
                continue;
            }
            let mut name = file.file_name().unwrap_or_default().to_owned();
            // Seen.
            name.push(":2,S");
            match fs::rename(&file, cur.join(name)) {
                // Another process was quicker.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                moved => moved?,
            }
        }
        Ok(())
    }

    fn read_file(
        &mut self,
        file: PathBuf,
        mail: &mut impl FnMut(&Path, &[u8]) -> bool,
    ) -> io::Result<()> {
        let about = fs::metadata(&file)?;
        let state = (about.modified()?, about.len());
        if self.known.get(&file) != Some(&state) && each_mail(&file, mail)? {
            self.known.insert(file, state);
        }
        Ok(())
    }
}

/// The files of a folder, in order.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !is_hidden && entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// Whether all mails of the file are done with.
fn each_mail(file: &Path, mail: &mut impl FnMut(&Path, &[u8]) -> bool) -> io::Result<bool> {
    let opened = match File::open(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        opened => opened?,
    };
    let mut all_done = true;
    split(BufReader::new(opened), |text| all_done &= mail(file, text))?;
    Ok(all_done)
}

/// The beginnings of the mails that follow each other.
fn split(mut reader: impl BufRead, mut mail: impl FnMut(&[u8])) -> io::Result<()> {
    let (mut text, mut line) = (Vec::new(), Vec::new());
    // Whether there are many; where a line begins, and whether what is before it is empty.
    let (mut is_box, mut begins, mut after_empty) = (None, true, true);
    loop {
        line.clear();
        if reader.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let divides = line.starts_with(b"From ");
        if *is_box.get_or_insert(divides) && begins && after_empty && divides {
            if !text.is_empty() {
                mail(&text);
            }
            text.clear();
        } else if text.len() + line.len() <= MAIL_BYTES_MAX {
            text.extend_from_slice(&line);
        }
        after_empty = begins && matches!(&line[..], b"\n" | b"\r\n");
        begins = line.ends_with(b"\n");
    }
    if !text.is_empty() {
        mail(&text);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mails(mailbox: &mut Mailbox) -> Vec<String> {
        let mut read = Vec::new();
        let mut each = |_: &Path, mail: &[u8]| {
            read.push(String::from_utf8_lossy(mail).trim().to_owned());
            true
        };
        mailbox.read(&mut each).unwrap();
        read
    }

    #[test]
    fn a_file_has_one_mail_or_many() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("box");
        for (text, found) in [
            ("A: 1\n\nFrom here\n", vec!["A: 1\n\nFrom here"]),
            ("From x@y Mon\nA: 1\n\nb\n\nFrom z Tue\nB: 2\n\nc\n", vec!["A: 1\n\nb", "B: 2\n\nc"]),
            ("From x\r\nA: 1\r\n\r\nb\r\n\r\nFrom z\r\nB: 2\r\n", vec!["A: 1\r\n\r\nb", "B: 2"]),
            ("", vec![]),
        ] {
            fs::write(&file, text).unwrap();
            let read = mails(&mut Mailbox::at(&file));
            assert_eq!(read, found, "{text:?}");
        }
    }

    #[test]
    fn each_file_of_a_folder_is_read_once_unless_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("1.eml"), "A: 1").unwrap();
        fs::write(folder.path().join(".hidden"), "A: 0").unwrap();
        let mut mailbox = Mailbox::at(folder.path());
        assert_eq!(mails(&mut mailbox), ["A: 1"]);
        assert!(mails(&mut mailbox).is_empty());
        fs::write(folder.path().join("2.eml"), "A: 2").unwrap();
        fs::write(folder.path().join("1.eml"), "A: 1, more").unwrap();
        mailbox.read(|_, _| false).unwrap();
        assert_eq!(
            mails(&mut mailbox),
            ["A: 1, more", "A: 2"],
            "what wasn't done with comes again"
        );
    }

    #[test]
    fn a_maildir_shows_what_was_read() {
        let folder = tempfile::tempdir().unwrap();
        for sub in ["new", "cur", "tmp"] {
            fs::create_dir(folder.path().join(sub)).unwrap();
        }
        fs::write(folder.path().join("new/1.host"), "A: 1").unwrap();
        let mut mailbox = Mailbox::at(folder.path());
        mailbox.read(|_, _| false).unwrap();
        assert!(folder.path().join("new/1.host").exists());
        assert_eq!(mails(&mut mailbox), ["A: 1"]);
        assert!(folder.path().join("cur/1.host:2,S").exists());
        assert!(mails(&mut mailbox).is_empty());
    }

    #[test]
    fn of_a_huge_mail_the_beginning_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("box");
        fs::write(&file, format!("A: 1\n\n{}", "x".repeat(10_000_000))).unwrap();
        let [read] = &mails(&mut Mailbox::at(&file))[..] else { panic!("one mail") };
        assert!(read.len() <= MAIL_BYTES_MAX && read.starts_with("A: 1"));
        assert!(Mailbox::at(folder.path().join("none")).read(|_, _| true).is_err());
    }
}
