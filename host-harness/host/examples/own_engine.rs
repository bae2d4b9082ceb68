//! Clientdesk beside other plugins: in an engine, a linker and store data of the platform's
//! own, called from async code.
//!
//! One engine and one compiled component serve the whole process; each call gets a store of
//! its own. Calls block, so they run on tokio's blocking threads, and only so many at once:
//! one too many is told "busy" right away, instead of waiting in a queue that nobody sees.
//!
//! `cargo run --release --example own_engine`

use std::sync::Arc;
use std::time::Duration;

use clientdesk_host::adapters::clock::SystemClock;
use clientdesk_host::adapters::mail::RecordingMail;
use clientdesk_host::adapters::secrets::SystemSecrets;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_host::bindings::exports::clientdesk::core::{agencies, brands, clients, types};
use clientdesk_host::bindings::{Clientdesk, ClientdeskPre};
use clientdesk_host::{Adapters, AdaptersView, BUILT_IN, add_to_linker};
use tokio::sync::Semaphore;
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, Store, StoreLimits, StoreLimitsBuilder};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
/// What a function of the contract gives: an answer or a refusal, unless it was stopped.
type Answer<T> = wasmtime::Result<std::result::Result<T, types::Error>>;

const CALLS_AT_ONCE: usize = 2;
const MEMORY_MAX: usize = 64 * 1024 * 1024;
const TICK: Duration = Duration::from_millis(10);
/// How long a call may run, in ticks: ten seconds.
const DEADLINE: u64 = 1_000;

/// The platform's own store data, of which Clientdesk's adapters are one field.
struct Plugin {
    clientdesk: Adapters,
    limits: StoreLimits,
}

impl AdaptersView for Plugin {
    fn adapters(&self) -> &Adapters {
        &self.clientdesk
    }
}

#[derive(Clone)]
struct Platform {
    component: ClientdeskPre<Plugin>,
    clientdesk: Adapters,
    places: Arc<Semaphore>,
}

impl Platform {
    fn start() -> Result<Self> {
        let engine = Engine::new(Config::new().epoch_interruption(true))?;
        let weak = engine.weak();
        std::thread::spawn(move || {
            while let Some(engine) = weak.upgrade() {
                engine.increment_epoch();
                drop(engine);
                std::thread::sleep(TICK);
            }
        });
        let mut linker = Linker::new(&engine);
        add_to_linker(&mut linker)?;
        let ready = linker.instantiate_pre(&Component::from_binary(&engine, BUILT_IN)?)?;
        // In earnest: a store that lasts, and keys that last as long.
        let clientdesk = Adapters {
            storage: Arc::new(MemoryStorage::new()),
            mail: Arc::new(RecordingMail::new()),
            clock: Arc::new(SystemClock),
            secrets: Arc::new(SystemSecrets::ephemeral()?),
        };
        let places = Arc::new(Semaphore::new(CALLS_AT_ONCE));
        Ok(Self { component: ClientdeskPre::new(ready)?, clientdesk, places })
    }

    /// Calls on a blocking thread, if there is a place for it.
    async fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Clientdesk, &mut Store<Plugin>) -> Answer<T> + Send + 'static,
    ) -> Result<T> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| "busy")?;
        let Self { component, clientdesk, .. } = self.clone();
        let called = tokio::task::spawn_blocking(move || {
            let _place = place;
            let limits = StoreLimitsBuilder::new().memory_size(MEMORY_MAX).build();
            let mut store = Store::new(component.engine(), Plugin { clientdesk, limits });
            store.limiter(|plugin| &mut plugin.limits);
            store.set_epoch_deadline(DEADLINE);
            let exports = component.instantiate(&mut store)?;
            call(&exports, &mut store)
        });
        Ok(called.await???)
    }

    async fn invite(&self, name: &str) -> Result<clients::Invited> {
        let invite = clients::EmailInvite {
            email: format!("{name}@nike.example"),
            brands: vec!["nike".into()],
            name: None,
            note: None,
            permissions: None,
            access_ends_at: None,
        };
        self.call(move |exports, store| {
            exports.clientdesk_core_clients().call_invite_by_email(store, &olga(), &invite)
        })
        .await
    }
}

/// Olga, who owns the agency Acme, calls.
fn olga() -> types::Call {
    let (id, name, role) = ("olga".into(), "Olga".into(), types::Role::Owner);
    types::Call {
        agency: "acme".into(),
        actor: types::Operator { id, name, role },
        acting_as: None,
        idempotency_key: None,
        trace_id: None,
        quote: None,
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let platform = Platform::start()?;
    let agency = agencies::NewAgency {
        id: Some("acme".into()),
        name: "Acme".into(),
        notification_email: "office@acme.example".into(),
        billing_interval: agencies::BillingInterval::Monthly,
        portal_address: "https://clients.acme.example".into(),
    };
    let brand = brands::NewBrand { id: Some("nike".into()), name: "Nike".into(), account: None };
    platform
        .call(move |exports, store| exports.clientdesk_core_agencies().call_create(store, &agency))
        .await?;
    platform
        .call(move |exports, store| {
            exports.clientdesk_core_brands().call_create(store, &olga(), &brand)
        })
        .await?;
    platform.invite("ann").await?;
    println!("Ann is invited to Acme's brand Nike");
    let (ben, cleo, dan) =
        tokio::join!(platform.invite("ben"), platform.invite("cleo"), platform.invite("dan"));
    for (name, invited) in [("Ben", ben), ("Cleo", cleo), ("Dan", dan)] {
        let outcome = invited.map_or_else(|error| error.to_string(), |_| "invited".into());
        println!("{name}, at the same time as two others: {outcome}");
    }
    let summary = platform
        .call(|exports, store| exports.clientdesk_core_billing().call_summary(store, &olga()));
    let summary = summary.await?;
    println!("{} brand is charged, {} US cents a month", summary.brands, summary.run_rate.amount);
    Ok(())
}
