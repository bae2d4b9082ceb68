//! A field of a form, with its label, hint and error.

use askama::Template;

use super::words::Trouble;

/// A field of a form.
#[derive(Template)]
#[template(path = "portal/field.html")]
pub(super) struct Field {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    complete: &'static str,
    value: String,
    hint: Option<&'static str>,
    error: Option<String>,
    fixed: bool,
    optional: bool,
    max: Option<u32>,
}

impl Field {
    fn new(name: &'static str, label: &'static str, kind: &'static str) -> Field {
        Field {
            name,
            label,
            kind,
            complete: "off",
            value: String::new(),
            hint: None,
            error: None,
            fixed: false,
            optional: false,
            max: None,
        }
    }

    /// An e-mail address, by which its owner logs in.
    pub(super) fn email(label: &'static str) -> Field {
        Field { complete: "username", ..Field::new("email", label, "email") }
    }

    /// Another e-mail address of one's own.
    pub(super) fn new_email() -> Field {
        Field { complete: "email", ..Field::new("email", "New e-mail address", "email") }
    }

    /// Somebody else's e-mail address.
    pub(super) fn others_email(label: &'static str) -> Field {
        Field { complete: "off", ..Field::new("email", label, "email") }
    }

    /// A person's name.
    pub(super) fn name(label: &'static str, complete: &'static str) -> Field {
        Field { complete, max: Some(200), ..Field::new("name", label, "text") }
    }

    /// The password that somebody has.
    pub(super) fn password(name: &'static str, label: &'static str) -> Field {
        Field { complete: "current-password", ..Field::new(name, label, "password") }
    }

    /// A password that somebody chooses.
    pub(super) fn new_password(label: &'static str) -> Field {
        let hint = Some("At least 8 characters. A few words that only you put together are best.");
        let field = Field::new("password", label, "password");
        Field { complete: "new-password", hint, ..field }
    }

    /// The same with something filled in.
    #[must_use]
    pub(super) fn filled(self, value: &str) -> Field {
        Field { value: value.to_owned(), ..self }
    }

    /// The same, to look at only.
    #[must_use]
    pub(super) fn fixed(self) -> Field {
        Field { fixed: true, ..self }
    }

    /// The same, which may stay empty.
    #[must_use]
    pub(super) fn optional(self) -> Field {
        Field { optional: true, ..self }
    }

    /// The same with what is wrong with it.
    #[must_use]
    pub(super) fn with(self, trouble: Option<&Trouble>) -> Field {
        let error = trouble.and_then(|trouble| trouble.at(self.name)).map(str::to_owned);
        Field { error, ..self }
    }
}
