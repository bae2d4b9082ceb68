//! The colours of a mail, in light and in dark.

use crate::domain::settings::{Branding, Color};

/// The colours of a mail. Text has a contrast of 4.5 : 1 at least, whatever the agency's own
/// colours are.
#[derive(Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "their names say it")]
pub struct Palette {
    pub page: Color,
    pub card: Color,
    pub text: Color,
    pub muted: Color,
    pub line: Color,
    pub quote: Color,
    pub link: Color,
    pub button: Color,
    pub on_button: Color,
}

/// The contrast of links and buttons by night. Just what can be read looks like something that
/// is turned off there.
const BY_NIGHT: f64 = 7.0;

impl Palette {
    /// The colours by day: the agency's, with links in its accent as dark as they must be.
    pub fn light(branding: &Branding) -> Palette {
        let card = Color::WHITE;
        let button = branding.accent.0;
        Palette {
            page: branding.background.0,
            card,
            text: Color([0x1f, 0x29, 0x37]),
            muted: Color([0x6b, 0x72, 0x80]),
            line: Color([0xe5, 0xe7, 0xeb]),
            quote: Color([0xf9, 0xfa, 0xfb]),
            link: button.readable_on(card, Color::READABLE),
            button,
            on_button: button.text_on(),
        }
    }

    /// The colours by night: the accent as light as it must be for a link and a button to
    /// stand out.
    pub fn dark(branding: &Branding) -> Palette {
        let card = Color([0x1c, 0x1f, 0x26]);
        let button = branding.accent.0.readable_on(card, BY_NIGHT);
        Palette {
            page: Color([0x11, 0x13, 0x17]),
            card,
            text: Color([0xe5, 0xe7, 0xeb]),
            muted: Color([0xa8, 0xb0, 0xbd]),
            line: Color([0x34, 0x3a, 0x46]),
            quote: Color([0x25, 0x2a, 0x33]),
            link: button,
            button,
            on_button: button.text_on(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::{Accent, Background};

    #[test]
    fn everything_can_be_read_whatever_the_accent() {
        let steps = || [0x00, 0x33, 0x66, 0x77, 0x99, 0xcc, 0xff].into_iter();
        let mut accents: Vec<[u8; 3]> = Vec::new();
        for red in steps() {
            for green in steps() {
                accents.extend(steps().map(|blue| [red, green, blue]));
            }
        }
        // Where neither white nor nearly black reads well, and accents that agencies have.
        accents.extend([[0x76, 0x76, 0x76], [0x77, 0x77, 0x77], [0x7a, 0x7a, 0x7a]]);
        accents.extend([[0x1f, 0x29, 0x37], [0x0b, 0x5f, 0xff], [0xfa, 0xcc, 0x15]]);
        for accent in accents.into_iter().map(Color) {
            let branding = Branding {
                accent: Accent(accent),
                background: Background(accent),
                ..Branding::default()
            };
            for palette in [Palette::light(&branding), Palette::dark(&branding)] {
                for (what, on) in [
                    (palette.text, palette.card),
                    (palette.text, palette.quote),
                    (palette.muted, palette.card),
                    (palette.muted, palette.quote),
                    (palette.link, palette.card),
                    (palette.on_button, palette.button),
                ] {
                    let contrast = what.contrast(on);
                    assert!(contrast >= 4.5, "{accent}: {what} on {on} has {contrast}");
                }
            }
            // By day a pale button has an edge in the colour of links; by night none is pale.
            let dark = Palette::dark(&branding);
            assert!(dark.button.contrast(dark.card) >= BY_NIGHT, "{accent}");
        }
    }

    #[test]
    fn an_accent_that_reads_well_stays() {
        let branding = |accent| Branding { accent: Accent(Color(accent)), ..Branding::default() };
        let link = |palette: Palette| palette.link.to_string();
        for (accent, light, dark) in [
            ([0x0b, 0x5f, 0xff], "#0b5fff", "#7daaff"),
            ([0xfa, 0xcc, 0x15], "#8c720b", "#facc15"),
            ([0x1f, 0x29, 0x37], "#1f2937", "#abaeb4"),
        ] {
            let branding = branding(accent);
            let found = (link(Palette::light(&branding)), link(Palette::dark(&branding)));
            assert_eq!(found, (light.to_owned(), dark.to_owned()));
        }
    }
}
