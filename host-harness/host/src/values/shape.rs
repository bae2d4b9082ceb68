//! Types in words that fit JSON.

use wasmtime::component::Type;

/// The type's shape for people, such as `{ email: string, brands: list<string>, name?:
/// string }`: a `?` marks what may be left out, `|` stands between alternatives.
pub fn shape(ty: &Type) -> String {
    match ty {
        Type::Bool => "true | false".into(),
        Type::Char => "char".into(),
        Type::String => "string".into(),
        Type::S8 => "s8".into(),
        Type::U8 => "u8".into(),
        Type::S16 => "s16".into(),
        Type::U16 => "u16".into(),
        Type::S32 => "s32".into(),
        Type::U32 => "u32".into(),
        Type::S64 => "s64".into(),
        Type::U64 => "u64".into(),
        Type::Float32 => "f32".into(),
        Type::Float64 => "f64".into(),
        Type::List(list) => format!("list<{}>", shape(&list.ty())),
        Type::FixedLengthList(list) => format!("list<{}, {}>", shape(&list.ty()), list.len()),
        Type::Map(map) => format!("list<[{}, {}]>", shape(&map.key()), shape(&map.value())),
        Type::Tuple(tuple) => format!("[{}]", joined(tuple.types().map(|ty| shape(&ty)), ", ")),
        Type::Record(record) => {
            let fields = record.fields();
            let fields = fields.map(|field| named(field.name, &field.ty));
            format!("{{ {} }}", joined(fields, ", "))
        }
        Type::Variant(variant) => {
            joined(variant.cases().map(|case| alternative(case.name, case.ty.as_ref())), " | ")
        }
        Type::Enum(names) => joined(names.names().map(quoted), " | "),
        Type::Option(option) => format!("{} | null", shape(&option.ty())),
        Type::Result(result) => joined(
            [("ok", result.ok()), ("err", result.err())]
                .into_iter()
                .map(|(name, ty)| alternative(name, ty.as_ref())),
            " | ",
        ),
        Type::Flags(flags) => format!("list<{}>", joined(flags.names().map(quoted), " | ")),
        Type::Own(_) | Type::Borrow(_) => "a resource".into(),
        Type::Future(_) => "a future".into(),
        Type::Stream(_) => "a stream".into(),
        Type::ErrorContext => "an error context".into(),
    }
}

/// A field or parameter: `name: shape`, or `name?: shape` for what may be left out.
pub(crate) fn named(name: &str, ty: &Type) -> String {
    match ty {
        Type::Option(option) => format!("{name}?: {}", shape(&option.ty())),
        _ => format!("{name}: {}", shape(ty)),
    }
}

fn alternative(name: &str, payload: Option<&Type>) -> String {
    match payload {
        None => quoted(name),
        Some(payload) => format!("{{ {} }}", named(name, payload)),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

fn joined(parts: impl Iterator<Item = String>, separator: &str) -> String {
    parts.collect::<Vec<_>>().join(separator)
}
