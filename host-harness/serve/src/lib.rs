//! Clientdesk as an HTTP service: every function of the contract as
//! `POST /v1/call/{interface}.{function}`, keys that say who may call what, the log as a stream of
//! events, and what operators watch.
//!
//! | module | answers |
//! | --- | --- |
//! | [`keys`] | who may call: keys, of the platform or of an agency, stored hashed |
//! | `asked` | what an address says |
//! | `tokens` | whose agency's secrets are in links and browsers |
//! | `caller` | whose key a request bears, and in whose name it calls |
//! | `calls` | `POST /v1/call/…`: JSON by name in, JSON out, times as RFC 3339 |
//! | `problem` | whatever goes wrong, as a problem document (RFC 9457) |
//! | `events` | `GET /v1/events`: an agency's log as server-sent events |
//! | `manage` | `/v1/api-keys`: keys made, listed and revoked |
//! | `bounces` | `/v1/bounces`: mails that came back, as providers report them; a mailbox of such reports |
//! | `hooks` | `/v1/webhooks`: webhooks made, listed, tried out and deleted |
//! | [`webhooks`] | an agency's log, sent to an address of its choice |
//! | `portal` | the pages that links in mails open, and that clients use |
//! | `docs` | `/docs`: the documentation, built in |
//! | `watch`, `ready` | `/healthz`, `/readyz`, `/metrics` |
//! | `guard` | what no request gets past: by which name (`names`), whose key, how often (`rates`), how long |
//! | `connections` | how many connections there are, and how slow they may be |
//! | `seats`, `places` | how many calls run at once: beyond it, 503; and that nobody takes all of something |
//! | [`workbench`], `hearing` | a page for people who try, demonstrate and debug, and what it manages; what was called |
//! | `counts`, `figures`, `news` | what is counted, here and by the host; who follows |
//! | `scrape` | those figures, read from outside |
//! | `trace`, `known`, `line` | what a request is called, what is known of it, and its line in the log |
//! | `rounds` | what goes on beside requests: due jobs, and messages to webhooks |
//! | `rows`, `pages` | what is stored of its own; lists in pages |
//! | `shared`, `service` | what requests share; the whole, and how it starts and stops |
//!
//! # Examples
//!
//! ```no_run
//! use std::sync::Arc;
//! use clientdesk_host::Host;
//! use clientdesk_serve::{Options, Service};
//!
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! let host = Arc::new(Host::builder().build()?);
//! let service = Service::new(host, Options::default());
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8700").await?;
//! service.run(listener, async { tokio::signal::ctrl_c().await.unwrap_or_default() }).await?;
//! # Ok(())
//! # }
//! ```

mod asked;
mod bounces;
mod caller;
mod calls;
mod connections;
mod counts;
mod docs;
mod events;
mod figures;
mod guard;
mod hearing;
mod hooks;
pub mod keys;
mod known;
mod line;
mod manage;
mod names;
mod news;
mod pages;
mod places;
mod portal;
mod problem;
mod rates;
mod ready;
mod rounds;
mod rows;
mod scrape;
mod seats;
mod service;
mod shared;
mod tokens;
mod trace;
mod watch;
pub mod webhooks;
pub mod workbench;

pub use bounces::bounces_secret;
pub use portal::PortalOptions;
pub use scrape::{ScrapeError, Scraper};
pub use service::{Options, ServeError, Service};

#[cfg(test)]
mod tests;
