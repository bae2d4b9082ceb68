//! What happens in a history: a random command, and what the reference is told of it.

use clientdesk_tests::billing_reference::history::{
    Catalog, CatalogVersion, Interval, Off, Payer, PlanDiscount, Price, Product, Proration, Terms,
    Tier, TierMode, What,
};
use serde_json::{Value, json};

use super::account_moves::{ADD_ONS, PLANS};
use super::play::{BRANDS, DAY, Play, olga, place, time};

/// How many people there are.
const PEOPLE: u64 = 6;

impl Play {
    /// Does something.
    pub fn command(&mut self) {
        match self.dice.below(32) {
            0..6 => self.invite(),
            6..8 => self.invite_by_link(),
            8..11 => self.log_in(),
            11..15 => self.of_a_client("clients.revoke", &[]),
            15..17 => self.take_brands(),
            17 => self.give_brands(),
            18 => self.of_a_client("clients.resend", &[]),
            19 => self.archive(),
            20 => self.set_interval(),
            21 => self.set_terms(),
            22 => self.adjust(),
            23 => self.set_catalog(),
            _ => self.account_command(),
        }
    }

    /// Some brands, at least one.
    pub fn some_brands(&mut self) -> Vec<&'static str> {
        let some = self.dice.below(31) + 1;
        let chosen = BRANDS.iter().enumerate().filter(|(place, _)| some & (1 << place) != 0);
        chosen.map(|(_, brand)| *brand).collect()
    }

    /// A time ahead at which access ends; often none.
    fn an_end(&mut self) -> Value {
        match self.dice.below(3) {
            0 => json!(self.now() + self.dice.below(200 * DAY) + 1),
            _ => Value::Null,
        }
    }

    pub fn an_invite(&mut self) -> Value {
        let email = format!("person{}@nike.example", self.dice.below(PEOPLE));
        let (brands, ends) = (self.some_brands(), self.an_end());
        json!({"email": email, "brands": brands, "access-ends-at": ends})
    }

    fn invite(&mut self) {
        let invite = self.an_invite();
        let answer = self.try_to("clients.invite-by-email", &[olga(), invite]);
        self.tell_of_answer(&answer);
    }

    fn invite_by_link(&mut self) {
        let expires = match self.dice.below(2) {
            0 => json!(self.now() + self.dice.below(90 * DAY) + 1),
            _ => Value::Null,
        };
        let invite = json!({"brands": self.some_brands(), "expires-at": expires});
        let answer = self.try_to("clients.invite-by-link", &[olga(), invite]);
        self.tell_of_answer(&answer);
    }

    pub fn tell_of_answer(&mut self, answer: &Result<Value, Value>) {
        if let Ok(answer) = answer
            && let Some(client) = answer["client"].as_str()
        {
            self.tell_of(client);
        }
    }

    fn log_in(&mut self) {
        let email = format!("person{}@nike.example", self.dice.below(PEOPLE));
        let who = [json!("acme"), json!(email), Value::Null, Value::Null];
        let _ = self.try_to("portal.admit", &who);
        // The answer doesn't say who it is in each case: looking at all of them does.
        for client in self.known.keys().cloned().collect::<Vec<_>>() {
            self.tell_of(&client);
        }
    }

    pub fn a_client(&mut self) -> Option<String> {
        let clients: Vec<&String> = self.known.keys().collect();
        let count = u64::try_from(clients.len()).unwrap();
        (count > 0).then(|| clients[place(self.dice.below(count))].clone())
    }

    fn of_a_client(&mut self, function: &str, rest: &[Value]) {
        let Some(client) = self.a_client() else { return };
        let mut arguments = vec![olga(), json!(client)];
        arguments.extend_from_slice(rest);
        if self.try_to(function, &arguments).is_ok() {
            self.tell_of(&client);
        }
    }

    fn take_brands(&mut self) {
        let brands = json!(self.some_brands());
        self.of_a_client("clients.remove-brands", &[brands]);
    }

    fn give_brands(&mut self) {
        let (brands, ends) = (json!(self.some_brands()), self.an_end());
        self.of_a_client("clients.add-brands", &[brands, ends]);
    }

    fn archive(&mut self) {
        if self.dice.below(4) != 0 {
            return;
        }
        let brand = BRANDS[place(self.dice.below(5))];
        if self.try_to("brands.archive", &[olga(), json!(brand), json!(true)]).is_ok() {
            for client in self.known.keys().cloned().collect::<Vec<_>>() {
                self.tell_of(&client);
            }
        }
    }

    fn set_interval(&mut self) {
        let (word, interval) = match self.dice.below(2) {
            0 => ("monthly", Interval::Monthly),
            _ => ("annual", Interval::Annual),
        };
        self.ask("agencies.set-interval", &[olga(), json!(word)]);
        self.tell(What::SetInterval(interval));
    }

    /// The platform closes the agency.
    pub fn close(&mut self) {
        self.ask("agencies.close", &[json!("acme"), json!("Gone")]);
        self.tell(What::Close);
    }

    /// Something that still happens to an agency that is closed, if anything.
    pub fn closed_command(&mut self) {
        match self.dice.below(10) {
            8 | 9 => self.of_a_client("clients.revoke", &[]),
            0 => self.set_terms(),
            1 => self.adjust(),
            2 => self.set_catalog(),
            3 => {
                self.ask("agencies.close", &[json!("acme"), json!("Once more")]);
            }
            _ => {}
        }
    }

    fn adjust(&mut self) {
        let amount = i64::try_from(self.dice.below(20_000)).unwrap() - 12_000;
        if amount == 0 {
            return;
        }
        let created = u64::try_from(self.history.created).unwrap();
        let ago = self.dice.below(100 * DAY);
        let at = match self.dice.below(2) {
            0 => self.now(),
            _ => self.now().saturating_sub(ago).max(created),
        };
        let note = format!("Note {}", self.dice.below(9));
        let money = json!({"amount": amount, "currency": "USD"});
        let arguments = [json!("acme"), json!("agency"), money, json!(note), json!(at)];
        self.ask("billing.adjust", &arguments);
        self.tell(What::Adjust { payer: Payer::Agency, amount, note, effective_at: time(at) });
    }

    fn set_terms(&mut self) {
        let now = self.now();
        let since = match self.dice.below(3) {
            0 => now,
            _ => now + self.dice.below(80 * DAY),
        };
        let (changes, terms) = match self.dice.below(9) {
            0..3 => {
                let monthly = (self.dice.below(3) > 0).then(|| self.dice.below(6_000));
                let annual = (self.dice.below(3) > 0).then(|| self.dice.below(60_000));
                let price = json!({
                    "monthly": monthly, "annual": annual, "since": since, "reason": "Loyal",
                });
                let (monthly, annual) = (monthly.map(amount), annual.map(amount));
                let since = time(since);
                (json!({"price": price}), Terms::Price { monthly, annual, since })
            }
            3..7 => {
                let months = u32::try_from(self.dice.below(6)).unwrap() + 1;
                let name = format!("Discount {}", self.dice.below(9));
                let (off, said) = match self.dice.below(2) {
                    0 => {
                        let points = u32::try_from(self.dice.below(10_000)).unwrap() + 1;
                        (Off::BasisPoints(points), json!({"basis-points": points}))
                    }
                    _ => {
                        let off = self.dice.below(30_000) + 1;
                        (Off::Amount(amount(off)), json!({"amount": off}))
                    }
                };
                let discount = json!({
                    "name": name, "off": said, "since": since, "months": months,
                });
                let since = time(since);
                (json!({"discount": discount}), Terms::Discount { name, off, since, months })
            }
            7 => {
                let on = self.dice.below(4) > 0;
                (json!({"volume-discount": on}), Terms::VolumeDiscount(on))
            }
            _ => {
                let end = now + self.dice.below(50 * DAY) + 1;
                (json!({"trial-ends-at": end}), Terms::Trial(time(end)))
            }
        };
        self.ask("catalog.set-terms", &[json!("acme"), changes]);
        self.tell(What::Terms(terms));
    }

    /// The catalog that the store begins with: it settles when white-label starts.
    pub fn set_first_catalog(&mut self) {
        if self.dice.below(2) == 0 {
            return;
        }
        let starts_at_acceptance = self.dice.below(2) == 0;
        let catalog = self.a_catalog(starts_at_acceptance);
        self.ask("catalog.set", &[said(&catalog), json!(0)]);
        // What holds from the agency's first millisecond on.
        self.history.catalogs[0].catalog.starts_at_acceptance = starts_at_acceptance;
        self.history.catalogs.push(CatalogVersion { since: self.history.created, catalog });
    }

    fn set_catalog(&mut self) {
        // Its prices count by time alone: for what was done before in the same millisecond, too.
        self.world.clock.set(self.now() + 1);
        let starts_at_acceptance = self.history.catalogs[0].catalog.starts_at_acceptance;
        let catalog = self.a_catalog(starts_at_acceptance);
        let version = self.history.catalogs.len() - 1;
        let set = self.ask("catalog.set", &[said(&catalog), json!(version)]);
        if set == json!(version + 1) {
            let last = self.history.catalogs.last().unwrap().since;
            // Two versions of one millisecond follow one another.
            let since = time(self.now()).max(last + 1);
            self.world.clock.set(u64::try_from(since).unwrap());
            self.history.catalogs.push(CatalogVersion { since, catalog });
        }
    }

    fn a_catalog(&mut self, starts_at_acceptance: bool) -> Catalog {
        let (monthly, annual) = (self.dice.below(9_000), self.dice.below(90_000));
        let price = |monthly, annual| Price { monthly: amount(monthly), annual: amount(annual) };
        let mut tiers = Vec::new();
        let mut from_brands = 1;
        for _ in 0..self.dice.below(3) {
            from_brands += u32::try_from(self.dice.below(2)).unwrap() + 1;
            let price = price(self.dice.below(9_000), self.dice.below(90_000));
            tiers.push(Tier { from_brands, price });
        }
        let mode = [TierMode::Volume, TierMode::Graduated][place(self.dice.below(2))];
        let prorations = [Proration::Millisecond, Proration::Day, Proration::None];
        let proration = prorations[place(self.dice.below(3))];
        let white_label = price(monthly, annual);
        let payment_days = u32::try_from(self.dice.below(40)).unwrap();
        let mut products = |ids: &[&str]| -> Vec<Product> {
            let product = |id: &&str| Product {
                id: (*id).to_owned(),
                monthly: amount(self.dice.below(10) * 999),
            };
            ids.iter().map(product).collect()
        };
        let (plans, add_ons) = (products(&PLANS), products(&ADD_ONS));
        let mut plan_discounts = Vec::new();
        let mut from_plans = 0;
        for _ in 0..self.dice.below(3) {
            from_plans += u32::try_from(self.dice.below(2)).unwrap() + 1;
            let basis_points = u32::try_from(self.dice.below(5_000)).unwrap() + 1;
            plan_discounts.push(PlanDiscount { from_plans, basis_points });
        }
        Catalog {
            plans,
            add_ons,
            plan_discounts,
            white_label,
            mode,
            tiers,
            proration,
            starts_at_acceptance,
            payment_days,
        }
    }
}

fn amount(minor_units: u64) -> i64 {
    i64::try_from(minor_units).unwrap()
}

/// A catalog as the contract has it.
fn said(catalog: &Catalog) -> Value {
    let tier = |tier: &Tier| {
        let Tier { from_brands, price: Price { monthly, annual } } = tier;
        json!({"from-brands": from_brands, "monthly": monthly, "annual": annual})
    };
    let mode = match catalog.mode {
        TierMode::Volume => "volume",
        TierMode::Graduated => "graduated",
    };
    let proration = match catalog.proration {
        Proration::Millisecond => "millisecond",
        Proration::Day => "day",
        Proration::None => "none",
    };
    let start = if catalog.starts_at_acceptance { "acceptance" } else { "invite" };
    let discount = |tier: &PlanDiscount| json!({"from-plans": tier.from_plans, "basis-points": tier.basis_points});
    let product = |product: &Product| {
        json!({
            "id": product.id, "name": product.id, "monthly": product.monthly, "features": ["single-sign-on"],
            "resources": {"dashboards": "unlimited", "users": "unlimited", "api-calls": "unlimited"},
        })
    };
    json!({
        "currency": "USD",
        "white-label": {
            "monthly": catalog.white_label.monthly,
            "annual": catalog.white_label.annual,
            "mode": mode,
            "tiers": catalog.tiers.iter().map(tier).collect::<Vec<_>>(),
        },
        "plans": catalog.plans.iter().map(product).collect::<Vec<_>>(),
        "add-ons": catalog.add_ons.iter().map(product).collect::<Vec<_>>(),
        "plan-discounts": catalog.plan_discounts.iter().map(discount).collect::<Vec<_>>(),
        "seller": {"name": "", "address": ""},
        "policies": {
            "proration": proration,
            "white-label-start": start,
            "trial-days-max": 14,
            "payment-days": catalog.payment_days,
        },
    })
}
