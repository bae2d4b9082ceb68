//! Random histories of Clientdesk, in which much goes wrong, judged step by step by a small reference.
//!
//! A history is drawn from a seed. Two agencies have a reference that is written from the contract
//! ([`people`]): after each step it says who has access, where accounts stand, what is charged for, who is
//! signed in, and what the log must say. A third agency has none (`wild/`): every function is called there
//! with all kinds of arguments. Others come into being for a tour ([`tours`]): a short story whose end is known. The store fails, answers get lost, hosts die, crashes take back what wasn't
//! safe, clocks jump, two hosts get in each other's way (`world/`). At the end nothing fails any more, and
//! everything has to come to rest (`finale.rs`).
//!
//! | to find | open |
//! | --- | --- |
//! | what happens next | [`history`] |
//! | what happens then, and what is compared | `sim.rs`, `finale.rs` |
//! | many histories, and the shortest one that fails | [`run`], [`shorten`] |
//! | stories that lead to where chance seldom comes | [`tours`] |
//! | what was exercised | [`tally`] |
//! | bugs that are planted, to see whether they are found | [`planted`] |

pub mod calendar;
pub mod dice;
#[expect(
    clippy::indexing_slicing,
    reason = "answers are JSON, where nothing stands for what isn't there"
)]
mod finale;
pub mod history;
#[expect(
    clippy::indexing_slicing,
    reason = "answers are JSON, where nothing stands for what isn't there"
)]
mod pages;
#[expect(
    clippy::indexing_slicing,
    reason = "answers are JSON; the reference's maps are asked for ids that it gave itself"
)]
pub mod people;
#[expect(
    clippy::indexing_slicing,
    reason = "answers are JSON, where nothing stands for what isn't there"
)]
pub mod planted;
mod read;
pub mod run;
pub mod shorten;
mod sim;
pub mod tally;
#[expect(
    clippy::indexing_slicing,
    reason = "answers are JSON, where nothing stands for what isn't there"
)]
pub mod tours;
#[expect(
    clippy::indexing_slicing,
    reason = "answers are JSON, where nothing stands for what isn't there"
)]
mod wild;
mod world;
