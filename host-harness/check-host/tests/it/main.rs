//! The checks against a host that keeps all promises, and against many that break one.

mod bent;
mod sound;
mod table;
