//! Words of the command line, and what they become.

use clap::Parser;
use clientdesk_host::Host;
use clientdesk_host::values::to_json;
use serde_json::json;

use super::*;

/// A component that imports nothing and whose functions take all kinds of arguments.
const COMPONENT: &str = r#"
(component
  (core module $m (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
    (func (export "wide") (param i32))
    (func (export "text") (param i32 i32)))
  (core instance $i (instantiate $m))
  (type $actor' (record (field "id" string) (field "name" string) (field "role" string)))
  (import "actor" (type $actor (eq $actor')))
  (type $call' (record (field "agency" string) (field "actor" $actor)
    (field "idempotency-key" (option string))))
  (import "call" (type $call (eq $call')))
  (type $page' (record (field "limit" u32) (field "cursor" (option string))))
  (import "page" (type $page (eq $page')))
  (type $way' (enum "forward" "backward"))
  (import "way" (type $way (eq $way')))
  (func (export "wide") (param "call" $call) (param "page" $page) (param "way" $way)
    (param "after" (option u64)) (param "note" (option string)) (param "name" string)
    (canon lift (core func $i "wide") (memory (core memory $i "memory"))
      (realloc (core func $i "realloc"))))
  (func (export "text") (param "token" string)
    (canon lift (core func $i "text") (memory (core memory $i "memory"))
      (realloc (core func $i "realloc")))))
"#;

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    caller: KeyedCallerArgs,
}

/// What the words mean, with these options.
fn read_words(function: &str, options: &[&str], words: &[&str]) -> Result<Value, String> {
    let bytes = wat::parse_str(COMPONENT).unwrap();
    let host = Host::builder().component(bytes).build().unwrap();
    let options = Options::parse_from(std::iter::once("test").chain(options.iter().copied()));
    let word = |word: &&str| Word { name: None, text: (*word).to_owned(), is_plain: false };
    let words: Vec<Word> = words.iter().map(word).collect();
    let values = values(host.function(function).unwrap(), &words, &options.caller)
        .map_err(|error| error.to_string())?;
    Ok(values.iter().map(|value| to_json(value).unwrap()).collect())
}

#[test]
fn arguments_are_json_wave_or_text_by_order_or_name() {
    let options = ["--agency", "acme", "--as", "viewer:eve:Eve: the boss", "--key", "k"];
    let call = json!({
        "agency": "acme",
        "actor": {"id": "eve", "name": "Eve: the boss", "role": "viewer"},
        "idempotency-key": "k",
    });
    let expected = json!([
        call,
        {"limit": 5, "cursor": null},
        "backward",
        7,
        "123",
        "Ada",
    ]);
    for words in [
        ["{\"limit\": 5}", "\"backward\"", "7", "123", "Ada"],
        ["{limit: 5, cursor: none}", "backward", "some(7)", "\"123\"", "\"Ada\""],
        ["name=Ada", "after=7", "page={\"limit\": 5}", "way=backward", "note=123"],
        ["name=Ada", "{limit: 5}", "backward", "7", "123"],
    ] {
        assert_eq!(read_words("wide", &options, &words), Ok(expected.clone()));
    }
}

#[test]
fn what_may_be_left_out_is_none() {
    let words = ["page={limit: 5}", "way=forward", "name=true"];
    let values = read_words("wide", &["--agency", "acme"], &words).unwrap();
    assert_eq!(values.as_array().unwrap()[3..], [json!(null), json!(null), json!("true")]);
    assert_eq!(values[0]["actor"], json!({"id": "cli", "name": "cli", "role": "owner"}));
}

#[test]
fn text_stays_as_it_is() {
    for text in ["a=b", "null", "{", "[1]", "12", "", "it's", "name=x", "Token=x", "-"] {
        assert_eq!(read_words("text", &[], &[text]), Ok(json!([text])), "{text}");
    }
    assert_eq!(read_words("text", &[], &["\"a\\nb\""]), Ok(json!(["a\nb"])));
}

#[test]
fn what_is_wrong_is_named() {
    let agency = ["--agency", "acme"];
    for (options, words, message) in [
        (&agency[..], &[][..], "`page` is missing; expected { limit: u32, cursor?: string }"),
        (&[], &["{limit: 5}", "forward", "1", "x", "n"], "--agency <ID>"),
        (&agency, &["{\"limit\": \"5\"}", "way=forward", "name=n"], "`page.limit` is text"),
        (&agency, &["{limit: five}", "way=forward", "name=n"], "`page` can't be read"),
        (&agency, &["{limit: 5}", "forwrd", "name=n"], "did you mean `forward`?"),
        (&agency, &["{limit: 5}", "forward", "1", "x", "n", "6"], "one argument too many: `6`"),
        (&agency, &["pgae={limit: 5}"], "`wide` has no argument `pgae` (did you mean `page`?)"),
        (
            &agency,
            &["x={limit: 5}"],
            "no argument `x`; it takes `page`, `way`, `after`, `note`, `name`",
        ),
        (&agency, &["{limit: 5}", "forward", "1", "x", "nmae=n"], "has no argument `nmae`"),
        (&agency, &["name=a", "name=b"], "`wide` is given `name` twice"),
    ] {
        let error = read_words("wide", options, words).unwrap_err();
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn what_comes_from_standard_input_is_no_json() {
    let host = Host::builder().component(wat::parse_str(COMPONENT).unwrap()).build().unwrap();
    let options = Options::parse_from(["test"]);
    for text in ["\"quoted\"", "tokn=x", "token=x", "{}"] {
        let word = Word { name: None, text: text.to_owned(), is_plain: true };
        let function = host.function("text").unwrap();
        let values = values(function, &[word], &options.caller).unwrap();
        assert_eq!(to_json(&values[0]).unwrap(), json!(text));
    }
}
