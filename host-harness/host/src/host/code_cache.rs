//! Compiled code that is kept for the next process.

use wasmtime::Config;

use super::BuildError;

/// Where compiled code is kept: nowhere, until the builder is told.
#[derive(Default)]
pub(super) struct CodeCache {
    #[cfg(feature = "code-cache")]
    folder: Option<std::path::PathBuf>,
}

#[cfg(feature = "code-cache")]
impl CodeCache {
    pub(super) fn in_folder(folder: std::path::PathBuf) -> Self {
        Self { folder: Some(folder) }
    }

    pub(super) fn set_up(&self, config: &mut Config) -> Result<(), BuildError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let mut settings = wasmtime::CacheConfig::new();
        settings.with_directory(folder);
        let cache = wasmtime::Cache::new(settings).map_err(|error| BuildError::CodeCache {
            folder: folder.display().to_string(),
            source: error.into_boxed_dyn_error(),
        })?;
        config.cache(Some(cache));
        Ok(())
    }
}

#[cfg(not(feature = "code-cache"))]
impl CodeCache {
    pub(super) fn set_up(&self, _: &mut Config) -> Result<(), BuildError> {
        Ok(())
    }
}
