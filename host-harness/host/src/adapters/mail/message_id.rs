//! Which mail it is, as its `Message-ID` says it: what comes back names the mail by that.

/// The longest name of a part that stands as it is.
const PART_MAX: usize = 100;
/// What a part begins with that is written in hex.
const HEX: &str = "hex.";

/// A mail's id, and that of its agency.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MailName {
    /// The agency's id.
    pub agency: String,
    /// The mail's id.
    pub mail: String,
}

impl MailName {
    /// The `Message-ID` of the mail, without its angle brackets: `{mail}.{agency}@{domain}`. It is the same at each
    /// try.
    pub fn message_id(&self, domain: &str) -> String {
        let agency = match is_atoms(&self.agency) {
            true => self.agency.clone(),
            false => in_hex(&self.agency),
        };
        format!("{}.{agency}@{domain}", file_name(&self.mail))
    }

    /// The mail of a `Message-ID`, with or without angle brackets; none: it is none of ours.
    ///
    /// # Examples
    ///
    /// ```
    /// use clientdesk_host::adapters::mail::MailName;
    ///
    /// let id = "<01990000-0000-7000-8000-000000000001.acme@mail.example>";
    /// let name = MailName::of(id).ok_or("not ours")?;
    /// assert_eq!((name.agency.as_str(), name.mail.len()), ("acme", 36));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn of(message_id: &str) -> Option<MailName> {
        let id = message_id.trim();
        let id = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or(id);
        let (name, _) = id.rsplit_once('@')?;
        let (mail, agency) = name.split_once('.')?;
        let agency = match agency.strip_prefix(HEX) {
            Some(hex) => of_hex(hex)?,
            None => agency.to_owned(),
        };
        (is_uuid(mail) && is_agency(&agency))
            .then(|| MailName { agency, mail: mail.to_ascii_lowercase() })
    }
}

/// The id if it is fit to name a file, else its bytes in hex: an id must not lead out of a folder, or out of a
/// header, whatever the component says.
pub(super) fn file_name(id: &str) -> String {
    let plain = !id.is_empty() && id.len() <= PART_MAX && id.bytes().all(is_plain);
    if plain { id.to_owned() } else { in_hex(id) }
}

fn in_hex(text: &str) -> String {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{HEX}{}", hex.get(..2 * PART_MAX).unwrap_or(&hex))
}

fn of_hex(hex: &str) -> Option<String> {
    let digits = hex.as_bytes().chunks_exact(2);
    let whole = digits.remainder().is_empty();
    let bytes = digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let bytes: Option<Vec<u8>> = bytes.collect();
    String::from_utf8(bytes.filter(|_| whole)?).ok()
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Whether it may stand on the left of an `@`: words with single dots between them. One that begins as hex does
/// would be taken for that.
fn is_atoms(text: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(is_plain);
    text.len() <= PART_MAX && !text.starts_with(HEX) && text.split('.').all(word)
}

/// Whether it is one as the contract has them.
fn is_agency(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| is_plain(byte) || byte == b'.')
}

fn is_uuid(text: &str) -> bool {
    let is = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(is)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "01990000-0000-7000-8000-000000000001";

    #[test]
    fn a_mail_is_known_again_whatever_its_agency_is_called() {
        for agency in ["acme", "a.b-c_D", "a..b", ".", "hex.61", "x".repeat(64).as_str()] {
            let name = MailName { agency: agency.into(), mail: MAIL.into() };
            let id = name.message_id("mail.example");
            let (left, _) = id.split_once('@').unwrap();
            assert!(left.split('.').all(|word| !word.is_empty()), "{id}");
            for text in [id.clone(), format!("<{id}>"), format!("  <{id}> ")] {
                assert_eq!(MailName::of(&text), Some(name.clone()), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_mail_of_ours_is_none() {
        for id in [
            "".to_owned(),
            "@".to_owned(),
            format!("{MAIL}.acme"),
            format!("<{MAIL}@mail.example>"),
            format!("<{MAIL}.@mail.example>"),
            format!("<{MAIL}.a/b@mail.example>"),
            format!("<{MAIL}.hex.6@mail.example>"),
            format!("<{MAIL}.hex.zz@mail.example>"),
            format!("<{MAIL}.hex.ff@mail.example>"),
            format!("<{MAIL}.hex.2f@mail.example>"),
            format!("<{MAIL}.{}@mail.example>", "x".repeat(65)),
            "<not-a-uuid.acme@mail.example>".to_owned(),
            format!("<{MAIL}é.acme@mail.example>"),
        ] {
            assert_eq!(MailName::of(&id), None, "{id}");
        }
    }

    #[test]
    fn an_id_neither_leads_out_of_a_folder_nor_out_of_a_header() {
        assert_eq!(file_name("m-1_A"), "m-1_A");
        for id in ["../x", "", "a\r\nBcc: x", "a.b"] {
            let name = file_name(id);
            assert!(name.starts_with("hex.") && !name.contains(['/', '\r', '\n']), "{name}");
        }
    }
}
