//! From WIT values to JSON.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use wasmtime::component::Val;

/// The value as JSON.
///
/// # Errors
///
/// When it holds a resource, a stream or a future.
pub fn to_json(value: &Val) -> Result<serde_json::Value, serde_json::Error> {
    serde_json::to_value(Shown(value))
}

/// A value that any serde format can write, with the fields of records in the WIT's order.
/// ([`serde_json::Value`] sorts them by name.)
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a>(pub &'a Val);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Val::Bool(value) => to.serialize_bool(*value),
            Val::S8(value) => to.serialize_i8(*value),
            Val::U8(value) => to.serialize_u8(*value),
            Val::S16(value) => to.serialize_i16(*value),
            Val::U16(value) => to.serialize_u16(*value),
            Val::S32(value) => to.serialize_i32(*value),
            Val::U32(value) => to.serialize_u32(*value),
            Val::S64(value) => to.serialize_i64(*value),
            Val::U64(value) => to.serialize_u64(*value),
            Val::Float32(value) => to.serialize_f32(*value),
            Val::Float64(value) => to.serialize_f64(*value),
            Val::Char(value) => to.serialize_char(*value),
            Val::String(value) | Val::Enum(value) => to.serialize_str(value),
            Val::List(values) | Val::Tuple(values) | Val::FixedLengthList(values) => {
                to.collect_seq(values.iter().map(Shown))
            }
            Val::Map(pairs) => {
                let mut list = to.serialize_seq(Some(pairs.len()))?;
                for (key, value) in pairs {
                    list.serialize_element(&[Shown(key), Shown(value)])?;
                }
                list.end()
            }
            Val::Record(fields) => {
                to.collect_map(fields.iter().map(|(name, value)| (name, Shown(value))))
            }
            Val::Variant(case, None) => to.serialize_str(case),
            Val::Variant(case, Some(payload)) => single(to, case, Some(payload)),
            Val::Option(None) => to.serialize_none(),
            Val::Option(Some(value)) => Shown(value).serialize(to),
            Val::Result(Ok(payload)) => single(to, "ok", payload.as_deref()),
            Val::Result(Err(payload)) => single(to, "err", payload.as_deref()),
            Val::Flags(names) => to.collect_seq(names),
            Val::Resource(_) | Val::Future(_) | Val::Stream(_) | Val::ErrorContext(_) => {
                Err(serde::ser::Error::custom("resources, streams and futures have no JSON"))
            }
        }
    }
}

/// An object with one field, which is null without a payload.
fn single<S: Serializer>(to: S, name: &str, payload: Option<&Val>) -> Result<S::Ok, S::Error> {
    let mut object = to.serialize_map(Some(1))?;
    object.serialize_entry(name, &payload.map(Shown))?;
    object.end()
}
