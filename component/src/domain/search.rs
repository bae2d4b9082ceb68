//! Finding clients and accounts by a few letters, and sorting them by name, as texts are
//! [folded](super::fold).

use serde::{Deserialize, Serialize};

use super::account::Account;
use super::client::Client;
use super::email::Email;
use super::fold::Folding;
use super::id::ClientId;
use super::text::Name;

/// How many clients share a block.
pub const CLIENTS_IN_BLOCK: u32 = 64;

/// The most bytes of one client in a block, so that a full block fits into a row.
const TEXT_BYTES_MAX: usize = 800;

/// The folded names, labels and addresses of up to 64 clients, in one text.
///
/// Each is `id text|`. Searching a hundred thousand clients is a look through some thousand
/// such rows, without parsing any of them further than the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Block(String);

/// The block that a client stands in.
pub const fn block_of(search_slot: u32) -> u32 {
    search_slot / CLIENTS_IN_BLOCK
}

/// What a client is found by in its block of the search.
pub fn text_of(client: &Client) -> String {
    folded_text(client, client.folding)
}

/// What a client is found by as this release folds, also where its block was written before.
pub fn text_of_today(client: &Client) -> String {
    folded_text(client, Folding::CURRENT)
}

fn folded_text(client: &Client, folding: Folding) -> String {
    folded_texts(client.name.iter().chain(&client.label), client.email.as_ref(), folding)
}

fn folded_texts<'t>(
    names: impl Iterator<Item = &'t Name>,
    email: Option<&'t Email>,
    folding: Folding,
) -> String {
    let texts: Vec<&str> = names.map(Name::as_str).chain(email.map(Email::as_str)).collect();
    let mut text = texts.join("\u{1f}");
    if folding == Folding::Second {
        let shown = email.and_then(Email::with_letters);
        text.extend(shown.iter().flat_map(|shown| ["\u{1f}", shown]));
    }
    let mut text = folding.fold(&text);
    while text.len() > TEXT_BYTES_MAX {
        text.pop();
    }
    text
}

impl Block {
    /// Puts a client's text in, in place of what it had; an empty one takes it out.
    pub fn put(&mut self, id: ClientId, text: &str) {
        let id = id.to_string();
        let own = (!text.is_empty()).then(|| format!("{id} {text}|"));
        let others = self.0.split_inclusive('|').filter(|entry| !entry.starts_with(&id));
        let mut entries: Vec<&str> = others.chain(own.as_deref()).collect();
        // Whoever puts them in, and when: the same clients make the same block.
        entries.sort_unstable();
        self.0 = entries.concat();
    }

    /// What a client is found by; empty where it isn't.
    pub fn text_of(&self, id: ClientId) -> String {
        let mut entries = self.0.split_terminator('|').filter_map(|entry| entry.split_once(' '));
        let id = id.to_string();
        entries.find(|(of, _)| *of == id).map(|(_, text)| text.to_owned()).unwrap_or_default()
    }

    /// Those who stand in it, one after the other; none for what is nobody's.
    pub fn clients(&self) -> Vec<Option<ClientId>> {
        let of = |entry: &str| {
            let (id, _) = entry.strip_suffix('|')?.split_once(' ')?;
            ClientId::parse(id).ok()
        };
        self.0.split_inclusive('|').map(of).collect()
    }

    /// Whether the same stands in both, in whatever order.
    pub fn is_same(&self, other: &Block) -> bool {
        let sorted = |block: &Block| {
            let mut entries: Vec<String> =
                block.0.split_inclusive('|').map(str::to_owned).collect();
            entries.sort_unstable();
            entries
        };
        sorted(self) == sorted(other)
    }

    /// The clients whose text has `needle` (folded) in it.
    pub fn find<'b>(&'b self, needle: &'b str) -> impl Iterator<Item = ClientId> + 'b {
        let entries = self.0.split_terminator('|').filter_map(|entry| entry.split_once(' '));
        let found = entries.filter(move |(_, text)| text.contains(needle));
        found.filter_map(|(id, _)| ClientId::parse(id).ok())
    }

    /// How many clients are in it.
    pub fn len(&self) -> usize {
        self.0.matches('|').count()
    }

    /// Whether nobody is in it.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// How much of a folded name the releases before sorted by.
const FIRST_SORTED_BYTES: usize = 40;

/// What a client is sorted by when sorting by name: the order of these texts is the order of
/// the folded names, all of them.
pub fn collation(client: &Client) -> String {
    let folded = client.folding.fold(client.title());
    let counts = match client.folding {
        Folding::First => FIRST_SORTED_BYTES,
        Folding::Second => usize::MAX,
    };
    base32_ordered(folded.trim().as_bytes().iter().copied().take(counts))
}

/// The rules by which accounts are folded: all that there are were written by these. Other rules
/// need a note in the account's row, as in a client's.
const ACCOUNTS_FOLDED_BY: Folding = Folding::Second;

/// How much of a folded name accounts are sorted by: so much fits into a key. Any name of Latin
/// letters does, whole.
const ACCOUNT_SORTED_BYTES: usize = 225;

/// What an account is found by: its folded name and address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FoundBy(String);

impl FoundBy {
    /// What finds an account.
    pub fn of(account: &Account) -> FoundBy {
        let names = core::iter::once(&account.name);
        FoundBy(folded_texts(names, account.email.as_ref(), ACCOUNTS_FOLDED_BY))
    }

    /// Whether `needle` (folded) finds it.
    pub fn has(&self, needle: &str) -> bool {
        self.0.contains(needle)
    }
}

/// What an account is sorted by when sorting by name.
pub fn account_collation(account: &Account) -> String {
    let folded = ACCOUNTS_FOLDED_BY.fold(account.name.as_str());
    base32_ordered(folded.trim().as_bytes().iter().copied().take(ACCOUNT_SORTED_BYTES))
}

/// Base32 in an alphabet whose order is that of the bytes, without padding.
fn base32_ordered(bytes: impl Iterator<Item = u8>) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
    let mut text = String::new();
    let (mut bits, mut count) = (0_u32, 0_u32);
    let digit = |index: u32| ALPHABET.get(index as usize & 31).map_or('0', |b| char::from(*b));
    for byte in bytes {
        bits = (bits << 8 | u32::from(byte)) & 0xfff;
        count += 8;
        while count >= 5 {
            count -= 5;
            text.push(digit(bits >> count));
        }
    }
    if count > 0 {
        text.push(digit(bits << (5 - count)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::client::tests::{at, pending};

    #[test]
    fn a_block_finds_what_was_put_in() {
        let (ann, ben) = (ClientId::from_bytes([1; 16]), ClientId::from_bytes([2; 16]));
        let mut block = Block::default();
        block.put(ann, "ann lee ann@nike.example");
        block.put(ben, "ben ben@puma.example");
        let found = |block: &Block, needle: &str| block.find(needle).collect::<Vec<_>>();
        assert_eq!(found(&block, "lee"), [ann]);
        assert_eq!(found(&block, "example"), [ann, ben]);
        assert_eq!(found(&block, "0101"), [], "ids aren't searched");
        block.put(ann, "anna");
        assert_eq!((found(&block, "lee"), block.len()), (vec![], 2));
        block.put(ann, "");
        assert_eq!((found(&block, "ann"), block.len()), (vec![], 1));
    }

    #[test]
    fn a_full_block_fits_into_a_row() {
        let mut block = Block::default();
        let mut client = pending(1, &["nike"], at(0));
        client.name = Some(Name::parse(&"株".repeat(200)).unwrap());
        client.label = client.name.clone();
        for number in 0..CLIENTS_IN_BLOCK {
            let mut bytes = [0; 16];
            bytes[15] = u8::try_from(number).unwrap();
            block.put(ClientId::from_bytes(bytes), &text_of(&client));
        }
        assert_eq!(block.len(), 64);
        let value = serde_json::to_string(&block).unwrap();
        assert!(value.len() < 60 * 1024, "{}", value.len());
        assert!(!value.contains('\\'), "nothing in it needs escaping");
    }

    #[test]
    fn names_sort_as_people_expect() {
        let mut client = pending(1, &["nike"], at(0));
        let mut key = |name: &str| {
            client.name = Name::parse(name).ok();
            collation(&client) + "/"
        };
        let names = ["Al", "Al Lee", "Ali", "Anna", "Émile", "Emily", "Zoë", "ähm", "株式会社"];
        let mut sorted = names.to_vec();
        sorted.sort_by_key(|name| key(name));
        let expected = ["ähm", "Al", "Al Lee", "Ali", "Anna", "Émile", "Emily", "Zoë", "株式会社"];
        assert_eq!(sorted, expected);
        let (one, other) = (format!("{}a", "株".repeat(199)), format!("{}b", "株".repeat(199)));
        assert!(key(&one) < key(&other), "to the last letter");
    }

    #[test]
    fn clients_of_before_lie_where_they_were_put() {
        let mut client = pending(1, &["nike"], at(0));
        client.folding = Folding::First;
        client.name = Name::parse(&"x".repeat(60)).ok();
        assert_eq!(collation(&client).len(), 64, "by 40 bytes");
        client.name = Name::parse("O’Neil").ok();
        assert!(
            text_of(&client).starts_with("o’neil ")
                && text_of_today(&client).starts_with("o'neil ")
        );
    }

    #[test]
    fn a_domain_is_found_by_either_spelling() {
        let mut client = pending(1, &["nike"], at(0));
        client.email = Email::parse("ann@käse.example").ok();
        let text = text_of(&client);
        assert!(
            text.contains("ann@xn--kse-qla.example") && text.contains("ann@kase.example"),
            "{text}"
        );
    }

    #[test]
    fn base32_keeps_the_order_of_bytes() {
        let texts = ["", "a", "a\u{0}", "aa", "ab", "b", "ba", "~", "é"];
        let keys: Vec<String> = texts.iter().map(|t| base32_ordered(t.bytes()) + "/").collect();
        let mut sorted = keys.clone();
        sorted.sort();
        assert_eq!(keys, sorted);
    }
}
