//! Rows that aren't as the component writes them.

use serde_json::{Map, Value, json};

use crate::draw::Draw;
use crate::stage::Stage;

/// The longest value that a store takes.
const VALUE_BYTES_MAX: usize = 65_536;

/// Whole values that are no row.
const NO_ROWS: [&str; 14] = [
    "",
    " ",
    "{",
    "null",
    "[]",
    "{}",
    "0",
    "\"\"",
    "\u{0}",
    r#"{"schema":2}"#,
    r#"{"schema":2,"data":null}"#,
    r#"{"schema":2,"data":{}}"#,
    r#"{"schema":2,"data":[]}"#,
    r#"{"schema":2,"data":{},"data":{}}"#,
];

const SCHEMAS: [&str; 9] =
    ["0", "1", "3", "99", "-1", "18446744073709551616", "1e3", "\"2\"", "null"];

/// What becomes of a row: another value, or none.
pub fn damage(draw: &mut Draw<'_>, key: &str, value: &str, stage: &Stage) -> Option<String> {
    let damaged = match draw.below(12) {
        0 => return None,
        1 => draw.pick(&NO_ROWS).copied().unwrap_or_default().to_owned(),
        2 => {
            let schema = draw.pick(&SCHEMAS).copied().unwrap_or("1");
            value.replacen("\"schema\":2", &format!("\"schema\":{schema}"), 1)
        }
        3 => {
            let keep = draw.below(value.chars().count());
            value.chars().take(keep).collect()
        }
        4 => another_rows(draw, key, stage),
        5 => "[".repeat(draw.below(30_000)),
        _ => match serde_json::from_str::<Value>(value) {
            Ok(mut row) => {
                for _ in 0..=draw.below(2) {
                    bend(draw, row.get_mut("data").unwrap_or(&mut Value::Null), 0);
                }
                // As the component writes it, so that it isn't looked at more closely for its form.
                format!(r#"{{"schema":2,"data":{}}}"#, row.get("data").unwrap_or(&Value::Null))
            }
            Err(_) => draw.pick(&NO_ROWS).copied().unwrap_or_default().to_owned(),
        },
    };
    let fits = damaged.len() <= VALUE_BYTES_MAX;
    Some(if fits { damaged } else { String::new() })
}

/// The value of another row, mostly of one of the same kind.
fn another_rows(draw: &mut Draw<'_>, key: &str, stage: &Stage) -> String {
    let of_kind = |key: &str| key.split('/').nth(2).map(str::to_owned);
    let kind = of_kind(key);
    let alike: Vec<&String> = stage
        .rows
        .iter()
        .filter(|(other, _)| of_kind(other) == kind && other.as_str() != key)
        .map(|(_, value)| value)
        .collect();
    let all: Vec<&String> = stage.rows.values().collect();
    let from = if alike.is_empty() || draw.once_in(4) { all } else { alike };
    draw.pick(&from).map(|value| (*value).clone()).unwrap_or_default()
}

/// Changes a place in the value.
fn bend(draw: &mut Draw<'_>, value: &mut Value, depth: usize) {
    let goes_down = depth < 12 && !draw.once_in(4);
    match value {
        Value::Object(fields) if goes_down && !fields.is_empty() => {
            let names: Vec<String> = fields.keys().cloned().collect();
            let Some(name) = draw.pick(&names) else { return };
            if draw.once_in(8) {
                fields.remove(name);
                return;
            }
            if let Some(inner) = fields.get_mut(name) {
                bend(draw, inner, depth + 1);
            }
        }
        Value::Array(items) if goes_down && !items.is_empty() => {
            let place = draw.below(items.len());
            match draw.below(8) {
                0 => drop(items.remove(place)),
                1 => items.extend(items.clone()),
                2 => items.reverse(),
                _ => {
                    if let Some(inner) = items.get_mut(place) {
                        bend(draw, inner, depth + 1);
                    }
                }
            }
        }
        value => *value = other(draw, value),
    }
}

/// Something else in a value's place.
fn other(draw: &mut Draw<'_>, value: &Value) -> Value {
    let any = [json!(null), json!(true), json!(0), json!(""), json!([]), json!({}), json!("7")];
    if draw.once_in(5) {
        return draw.pick(&any).cloned().unwrap_or_default();
    }
    match value {
        Value::Number(number) => {
            let near = number.as_i64().unwrap_or_default();
            let day = 86_400_000;
            let numbers = [
                json!(i64::MIN),
                json!(-1),
                json!(0),
                json!(1),
                json!(255),
                json!(65_536),
                json!(u32::MAX),
                json!(u64::from(u32::MAX) + 1),
                json!(253_402_300_799_999_u64),
                json!(253_402_300_800_000_u64),
                json!(i64::MAX),
                json!(u64::MAX),
                json!(1e300),
                json!(0.5),
                json!(near.saturating_add(1)),
                json!(near.saturating_sub(1)),
                json!(near.saturating_add(day)),
                json!(near.saturating_sub(400 * day)),
                json!(near.saturating_mul(1_000)),
            ];
            draw.pick(&numbers).cloned().unwrap_or_default()
        }
        Value::String(text) => {
            let texts = [
                json!(""),
                json!("x".repeat(40_000)),
                json!("\u{0}/\u{202e}"),
                json!(format!("{text}x")),
                json!(text.to_uppercase()),
                json!(text.chars().skip(1).collect::<String>()),
                json!(text.chars().rev().collect::<String>()),
                json!("active"),
                json!("a/b"),
                json!("01890a5d-ac96-774b-bcce-b302099a8057"),
                json!("-----"),
            ];
            draw.pick(&texts).cloned().unwrap_or_default()
        }
        Value::Array(items) => {
            let doubled: Vec<&Value> = items.iter().chain(items).collect();
            let lists = [json!([]), json!(doubled), json!([[i64::MIN, 67]]), json!([null])];
            draw.pick(&lists).cloned().unwrap_or_default()
        }
        Value::Object(fields) => {
            let mut more: Map<String, Value> = fields.clone();
            more.insert("unheard-of".to_owned(), json!(1));
            let objects = [json!({}), json!([]), Value::Object(more)];
            draw.pick(&objects).cloned().unwrap_or_default()
        }
        Value::Null => {
            draw.pick(&[json!(u64::MAX), json!("x"), json!({})]).cloned().unwrap_or_default()
        }
        Value::Bool(truth) => json!(!truth),
    }
}
