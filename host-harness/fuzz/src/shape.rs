//! What a function's arguments may be.

use clientdesk_host::Host;
use wasmtime::component::Type;

/// A function and what it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Its name: `clients.revoke`.
    pub name: String,
    /// Its parameters, by name.
    pub params: Vec<(String, Shape)>,
}

/// What a value may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// True or false.
    Bool,
    /// A whole number between these two.
    Number(i128, i128),
    /// Text.
    Text,
    /// Any number of these.
    List(Box<Shape>),
    /// This or nothing.
    Option(Box<Shape>),
    /// All of these fields.
    Record(Vec<(String, Shape)>),
    /// One of these cases, some with a value.
    Choice(Vec<(String, Option<Shape>)>),
}

impl Shape {
    /// Whether a field or case of this name stands somewhere in it.
    pub fn names(&self, name: &str) -> bool {
        match self {
            Shape::Bool | Shape::Number(..) | Shape::Text => false,
            Shape::List(inner) | Shape::Option(inner) => inner.names(name),
            Shape::Record(fields) => {
                fields.iter().any(|(field, shape)| field == name || shape.names(name))
            }
            Shape::Choice(cases) => cases.iter().any(|(case, shape)| {
                case == name || shape.as_ref().is_some_and(|shape| shape.names(name))
            }),
        }
    }
}

impl From<&Type> for Shape {
    /// What values of the type may be. Types that the contract has none of are taken for text.
    fn from(ty: &Type) -> Shape {
        match ty {
            Type::Bool => Shape::Bool,
            Type::S8 => Shape::Number(i8::MIN.into(), i8::MAX.into()),
            Type::U8 => Shape::Number(0, u8::MAX.into()),
            Type::S16 => Shape::Number(i16::MIN.into(), i16::MAX.into()),
            Type::U16 => Shape::Number(0, u16::MAX.into()),
            Type::S32 => Shape::Number(i32::MIN.into(), i32::MAX.into()),
            Type::U32 => Shape::Number(0, u32::MAX.into()),
            Type::S64 => Shape::Number(i64::MIN.into(), i64::MAX.into()),
            Type::U64 => Shape::Number(0, u64::MAX.into()),
            Type::List(list) => Shape::List(Box::new(Shape::from(&list.ty()))),
            Type::Option(option) => Shape::Option(Box::new(Shape::from(&option.ty()))),
            Type::Record(record) => {
                let fields = record.fields();
                Shape::Record(fields.map(|it| (it.name.to_owned(), Shape::from(&it.ty))).collect())
            }
            Type::Variant(variant) => {
                let cases = variant.cases();
                let case = |name: &str, ty: Option<&Type>| (name.to_owned(), ty.map(Shape::from));
                Shape::Choice(cases.map(|it| case(it.name, it.ty.as_ref())).collect())
            }
            Type::Enum(names) => {
                Shape::Choice(names.names().map(|name| (name.to_owned(), None)).collect())
            }
            _ => Shape::Text,
        }
    }
}

/// All functions of the host's component.
pub fn signatures(host: &Host) -> Vec<Signature> {
    let functions = host.functions().map(|function| {
        let params = function.params().iter();
        let params = params.map(|param| (param.name.clone(), Shape::from(&param.ty)));
        Signature { name: function.name().to_owned(), params: params.collect() }
    });
    functions.collect()
}
