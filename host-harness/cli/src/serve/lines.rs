//! A line of the log as JSON: what `tracing-subscriber` writes of an event without its spans, at a fraction of the
//! cost, since it is put together in one piece. `.ci/overhead.sh` counts it.

use std::fmt::{self, Debug, Write as _};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// How long most lines are.
const LENGTH: usize = 512;

/// Writes an object in each line.
pub(crate) struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        let mut line = String::with_capacity(LENGTH);
        line.push_str("{\"timestamp\":\"");
        SystemTime.format_time(&mut Writer::new(&mut line))?;
        line.push_str("\",\"level\":\"");
        line.push_str(metadata.level().as_str());
        line.push('"');
        event.record(&mut Fields(&mut line));
        line.push_str(",\"target\":");
        text(&mut line, metadata.target());
        line.push_str("}\n");
        writer.write_str(&line)
    }
}

/// Writes fields behind what is there.
struct Fields<'l>(&'l mut String);

impl Fields<'_> {
    fn name(&mut self, field: &Field) -> &mut String {
        self.0.push_str(",\"");
        self.0.push_str(field.name());
        self.0.push_str("\":");
        self.0
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        text(self.name(field), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        let _ = write!(self.name(field), "{value}");
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        let _ = write!(self.name(field), "{value}");
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.name(field).push_str(if value { "true" } else { "false" });
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        let line = self.name(field);
        let _ = if value.is_finite() { write!(line, "{value}") } else { line.write_str("null") };
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        text(self.name(field), &format!("{value:?}"));
    }
}

/// Writes a text as JSON has it.
fn text(line: &mut String, value: &str) {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if value.bytes().all(is_plain) {
        line.push('"');
        line.push_str(value);
        line.push('"');
    } else {
        line.push_str(&serde_json::Value::from(value).to_string());
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn each_line_is_an_object_whatever_is_said() {
        let written = Written::default();
        let own = written.clone();
        let log = tracing_subscriber::fmt().event_format(JsonLines);
        let log = log.with_writer(move || own.clone()).finish();
        tracing::subscriber::with_default(log, || {
            let error = io::Error::other("a \"quote\"\nand a line");
            let (none, millis) = (None::<&str>, 6.682);
            tracing::warn!(function = "a.b", none, millis, n = 3_u64, i = -1, ok = true, %error, "ä \\ b");
            tracing::info!(wrong = f64::NAN, "plain");
        });
        let bytes = written.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes).unwrap();
        let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut line = lines.next().unwrap();
        let time = line.as_object_mut().unwrap().remove("timestamp").unwrap();
        assert!(time.as_str().unwrap().ends_with('Z'), "{time}");
        let expected = json!({
            "level": "WARN", "message": "ä \\ b", "function": "a.b", "millis": 6.682, "n": 3, "i": -1, "ok": true,
            "error": "a \"quote\"\nand a line", "target": module_path!(),
        });
        assert_eq!(line, expected);
        assert_eq!(lines.next().unwrap()["wrong"], Value::Null);
        assert_eq!(lines.next(), None);
    }
}
