//! The secrets that stand in links and browsers.
//!
//! A token names its agency, since everything that it leads to lies there. An invite's token
//! is a keyed hash over what it names, so it is stored nowhere and can be derived again; a
//! session's is random, and stored as a keyed hash only.

use core::fmt;

use sha2::{Digest as _, Sha256};

use super::id::{AccountId, AgencyId, ClientId, IdentityId};
use super::invite::Channel;
use super::keyring::{KeyId, KeyRing, Mac, Purpose, base64url, from_base64url};

/// A secret in the form that leaves the component. It shows itself to nobody but
/// [`Token::reveal`].
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A secret that came from outside. It proves nothing yet.
    pub const fn from_outside(text: String) -> Token {
        Token(text)
    }

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

/// What the token of an invite says. Parsed from outside, it proves nothing until
/// [`InviteClaim::is_genuine`].
pub struct InviteClaim {
    /// How it reached the person.
    pub channel: Channel,
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

/// What the token of an operator says who is signed in on an account's behalf. It proves nothing
/// but that somebody once had the secret: the sign-in's row says what it is worth.
#[derive(Clone, Debug)]
pub struct ActingClaim {
    /// The agency.
    pub agency: AgencyId,
    /// The account.
    pub account: AccountId,
    /// What the sign-in is stored under.
    pub id: String,
}

/// What a mailed link about a login is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkUse {
    /// Proving an e-mail address.
    ConfirmEmail,
    /// Choosing a new password.
    ResetPassword,
}

/// What the token of a mailed link about a login says. It proves nothing until
/// [`LinkClaim::is_genuine`].
pub struct LinkClaim {
    /// What it is for.
    pub purpose: LinkUse,
    /// The agency in whose portal it was asked for.
    pub agency: AgencyId,
    /// The person as a client there.
    pub client: ClientId,
    /// The login.
    pub identity: IdentityId,
    /// The version of the link.
    pub version: u32,
    said: Vec<u8>,
    mac: Mac,
}

// The first byte of a token says what it is.
const MAILED_INVITE: u8 = 1;
const SESSION: u8 = 2;
const COPIED_INVITE: u8 = 3;
const CONFIRM_EMAIL: u8 = 4;
const RESET_PASSWORD: u8 = 5;
const ACTING: u8 = 6;

/// The first byte of an invite's token, and what its hash is for.
const fn invite_kind(channel: Channel) -> (u8, Purpose) {
    match channel {
        Channel::Mail => (MAILED_INVITE, Purpose::MailedInvite),
        Channel::Link => (COPIED_INVITE, Purpose::CopiedInvite),
    }
}

impl LinkUse {
    const fn kind(self) -> (u8, Purpose) {
        match self {
            LinkUse::ConfirmEmail => (CONFIRM_EMAIL, Purpose::ConfirmEmail),
            LinkUse::ResetPassword => (RESET_PASSWORD, Purpose::ResetPassword),
        }
    }
}

/// The token of an invite, the same each time that it is derived: under `key`, with which it was made
/// first.
pub fn invite(
    channel: Channel,
    (ring, key): (&KeyRing, Option<&KeyId>),
    agency: &AgencyId,
    client: ClientId,
    version: u32,
) -> Token {
    let (kind, purpose) = invite_kind(channel);
    let mut said = vec![kind];
    put_text(&mut said, agency.as_str());
    said.extend(client.to_bytes());
    said.extend(version.to_be_bytes());
    signed(ring, key, purpose, said)
}

/// The token of a mailed link about a login, the same each time that it is derived: under `key`, with
/// which it was made first.
pub fn link(
    purpose: LinkUse,
    (ring, key): (&KeyRing, Option<&KeyId>),
    agency: &AgencyId,
    client: ClientId,
    identity: IdentityId,
    version: u32,
) -> Token {
    let (kind, purpose) = purpose.kind();
    let mut said = vec![kind];
    put_text(&mut said, agency.as_str());
    said.extend(client.to_bytes());
    said.extend(identity.to_bytes());
    said.extend(version.to_be_bytes());
    signed(ring, key, purpose, said)
}

/// The token that says `said`, and proves that it was made here.
fn signed(ring: &KeyRing, key: Option<&KeyId>, purpose: Purpose, mut said: Vec<u8>) -> Token {
    let mac = ring.sign_again(key, purpose, &[&said]);
    put_text(&mut said, mac.key.as_str());
    said.extend(mac.bytes);
    Token(base64url(&said))
}

impl InviteClaim {
    /// What `token` says; none when it isn't the token of an invite.
    pub fn parse(token: &str) -> Option<InviteClaim> {
        let bytes = from_base64url(token)?;
        let mut rest = Rest(&bytes);
        let channel = match rest.byte()? {
            MAILED_INVITE => Channel::Mail,
            COPIED_INVITE => Channel::Link,
            _ => return None,
        };
        let agency = AgencyId::parse(rest.text()?).ok()?;
        let client = ClientId::from_bytes(rest.array()?);
        let version = u32::from_be_bytes(rest.array()?);
        let said = bytes.strip_suffix(rest.0)?.to_vec();
        let mac = rest.mac()?;
        Some(InviteClaim { channel, agency, client, version, said, mac })
    }

    /// Whether it was made here, for exactly what it says.
    pub fn is_genuine(&self, ring: &KeyRing) -> bool {
        let (_, purpose) = invite_kind(self.channel);
        ring.verify(&self.mac, purpose, &[&self.said]).is_ok()
    }
}

impl LinkClaim {
    /// What `token` says; none when it isn't the token of such a link.
    pub fn parse(token: &str) -> Option<LinkClaim> {
        let bytes = from_base64url(token)?;
        let mut rest = Rest(&bytes);
        let purpose = match rest.byte()? {
            CONFIRM_EMAIL => LinkUse::ConfirmEmail,
            RESET_PASSWORD => LinkUse::ResetPassword,
            _ => return None,
        };
        let agency = AgencyId::parse(rest.text()?).ok()?;
        let client = ClientId::from_bytes(rest.array()?);
        let identity = IdentityId::from_bytes(rest.array()?);
        let version = u32::from_be_bytes(rest.array()?);
        let said = bytes.strip_suffix(rest.0)?.to_vec();
        let mac = rest.mac()?;
        Some(LinkClaim { purpose, agency, client, identity, version, said, mac })
    }

    /// Whether it was made here, for exactly what it says.
    pub fn is_genuine(&self, ring: &KeyRing) -> bool {
        let (_, purpose) = self.purpose.kind();
        ring.verify(&self.mac, purpose, &[&self.said]).is_ok()
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

/// The token of a sign-in on an account's behalf, which `operator` started, around fresh random
/// bytes, and what its row is stored under.
pub fn acting(
    ring: &KeyRing,
    (agency, account): (&AgencyId, &AccountId),
    operator: &str,
    secret: [u8; 32],
) -> (Token, ActingClaim) {
    let starter: [u8; 32] = Sha256::digest(operator.as_bytes()).into();
    let parts: [&[u8]; 4] =
        [agency.as_str().as_bytes(), account.as_str().as_bytes(), &starter, &secret];
    let mac = ring.sign(Purpose::Acting, &parts);
    let mut bytes = vec![ACTING];
    put_text(&mut bytes, agency.as_str());
    put_text(&mut bytes, account.as_str());
    bytes.extend(starter);
    put_text(&mut bytes, mac.key.as_str());
    bytes.extend(secret);
    let (agency, account, id) = (agency.clone(), account.clone(), base64url(&mac.bytes));
    (Token(base64url(&bytes)), ActingClaim { agency, account, id })
}

/// Whether a token says that it is that of such a sign-in. It may say what it likes.
pub fn is_acting(token: &str) -> bool {
    from_base64url(token).is_some_and(|bytes| bytes.first() == Some(&ACTING))
}

impl ActingClaim {
    /// What `token` says; none when it isn't the token of such a sign-in, or its key is gone.
    pub fn parse(token: &str, ring: &KeyRing) -> Option<ActingClaim> {
        let bytes = from_base64url(token)?;
        let mut rest = Rest(&bytes);
        if rest.byte()? != ACTING {
            return None;
        }
        let agency = AgencyId::parse(rest.text()?).ok()?;
        let account = AccountId::parse(rest.text()?).ok()?;
        let starter: [u8; 32] = rest.array()?;
        let key = KeyId::parse(rest.text()?)?;
        let secret: [u8; 32] = rest.array()?;
        let parts: [&[u8]; 4] =
            [agency.as_str().as_bytes(), account.as_str().as_bytes(), &starter, &secret];
        let mac = ring.sign_with(&key, Purpose::Acting, &parts)?;
        rest.is_empty().then(|| ActingClaim { agency, account, id: base64url(&mac.bytes) })
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

    /// The keyed hash at the very end.
    fn mac(&mut self) -> Option<Mac> {
        let mac = Mac { key: KeyId::parse(self.text()?)?, bytes: self.array()? };
        self.is_empty().then_some(mac)
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
        super::invite(
            Channel::Mail,
            (&ring(&["a"]), None),
            &agency,
            ClientId::from_bytes([9; 16]),
            3,
        )
    }

    #[test]
    fn each_kind_of_token_is_good_for_one_thing() {
        let (ring, agency) = (ring(&["a"]), AgencyId::parse("acme").unwrap());
        let (client, identity) = (ClientId::from_bytes([9; 16]), IdentityId::from_bytes([8; 16]));
        let copied = super::invite(Channel::Link, (&ring, None), &agency, client, 3);
        assert_ne!(copied, invite(), "a copied token isn't the mailed one");
        let claim = InviteClaim::parse(copied.reveal()).unwrap();
        assert!(claim.is_genuine(&ring) && claim.channel == Channel::Link);
        // The first byte says what it is; changing it makes it worthless.
        let link = |purpose| link(purpose, (&ring, None), &agency, client, identity, 1);
        let tokens = [invite(), copied, link(LinkUse::ConfirmEmail), link(LinkUse::ResetPassword)];
        for token in &tokens {
            let good = from_base64url(token.reveal()).unwrap();
            for kind in 0..=7 {
                let mut bad = good.clone();
                bad[0] = kind;
                let text = base64url(&bad);
                let genuine = InviteClaim::parse(&text).is_some_and(|c| c.is_genuine(&ring))
                    || LinkClaim::parse(&text).is_some_and(|c| c.is_genuine(&ring));
                assert_eq!(genuine, kind == good[0]);
            }
        }
        let claim = LinkClaim::parse(link(LinkUse::ResetPassword).reveal()).unwrap();
        assert_eq!((claim.purpose, claim.identity), (LinkUse::ResetPassword, identity));
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

    #[test]
    fn what_is_derived_again_after_a_rotation_is_the_same_while_its_key_is_there() {
        let agency = AgencyId::parse("acme").unwrap();
        let (client, key) = (ClientId::from_bytes([9; 16]), KeyId::parse("a"));
        let again = |ids: &[&str], key: Option<&KeyId>| {
            super::invite(Channel::Mail, (&ring(ids), key), &agency, client, 3)
        };
        assert_eq!(again(&["b", "a"], key.as_ref()), invite());
        for gone_or_unknown in [again(&["b"], key.as_ref()), again(&["b", "a"], None)] {
            let claim = InviteClaim::parse(gone_or_unknown.reveal()).unwrap();
            assert!(claim.is_genuine(&ring(&["b"])), "the newest signs");
        }
    }

    #[test]
    fn who_acts_and_for_whom_is_part_of_what_the_hash_covers() {
        let (agency, account) =
            (AgencyId::parse("acme").unwrap(), AccountId::parse("nike-inc").unwrap());
        let made = |operator| acting(&ring(&["a"]), (&agency, &account), operator, [5; 32]);
        let (token, claim) = made("mia");
        let found = ActingClaim::parse(token.reveal(), &ring(&["b", "a"])).unwrap();
        assert_eq!((&found.account, &found.id), (&account, &claim.id));
        assert!(ActingClaim::parse(token.reveal(), &ring(&["b"])).is_none());
        assert_ne!(claim.id, made("olga").1.id, "the starter's id is hashed");
        assert!(SessionClaim::parse(token.reveal(), &ring(&["a"])).is_none());
        let good = from_base64url(token.reveal()).unwrap();
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            let other = ActingClaim::parse(&base64url(&bad), &ring(&["a"]));
            assert!(other.is_none_or(|other| other.id != claim.id), "bit {bit}");
        }
        for len in 0..good.len() {
            assert!(ActingClaim::parse(&base64url(&good[..len]), &ring(&["a"])).is_none());
        }
    }
}
