//! On which line of a text something begins.

/// Counts lines in one pass over a text.
///
/// The CSV parser's own count isn't used: it tells where the parser stood before a record,
/// which is before the empty lines, and the half of a line's end, that it then passes over.
pub(super) struct Lines<'a> {
    rest: &'a [u8],
    offset: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text.as_bytes(), offset: 0, line: 1 }
    }

    /// The line, from 1 on, of what follows `offset` and isn't the end of a line. Offsets
    /// must not go back. A line ends with CR LF, LF or CR.
    pub(super) fn of(&mut self, offset: usize) -> u64 {
        while let Some((byte, rest)) = self.rest.split_first() {
            let ends_a_line = matches!(byte, b'\r' | b'\n');
            if self.offset >= offset && !ends_a_line {
                break;
            }
            let is_half = *byte == b'\r' && rest.first() == Some(&b'\n');
            self.line += u64::from(ends_a_line && !is_half);
            self.offset += 1;
            self.rest = rest;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_every_system_ends_them() {
        for text in ["a\nbb\n\nc", "a\r\nbb\r\n\r\nc", "a\rbb\r\rc"] {
            let mut lines = Lines::new(text);
            let at = |letter| text.find(letter).unwrap();
            // After the end of `a`'s line, in its middle, or before it: `bb` comes next.
            assert_eq!(lines.of(at('a')), 1, "{text:?}");
            assert_eq!(lines.of(at('a') + 1), 2, "{text:?}");
            assert_eq!(lines.of(at('b')), 2, "{text:?}");
            assert_eq!(lines.of(at('b') + 2), 4, "{text:?}");
            assert_eq!(lines.of(text.len()), 4, "{text:?}");
        }
    }
}
