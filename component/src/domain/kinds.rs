//! Words for the cases of enums that grow. Hosts get them as strings, so that a new case breaks
//! none of them; `docs/kinds.txt` lists them all.

/// Gives an enum `KINDS`, the words for all of its cases, and `kind`, the word for one. A case
/// that is missing doesn't compile.
macro_rules! kinds {
    ($type:ident: $($case:ident = $kind:literal,)*) => {
        impl $type {
            /// The words for all of them.
            pub const KINDS: &[&str] = &[$($kind),*];

            /// The word that stands for it.
            pub const fn kind(&self) -> &'static str {
                match self { $($type::$case { .. } => $kind,)* }
            }
        }
    };
}
pub(crate) use kinds;
