//! The component without WebAssembly, which the tests share with fuzzing.

pub use clientdesk_tests::native::Native;
