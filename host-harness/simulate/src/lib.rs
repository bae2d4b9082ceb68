//! Random histories of Clientdesk, in which much goes wrong, judged step by step by a small reference.
//!
//! A history is drawn from a seed. Two agencies have a reference that is written from the contract
//! ([`people`]): after each step it says who has access, where accounts stand, what is charged for, who is
//! signed in, and what the log must say. A third agency has none (`wild/`): every function is called there
//! with all kinds of arguments. The store fails, answers get lost, hosts die, crashes take back what wasn't
//! safe, clocks jump, two hosts get in each other's way (`world/`). At the end nothing fails any more, and
//! everything has to come to rest (`finale.rs`).
//!
//! | to find | open |
//! | --- | --- |
//! | what happens next | [`history`] |
//! | what happens then, and what is compared | `sim.rs`, `finale.rs` |
//! | many histories, and the shortest one that fails | [`run`], [`shorten`] |
//! | what was exercised | [`tally`] |
//! | bugs that are planted, to see whether they are found | [`planted`] |

// Answers are JSON, where nothing stands for what isn't there; the reference's maps are asked for ids that
// it gave itself.
#![allow(clippy::indexing_slicing)]

pub mod calendar;
pub mod dice;
mod finale;
pub mod history;
pub mod people;
pub mod planted;
mod read;
pub mod run;
pub mod shorten;
mod sim;
pub mod tally;
mod wild;
mod world;
