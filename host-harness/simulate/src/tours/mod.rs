//! Tours: short stories in agencies of their own, between everything else that happens. They lead to where
//! chance seldom comes: passwords, addresses, limits, moves, rows that are damaged. What each call comes to is
//! written beside it.
//!
//! A file has one tour after the other. One begins with its name, at the left; what is done in it is
//! indented, a line each:
//!
//! ```text
//! passwords
//!   brands.create {"brand": {"id": "nike", "name": "Nike"}}
//!   mia: clients.invite-by-email {"invite": {"email": "ann@~.example", "brands": ["nike"]}} ; link <- mail.token
//!   portal.sign-up {"token": "$link", "name": "Ann", "password": "short"} ; ! invalid:too-short
//!   wait 14d
//!   jobs
//! ```
//!
//! | there | stands for |
//! | --- | --- |
//! | `mia: ` | the caller: `olga` if none is named, who is the owner; `mia` is a manager, `vic` a viewer |
//! | `12x ` | twelve times; `#` is the number, from 0 on |
//! | `"%4#"` | a number made of that: 40, 41 … |
//! | `~` in a text | the agency's id |
//! | `"$link"` | what was kept by this name |
//! | `"$rows/3"` | its first three |
//! | `"@+14d"` | so much later or earlier than now, in milliseconds |
//! | `{"long": 9}` | a text of so many characters |
//! | `{"repeat": 9, "of": …}` | a list of so many, each with its number for `#` |
//! | `; ! denied:role` | the refusal that has to come |
//! | `; until limit:rows` | the refusal that has to come at last: the call is repeated until then |
//! | `; + client-joined, signed-in` | kinds of entries that the log has to get, among others |
//! | `; = {…}` | what has to be in the answer, among other things |
//! | `; link <- mail.token` | a name for a part of the answer, or of the last mail |
//! | `; rows <- all.rows` | a name for a list that comes page by page: all of it |
//! | `jobs` | all that is due is done |
//! | `damage /client/` | a row of the agency with this in its key isn't readable any more, until `mend` or `repaired` |
//! | `fails 2` | the commits of the next call fail, from the second on |

mod read;
mod tour;

pub use read::{Line, TOURS, Tour, What};
pub(crate) use tour::{Guide, LEASES_END};
