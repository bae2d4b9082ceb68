//! From a file's bytes to text, whatever the spreadsheet program made of it.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use thiserror::Error;

/// A file's text, and what it was written in.
#[derive(Debug, PartialEq)]
pub(super) struct Text {
    pub(super) content: String,
    pub(super) encoding: &'static Encoding,
}

/// Why a file is no text.
#[derive(Debug, PartialEq, Error)]
pub(super) enum TextError {
    /// It is a ZIP file, as workbooks of spreadsheet programs are.
    #[error("this is a workbook or an archive, not a CSV file; save the sheet as CSV (UTF-8)")]
    Workbook,
    /// It has zero bytes, which no text has.
    #[error("this isn't text; save the sheet as CSV (UTF-8)")]
    Binary,
}

/// The text. A byte order mark decides what it is written in. Without one it is UTF-8 (or UTF-16,
/// whose zero bytes give it away), or
/// Windows-1252 where that doesn't fit: every sequence of bytes is text in that, so it comes
/// last.
pub(super) fn decode(bytes: &[u8]) -> Result<Text, TextError> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(TextError::Workbook);
    }
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let (content, encoding) = match (marked.or(unmarked(bytes)), str::from_utf8(bytes)) {
        (Some(encoding), _) => (encoding.decode_with_bom_removal(bytes).0, encoding),
        (None, Ok(text)) => (text.into(), UTF_8),
        (None, Err(_)) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, WINDOWS_1252),
    };
    if content.contains('\0') {
        return Err(TextError::Binary);
    }
    Ok(Text { content: content.into_owned(), encoding })
}

/// UTF-16 without a mark, by the zero byte of a first letter from ASCII, as headers have.
fn unmarked(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [1..=0xff, 0, 1..=0xff, 0, ..] => Some(UTF_16LE),
        [0, 1..=0xff, 0, 1..=0xff, ..] => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(mark: [u8; 2], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.into_iter().chain("Zoë".encode_utf16().flat_map(bytes)).collect()
    }

    #[test]
    fn a_name_is_the_same_in_every_encoding() {
        for (bytes, encoding) in [
            ("Zoë".as_bytes().to_vec(), UTF_8),
            ("\u{feff}Zoë".as_bytes().to_vec(), UTF_8),
            (utf_16([0xff, 0xfe], u16::to_le_bytes), UTF_16LE),
            (utf_16([0xfe, 0xff], u16::to_be_bytes), UTF_16BE),
            (utf_16([0xff, 0xfe], u16::to_le_bytes).split_off(2), UTF_16LE),
            (utf_16([0xfe, 0xff], u16::to_be_bytes).split_off(2), UTF_16BE),
            (b"Zo\xeb".to_vec(), WINDOWS_1252),
        ] {
            assert_eq!(decode(&bytes), Ok(Text { content: "Zoë".into(), encoding }));
        }
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert_eq!(decode(b"PK\x03\x04..."), Err(TextError::Workbook));
        assert_eq!(decode(b"a\0b"), Err(TextError::Binary));
    }
}
