//! A component, compiled and linked.

use std::collections::BTreeMap;

use wasmtime::Engine;
use wasmtime::component::{Component, InstancePre, Linker};

use super::code_cache::CodeCache;
use super::functions::{self, Function, Import};
use super::ticker::Ticker;
use super::{BuildError, CallError, HostState, Limits, engine};
use crate::bindings::ClientdeskIndices;
use crate::imports;
use crate::suggest;

/// Code that is ready to run: the expensive part of a host, which hosts can share.
pub(super) struct Compiled {
    engine: Engine,
    ready: InstancePre<HostState>,
    /// Where the contract's exports are; or what this component lacks.
    contract: Result<ClientdeskIndices, String>,
    functions: BTreeMap<String, Function>,
    imports: Vec<Import>,
    /// The limits that shaped the engine.
    limits: Limits,
    _ticker: Ticker,
}

impl Compiled {
    pub(super) fn new(
        bytes: &[u8],
        limits: &Limits,
        code_cache: &CodeCache,
    ) -> Result<Self, BuildError> {
        let engine = engine::new_engine(limits, code_cache)?;
        let refused = |error: wasmtime::Error| BuildError::Component(error.into_boxed_dyn_error());
        let component = Component::from_binary(&engine, bytes).map_err(refused)?;
        let mut linker = Linker::new(&engine);
        imports::add_to_linker(&mut linker).map_err(refused)?;
        // Whatever else it imports traps when it is called: a build for WASI gets an empty WASI.
        linker.define_unknown_imports_as_traps(&component).map_err(refused)?;
        let ready = linker.instantiate_pre(&component).map_err(refused)?;
        Ok(Self {
            contract: ClientdeskIndices::new(&ready).map_err(|error| error.to_string()),
            functions: functions::exported(&engine, &component),
            imports: functions::imported(&engine, &component),
            limits: limits.clone(),
            _ticker: Ticker::start(&engine).map_err(BuildError::Thread)?,
            ready,
            engine,
        })
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(super) fn ready(&self) -> &InstancePre<HostState> {
        &self.ready
    }

    pub(super) fn contract(&self) -> Result<&ClientdeskIndices, CallError> {
        self.contract.as_ref().map_err(|reason| CallError::OtherContract { reason: reason.clone() })
    }

    pub(super) fn functions(&self) -> impl Iterator<Item = &Function> {
        self.functions.values()
    }

    pub(super) fn function(&self, name: &str) -> Result<&Function, CallError> {
        self.functions.get(name).ok_or_else(|| CallError::UnknownFunction {
            name: name.to_owned(),
            close: suggest::close_names(name, self.functions.keys().map(String::as_str)),
        })
    }

    pub(super) fn imports(&self) -> &[Import] {
        &self.imports
    }

    /// Whether a host with these limits can run this code.
    pub(super) fn allows(&self, limits: &Limits) -> bool {
        limits.memory <= self.limits.memory && limits.instances <= self.limits.instances
    }
}
