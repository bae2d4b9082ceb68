//! Which files of the repository are pages, in which order, and what each is for.

/// A file that is a page.
pub(super) struct Page {
    /// What it is called in addresses.
    pub(super) slug: &'static str,
    /// Its path in the repository.
    pub(super) file: &'static str,
    /// What it is called in lists.
    pub(super) name: &'static str,
    /// What it is for.
    pub(super) says: &'static str,
    pub(super) text: &'static str,
}

/// Pages that belong together.
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) pages: &'static [Page],
}

macro_rules! section {
    ($section:literal: $($slug:literal, $file:literal, $name:literal, $says:literal;)*) => {
        Section {
            name: $section,
            pages: &[$(Page {
                slug: $slug,
                file: $file,
                name: $name,
                says: $says,
                text: include_str!(concat!("../../../../", $file)),
            }),*],
        }
    };
}

/// All sections, as somebody reads who begins.
pub(super) const SECTIONS: [Section; 6] = [
    section! { "Begin":
        "start", "docs/start.md", "Start", "From nothing to a client who has signed up, in ten minutes";
        "concepts", "docs/concepts.md", "Concepts", "The few words that everything else is said in";
        "overview", "README.md", "Overview", "What it is, every way to use it, and what it promises";
        "glossary", "docs/glossary.md", "Glossary", "Every word of the product, with the file of its rule";
    },
    section! { "Use it":
        "cookbook", "docs/cookbook.md", "Cookbook", "Ten tasks, with all of their code";
        "http", "docs/http.md", "Over HTTP", "Calls, errors, keys, events and webhooks of the service";
        "portal", "docs/portal.md", "The portal", "The pages that links in mails open, and that clients use";
        "workbench", "docs/workbench.md", "The workbench", "One page to try, demonstrate and debug with";
        "command-line", "docs/command-line.md", "The command line", "What holds for all commands: names, times, JSON, errors";
    },
    section! { "Reference":
        "contract", "docs/contract.md", "The contract", "Every function, type and field";
        "billing", "docs/billing.md", "Billing", "What is owed, to the cent: prices, periods, discounts, invoices";
        "accounts", "docs/accounts.md", "Accounts", "Client companies: status, who gets in, people, resources";
        "exports", "docs/exports.md", "Exports", "The ledger and invoices as tables for other programs";
        "kinds", "docs/kinds.txt", "Kinds", "The kinds of log entries, mails and jobs";
        "book", "docs/book.md", "The book of stories", "What the product does, story by story; each is a test";
    },
    section! { "Host it":
        "hosting", "docs/hosting.md", "Writing a host", "What a host has to keep, in any language";
        "hosts", "examples/README.md", "Hosts in other languages", "What there is, what a release holds, what calls cost";
        "node", "examples/node/README.md", "Node", "The package for JavaScript and TypeScript";
        "python", "examples/python/README.md", "Python", "The package with dataclasses and exceptions";
        "browser", "examples/browser/README.md", "A browser", "Everything in one page, with rows in IndexedDB";
        "compose", "examples/compose/README.md", "Another component", "One that asks Clientdesk within the same sandbox";
        "stories", "tests/scenarios/README.md", "Scenario files", "Stories as files, which run against every host";
    },
    section! { "Run it":
        "operating", "docs/operating.md", "Operating", "Store, keys, jobs, backups, figures, and what to do at three in the morning";
        "deploying", "examples/deploy/README.md", "Running it for others", "With systemd, as a container, and as two hosts behind a proxy";
        "scale", "docs/scale.md", "How far it goes", "What an agency, a machine and a database carry, and what a thousand times more would need";
        "safety", "docs/safety.md", "What is promised", "When things go wrong, and the command that shows each promise";
        "security", "docs/security.md", "The security model", "Who is trusted with what, which threats there are, and what is done";
        "reporting", "SECURITY.md", "Reporting a fault", "How to tell of a fault that touches security";
    },
    section! { "Change it":
        "design", "docs/design.md", "How it is built", "Layers, how a command runs, what is stored";
        "changes", "CHANGELOG.md", "Changes", "What changed";
    },
];

macro_rules! pictures {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../../../docs/pictures/", $name)))),*]
    };
}

/// The pictures that pages show.
pub(super) const PICTURES: &[(&str, &[u8])] =
    pictures!["workbench-clients.png", "workbench-log.png", "workbench-time.png"];

/// All pages, in their order.
pub(super) fn pages() -> impl Iterator<Item = &'static Page> {
    SECTIONS.iter().flat_map(|section| section.pages)
}

/// The page that a file is.
pub(super) fn page_of(file: &str) -> Option<&'static Page> {
    pages().find(|page| page.file == file)
}
