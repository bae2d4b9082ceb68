//! The portal: the pages that links in mails open, and that clients use. They are made here, without a
//! script, and their forms work in any browser.
//!
//! A portal is where its agency's `portal-address` says, and below `/portal/{agency}` on the service's own
//! names. See `docs/portal.md`.
//!
//! | module | holds |
//! | --- | --- |
//! | `gate` | what comes to a portal, and what no request gets past |
//! | `place`, `addresses` | whose portal is where |
//! | `visit`, `cookies`, `form`, `posted` | what a browser sent, and whether a page of ours did |
//! | `tries` | how often somebody may send a form |
//! | `ask` | what the contract answers |
//! | `desk`, `owned`, `next` | whoever is logged in, what they own, and where they go on |
//! | `frame`, `notice`, `field` | what pages are made of, and the headers that they are sent with |
//! | `words`, `times`, `money` | what they say of a refusal, of times and of amounts |
//! | `palette`, `color`, `assets` | how they look |
//! | `pages` | the pages |

mod addresses;
mod ask;
mod assets;
mod color;
mod cookies;
mod desk;
mod field;
mod form;
mod frame;
mod gate;
mod money;
mod next;
mod notice;
mod options;
mod owned;
mod pages;
mod palette;
mod place;
mod posted;
mod times;
mod tries;
mod visit;
mod words;

pub(crate) use gate::{Gate, at_its_place};
pub use options::PortalOptions;

#[cfg(test)]
mod tests;
