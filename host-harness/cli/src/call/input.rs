//! Arguments from standard input: `-` in place of a value. Passwords and tokens belong there,
//! since other people of a machine can see command lines.

use std::io::{self, BufRead, IsTerminal as _, Read as _};

use super::words::{Word, WordError, name_of};

/// What stands for a value that comes from standard input.
const DASH: &str = "-";

/// Where the values come from.
pub(super) trait Input {
    /// The next line, without its end; none behind the last.
    fn line(&mut self, name: &str) -> io::Result<Option<String>>;

    /// All that is left; none if there is nothing.
    fn rest(&mut self, name: &str) -> io::Result<Option<String>>;
}

/// The words, those that are `-` or `name=-` with a value from the input: a line for each of
/// them, or everything for the only one.
pub(super) fn filled(words: &[String], input: &mut dyn Input) -> Result<Vec<Word>, WordError> {
    let is_asked = |word: &&String| value_of(word) == DASH;
    let is_only = words.iter().filter(is_asked).count() == 1;
    let mut filled = Vec::new();
    for (number, word) in (1..).zip(words) {
        if value_of(word) != DASH {
            filled.push(Word { name: None, text: word.clone(), is_plain: false });
            continue;
        }
        let name = name_of(word).map(str::to_owned);
        let called = name.clone().unwrap_or_else(|| format!("argument {number}"));
        let read = if is_only { input.rest(&called) } else { input.line(&called) };
        let text = read?.ok_or(WordError::NoInput { name: called })?;
        filled.push(Word { name, text, is_plain: true });
    }
    Ok(filled)
}

fn value_of(word: &str) -> &str {
    name_of(word).and_then(|name| word.get(name.len() + 1..)).unwrap_or(word)
}

/// Standard input; a terminal is asked, and doesn't show what is typed.
pub(super) struct StandardInput;

impl Input for StandardInput {
    fn line(&mut self, name: &str) -> io::Result<Option<String>> {
        if io::stdin().is_terminal() {
            return rpassword::prompt_password(format!("{name}: ")).map(Some);
        }
        let mut line = String::new();
        let length = io::stdin().lock().read_line(&mut line)?;
        Ok((length > 0).then(|| without_end(&line)))
    }

    fn rest(&mut self, name: &str) -> io::Result<Option<String>> {
        if io::stdin().is_terminal() {
            return self.line(name);
        }
        let mut text = String::new();
        let length = io::stdin().lock().read_to_string(&mut text)?;
        Ok((length > 0).then(|| without_end(&text)))
    }
}

fn without_end(line: &str) -> String {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text that is read line by line.
    struct Text(Vec<&'static str>);

    impl Input for Text {
        fn line(&mut self, _: &str) -> io::Result<Option<String>> {
            Ok((!self.0.is_empty()).then(|| self.0.remove(0).to_owned()))
        }

        fn rest(&mut self, _: &str) -> io::Result<Option<String>> {
            Ok((!self.0.is_empty()).then(|| self.0.drain(..).collect::<Vec<_>>().join("\n")))
        }
    }

    #[test]
    fn dashes_are_filled_in() {
        let as_is = |text: &str| (None, text.to_owned(), false);
        let read =
            |name: Option<&str>, text: &str| (name.map(str::to_owned), text.to_owned(), true);
        for (words, input, expected) in [
            (vec!["a", "token=-"], vec!["t"], Ok(vec![as_is("a"), read(Some("token"), "t")])),
            (vec!["-", "x=-"], vec!["1", "a=2"], Ok(vec![read(None, "1"), read(Some("x"), "a=2")])),
            (vec!["-"], vec!["{", "}"], Ok(vec![read(None, "{\n}")])),
            (vec!["a-", "--", "x=a-"], vec![], Ok(["a-", "--", "x=a-"].map(as_is).into())),
            (vec!["password=-"], vec![], Err("standard input has nothing for `password`")),
            (vec!["-", "-"], vec!["1"], Err("standard input has nothing for `argument 2`")),
        ] {
            let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
            let filled = filled(&words, &mut Text(input)).map_err(|error| error.to_string());
            let parts = |Word { name, text, is_plain }| (name, text, is_plain);
            let filled = filled.map(|words| words.into_iter().map(parts).collect::<Vec<_>>());
            assert_eq!(filled, expected.map_err(str::to_owned));
        }
    }
}
