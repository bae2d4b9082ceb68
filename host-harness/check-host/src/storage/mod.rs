//! What the interface `storage` promises.

mod commands;
mod commits;
mod large;
mod limits;
mod reads;
mod scans;
mod sizes;
mod versions;

use crate::Check;

/// All of it: reads first, since whatever is written is looked at by them.
pub(crate) fn checks() -> impl Iterator<Item = &'static Check> {
    [
        reads::CHECKS,
        scans::CHECKS,
        commits::CHECKS,
        versions::CHECKS,
        commands::CHECKS,
        large::CHECKS,
        limits::CHECKS,
    ]
    .into_iter()
    .flatten()
}
