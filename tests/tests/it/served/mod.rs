//! The HTTP service: stories played over it, and who learns what by which key.

mod keys;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use clientdesk_contract::times;
use clientdesk_host::Host;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::file::Step;
use clientdesk_scenario::{Scenario, Target, TargetError, World};
use clientdesk_serve::{Options, Service};
use libtest_mimic::{Failed, Trial};
use serde_json::{Map, Value};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use crate::{corpus, repository};

pub fn trials() -> Vec<Trial> {
    let fitting = corpus::stories().into_iter().filter_map(|story| Some((read(&story)?, story)));
    let stories = fitting
        .step_by(EACH)
        .map(|(scenario, story)| Trial::test(format!("served/{story}"), move || tell(&scenario)));
    let stories: Vec<Trial> = stories.collect();
    assert!(stories.len() >= 40, "only {} stories", stories.len());
    stories.into_iter().chain(keys::trials()).collect()
}

/// One story of so many is told: the service adds little that differs from one to the other.
const EACH: usize = 3;

/// A story that can be told over HTTP. Those that count storage calls, or let the store fail, can't: the service
/// looks into the store, too.
fn read(story: &str) -> Option<Scenario> {
    let file = format!("tests/scenarios/{story}.toml");
    let mut scenario = Scenario::read(&repository(&file)).unwrap_or_else(|error| panic!("{error}"));
    scenario.file = file;
    let parts = scenario.given.iter().chain([&scenario]);
    let fits = |step: &Step| {
        step.fail.is_none()
            && !step.each_storage_failure
            && step.host_calls.is_none()
            && step.damage.is_empty()
    };
    let fits = parts.flat_map(|part| &part.steps).all(fits);
    fits.then_some(scenario)
}

fn tell(scenario: &Scenario) -> Result<(), Failed> {
    let world = World::new(Arc::new(MemoryStorage::new()));
    let served = Served::of(&world, Options { open_without_keys: true, ..quick() });
    clientdesk_scenario::run(scenario, &world, &served, &mut ())
        .map_err(|failure| failure.to_string().into())
}

/// Nobody has to wait.
fn quick() -> Options {
    Options { calls_a_second: std::num::NonZeroU32::MAX, ..Options::default() }
}

/// A host behind its HTTP service, without a network in between.
struct Served {
    host: Arc<Host>,
    service: Service,
    router: Router,
    runtime: Runtime,
}

impl Served {
    fn of(world: &World, options: Options) -> Served {
        let World { storage, mail, clock, secrets } = world.clone();
        let builder = corpus::host().sharing().storage(storage).mail(mail).secrets(secrets);
        let host = Arc::new(builder.clock(Arc::new(clock)).build().unwrap());
        let service = Service::new(Arc::clone(&host), options);
        let router = service.router();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Served { host, service, router, runtime }
    }

    /// The status, and what is said.
    fn ask(&self, function: &str, arguments: Value, key: Option<&str>) -> (StatusCode, Value) {
        let mut request = Request::post(format!("/v1/call/{function}"))
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header(header::AUTHORIZATION, key);
        }
        let request = request.body(Body::from(arguments.to_string())).unwrap();
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let status = response.status();
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let said =
                if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
            (status, said)
        })
    }

    /// Arguments in the order of a function, by name.
    fn named(&self, function: &str, arguments: &[Value]) -> Value {
        let params = self.host.function(function).unwrap().params();
        let names = params.iter().map(|param| param.name.clone());
        names.zip(arguments.iter().cloned()).collect::<Map<_, _>>().into()
    }
}

impl Target for Served {
    fn parameters(&self, function: &str) -> Option<Vec<String>> {
        self.host.parameters(function)
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Result<Value, TargetError> {
        let (status, mut said) = self.ask(function, self.named(function, arguments), None);
        as_numbers(&mut said);
        match said.get("error") {
            _ if status.is_success() => Ok(said),
            Some(error) => Err(TargetError::Refused(error.clone())),
            None => Err(TargetError::Broken(said.to_string())),
        }
    }
}

/// Turns times back into numbers, as scenarios have them.
fn as_numbers(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some(time) = times::parse(text).ok().filter(|time| times::full(*time) == *text) {
                *value = time.into();
            }
        }
        Value::Array(values) => values.iter_mut().for_each(as_numbers),
        Value::Object(fields) => fields.values_mut().for_each(as_numbers),
        _ => {}
    }
}
