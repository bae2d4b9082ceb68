//! What stands in the files of tours.

use std::sync::LazyLock;

use serde_json::Value;

const FILES: [&str; 6] = [
    include_str!("people.txt"),
    include_str!("passwords.txt"),
    include_str!("accounts.txt"),
    include_str!("agencies.txt"),
    include_str!("limits.txt"),
    include_str!("moves.txt"),
];

/// All tours, in the order of the files.
pub static TOURS: LazyLock<Vec<Tour>> =
    LazyLock::new(|| FILES.iter().flat_map(|text| tours(text)).collect());

/// A short story.
#[derive(Clone, Debug)]
pub struct Tour {
    /// What it is about.
    pub name: &'static str,
    /// What is done, one thing after the other.
    pub lines: Vec<Line>,
}

/// What is done once.
#[derive(Clone, Debug)]
pub struct Line {
    /// As it is written.
    pub text: &'static str,
    /// What it says; why that makes no sense.
    pub what: Result<What, String>,
}

/// What a line says.
#[derive(Clone, Debug)]
pub enum What {
    /// A call.
    Call(Call),
    /// Time passes: so many milliseconds.
    Wait(u64),
    /// All that is due.
    Jobs,
    /// A row with this in its key can't be read any more.
    Damage(&'static str),
    /// It can be again.
    Mend,
    /// Somebody repaired it.
    Repaired,
    /// The next call's commits fail, from this one on.
    Fails(u32),
}

/// A call, and what comes of it.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// Who calls.
    pub by: &'static str,
    /// How often.
    pub times: u64,
    /// The function.
    pub function: &'static str,
    /// Its arguments, by name.
    pub with: Value,
    /// The refusal that has to come.
    pub refused: Option<&'static str>,
    /// Whether it is repeated until the refusal comes.
    pub until: bool,
    /// Kinds of entries that the log gets.
    pub logs: Vec<&'static str>,
    /// What is in the answer.
    pub answers: Option<Value>,
    /// Names, and where what they stand for is found.
    pub keeps: Vec<(&'static str, &'static str)>,
}

fn tours(text: &'static str) -> Vec<Tour> {
    let mut tours: Vec<Tour> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match (line.strip_prefix("  "), tours.last_mut()) {
            (Some(text), Some(tour)) => tour.lines.push(Line { text, what: what(text) }),
            _ => tours.push(Tour { name: line, lines: Vec::new() }),
        }
    }
    tours
}

fn what(text: &'static str) -> Result<What, String> {
    match text.split_once(' ') {
        None if text == "jobs" => Ok(What::Jobs),
        None if text == "mend" => Ok(What::Mend),
        None if text == "repaired" => Ok(What::Repaired),
        Some(("fails", nth)) => {
            nth.parse().map(What::Fails).map_err(|error| format!("`{nth}`: {error}"))
        }
        Some(("wait", long)) => {
            millis(long).map(What::Wait).ok_or_else(|| format!("`{long}` is no time"))
        }
        Some(("damage", part)) => Ok(What::Damage(part)),
        _ => call(text).map(What::Call),
    }
}

/// `14d`, `3h`, `5m`, `10s`, in milliseconds.
pub fn millis(text: &str) -> Option<u64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "d" => 86_400_000,
        "h" => 3_600_000,
        "m" => 60_000,
        "s" => 1_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

fn call(text: &'static str) -> Result<Call, String> {
    let mut call = Call { by: "olga", times: 1, with: Value::Null, ..Call::default() };
    let mut rest = text;
    while let Some((word, more)) = rest.split_once(' ') {
        if let Some(by) = word.strip_suffix(':') {
            call.by = by;
        } else if let Some(times) = word.strip_suffix('x').and_then(|times| times.parse().ok()) {
            call.times = times;
        } else {
            break;
        }
        rest = more;
    }
    let (function, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    call.function = function;
    let mut rest = rest.trim_start();
    if rest.starts_with('{') {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        call.with = values.next().ok_or("no arguments")?.map_err(|error| error.to_string())?;
        rest = rest.get(values.byte_offset()..).unwrap_or_default();
    }
    for part in
        rest.split(" ; ").map(|part| part.trim_matches([' ', ';'])).filter(|part| !part.is_empty())
    {
        if let Some(word) = part.strip_prefix("! ") {
            call.refused = Some(word);
        } else if let Some(word) = part.strip_prefix("until ") {
            (call.refused, call.until) = (Some(word), true);
        } else if let Some(kinds) = part.strip_prefix("+ ") {
            call.logs = kinds.split(", ").collect();
        } else if let Some(answer) = part.strip_prefix("= ") {
            call.answers = Some(serde_json::from_str(answer).map_err(|error| error.to_string())?);
        } else if let Some(kept) = part.split_once(" <- ") {
            call.keeps.push(kept);
        } else {
            return Err(format!("what does `{part}` mean?"));
        }
    }
    Ok(call)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_means_something() {
        for tour in TOURS.iter() {
            assert!(!tour.lines.is_empty(), "{}", tour.name);
            for line in &tour.lines {
                assert!(line.what.is_ok(), "{}: {}: {:?}", tour.name, line.text, line.what);
            }
        }
        assert!(TOURS.len() > 20);
    }

    #[test]
    fn a_call_is_read() {
        let text = r#"vic: 3x brands.create {"brand": {"id": "b#"}} ; ! denied:role ; + signed-in, signed-out ; a <- answer.b"#;
        let call = call(text).unwrap();
        assert_eq!((call.by, call.times, call.function), ("vic", 3, "brands.create"));
        assert_eq!(
            (call.refused, call.logs),
            (Some("denied:role"), vec!["signed-in", "signed-out"])
        );
        assert_eq!(call.keeps, [("a", "answer.b")]);
        assert_eq!(call.with["brand"]["id"], "b#");
        assert_eq!((millis("14d"), millis("x")), (Some(14 * 86_400_000), None));
    }
}
