//! That values are written in the words of the WIT, and in those of Rust: the test of
//! [`Contract`], which the tests share with fuzzing.

pub use clientdesk_tests::contract::{Contract, read};
use libtest_mimic::Trial;
use serde_json::json;
use wit_parser::{Resolve, Type, TypeDefKind, TypeId, TypeOwner};

use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("contract/values_in_both_words", values_in_both_words),
        trial("contract/what_does_not_fit_is_named", what_does_not_fit_is_named),
    ]
}

/// What an interface's `use` brings in under the name that it has where it comes from.
pub fn imported(resolve: &Resolve, id: TypeId) -> Option<TypeId> {
    let declared = &resolve.types[id];
    match declared.kind {
        TypeDefKind::Type(Type::Id(other)) if resolve.types[other].name == declared.name => {
            Some(other)
        }
        _ => None,
    }
}

/// The interface that declares a type, and what it is called; an import is called as what it imports.
pub fn named(resolve: &Resolve, id: TypeId) -> (String, String) {
    if let Some(other) = imported(resolve, id) {
        return named(resolve, other);
    }
    let declared = &resolve.types[id];
    let TypeOwner::Interface(owner) = declared.owner else {
        panic!("{:?} is in no interface", declared.name)
    };
    let interface = resolve.interfaces[owner].name.clone().unwrap();
    (interface, declared.name.clone().unwrap())
}

const TYPES: &str = "
    package test:core;
    interface shop {
        type id = string;
        enum color { red, dark-blue }
        variant answer { yes, not-yet(u64), no(list<id>) }
        record thing { item-id: id, best-before: option<u64>, color: color, answers: list<answer> }
        sell: func(thing: thing) -> result<option<thing>, answer>;
        wait: func() -> result<_, answer>;
        count: func() -> u32;
    }";

fn shop() -> Contract {
    let mut resolve = Resolve::default();
    resolve.push_str("shop.wit", TYPES).unwrap();
    Contract::parse(resolve)
}

fn values_in_both_words() {
    let shop = shop();
    let sell = shop.function("shop.sell").unwrap();
    let (name, thing) = &sell.params[0];
    assert_eq!(name, "thing");
    for (wit, rust) in [
        (
            json!({"item-id": "a", "best-before": 5, "color": "dark-blue", "answers": ["yes", {"not-yet": 3}]}),
            json!({"item_id": "a", "best_before": 5, "color": "DarkBlue", "answers": ["Yes", {"NotYet": 3}]}),
        ),
        (
            json!({"item-id": "a", "best-before": null, "color": "red", "answers": [{"no": ["x"]}]}),
            json!({"item_id": "a", "best_before": null, "color": "Red", "answers": [{"No": ["x"]}]}),
        ),
    ] {
        assert_eq!(shop.argument(*thing, &wit), Ok(rust.clone()));
        assert_eq!(shop.answer(sell, &json!({ "Ok": rust })), Ok(Ok(wit)));
    }
    let wait = shop.function("shop.wait").unwrap();
    let count = shop.function("shop.count").unwrap();
    assert_eq!(shop.answer(sell, &json!({"Ok": null})), Ok(Ok(json!(null))));
    assert_eq!(shop.answer(sell, &json!({"Err": {"NotYet": 1}})), Ok(Err(json!({"not-yet": 1}))));
    assert_eq!(shop.answer(wait, &json!({"Ok": null})), Ok(Ok(json!(null))));
    assert_eq!(shop.answer(wait, &json!({"Err": "Yes"})), Ok(Err(json!("yes"))));
    assert_eq!(shop.answer(count, &json!(7)), Ok(Ok(json!(7))));
}

fn what_does_not_fit_is_named() {
    let shop = shop();
    let thing = shop.function("shop.sell").unwrap().params[0].1;
    for (value, problem) in [
        (json!("a"), "no record"),
        (json!({"item_id": "a"}), "no field `item_id`"),
        (json!({"color": "red"}), "field `item-id`"),
        (json!({"item-id": "a", "color": "pink"}), "no case `pink`"),
        (json!({"item-id": "a", "color": "red", "answers": [{"not-yet": "x"}]}), "answers"),
    ] {
        let error = shop.argument(thing, &value).unwrap_err();
        assert!(error.contains(problem), "{value}: {error}");
    }
}
