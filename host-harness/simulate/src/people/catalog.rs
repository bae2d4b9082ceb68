//! What is for sale in these histories.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// So much of each thing; [`Resources::UNLIMITED`] is as much as one likes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resources {
    pub dashboards: u64,
    pub users: u64,
    pub calls: u64,
}

pub struct Product {
    pub id: &'static str,
    pub monthly: u64,
    pub gives: Resources,
}

pub const PLANS: [Product; 5] = [
    Product { id: "large", monthly: 5_000, gives: Resources::ALL },
    Product { id: "medium", monthly: 2_000, gives: Resources::of(4, 6, 50) },
    Product { id: "other", monthly: 1_000, gives: Resources::of(1, 4, 20) },
    Product { id: "small", monthly: 1_000, gives: Resources::of(2, 3, 5) },
    Product { id: "tiny", monthly: 500, gives: Resources::of(1, 1, 0) },
];

pub const ADD_ONS: [Product; 2] = [
    Product { id: "boards", monthly: 300, gives: Resources::of(2, 0, 10) },
    Product { id: "users", monthly: 700, gives: Resources::of(0, 2, 0) },
];

const FEATURES: [&str; 6] = [
    "download-reports",
    "email-reports",
    "embedded-links",
    "private-links",
    "public-links",
    "single-sign-on",
];

/// What a plan or an add-on gives.
pub fn product(id: &str) -> &'static Product {
    const NOTHING: Product = Product { id: "", monthly: 0, gives: Resources::NONE };
    PLANS.iter().chain(&ADD_ONS).find(|product| product.id == id).unwrap_or(&NOTHING)
}

/// The catalog with all of it.
pub fn with_products(mut catalog: Value) -> Value {
    let sold = |products: &[Product]| -> Value {
        let one = |Product { id, monthly, gives }: &Product| {
            json!({
                "id": id, "name": id, "monthly": monthly, "resources": gives.json(),
                "features": FEATURES,
            })
        };
        products.iter().map(one).collect()
    };
    (catalog["plans"], catalog["add-ons"]) = (sold(&PLANS), sold(&ADD_ONS));
    catalog
}

impl Resources {
    pub const UNLIMITED: u64 = u64::MAX;
    pub const ALL: Resources =
        Resources::of(Resources::UNLIMITED, Resources::UNLIMITED, Resources::UNLIMITED);
    pub const NONE: Resources = Resources::of(0, 0, 0);

    pub const fn of(dashboards: u64, users: u64, calls: u64) -> Resources {
        Resources { dashboards, users, calls }
    }

    fn each(self, other: Resources, sum: fn(u64, u64) -> u64) -> Resources {
        Resources {
            dashboards: sum(self.dashboards, other.dashboards),
            users: sum(self.users, other.users),
            calls: sum(self.calls, other.calls),
        }
    }

    pub fn plus(self, other: Resources) -> Resources {
        self.each(other, u64::saturating_add)
    }

    pub fn or_more(self, other: Resources) -> Resources {
        self.each(other, u64::max)
    }

    pub fn or_less(self, other: Resources) -> Resources {
        self.each(other, u64::min)
    }

    /// By the words of the WIT.
    pub fn named(self) -> [(&'static str, u64); 3] {
        [("dashboards", self.dashboards), ("users", self.users), ("api-calls", self.calls)]
    }

    pub fn json(self) -> Value {
        let said = |(name, amount): (&str, u64)| (name.to_owned(), allowance(amount));
        Value::Object(self.named().map(said).into_iter().collect())
    }
}

/// As the WIT says it.
pub fn allowance(amount: u64) -> Value {
    match amount {
        Resources::UNLIMITED => json!("unlimited"),
        limit => json!({"at-most": limit}),
    }
}
