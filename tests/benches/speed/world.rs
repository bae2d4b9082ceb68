//! A store with an agency and its brand, and callers in WebAssembly and native.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clientdesk_component::app;
use clientdesk_component::app::Ports;
use clientdesk_component::domain::actor::Role;
use clientdesk_component::domain::period::Interval;
use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::mail::{Handover, Mail, Message};
use clientdesk_host::adapters::secrets::SeededSecrets;
use clientdesk_host::adapters::storage::Storage;
use clientdesk_host::bindings::exports::clientdesk::core::clients::EmailInvite;
use clientdesk_host::bindings::exports::clientdesk::core::types;
use clientdesk_host::{Host, HostBuilder, Instances};
use clientdesk_tests::bridge;

/// 1 September 2026.
pub const NOW: u64 = 1_788_220_800_000;

/// Takes every mail and forgets it.
struct NoMail;

impl Mail for NoMail {
    fn send(&self, _: Message) -> Handover {
        Handover::Accepted
    }
}

/// Native ports on a store, the same in every world.
pub fn ports(storage: Arc<dyn Storage>) -> Ports {
    ports_at(storage, ManualClock::at(NOW))
}

/// The same at the time of a clock that can be moved.
pub fn ports_at(storage: Arc<dyn Storage>, clock: ManualClock) -> Ports {
    let secrets = Arc::new(SeededSecrets::new(1));
    bridge::ports(storage, Arc::new(NoMail), Arc::new(clock), secrets)
}

/// A host with warm instances on a store.
pub fn warm_host(storage: Arc<dyn Storage>) -> Host {
    host(storage, Instances::Warm { max_idle: 1 })
}

/// A host with a warm instance on a store, at the time of a clock that can be moved.
pub fn host_at(storage: Arc<dyn Storage>, clock: ManualClock) -> Host {
    Host::builder()
        .instances(Instances::Warm { max_idle: 1 })
        .storage(storage)
        .mail(Arc::new(NoMail))
        .clock(Arc::new(clock))
        .secrets(Arc::new(SeededSecrets::new(2)))
        .build()
        .unwrap()
}

/// A host on a store.
pub fn host(storage: Arc<dyn Storage>, instances: Instances) -> Host {
    host_of(Host::builder(), storage, instances)
}

/// The same, begun by others.
pub fn host_of(builder: HostBuilder, storage: Arc<dyn Storage>, instances: Instances) -> Host {
    builder
        .instances(instances)
        .storage(storage)
        .mail(Arc::new(NoMail))
        .clock(Arc::new(ManualClock::at(NOW)))
        .secrets(Arc::new(SeededSecrets::new(2)))
        .build()
        .unwrap()
}

/// Stores an agency with one brand that has a client, so that invites to it are plain ones.
pub fn prepare(ports: &Ports) {
    prepare_agency(ports, "acme");
}

/// The same for an agency of this id.
pub fn prepare_agency(ports: &Ports, agency: &str) {
    let new = app::agencies::NewAgency {
        id: Some(agency.to_owned()),
        name: "Acme".to_owned(),
        notification_email: "office@acme.example".to_owned(),
        billing_interval: Interval::Monthly,
        portal_address: "https://clients.acme.example".to_owned(),
    };
    app::agencies::create(ports, &new).unwrap();
    let brand = app::brands::NewBrand {
        id: Some("nike".to_owned()),
        name: "Nike".to_owned(),
        account: None,
    };
    app::brands::create(ports, &native_call(agency), &brand).unwrap();
    invite_natively_to(ports, agency);
}

static INVITED: AtomicU64 = AtomicU64::new(0);

fn fresh_email() -> String {
    format!("invited{}@nike.example", INVITED.fetch_add(1, Ordering::Relaxed))
}

/// Invites somebody new, in native code.
pub fn invite_natively(ports: &Ports) {
    invite_natively_to(ports, "acme");
}

/// The same to an agency of this id.
pub fn invite_natively_to(ports: &Ports, agency: &str) {
    let invite = app::clients::Invite {
        email: fresh_email(),
        brands: vec!["nike".to_owned()],
        name: Some("Ann Example".to_owned()),
        note: None,
        permissions: None,
        access_ends_at: None,
    };
    app::clients::invite(ports, &native_call(agency), &invite).unwrap();
}

/// Signs somebody up, and gives the session.
pub fn sign_up(host: &Host) -> String {
    let call = serde_json::json!({
        "agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"},
    });
    let invite = serde_json::json!({"brands": ["nike"]});
    let link = host.call("clients.invite-by-link", &[call, invite]).unwrap();
    let text = |text: &str| serde_json::Value::from(text);
    let person = [text("Zoe"), text("correct horse battery"), text("zoe@nike.example")];
    let arguments = [vec![link["token"].clone()], person.to_vec(), vec![().into()]].concat();
    let signed_in = host.call("portal.sign-up", &arguments).unwrap();
    signed_in["session"].as_str().unwrap().to_owned()
}

/// Invites somebody new, in the sandbox.
pub fn invite(host: &Host) {
    invite_to(host, "acme");
}

/// The same to an agency of this id.
pub fn invite_to(host: &Host, agency: &str) {
    let invite = EmailInvite {
        email: fresh_email(),
        brands: vec!["nike".to_owned()],
        name: Some("Ann Example".to_owned()),
        note: None,
        permissions: None,
        access_ends_at: None,
    };
    let call = types::Call { agency: agency.to_owned(), ..call() };
    let invited = host.typed(|exports, store| {
        exports.clientdesk_core_clients().call_invite_by_email(store, &call, &invite)
    });
    invited.unwrap().unwrap();
}

/// The caller of everything.
pub fn call() -> types::Call {
    let (id, name, role) = ("olga".to_owned(), "Olga".to_owned(), types::Role::Owner);
    types::Call {
        agency: "acme".to_owned(),
        actor: types::Operator { id, name, role },
        acting_as: None,
        idempotency_key: None,
        trace_id: None,
        quote: None,
    }
}

fn native_call(agency: &str) -> app::caller::Call {
    app::caller::Call {
        agency: agency.to_owned(),
        actor_id: "olga".to_owned(),
        actor_name: "Olga".to_owned(),
        role: Role::Owner,
        acting_as: None,
        idempotency_key: None,
        trace_id: None,
        quote: None,
    }
}
