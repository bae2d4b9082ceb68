//! Texts like those that there are, with something wrong.

use crate::draw::Draw;

/// The longest text that is made.
const TEXT_BYTES_MAX: usize = 200_000;

/// Numbers that stand in another's place.
const NUMBERS: [&str; 9] = [
    "0",
    "-1",
    "1e9",
    "999999999",
    "4294967296",
    "9223372036854775807",
    "18446744073709551616",
    "0x10",
    "1.5",
];

/// One of the texts, with a few changes. `words` are what the format is made of.
pub fn text(draw: &mut Draw<'_>, texts: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
    let mut text = draw.pick(texts).cloned().unwrap_or_default();
    for _ in 0..=draw.below(4) {
        change(draw, &mut text, texts, words);
        text.truncate(TEXT_BYTES_MAX);
    }
    text
}

fn change(draw: &mut Draw<'_>, text: &mut Vec<u8>, texts: &[Vec<u8>], words: &[&str]) {
    let at = draw.below(text.len() + 1);
    let end = (at + draw.below(40)).min(text.len());
    match draw.below(14) {
        0 => change_lines(draw, text),
        1 => drop(text.drain(at..end)),
        2 => {
            let word = draw.pick(words).copied().unwrap_or_default();
            text.splice(at..at, word.bytes());
        }
        3 | 4 => {
            let word = draw.pick(words).copied().unwrap_or_default();
            replace_word(text, at, word.as_bytes());
        }
        5 | 6 => {
            let number = draw.pick(&NUMBERS).copied().unwrap_or_default();
            let digit = text.iter().skip(at).position(u8::is_ascii_digit);
            if let Some(digit) = digit {
                replace_word(text, at + digit, number.as_bytes());
            }
        }
        7 => {
            let byte = u8::try_from(draw.below(256)).unwrap_or_default();
            if let Some(old) = text.get_mut(at) {
                *old = byte;
            }
        }
        8 => {
            let part: Vec<u8> = text.get(at..end).unwrap_or_default().to_vec();
            let times = draw.pick(&[1, 2, 10, 1_000]).copied().unwrap_or(1);
            text.splice(at..at, part.repeat(times));
        }
        9 => text.truncate(at),
        10 => {
            let other = draw.pick(texts).cloned().unwrap_or_default();
            let from = draw.below(other.len() + 1);
            let to = (from + draw.below(400)).min(other.len());
            text.splice(at..at, other.get(from..to).unwrap_or_default().iter().copied());
        }
        11 => {
            let odd = draw.pick(&["\u{feff}", "\u{0}", "\u{202e}", "é", "\"", "'", "\r", "\n"]);
            text.splice(at..at, odd.copied().unwrap_or_default().bytes());
        }
        _ => change_lines(draw, text),
    }
}

/// Puts another word where the one at a place begins and ends.
fn replace_word(text: &mut Vec<u8>, at: usize, word: &[u8]) {
    let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let before = text.iter().take(at).rev().take_while(|byte| is_inside(byte)).count();
    let after = text.iter().skip(at).take_while(|byte| is_inside(byte)).count();
    text.splice(at - before..at + after, word.iter().copied());
}

fn change_lines(draw: &mut Draw<'_>, text: &mut Vec<u8>) {
    let mut lines: Vec<Vec<u8>> =
        text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let (one, other) = (draw.below(lines.len()), draw.below(lines.len()));
    match draw.below(4) {
        _ if lines.is_empty() => {}
        0 => drop(lines.remove(one)),
        1 => {
            let line = lines.get(one).cloned().unwrap_or_default();
            lines.insert(other, line);
        }
        2 => lines.swap(one, other),
        _ => {
            let line = lines.get(one).cloned().unwrap_or_default();
            let times = draw.below(30);
            lines.splice(other..other, vec![line; times]);
        }
    }
    *text = lines.concat();
}
