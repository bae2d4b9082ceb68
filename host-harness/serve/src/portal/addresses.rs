//! Which agency's portal is at which address: `agencies.create` and `agencies.move-portal` say it.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::place::parts;

/// How soon an address that was unknown is looked for again.
const AGAIN: Duration = if cfg!(test) { Duration::from_millis(50) } else { Duration::from_secs(5) };

/// The addresses that were found, with their agencies.
#[derive(Default)]
pub(super) struct Addresses(RwLock<Known>);

#[derive(Default)]
struct Known {
    /// By host, with a port where there is one: paths and agencies, the longest path first.
    hosts: BTreeMap<String, Vec<(String, String)>>,
    looked: Option<Instant>,
}

impl Addresses {
    /// The agency whose portal is there, and the path before its pages.
    pub(super) fn find(&self, host: &str, path: &str) -> Option<(String, String)> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let portals = known.hosts.get(&host.to_ascii_lowercase())?;
        let holds = |base: &str| {
            path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let (base, agency) = portals.iter().find(|(base, _)| holds(base))?;
        Some((agency.clone(), base.clone()))
    }

    /// Whether it is time to look for all of them again.
    pub(super) fn is_stale(&self) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.looked.is_none_or(|looked| looked.elapsed() >= AGAIN)
    }

    /// These are all: agencies, and where their portals are.
    pub(super) fn replace(&self, portals: impl IntoIterator<Item = (String, String)>) {
        let mut hosts: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for (agency, address) in portals {
            let Some((scheme, authority, path)) = parts(&address) else { continue };
            let host = authority.to_ascii_lowercase();
            // Browsers leave a scheme's own port out.
            let port = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
            let host = host.strip_suffix(port).unwrap_or(&host).to_owned();
            hosts.entry(host).or_default().push((path.to_owned(), agency));
        }
        for portals in hosts.values_mut() {
            portals.sort_by_key(|(path, agency)| (usize::MAX - path.len(), agency.clone()));
        }
        let known = Known { hosts, looked: Some(Instant::now()) };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = known;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_by_its_host_and_its_longest_path() {
        let addresses = Addresses::default();
        assert!(addresses.is_stale());
        let all = [
            ("acme", "https://Clients.Acme.example"),
            ("beta", "http://desk.example:8700/beta"),
            ("gamma", "http://desk.example:8700/beta/gamma"),
            ("delta", "https://delta.example:443/"),
        ];
        addresses.replace(all.map(|(agency, at)| (agency.to_owned(), at.to_owned())));
        assert!(!addresses.is_stale());
        for (host, path, found) in [
            ("clients.acme.example", "/invite/x", Some(("acme", ""))),
            ("clients.acme.example", "/", Some(("acme", ""))),
            ("CLIENTS.acme.example", "/log-in", Some(("acme", ""))),
            ("desk.example:8700", "/beta", Some(("beta", "/beta"))),
            ("desk.example:8700", "/beta/log-in", Some(("beta", "/beta"))),
            ("desk.example:8700", "/beta/gamma/log-in", Some(("gamma", "/beta/gamma"))),
            ("desk.example:8700", "/betas", None),
            ("desk.example", "/beta", None),
            ("delta.example", "/", Some(("delta", ""))),
            ("evil.example", "/", None),
        ] {
            let found = found.map(|(agency, base)| (agency.to_owned(), base.to_owned()));
            assert_eq!(addresses.find(host, path), found, "{host}{path}");
        }
    }
}
