//! The contract's own words.

/// The contract, as it stands in the repository.
const CONTRACT: [(&str, &str); 12] = [
    ("accounts", include_str!("../../../wit/accounts.wit")),
    ("agencies", include_str!("../../../wit/agencies.wit")),
    ("audit", include_str!("../../../wit/audit.wit")),
    ("billing", include_str!("../../../wit/billing.wit")),
    ("brands", include_str!("../../../wit/brands.wit")),
    ("catalog", include_str!("../../../wit/catalog.wit")),
    ("clients", include_str!("../../../wit/clients.wit")),
    ("health", include_str!("../../../wit/health.wit")),
    ("impersonation", include_str!("../../../wit/impersonation.wit")),
    ("jobs", include_str!("../../../wit/jobs.wit")),
    ("portal", include_str!("../../../wit/portal.wit")),
    ("system", include_str!("../../../wit/system.wit")),
];

/// What the contract says of a function; none of one that isn't in it.
pub fn words(name: &str) -> Option<String> {
    let (interface, function) = name.split_once('.')?;
    let (_, wit) = CONTRACT.iter().find(|(name, _)| *name == interface)?;
    let mut comment: Vec<&str> = Vec::new();
    for line in wit.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            comment.push(text.strip_prefix(' ').unwrap_or(text));
        } else if line.trim_start_matches('%').starts_with(&format!("{function}: func(")) {
            return Some(comment.join("\n"));
        } else {
            comment.clear();
        }
    }
    None
}

/// The function that carries out a case of the contract's `change` or `platform-change`: the contract
/// names it above each.
pub fn command_of(change: &str) -> Option<&'static str> {
    let (_, wit) = CONTRACT.iter().find(|(name, _)| *name == "billing")?;
    let lines = wit.lines().map(str::trim);
    let cases = lines.clone().skip(1).zip(lines).filter(|(case, _)| case.ends_with("),"));
    let case = |line: &str| line.split_once('(').is_some_and(|(name, _)| name == change);
    let mut names = cases.filter(|(line, _)| case(line)).filter_map(|(_, words)| {
        let name = words.strip_prefix("/// `")?.split('`').next()?;
        name.contains('.').then_some(name)
    });
    names.next()
}

#[cfg(test)]
mod tests {
    use clientdesk_host::Host;

    use super::*;

    #[test]
    fn every_function_has_the_contracts_words() {
        let host = Host::builder().build().unwrap();
        for function in host.functions() {
            let words = words(function.name()).unwrap_or_default();
            assert!(words.len() > 15 && words.ends_with('.'), "{}: {words}", function.name());
        }
        assert!(words("clients.revoke").unwrap().starts_with("Removes all access of a client"));
        assert_eq!(words("clients.nothing"), None);
    }
}
