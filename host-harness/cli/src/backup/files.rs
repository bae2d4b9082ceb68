//! Files and folders that only their owner may read.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::{folder_of, with_name};

/// A folder or file under a name of its own, until it is whole. What isn't placed goes.
pub(super) struct Draft(PathBuf);

impl Draft {
    /// A new folder beside `target`.
    pub(super) fn folder_for(target: &Path) -> Result<Draft> {
        let draft = Draft::beside(target);
        make_folder(&draft.0)?;
        Ok(draft)
    }

    /// A name beside `target`, with nothing there yet.
    pub(super) fn beside(target: &Path) -> Draft {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        Draft(folder_of(target).join(format!(".{name}.{}.tmp", std::process::id())))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Gives it its name, which must be free.
    pub(super) fn place(self, target: &Path) -> Result<()> {
        super::must_be_free(target)?;
        with_name("make", target, fs::rename(&self.0, target))
    }
}

impl Drop for Draft {
    /// A draft that was placed isn't there any more; one that can't be removed is litter.
    fn drop(&mut self) {
        if self.0.is_dir() {
            let _ = fs::remove_dir_all(&self.0);
        } else {
            let _ = fs::remove_file(&self.0);
        }
    }
}

pub(super) fn make_folder(path: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    with_name("make the folder", path, builder.create(path))
}

/// A new file.
pub(super) fn create(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    with_name("make", path, options.open(path))
}

pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = create(path)?;
    with_name("write", path, file.write_all(bytes).and_then(|()| file.sync_all()))
}

pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut source = with_name("read", from, File::open(from))?;
    let mut file = create(to)?;
    let copied = io::copy(&mut source, &mut file).and_then(|_| file.sync_all());
    with_name("write", to, copied)
}

/// The names of what is in a folder, in order.
pub(super) fn names_in(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in with_name("read", folder, fs::read_dir(folder))? {
        let name = entry?.file_name().into_string().ok();
        names.push(name.with_context(|| {
            format!("a file in `{}` has a name that isn't UTF-8", folder.display())
        })?);
    }
    names.sort();
    Ok(names)
}

/// How many bytes a file has, and their SHA-256 in hex.
pub(super) fn digest(path: &Path) -> Result<(u64, String)> {
    let mut file = with_name("read", path, File::open(path))?;
    let (mut hash, mut bytes) = (Sha256::new(), 0_u64);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = with_name("read", path, file.read(&mut buffer))?;
        if read == 0 {
            return Ok((bytes, hex(&hash.finalize())));
        }
        bytes += read as u64;
        hash.update(buffer.get(..read).unwrap_or_default());
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
