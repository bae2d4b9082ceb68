//! How the portal and its mails look.

use serde::{Deserialize, Serialize};

use super::color::Color;
use super::web_address::WebAddress;
use crate::domain::email::Email;
use crate::domain::text::{Name, Note};

/// How the portal and its mails look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Branding {
    /// The portal's name; none: the agency's.
    pub portal_name: Option<Name>,
    /// The address of a logo.
    pub logo_address: Option<WebAddress>,
    /// The colour of buttons and links.
    pub accent: Accent,
    /// The colour behind everything.
    pub background: Background,
    /// Where answers to mails go.
    pub support_email: Option<Email>,
    /// What a client sees after the first log-in.
    pub welcome: Option<Note>,
}

macro_rules! color_with_default {
    ($($(#[$doc:meta])* $name:ident = $red:literal $green:literal $blue:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Color);

        impl Default for $name {
            fn default() -> Self {
                Self(Color([$red, $green, $blue]))
            }
        }
    )*};
}

color_with_default! {
    /// The colour of buttons and links: dark grey to begin with.
    Accent = 0x1f 0x29 0x37;
    /// The colour behind everything: light grey to begin with.
    Background = 0xf3 0xf4 0xf6;
}
