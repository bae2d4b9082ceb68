//! JSON to WIT values and back, and what is wrong with bad ones.

use serde_json::{Value, json};
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Type, Val};
use wasmtime::{Config, Engine};

use super::*;

/// A parameter of every type.
const COMPONENT: &str = r#"
(component
  (type $rec' (record (field "email" string) (field "brands" (list string))
    (field "name" (option string)) (field "count" u8)))
  (import "rec" (type $rec (eq $rec')))
  (type $var' (variant (case "queued") (case "failed" string) (case "maybe" (option u32))
    (case "inner" $rec)))
  (import "var" (type $var (eq $var')))
  (type $en' (enum "forward" "backward"))
  (import "en" (type $en (eq $en')))
  (type $fl' (flags "read" "write"))
  (import "fl" (type $fl (eq $fl')))
  (import "all" (func
    (param "rec" $rec) (param "var" $var) (param "en" $en) (param "fl" $fl)
    (param "tup" (tuple u32 string)) (param "res" (result u32 (error string)))
    (param "unit" (result)) (param "bytes" (list u8)) (param "u64" u64) (param "s64" s64)
    (param "s8" s8) (param "letter" char) (param "float" float64) (param "single" float32)
    (param "truth" bool) (param "opt" (option u32)) (param "nested" (option (option u32)))
    (param "vars" (list $var)))))
"#;

fn type_of(param: &str) -> Type {
    let engine = Engine::new(Config::new().concurrency_support(false)).unwrap();
    let component = Component::new(&engine, wat::parse_str(COMPONENT).unwrap()).unwrap();
    let ty = component.component_type();
    let Some(ComponentItem::ComponentFunc(func)) =
        ty.get_import(&engine, "all").map(|import| import.ty)
    else {
        panic!("no function");
    };
    let found = func.params().find(|(name, _)| *name == param);
    found.unwrap().1
}

#[test]
fn values_come_back() {
    for (param, json) in [
        ("rec", json!({"email": "a", "brands": ["x", "y"], "name": "n", "count": 255})),
        ("rec", json!({"email": "", "brands": [], "name": null, "count": 0})),
        ("var", json!("queued")),
        ("var", json!({"failed": "why"})),
        ("var", json!({"maybe": null})),
        ("var", json!({"maybe": 3})),
        ("en", json!("backward")),
        ("fl", json!([])),
        ("fl", json!(["read", "write"])),
        ("tup", json!([1, "a"])),
        ("res", json!({"ok": 1})),
        ("res", json!({"err": "no"})),
        ("unit", json!({"ok": null})),
        ("bytes", json!([0, 255])),
        ("u64", json!(u64::MAX)),
        ("s64", json!(i64::MIN)),
        ("s8", json!(-128)),
        ("letter", json!("é")),
        ("float", json!(0.1)),
        ("single", json!(0.5)),
        ("truth", json!(true)),
        ("opt", json!(null)),
        ("opt", json!(7)),
        ("nested", json!(null)),
        ("nested", json!(7)),
        ("vars", json!(["queued", {"failed": "why"}])),
    ] {
        let value = from_json(&json, &type_of(param), param).unwrap();
        assert_eq!(to_json(&value).unwrap(), json, "{param}");
    }
}

#[test]
fn there_are_short_forms() {
    for (param, short, long) in [
        (
            "rec",
            json!({"email": "a", "brands": [], "count": 1}),
            json!({"email": "a", "brands": [], "name": null, "count": 1}),
        ),
        ("var", json!({"queued": null}), json!("queued")),
        ("var", json!("maybe"), json!({"maybe": null})),
        ("unit", json!("err"), json!({"err": null})),
        ("float", json!(1), json!(1.0)),
    ] {
        let value = from_json(&short, &type_of(param), param).unwrap();
        assert_eq!(to_json(&value).unwrap(), long, "{param}");
    }
}

#[test]
fn errors_say_where_and_what_is_expected() {
    let rec = |field: &str, value: Value| {
        let mut object = json!({"email": "a", "brands": ["x"], "count": 1});
        object[field] = value;
        object
    };
    for (param, json, message) in [
        (
            "rec",
            rec("brands", json!(["x", "y", 5])),
            "`rec.brands[2]` is a number; expected string",
        ),
        ("rec", rec("brands", json!("x")), "`rec.brands` is text; expected list<string>"),
        ("rec", rec("count", json!(256)), "`rec.count` is a number out of range; expected u8"),
        ("rec", rec("count", json!(-1)), "`rec.count` is a number out of range; expected u8"),
        ("rec", rec("count", json!(1.5)), "`rec.count` is a number out of range; expected u8"),
        ("rec", rec("count", json!("1")), "`rec.count` is text; expected u8"),
        (
            "rec",
            rec("emial", json!("b")),
            "`rec.emial` is unknown (did you mean `email`?); expected { email: string, \
             brands: list<string>, name?: string, count: u8 }",
        ),
        (
            "rec",
            json!({"email": "a", "brands": []}),
            "`rec.count` is missing; expected { email: string, brands: list<string>, \
             name?: string, count: u8 }",
        ),
        (
            "var",
            json!("faild"),
            "`var.faild` is unknown (did you mean `failed`?); expected \"queued\" | \
             { failed: string } | { maybe?: u32 } | { inner: { email: string, \
             brands: list<string>, name?: string, count: u8 } }",
        ),
        ("var", json!({"failed": 1}), "`var.failed` is a number; expected string"),
        (
            "vars",
            json!([{"inner": {"email": 1, "brands": [], "count": 1}}]),
            "`vars[0].inner.email` is a number; expected string",
        ),
        ("en", json!(1), "`en` is a number; expected \"forward\" | \"backward\""),
        (
            "fl",
            json!(["raed"]),
            "`fl.raed` is unknown (did you mean `read`?); expected list<\"read\" | \"write\">",
        ),
        ("tup", json!([1]), "`tup` has 1 elements; expected [u32, string]"),
        ("letter", json!("ab"), "`letter` is text of other than one character; expected char"),
        ("truth", json!(0), "`truth` is a number; expected true | false"),
        ("opt", json!("x"), "`opt` is text; expected u32"),
        ("u64", json!(null), "`u64` is null; expected u64"),
    ] {
        let error = from_json(&json, &type_of(param), param).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn an_unknown_name_is_repeated_in_part() {
    let name = format!("a\n{}", "ü".repeat(5_000));
    let error = from_json(&json!({name: 1}), &type_of("rec"), "rec").unwrap_err();
    assert_eq!(error.path, format!("rec.a\\n{}…", "ü".repeat(198)));
}

#[test]
fn an_error_never_shows_a_value() {
    let secret = json!(["hunter2"]);
    let error = from_json(&secret, &type_of("letter"), "password").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[test]
fn records_keep_the_order_of_the_contract() {
    let json = json!({"email": "a", "brands": [], "count": 1});
    let value = from_json(&json, &type_of("rec"), "rec").unwrap();
    assert_eq!(
        serde_json::to_string(&Shown(&value)).unwrap(),
        r#"{"email":"a","brands":[],"name":null,"count":1}"#
    );
    assert!(matches!(value, Val::Record(_)));
}
