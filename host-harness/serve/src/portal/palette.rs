//! The colours of a portal by day and by night, made of the two that an agency chose.

use std::fmt::Write as _;

use super::color::Color;

/// The colours of a portal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Palette {
    /// Behind everything, and what is written on it.
    ground: Color,
    on_ground: Color,
    faint_on_ground: Color,
    /// Cards, bars, fields.
    card: Color,
    /// Something that is set off from the card.
    raised: Color,
    text: Color,
    faint: Color,
    /// Lines between things.
    line: Color,
    /// The edges of fields: they must be seen.
    edge: Color,
    /// Buttons, and what is written on them.
    button: Color,
    on_button: Color,
    /// The button under the pointer.
    pressed: Color,
    /// Links, and what shows where the focus is.
    link: Color,
    /// The ground of what is chosen.
    chosen: Color,
    on_chosen: Color,
    bad: Color,
    bad_ground: Color,
    good: Color,
    good_ground: Color,
}

/// The contrast of links and buttons by night: what can just be read looks turned off there.
const BY_NIGHT: f64 = 7.0;

impl Palette {
    /// By day: the agency's colours, darker or lighter only where they couldn't be read.
    pub(super) fn light(accent: Color, background: Color) -> Palette {
        let card = Color::WHITE;
        let link = accent.readable_on(card, 5.5);
        let chosen = card.mixed(accent, 3);
        let on_ground = background.text_on();
        Palette {
            ground: background,
            on_ground,
            faint_on_ground: on_ground.mixed(background, 10).readable_on(background, 4.6),
            card,
            raised: Color([0xf7, 0xf8, 0xfa]),
            text: Color::INK,
            faint: Color([0x5b, 0x64, 0x72]),
            line: Color([0xe4, 0xe7, 0xec]),
            edge: Color([0x84, 0x8d, 0x9b]),
            button: accent,
            on_button: accent.text_on(),
            pressed: pressed(accent),
            link,
            chosen,
            on_chosen: link.readable_on(chosen, 5.5),
            bad: Color([0xb4, 0x23, 0x18]),
            bad_ground: Color([0xfe, 0xf3, 0xf2]),
            good: Color([0x06, 0x6b, 0x46]),
            good_ground: Color([0xec, 0xfd, 0xf5]),
        }
    }

    /// By night: the accent as light as it must be to stand out; the background is ours.
    pub(super) fn dark(accent: Color) -> Palette {
        let card = Color([0x19, 0x1c, 0x22]);
        let ground = Color([0x0f, 0x11, 0x15]);
        let button = accent.readable_on(card, BY_NIGHT);
        let chosen = card.mixed(button, 5);
        Palette {
            ground,
            on_ground: Color([0xe6, 0xe8, 0xec]),
            faint_on_ground: Color([0xa3, 0xab, 0xb8]),
            card,
            raised: Color([0x21, 0x25, 0x2d]),
            text: Color([0xe6, 0xe8, 0xec]),
            faint: Color([0xa9, 0xb1, 0xbd]),
            line: Color([0x2f, 0x34, 0x3e]),
            edge: Color([0x75, 0x7d, 0x8a]),
            button,
            on_button: button.text_on(),
            pressed: pressed(button),
            link: button,
            chosen,
            on_chosen: button.readable_on(chosen, 5.5),
            bad: Color([0xff, 0xa1, 0x98]),
            bad_ground: Color([0x3a, 0x1c, 0x1b]),
            good: Color([0x6e, 0xe0, 0xb2]),
            good_ground: Color([0x12, 0x2e, 0x25]),
        }
    }

    /// As custom properties.
    pub(super) fn properties(&self) -> String {
        let mut css = String::new();
        for (name, color) in self.all() {
            // Writing to a string doesn't fail.
            let _ = write!(css, "--{name}:{color};");
        }
        css
    }

    fn all(&self) -> [(&'static str, Color); 19] {
        [
            ("ground", self.ground),
            ("on-ground", self.on_ground),
            ("faint-on-ground", self.faint_on_ground),
            ("card", self.card),
            ("raised", self.raised),
            ("text", self.text),
            ("faint", self.faint),
            ("line", self.line),
            ("edge", self.edge),
            ("button", self.button),
            ("on-button", self.on_button),
            ("pressed", self.pressed),
            ("link", self.link),
            ("chosen", self.chosen),
            ("on-chosen", self.on_chosen),
            ("bad", self.bad),
            ("bad-ground", self.bad_ground),
            ("good", self.good),
            ("good-ground", self.good_ground),
        ]
    }
}

/// A button under the pointer: a little further from what is written on it.
fn pressed(button: Color) -> Color {
    let on = button.text_on();
    let away = if on == Color::WHITE { Color::BLACK } else { Color::WHITE };
    button.mixed(away, 4)
}

/// The colours as a style sheet.
pub(super) fn sheet(accent: &str, background: &str) -> String {
    let accent = Color::parse(accent).unwrap_or(Color([0x1f, 0x29, 0x37]));
    let background = Color::parse(background).unwrap_or(Color([0xf3, 0xf4, 0xf6]));
    let (light, dark) = (Palette::light(accent, background), Palette::dark(accent));
    format!(
        ":root{{{}}}@media (prefers-color-scheme:dark){{:root{{{}}}}}\n",
        light.properties(),
        dark.properties()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contrast that the edge of something must have to be seen.
    const VISIBLE: f64 = 3.0;

    #[test]
    fn everything_can_be_read_whatever_the_agency_chose() {
        let steps = [0x00, 0x33, 0x66, 0x77, 0x99, 0xcc, 0xff];
        let mut colors = Vec::new();
        for red in steps {
            for green in steps {
                colors.extend(steps.map(|blue| Color([red, green, blue])));
            }
        }
        let grounds = [Color::WHITE, Color::BLACK, Color([0x77; 3]), Color([0xf3, 0xf4, 0xf6])];
        for accent in &colors {
            let mut palettes = vec![Palette::dark(*accent)];
            palettes.extend(grounds.map(|ground| Palette::light(*accent, ground)));
            palettes.extend(colors.iter().step_by(17).map(|on| Palette::light(*accent, *on)));
            for palette in palettes {
                for (what, on) in [
                    (palette.on_ground, palette.ground),
                    (palette.faint_on_ground, palette.ground),
                    (palette.text, palette.card),
                    (palette.text, palette.raised),
                    (palette.faint, palette.card),
                    (palette.faint, palette.raised),
                    (palette.on_button, palette.button),
                    (palette.on_button, palette.pressed),
                    (palette.link, palette.card),
                    (palette.link, palette.raised),
                    (palette.on_chosen, palette.chosen),
                    (palette.text, palette.chosen),
                    (palette.bad, palette.bad_ground),
                    (palette.bad, palette.card),
                    (palette.good, palette.good_ground),
                ] {
                    let contrast = what.contrast(on);
                    assert!(contrast >= Color::READABLE, "{what} on {on}: {contrast} {palette:?}");
                }
                assert!(palette.edge.contrast(palette.card) >= VISIBLE, "{palette:?}");
            }
        }
    }

    #[test]
    fn a_colour_that_is_none_gets_nothing_into_the_sheet() {
        let sheet = sheet("red;}body{display:none", "#12345g");
        assert!(!sheet.contains("display"), "{sheet}");
        assert!(sheet.contains("--button:#1f2937;"), "{sheet}");
    }
}
