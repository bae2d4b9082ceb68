//! `health`: who is doing well, and who is slipping away.
//!
//! Scores are computed here from what is stored, right now; the ones that lists show are
//! those of the latest log-in or of the daily scoring (`jobs/rescore.rs`).

mod explain;
mod history;
mod overview;

pub use explain::{BrandScore, Explanation, FactorView, ScoreView, explain};
pub use history::history;
pub use overview::{MoverView, Overview, overview};
