//! Makes what the library has built in; nothing, without the features `built-in` and `check-host`.

#[cfg(any(feature = "built-in", feature = "check-host"))]
mod component;

fn main() {
    #[cfg(any(feature = "built-in", feature = "check-host"))]
    component::build_or_exit();
}
