//! Colours.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A colour: red, green and blue, as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Color(pub [u8; 3]);

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

    /// White.
    pub const WHITE: Color = Color([0xff; 3]);
    /// Black.
    pub const BLACK: Color = Color([0; 3]);

    /// The contrast that text must have to be read with ease: that of the Web Content
    /// Accessibility Guidelines, level AA.
    pub const READABLE: f64 = 4.5;

    /// The colour of text on this one: white, nearly black, or black, the first that can be
    /// read. One of them always can.
    pub fn text_on(self) -> Color {
        let choices = [Color::WHITE, Color([0x11, 0x18, 0x27])];
        let readable = |color: &Color| color.contrast(self) >= Self::READABLE;
        choices.into_iter().find(readable).unwrap_or(Color::BLACK)
    }

    /// This colour where it has so much contrast on `ground`, else as little darker or lighter
    /// as it takes.
    #[must_use]
    pub fn readable_on(self, ground: Color, contrast: f64) -> Color {
        let far = match ground.contrast(Color::WHITE) < ground.contrast(Color::BLACK) {
            true => Color::BLACK,
            false => Color::WHITE,
        };
        let mixed = (0..=MIX_STEPS).map(|step| self.mixed(far, step));
        mixed.into_iter().find(|color| color.contrast(ground) >= contrast).unwrap_or(far)
    }

    /// So many of [`MIX_STEPS`] steps from this colour to the other.
    fn mixed(self, other: Color, step: u16) -> Color {
        let [red, green, blue] = self.0;
        let [other_red, other_green, other_blue] = other.0;
        let mix = |from: u8, to: u8| {
            let sum = u16::from(from) * (MIX_STEPS - step) + u16::from(to) * step;
            u8::try_from(sum / MIX_STEPS).unwrap_or(u8::MAX)
        };
        Color([mix(red, other_red), mix(green, other_green), mix(blue, other_blue)])
    }

    /// How well one of these colours can be told from the other: 1, not at all, to 21.
    pub fn contrast(self, other: Color) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// How bright it is, 0 to 1: the eye sees green best.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

const MIX_STEPS: u16 = 32;

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
            ("#767676", Some("#ffffff")),
            ("#777777", Some("#000000")),
            ("#ff0000", Some("#000000")),
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
