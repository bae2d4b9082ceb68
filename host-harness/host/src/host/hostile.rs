//! Components that want to do harm: each is stopped with an error that says what it did, the
//! next call is served, and the host's memory stays bounded.

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::adapters::secrets::SeededSecrets;
use crate::adapters::storage::{MemoryStorage, Write};

/// A component that calls storage and mail without end, passes what isn't there, or the same
/// over and over. Its memory has 2 MiB, and `k` is at the beginning.
const HOSTILE: &str = r#"
(component
  (import "clientdesk:host/storage@0.1.0" (instance $storage
    (type $error0 (variant (case "unavailable" string) (case "too-large" string)))
    (export "error" (type $error (eq $error0)))
    (type $entry0 (record (field "key" string) (field "value" string) (field "version" u64)))
    (export "entry" (type $entry (eq $entry0)))
    (type $page0 (record (field "entries" (list $entry)) (field "next" (option string))))
    (export "page" (type $page (eq $page0)))
    (type $check0 (record (field "key" string) (field "version" (option u64))))
    (export "check" (type $check (eq $check0)))
    (type $write0 (record (field "key" string) (field "value" (option string))))
    (export "write" (type $write (eq $write0)))
    (type $outcome0 (record (field "committed" bool) (field "conflicts" (list string))))
    (export "outcome" (type $outcome (eq $outcome0)))
    (export "get" (func (param "keys" (list string))
      (result (result (list (option $entry)) (error $error)))))
    (export "scan" (func (param "start" string) (param "end" string) (param "limit" u32)
      (param "reverse" bool) (result (result $page (error $error)))))
    (export "commit" (func (param "checks" (list $check)) (param "writes" (list $write))
      (result (result $outcome (error $error)))))))
  (import "clientdesk:host/mail@0.1.0" (instance $mail
    (type $message0 (record (field "id" string) (field "agency" string)
      (field "sender-name" string) (field "reply-to" (option string)) (field "to" string)
      (field "subject" string) (field "text" string) (field "html" string) (field "kind" string)))
    (export "message" (type $message (eq $message0)))
    (type $handover0 (variant (case "accepted") (case "try-later" string) (case "never" string)))
    (export "handover" (type $handover (eq $handover0)))
    (export "send" (func (param "message" $message) (result $handover)))))
  (core module $libc
    (memory (export "memory") 32)
    (data (i32.const 0) "k")
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 0x100000))
  (core instance $libc (instantiate $libc))
  (core func $get (canon lower (func $storage "get")
    (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
  (core func $scan (canon lower (func $storage "scan")
    (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
  (core func $commit (canon lower (func $storage "commit")
    (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
  (core func $send (canon lower (func $mail "send")
    (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
  (core module $m
    (import "libc" "memory" (memory 32))
    (import "host" "get" (func $get (param i32 i32 i32)))
    (import "host" "scan" (func $scan (param i32 i32 i32 i32 i32 i32 i32)))
    (import "host" "commit" (func $commit (param i32 i32 i32 i32 i32)))
    (import "host" "send" (func $send (param i32 i32)))
    (func $text (param $at i32) (param $from i32) (param $len i32)
      (i32.store (local.get $at) (local.get $from))
      (i32.store offset=4 (local.get $at) (local.get $len)))
    (func (export "well") (result i32) i32.const 1)
    ;; One key, again and again.
    (func (export "reads") (call $text (i32.const 64) (i32.const 0) (i32.const 1))
      (loop (call $get (i32.const 64) (i32.const 1) (i32.const 128)) (br 0)))
    (func (export "scans") (loop
      (call $scan (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1)
        (i32.const -1) (i32.const 0) (i32.const 128)) (br 0)))
    ;; `count` writes of a value of `len` bytes, which are the same for all.
    (func $writes (param $count i32) (param $len i32) (result i32)
      (local $i i32) (local $at i32)
      (local.set $at (i32.const 1024))
      (loop
        (call $text (local.get $at) (i32.const 0) (i32.const 1))
        (i32.store8 offset=8 (local.get $at) (i32.const 1))
        (call $text (i32.add (local.get $at) (i32.const 12)) (i32.const 0x80000) (local.get $len))
        (local.set $at (i32.add (local.get $at) (i32.const 20)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if 0 (i32.lt_u (local.get $i) (local.get $count))))
      (call $commit (i32.const 0) (i32.const 0) (i32.const 1024) (local.get $count)
        (i32.const 128))
      (i32.load8_u (i32.const 128)))
    (func (export "commit") (param i32 i32) (result i32)
      (call $writes (local.get 0) (local.get 1)))
    (func (export "commits") (loop
      (drop (call $writes (i32.const 1) (i32.const 256))) (br 0)))
    (func (export "absurd") (result i32)
      (call $commit (i32.const 0) (i32.const 0x7fffffff) (i32.const 0) (i32.const 0)
        (i32.const 128))
      i32.const 0)
    (func $mail (param $len i32)
      (call $text (i32.const 116) (i32.const 0x80000) (local.get $len))
      (call $text (i32.const 124) (i32.const 0x80000) (local.get $len))
      (call $send (i32.const 64) (i32.const 192)))
    (func (export "mail") (param i32) (call $mail (local.get 0)))
    (func (export "mails") (loop (call $mail (i32.const 65536)) (br 0)))
    ;; So many texts of a mebibyte, which are all the same.
    (func (export "texts") (param $count i32) (result i32)
      (local $i i32)
      (loop
        (call $text (i32.add (i32.const 0x100000) (i32.shl (local.get $i) (i32.const 3)))
          (i32.const 0) (i32.const 0x100000))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if 0 (i32.lt_u (local.get $i) (local.get $count))))
      (call $text (i32.const 64) (i32.const 0x100000) (local.get $count))
      i32.const 64)
    (func (export "text") (result i32)
      (call $text (i32.const 64) (i32.const 0) (i32.const 0x40000000))
      i32.const 64))
  (core instance $i (instantiate $m
    (with "libc" (instance $libc))
    (with "host" (instance (export "get" (func $get)) (export "scan" (func $scan))
      (export "commit" (func $commit)) (export "send" (func $send))))))
  (func (export "well") (result u32) (canon lift (core func $i "well")))
  (func (export "reads") (canon lift (core func $i "reads")))
  (func (export "scans") (canon lift (core func $i "scans")))
  (func (export "commit") (param "count" u32) (param "len" u32) (result u32)
    (canon lift (core func $i "commit")))
  (func (export "commits") (canon lift (core func $i "commits")))
  (func (export "absurd") (result u32) (canon lift (core func $i "absurd")))
  (func (export "mail") (param "len" u32) (canon lift (core func $i "mail")))
  (func (export "mails") (canon lift (core func $i "mails")))
  (func (export "texts") (param "count" u32) (result (list string))
    (canon lift (core func $i "texts") (memory (core memory $libc "memory"))))
  (func (export "text") (result string)
    (canon lift (core func $i "text") (memory (core memory $libc "memory")))))
"#;

/// A component that never gets as far as a call.
const STUCK: &str = r#"
(component
  (core module $m (func $spin (loop (br 0))) (start $spin) (func (export "f")))
  (core instance $i (instantiate $m))
  (func (export "f") (canon lift (core func $i "f"))))
"#;

/// A component that makes its tables as large as it is let.
const SPREADING: &str = r#"
(component
  (core module $m (table $t 1 funcref)
    (func (export "f") (param i32) (result i32) (table.grow $t (ref.null func) (local.get 0))))
  (core instance $i (instantiate $m))
  (func (export "f") (param "by" u32) (result s32) (canon lift (core func $i "f"))))
"#;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// A store with so much in it that some scans of all of it are too much, and the limits.
fn hosts() -> (Arc<MemoryStorage>, [Host; 2]) {
    let storage = Arc::new(MemoryStorage::new());
    let row = |number| Write {
        key: format!("a{number}"),
        value: Some(format!("\"{}\"", "x".repeat(60 * KIB))),
    };
    storage.commit(vec![], (0..16).map(row).collect()).unwrap();
    let limits = Limits {
        deadline: Duration::from_secs(5),
        memory: 8 * MIB,
        host_calls: 1_000,
        host_bytes: 16 * 1024 * 1024,
        instances: 4,
        ..Limits::default()
    };
    let first = Host::builder().component(wat::parse_str(HOSTILE).unwrap()).limits(limits);
    let kept = |builder: HostBuilder| {
        builder.storage(Arc::clone(&storage) as _).secrets(Arc::new(SeededSecrets::new(1)))
    };
    let fresh = kept(first).build().unwrap();
    let warm = kept(fresh.sharing()).instances(Instances::Warm { max_idle: 1 }).build().unwrap();
    (storage, [fresh, warm])
}

/// Calls, and makes sure that the next call is served.
#[track_caller]
fn stopped(host: &Host, function: &str, arguments: &[Value]) -> CallError {
    let error = host.call(function, arguments).unwrap_err();
    assert_eq!(host.call("well", &[]).unwrap(), json!(1), "after {function}");
    error
}

#[test]
fn storage_and_mail_without_end_are_stopped() {
    let (_, hosts) = hosts();
    for host in &hosts {
        for _ in 0..3 {
            let error = stopped(host, "reads", &[]);
            assert!(matches!(error, CallError::HostCalls { limit: 1_000 }), "{error:?}");
            let error = stopped(host, "commits", &[]);
            assert!(matches!(error, CallError::HostCalls { limit: 1_000 }), "{error:?}");
            for function in ["scans", "mails"] {
                let error = stopped(host, function, &[]);
                assert!(matches!(error, CallError::HostBytes { .. }), "{function}: {error:?}");
                assert!(error.to_string().contains("16777216 bytes to and from"), "{error}");
            }
        }
    }
}

#[test]
fn what_a_call_may_ask_for_begins_anew_with_each_call() {
    let (_, [_, warm]) = hosts();
    for _ in 0..2_000 {
        assert_eq!(warm.call("commit", &[json!(1), json!(100)]).unwrap(), json!(0));
    }
    assert_eq!(warm.idle_instances(), 1);
}

#[test]
fn a_huge_commit_writes_nothing() {
    let (storage, hosts) = hosts();
    let before = storage.dump();
    for host in &hosts {
        // Over the limits of a commit: the component is told, and goes on.
        for (count, len) in [(1_001, 1), (1, 65_537), (100, 65_000)] {
            let refused = host.call("commit", &[json!(count), json!(len)]).unwrap();
            assert_eq!(refused, json!(1), "{count} writes of {len} bytes");
        }
        // Over what may be passed at once.
        for (count, len) in [(100, MIB), (1_000, 32 * KIB)] {
            let error = stopped(host, "commit", &[json!(count), json!(len)]);
            assert!(matches!(error, CallError::Passed { limit } if limit == 16 * MIB), "{error:?}");
        }
        // Of rows that aren't there.
        let error = stopped(host, "absurd", &[]).to_string();
        assert!(error.contains("out of bounds"), "{error}");
        assert_eq!(storage.dump(), before);
    }
}

#[test]
fn a_mail_without_end_is_not_taken() {
    let (_, hosts) = hosts();
    let narrow = |host: &Host| Limits { host_call_bytes: MIB, ..host.limits().clone() };
    for host in &hosts {
        let host = host.sharing().limits(narrow(host)).build().unwrap();
        host.call("mail", &[json!(400 * KIB)]).unwrap();
        let error = stopped(&host, "mail", &[json!(600 * KIB)]);
        assert!(matches!(error, CallError::Passed { .. }), "{error:?}");
        let error = stopped(&host, "mail", &[json!(0x4000_0000)]).to_string();
        assert!(error.contains("out of bounds"), "{error}");
    }
}

/// Takes its time with each mail.
struct SlowMail(Duration, std::sync::atomic::AtomicU32);

impl crate::adapters::mail::Mail for SlowMail {
    fn send(&self, _: crate::adapters::mail::Message) -> crate::adapters::mail::Handover {
        self.1.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        std::thread::sleep(self.0);
        crate::adapters::mail::Handover::Accepted
    }
}

#[test]
fn whoever_waits_for_mails_isnt_stopped_and_waits_no_longer_than_it_may() {
    let (_, hosts) = hosts();
    let limits = |host: &Host| Limits {
        deadline: Duration::from_millis(100),
        mails: Duration::from_millis(500),
        ..host.limits().clone()
    };
    for host in &hosts {
        let slow = Arc::new(SlowMail(Duration::from_millis(200), 0.into()));
        let taken = || slow.1.load(std::sync::atomic::Ordering::SeqCst);
        let host = host.sharing().limits(limits(host)).mail(slow.clone()).build().unwrap();
        for number in 1..=3 {
            host.call("mail", &[json!(1)]).unwrap();
            assert_eq!(taken(), number);
        }
        let begun = std::time::Instant::now();
        stopped(&host, "mails", &[]);
        assert_eq!(taken(), 6, "the others are told to come later");
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }
}

/// A gigabyte that is there once, and one that isn't there at all.
#[test]
fn an_answer_of_a_gigabyte_never_reaches_the_hosts_memory() {
    let (_, hosts) = hosts();
    let before = most_memory();
    for host in &hosts {
        assert_eq!(host.call("texts", &[json!(8)]).unwrap().as_array().unwrap().len(), 8);
        let error = stopped(host, "texts", &[json!(1_024)]);
        assert!(error.to_string().contains("16777216 bytes to its host at once"), "{error}");
        let error = stopped(host, "text", &[]).to_string();
        assert!(error.contains("out of bounds"), "{error}");
    }
    if let (Some(before), Some(after)) = (before, most_memory()) {
        // Other tests run at the same time.
        assert!(after < before + 512 * MIB, "{before} bytes before, {after} after");
    }
}

/// The most memory that this process has ever had, where the system tells.
fn most_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<usize>().ok()? * KIB)
}

#[test]
fn what_spins_before_it_can_be_called_is_stopped() {
    let limits = Limits { deadline: Duration::from_millis(100), instances: 1, ..Limits::default() };
    let bytes = wat::parse_str(STUCK).unwrap();
    let host = Host::builder().component(bytes).limits(limits).build().unwrap();
    for _ in 0..3 {
        let error = host.call("f", &[]).unwrap_err();
        assert!(matches!(error, CallError::Deadline { .. }), "{error:?}");
    }
}

#[test]
fn tables_grow_only_so_far() {
    let bytes = wat::parse_str(SPREADING).unwrap();
    let limits = Limits { instances: 1, ..Limits::default() };
    let host = Host::builder().component(bytes).limits(limits).build().unwrap();
    assert_eq!(host.call("f", &[json!(1_000)]).unwrap(), json!(1));
    assert_eq!(host.call("f", &[json!(1_000_000)]).unwrap(), json!(-1));
}
