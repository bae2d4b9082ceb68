//! Billing once more, slow and plain: everything is recomputed from the list of what happened.
//!
//! It was written from `docs/billing.md` and the WIT alone, and shares no code with the
//! component. Nothing is carried along from one computation to the next: when each thing runs
//! follows from who has access ([`runs`], [`accounts`]); what each run is debited for, from the
//! calendar ([`frame`]); each debit has its price and discounts ([`prices`]); lines follow from
//! debits ([`reckon`]), invoices from lines ([`invoices`]), and all that is told about the future
//! from reckoning with a later time ([`reading`]). Jobs are taken to be punctual.
//!
//! [`invariants`] are checks that hold for any ledger, the component's too.

pub mod accounts;
pub mod frame;
pub mod generate;
pub mod history;
pub mod invariants;
pub mod invoices;
pub mod line;
pub mod prices;
pub mod reading;
pub mod reckon;
pub mod runs;

pub use clientdesk_simulate::calendar;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod random;
