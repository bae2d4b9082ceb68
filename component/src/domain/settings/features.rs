//! The portal's features.

use serde::{Deserialize, Serialize};

use crate::domain::id::FeatureKey;
use crate::domain::text::Name;

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

/// The portal's features, in the order in which they are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Features(Vec<Feature>);

impl From<Vec<Feature>> for Features {
    fn from(features: Vec<Feature>) -> Features {
        Features(features)
    }
}

impl From<Features> for Vec<Feature> {
    fn from(features: Features) -> Vec<Feature> {
        features.0
    }
}

impl core::ops::Deref for Features {
    type Target = [Feature];

    fn deref(&self) -> &[Feature] {
        &self.0
    }
}
