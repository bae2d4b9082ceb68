//! The engine's settings.

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use super::code_cache::CodeCache;
use super::{BuildError, Limits};

/// How many elements a table may have; the component's has some hundreds.
pub(super) const TABLE_ELEMENTS_MAX: usize = 20_000;

/// How many core instances, and tables, a component is made of at most: the code itself, and
/// the small ones that `wit-component` and a WASI adapter put around it.
const PARTS_PER_COMPONENT: u32 = 8;

/// How much of an instance's memory is kept, cleared, for the next one: faster than giving
/// the pages back and getting them anew. Only pages that were touched count.
const MEMORY_KEPT: usize = 2 * 1024 * 1024;

/// The same for its tables.
const TABLES_KEPT: usize = 64 * 1024;

/// An engine that makes an instance in microseconds: slots for all of them are reserved at
/// the start, and memory begins as a copy-on-write image.
pub(super) fn new_engine(limits: &Limits, code_cache: &CodeCache) -> Result<Engine, BuildError> {
    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits)))
        .memory_init_cow(true)
        .epoch_interruption(true)
        // The component is synchronous; without it a call costs less.
        .concurrency_support(false);
    code_cache.set_up(&mut config)?;
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
        .table_keep_resident(TABLES_KEPT);
    // Linux from 6.7 on tells which pages were touched. Elsewhere clearing would touch all
    // of them, and giving the pages back is faster.
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        pool.pagemap_scan(Enabled::Yes).linear_memory_keep_resident(MEMORY_KEPT);
    }
    pool
}
