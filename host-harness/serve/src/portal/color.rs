//! Colours that can be read, whatever an agency chose.

use std::fmt;

/// A colour: red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Color(pub(super) [u8; 3]);

/// In how many steps one colour is mixed with another.
const STEPS: u16 = 32;

impl Color {
    pub(super) const WHITE: Color = Color([0xff; 3]);
    pub(super) const BLACK: Color = Color([0; 3]);
    /// What nearly black text has.
    pub(super) const INK: Color = Color([0x11, 0x18, 0x27]);

    /// The contrast that text must have to be read with ease: level AA of the Web Content
    /// Accessibility Guidelines.
    pub(super) const READABLE: f64 = 4.5;

    /// The colour that `#rrggbb` spells; none: it is something else.
    pub(super) fn parse(text: &str) -> Option<Color> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Color([red, green, blue]))
    }

    /// The colour of text on this one: white, nearly black, or black, the first that can be read. One of
    /// them always can.
    pub(super) fn text_on(self) -> Color {
        let readable = |color: &Color| color.contrast(self) >= Self::READABLE;
        [Self::WHITE, Self::INK].into_iter().find(readable).unwrap_or(Self::BLACK)
    }

    /// This colour where it has so much contrast on `ground`, else as little darker or lighter as it takes.
    pub(super) fn readable_on(self, ground: Color, contrast: f64) -> Color {
        let dark = ground.contrast(Self::WHITE) < ground.contrast(Self::BLACK);
        let far = if dark { Self::BLACK } else { Self::WHITE };
        let mut mixed = (0..=STEPS).map(|step| self.mixed(far, step));
        mixed.find(|color| color.contrast(ground) >= contrast).unwrap_or(far)
    }

    /// So many of 32 steps from this colour to the other.
    pub(super) fn mixed(self, other: Color, step: u16) -> Color {
        let ([red, green, blue], [to_red, to_green, to_blue]) = (self.0, other.0);
        let step = step.min(STEPS);
        let mix = |from: u8, to: u8| {
            let sum = u16::from(from) * (STEPS - step) + u16::from(to) * step;
            u8::try_from(sum / STEPS).unwrap_or(u8::MAX)
        };
        Color([mix(red, to_red), mix(green, to_green), mix(blue, to_blue)])
    }

    /// How well one of these colours can be told from the other: 1, not at all, to 21.
    pub(super) fn contrast(self, other: Color) -> f64 {
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

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_told_apart() {
        assert_eq!(Color::parse("#1F2937"), Some(Color([0x1f, 0x29, 0x37])));
        for text in ["", "#", "#12345", "#1234567", "#+12345", "#12345g", "red", "1f2937"] {
            assert_eq!(Color::parse(text), None, "{text}");
        }
        assert_eq!(Color([1, 2, 0xab]).to_string(), "#0102ab");
        assert!((Color::WHITE.contrast(Color::BLACK) - 21.0).abs() < 0.001);
    }
}
