//! The component without WebAssembly, for fuzzing: what reaches new code can be told then.

use clientdesk_component::guest::native;
use clientdesk_fuzz::{Shape, Signature, Troupe};
use clientdesk_scenario::{Target, World};
use wit_parser::{Resolve, Type, TypeDefKind};

use crate::contract::Contract;
use crate::native::Native;

/// The component's code as plain Rust.
pub struct NativeTroupe {
    signatures: Vec<Signature>,
}

impl NativeTroupe {
    /// All functions that the contract has.
    pub fn new() -> NativeTroupe {
        let contract = Contract::get();
        let signature = |name: &'static str| {
            let function = contract.function(name)?;
            let params = function.params.iter();
            let params = params.map(|(name, ty)| (name.clone(), shape(contract.types(), *ty)));
            Some(Signature { name: name.to_owned(), params: params.collect() })
        };
        NativeTroupe { signatures: native::functions().filter_map(signature).collect() }
    }
}

impl Default for NativeTroupe {
    fn default() -> Self {
        NativeTroupe::new()
    }
}

impl Troupe for NativeTroupe {
    fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    fn target(&self, world: &World) -> Result<Box<dyn Target>, String> {
        Ok(Box::new(Native::new(world)))
    }
}

/// What a value of the type may be. Types that the contract has none of are taken for text.
fn shape(types: &Resolve, ty: Type) -> Shape {
    let id = match ty {
        Type::Bool => return Shape::Bool,
        Type::U8 => return Shape::Number(0, u8::MAX.into()),
        Type::U16 => return Shape::Number(0, u16::MAX.into()),
        Type::U32 => return Shape::Number(0, u32::MAX.into()),
        Type::U64 => return Shape::Number(0, u64::MAX.into()),
        Type::S32 => return Shape::Number(i32::MIN.into(), i32::MAX.into()),
        Type::S64 => return Shape::Number(i64::MIN.into(), i64::MAX.into()),
        Type::Id(id) => id,
        _ => return Shape::Text,
    };
    let Some(declared) = types.types.get(id) else { return Shape::Text };
    match &declared.kind {
        TypeDefKind::Type(ty) => shape(types, *ty),
        TypeDefKind::Option(ty) => Shape::Option(Box::new(shape(types, *ty))),
        TypeDefKind::List(ty) => Shape::List(Box::new(shape(types, *ty))),
        TypeDefKind::Record(record) => {
            let fields = record.fields.iter();
            Shape::Record(fields.map(|it| (it.name.clone(), shape(types, it.ty))).collect())
        }
        TypeDefKind::Variant(variant) => {
            let cases = variant.cases.iter();
            let payload = |ty: Option<Type>| ty.map(|ty| shape(types, ty));
            Shape::Choice(cases.map(|it| (it.name.clone(), payload(it.ty))).collect())
        }
        TypeDefKind::Enum(names) => {
            Shape::Choice(names.cases.iter().map(|it| (it.name.clone(), None)).collect())
        }
        _ => Shape::Text,
    }
}
