//! What it costs to get into the component, when nothing is done there.

use std::sync::Arc;

use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_host::{Host, Instances};
use criterion::Criterion;
use wasmtime::component::{Component, InstancePre, Linker, TypedFunc};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store};

use super::table::{Goal, Row};
use super::world;

/// A component of one function that gives a number.
const EMPTY: &str = r#"(component
    (core module $m (func (export "f") (result i32) i32.const 1))
    (core instance $i (instantiate $m))
    (func (export "f") (result u32) (canon lift (core func $i "f"))))"#;

pub fn measure(criterion: &mut Criterion) {
    let (engine, empty) = empty_component();
    let mut store = Store::new(&engine, ());
    store.set_epoch_deadline(u64::MAX / 2);
    let instance = empty.instantiate(&mut store).unwrap();
    let function: TypedFunc<(), (u32,)> = instance.get_typed_func(&mut store, "f").unwrap();
    let mut group = criterion.benchmark_group("call");
    group.bench_function("empty-warm", |b| b.iter(|| function.call(&mut store, ()).unwrap()));
    let warm = world::warm_host(Arc::new(MemoryStorage::new()));
    group.bench_function("warm", |b| b.iter(|| schema(&warm)));
    group.bench_function("empty-fresh", |b| {
        b.iter(|| {
            let mut store = Store::new(&engine, ());
            store.set_epoch_deadline(1_000);
            let instance = empty.instantiate(&mut store).unwrap();
            let function: TypedFunc<(), (u32,)> = instance.get_typed_func(&mut store, "f").unwrap();
            function.call(&mut store, ()).unwrap()
        });
    });
    let fresh = world::host(Arc::new(MemoryStorage::new()), Instances::Fresh);
    group.bench_function("fresh", |b| b.iter(|| schema(&fresh)));
    group.finish();
}

pub fn rows() -> Vec<Row> {
    let (warm, fresh) = (Goal::Nanos(300.0), Goal::Nanos(30_000.0));
    vec![
        Row::new(
            "warm call, nothing done",
            "call/warm",
            ("empty component", "call/empty-warm"),
            warm,
        ),
        Row::new(
            "fresh sandbox and one call",
            "call/fresh",
            ("empty component", "call/empty-fresh"),
            fresh,
        ),
    ]
}

fn schema(host: &Host) -> u32 {
    host.typed(|exports, store| exports.clientdesk_core_system().call_schema(store)).unwrap()
}

/// The least that an engine with the harness's settings can do.
fn empty_component() -> (Engine, InstancePre<()>) {
    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(PoolingAllocationConfig::new()))
        .memory_init_cow(true)
        .epoch_interruption(true)
        .concurrency_support(false);
    let engine = Engine::new(&config).unwrap();
    let component = Component::new(&engine, wat::parse_str(EMPTY).unwrap()).unwrap();
    let empty = Linker::new(&engine).instantiate_pre(&component).unwrap();
    (engine, empty)
}
