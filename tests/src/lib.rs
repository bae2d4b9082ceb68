//! What tests, benchmarks and fuzzing share.

pub mod billing_reference;
pub mod bridge;
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a contract that isn't the one in `wit/` fails the test"
)]
pub mod contract;
pub mod fuzz;
pub mod native;

/// A path from the repository's root.
pub fn repository(path: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
