//! Times as people and programs write them: RFC 3339, in UTC. The contract counts
//! milliseconds; here stands which of its numbers are times.

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};
use clientdesk_host::adapters::clock::LATEST_TIME;
use clientdesk_host::values::{ValueError, ValueProblem};
use serde_json::Value;
use wasmtime::component::{Type, Val};

/// What is said of a text that is no time.
pub const EXPECTED: &str =
    "a time such as 2026-09-01T12:00:00Z, a day such as 2026-09-01, or milliseconds since 1970";

/// The fields of records that are times, whatever the record.
const FIELDS: [&str; 43] = [
    "access-ends-at",
    "allowed-until",
    "archived-at",
    "as-of",
    "at",
    "at-risk-at",
    "churned-at",
    "closed-at",
    "closes-at",
    "covers-from",
    "covers-to",
    "created-at",
    "deletes-at",
    "due-at",
    "effective-at",
    "ends-at",
    "expires-at",
    "invited-at",
    "invoiced-at",
    "joined-at",
    "last-export",
    "last-log-in",
    "latest-time",
    "next-due",
    "next-invoice-at",
    "next-try",
    "now",
    "paid-until",
    "period-end",
    "period-start",
    "revoked-at",
    "runs-out-at",
    "scored-at",
    "since",
    "started-at",
    "starts-at",
    "status-since",
    "trial-ends-at",
    "until",
    "was",
    "week",
    "white-label-since",
    // Cases of variants.
    "expired",
];

/// The parameters of functions that are times.
const PARAMETERS: [&str; 7] = [
    "billing.adjust.effective-at",
    "billing.preview.at",
    "billing.preview-platform.at",
    "clients.add-brands.ends-at",
    "clients.report.first-day",
    "clients.report.last-day",
    "jobs.retry.due-at",
];

/// The functions that give a time alone.
const ANSWERS: [&str; 1] = ["agencies.set-interval"];

/// Milliseconds since the Unix epoch of a time in RFC 3339, of a day's first millisecond, or of
/// their number.
///
/// # Errors
///
/// What is expected instead.
pub fn parse(text: &str) -> Result<u64, String> {
    let milliseconds = match text.parse::<u64>() {
        // Nobody means a moment of 1970 by `2030`.
        Ok(1_970..=9_999) => return Err(format!("a year alone is no time; expected {EXPECTED}")),
        Ok(milliseconds) => milliseconds,
        Err(_) => written(text).ok_or_else(|| format!("expected {EXPECTED}"))?,
    };
    if milliseconds > LATEST_TIME {
        return Err("expected a time before the year 10000".into());
    }
    Ok(milliseconds)
}

fn written(text: &str) -> Option<u64> {
    let time = match DateTime::parse_from_rfc3339(text) {
        Ok(time) => time.to_utc(),
        Err(_) => {
            let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
            day.and_time(NaiveTime::MIN).and_utc()
        }
    };
    u64::try_from(time.timestamp_millis()).ok()
}

/// The time to the second, or to the millisecond where it has some: `2026-09-01T12:00:00Z`.
pub fn full(millis: u64) -> String {
    match utc(millis) {
        Some(time) => time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        None => millis.to_string(),
    }
}

/// The same without milliseconds, for tables.
pub fn second(millis: u64) -> String {
    full(millis - millis % 1_000)
}

/// The day of a time: `2026-09-01`.
pub fn day(millis: u64) -> String {
    match utc(millis) {
        Some(time) => time.format("%Y-%m-%d").to_string(),
        None => millis.to_string(),
    }
}

fn utc(millis: u64) -> Option<DateTime<Utc>> {
    let millis = i64::try_from(millis).ok().filter(|_| millis <= LATEST_TIME)?;
    DateTime::from_timestamp_millis(millis)
}

/// Turns the times of an answer into texts.
pub fn spell_out(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(spell_out),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_u64() {
                    Some(time) if FIELDS.contains(&name.as_str()) => *value = full(time).into(),
                    _ => spell_out(value),
                }
            }
        }
        _ => {}
    }
}

/// What a function answered with its times as texts.
pub fn answered(function: &str, value: &Val) -> Val {
    match value {
        Val::U64(time) if is_answer(function) => Val::String(full(*time)),
        other => spelled_out(other),
    }
}

fn spelled_out(value: &Val) -> Val {
    let boxed = |payload: &Option<Box<Val>>| payload.as_deref().map(spelled_out).map(Box::new);
    let all = |values: &Vec<Val>| values.iter().map(spelled_out).collect();
    match value {
        Val::List(values) => Val::List(all(values)),
        Val::Tuple(values) => Val::Tuple(all(values)),
        Val::Record(fields) => Val::Record(
            fields.iter().map(|(name, value)| (name.clone(), in_field(name, value))).collect(),
        ),
        Val::Variant(case, payload) => Val::Variant(
            case.clone(),
            payload.as_deref().map(|value| Box::new(in_field(case, value))),
        ),
        Val::Option(value) => Val::Option(boxed(value)),
        Val::Result(Ok(value)) => Val::Result(Ok(boxed(value))),
        Val::Result(Err(value)) => Val::Result(Err(boxed(value))),
        other => other.clone(),
    }
}

fn in_field(name: &str, value: &Val) -> Val {
    match value {
        Val::U64(time) if FIELDS.contains(&name) => Val::String(full(*time)),
        Val::Option(Some(value)) => Val::Option(Some(Box::new(in_field(name, value)))),
        value => spelled_out(value),
    }
}

/// Whether a function's parameter is a time.
pub fn is_parameter(function: &str, name: &str) -> bool {
    PARAMETERS.contains(&format!("{function}.{name}").as_str())
}

/// Whether what a function gives is a time.
pub fn is_answer(function: &str) -> bool {
    ANSWERS.contains(&function)
}

/// Turns the texts of an argument that stand for times into numbers, as the type says.
///
/// # Errors
///
/// The place of a text that is no time.
pub fn read(json: &mut Value, ty: &Type, path: &str, is_time: bool) -> Result<(), ValueError> {
    match (ty, json) {
        (Type::Option(option), json) => read(json, &option.ty(), path, is_time),
        (Type::U64, json) if is_time => {
            let Value::String(text) = &*json else { return Ok(()) };
            *json = parse(text).map_err(|_| wrong(path))?.into();
            Ok(())
        }
        (Type::List(list), Value::Array(values)) => {
            let ty = list.ty();
            (0..)
                .zip(values)
                .try_for_each(|(index, value)| read(value, &ty, &format!("{path}[{index}]"), false))
        }
        (Type::Record(record), Value::Object(fields)) => {
            for field in record.fields() {
                if let Some(value) = fields.get_mut(field.name) {
                    let is_time = FIELDS.contains(&field.name);
                    read(value, &field.ty, &format!("{path}.{}", field.name), is_time)?;
                }
            }
            Ok(())
        }
        (Type::Variant(variant), Value::Object(cases)) => {
            for case in variant.cases() {
                if let (Some(value), Some(ty)) = (cases.get_mut(case.name), &case.ty) {
                    let is_time = FIELDS.contains(&case.name);
                    read(value, ty, &format!("{path}.{}", case.name), is_time)?;
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn wrong(path: &str) -> ValueError {
    ValueError {
        path: path.to_owned(),
        problem: ValueProblem::OtherKind("text that is no time"),
        expected: EXPECTED.to_owned(),
    }
}

/// A shape that says which of its numbers are times.
pub fn named_in(shape: &str) -> String {
    let mut text = String::new();
    let mut rest = shape;
    while let Some((before, after)) = rest.split_once(": u64") {
        let word = before.rsplit([' ', '{', '(', '<']).next().unwrap_or(before);
        let name = word.strip_suffix('?').unwrap_or(word);
        let ty = if FIELDS.contains(&name) { "timestamp" } else { "u64" };
        text.push_str(before);
        text.push_str(": ");
        text.push_str(ty);
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
#[path = "times_tests.rs"]
mod tests;
