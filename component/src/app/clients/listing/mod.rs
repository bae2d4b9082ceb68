//! The list of clients: filters, sorts, pages, counts.
//!
//! Four orders have an index over the whole agency (by name, log-in, status, health), and the
//! rows of clients lie in the order of creation: an unfiltered page reads what it shows. The
//! order of statuses is made of facts (who has joined lies in the order of log-ins), so that
//! active, at risk and churned are stretches of it at any time, without a job.
//!
//! Whatever a filter leaves is found in one of two ways, and both give the same answer:
//! *walking* the order and passing over who doesn't fit, which is quick when many fit, and
//! *gathering* all who might fit from the narrowest place where they stand together (a brand,
//! a status, the search's blocks) and sorting them, which is quick when few do. A walk that
//! finds too little gives way to gathering.
//!
//! | to find | open |
//! | --- | --- |
//! | what a filter asks for, and who fits | [`filter`] |
//! | the orders, and a client's place in them | [`order`] |
//! | where clients who fit stand together | [`gather`] |
//! | a page | [`list`](mod@list) |
//! | how many | [`counts`](mod@counts) |
//! | a page as CSV | [`export`](mod@export) |

pub mod counts;
pub mod export;
pub mod filter;
pub mod gather;
pub mod list;
pub mod order;

pub use counts::{Counts, counts};
pub use export::{CsvPart, export};
pub use filter::{DeliveryFilter, RawFilter, StatusFilter};
pub use list::{ClientPage, list};
pub use order::{Order, Sort};
