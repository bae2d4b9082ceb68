//! Where messages may go: an agency's webhook to the internet only, by HTTPS, and never into the network that
//! the service itself is in. The platform's own may go anywhere.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::http::Uri;
use axum::http::uri::Scheme;

const ADDRESS_MAX: usize = 500;

/// An address that messages may go to.
#[derive(Clone, Debug)]
pub(crate) struct Target(Uri);

impl Target {
    /// The address in a text. `anywhere`: also by HTTP, and within the service's own network.
    pub(crate) fn parse(text: &str, anywhere: bool) -> Result<Target, &'static str> {
        const EXPECTED: &str =
            "must be an address such as `https://crm.example/hooks`, at most 500 characters";
        if text.len() > ADDRESS_MAX {
            return Err(EXPECTED);
        }
        let uri: Uri = text.parse().map_err(|_| EXPECTED)?;
        let (Some(scheme), Some(host)) = (uri.scheme(), uri.host().filter(|host| !host.is_empty()))
        else {
            return Err(EXPECTED);
        };
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err("must have no user and password in it");
        }
        if text.contains('#') {
            return Err("must have no fragment: what stands behind `#` is never sent");
        }
        match scheme {
            scheme if *scheme == Scheme::HTTPS => {}
            scheme if *scheme == Scheme::HTTP && anywhere => {}
            scheme if *scheme == Scheme::HTTP => {
                return Err(
                    "must begin with `https://`: only the platform's webhooks may go without",
                );
            }
            _ => return Err(EXPECTED),
        }
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        if !anywhere && literal.is_ok_and(|address| !is_public(address)) {
            return Err(NOT_PUBLIC);
        }
        Ok(Target(uri))
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.0
    }
}

/// What is said of an address that isn't of the internet.
pub(crate) const NOT_PUBLIC: &str =
    "must be an address of the internet: only the platform's webhooks may go elsewhere";

/// Whether an address is one of the internet's, and no part of somebody's own network.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let own = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || address.is_unspecified();
    let reserved = match address.octets() {
        // This network; shared by providers; protocols' own; relays; benchmarks; kept for later.
        [0, ..] | [192, 0, 0, _] | [192, 88, 99, _] | [240..=255, ..] => true,
        [100, second, ..] => (64..128).contains(&second),
        [198, second, ..] => second == 18 || second == 19,
        _ => false,
    };
    !own && !reserved
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Global unicast is 2000::/3. Within it: protocols' own (with Teredo), documentation, 6to4, which leads to
    // addresses of the other family.
    let is_global = (0x2000..0x4000).contains(&first);
    let is_special = match first {
        0x2001 => second < 0x200 || second == 0xdb8,
        0x2002 => true,
        0x3fff => second < 0x1000,
        _ => false,
    };
    is_global && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agency_reaches_the_internet_only() {
        for (text, agency, platform) in [
            ("https://crm.example/hooks?x=1", true, true),
            ("https://crm.example:8443", true, true),
            ("https://93.184.216.34/", true, true),
            ("https://[2606:4700::1111]/", true, true),
            ("http://crm.example/hooks", false, true),
            ("https://127.0.0.1/", false, true),
            ("http://10.0.0.1:9000/hooks", false, true),
            ("https://169.254.169.254/latest", false, true),
            ("https://[::1]/", false, true),
            ("https://[::ffff:127.0.0.1]/", false, true),
            ("https://[fd00::1]/", false, true),
            ("https://user:secret@crm.example/", false, false),
            ("https://crm.example/#part", false, false),
            ("ftp://crm.example/", false, false),
            ("crm.example/hooks", false, false),
            ("/hooks", false, false),
            ("https://", false, false),
            ("", false, false),
            ("https://crm.example/a b", false, false),
        ] {
            assert_eq!(Target::parse(text, false).is_ok(), agency, "{text}");
            assert_eq!(Target::parse(text, true).is_ok(), platform, "{text}");
        }
        let long = format!("https://crm.example/{}", "x".repeat(500));
        assert!(Target::parse(&long, true).is_err());
    }

    #[test]
    fn what_is_of_the_internet() {
        for (address, expected) in [
            ("8.8.8.8", true),
            ("100.63.255.255", true),
            ("100.64.0.1", false),
            ("172.16.0.1", false),
            ("192.168.1.1", false),
            ("192.0.0.1", false),
            ("198.18.0.1", false),
            ("198.51.100.1", false),
            ("0.0.0.0", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("2606:4700::1111", true),
            ("2001:db8::1", false),
            ("2001::1", false),
            ("2002:7f00:1::", false),
            ("fe80::1", false),
            ("fc00::1", false),
            ("ff02::1", false),
            ("64:ff9b::7f00:1", false),
            ("::", false),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), expected, "{address}");
        }
    }
}
