//! What a client may do in the portal.

use serde::{Deserialize, Serialize};

use super::id::FeatureKey;
use super::settings::{DefaultPermissions, Feature};

/// What one client may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permissions {
    /// PDF and CSV exports.
    pub can_export: bool,
    /// Only looking: what there is to write is the host's, so it is the host's to refuse.
    pub read_only: bool,
    /// The features that the client sees; none: all that the agency has on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<FeatureKey>>,
}

impl Default for Permissions {
    fn default() -> Self {
        DefaultPermissions::default().into()
    }
}

impl From<DefaultPermissions> for Permissions {
    fn from(default: DefaultPermissions) -> Permissions {
        let DefaultPermissions { can_export, read_only } = default;
        Permissions { can_export, read_only, features: None }
    }
}

impl Permissions {
    /// Whether the client sees `feature` of its agency.
    pub fn shows(&self, feature: &Feature) -> bool {
        let allowed = |keys: &Vec<FeatureKey>| keys.contains(&feature.key);
        feature.on && self.features.as_ref().is_none_or(allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::Name;

    #[test]
    fn a_feature_shows_when_the_agency_has_it_on_and_the_client_may() {
        let key = |text: &str| FeatureKey::parse(text).unwrap();
        let feature =
            |on| Feature { key: key("dashboard"), label: Name::parse("Dashboard").unwrap(), on };
        let allowed = |features: Option<&[&str]>| Permissions {
            features: features.map(|keys| keys.iter().map(|text| key(text)).collect()),
            ..Permissions::default()
        };
        for (on, features, shows) in [
            (true, None, true),
            (false, None, false),
            (true, Some(["dashboard"].as_slice()), true),
            (false, Some(&["dashboard"]), false),
            (true, Some(&["citations"]), false),
            (true, Some(&[]), false),
        ] {
            assert_eq!(allowed(features).shows(&feature(on)), shows, "{on}, {features:?}");
        }
    }
}
