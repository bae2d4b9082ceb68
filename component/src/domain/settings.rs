//! An agency's settings: each has a default, and is bounded.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::email::Email;
use super::id::FeatureKey;
use super::invite::Channel;
use super::text::{Name, Note};
use super::time::{DAY, MINUTE, Timestamp, Until};

/// Everything that an agency can set besides its name and addresses.
///
/// What is as it was to begin with isn't stored: every call reads this.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// How the portal and its mails look.
    #[serde(skip_serializing_if = "is_default")]
    pub branding: Branding,
    /// How long invites are valid.
    #[serde(skip_serializing_if = "is_default")]
    pub invites: InvitePolicy,
    /// From when a client counts as at risk and as churned.
    #[serde(skip_serializing_if = "is_default")]
    pub thresholds: Thresholds,
    /// What clients may do whose invite says nothing of it.
    #[serde(skip_serializing_if = "is_default")]
    pub permissions: DefaultPermissions,
    /// The portal's features, in the order in which they are shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<Feature>,
    /// The weekly summary.
    #[serde(skip_serializing_if = "is_default")]
    pub digest: Digest,
    /// Whether the agency is mailed when clients turn at-risk or churned.
    #[serde(skip_serializing_if = "is_default")]
    pub alerts: bool,
    /// The agency's own time.
    #[serde(skip_serializing_if = "is_default")]
    pub utc_offset: UtcOffset,
}

/// Whether a setting is what it was to begin with.
pub fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

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

/// A colour: red, green and blue, as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Color([u8; 3]);

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

/// How long invites are valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitePolicy {
    email_days: u16,
    link_days: Option<u16>,
}

impl Default for InvitePolicy {
    /// 14 days by e-mail, for ever by link.
    fn default() -> Self {
        InvitePolicy { email_days: 14, link_days: None }
    }
}

impl InvitePolicy {
    /// How many days an invite may be valid.
    pub const DAYS: core::ops::RangeInclusive<u16> = 1..=365;

    /// These days; none unless each is 1 to 365.
    pub fn new(email_days: u16, link_days: Option<u16>) -> Option<InvitePolicy> {
        let fits = |days: u16| Self::DAYS.contains(&days);
        (fits(email_days) && link_days.is_none_or(fits))
            .then_some(InvitePolicy { email_days, link_days })
    }

    /// Days that an invite by e-mail is valid.
    pub const fn email_days(self) -> u16 {
        self.email_days
    }

    /// Days that a link is valid; none: for ever.
    pub const fn link_days(self) -> Option<u16> {
        self.link_days
    }

    /// Until when an invite of `now` by this channel can be accepted.
    pub fn until(self, channel: Channel, now: Timestamp) -> Until {
        let days = match channel {
            Channel::Mail => Some(self.email_days),
            Channel::Link => self.link_days,
        };
        days.map_or(Until::FOREVER, |days| Until::at(now.plus(u64::from(days) * DAY)))
    }
}

/// After how many days without a log-in a client is at risk, and churned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thresholds {
    at_risk_days: u16,
    churn_days: u16,
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds::DEFAULT
    }
}

impl Thresholds {
    /// 14 and 45 days.
    pub const DEFAULT: Thresholds = Thresholds { at_risk_days: 14, churn_days: 45 };

    /// These days; none unless 1 ≤ at-risk < churn ≤ 730.
    pub const fn new(at_risk_days: u16, churn_days: u16) -> Option<Thresholds> {
        if 1 <= at_risk_days && at_risk_days < churn_days && churn_days <= 730 {
            Some(Thresholds { at_risk_days, churn_days })
        } else {
            None
        }
    }

    /// Days until at risk, and until churned.
    pub const fn days(self) -> (u16, u16) {
        (self.at_risk_days, self.churn_days)
    }

    /// When a client who last logged in at `last_log_in` becomes at risk.
    pub fn at_risk_at(self, last_log_in: Timestamp) -> Timestamp {
        last_log_in.plus(u64::from(self.at_risk_days) * DAY)
    }

    /// When a client who last logged in at `last_log_in` is churned.
    pub fn churned_at(self, last_log_in: Timestamp) -> Timestamp {
        last_log_in.plus(u64::from(self.churn_days) * DAY)
    }

    /// The latest log-ins that count as at risk, and as churned, at `now`; none where not
    /// even the epoch is so long ago.
    pub fn last_log_ins(self, now: Timestamp) -> (Option<Timestamp>, Option<Timestamp>) {
        let before = |days: u16| now.minus(u64::from(days) * DAY);
        (before(self.at_risk_days), before(self.churn_days))
    }
}

/// What clients may do whose invite says nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultPermissions {
    /// PDF and CSV exports.
    pub can_export: bool,
    /// Only looking.
    pub read_only: bool,
}

impl Default for DefaultPermissions {
    fn default() -> Self {
        DefaultPermissions { can_export: true, read_only: false }
    }
}

/// A part of the portal that clients visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// The host's name for it.
    pub key: FeatureKey,
    /// What it is called.
    pub label: Name,
    /// Whether clients see it at all.
    pub on: bool,
}

/// How many features an agency may have.
pub const FEATURES_MAX: usize = 100;

/// The weekly summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Whether it is sent.
    pub on: bool,
    /// On which day, by the agency's own time.
    pub weekday: Weekday,
    /// At which hour, 0 to 23.
    pub hour: u8,
    /// Who gets it; nobody: the notification address.
    pub recipients: Vec<Email>,
}

impl Default for Digest {
    fn default() -> Self {
        Digest { on: false, weekday: Weekday::Monday, hour: 8, recipients: Vec::new() }
    }
}

/// How many addresses may get the weekly summary.
pub const RECIPIENTS_MAX: usize = 20;

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "their names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// How many days after Monday.
    pub const fn after_monday(self) -> i64 {
        self as i64
    }
}

/// How far an agency's own time is ahead of UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UtcOffset(i16);

impl UtcOffset {
    /// None at all.
    pub const UTC: UtcOffset = UtcOffset(0);

    /// So many minutes; none outside -12 to 14 hours.
    pub fn from_minutes(minutes: i16) -> Option<UtcOffset> {
        (-720..=840).contains(&minutes).then_some(UtcOffset(minutes))
    }

    /// Minutes.
    pub const fn minutes(self) -> i16 {
        self.0
    }

    /// The calendar day of `time` by the agency's own time, counted from the epoch's.
    pub fn day(self, time: Timestamp) -> i64 {
        let ahead = i64::from(self.0) * MINUTE.cast_signed();
        (time.millis().cast_signed() + ahead).div_euclid(DAY.cast_signed())
    }

    /// The first millisecond of a calendar day; the epoch for those that begin before it.
    pub fn start_of(self, day: i64) -> Timestamp {
        let ahead = i64::from(self.0) * MINUTE.cast_signed();
        let millis = day.saturating_mul(DAY.cast_signed()).saturating_sub(ahead);
        Timestamp::EPOCH.plus(u64::try_from(millis).unwrap_or(0))
    }

    /// When the calendar day after that of `time` begins.
    pub fn next_midnight(self, time: Timestamp) -> Timestamp {
        self.start_of(self.day(time).saturating_add(1))
    }

    /// The calendar day of `time` as a person reads it: `1 September 2026`.
    pub fn date(self, time: Timestamp) -> String {
        UtcOffset::UTC.start_of(self.day(time)).date()
    }

    /// The Monday of the week that `day` belongs to. The epoch's day was a Thursday.
    pub const fn monday(day: i64) -> i64 {
        day - (day + 3).rem_euclid(7)
    }
}

/// A text that isn't a web address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("must be an `https://` or `http://` address without spaces, of at most 500 characters")]
pub struct WebAddressError;

/// An address on the web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebAddress(String);

impl WebAddress {
    const BYTES_MAX: usize = 500;

    /// The address that `text` spells.
    ///
    /// # Errors
    ///
    /// When it isn't `http` or `https`, names no host, or has characters that don't belong.
    pub fn parse(text: &str) -> Result<WebAddress, WebAddressError> {
        let address = text.trim();
        let rest = address
            .strip_prefix("https://")
            .or_else(|| address.strip_prefix("http://"))
            .ok_or(WebAddressError)?;
        let plain = |b: u8| b.is_ascii_graphic() && !b"<>\"\\'".contains(&b);
        let names_a_host = rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
        if names_a_host && address.len() <= Self::BYTES_MAX && rest.bytes().all(plain) {
            Ok(WebAddress(address.to_owned()))
        } else {
            Err(WebAddressError)
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_in_order() {
        for (at_risk, churn, good) in [
            (14, 45, true),
            (1, 2, true),
            (729, 730, true),
            (0, 45, false),
            (14, 14, false),
            (45, 14, false),
            (14, 731, false),
        ] {
            assert_eq!(Thresholds::new(at_risk, churn).is_some(), good, "{at_risk}, {churn}");
        }
    }

    #[test]
    fn invites_are_valid_for_1_to_365_days() {
        for (email, link, good) in [
            (14, None, true),
            (1, Some(1), true),
            (365, Some(365), true),
            (0, None, false),
            (366, None, false),
            (14, Some(0), false),
            (14, Some(366), false),
        ] {
            assert_eq!(InvitePolicy::new(email, link).is_some(), good, "{email}, {link:?}");
        }
    }

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

    #[test]
    fn days_are_the_agencys_own() {
        let at = |millis| Timestamp::from_millis(millis).unwrap();
        let day = |minutes: i16, millis| UtcOffset::from_minutes(minutes).unwrap().day(at(millis));
        assert_eq!([day(0, DAY - 1), day(0, DAY)], [0, 1]);
        assert_eq!([day(60, DAY - 60 * MINUTE - 1), day(60, DAY - 60 * MINUTE)], [0, 1]);
        assert_eq!([day(-60, 0), day(-60, 60 * MINUTE)], [-1, 0]);
        let offset = UtcOffset::from_minutes(60).unwrap();
        assert_eq!(offset.start_of(1), at(DAY - 60 * MINUTE));
        assert_eq!(offset.start_of(0), Timestamp::EPOCH);
        assert_eq!([3, 4, 10, 11, -1].map(UtcOffset::monday), [-3, 4, 4, 11, -3]);
        assert_eq!(UtcOffset::from_minutes(841), None);
        assert_eq!(UtcOffset::from_minutes(-721), None);
    }

    #[test]
    fn what_is_as_it_was_is_not_stored() {
        assert_eq!(serde_json::to_string(&Settings::default()).unwrap(), "{}");
        assert_eq!(serde_json::from_str::<Settings>("{}").unwrap(), Settings::default());
    }

    #[test]
    fn what_is_a_web_address() {
        for (text, good) in [
            ("https://acme.example/logo.png?v=2", true),
            ("http://localhost:8080/a", true),
            ("acme.example/logo.png", false),
            ("javascript:alert(1)", false),
            ("https://acme.example/a b.png", false),
            ("https://acme.example/\"onload=x", false),
            ("https://", false),
        ] {
            assert_eq!(WebAddress::parse(text).is_ok(), good, "{text}");
        }
    }
}
