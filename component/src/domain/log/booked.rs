//! What an event says that was booked.

use serde::Serialize;

use super::Subject;
use crate::domain::billing::account::PlannedChange;
use crate::domain::billing::{BillingItem, Invoice, PayerId, Posting, Reason};
use crate::domain::id::{AccountId, AddOnId, BrandId, PlanId};
use crate::domain::money::{Money, MoneyError};
use crate::domain::period::Period;
use crate::domain::time::Timestamp;

/// One posting, or several of the same item that follow one another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Booked {
    /// In whose ledger.
    pub payer: PayerId,
    /// For what.
    pub item: BillingItem,
    /// The brand, where the item is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<BrandId>,
    /// Positive for a charge, negative for a credit.
    pub amount: Money,
    /// What it pays for, or gives back.
    pub covers: Period,
    /// The time that it counts from: the entry's own, unless it was booked late.
    pub counts_from: Timestamp,
    /// Why.
    pub reason: Reason,
}

impl Booked {
    /// What `first` and `rest` are together: one amount, and all the time that they cover.
    ///
    /// # Errors
    ///
    /// When the sum overflows.
    pub fn together(
        payer: &PayerId,
        item: &BillingItem,
        first: &Posting,
        rest: &[Posting],
    ) -> Result<Booked, MoneyError> {
        let mut booked = Booked {
            payer: payer.clone(),
            item: item.clone(),
            brand: item.brand().cloned(),
            amount: first.amount,
            covers: first.covers,
            counts_from: first.at,
            reason: first.reason,
        };
        for posting in rest {
            booked.amount = booked.amount.plus(posting.amount)?;
            booked.covers.end = posting.covers.end;
        }
        Ok(booked)
    }

    /// What it is about: the brand or account that was paid for, and the account that pays.
    pub(super) fn about(&self) -> Vec<Subject> {
        let brand = self.item.brand().cloned().map(Subject::Brand);
        let account = self.item.account().cloned().map(Subject::Account);
        let payer = payer(&self.payer).filter(|payer| Some(payer) != account.as_ref());
        [brand, account, payer].into_iter().flatten().collect()
    }
}

/// An invoice that was closed, and what it comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Closed {
    /// Who pays.
    pub payer: PayerId,
    /// Its number.
    pub number: u64,
    /// When it closed: earlier than the entry, if jobs were late.
    pub closed_at: Timestamp,
    /// What its lines come to.
    pub subtotal: Money,
    /// What is to be paid before taxes.
    pub due: Money,
    /// What is to be paid with taxes.
    pub total: Money,
}

impl Closed {
    /// What an entry says of this invoice.
    pub fn of(invoice: Invoice) -> Closed {
        let Invoice { payer, number, closed_at, subtotal, due, total, .. } = invoice;
        Closed { payer, number, closed_at, subtotal, due, total }
    }

    /// What it is about: the account that pays.
    pub(super) fn about(&self) -> Vec<Subject> {
        payer(&self.payer).into_iter().collect()
    }
}

/// Something of an account that is or was planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AccountStep {
    /// The account.
    pub account: AccountId,
    /// What: `downgrade`, `removal`, or `end` of what is paid for.
    pub step: &'static str,
    /// The plan that it gets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanId>,
    /// The add-on that goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add_on: Option<AddOnId>,
    /// For when.
    pub planned_for: Timestamp,
}

impl AccountStep {
    /// What an entry says of it.
    pub fn of(account: &AccountId, change: PlannedChange) -> AccountStep {
        let planned_for = change.at();
        let (step, plan, add_on) = match change {
            PlannedChange::Downgrade { plan, .. } => ("downgrade", Some(plan), None),
            PlannedChange::Removal { add_on, .. } => ("removal", None, Some(add_on)),
            PlannedChange::DisabledEnd { .. } | PlannedChange::DeletedEnd { .. } => {
                ("end", None, None)
            }
        };
        AccountStep { account: account.clone(), step, plan, add_on, planned_for }
    }
}

/// The account that pays; none where the agency does.
pub(super) fn payer(payer: &PayerId) -> Option<Subject> {
    match payer {
        PayerId::Agency => None,
        PayerId::Account(account) => Some(Subject::Account(account.clone())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::billing::LineKind;
    use crate::domain::id::{AccountId, AddOnId};
    use crate::domain::log::Event;
    use crate::domain::money::Currency;
    use crate::domain::text::Name;

    fn posting(start: u64, amount: i64, reason: Reason) -> Posting {
        let at = Timestamp::from_millis(start).unwrap();
        let covers = Period { start: at, end: at.plus(10) };
        let (amount, kind) = (Money::new(amount, Currency::USD), LineKind::Charge);
        Posting { at, kind, amount, covers, reason, note: None, working: None }
    }

    fn event(payer: &PayerId, item: &BillingItem, postings: &[Posting]) -> Value {
        let booked = Booked::together(payer, item, &postings[0], &postings[1..]).unwrap();
        serde_json::to_value(Event::booked(booked)).unwrap()
    }

    #[test]
    fn an_event_says_all_that_was_booked_together() {
        let item = BillingItem::WhiteLabel(BrandId::parse("nike").unwrap());
        let renewed = [0, 10, 20].map(|start| posting(start, 4_900, Reason::Renewed));
        let expected = json!({
            "kind": "white-label-renewed",
            "payer": "agency",
            "item": {"white-label": "nike"},
            "brand": "nike",
            "amount": {"amount": 14_700, "currency": "USD"},
            "covers": {"start": 0, "end": 30},
            "counts-from": 0,
            "reason": "renewed",
        });
        assert_eq!(event(&PayerId::Agency, &item, &renewed), expected);
    }

    #[test]
    fn the_kind_follows_from_item_and_reason() {
        let brand = BillingItem::WhiteLabel(BrandId::parse("nike").unwrap());
        let account = AccountId::parse("nike-inc").unwrap();
        let payer = PayerId::Account(account.clone());
        let add_on = AddOnId::parse("users-10").unwrap();
        for (item, reason, kind) in [
            (brand.clone(), Reason::Started, "white-label-started"),
            (brand.clone(), Reason::Renewed, "white-label-renewed"),
            (brand.clone(), Reason::Stopped, "white-label-stopped"),
            (brand, Reason::Expired, "white-label-stopped"),
            (BillingItem::Plan(account.clone()), Reason::Started, "item-booked"),
            (BillingItem::AddOn { account, add_on }, Reason::Stopped, "item-booked"),
            (BillingItem::Adjustment(Name::parse("Gift").unwrap()), Reason::Started, "item-booked"),
        ] {
            let event = event(&payer, &item, &[posting(0, 1, reason)]);
            assert_eq!(event["kind"], kind, "{item:?} {reason:?}");
            assert_eq!(event["payer"], json!({"account": "nike-inc"}));
            assert_eq!(event["brand"].is_null(), item.brand().is_none(), "{item:?}");
        }
    }

    #[test]
    fn it_is_about_what_is_paid_for_and_the_account_that_pays() {
        let brand = BillingItem::WhiteLabel(BrandId::parse("nike").unwrap());
        let account = AccountId::parse("nike-inc").unwrap();
        let plan = BillingItem::Plan(account.clone());
        let by_hand = BillingItem::Adjustment(Name::parse("Gift").unwrap());
        let itself = PayerId::Account(account);
        for (payer, item, expected) in [
            (&PayerId::Agency, &brand, vec!["brand/nike"]),
            (&PayerId::Agency, &plan, vec!["account/nike-inc"]),
            (&PayerId::Agency, &by_hand, vec![]),
            (&itself, &brand, vec!["brand/nike", "account/nike-inc"]),
            (&itself, &plan, vec!["account/nike-inc"]),
            (&itself, &by_hand, vec!["account/nike-inc"]),
        ] {
            let one = posting(0, 1, Reason::Started);
            let about = Booked::together(payer, item, &one, &[]).unwrap().about();
            let about: Vec<String> = about.iter().map(Subject::to_string).collect();
            assert_eq!(about, expected, "{payer:?} {item:?}");
        }
    }
}
