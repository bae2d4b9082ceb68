//! From JSON to WIT values, as a type says.

use serde_json::{Map, Value};
use wasmtime::component::{Type, Val};

use super::{ValueError, ValueProblem, shape};
use crate::suggest;

/// The value of type `ty` that `json` stands for. `path` names it in errors.
///
/// # Errors
///
/// The first thing that doesn't fit, with its path and what is expected there.
pub fn from_json(json: &Value, ty: &Type, path: &str) -> Result<Val, ValueError> {
    let at = At { path, ty };
    match ty {
        Type::Bool => json.as_bool().map(Val::Bool).ok_or_else(|| at.other_kind(json)),
        Type::S8 => at.integer(json).map(Val::S8),
        Type::U8 => at.integer(json).map(Val::U8),
        Type::S16 => at.integer(json).map(Val::S16),
        Type::U16 => at.integer(json).map(Val::U16),
        Type::S32 => at.integer(json).map(Val::S32),
        Type::U32 => at.integer(json).map(Val::U32),
        Type::S64 => at.integer(json).map(Val::S64),
        Type::U64 => at.integer(json).map(Val::U64),
        // Rounding to the nearest is what a 32-bit float means.
        Type::Float32 => at.float(json).map(|value| Val::Float32(value as f32)),
        Type::Float64 => at.float(json).map(Val::Float64),
        Type::Char => at.character(json).map(Val::Char),
        Type::String => at.text(json).map(|text| Val::String(text.into())),
        Type::List(list) => at.elements(json, &list.ty()).map(Val::List),
        Type::FixedLengthList(list) => {
            let values = at.elements(json, &list.ty())?;
            let fits = u32::try_from(values.len()) == Ok(list.len());
            fits.then(|| Val::FixedLengthList(values.clone()))
                .ok_or_else(|| at.error(ValueProblem::Length(values.len())))
        }
        Type::Tuple(tuple) => at.tuple(json, tuple.types()),
        Type::Record(record) => at.record(json, record),
        Type::Variant(variant) => {
            let (case, payload) = at.case(json)?;
            let types = variant.cases().map(|case| (case.name.to_owned(), case.ty));
            let payload = at.payload(case, payload, types)?;
            Ok(Val::Variant(case.into(), payload))
        }
        Type::Result(result) => {
            let (case, payload) = at.case(json)?;
            let types = [("ok".into(), result.ok()), ("err".into(), result.err())];
            let payload = at.payload(case, payload, types.into_iter())?;
            let result = if case == "ok" { Ok(payload) } else { Err(payload) };
            Ok(Val::Result(result))
        }
        Type::Enum(names) => at.name(json, names.names()).map(Val::Enum),
        Type::Option(_) if json.is_null() => Ok(Val::Option(None)),
        Type::Option(option) => {
            let value = from_json(json, &option.ty(), path)?;
            Ok(Val::Option(Some(Box::new(value))))
        }
        Type::Flags(flags) => {
            let names = at.array(json)?.iter();
            let names = names.map(|name| at.name(name, flags.names()));
            names.collect::<Result<_, _>>().map(Val::Flags)
        }
        Type::Map(_)
        | Type::Own(_)
        | Type::Borrow(_)
        | Type::Future(_)
        | Type::Stream(_)
        | Type::ErrorContext => Err(at.error(ValueProblem::Unsupported)),
    }
}

/// How much of a name that the type doesn't have an error repeats.
const ECHO_CHARS_MAX: usize = 200;

/// A place in a value: where it is and what belongs there.
struct At<'a> {
    path: &'a str,
    ty: &'a Type,
}

impl At<'_> {
    fn error(&self, problem: ValueProblem) -> ValueError {
        self.error_at(self.path.to_owned(), problem)
    }

    fn error_at(&self, path: String, problem: ValueProblem) -> ValueError {
        ValueError { path, problem, expected: shape(self.ty) }
    }

    fn other_kind(&self, json: &Value) -> ValueError {
        self.error(ValueProblem::OtherKind(kind(json)))
    }

    fn unknown<'a>(
        &self,
        path: String,
        name: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> ValueError {
        let close = suggest::close_names(name, known);
        self.error_at(path, ValueProblem::Unknown { close })
    }

    fn integer<T: TryFrom<i128>>(&self, json: &Value) -> Result<T, ValueError> {
        let wide = match json {
            Value::Number(number) => number.as_i128(),
            _ => return Err(self.other_kind(json)),
        };
        wide.and_then(|wide| T::try_from(wide).ok())
            .ok_or_else(|| self.error(ValueProblem::OutOfRange))
    }

    fn float(&self, json: &Value) -> Result<f64, ValueError> {
        json.as_f64().ok_or_else(|| self.other_kind(json))
    }

    fn text<'a>(&self, json: &'a Value) -> Result<&'a str, ValueError> {
        json.as_str().ok_or_else(|| self.other_kind(json))
    }

    fn character(&self, json: &Value) -> Result<char, ValueError> {
        let mut letters = self.text(json)?.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => Ok(letter),
            _ => Err(self.error(ValueProblem::OtherKind("text of other than one character"))),
        }
    }

    fn array<'a>(&self, json: &'a Value) -> Result<&'a Vec<Value>, ValueError> {
        json.as_array().ok_or_else(|| self.other_kind(json))
    }

    fn elements(&self, json: &Value, ty: &Type) -> Result<Vec<Val>, ValueError> {
        let elements = self.array(json)?.iter().enumerate();
        elements
            .map(|(index, element)| from_json(element, ty, &format!("{}[{index}]", self.path)))
            .collect()
    }

    fn tuple(
        &self,
        json: &Value,
        types: impl ExactSizeIterator<Item = Type>,
    ) -> Result<Val, ValueError> {
        let elements = self.array(json)?;
        if elements.len() != types.len() {
            return Err(self.error(ValueProblem::Length(elements.len())));
        }
        let pairs = elements.iter().zip(types).enumerate();
        pairs
            .map(|(index, (json, ty))| from_json(json, &ty, &format!("{}[{index}]", self.path)))
            .collect::<Result<_, _>>()
            .map(Val::Tuple)
    }

    fn record(
        &self,
        json: &Value,
        record: &wasmtime::component::types::Record,
    ) -> Result<Val, ValueError> {
        let Value::Object(object) = json else {
            return Err(self.other_kind(json));
        };
        let known = |name: &str| record.fields().any(|field| field.name == name);
        if let Some(name) = object.keys().find(|name| !known(name)) {
            let fields: Vec<_> = record.fields().collect();
            let names = fields.iter().map(|field| field.name);
            return Err(self.unknown(self.member(name), name, names));
        }
        record
            .fields()
            .map(|field| Ok((field.name.to_owned(), self.field(object, field.name, &field.ty)?)))
            .collect::<Result<_, _>>()
            .map(Val::Record)
    }

    fn field(&self, object: &Map<String, Value>, name: &str, ty: &Type) -> Result<Val, ValueError> {
        match (object.get(name), ty) {
            (Some(json), _) => from_json(json, ty, &self.member(name)),
            (None, Type::Option(_)) => Ok(Val::Option(None)),
            (None, _) => Err(self.error_at(self.member(name), ValueProblem::Missing)),
        }
    }

    /// The path of a field or case. A name that isn't the type's own is whatever somebody typed:
    /// it is cut after 200 characters, and control characters are spelled out.
    fn member(&self, name: &str) -> String {
        let mut path = format!("{}.", self.path);
        for letter in name.chars().take(ECHO_CHARS_MAX) {
            match letter.is_control() {
                true => path.extend(letter.escape_default()),
                false => path.push(letter),
            }
        }
        if name.chars().nth(ECHO_CHARS_MAX).is_some() {
            path.push('…');
        }
        path
    }

    /// The case's name and payload: of `"case"`, or of an object with one field.
    fn case<'a>(&self, json: &'a Value) -> Result<(&'a str, Option<&'a Value>), ValueError> {
        match json {
            Value::String(case) => Ok((case, None)),
            Value::Object(object) => match (object.iter().next(), object.len()) {
                (Some((case, payload)), 1) => Ok((case, Some(payload))),
                _ => Err(self.error(ValueProblem::OtherKind("an object of other than one field"))),
            },
            _ => Err(self.other_kind(json)),
        }
    }

    fn payload(
        &self,
        case: &str,
        json: Option<&Value>,
        types: impl Iterator<Item = (String, Option<Type>)>,
    ) -> Result<Option<Box<Val>>, ValueError> {
        let types: Vec<_> = types.collect();
        let Some((_, ty)) = types.iter().find(|(name, _)| name == case) else {
            let names = types.iter().map(|(name, _)| name.as_str());
            return Err(self.unknown(self.member(case), case, names));
        };
        match (ty, json) {
            (None, None | Some(Value::Null)) => Ok(None),
            (None, Some(json)) => {
                let problem = ValueProblem::OtherKind(kind(json));
                Err(self.error_at(self.member(case), problem))
            }
            (Some(Type::Option(_)), None) => Ok(Some(Box::new(Val::Option(None)))),
            (Some(_), None) => Err(self.error_at(self.member(case), ValueProblem::Missing)),
            (Some(ty), Some(json)) => {
                from_json(json, ty, &self.member(case)).map(|payload| Some(Box::new(payload)))
            }
        }
    }

    fn name<'a>(
        &self,
        json: &Value,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<String, ValueError> {
        let name = self.text(json)?;
        let names: Vec<&str> = names.collect();
        if names.contains(&name) {
            return Ok(name.to_owned());
        }
        Err(self.unknown(self.member(name), name, names.into_iter()))
    }
}

/// What kind of value it is, without the value.
fn kind(json: &Value) -> &'static str {
    match json {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
