//! Refusals, times and mails in words.

use chrono::{DateTime, Timelike as _};
use serde_json::Value;

use super::notes::CaseNote;

/// Why something was refused, in the component's own words where it has some.
pub(super) fn refusal(error: &Value) -> String {
    let (case, payload) = match error {
        Value::Object(cases) => cases.iter().next().map_or(("", &Value::Null), |(c, p)| (&**c, p)),
        Value::String(case) => (&**case, &Value::Null),
        _ => ("", &Value::Null),
    };
    let message = payload.as_str().or_else(|| payload.get("message").and_then(Value::as_str));
    match (case, message) {
        ("invalid", _) => invalid(payload),
        ("not-found", Some(what)) => not_found(what),
        ("expired", _) => format!("it ended on {}", time(payload.as_u64().unwrap_or_default())),
        ("limit", _) => limit(payload),
        ("busy", _) => "others keep changing the same things".to_owned(),
        ("corrupt", _) => "a stored row is damaged".to_owned(),
        ("unavailable", _) => "the host can't answer, or the row is of a newer release".to_owned(),
        (_, Some(message)) => shortened(&quoted(message), MESSAGE_LETTERS),
        (case, None) => case.replace('-', " "),
    }
}

/// `no client `0199…`` is no use to a reader: ids that nobody chose are left out.
fn not_found(what: &str) -> String {
    match what.split_once(" `") {
        Some((kind, id)) if id.len() >= 36 => format!("there is no such {kind}"),
        _ => format!("there is no {}", quoted(what)),
    }
}

fn invalid(payload: &Value) -> String {
    let fields = payload.as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |field: &Value, name| {
        field.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let mut lines: Vec<String> = fields
        .iter()
        .map(|field| format!("{}: {}", label(&text(field, "field")), text(field, "message")))
        .map(|line| shortened(&quoted(&line), MESSAGE_LETTERS))
        .collect();
    lines.dedup();
    lines.join("; ")
}

/// `invite.brands[1]` as a person would call it: `brands`; a caller's `id` is called so.
fn label(field: &str) -> String {
    let mut parts = field.rsplit('.');
    let last = parts.next().unwrap_or(field);
    let last = last.split('[').next().unwrap_or(last).replace('-', " ");
    match parts.next() {
        Some("actor") => format!("caller's {last}"),
        _ => last,
    }
}

fn limit(payload: &Value) -> String {
    let number = |name| payload.get(name).and_then(Value::as_u64);
    let name = payload.get("limit").and_then(Value::as_str).unwrap_or("limit").replace('-', " ");
    let name = name.replace("log ins", "log-ins");
    let allowed = number("allowed").unwrap_or_default();
    let wait = number("wait").map(|wait| format!("; the next is possible in {}", span(wait)));
    format!("{name}: at most {allowed}{}", wait.unwrap_or_default())
}

/// How much is shown of a message, and of an address or a subject.
const MESSAGE_LETTERS: usize = 200;
const NAME_LETTERS: usize = 80;

/// The beginning of a text, where it is long.
fn shortened(text: &str, letters: usize) -> String {
    match text.char_indices().nth(letters) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A message with quotation marks where it marks names as code.
fn quoted(message: &str) -> String {
    let mut parts = message.split('`');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (part, mark) in parts.zip(['“', '”'].into_iter().cycle()) {
        text.push(mark);
        text.push_str(part);
    }
    text
}

/// `1 September 2026, 09:00`, with seconds and milliseconds where there are some.
pub(super) fn time(millis: u64) -> String {
    let moment = i64::try_from(millis).ok().and_then(DateTime::from_timestamp_millis);
    let format = |moment: DateTime<chrono::Utc>| {
        let format = match (moment.second(), moment.timestamp_subsec_millis()) {
            (0, 0) => "%-d %B %Y, %H:%M",
            (_, 0) => "%-d %B %Y, %H:%M:%S",
            (_, _) => "%-d %B %Y, %H:%M:%S%.3f",
        };
        moment.format(format).to_string()
    };
    moment.map(format).unwrap_or_default()
}

/// How the clock moves from one moment to another. How far isn't said where that is no
/// round figure.
pub(super) fn passing(from: u64, to: u64) -> String {
    let Some(passed) = to.checked_sub(from) else {
        return format!("The clock goes back to {}", time(to));
    };
    let before_full = passed.checked_add(1).filter(|full| full % 60_000 == 0);
    match (parts(passed), before_full.map(parts)) {
        (parts, _) if parts.len() <= 2 => format!("{} later: {}", parts.join(" "), time(to)),
        (_, Some(parts)) if parts.len() <= 2 => {
            format!("1 millisecond short of {} later: {}", parts.join(" "), time(to))
        }
        _ => time(to),
    }
}

fn span(millis: u64) -> String {
    parts(millis).join(" ")
}

/// A length of time in days and smaller units: `["1 day", "2 hours"]`.
fn parts(millis: u64) -> Vec<String> {
    const UNITS: [(u64, &str); 5] = [
        (86_400_000, "day"),
        (3_600_000, "hour"),
        (60_000, "minute"),
        (1_000, "second"),
        (1, "millisecond"),
    ];
    let mut rest = millis;
    let mut parts = Vec::new();
    for (unit, name) in UNITS {
        let count = rest / unit;
        rest %= unit;
        match count {
            0 => {}
            1 => parts.push(format!("1 {name}")),
            _ => parts.push(format!("{count} {name}s")),
        }
    }
    parts
}

/// The mails of a step, those with the same subject together.
pub(super) fn mails(cases: &[&CaseNote]) -> Vec<String> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for mail in cases.iter().flat_map(|case| &case.mails) {
        match groups.iter_mut().find(|(subject, _)| *subject == mail.subject) {
            Some((_, people)) if people.contains(&&*mail.to) => {}
            Some((_, people)) => people.push(&mail.to),
            None => groups.push((&mail.subject, vec![&mail.to])),
        }
    }
    let line = |(subject, people): (&str, Vec<&str>)| {
        format!("Mail to {}: “{}”.", listed(&people), shortened(subject, NAME_LETTERS))
    };
    groups.into_iter().map(line).collect()
}

/// `a, b and c`; the first two of more than five.
fn listed(people: &[&str]) -> String {
    let shown: Vec<String> = people.iter().map(|person| shortened(person, NAME_LETTERS)).collect();
    match shown.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first, second, others @ ..] if others.len() > 3 => {
            format!("{first}, {second} and {} others", others.len())
        }
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn refusals_are_sentences_without_code() {
        let fields = json!({"invalid": [
            {"field": "invite.email", "code": "malformed", "message": "must be an address"},
            {"field": "invite.brands[0]", "code": "unknown", "message": "is gone"},
            {"field": "invite.brands[1]", "code": "unknown", "message": "is gone"},
        ]});
        let limit = json!({"limit": {"limit": "failed-log-ins", "allowed": 10, "asked": 11, "wait": 5_400_000}});
        for (error, words) in [
            (fields, "email: must be an address; brands: is gone"),
            (json!({"not-found": "agency `nobody`"}), "there is no agency “nobody”"),
            (
                json!({"invalid": [{"field": "call.actor.id", "code": "empty", "message": "must not be empty"}]}),
                "caller's id: must not be empty",
            ),
            (
                json!({"not-found": "client `01990a5c-0400-7d3c-8b6e-31d0c6ad2f11`"}),
                "there is no such client",
            ),
            (json!({"denied": {"code": "role", "message": "needs a manager"}}), "needs a manager"),
            (json!({"exists": "there is a brand"}), "there is a brand"),
            (json!({"expired": 1_788_220_800_000_u64}), "it ended on 1 September 2026, 00:00"),
            (limit, "failed log-ins: at most 10; the next is possible in 1 hour 30 minutes"),
            (json!("busy"), "others keep changing the same things"),
            (json!({"busy": null}), "others keep changing the same things"),
            (json!({"corrupt": "row `k`"}), "a stored row is damaged"),
        ] {
            assert_eq!(refusal(&error), words);
        }
    }

    #[test]
    fn time_passes_in_words() {
        let start = 1_788_220_800_000;
        for (to, words) in [
            (start + 1_209_600_000, "14 days later: 15 September 2026, 00:00"),
            (start + 1, "1 millisecond later: 1 September 2026, 00:00:00.001"),
            (start + 5_400_000, "1 hour 30 minutes later: 1 September 2026, 01:30"),
            (start + 5_401_000, "1 September 2026, 01:30:01"),
            (
                start + 1_209_599_999,
                "1 millisecond short of 14 days later: 14 September 2026, 23:59:59.999",
            ),
            (start - 60_000, "The clock goes back to 31 August 2026, 23:59"),
        ] {
            assert_eq!(passing(start, to), words);
        }
    }

    #[test]
    fn many_people_are_counted() {
        for (people, words) in [
            (vec!["a"], "a"),
            (vec!["a", "b", "c"], "a, b and c"),
            (vec!["a", "b", "c", "d", "e", "f"], "a, b and 4 others"),
        ] {
            assert_eq!(listed(&people), words);
        }
    }
}
