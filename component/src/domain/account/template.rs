//! What accounts are made from, so that nobody types the same for each.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::catalog::{AccountFeature, Resources};
use crate::domain::id::{PlanId, TemplateId};
use crate::domain::text::{Name, Note, TextError};

/// How many templates an agency has at most.
pub const TEMPLATES_MAX: u32 = 100;
/// How many brands a template has at most.
pub const BRANDS_MAX: usize = 20;

/// What stands for the account's name in the name of a brand.
const PLACE: &str = "{account}";

/// What new accounts begin with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// What it is called.
    pub name: Name,
    /// The plan that an account is to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanId>,
    /// An allocation of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resources: Option<Resources>,
    /// Features of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<BTreeSet<AccountFeature>>,
    /// The names of its brands, with `{account}` where its own name belongs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brands: Vec<Name>,
    /// What the invite of its owner says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub welcome: Option<Note>,
}

impl Template {
    /// What the brands of an account of this name are called.
    ///
    /// # Errors
    ///
    /// When one would be longer than a name may be.
    pub fn brands_of(&self, account: &Name) -> Result<Vec<Name>, TextError> {
        let named = |brand: &Name| Name::parse(&brand.as_str().replace(PLACE, account.as_str()));
        self.brands.iter().map(named).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text).unwrap()
    }

    #[test]
    fn brands_are_called_after_the_account_where_the_template_says_so() {
        let long = "x".repeat(196);
        for (brand, account, expected) in [
            ("Website", "Nike Inc", Some("Website")),
            ("{account}", "Nike Inc", Some("Nike Inc")),
            ("{account} shop of {account}", "Nike", Some("Nike shop of Nike")),
            ("{Account}", "Nike", Some("{Account}")),
            ("{account}", "{account}", Some("{account}")),
            ("{account} shop", long.as_str(), None),
        ] {
            let template = Template {
                id: TemplateId::parse("web").unwrap(),
                name: name("Web"),
                plan: None,
                resources: None,
                features: None,
                brands: vec![name(brand)],
                welcome: None,
            };
            let found = template.brands_of(&name(account)).ok();
            assert_eq!(found, expected.map(|text| vec![name(text)]), "{brand}, {account}");
        }
    }
}
