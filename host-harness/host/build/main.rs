//! Makes what the library has built in; nothing, without the feature `built-in`.

#[cfg(feature = "built-in")]
mod component;

fn main() {
    #[cfg(feature = "built-in")]
    component::build_or_exit();
}
