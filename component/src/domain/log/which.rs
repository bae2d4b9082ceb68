//! Which event it is that something was booked, or that something planned came about.

use super::booked::{AccountStep, Booked};
use super::event::Event;
use crate::domain::billing::account::Became;
use crate::domain::billing::{BillingItem, Reason};

impl Event {
    /// The event that it is what became of something planned.
    pub const fn account_step(step: AccountStep, became: Became) -> Event {
        match became {
            Became::Planned => Event::AccountChangePlanned(step),
            Became::Happened => Event::AccountChangeHappened(step),
            Became::Replaced => Event::AccountChangeReplaced(step),
            Became::Dropped => Event::AccountChangeDropped(step),
        }
    }

    /// The event that a booking is.
    pub const fn booked(booked: Booked) -> Event {
        match (&booked.item, booked.reason) {
            (BillingItem::WhiteLabel(_), Reason::Started) => Event::WhiteLabelStarted(booked),
            (BillingItem::WhiteLabel(_), Reason::Renewed) => Event::WhiteLabelRenewed(booked),
            (BillingItem::WhiteLabel(_), Reason::Stopped | Reason::Expired) => {
                Event::WhiteLabelStopped(booked)
            }
            (BillingItem::WhiteLabel(_), Reason::Changed | Reason::Switched | Reason::Adjusted)
            | (
                BillingItem::Plan(_) | BillingItem::AddOn { .. } | BillingItem::Adjustment(_),
                Reason::Started
                | Reason::Renewed
                | Reason::Stopped
                | Reason::Expired
                | Reason::Changed
                | Reason::Switched
                | Reason::Adjusted,
            ) => Event::ItemBooked(booked),
        }
    }
}
