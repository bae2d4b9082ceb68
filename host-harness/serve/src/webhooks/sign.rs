//! What shows a receiver that a message is the service's: the conventions of Standard Webhooks.
//!
//! The secret is derived from a key of the host's ring by the webhook's id, so the store has none.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use clientdesk_host::adapters::secrets::Key;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// What every secret's text begins with.
const PREFIX: &str = "whsec_";
/// What the derivation is for: no other use of the ring begins so.
const PURPOSE: &str = "clientdesk host webhook ";

/// A webhook's secret. It shows itself by [`SigningSecret::reveal`] only.
pub struct SigningSecret([u8; 32]);

impl SigningSecret {
    /// The secret of the webhook of this id.
    pub(crate) fn of(key: &Key, id: &str) -> SigningSecret {
        SigningSecret(mac(&key.bytes, &[PURPOSE.as_bytes(), id.as_bytes()]))
    }

    /// The text, as libraries for Standard Webhooks take it.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", BASE64_STANDARD.encode(self.0))
    }

    /// Whether one of these signatures is that of a message that was sent at `seconds` since 1970.
    pub(crate) fn verifies(&self, message: &str, seconds: u64, body: &[u8], signed: &str) -> bool {
        signed.split(' ').filter_map(|one| one.strip_prefix("v1,")).any(|one| {
            let Ok(one) = BASE64_STANDARD.decode(one) else { return false };
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return false };
            mac.update(format!("{message}.{seconds}.").as_bytes());
            mac.update(body);
            // In the same time, whatever is wrong with it.
            mac.verify_slice(&one).is_ok()
        })
    }

    /// The signature of a message, sent at `seconds` since 1970.
    pub(crate) fn sign(&self, message: &str, seconds: u64, body: &str) -> String {
        signature(&self.0, message, seconds, body)
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

fn signature(secret: &[u8], message: &str, seconds: u64, body: &str) -> String {
    let signed = mac(secret, &[format!("{message}.{seconds}.").as_bytes(), body.as_bytes()]);
    format!("v1,{}", BASE64_STANDARD.encode(signed))
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // A key of any length will do; there is no other reason to fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_conventions() {
        let secret = BASE64_STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", r#"{"test": 2432232314}"#);
        assert_eq!(
            signature(&secret, id, 1_614_265_330, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn only_what_was_signed_is_verified() {
        let secret = SigningSecret([7; 32]);
        let good = secret.sign("m", 5, "body");
        assert!(secret.verifies("m", 5, b"body", &good));
        assert!(secret.verifies("m", 5, b"body", &format!("v1,AAAA v2,x {good}")));
        for (message, seconds, body, signed) in [
            ("n", 5, "body", good.as_str()),
            ("m", 6, "body", &good),
            ("m", 5, "bodies", &good),
            ("m", 5, "body", ""),
            ("m", 5, "body", "v1,"),
            ("m", 5, "body", "v1,é"),
            ("m", 5, "body", good.strip_prefix("v1,").unwrap()),
        ] {
            assert!(!secret.verifies(message, seconds, body.as_bytes(), signed), "{signed}");
        }
        assert!(!SigningSecret([8; 32]).verifies("m", 5, b"body", &good));
    }

    #[test]
    fn a_secret_is_the_same_for_ever_and_no_other_webhooks() {
        let key = |byte| Key { id: "k1".into(), bytes: [byte; 32] };
        let text = |byte, id| SigningSecret::of(&key(byte), id).reveal();
        assert_eq!(text(1, "a"), text(1, "a"));
        assert_ne!(text(1, "a"), text(1, "b"));
        assert_ne!(text(1, "a"), text(2, "a"));
        assert!(text(1, "a").starts_with("whsec_") && text(1, "a").len() == 50);
        assert_eq!(format!("{:?}", SigningSecret::of(&key(1), "a")), "SigningSecret(…)");
    }
}
