//! Values: TOML as people write it, JSON as functions take and give it.
//!
//! - A TOML date-time stands for its milliseconds since the Unix epoch.
//! - `${ann}` in a string stands for what a step saved as `ann`. A string that is nothing
//!   else becomes the saved value itself, also where it is a number or a list.
//! - `${x*201}` stands for 201 times `x`.
//! - `{ "$times" = 3, "$of" = "brand-${n}" }` is the list `brand-1`, `brand-2`, `brand-3`;
//!   within a list it is these three elements.
//!
//! What a value becomes has 8 MiB at most, so that a slip of the finger isn't a machine without memory.

use std::cell::Cell;
use std::collections::BTreeMap;

use chrono::DateTime;
use serde_json::{Map, Value};

/// How much a value may become: the bytes of its texts and names, and one for each element.
const SIZE_MAX: usize = 8 << 20;

/// What was saved so far, by name.
pub type Names = BTreeMap<String, Value>;

/// The JSON that a TOML value stands for.
///
/// # Errors
///
/// For what JSON can't say, and for times without an offset.
pub fn json(value: &toml::Value) -> Result<Value, String> {
    Ok(match value {
        toml::Value::String(text) => Value::from(text.as_str()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::from(*number),
        toml::Value::Boolean(truth) => Value::from(*truth),
        toml::Value::Datetime(time) => Value::from(millis(&time.to_string())?),
        toml::Value::Array(items) => items.iter().map(json).collect::<Result<_, _>>()?,
        toml::Value::Table(fields) => Value::Object(object(fields)?),
    })
}

/// The JSON object that a TOML table stands for.
///
/// # Errors
///
/// As [`json`].
pub fn object(table: &toml::Table) -> Result<Map<String, Value>, String> {
    table.iter().map(|(key, value)| Ok((key.clone(), json(value)?))).collect()
}

/// The milliseconds since the Unix epoch of a time in RFC 3339.
///
/// # Errors
///
/// When it is none, or lies before 1970.
pub fn millis(text: &str) -> Result<u64, String> {
    // TOML leaves out seconds that are zero.
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%#z"))
        .ok()
        .and_then(|time| u64::try_from(time.timestamp_millis()).ok())
        .ok_or_else(|| format!("`{text}` should be a time such as `2026-09-01T00:00:00Z`"))
}

/// The milliseconds of a duration such as `14d`, `1ms` or `2h 30m`.
///
/// # Errors
///
/// When it is none.
pub fn duration(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` should be a duration such as `14d`, `2h 30m` or `1ms`");
    let mut sum = 0_u64;
    for part in text.split_whitespace() {
        let digits = part.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, unit) = part.split_at(digits);
        let unit: u64 = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(wrong()),
        };
        let number: u64 = number.parse().map_err(|_| wrong())?;
        sum = number.checked_mul(unit).and_then(|x| x.checked_add(sum)).ok_or_else(wrong)?;
    }
    if text.trim().is_empty() { Err(wrong()) } else { Ok(sum) }
}

/// The value with its names filled in and its repetitions written out.
///
/// # Errors
///
/// When nothing was saved under a name, a repetition isn't one, or it becomes too large.
pub fn fill(value: &Value, names: &Names) -> Result<Value, String> {
    Filling::of(names).value(value)
}

/// The elements with their names filled in, and repetitions among them written out.
///
/// # Errors
///
/// As [`fill`].
pub fn fill_list(items: &[Value], names: &Names) -> Result<Vec<Value>, String> {
    Filling::of(names).list(items)
}

/// The text with its names filled in.
///
/// # Errors
///
/// As [`fill`].
pub fn fill_string(text: &str, names: &Names) -> Result<String, String> {
    Filling::of(names).text(text).map(|value| text_of(&value))
}

/// Fills in names, as long as there is room.
struct Filling<'n> {
    names: &'n Names,
    room: Cell<usize>,
}

impl<'n> Filling<'n> {
    fn of(names: &'n Names) -> Self {
        Filling { names, room: Cell::new(SIZE_MAX) }
    }

    /// Takes room for so many bytes or elements.
    fn take(&self, size: usize) -> Result<(), String> {
        let room = self.room.get().checked_sub(size);
        self.room
            .set(room.ok_or_else(|| format!("the value becomes larger than {SIZE_MAX} bytes"))?);
        Ok(())
    }

    fn value(&self, value: &Value) -> Result<Value, String> {
        self.take(1)?;
        match value {
            Value::String(text) => self.text(text),
            Value::Array(items) => self.list(items).map(Value::Array),
            Value::Object(fields) => match fields.get("$times") {
                Some(times) => self.repetition(times, fields),
                None => {
                    let filled = |(key, value): (&String, &Value)| {
                        let key = text_of(&self.text(key)?);
                        Ok((key, self.value(value)?))
                    };
                    let fields = fields.iter().map(filled);
                    fields.collect::<Result<Map<_, _>, String>>().map(Value::Object)
                }
            },
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(value.clone()),
        }
    }

    fn list(&self, items: &[Value]) -> Result<Vec<Value>, String> {
        let mut filled = Vec::new();
        for item in items {
            match self.value(item)? {
                Value::Array(repeated) if item.get("$times").is_some() => filled.extend(repeated),
                one => filled.push(one),
            }
        }
        Ok(filled)
    }

    fn repetition(&self, times: &Value, fields: &Map<String, Value>) -> Result<Value, String> {
        let (Some(times), Some(of), 2) = (times.as_u64(), fields.get("$of"), fields.len()) else {
            return Err("a repetition should be `{ \"$times\" = 3, \"$of\" = … }`".to_owned());
        };
        // At once: nobody waits for a list that will be too long.
        self.take(usize::try_from(times).unwrap_or(usize::MAX))?;
        let mut names = self.names.clone();
        let each = (1..=times).map(|n| {
            names.insert("n".to_owned(), Value::from(n));
            let inner = Filling { names: &names, room: self.room.clone() };
            let filled = inner.value(of);
            self.room.set(inner.room.get());
            filled
        });
        each.collect()
    }

    fn text(&self, text: &str) -> Result<Value, String> {
        let whole = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        if let Some(name) = whole.filter(|name| !name.contains("${")) {
            return self.look_up(name);
        }
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) =
                after.split_once('}').ok_or_else(|| format!("`{text}` has `${{` without `}}`"))?;
            filled.push_str(before);
            filled.push_str(&text_of(&self.look_up(name)?));
            rest = after;
        }
        filled.push_str(rest);
        self.take(text.len())?;
        Ok(Value::String(filled))
    }

    fn look_up(&self, name: &str) -> Result<Value, String> {
        if let Some((what, times)) = name.rsplit_once('*')
            && let Ok(times) = times.parse()
        {
            self.take(what.len().saturating_mul(times))?;
            return Ok(Value::String(what.repeat(times)));
        }
        let saved = self.names.get(name);
        let saved = saved.ok_or_else(|| format!("nothing was saved as `{name}`"))?;
        self.take(size(saved))?;
        Ok(saved.clone())
    }
}

/// How much room a value takes.
fn size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 1,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum::<usize>() + 1,
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| name.len() + size(value)).sum::<usize>() + 1
        }
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_filled_in_wherever_strings_are() {
        let names = Names::from([("ann".into(), json!("id-1")), ("end".into(), json!(5))]);
        for (value, filled) in [
            (json!("plain"), json!("plain")),
            (json!("${ann}"), json!("id-1")),
            (json!("${end}"), json!(5)),
            (json!("a ${ann} b ${end}"), json!("a id-1 b 5")),
            (json!("${ann}${end}"), json!("id-15")),
            (json!({"a": ["${end}", true]}), json!({"a": [5, true]})),
            (json!({"${ann}": 1}), json!({"id-1": 1})),
            (json!("${ä*3}"), json!("äää")),
            (json!("${ä*2}!"), json!("ää!")),
            (json!({"$times": 2, "$of": {"id": "b${n}"}}), json!([{"id": "b1"}, {"id": "b2"}])),
            (json!([0, {"$times": 2, "$of": "${n}"}, [3]]), json!([0, 1, 2, [3]])),
        ] {
            assert_eq!(fill(&value, &names), Ok(filled), "{value}");
        }
        for value in [json!("${bob}"), json!("a ${ann"), json!({"$times": 2})] {
            assert!(fill(&value, &names).is_err(), "{value}");
        }
    }

    #[test]
    fn no_value_becomes_larger_than_memory() {
        let names = Names::from([("long".into(), json!("x".repeat(1 << 20)))]);
        let nested = json!({"$times": 10_000, "$of": {"$times": 10_000, "$of": 1}});
        for value in [
            json!("${a*18446744073709551615}"),
            json!("${a*9000000}"),
            json!("${*99999999999}${a*9000000}"),
            json!("${long}${long}${long}${long}${long}${long}${long}${long}${long}"),
            json!({"$times": u64::MAX, "$of": 0}),
            json!({"$times": 100_000, "$of": "${a*100}"}),
            nested,
        ] {
            let error = fill(&value, &names).unwrap_err();
            assert!(error.contains("larger than 8388608 bytes"), "{value}: {error}");
        }
    }

    #[test]
    fn times_may_leave_their_seconds_out() {
        for (text, expected) in [
            ("2026-09-02T01:00:30Z", Some(1_788_310_830_000)),
            ("2026-09-02T01:00Z", Some(1_788_310_800_000)),
            ("2026-09-02T03:00+02:00", Some(1_788_310_800_000)),
            ("2026-09-02T01:00", None),
            ("2026-09-02", None),
            ("1969-12-31T23:59Z", None),
        ] {
            assert_eq!(millis(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn durations_have_units() {
        for (text, millis) in [
            ("1ms", Some(1)),
            ("14d", Some(1_209_600_000)),
            ("2h 30m", Some(9_000_000)),
            ("1s", Some(1_000)),
            ("", None),
            ("14", None),
            ("d", None),
            ("1w", None),
            ("-1d", None),
            ("99999999999999999999d", None),
        ] {
            assert_eq!(duration(text).ok(), millis, "{text:?}");
        }
    }

    #[test]
    fn times_stand_for_milliseconds() {
        let table: toml::Table = "at = 2026-09-01T00:00:00.001Z\nday = 2026-09-01".parse().unwrap();
        assert_eq!(json(&table["at"]), Ok(json!(1_788_220_800_001_u64)));
        assert!(json(&table["day"]).is_err());
    }
}
