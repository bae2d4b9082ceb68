//! `billing`: what is owed, and why.

mod adjust;
mod document;
mod export;
mod invoices;
mod items;
mod ledger;
mod standing;
mod summary;

pub use adjust::{Adjustment, adjust};
pub use document::document;
pub use export::{ExportPage, export_ledger};
pub use invoices::{invoice, invoices, report_payment};
pub use items::{RunningItem, items, run_rate_within, white_label_of};
pub use ledger::{LedgerFilter, ledger, some_lines};
pub use standing::{Expected, Standing, open};
pub use summary::{Planned, Summary, forecast, next_invoices, next_invoices_of, summary};
