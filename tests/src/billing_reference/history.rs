//! What happened: all that the reference knows.

/// Milliseconds since the Unix epoch, UTC.
pub type Time = i64;

/// Whole minor units of the one currency.
pub type Amount = i64;

/// Who pays, and whose ledger a line stands in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Payer {
    /// The agency.
    Agency,
    /// An account that the platform bills itself.
    Account(String),
}

/// How often white-label is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// One month.
    Monthly,
    /// Twelve months.
    Annual,
}

/// How a share of a period is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proration {
    /// In milliseconds.
    Millisecond,
    /// In days, counted back from the period's end.
    Day,
    /// Starts cost the whole period, stops give nothing back.
    None,
}

/// How tiers by number of brands are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierMode {
    /// All brands cost what the tier of their number says.
    Volume,
    /// The first ones cost what the first tier says, the next what the next one says.
    Graduated,
}

/// White-label of one brand for a month and for a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// For a month on monthly billing.
    pub monthly: Amount,
    /// For a year on annual billing.
    pub annual: Amount,
}

/// Another price from a number of brands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// The number: 2 or more.
    pub from_brands: u32,
    /// The price.
    pub price: Price,
}

/// A plan or an add-on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its id.
    pub id: String,
    /// A month of it.
    pub monthly: Amount,
}

/// A tier of the volume discount on plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanDiscount {
    /// From this number of plans on.
    pub from_plans: u32,
    /// Hundredths of a percent.
    pub basis_points: u32,
}

/// What is sold, as far as money depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// White-label of one brand.
    pub white_label: Price,
    /// How `tiers` are applied.
    pub mode: TierMode,
    /// With growing `from_brands`.
    pub tiers: Vec<Tier>,
    /// The plans.
    pub plans: Vec<Product>,
    /// The add-ons.
    pub add_ons: Vec<Product>,
    /// With growing `from_plans`.
    pub plan_discounts: Vec<PlanDiscount>,
    /// How a share of a period is counted.
    pub proration: Proration,
    /// Whether pending invites don't count. It never changes.
    pub starts_at_acceptance: bool,
    /// Days from an invoice's closing to its day of payment.
    pub payment_days: u32,
}

impl Default for Catalog {
    /// What a store has in which none was set.
    fn default() -> Self {
        Self {
            white_label: Price { monthly: 4900, annual: 49200 },
            mode: TierMode::Volume,
            tiers: Vec::new(),
            plans: Vec::new(),
            add_ons: Vec::new(),
            plan_discounts: vec![PlanDiscount { from_plans: 3, basis_points: 1000 }],
            proration: Proration::Millisecond,
            starts_at_acceptance: false,
            payment_days: 14,
        }
    }
}

/// A version of the catalog. Its number is its place in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogVersion {
    /// When it was set; 0 for the first.
    pub since: Time,
    /// What it says.
    pub catalog: Catalog,
}

/// What is taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Off {
    /// Hundredths of a percent of each charge.
    BasisPoints(u32),
    /// An amount of each month's renewals together.
    Amount(Amount),
}

/// What the platform changes for the agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Terms {
    /// A price of its own from a time on; none: what the catalog says.
    Price {
        /// For a month.
        monthly: Option<Amount>,
        /// For a year.
        annual: Option<Amount>,
        /// From when on.
        since: Time,
    },
    /// A discount for some months.
    Discount {
        /// What it is called.
        name: String,
        /// What is taken off.
        off: Off,
        /// It begins with the first month that begins then or later.
        since: Time,
        /// For so many months.
        months: u32,
    },
    /// Nothing is charged before this time.
    Trial(Time),
    /// Whether plans get the volume discount, from the next month on.
    VolumeDiscount(bool),
    /// The rates of the taxes that invoices show.
    Taxes(Vec<u32>),
}

/// What happens by a command. What happens by itself follows from these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// From now on a client has access to these brands, until a time at the most. It takes the
    /// place of what the client had there: accepting is another such event, and resending too.
    Access {
        /// Who.
        client: String,
        /// To what.
        brands: Vec<String>,
        /// When it ends by itself: the invite's expiry or the end of the access.
        until: Option<Time>,
        /// False while it is an invite that nobody has accepted.
        accepted: bool,
    },
    /// Somebody ends a client's access to these brands.
    End {
        /// Whose.
        client: String,
        /// To what.
        brands: Vec<String>,
    },
    /// The agency asks for another interval, or takes that back by asking for the one that runs.
    SetInterval(Interval),
    /// An account's plan begins. An account that pays chooses it at this time.
    Activate {
        /// Which.
        account: String,
        /// The plan.
        plan: String,
        /// Who pays.
        payer: Payer,
    },
    /// An account gets another plan, now or from its next month on.
    ChangePlan {
        /// Which.
        account: String,
        /// The plan.
        plan: String,
    },
    /// An account gets an add-on, or its removal is taken back.
    AddAddOn {
        /// Which.
        account: String,
        /// The add-on.
        add_on: String,
    },
    /// An account loses an add-on from its next month on.
    RemoveAddOn {
        /// Which.
        account: String,
        /// The add-on.
        add_on: String,
    },
    /// An account is disabled.
    Disable(String),
    /// A disabled account is active again.
    Resume(String),
    /// An account is deleted.
    Delete(String),
    /// Another one pays for an active account from now on.
    Switch {
        /// Which.
        account: String,
        /// Who pays.
        payer: Payer,
        /// The plan that is named anew; none: the one that runs.
        plan: Option<String>,
    },
    /// The platform closes the agency. It is the last thing that anybody does to it but for the platform.
    Close,
    /// The platform changes something for the agency.
    Terms(Terms),
    /// The platform books an amount by hand.
    Adjust {
        /// In whose ledger.
        payer: Payer,
        /// How much.
        amount: Amount,
        /// Why.
        note: String,
        /// The time that it has there.
        effective_at: Time,
    },
}

/// Something that happened, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Time,
    /// What.
    pub what: What,
}

/// All that happened to one agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// When the agency was created.
    pub created: Time,
    /// How white-label was billed to begin with.
    pub interval: Interval,
    /// The versions of the catalog, the first with `since` 0.
    pub catalogs: Vec<CatalogVersion>,
    /// What was done, the earliest first; of one millisecond, in the order in which it was done.
    pub events: Vec<Event>,
}

impl History {
    /// An agency with the default catalog to which nothing has happened.
    pub fn new(created: Time, interval: Interval) -> Self {
        let first = CatalogVersion { since: 0, catalog: Catalog::default() };
        Self { created, interval, catalogs: vec![first], events: Vec::new() }
    }

    /// The same, and something more.
    pub fn and(mut self, at: Time, what: What) -> Self {
        self.events.push(Event { at, what });
        self
    }

    /// The same without what happens after `now`.
    pub fn up_to(&self, now: Time) -> Self {
        let mut history = self.clone();
        history.events.retain(|event| event.at <= now);
        history.catalogs.retain(|version| version.since <= now);
        history
    }

    /// When the agency was closed; none: it wasn't.
    pub fn closed(&self) -> Option<Time> {
        let closing = self.events.iter().find(|event| event.what == What::Close);
        closing.map(|event| event.at)
    }

    /// The moments of all events: their times and their places among those of the same time,
    /// counted from 1. Place 0 is what is due by itself.
    pub fn moments(&self) -> impl Iterator<Item = (Moment, &Event)> {
        self.events.iter().enumerate().map(|(index, event)| {
            let turn = i64::try_from(index).unwrap_or(i64::MAX).saturating_add(1);
            (Moment { at: event.at, turn, part: 0 }, event)
        })
    }
}

/// A time, and what goes first within one millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// When.
    pub at: Time,
    /// 0 for what is due by itself, then the events in their order.
    pub turn: i64,
    /// Of one event that does several things, which.
    pub part: usize,
}

impl Moment {
    /// What is due by itself at a time: before everything that is done then.
    pub const fn due(at: Time) -> Self {
        Self { at, turn: 0, part: 0 }
    }

    /// The last millisecond in which a catalog must have been set to count: what is due by itself
    /// goes before everything that is done then.
    pub const fn settled(self) -> Time {
        if self.turn == 0 { self.at - 1 } else { self.at }
    }
}
