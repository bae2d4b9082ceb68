//! Decides. Pure types and functions: facts in, values out.
//!
//! Nothing here reads a clock, a store or a random number, and nothing knows WIT: time,
//! salts and stored rows are arguments. What is left is what Clientdesk is for.
//!
//! | to find the rule about | open |
//! | --- | --- |
//! | when an invite expires | [`invite`] |
//! | where a client stands, and what may happen then | [`client`] |
//! | who has access to which brand | [`access`] |
//! | whether an agency is at work, and what that admits | [`agency::status`] |
//! | what an agency can set | [`settings`] |
//! | which day it is by an agency's clocks | [`calendar`] |
//! | what a client may do in the portal | [`permissions`] |
//! | what things cost | [`catalog`] |
//! | which currencies there are | [`iso_4217`] |
//! | how much of everything is allowed, and how long it lasts | [`limits`] |
//! | whether something happened too often lately | [`rate`] |
//! | how many clients are active | [`tally`] |
//! | what a client did in the portal | [`activity`] |
//! | how engaged a client is, and why | [`health`] |
//! | when a client's slipping away is written down | [`crossing`] |
//! | when the weekly summary goes out, and what it says | [`digest`] |
//! | which texts are the same text, and which characters nobody sees | [`spelling`] |
//! | what searches and orders take for the same | [`fold`] |
//! | which host a domain names | [`host_name`] |
//! | what a search finds, and how names sort | [`search`] |
//! | what an invite does | [`inviting`] |
//! | what is charged, and credited | [`billing`] |
//! | where an account stands | [`account`] |
//! | who is signed in on an account's behalf, and what that opens | [`impersonation`] |
//! | what is logged, and why nobody can change it | [`log`] |
//! | what a mail says | [`mail`] |
//! | what falls due | [`due`] |
//! | what an agency looks like as a file | [`moving`] |
//! | what a table for spreadsheets looks like | [`csv`] |
//! | which numbers a stored row may hold | [`ranges`] |
//! | how sets and maps are filled | [`sets`] |
//! | how stored JSON is read | [`json`] |

pub mod access;
pub mod account;
pub mod activity;
pub mod actor;
pub mod agency;
pub mod billing;
pub mod brand;
pub mod calendar;
pub mod catalog;
pub mod client;
pub mod crossing;
pub mod csv;
pub mod digest;
pub mod due;
pub mod email;
pub mod fold;
pub mod health;
pub mod host_name;
pub mod id;
pub mod identity;
pub mod impersonation;
pub mod invite;
pub mod inviting;
pub mod iso_4217;
pub mod json;
pub mod keyring;
mod kinds;
pub mod limits;
pub mod log;
pub mod mail;
pub mod money;
pub mod moving;
pub mod password;
pub mod period;
pub mod permissions;
mod punycode;
pub mod ranges;
pub mod rate;
pub mod search;
pub mod session;
pub mod sets;
pub mod settings;
pub mod spelling;
pub mod tally;
pub mod text;
pub mod time;
pub mod token;
