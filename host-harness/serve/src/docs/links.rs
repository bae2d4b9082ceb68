//! Where a link in a file of the repository leads here.

use super::{PLACE, shelf};

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// To a place of this service, or to another site.
    To(String),
    /// To this file of the repository, which is no page.
    Source(String),
}

/// The interfaces that a host gives.
const HOSTS: [&str; 4] = ["storage", "mail", "clock", "secrets"];

/// Where a link in `file` leads.
pub(super) fn lead(file: &str, link: &str) -> Lead {
    if link.contains("://") || link.starts_with("mailto:") {
        return Lead::To(link.to_owned());
    }
    let (path, anchor) = match link.split_once('#') {
        Some((path, anchor)) => (path, format!("#{anchor}")),
        None => (link, String::new()),
    };
    if path.is_empty() {
        return Lead::To(anchor);
    }
    let path = joined(file, path);
    if let Some(page) = shelf::page_of(&path).or_else(|| shelf::page_of(&readme_of(&path))) {
        return Lead::To(format!("{PLACE}/{}{anchor}", page.slug));
    }
    if path == "docs/openapi.json" {
        return Lead::To("/openapi.json".to_owned());
    }
    if let Some(picture) = path.strip_prefix("docs/pictures/") {
        return Lead::To(format!("{PLACE}/pictures/{picture}"));
    }
    match contract(&path) {
        Some(anchor) => Lead::To(format!("{PLACE}/contract{anchor}")),
        None => Lead::Source(path),
    }
}

/// The part of the contract's page that is made from a file of `wit/`.
fn contract(path: &str) -> Option<String> {
    match path.strip_prefix("wit")? {
        "" | "/world.wit" => Some(String::new()),
        "/deps/host" => Some("#what-a-host-gives".to_owned()),
        rest => {
            let name = rest.rsplit('/').next()?.strip_suffix(".wit")?;
            let known = HOSTS.contains(&name) || !rest.starts_with("/deps");
            known.then(|| format!("#{name}"))
        }
    }
}

fn readme_of(folder: &str) -> String {
    if folder.is_empty() { "README.md".to_owned() } else { format!("{folder}/README.md") }
}

/// The path within the repository that `path` is, as seen from `file`.
fn joined(file: &str, path: &str) -> String {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_files_lead_to_pages_or_name_a_file() {
        let to = |place: &str| Lead::To(place.to_owned());
        for (file, link, expected) in [
            ("docs/http.md", "billing.md#discounts", to("/docs/billing#discounts")),
            ("docs/http.md", "#keys", to("#keys")),
            ("docs/http.md", "../README.md", to("/docs/overview")),
            ("docs/http.md", "../examples/node", to("/docs/node")),
            ("docs/http.md", "openapi.json", to("/openapi.json")),
            ("docs/http.md", "pictures/a.png", to("/docs/pictures/a.png")),
            ("README.md", "docs/command-line.md#keys", to("/docs/command-line#keys")),
            ("README.md", "wit", to("/docs/contract")),
            ("docs/accounts.md", "../wit/portal.wit", to("/docs/contract#portal")),
            ("docs/hosting.md", "../wit/deps/host", to("/docs/contract#what-a-host-gives")),
            ("docs/http.md", "https://example.com/x", to("https://example.com/x")),
            (
                "examples/node/README.md",
                "src/rows.ts",
                Lead::Source("examples/node/src/rows.ts".into()),
            ),
            ("docs/http.md", "../host-harness/serve", Lead::Source("host-harness/serve".into())),
        ] {
            assert_eq!(lead(file, link), expected, "{link} in {file}");
        }
    }
}
