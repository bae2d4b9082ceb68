//! Questions on a terminal.

use std::io::{self, IsTerminal as _, Write as _};

use super::choose::{Question, Similar};
use crate::format::count;

/// What the person at the terminal says about a name that is much like another brand's; the
/// rows are refused where there is nobody, or who there is says nothing.
pub(super) fn on_terminal(question: &Question) -> Similar {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Similar::Refuse;
    }
    loop {
        eprint!("{}", words(question));
        let mut line = String::new();
        // Without an answer, nothing is created.
        if io::stderr().flush().is_err() || !io::stdin().read_line(&mut line).is_ok_and(|n| n > 0) {
            return Similar::Refuse;
        }
        if let Some(answer) = answer(&line) {
            return answer;
        }
    }
}

/// Control characters in a name must not steer the terminal.
fn words(question: &Question) -> String {
    let plain = |text: &str| text.replace(char::is_control, " ");
    let (name, like) = (plain(question.name), plain(question.like));
    let rows = count(question.rows, "row");
    format!(
        "`{name}` (in {rows}) is much like the brand `{like}`. Use `{like}` (u), create `{name}` \
         (c), or refuse the rows (r)? "
    )
}

fn answer(line: &str) -> Option<Similar> {
    match line.trim().to_lowercase().as_str() {
        "u" | "use" => Some(Similar::Use),
        "c" | "create" => Some(Similar::Create),
        "r" | "refuse" => Some(Similar::Refuse),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_words_or_letters() {
        for (line, similar) in [
            ("u\n", Some(Similar::Use)),
            (" Create ", Some(Similar::Create)),
            ("R", Some(Similar::Refuse)),
            ("yes", None),
            ("", None),
        ] {
            assert_eq!(answer(line), similar, "{line:?}");
        }
        let question = Question { name: "Ni\x1bkee", like: "Nike", rows: 2 };
        assert_eq!(
            words(&question),
            "`Ni kee` (in 2 rows) is much like the brand `Nike`. Use `Nike` (u), create `Ni kee` \
             (c), or refuse the rows (r)? "
        );
    }
}
