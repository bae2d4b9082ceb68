//! Limits, instances and what a host answers.

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::adapters::secrets::SeededSecrets;
use crate::adapters::storage::MemoryStorage;

/// A component without imports that misbehaves on demand. `count` tells how often it was
/// called in this instance.
const UNRULY: &str = r#"
(component
  (core module $m
    (memory (export "memory") 1)
    (global $calls (mut i32) (i32.const 0))
    (func (export "count") (result i32)
      (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
      (global.get $calls))
    (func (export "grow") (param i32)
      (drop (memory.grow (local.get 0))))
    (func (export "spin") (loop (br 0)))
    (func (export "eat") (loop (drop (memory.grow (i32.const 16))) (br 0)))
    (func $deep (export "recurse") (call $deep))
    (func (export "trap") unreachable))
  (core instance $i (instantiate $m))
  (func (export "count") (result u32) (canon lift (core func $i "count")))
  (func (export "grow") (param "pages" u32) (canon lift (core func $i "grow")))
  (func (export "spin") (canon lift (core func $i "spin")))
  (func (export "eat") (canon lift (core func $i "eat")))
  (func (export "recurse") (canon lift (core func $i "recurse")))
  (func (export "trap") (canon lift (core func $i "trap"))))
"#;

/// A component that asks for as many random bytes as it is told to.
const GREEDY: &str = r#"
(component
  (import "clientdesk:host/secrets@0.1.0" (instance $secrets
    (export "random" (func (param "len" u32) (result (list u8))))))
  (core module $memory (memory (export "memory") 4)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024))
  (core instance $memory (instantiate $memory))
  (core func $random (canon lower (func $secrets "random")
    (memory (core memory $memory "memory"))
    (realloc (core func $memory "realloc"))))
  (core module $m
    (import "host" "random" (func $random (param i32 i32)))
    (func (export "ask") (param i32) (call $random (local.get 0) (i32.const 16))))
  (core instance $i (instantiate $m
    (with "host" (instance (export "random" (func $random))))))
  (func (export "ask") (param "len" u32) (canon lift (core func $i "ask"))))
"#;

/// A component that wants something of WASI.
const WORLDLY: &str = r#"
(component
  (import "wasi:cli/exit@0.2.0" (instance $exit (export "leave" (func))))
  (core func $leave (canon lower (func $exit "leave")))
  (core module $m
    (import "wasi" "leave" (func $leave))
    (func (export "leave") (call $leave))
    (func (export "stay")))
  (core instance $i (instantiate $m (with "wasi" (instance (export "leave" (func $leave))))))
  (func (export "leave") (canon lift (core func $i "leave")))
  (func (export "stay") (canon lift (core func $i "stay"))))
"#;

fn builder(text: &str) -> HostBuilder {
    let bytes = wat::parse_str(text).unwrap();
    Host::builder().component(bytes).limits(Limits {
        deadline: Duration::from_millis(100),
        memory: 8 * 1024 * 1024,
        instances: 4,
        ..Limits::default()
    })
}

fn unruly(instances: Instances) -> Host {
    builder(UNRULY).instances(instances).build().unwrap()
}

const WARM: Instances = Instances::Warm { max_idle: 2 };

#[test]
fn what_misbehaves_is_stopped_and_the_host_lives_on() {
    for instances in [Instances::Fresh, WARM] {
        let host = unruly(instances);
        for _ in 0..6 {
            assert!(matches!(host.call("spin", &[]), Err(CallError::Deadline { .. })));
            assert!(matches!(host.call("eat", &[]), Err(CallError::Memory { .. })));
            assert!(matches!(host.call("trap", &[]), Err(CallError::Trap { .. })));
            assert!(matches!(host.call("recurse", &[]), Err(CallError::Trap { .. })));
            assert_eq!(host.call("count", &[]).unwrap(), json!(1));
            host.call("grow", &[json!(64)]).unwrap();
        }
    }
}

#[test]
fn a_fresh_instance_remembers_nothing() {
    let host = unruly(Instances::Fresh);
    for _ in 0..3 {
        assert_eq!(host.call("count", &[]).unwrap(), json!(1));
    }
    assert_eq!(host.idle_instances(), 0);
}

#[test]
fn a_warm_instance_is_used_again_until_it_traps() {
    let host = unruly(WARM);
    for count in 1..4 {
        assert_eq!(host.call("count", &[]).unwrap(), json!(count));
    }
    assert_eq!(host.idle_instances(), 1);
    host.call("trap", &[]).unwrap_err();
    assert_eq!(host.idle_instances(), 0);
    assert_eq!(host.call("count", &[]).unwrap(), json!(1));
}

#[test]
fn a_warm_instance_that_grew_is_dropped() {
    let host = unruly(WARM);
    host.call("grow", &[json!(32)]).unwrap();
    assert_eq!(host.idle_instances(), 1);
    host.call("grow", &[json!(1)]).unwrap();
    assert_eq!(host.idle_instances(), 0);
}

#[test]
fn a_warm_instance_has_the_whole_deadline_each_time() {
    let host = unruly(WARM);
    for _ in 0..3 {
        std::thread::sleep(Duration::from_millis(80));
        host.call("count", &[]).unwrap();
    }
    assert_eq!(host.idle_instances(), 1);
}

#[test]
fn calls_beyond_the_number_of_instances_are_busy() {
    let host = unruly(Instances::Fresh);
    let answers = std::thread::scope(|scope| {
        let calls: Vec<_> =
            (0..8).map(|_| scope.spawn(|| host.call("spin", &[]).unwrap_err())).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect::<Vec<_>>()
    });
    let busy = |error: &&CallError| matches!(error, CallError::Busy { .. });
    assert!(answers.iter().filter(busy).count() >= 1, "{answers:?}");
    assert_eq!(host.call("count", &[]).unwrap(), json!(1));
}

#[test]
fn an_absurd_request_for_randomness_is_a_trap() {
    let host = builder(GREEDY).build().unwrap();
    host.call("ask", &[json!(65_536)]).unwrap();
    let error = host.call("ask", &[json!(65_537)]).unwrap_err().to_string();
    assert!(error.contains("at most 65536"), "{error}");
}

#[test]
fn an_import_that_is_not_given_traps_only_when_called() {
    let host = builder(WORLDLY).build().unwrap();
    host.call("stay", &[]).unwrap();
    let error = host.call("leave", &[]).unwrap_err().to_string();
    assert!(error.contains("wasi:cli/exit@0.2.0"), "{error}");
    assert_eq!(host.imports()[0].functions, ["leave"]);
}

#[test]
fn hosts_that_share_code_have_limits_of_their_own_within_its() {
    let host = unruly(Instances::Fresh);
    let less = Limits { memory: 128 * 1024, ..host.limits().clone() };
    let small = host.sharing().limits(less).build().unwrap();
    let grow = [json!(2)];
    assert!(matches!(small.call("grow", &grow), Err(CallError::Memory { .. })));
    host.call("grow", &grow).unwrap();
    let more = Limits { instances: 5, ..host.limits().clone() };
    let refused = host.sharing().limits(more).build();
    assert!(matches!(refused, Err(BuildError::Limits)));
}

#[test]
fn wrong_calls_say_what_is_wrong() {
    let host = unruly(Instances::Fresh);
    for (name, args, message) in [
        ("cuont", vec![], "no function `cuont` (did you mean `count`?)"),
        ("grow", vec![], "`grow`: `pages` is missing; expected u32"),
        ("grow", vec![json!("x")], "`grow`: `pages` is text; expected u32"),
        (
            "grow",
            vec![json!(1), json!(2)],
            "`grow`: `argument 2` is one argument too many; expected grow(pages: u32)",
        ),
    ] {
        assert_eq!(host.call(name, &args).unwrap_err().to_string(), message);
    }
}

#[test]
fn a_component_of_another_contract_has_no_typed_calls() {
    let host = unruly(Instances::Fresh);
    let error = host.typed(|_, _| Ok(())).unwrap_err();
    assert!(matches!(error, CallError::OtherContract { .. }), "{error:?}");
}

#[test]
fn a_store_that_is_given_needs_keys_that_are_given() {
    let host = unruly(Instances::Fresh);
    let store = || Arc::new(MemoryStorage::new());
    for builder in [Host::builder(), host.sharing()] {
        let error = builder.storage(store()).build().unwrap_err();
        assert!(matches!(error, BuildError::NoSecrets), "{error:?}");
        let line = r#"`.secrets(Arc::new(SystemSecrets::open("keys.json")?))`"#;
        assert!(error.to_string().contains(line), "{error}");
    }
    host.sharing().storage(store()).secrets(Arc::new(SeededSecrets::new(1))).build().unwrap();
}

#[test]
fn what_is_no_component_is_refused() {
    for bytes in [&b""[..], b"not wasm", b"\0asm\x01\0\0\0"] {
        let error = Host::builder().component(bytes).build().unwrap_err();
        assert!(matches!(error, BuildError::Component(_)), "{error:?}");
    }
}

#[cfg(feature = "built-in")]
#[test]
fn the_built_in_component_answers_both_ways() {
    let host = Host::builder().build().unwrap();
    let schema =
        host.typed(|exports, store| exports.clientdesk_core_system().call_schema(store)).unwrap();
    assert_eq!(host.call("system.schema", &[]).unwrap(), json!(schema));
}
