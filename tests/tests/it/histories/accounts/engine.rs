//! The domain's code that decides what is owed, driven as the component drives it, but without
//! rows: what all that renews comes to is looked at before the first of it is booked, commands
//! book what is due for what they touch, and jobs the rest, whenever they come.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use clientdesk_component::domain::agency::{Agency, IntervalAsked, PortalAddress};
use clientdesk_component::domain::billing::account::{Payer, State, Switch};
use clientdesk_component::domain::billing::agency_terms::{Off, TaxRate};
use clientdesk_component::domain::billing::invoice::{Letterhead, Party};
use clientdesk_component::domain::billing::rates::Moment;
use clientdesk_component::domain::billing::terms_changes::{NewDiscount, TermsChanges};
use clientdesk_component::domain::billing::white_label::RENEWALS_MAX;
use clientdesk_component::domain::billing::{
    AccountBilling, AgencyTerms, BillingItem, Invoice, LedgerTotals, Line, LineKind, PayerId,
    Posting, Reason, Terms, WhiteLabel, account,
};
use clientdesk_component::domain::catalog::{CatalogVersion, PriceBook};
use clientdesk_component::domain::email::Email;
use clientdesk_component::domain::id::{AccountId, AddOnId, AgencyId, BrandId, PlanId};
use clientdesk_component::domain::money::{Currency, Money};
use clientdesk_component::domain::period::Period;
use clientdesk_component::domain::time::{Timestamp, Until};
use clientdesk_tests::billing_reference::history::{self, History, Time, What};

use super::said::{basis_points, interval, name, number, payer_id, price_changes, time, version};
use clientdesk_simulate::dice::Dice;

/// What one payer owes.
#[derive(Clone)]
pub struct Ledger {
    pub totals: LedgerTotals,
    pub lines: Vec<Line>,
    pub invoices: Vec<Invoice>,
}

/// An agency with its brands and accounts.
#[derive(Clone)]
pub struct Engine {
    agency: Agency,
    pub terms: Terms,
    /// The versions of the catalog so far.
    versions: Vec<CatalogVersion>,
    accepted_only: bool,
    clients: BTreeMap<BrandId, BTreeMap<String, Until>>,
    pub brands: BTreeMap<BrandId, WhiteLabel>,
    pub accounts: BTreeMap<AccountId, AccountBilling>,
    pub ledgers: BTreeMap<PayerId, Ledger>,
    taxes: Vec<(Timestamp, Vec<TaxRate>)>,
    /// Up to when jobs have done what was due.
    jobs_until: Timestamp,
}

impl Engine {
    /// The agency at its creation.
    pub fn new(history: &History) -> Engine {
        let created_at = time(history.created);
        let agency = Agency {
            id: AgencyId::parse("acme").unwrap(),
            name: name("Acme"),
            notification_email: Email::parse("office@acme.example").unwrap(),
            billing_interval: interval(history.interval),
            interval_changes: Vec::new(),
            terms: AgencyTerms::default(),
            portal_address: PortalAddress::parse("https://acme.example").unwrap(),
            settings: Default::default(),
            archived: Vec::new(),
            has_account_brands: false,
            has_owners: false,
            sealed_as: None,
            clock_reset_at: None,
            standing: Default::default(),
            created_at,
        };
        let terms = Terms {
            periods: agency.periods(),
            prices: Rc::new(PriceBook::new(CatalogVersion::default())),
            own: AgencyTerms::default(),
            closed_at: None,
            running: 0,
            openings: BTreeMap::new(),
        };
        let mut engine = Engine {
            agency,
            terms,
            versions: Vec::new(),
            accepted_only: history.catalogs[0].catalog.starts_at_acceptance,
            clients: BTreeMap::new(),
            brands: BTreeMap::new(),
            accounts: BTreeMap::new(),
            ledgers: BTreeMap::new(),
            taxes: Vec::new(),
            jobs_until: created_at,
        };
        engine.sell(history, history.created);
        engine.ledger(&PayerId::Agency, None);
        engine
    }

    /// Sells what the catalog says by `now`.
    pub fn sell(&mut self, history: &History, now: Time) {
        let known = history.catalogs.iter().filter(|version| version.since <= now);
        self.versions = known.enumerate().map(version).collect();
        self.know_prices(Timestamp::EPOCH);
    }

    /// Knows the prices from `since` on, and none that are older: whoever needs more has to say
    /// so.
    fn know_prices(&mut self, since: Timestamp) {
        let older = self.versions.iter().filter(|version| version.since <= since).count();
        let mut known: Vec<_> =
            self.versions.iter().skip(older.saturating_sub(1)).cloned().collect();
        let latest = known.pop().unwrap();
        self.terms.prices = Rc::new(PriceBook::new(latest).with_earlier(known));
    }

    /// Does what happened at `now`.
    pub fn take(&mut self, what: &What, now: Timestamp) {
        match what {
            // An invite, where only what was accepted counts.
            What::Access { accepted: false, .. } if self.accepted_only => {}
            What::Access { client, brands, until, .. } => {
                let until = until.map_or(Until::FOREVER, |until| Until::at(time(until)));
                for brand in in_order(brands) {
                    self.change_brand(&brand, now, |clients| {
                        clients.insert(client.clone(), until);
                    });
                }
            }
            What::End { client, brands } => {
                for brand in in_order(brands) {
                    self.change_brand(&brand, now, |clients| {
                        clients.remove(client);
                    });
                }
            }
            What::SetInterval(asked) => match self.agency.ask_interval(interval(*asked), now) {
                IntervalAsked::Unchanged => {}
                IntervalAsked::TakenBack { agency, .. } | IntervalAsked::Planned { agency, .. } => {
                    self.terms.periods = agency.periods();
                    self.agency = *agency;
                }
            },
            What::Close => {
                self.agency = self.agency.without_planned_interval(now);
                self.terms.periods = self.agency.periods();
                self.terms.closed_at = Some(now);
            }
            What::Terms(changes) => self.change_terms(changes, now),
            What::Adjust { payer, amount, note, effective_at } => {
                let (note, at) = (name(note), time(*effective_at));
                let posting = Posting {
                    at,
                    kind: LineKind::Adjustment,
                    amount: Money::new(*amount, Currency::USD),
                    covers: Period { start: at, end: at },
                    reason: Reason::Adjusted,
                    note: Some(note.clone()),
                    working: None,
                };
                self.book(&payer_id(payer), &BillingItem::Adjustment(note), posting, now);
            }
            _ => self.change_account(what, now),
        }
    }

    fn change_terms(&mut self, terms: &history::Terms, now: Timestamp) {
        let mut changes = TermsChanges::default();
        match terms {
            history::Terms::Price { .. } => changes.price = price_changes(terms),
            history::Terms::Discount { name: called, off, since, months } => {
                let off = match off {
                    history::Off::Amount(amount) => Off::Amount(number(*amount)),
                    history::Off::BasisPoints(points) => Off::Percent(basis_points(*points)),
                };
                let (name, since) = (name(called), time(*since));
                changes.discount = Some(NewDiscount { name, off, since, months: *months });
            }
            history::Terms::Trial(end) => changes.trial_ends_at = Some(time(*end)),
            history::Terms::VolumeDiscount(on) => changes.volume_discount = Some(*on),
            history::Terms::Taxes(rates) => {
                let rate = |rate: &u32| TaxRate { name: name("Tax"), rate: basis_points(*rate) };
                let rates: Vec<TaxRate> = rates.iter().map(rate).collect();
                self.taxes.push((now, rates.clone()));
                changes.taxes = Some(rates);
            }
        }
        self.terms.own = self.terms.own.with(&changes, self.terms.months(), now).0;
    }

    fn change_brand(
        &mut self,
        brand: &BrandId,
        now: Timestamp,
        change: impl FnOnce(&mut BTreeMap<String, Until>),
    ) {
        self.look_for_brand(brand, now);
        let clients = self.clients.entry(brand.clone()).or_default();
        clients.retain(|_, until| !until.is_over(now));
        change(clients);
        let access = clients.values().max().copied();
        let item = self.brands.remove(brand);
        let others = self.brands.values().filter(|item| item.runs_at(now)).count();
        self.terms.running = u32::try_from(others).unwrap();
        let rates = self.terms.brand(brand);
        let (item, postings) = WhiteLabel::advance(item, access, &rates, now).unwrap();
        self.brands.extend(item.map(|item| (brand.clone(), item)));
        for posting in postings {
            self.book(&PayerId::Agency, &BillingItem::WhiteLabel(brand.clone()), posting, now);
        }
    }

    fn change_account(&mut self, what: &What, now: Timestamp) {
        let (What::Activate { account: id, .. }
        | What::ChangePlan { account: id, .. }
        | What::AddAddOn { account: id, .. }
        | What::RemoveAddOn { account: id, .. }
        | What::Disable(id)
        | What::Resume(id)
        | What::Delete(id)
        | What::Switch { account: id, .. }) = what
        else {
            panic!("{what:?} isn't about an account");
        };
        let id = AccountId::parse(id).unwrap();
        self.look_for_account(&id, now);
        let account = self.accounts.get(&id).cloned().unwrap_or_default();
        let terms = self.terms.account(&id);
        let plan_id = |plan: &String| PlanId::parse(plan).unwrap();
        let add_on_id = |add_on: &String| AddOnId::parse(add_on).unwrap();
        let outcome = match what {
            What::Activate { plan, payer, .. } => {
                let itself = *payer != history::Payer::Agency;
                account.activate(&terms, &plan_id(plan), itself, now)
            }
            What::ChangePlan { plan, .. } => account.change_plan(&terms, &plan_id(plan), now),
            What::AddAddOn { add_on, .. } => account.add_add_on(&terms, &add_on_id(add_on), now),
            What::RemoveAddOn { add_on, .. } => {
                account.remove_add_on(&terms, &add_on_id(add_on), now)
            }
            What::Disable(_) => account.disable(&terms, now),
            What::Resume(_) => account.resume(&terms, now),
            What::Delete(_) => account.delete(&terms, now),
            What::Switch { plan: Some(plan), .. } => {
                account.switch_payer(&terms, Switch::ToAccount(&plan_id(plan)), now)
            }
            _ => account.switch_payer(&terms, Switch::ToAgency, now),
        };
        let outcome = outcome.unwrap_or_else(|error| panic!("{what:?} at {now:?}: {error}"));
        self.keep(&id, outcome, now);
    }

    /// Keeps an account as it is now, and books what it came to.
    fn keep(&mut self, id: &AccountId, outcome: account::Outcome, now: Timestamp) {
        if let Payer::Account { anchor } | Payer::Agency { anchor: Some(anchor) } =
            outcome.account.payer
        {
            self.ledger(&PayerId::Account(id.clone()), Some(anchor));
        }
        self.accounts.insert(id.clone(), outcome.account);
        for account::Booked { payer, item, posting } in outcome.booked {
            self.book(&payer, &item, posting, now);
        }
    }

    fn ledger(&mut self, payer: &PayerId, anchor: Option<Timestamp>) -> &mut Ledger {
        self.ledgers.entry(payer.clone()).or_insert_with(|| {
            let totals = LedgerTotals { anchor, ..LedgerTotals::empty(Currency::USD) };
            Ledger { totals, lines: Vec::new(), invoices: Vec::new() }
        })
    }

    fn book(&mut self, payer: &PayerId, item: &BillingItem, posting: Posting, now: Timestamp) {
        let created = self.agency.created_at;
        let ledger = self.ledgers.get_mut(payer).unwrap();
        let months = ledger.totals.months(created);
        let of = (payer.clone(), item.clone());
        let line = ledger.totals.book(months, of, posting, (now, 1)).unwrap();
        ledger.lines.push(line);
    }

    /// Looks at all that renews at these times, where that is needed and nobody has.
    fn look(&mut self, times: Vec<Timestamp>) {
        let months = self.terms.months();
        for time in times.into_iter().collect::<BTreeSet<_>>() {
            let priced_from =
                self.accounts.values().map(|account| account.priced_from(months, time));
            let settled = Moment::Renewal(time).settled();
            self.know_prices(priced_from.fold(settled, Timestamp::min));
            if self.terms.needs_opening(time) && !self.terms.openings.contains_key(&time) {
                let opening = self.terms.open(time, &self.brands, &self.accounts).unwrap();
                self.terms.openings.insert(time, opening);
            }
        }
    }

    /// The ends of trials up to `now`.
    fn trial_ends(&self, now: Timestamp) -> Vec<Timestamp> {
        let ends = self.terms.own.trials.iter().map(|trial| trial.ends_at);
        ends.filter(|end| *end <= now).collect()
    }

    fn look_for_brand(&mut self, brand: &BrandId, now: Timestamp) {
        let mut times = self.trial_ends(now);
        if let Some(item) = self.brands.get(brand) {
            times.extend(item.renewal_times(&self.terms.brand(brand), now, RENEWALS_MAX));
        }
        self.look(times);
        let debited = self.brands.get(brand).map_or(now, |item| item.covers.start.min(now));
        self.know_prices(Moment::Renewal(debited).settled());
    }

    /// Also as the agency's months began in which something is charged.
    fn look_for_account(&mut self, id: &AccountId, now: Timestamp) {
        let mut times = Vec::new();
        if let Some(account) = self.accounts.get(id) {
            times.extend(account.renewal_times(&self.terms.account(id), now, RENEWALS_MAX));
        }
        let charged = times.iter().chain([&now]);
        let months: Vec<Timestamp> = charged.map(|time| self.terms.month_of(*time)).collect();
        times.extend(months);
        times.extend(self.trial_ends(now));
        self.look(times);
        let account = self.accounts.get(id).cloned().unwrap_or_default();
        self.know_prices(account.priced_from(self.terms.months(), now));
    }

    /// What the jobs do up to `until`: month by month they book what is due, some at a time and
    /// in any order, and close invoices.
    pub fn jobs(&mut self, until: Timestamp, dice: &mut Dice) {
        let created = self.agency.created_at;
        let mut times = BTreeSet::from([until]);
        for Ledger { totals, .. } in self.ledgers.values() {
            let months = totals.months(created);
            let first = months.number(self.jobs_until);
            let starts = (first..).map(|month| months.start(month));
            times.extend(starts.take_while(|start| *start <= until));
        }
        for time in times {
            self.settle(time, dice);
            self.close(time);
        }
        self.jobs_until = until;
    }

    fn settle(&mut self, until: Timestamp, dice: &mut Dice) {
        if dice.below(2) == 0 {
            self.settle_brands(until);
            self.settle_accounts(until, dice);
        } else {
            self.settle_accounts(until, dice);
            self.settle_brands(until);
        }
    }

    fn settle_brands(&mut self, until: Timestamp) {
        for brand in self.brands.keys().cloned().collect::<Vec<_>>() {
            self.look_for_brand(&brand, until);
            let item = self.brands.remove(&brand).unwrap();
            let (item, postings) = item.settle(&self.terms.brand(&brand), until).unwrap();
            self.brands.extend(item.map(|item| (brand.clone(), item)));
            for posting in postings {
                self.book(
                    &PayerId::Agency,
                    &BillingItem::WhiteLabel(brand.clone()),
                    posting,
                    until,
                );
            }
        }
    }

    fn settle_accounts(&mut self, until: Timestamp, dice: &mut Dice) {
        for id in self.accounts.keys().cloned().collect::<Vec<_>>() {
            while self.accounts[&id].is_due(until) {
                self.look_for_account(&id, until);
                let account = self.accounts[&id].clone();
                let most = u32::try_from(dice.below(3) + 1).unwrap();
                let outcome = account.settle_some(&self.terms.account(&id), until, most);
                self.keep(&id, outcome.unwrap(), until);
            }
            assert!(self.accounts[&id].due_at().is_none_or(|due| due > until), "{id} is behind");
        }
    }

    /// Closes what closes up to `until`.
    fn close(&mut self, until: Timestamp) {
        self.know_prices(Timestamp::EPOCH);
        let created = self.agency.created_at;
        for (payer, ledger) in &mut self.ledgers {
            let months = ledger.totals.months(created);
            while let Some(open) = ledger.totals.open.first().filter(|open| open.closes_at <= until)
            {
                let at = open.closes_at;
                let told = self.taxes.iter().rev().find(|(since, _)| *since < at);
                let policies = self.terms.prices.at(at).catalog.policies;
                let head = Letterhead {
                    seller: Party::default(),
                    payer: Party::default(),
                    taxes: told.map(|(_, taxes)| taxes.clone()).unwrap_or_default(),
                    payment_days: policies.payment_days,
                };
                let invoice = ledger.totals.close_next(payer.clone(), &head, at).unwrap();
                ledger.invoices.push(invoice.unwrap());
            }
            let month = months.start(months.number(until));
            if month <= until {
                ledger.totals.close_until(month);
            }
        }
    }

    /// How many plans run that the agency pays for.
    pub fn plans(&self) -> u32 {
        let by_agency = |account: &&AccountBilling| {
            matches!(account.payer, Payer::Agency { .. }) && account.state == State::Running
        };
        u32::try_from(self.accounts.values().filter(by_agency).count()).unwrap()
    }
}

/// Brands in the order of their ids, in which one command changes them.
fn in_order(brands: &[String]) -> BTreeSet<BrandId> {
    brands.iter().map(|brand| BrandId::parse(brand).unwrap()).collect()
}
