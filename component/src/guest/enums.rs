//! Enums that the contract and the inner layers share, case by case.

/// For each line conversions in both directions. Both are exhaustive: a case that is missing on
/// either side, or here, doesn't compile.
macro_rules! same_cases {
    ($($wit:ty = $inner:ty: $($case:ident)*;)*) => {$(
        impl From<$wit> for $inner {
            fn from(it: $wit) -> $inner {
                type Wit = $wit;
                match it { $(Wit::$case => Self::$case,)* }
            }
        }

        impl From<$inner> for $wit {
            fn from(it: $inner) -> $wit {
                type Inner = $inner;
                match it { $(Inner::$case => Self::$case,)* }
            }
        }
    )*};
}
pub(super) use same_cases;
