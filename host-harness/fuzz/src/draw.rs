//! Values from bytes: numbers at their limits, odd and long texts, what the story used, and mixtures.
//!
//! Bytes that have run out draw zeros: the first of a list, and never what is rare.

use arbitrary::Unstructured;
use serde_json::{Map, Number, Value, json};

use crate::shape::{Shape, Signature};
use crate::stage::{Stage, Stages};
use crate::words::within;

/// Texts that something is likely to stumble over.
const ODD: [&str; 40] = [
    "",
    " ",
    "a",
    "A",
    "0",
    "-1",
    "null",
    "~",
    "%00",
    "../..",
    "a/b",
    "=1+1",
    "'; --",
    "\u{0}",
    "\u{7f}",
    "\n",
    "\r\n\t",
    "\u{202e}abc",
    "\u{200b}",
    "\u{feff}",
    "e\u{301}",
    "\u{301}",
    "ß",
    "ﬁ",
    "İ",
    "ı",
    "🇩🇪",
    "👨‍👩‍👧",
    "שלום",
    "あ",
    "\u{fffd}",
    "@",
    "a@b",
    "ann@nike.example",
    "xn--kse-qla.example",
    "xn--",
    "https://acme.example",
    "<b>&amp;",
    "\u{e000}",
    "\u{10ffff}",
];

/// What long texts are made of.
const UNITS: [&str; 7] = ["a", "é", "e\u{301}", "あ", "👍", " a", "a."];

/// How often it is repeated: around the limits that the contract has, and far above.
const LENGTHS: [usize; 16] =
    [64, 65, 128, 129, 200, 201, 254, 320, 500, 501, 2_000, 2_001, 5_001, 20_000, 70_000, 300_000];

/// Numbers at limits, besides those of the type.
const LIMITS: [i128; 20] = [
    0,
    1,
    2,
    5,
    7,
    14,
    15,
    30,
    45,
    60,
    100,
    365,
    366,
    500,
    501,
    1_000,
    1_000_000_000,
    253_402_300_799_999,
    253_402_300_800_000,
    1_788_220_800_000,
];

const MINUTE: i128 = 60_000;
const DAY: i128 = 1_440 * MINUTE;

/// Draws from bytes.
pub struct Draw<'a> {
    bytes: Unstructured<'a>,
    /// The function that is to be called.
    function: String,
    /// Whether others are called before it.
    follows: bool,
}

impl<'a> Draw<'a> {
    /// From these bytes.
    pub fn from(bytes: &'a [u8]) -> Draw<'a> {
        Draw { bytes: Unstructured::new(bytes), function: String::new(), follows: false }
    }

    /// Whether no bytes are left.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// A number below `end`; 0 if there is none.
    pub fn below(&mut self, end: usize) -> usize {
        self.bytes.int_in_range(0..=end.saturating_sub(1)).unwrap_or_default()
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) + 1 == times
    }

    /// One of these.
    pub fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        from.get(self.below(from.len()))
    }

    /// A call of a function: mostly one of the story's, with nothing or something wrong with it.
    /// `follows`: others are called before, and it may be about what they answered.
    pub fn call(
        &mut self,
        signature: &Signature,
        stage: &Stage,
        stages: &Stages,
        follows: bool,
    ) -> Map<String, Value> {
        self.function.clone_from(&signature.name);
        self.follows = follows;
        let (forms, is_own) = stages.forms(stage, &signature.name);
        if forms.is_empty() || self.once_in(8) {
            return self.arguments(signature, stage);
        }
        let mut arguments = self.pick(&forms).cloned().unwrap_or_default();
        if !is_own || self.once_in(8) {
            for (name, shape) in &signature.params {
                let Some(value) = arguments.get_mut(name) else { continue };
                self.settle(value, shape, name, stage);
            }
        }
        let times = self.pick(&[0, 0, 0, 1, 1, 2, 3]).copied().unwrap_or_default();
        for _ in 0..times {
            let Some((name, shape)) = self.pick(&signature.params) else { break };
            let value = arguments.entry(name.as_str()).or_insert(Value::Null);
            self.spoil(value, shape, name, stage);
        }
        arguments
    }

    /// Names what there is on this stage, or will be, where a call names what there is on another.
    fn settle(&mut self, value: &mut Value, shape: &Shape, name: &str, stage: &Stage) {
        match (shape, value) {
            (Shape::Option(inner), value) => self.settle(value, inner, name, stage),
            (Shape::Record(_), Value::Object(fields)) if name == "call" => {
                let agency = fields.get_mut("agency");
                if let (Some(agency), Some(own)) = (agency, self.pick(&stage.agencies)) {
                    *agency = json!(own);
                }
            }
            (Shape::Record(shapes), Value::Object(fields)) => {
                for (name, shape) in shapes {
                    let Some(value) = fields.get_mut(name) else { continue };
                    self.settle(value, shape, name, stage);
                }
            }
            (Shape::List(inner), Value::Array(items)) => {
                items.iter_mut().for_each(|value| self.settle(value, inner, name, stage));
            }
            (Shape::Text, Value::String(text)) => {
                let own = stage.words.texts(&within(&self.function, name));
                if self.follows && self.once_in(4) {
                    *text = later(name);
                } else if let Some(own) = self.pick(own) {
                    text.clone_from(own);
                }
            }
            _ => {}
        }
    }

    /// A call of a function as the story has it, if it does.
    pub fn as_told(&mut self, function: &str, stage: &Stage) -> Option<Map<String, Value>> {
        let told: Vec<&Map<String, Value>> =
            stage.calls.iter().filter(|(name, _)| name == function).map(|(_, with)| with).collect();
        self.pick(&told).map(|with| (*with).clone())
    }

    fn arguments(&mut self, signature: &Signature, stage: &Stage) -> Map<String, Value> {
        let params = signature.params.iter();
        params.map(|(name, shape)| (name.clone(), self.value(shape, name, stage))).collect()
    }

    /// Puts something else into a place of the value.
    fn spoil(&mut self, value: &mut Value, shape: &Shape, name: &str, stage: &Stage) {
        if self.once_in(4) {
            *value = self.value(shape, name, stage);
            return;
        }
        match (shape, &mut *value) {
            (Shape::Option(inner), value) if !value.is_null() => {
                self.spoil(value, inner, name, stage);
            }
            (Shape::Record(fields), Value::Object(object)) => {
                if let Some((name, shape)) = self.pick(fields) {
                    let value = object.entry(name.as_str()).or_insert(Value::Null);
                    self.spoil(value, shape, name, stage);
                }
            }
            (Shape::List(inner), Value::Array(items)) if !items.is_empty() => {
                let place = self.below(items.len());
                match (self.once_in(4), items.get_mut(place)) {
                    (true, Some(item)) => {
                        let again = item.clone();
                        items.push(again);
                    }
                    (_, Some(item)) => self.spoil(item, inner, name, stage),
                    (_, None) => {}
                }
            }
            (Shape::Choice(cases), Value::Object(object)) => {
                let Some((case, payload)) = object.iter_mut().next() else { return };
                let shape = cases.iter().find(|(name, _)| name == case);
                if let Some((_, Some(shape))) = shape {
                    self.spoil(payload, shape, case, stage);
                }
            }
            _ => *value = self.value(shape, name, stage),
        }
    }

    /// A value of this shape; `name` is the field's.
    pub fn value(&mut self, shape: &Shape, name: &str, stage: &Stage) -> Value {
        match shape {
            Shape::Bool => json!(self.once_in(2)),
            Shape::Number(min, max) => self.number((*min, *max), name, stage),
            Shape::Text => Value::String(self.text(name, stage)),
            Shape::Option(inner) if self.once_in(2) => self.value(inner, name, stage),
            Shape::Option(_) => Value::Null,
            Shape::List(inner) => self.list(inner, name, stage),
            Shape::Record(_) if name == "call" && !self.once_in(12) => self.caller(stage),
            Shape::Record(fields) => {
                let fields = fields.iter();
                let field = |(name, shape): &(String, Shape)| {
                    (name.clone(), self.value(shape, name, stage))
                };
                Value::Object(fields.map(field).collect())
            }
            Shape::Choice(cases) => match self.pick(cases) {
                Some((case, Some(payload))) => {
                    let payload = self.value(payload, case, stage);
                    Value::Object(Map::from_iter([(case.clone(), payload)]))
                }
                Some((case, None)) => json!(case),
                None => Value::Null,
            },
        }
    }

    /// Somebody who is likely to be let in.
    fn caller(&mut self, stage: &Stage) -> Value {
        let agency = self.pick(&stage.agencies).cloned().unwrap_or_else(|| "acme".to_owned());
        let role = self.pick(&["owner", "owner", "manager", "viewer"]).copied().unwrap_or("owner");
        let mut call = json!({
            "agency": agency,
            "actor": {"id": role, "name": "Olga", "role": role},
        });
        let mut rarely = |field: &str, times: usize| {
            let shows = self.once_in(times);
            let text = if shows { json!(self.text(field, stage)) } else { Value::Null };
            if let Some(call) = call.as_object_mut() {
                call.insert(field.to_owned(), text);
            }
        };
        rarely("acting-as", 12);
        rarely("idempotency-key", 8);
        rarely("trace-id", 12);
        rarely("quote", 12);
        call
    }

    fn list(&mut self, inner: &Shape, name: &str, stage: &Stage) -> Value {
        if self.once_in(40) {
            let times = self.pick(&[20, 21, 51, 101, 200, 201, 501, 1_001]).copied().unwrap_or(1);
            let one = self.value(inner, name, stage);
            return Value::Array(vec![one; times]);
        }
        let count = self.below(4);
        Value::Array((0..count).map(|_| self.value(inner, name, stage)).collect())
    }

    fn number(&mut self, (min, max): (i128, i128), name: &str, stage: &Stage) -> Value {
        let now = i128::from(stage.now);
        let number = match self.below(8) {
            0 | 1 => {
                // Another function's field of this name may have another type.
                let known = self.pick(stage.words.numbers(name)).and_then(Value::as_number);
                known.and_then(Number::as_i128).unwrap_or(1)
            }
            2 | 3 => self.pick(&LIMITS).copied().unwrap_or_default(),
            4 => self.pick(&[min, min + 1, max - 1, max, max / 2]).copied().unwrap_or_default(),
            5 => {
                let days =
                    self.pick(&[0, 1, -1, 31, 400, -400, 4_000]).copied().unwrap_or_default();
                now + days * DAY + self.pick(&[0, 1, -1]).copied().unwrap_or_default()
            }
            6 => i128::from(self.bytes.arbitrary::<u16>().unwrap_or_default()),
            _ => i128::from(self.bytes.arbitrary::<u64>().unwrap_or_default()),
        };
        // Every type of the contract lies within these.
        let number = number.clamp(min, max);
        u64::try_from(number)
            .map_or_else(|_| json!(i64::try_from(number).unwrap_or(0)), Value::from)
    }

    /// A text for a field of this name.
    pub fn text(&mut self, name: &str, stage: &Stage) -> String {
        match self.below(16) {
            0 | 1 if self.follows => later(name),
            0..=7 => {
                // `client` names what `id` does in another function.
                let known = stage.words.texts(&within(&self.function, name));
                let known = if known.is_empty() { stage.words.texts(name) } else { known };
                let known = if known.is_empty() { stage.words.texts("id") } else { known };
                let known = if known.is_empty() { stage.words.all() } else { known };
                self.pick(known).cloned().unwrap_or_else(|| "nike".to_owned())
            }
            8 | 9 => self.pick(stage.words.all()).cloned().unwrap_or_default(),
            10 | 11 => self.pick(&ODD).copied().unwrap_or_default().to_owned(),
            12 => {
                let mut text = self.pick(stage.words.texts(name)).cloned().unwrap_or_default();
                self.bend(&mut text);
                text
            }
            13 => self.letters(),
            14 => {
                let text = self.pick(&ODD).copied().unwrap_or_default();
                let mut text = text.to_owned();
                text.push_str(self.pick(stage.words.texts(name)).map_or("", String::as_str));
                text
            }
            _ => self.long(),
        }
    }

    /// Changes a text a little.
    fn bend(&mut self, text: &mut String) {
        let count = text.chars().count();
        let keep = self.below(count + 1);
        match self.below(5) {
            0 => *text = text.chars().take(keep).collect(),
            1 => *text = text.to_uppercase(),
            2 => text.push_str(self.pick(&ODD).copied().unwrap_or_default()),
            3 => *text = text.chars().rev().collect(),
            _ => {
                let mut letters: Vec<char> = text.chars().collect();
                if let Some(letter) = letters.get_mut(keep) {
                    *letter = self.letter();
                }
                *text = letters.into_iter().collect();
            }
        }
    }

    fn letters(&mut self) -> String {
        let count = self.below(20);
        (0..count).map(|_| self.letter()).collect()
    }

    fn letter(&mut self) -> char {
        if self.once_in(3) {
            return self.bytes.arbitrary().unwrap_or('?');
        }
        let printable = u8::try_from(self.below(95)).unwrap_or_default();
        char::from(b' ' + printable)
    }

    fn long(&mut self) -> String {
        let unit = self.pick(&UNITS).copied().unwrap_or("a");
        // The longest are slow: they are rarer than the rest.
        let few = if self.once_in(8) { LENGTHS.len() } else { LENGTHS.len() - 3 };
        let lengths = LENGTHS.get(..few).unwrap_or_default();
        unit.repeat(self.pick(lengths).copied().unwrap_or(1))
    }
}

/// What stands for a text that a call before answered, or mailed: [`Case`](crate::case::Case).
pub(crate) fn later(name: &str) -> String {
    let name = match name {
        "acting-as" => "token",
        "cursor" => "next",
        "client" | "account" | "brand" | "template" | "mail" | "payer" => "id",
        name => name,
    };
    format!("${name}")
}
