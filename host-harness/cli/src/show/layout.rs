//! How wide the columns of a table are: each as wide as its texts if the line allows it, else
//! narrower, with its texts on several lines, else without the columns that matter least.
//! Words stay whole. Only where not even the columns that must stay fit, long words go on in the
//! next line where they have a hyphen or the like, and what has none is cut.

use unicode_width::UnicodeWidthStr as _;

/// The narrowest line that tables are laid out for.
const LINE_MIN: usize = 40;
/// Narrower than this, a column of text is hard to read: others are left out before.
const COMFORTABLE: usize = 14;
/// The same of a column of long sentences, which get a third of their length at most.
const COMFORTABLE_SENTENCE: usize = 36;
/// Behind what a word may go on in the next line, where it doesn't fit into one.
const BREAKS: [char; 6] = ['-', '@', '.', '/', '_', ':'];
/// How many characters of a word are left when it must be cut.
const CUT_MIN: usize = 6;
/// What stands around a cell: a space on both sides, and one between columns.
const AROUND: usize = 3;

/// What a column needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Needs {
    /// Its widest text.
    natural: usize,
    /// Its widest word.
    word: usize,
    /// The higher, the earlier it is left out; none: never.
    drop: Option<u8>,
    /// True of what is of no use in part, such as ids: others are cut before.
    whole: bool,
}

/// The columns that are shown, with their widths.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) widths: Vec<Option<usize>>,
}

impl Needs {
    pub(super) fn of<'t>(
        texts: impl Iterator<Item = &'t str>,
        drop: Option<u8>,
        whole: bool,
    ) -> Needs {
        let mut needs = Needs { natural: 0, word: 0, drop, whole };
        for text in texts {
            needs.natural = needs.natural.max(text.width());
            let widest = words(text).map(|word| word.text.width()).max();
            needs.word = needs.word.max(widest.unwrap_or(0));
        }
        needs
    }

    fn comfortable(&self) -> usize {
        let sentence = (self.natural / 3).min(COMFORTABLE_SENTENCE);
        self.word.max(self.natural.min(COMFORTABLE.max(sentence)))
    }
}

/// The widths for a line of so many characters; none: as many as it takes.
pub(super) fn fit(columns: &[Needs], line: Option<usize>) -> Layout {
    let Some(line) = line.map(|line| line.max(LINE_MIN)) else {
        return Layout { widths: columns.iter().map(|column| Some(column.natural)).collect() };
    };
    let mut kept: Vec<Option<&Needs>> = columns.iter().map(Some).collect();
    loop {
        let number = kept.iter().flatten().count();
        let room = (line + 1).saturating_sub(AROUND * number);
        let natural: Vec<usize> = of(&kept, |column| column.natural);
        if let Some(widths) = narrowed(natural.clone(), &of(&kept, Needs::comfortable), room) {
            return Layout { widths: back(&kept, widths) };
        }
        let least = kept.iter().enumerate().filter_map(|(at, column)| Some(((*column)?.drop?, at)));
        let Some((_, at)) = least.max() else {
            let words = of(&kept, |column| column.word);
            let is_whole: Vec<bool> = kept.iter().flatten().map(|column| column.whole).collect();
            let widths = narrowed(natural, &words, room);
            let widths = widths.unwrap_or_else(|| cut(words, &is_whole, room));
            return Layout { widths: back(&kept, widths) };
        };
        if let Some(column) = kept.get_mut(at) {
            *column = None;
        }
    }
}

fn of(kept: &[Option<&Needs>], what: impl Fn(&Needs) -> usize) -> Vec<usize> {
    kept.iter().flatten().map(|column| what(column)).collect()
}

/// The widths in the places of the columns that are kept.
fn back(kept: &[Option<&Needs>], widths: Vec<usize>) -> Vec<Option<usize>> {
    let mut widths = widths.into_iter();
    kept.iter().map(|column| column.and_then(|_| widths.next())).collect()
}

/// The widths that fit, none below its least; none if that can't be.
fn narrowed(mut widths: Vec<usize>, least: &[usize], room: usize) -> Option<Vec<usize>> {
    while widths.iter().sum::<usize>() > room {
        let can_shrink = widths.iter_mut().zip(least).filter(|(width, least)| **width > **least);
        let (width, _) = can_shrink.max_by_key(|(width, _)| **width)?;
        *width -= 1;
    }
    Some(widths)
}

/// The widths that fit, though words must be broken for it: the longest first, and those of
/// whole words last.
fn cut(mut widths: Vec<usize>, is_whole: &[bool], room: usize) -> Vec<usize> {
    for whole in [false, true] {
        while widths.iter().sum::<usize>() > room {
            let all = widths.iter_mut().zip(is_whole).filter(|(_, is)| **is == whole);
            match all.map(|(width, _)| width).max_by_key(|width| **width) {
                Some(width) if *width > CUT_MIN => *width -= 1,
                _ => break,
            }
        }
    }
    widths
}

/// A text's lines of at most `width` characters. A word that is longer has a line of its own:
/// unless `cut`, in which case it is broken behind its hyphens and loses what is longer still.
pub(super) fn wrapped(text: &str, width: usize, cut: bool) -> Vec<String> {
    if text.width() <= width {
        return vec![text.to_owned()];
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    for Word { spaces, text } in words(text) {
        let spaces = if line.is_empty() && !lines.is_empty() { 0 } else { spaces };
        if !line.trim_start().is_empty() && line.width() + spaces + text.width() > width {
            lines.push(std::mem::take(&mut line));
        } else {
            line.push_str(&" ".repeat(spaces));
        }
        if !cut || text.width() <= width {
            line.push_str(text);
            continue;
        }
        for part in text.split_inclusive(BREAKS) {
            if !line.trim_start().is_empty() && line.width() + part.width() > width {
                lines.push(std::mem::take(&mut line));
            }
            match part.width() > width {
                true => line.push_str(&shortened(part, width)),
                false => line.push_str(part),
            }
        }
    }
    lines.push(line);
    lines
}

/// The beginning of a word, with a sign that there is more.
fn shortened(word: &str, width: usize) -> String {
    let mut text = String::new();
    for letter in word.chars() {
        let mut next = text.clone();
        next.push(letter);
        if next.width() >= width {
            break;
        }
        text = next;
    }
    text.push('…');
    text
}

/// A word, and how many spaces are before it.
struct Word<'t> {
    spaces: usize,
    text: &'t str,
}

/// The words of a text. Scripts without spaces, whose letters are wide, may go on in the next
/// line after each letter.
fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let trimmed = rest.trim_start_matches(' ');
        let spaces = rest.len() - trimmed.len();
        let first = trimmed.chars().next()?;
        let end = match is_wide(first) {
            true => first.len_utf8(),
            false => trimmed.find(|c| c == ' ' || is_wide(c)).unwrap_or(trimmed.len()),
        };
        let (word, after) = trimmed.split_at_checked(end)?;
        rest = after;
        Some(Word { spaces, text: word })
    })
}

/// Whether a letter is one of those that are written without spaces.
fn is_wide(letter: char) -> bool {
    matches!(letter, '\u{1100}'..='\u{ffff}')
        && unicode_width::UnicodeWidthChar::width(letter) == Some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(columns: &[(usize, usize, Option<u8>)]) -> Vec<Needs> {
        let column = |(natural, word, drop): &(usize, usize, Option<u8>)| Needs {
            natural: *natural,
            word: *word,
            drop: *drop,
            whole: false,
        };
        columns.iter().map(column).collect()
    }

    #[test]
    fn columns_wrap_then_go_then_are_cut() {
        let columns = needs(&[(20, 20, None), (60, 12, None), (10, 10, Some(1)), (30, 8, Some(2))]);
        for (line, widths) in [
            (None, [Some(20), Some(60), Some(10), Some(30)]),
            (Some(131), [Some(20), Some(60), Some(10), Some(30)]),
            (Some(130), [Some(20), Some(59), Some(10), Some(30)]),
            (Some(100), [Some(20), Some(30), Some(10), Some(29)]),
            (Some(68), [Some(20), Some(30), Some(10), None]),
            (Some(50), [Some(20), Some(25), None, None]),
            (Some(40), [Some(20), Some(15), None, None]),
        ] {
            assert_eq!(fit(&columns, line).widths, widths, "{line:?}");
        }
        let columns = needs(&[(50, 50, None), (30, 20, None)]);
        assert_eq!(fit(&columns, Some(60)).widths, [Some(35), Some(20)]);
        let mut columns = needs(&[(36, 36, None), (30, 30, None)]);
        for (whole, widths) in [(false, [Some(28), Some(27)]), (true, [Some(36), Some(19)])] {
            columns[0].whole = whole;
            assert_eq!(fit(&columns, Some(60)).widths, widths, "{whole}");
        }
    }

    #[test]
    fn texts_break_between_words() {
        for (text, width, cut, lines) in [
            ("one two three", 20, false, vec!["one two three"]),
            ("one two three", 7, false, vec!["one two", "three"]),
            ("  one two", 7, false, vec!["  one", "two"]),
            ("a longish-word b", 5, false, vec!["a", "longish-word", "b"]),
            ("a longish-word b", 8, true, vec!["a", "longish-", "word b"]),
            ("a longish-word b", 5, true, vec!["a", "long…", "word", "b"]),
            ("me@a.long.example", 8, true, vec!["me@a.", "long.", "example"]),
            ("株式会社", 4, false, vec!["株式", "会社"]),
            ("", 5, false, vec![""]),
        ] {
            assert_eq!(wrapped(text, width, cut), lines, "{text}");
        }
    }
}
