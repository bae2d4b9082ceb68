//! What a component exports and imports.

use std::collections::BTreeMap;
use std::fmt;

use wasmtime::Engine;
use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, ComponentExportIndex, Type};

use crate::observe::Slot;
use crate::values::shape::named;
use crate::values::{ValueError, ValueProblem, shape};

/// A function that a component exports.
#[derive(Clone)]
pub struct Function {
    name: String,
    interface: Option<String>,
    params: Vec<Param>,
    result: Option<Type>,
    pub(super) index: ComponentExportIndex,
    /// Its place among all functions.
    pub(super) slot: Slot,
}

/// A parameter of a function.
#[derive(Debug, Clone)]
pub struct Param {
    /// Its name in the WIT.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

/// An interface, or a function, that a component imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its name in the WIT: `clientdesk:host/storage@0.1.0`.
    pub name: String,
    /// The names of the functions; none for an interface of types only.
    pub functions: Vec<String>,
}

impl Function {
    /// How [`Host::call`](crate::Host::call) calls it: `clients.invite-by-email`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The interface that it belongs to, with package and version:
    /// `clientdesk:core/clients@0.1.0`. None for a function outside interfaces.
    pub fn interface(&self) -> Option<&str> {
        self.interface.as_deref()
    }

    /// Its parameters.
    pub fn params(&self) -> &[Param] {
        &self.params
    }

    /// What it gives; of a result what it gives when it doesn't refuse.
    pub fn answer(&self) -> Option<Type> {
        match &self.result {
            Some(Type::Result(result)) => result.ok(),
            other => other.clone(),
        }
    }

    /// Whether it gives something at all, a refusal included.
    pub(super) fn has_result(&self) -> bool {
        self.result.is_some()
    }

    /// What is expected of an argument that there is no parameter for.
    pub(crate) fn too_many(&self, number: usize) -> ValueError {
        ValueError {
            path: format!("argument {number}"),
            problem: ValueProblem::TooMany,
            expected: self.to_string(),
        }
    }
}

impl Param {
    /// The parameter and its shape, for people: `invite: { email: string }`.
    pub fn shape(&self) -> String {
        named(&self.name, &self.ty)
    }

    /// Whether it may be left out: then it is none.
    pub fn is_optional(&self) -> bool {
        matches!(self.ty, Type::Option(_))
    }

    /// The error of an argument that isn't there.
    pub(crate) fn missing(&self) -> ValueError {
        ValueError {
            path: self.name.clone(),
            problem: ValueProblem::Missing,
            expected: shape(&self.ty),
        }
    }
}

/// The function and its shapes, for people: `clients.get(id: string) -> …`.
impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let params: Vec<String> = self.params.iter().map(Param::shape).collect();
        write!(f, "{}({})", self.name, params.join(", "))?;
        match self.answer() {
            Some(answer) => write!(f, " -> {}", shape(&answer)),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Function({self})")
    }
}

/// All functions that the component exports, by name.
pub(super) fn exported(engine: &Engine, component: &Component) -> BTreeMap<String, Function> {
    let mut functions = Vec::new();
    for (name, export) in component.component_type().exports(engine) {
        match export.ty {
            ComponentItem::ComponentFunc(func) => {
                let index = component.get_export_index(None, name);
                functions.extend(index.map(|index| function(None, name, &func, index)));
            }
            ComponentItem::ComponentInstance(instance) => {
                let parent = component.get_export_index(None, name);
                for (inner, export) in instance.exports(engine) {
                    let ComponentItem::ComponentFunc(func) = export.ty else {
                        continue;
                    };
                    let index = component.get_export_index(parent.as_ref(), inner);
                    functions.extend(index.map(|index| function(Some(name), inner, &func, index)));
                }
            }
            _ => {}
        }
    }
    by_name(functions)
}

/// Two interfaces may have the same short name: then the later ones keep the long one.
fn by_name(functions: Vec<Function>) -> BTreeMap<String, Function> {
    let mut named: BTreeMap<String, Function> = BTreeMap::new();
    for mut function in functions {
        let taken = named.get(&function.name);
        if taken.is_some_and(|other| other.interface != function.interface) {
            let short = function.name.rsplit('.').next().unwrap_or_default();
            let interface = function.interface.clone().unwrap_or_default();
            function.name = format!("{interface}#{short}");
        }
        named.insert(function.name.clone(), function);
    }
    for (place, function) in named.values_mut().enumerate() {
        function.slot = Slot(place);
    }
    named
}

fn function(
    interface: Option<&str>,
    name: &str,
    func: &ComponentFunc,
    index: ComponentExportIndex,
) -> Function {
    let params = func.params().map(|(name, ty)| Param { name: name.to_owned(), ty });
    Function {
        name: match interface {
            Some(interface) => format!("{}.{name}", short_name(interface)),
            None => name.to_owned(),
        },
        interface: interface.map(str::to_owned),
        params: params.collect(),
        result: func.results().next(),
        index,
        slot: Slot::default(),
    }
}

/// `clients` of `clientdesk:core/clients@0.1.0`.
fn short_name(interface: &str) -> &str {
    let without_package = interface.rsplit('/').next().unwrap_or(interface);
    without_package.split('@').next().unwrap_or(without_package)
}

/// All that the component imports.
pub(super) fn imported(engine: &Engine, component: &Component) -> Vec<Import> {
    let ty = component.component_type();
    let imports = ty.imports(engine);
    imports
        .map(|(name, import)| Import {
            name: name.to_owned(),
            functions: match import.ty {
                ComponentItem::ComponentFunc(_) => vec![name.to_owned()],
                ComponentItem::ComponentInstance(instance) => instance
                    .exports(engine)
                    .filter(|(_, item)| matches!(item.ty, ComponentItem::ComponentFunc(_)))
                    .map(|(name, _)| name.to_owned())
                    .collect(),
                _ => Vec::new(),
            },
        })
        .collect()
}
