//! The engine's settings.

use std::path::Path;

use wasmtime::{
    Cache, CacheConfig, Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig,
};

use super::{BuildError, Limits};

/// How many elements a table may have; the component's has some hundreds.
pub(super) const TABLE_ELEMENTS_MAX: usize = 20_000;

/// How many core instances, and tables, a component is made of at most: the code itself, and
/// the small ones that `wit-component` and a WASI adapter put around it.
const PARTS_PER_COMPONENT: u32 = 8;

/// How much of an instance's memory is cleared by writing zeroes, and kept, when it ends:
/// faster than giving it back, and few bytes since few instances are ever idle.
const MEMORY_KEPT: usize = 256 * 1024;

/// An engine that makes an instance in microseconds: slots for all of them are reserved at
/// the start, and memory begins as a copy-on-write image.
pub(super) fn new_engine(limits: &Limits, code_cache: Option<&Path>) -> Result<Engine, BuildError> {
    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits)))
        .memory_init_cow(true)
        .epoch_interruption(true)
        // The component is synchronous; without it a call costs less.
        .concurrency_support(false);
    if let Some(folder) = code_cache {
        config.cache(Some(open_cache(folder)?));
    }
    Engine::new(&config).map_err(|error| BuildError::Engine(error.into_boxed_dyn_error()))
}

fn pool(limits: &Limits) -> PoolingAllocationConfig {
    let instances = limits.instances;
    let parts = instances.saturating_mul(PARTS_PER_COMPONENT);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(instances)
        .total_core_instances(parts)
        .total_memories(instances)
        .total_tables(parts)
        .table_elements(TABLE_ELEMENTS_MAX)
        .max_memory_size(limits.memory)
        .linear_memory_keep_resident(std::env::var("KEEP").ok().and_then(|k| k.parse().ok()).unwrap_or(MEMORY_KEPT))
        .table_keep_resident(std::env::var("TKEEP").ok().and_then(|k| k.parse().ok()).unwrap_or(0))
        .pagemap_scan(if std::env::var("SCAN").is_ok() { wasmtime::Enabled::Auto } else { wasmtime::Enabled::No });
    pool
}

fn open_cache(folder: &Path) -> Result<Cache, BuildError> {
    let mut config = CacheConfig::new();
    config.with_directory(folder);
    Cache::new(config).map_err(|error| BuildError::CodeCache {
        folder: folder.display().to_string(),
        source: error.into_boxed_dyn_error(),
    })
}
