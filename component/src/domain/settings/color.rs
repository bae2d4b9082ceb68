//! Colours.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A colour: red, green and blue, as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Color(pub(super) [u8; 3]);

/// A text that isn't a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("must be a colour as `#rrggbb`, such as `#1f2937`")]
pub struct ColorError;

impl Color {
    /// The colour that `text` spells.
    ///
    /// # Errors
    ///
    /// When it isn't `#` and six hexadecimal digits.
    pub fn parse(text: &str) -> Result<Color, ColorError> {
        let digits = text.trim().strip_prefix('#').ok_or(ColorError)?;
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(ColorError);
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| ColorError)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Color([red, green, blue]))
    }

    /// The colour of text on this one: white or nearly black, whichever has more contrast.
    pub fn text_on(self) -> Color {
        // Rec. 601 luma, times 1,000: the eye sees green best.
        let [red, green, blue] = self.0.map(u32::from);
        let light = red * 299 + green * 587 + blue * 114 > 150_000;
        if light { Color([0x11, 0x18, 0x27]) } else { Color([0xff; 3]) }
    }
}

impl core::fmt::Display for Color {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl From<Color> for String {
    fn from(color: Color) -> String {
        color.to_string()
    }
}

impl TryFrom<String> for Color {
    type Error = ColorError;

    fn try_from(text: String) -> Result<Color, ColorError> {
        Color::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_color_and_what_reads_on_it() {
        for (text, on) in [
            ("#000000", Some("#ffffff")),
            ("#FFFFFF", Some("#111827")),
            (" #1f2937 ", Some("#ffffff")),
            ("#facc15", Some("#111827")),
            ("1f2937", None),
            ("#12345", None),
            ("#1234567", None),
            ("#+12345", None),
            ("#12345g", None),
            ("red", None),
        ] {
            let found = Color::parse(text).ok().map(|color| color.text_on().to_string());
            assert_eq!(found.as_deref(), on, "{text}");
        }
    }
}
