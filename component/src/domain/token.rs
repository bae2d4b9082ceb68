//! The secrets that stand in links and browsers.
//!
//! A token names its agency, since everything that it leads to lies there. An invite's token
//! is a keyed hash over what it names, so it is stored nowhere and can be derived again; a
//! session's is random, and stored as a keyed hash only.

use core::fmt;

use super::id::{AgencyId, ClientId};
use super::keyring::{KeyId, KeyRing, Mac, Purpose, base64url, from_base64url};

/// A secret in the form that leaves the component. It shows itself to nobody but
/// [`Token::reveal`].
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The secret, to hand over to whom it is for.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What the token of a mailed invite says. Parsed from outside, it proves nothing until
/// [`InviteClaim::is_genuine`].
pub struct InviteClaim {
    /// The agency that invites.
    pub agency: AgencyId,
    /// The client that it is for.
    pub client: ClientId,
    /// The version of the invite.
    pub version: u32,
    /// The part of the token that says all this: what the hash covers.
    said: Vec<u8>,
    mac: Mac,
}

/// What the token of a session says.
pub struct SessionClaim {
    /// The agency whose portal it is.
    pub agency: AgencyId,
    /// What the session's row is stored under.
    pub id: String,
}

const MAILED_INVITE: u8 = 1;
const SESSION: u8 = 2;

/// The token of a mailed invite, the same each time it is derived under the same key.
pub fn mailed_invite(ring: &KeyRing, agency: &AgencyId, client: ClientId, version: u32) -> Token {
    let mut bytes = vec![MAILED_INVITE];
    put_text(&mut bytes, agency.as_str());
    bytes.extend(client.to_bytes());
    bytes.extend(version.to_be_bytes());
    let mac = ring.sign(Purpose::MailedInvite, &[&bytes]);
    put_text(&mut bytes, mac.key.as_str());
    bytes.extend(mac.bytes);
    Token(base64url(&bytes))
}

impl InviteClaim {
    /// What `token` says; none when it isn't the token of an invite.
    pub fn parse(token: &str) -> Option<InviteClaim> {
        let bytes = from_base64url(token)?;
        let mut rest = Rest(&bytes);
        if rest.byte()? != MAILED_INVITE {
            return None;
        }
        let agency = AgencyId::parse(rest.text()?).ok()?;
        let client = ClientId::from_bytes(rest.array()?);
        let version = u32::from_be_bytes(rest.array()?);
        let said = bytes.strip_suffix(rest.0)?.to_vec();
        let mac = Mac { key: KeyId::parse(rest.text()?)?, bytes: rest.array()? };
        rest.is_empty().then_some(InviteClaim { agency, client, version, said, mac })
    }

    /// Whether it was made here, for exactly what it says.
    pub fn is_genuine(&self, ring: &KeyRing) -> bool {
        ring.verify(&self.mac, Purpose::MailedInvite, &[&self.said]).is_ok()
    }
}

/// A session's token around fresh random bytes, and what its row is stored under.
pub fn session(ring: &KeyRing, agency: &AgencyId, secret: [u8; 32]) -> (Token, SessionClaim) {
    let mac = ring.sign(Purpose::Session, &[agency.as_str().as_bytes(), &secret]);
    let mut bytes = vec![SESSION];
    put_text(&mut bytes, agency.as_str());
    put_text(&mut bytes, mac.key.as_str());
    bytes.extend(secret);
    let claim = SessionClaim { agency: agency.clone(), id: base64url(&mac.bytes) };
    (Token(base64url(&bytes)), claim)
}

impl SessionClaim {
    /// What `token` says; none when it isn't the token of a session, or its key is gone.
    pub fn parse(token: &str, ring: &KeyRing) -> Option<SessionClaim> {
        let bytes = from_base64url(token)?;
        let mut rest = Rest(&bytes);
        if rest.byte()? != SESSION {
            return None;
        }
        let agency = AgencyId::parse(rest.text()?).ok()?;
        let key = KeyId::parse(rest.text()?)?;
        let secret: [u8; 32] = rest.array()?;
        let parts: [&[u8]; 2] = [agency.as_str().as_bytes(), &secret];
        let mac = ring.sign_with(&key, Purpose::Session, &parts)?;
        rest.is_empty().then(|| SessionClaim { agency, id: base64url(&mac.bytes) })
    }
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    bytes.extend(text.as_bytes());
}

/// Bytes yet to be parsed.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn text(&mut self) -> Option<&'a str> {
        let len = usize::from(self.byte()?);
        core::str::from_utf8(self.take(len)?).ok()
    }

    const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::keyring::tests::ring;

    fn invite() -> Token {
        let agency = AgencyId::parse("acme").unwrap();
        mailed_invite(&ring(&["a"]), &agency, ClientId::from_bytes([9; 16]), 3)
    }

    #[test]
    fn an_invite_token_says_what_it_is_for() {
        let claim = InviteClaim::parse(invite().reveal()).unwrap();
        assert_eq!((claim.agency.as_str(), claim.version), ("acme", 3));
        assert!(claim.is_genuine(&ring(&["b", "a"])));
        assert!(!claim.is_genuine(&ring(&["b"])));
        assert_eq!(invite(), invite(), "it can be derived again");
        assert_eq!(format!("{:?}", invite()), "Token(…)");
    }

    #[test]
    fn no_bit_of_a_token_can_be_changed() {
        let good = from_base64url(invite().reveal()).unwrap();
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            let claim = InviteClaim::parse(&base64url(&bad));
            assert!(claim.is_none_or(|claim| !claim.is_genuine(&ring(&["a"]))), "bit {bit}");
        }
        for len in 0..good.len() {
            assert!(InviteClaim::parse(&base64url(&good[..len])).is_none(), "{len} bytes");
        }
        let longer = [&good[..], &[0]].concat();
        assert!(InviteClaim::parse(&base64url(&longer)).is_none());
    }

    #[test]
    fn a_session_is_found_by_a_hash_of_its_secret() {
        let agency = AgencyId::parse("acme").unwrap();
        let (token, made) = session(&ring(&["a"]), &agency, [5; 32]);
        let found = SessionClaim::parse(token.reveal(), &ring(&["b", "a"])).unwrap();
        assert_eq!(found.id, made.id);
        assert!(SessionClaim::parse(token.reveal(), &ring(&["b"])).is_none());
        assert!(InviteClaim::parse(token.reveal()).is_none());
        assert!(SessionClaim::parse(invite().reveal(), &ring(&["a"])).is_none());
    }
}
