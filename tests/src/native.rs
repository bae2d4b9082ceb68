//! The component's code without WebAssembly, on the adapters of the harness.

use std::rc::Rc;
use std::sync::Arc;

use clientdesk_component::app::ports::Ports;
use clientdesk_component::guest::native;
use clientdesk_host::adapters::clock::Clock;
use clientdesk_scenario::{Target, TargetError, World};
use serde_json::Value;

use crate::bridge;
use crate::contract::Contract;

/// Calls the component's functions as plain Rust.
pub struct Native {
    ports: Rc<Ports>,
    contract: &'static Contract,
}

impl Native {
    /// The component's code in this world.
    pub fn new(world: &World) -> Self {
        Native::with_clock(world, Arc::new(world.clock.clone()))
    }

    /// The same with another clock.
    pub fn with_clock(world: &World, clock: Arc<dyn Clock>) -> Self {
        let World { storage, mail, clock: _, secrets } = world.clone();
        Native::of(bridge::ports(storage, mail, clock, secrets))
    }

    /// The component's code on these ports.
    pub fn of(ports: Ports) -> Self {
        Native { ports: Rc::new(ports), contract: Contract::get() }
    }
}

impl Target for Native {
    fn parameters(&self, function: &str) -> Option<Vec<String>> {
        let function = self.contract.function(function)?;
        Some(function.params.iter().map(|(name, _)| name.clone()).collect())
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Result<Value, TargetError> {
        let broken = |problem: String| TargetError::Broken(problem);
        let signature = self.contract.function(function);
        let signature = signature.ok_or_else(|| broken(format!("no function `{function}`")))?;
        let translated = signature.params.iter().zip(arguments).map(|((name, ty), value)| {
            let value = self.contract.argument(*ty, value);
            value.map_err(|problem| broken(format!("`{function}`: `{name}`: {problem}")))
        });
        let translated = translated.collect::<Result<_, _>>()?;
        let answer = native::call(&self.ports, function, translated);
        let answer =
            answer.ok_or_else(|| broken(format!("`{function}` can't be called natively")))?;
        let answer = answer.map_err(|error| broken(error.to_string()))?;
        let answer = self.contract.answer(signature, &answer).map_err(broken)?;
        answer.map_err(TargetError::Refused)
    }
}
