//! Inputs that say less.

use serde_json::Value;

/// JSON values that say a little less than this one: a part is none, a list or a text is shorter.
pub fn values(value: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let mut put = |inner: Option<Value>| {
                    let mut fields = fields.clone();
                    match inner {
                        Some(inner) => fields.insert(name.clone(), inner),
                        None => fields.remove(name),
                    };
                    found.push(Value::Object(fields));
                };
                put(None);
                values(inner).into_iter().for_each(|inner| put(Some(inner)));
            }
        }
        Value::Array(items) => {
            if items.len() > 1 {
                found.push(items.iter().take(items.len() / 2).cloned().collect());
            }
            for (place, inner) in items.iter().enumerate().take(20) {
                let put = |inner: Option<Value>| -> Value {
                    let before = items.iter().take(place).cloned();
                    before.chain(inner).chain(items.iter().skip(place + 1).cloned()).collect()
                };
                found.push(put(None));
                found.extend(values(inner).into_iter().map(|inner| put(Some(inner))));
            }
        }
        Value::String(text) => {
            let letters = text.chars().count();
            let lengths = [0, 1, letters / 2, letters.saturating_sub(1)];
            let shorter = lengths.into_iter().filter(|length| *length < letters);
            found
                .extend(shorter.map(|length| text.chars().take(length).collect::<String>().into()));
            if letters > 1 {
                found.push(text.chars().skip(1).collect::<String>().into());
            }
        }
        Value::Number(number) if number.as_u64() != Some(0) => found.push(Value::from(0)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    found
}

/// Texts that say less: without a half, a quarter, …, a line, a character.
pub fn texts(text: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut without = |from: usize, to: usize| {
        let (before, after) = (text.get(..from), text.get(to..));
        if let (Some(before), Some(after)) = (before, after)
            && from < to
        {
            found.push([before, after].concat());
        }
    };
    let mut part = text.len() / 2;
    while part > 8 {
        for start in (0..text.len()).step_by(part) {
            without(start, (start + part).min(text.len()));
        }
        part /= 2;
    }
    let mut start = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        without(start, start + line.len());
        start += line.len();
    }
    if text.len() < 2_000 {
        (0..text.len()).for_each(|place| without(place, place + 1));
    }
    found
}
