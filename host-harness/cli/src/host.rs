//! Putting a host together from options.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use clientdesk_host::{BUILT_IN, Host, HostBuilder};
use directories::ProjectDirs;

/// Whom mails come from. The name is reserved: nobody gets the answers.
pub(super) const SENDER: &str = "no-reply@clientdesk.invalid";

/// Which component a command is about.
#[derive(Args)]
pub(crate) struct ComponentArgs {
    /// Runs this component instead of the built-in one
    #[arg(long, value_name = "FILE", global = true, env = "CLIENTDESK_COMPONENT")]
    component: Option<PathBuf>,
}

impl ComponentArgs {
    /// The component in this file.
    pub(crate) fn of(file: PathBuf) -> Self {
        Self { component: Some(file) }
    }

    /// The options that name the same component to another process of this program.
    pub(crate) fn options(&self) -> Vec<OsString> {
        let file = self.component.as_ref();
        file.map(|file| vec!["--component".into(), file.into()]).unwrap_or_default()
    }

    /// The file that was named.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.component.as_deref()
    }

    /// The component's bytes.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>> {
        match &self.component {
            None => Ok(BUILT_IN.to_vec()),
            Some(path) => {
                let shown = path.display();
                let bytes = fs::read(path).with_context(|| format!("can't read `{shown}`"))?;
                if !bytes.starts_with(b"\0asm") {
                    bail!("`{shown}` is no WebAssembly component");
                }
                Ok(bytes)
            }
        }
    }

    /// A builder of a host that runs the component, with compiled code kept in the user's
    /// cache folder.
    pub(crate) fn host(&self) -> Result<HostBuilder> {
        let builder = match &self.component {
            None => Host::builder(),
            Some(_) => Host::builder().component(self.bytes()?),
        };
        Ok(with_code_cache(builder))
    }

    /// The same, with another component than the built-in one where none is named.
    pub(crate) fn host_or(&self, component: &[u8]) -> Result<HostBuilder> {
        match &self.component {
            None => Ok(with_code_cache(Host::builder().component(component))),
            Some(_) => self.host(),
        }
    }
}

/// Keeps compiled code in the user's cache folder.
fn with_code_cache(builder: HostBuilder) -> HostBuilder {
    match user_folders() {
        Some(folders) => builder.code_cache(folders.cache_dir().join("code")),
        None => builder,
    }
}

/// The user's folders for data and caches; none for a user without a home.
pub(crate) fn user_folders() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "clientdesk")
}

/// The path with this behind its name.
pub(crate) fn beside(store: &Path, suffix: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
