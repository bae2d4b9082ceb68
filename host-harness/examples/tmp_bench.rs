//! t
use clientdesk_harness::*;
use clientdesk_harness::adapters::{storage::*, secrets::*, mail::*};
use std::sync::Arc; use std::time::*; use serde_json::json;
fn rss() -> String { std::fs::read_to_string("/proc/self/status").unwrap().lines().filter(|l| l.starts_with("VmRSS")||l.starts_with("VmSize")||l.starts_with("RssAnon")).collect::<Vec<_>>().join(" ") }
fn t(name: &str, n: u32, mut f: impl FnMut(u32)) { for i in 0..n/10 { f(i) } let s = Instant::now(); let mut v = vec![]; for i in n..2*n { let a = Instant::now(); f(i); v.push(a.elapsed()); } let e = s.elapsed(); v.sort(); println!("{name}: mean {:?} median {:?} p99 {:?}", e / n, v[v.len()/2], v[v.len()*99/100]); }
fn main() {
  println!("start {}", rss());
  let s = Instant::now();
  let cached = std::env::args().nth(1);
  let mut b = Host::builder().secrets(Arc::new(SeededSecrets::new(1))); if let Some(c) = cached { b = b.code_cache(c); }
  let fresh = b.build().unwrap(); println!("build {:?} {}", s.elapsed(), rss());
  let dir = std::env::temp_dir().join(format!("cdb{}", std::process::id())); std::fs::create_dir_all(&dir).unwrap();
  let sq = Arc::new(SqliteStorage::open(dir.join("s.sqlite")).unwrap());
  for (n, host) in [("fresh", fresh.sharing().secrets(Arc::new(SeededSecrets::new(1))).build().unwrap()), ("warm", fresh.sharing().secrets(Arc::new(SeededSecrets::new(1))).instances(Instances::Warm{max_idle: 4}).build().unwrap()), ("warm sqlite", fresh.sharing().storage(sq.clone()).secrets(Arc::new(SeededSecrets::new(1))).instances(Instances::Warm{max_idle: 4}).build().unwrap())] {
    t(&format!("{n} typed schema"), 20000, |_| { host.typed(|e, s| e.clientdesk_core_system().call_schema(s)).unwrap(); });
    t(&format!("{n} dyn schema"), 20000, |_| { host.call("system.schema", &[]).unwrap(); });
    host.call("agencies.create", &[json!({"id":"acme","name":"Acme","notification-email":"a@b.co","billing-interval":"monthly","portal-address":"https://x.example"})]).unwrap();
    let call = json!({"agency":"acme","actor":{"id":"o","name":"O","role":"owner"}});
    host.call("brands.create", &[call.clone(), json!({"id":"nike","name":"Nike"})]).unwrap();
    use bindings::exports::clientdesk::core::types::*;
    let tc = Call{agency:"acme".into(), actor: Actor{id:"o".into(),name:"O".into(),role:Role::Owner}, idempotency_key: None};
    t(&format!("{n} invite dyn"), 2000, |i| { host.call("clients.invite-by-email", &[call.clone(), json!({"email": format!("d{i}@x.example"), "brands":["nike"]})]).unwrap(); });
    t(&format!("{n} invite typed"), 2000, |i| { let inv = bindings::exports::clientdesk::core::clients::EmailInvite{email: format!("t{i}@x.example"), brands: vec!["nike".into()], name: None, note: None}; host.typed(|e, s| e.clientdesk_core_clients().call_invite_by_email(s, &tc, &inv)).unwrap().unwrap(); });
    println!("idle {} {}", host.idle_instances(), rss());
  }
  std::fs::remove_dir_all(&dir).unwrap();
}
