//! `catalog`: what is sold, and what holds for one agency. The platform's own.

mod arguments;
mod get;
mod history;
mod set;
mod set_terms;
mod terms;

pub use arguments::{RawCatalog, RawOffer, RawPlanDiscount, features, resources};
pub use get::get;
pub use history::history;
pub use set::set;
pub use set_terms::{RawDiscount, RawOff, RawPrice, RawTax, RawTermsChanges, set_terms};
pub use terms::{Shown, terms};
