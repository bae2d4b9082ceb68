//! `brands`: the spaces of data that clients are given access to.

mod create;
mod list;

pub use create::{NewBrand, create};
pub use list::list;
