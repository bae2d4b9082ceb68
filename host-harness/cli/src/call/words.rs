//! Which word of the command line is which parameter's.

use clientdesk_host::suggest::{close_names, did_you_mean};
use clientdesk_host::values::ValueError;
use clientdesk_host::{Function, Param};
use thiserror::Error;
use wasmtime::component::Type;

use crate::format::cut;
use clientdesk_contract::CALL;

/// How alike an unknown name and a parameter's must be that text isn't taken for a value.
const NEARLY: f64 = 0.8;

/// What is given for a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// The parameter that it names, where that is known already.
    pub(super) name: Option<String>,
    pub(super) text: String,
    /// True for what was read from standard input: it is no JSON where text is expected.
    pub(super) is_plain: bool,
}

/// Why words are no arguments.
#[derive(Debug, Error)]
pub(super) enum WordError {
    #[error("`{function}` has no argument `{}`{}; it takes {takes}", cut(.name), did_you_mean(.close))]
    Unknown { function: String, name: String, close: Vec<String>, takes: String },
    #[error("`{function}` takes {takes}; there is one argument too many: `{}`", cut(.word))]
    TooMany { function: String, word: String, takes: String },
    #[error("`{function}` is given `{name}` twice")]
    Twice { function: String, name: String },
    #[error("standard input has nothing for `{name}`")]
    NoInput { name: String },
    #[error("can't read standard input")]
    Input(#[from] std::io::Error),
    #[error(transparent)]
    Value(#[from] ValueError),
}

/// Which word is which parameter's: `name=value` says so; the others go by their order,
/// past `call`, which the options fill.
pub(super) fn assign(function: &Function, words: &[Word]) -> Result<Vec<Option<Word>>, WordError> {
    let params = function.params();
    let mut given: Vec<Option<Word>> = vec![None; params.len()];
    let mut unnamed = Vec::new();
    for word in words {
        let Some((index, value)) = named(function, word)? else {
            unnamed.push(word);
            continue;
        };
        let (name, slot) = (params.get(index).map(|param| &param.name), given.get_mut(index));
        if let (Some(name), Some(slot)) = (name, slot)
            && slot.replace(value).is_some()
        {
            let (function, name) = (function.name().to_owned(), name.clone());
            return Err(WordError::Twice { function, name });
        }
    }
    let mut unnamed = unnamed.into_iter();
    for (param, slot) in params.iter().zip(&mut given) {
        if slot.is_none()
            && param.name != CALL
            && let Some(word) = unnamed.next()
        {
            known(function, param, word)?;
            *slot = Some(word.clone());
        }
    }
    match unnamed.next() {
        None => Ok(given),
        Some(word) => match name_of(&word.text) {
            Some(name) => Err(unknown(function, name)),
            None => Err(WordError::TooMany {
                function: function.name().to_owned(),
                word: word.text.clone(),
                takes: names(params),
            }),
        },
    }
}

/// The place of the parameter that a word names, and the rest of the word.
fn named(function: &Function, word: &Word) -> Result<Option<(usize, Word)>, WordError> {
    let place = |name: &str| function.params().iter().position(|param| param.name == name);
    if let Some(name) = &word.name {
        let index = place(name).ok_or_else(|| unknown(function, name))?;
        return Ok(Some((index, word.clone())));
    }
    let (false, Some((name, value))) = (word.is_plain, word.text.split_once('=')) else {
        return Ok(None);
    };
    let value = Word { name: None, text: value.to_owned(), is_plain: false };
    Ok(place(name).map(|index| (index, value)))
}

/// The name of a word that looks like `name=value`.
pub(super) fn name_of(word: &str) -> Option<&str> {
    let (name, _) = word.split_once('=')?;
    let is_name = name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
    is_name.then_some(name)
}

/// Refuses a word that names a parameter which the function doesn't have. Text may well look
/// like `name=value`: there, only a name that is nearly a parameter's is taken for one.
fn known(function: &Function, param: &Param, word: &Word) -> Result<(), WordError> {
    let Some(name) = name_of(&word.text).filter(|_| !word.is_plain) else { return Ok(()) };
    let mut others = function.params().iter().filter(|param| param.name != CALL);
    let is_near = others.any(|other| strsim::jaro_winkler(name, &other.name) >= NEARLY);
    if is_text(&param.ty) && !is_near {
        return Ok(());
    }
    Err(unknown(function, name))
}

fn unknown(function: &Function, name: &str) -> WordError {
    let names_of = function.params().iter().map(|param| param.name.as_str());
    WordError::Unknown {
        function: function.name().to_owned(),
        name: name.to_owned(),
        close: close_names(name, names_of.filter(|name| *name != CALL)),
        takes: names(function.params()),
    }
}

fn names(params: &[Param]) -> String {
    let names = params.iter().map(|param| param.name.as_str());
    let names: Vec<String> =
        names.filter(|name| *name != CALL).map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "no arguments".into(),
        names => names.join(", "),
    }
}

pub(super) fn is_text(ty: &Type) -> bool {
    match ty {
        Type::String => true,
        Type::Option(option) => is_text(&option.ty()),
        _ => false,
    }
}
