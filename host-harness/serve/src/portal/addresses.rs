//! Which agency's portal is at which address: `agencies.create` and `agencies.move-portal` say it.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::place::parts;

/// How soon it is looked again where all portals are.
const AGAIN: Duration = if cfg!(test) { Duration::from_millis(50) } else { Duration::from_secs(5) };

/// The addresses that were found, with their agencies.
#[derive(Default)]
pub(super) struct Addresses {
    known: RwLock<Known>,
    /// Whoever looks: one at a time.
    pub(super) looking: Mutex<()>,
}

#[derive(Default)]
struct Known {
    /// By host, with a port where there is one; the longest path first.
    hosts: BTreeMap<String, Vec<Portal>>,
    looked: Option<Instant>,
}

/// A path on a host, and who says that its portal is there.
struct Portal {
    path: String,
    secure: bool,
    agencies: Vec<String>,
}

/// What is at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// An agency's portal, with the path before its pages, and whether it is reached over https.
    One { agency: String, base: String, secure: bool },
    /// More than one agency says that it is there: it is nobody's.
    Several { base: String },
}

impl Addresses {
    /// Whose portal is there; none: nobody's.
    pub(super) fn find(&self, host: &str, path: &str) -> Option<Claim> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let portals = known.hosts.get(&host.to_ascii_lowercase())?;
        let holds = |base: &str| {
            path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let portal = portals.iter().find(|portal| holds(&portal.path))?;
        let base = portal.path.clone();
        Some(match portal.agencies.as_slice() {
            [agency] => Claim::One { agency: agency.clone(), base, secure: portal.secure },
            _ => Claim::Several { base },
        })
    }

    /// Whether it is time to look for all of them again.
    pub(super) fn is_stale(&self) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.looked.is_none_or(|looked| looked.elapsed() >= AGAIN)
    }

    /// They can't be looked for: those that are known hold until the next time. Says whether any were known.
    pub(super) fn keep(&self) -> bool {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let is_known = known.looked.is_some();
        known.looked = is_known.then(Instant::now);
        is_known
    }

    /// These are all: agencies, and where their portals are. Gives those addresses that several claim, where they
    /// are others than before.
    pub(super) fn replace(&self, all: impl IntoIterator<Item = (String, String)>) -> Vec<String> {
        let mut hosts: BTreeMap<String, Vec<Portal>> = BTreeMap::new();
        for (agency, address) in all {
            let Some((scheme, authority, path)) = parts(&address) else { continue };
            let host = authority.to_ascii_lowercase();
            let secure = scheme.eq_ignore_ascii_case("https");
            // Browsers leave a scheme's own port out.
            let port = if secure { ":443" } else { ":80" };
            let host = host.strip_suffix(port).unwrap_or(&host).to_owned();
            let portals = hosts.entry(host).or_default();
            match portals.iter_mut().find(|portal| portal.path == path) {
                Some(portal) => {
                    portal.secure &= secure;
                    portal.agencies.push(agency);
                }
                None => {
                    portals.push(Portal { path: path.to_owned(), secure, agencies: vec![agency] })
                }
            }
        }
        for portals in hosts.values_mut() {
            portals.sort_by_key(|portal| usize::MAX - portal.path.len());
        }
        let now = Known { hosts, looked: Some(Instant::now()) };
        let contested = now.contested();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *known, now).contested();
        if before == contested { Vec::new() } else { contested }
    }
}

impl Known {
    /// The addresses that more than one agency claims.
    fn contested(&self) -> Vec<String> {
        let all = self.hosts.iter().flat_map(|(host, portals)| {
            let several = portals.iter().filter(|portal| portal.agencies.len() > 1);
            several.map(move |portal| format!("{host}{}", portal.path))
        });
        all.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(all: &[(&str, &str)]) -> (Addresses, Vec<String>) {
        let addresses = Addresses::default();
        assert!(addresses.is_stale() && !addresses.keep() && addresses.is_stale());
        let all = all.iter().map(|(agency, at)| ((*agency).to_owned(), (*at).to_owned()));
        let contested = addresses.replace(all);
        assert!(!addresses.is_stale() && addresses.keep());
        (addresses, contested)
    }

    #[test]
    fn an_address_is_found_by_its_host_and_its_longest_path() {
        let (addresses, contested) = known(&[
            ("acme", "https://Clients.Acme.example"),
            ("beta", "http://desk.example:8700/beta"),
            ("gamma", "http://desk.example:8700/beta/gamma"),
            ("delta", "https://delta.example:443/"),
        ]);
        assert!(contested.is_empty());
        for (host, path, found) in [
            ("clients.acme.example", "/invite/x", Some(("acme", "", true))),
            ("clients.acme.example", "/", Some(("acme", "", true))),
            ("CLIENTS.acme.example", "/log-in", Some(("acme", "", true))),
            ("desk.example:8700", "/beta", Some(("beta", "/beta", false))),
            ("desk.example:8700", "/beta/log-in", Some(("beta", "/beta", false))),
            ("desk.example:8700", "/beta/gamma/log-in", Some(("gamma", "/beta/gamma", false))),
            ("desk.example:8700", "/betas", None),
            ("desk.example", "/beta", None),
            ("delta.example", "/", Some(("delta", "", true))),
            ("evil.example", "/", None),
        ] {
            let found = found.map(|(agency, base, secure)| Claim::One {
                agency: agency.to_owned(),
                base: base.to_owned(),
                secure,
            });
            assert_eq!(addresses.find(host, path), found, "{host}{path}");
        }
    }

    #[test]
    fn what_several_claim_is_nobodys() {
        let all = [
            ("acme", "https://clients.acme.example/"),
            ("evil", "https://CLIENTS.acme.example:443"),
            ("beta", "https://clients.acme.example/beta"),
        ];
        let (addresses, contested) = known(&all);
        assert_eq!(contested, ["clients.acme.example"]);
        let several = Some(Claim::Several { base: String::new() });
        assert_eq!(addresses.find("clients.acme.example", "/log-in"), several);
        let beta = addresses.find("clients.acme.example", "/beta/log-in");
        assert!(matches!(beta, Some(Claim::One { agency, .. }) if agency == "beta"));
        let owned = |(agency, at): (&str, &str)| (agency.to_owned(), at.to_owned());
        assert!(addresses.replace(all.map(owned)).is_empty(), "it is told once");
        addresses.replace([owned(("acme", "https://clients.acme.example"))]);
        let acme = addresses.find("clients.acme.example", "/log-in");
        assert!(matches!(acme, Some(Claim::One { agency, .. }) if agency == "acme"));
    }
}
