//! `system`: whether a store is whole, and what it needs.

pub mod check;

pub use check::{Checked, Difference, Kind, check, repair};
