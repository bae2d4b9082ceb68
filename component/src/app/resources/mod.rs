//! What accounts may use, and what they use.
//!
//! | to find | open |
//! | --- | --- |
//! | what an account may use | `allotment.rs` |
//! | who uses an account: the clients with access to its brands | `users.rs` |
//! | whether a client may be one more of them | `seats.rs` |
//! | whether an allocation is in the agency's pool, and not below what is in use | `allocating.rs` |
//! | that something runs out, in the log and by mail | `running_out.rs` |

mod allocating;
mod allotment;
mod running_out;
mod seats;
mod users;

pub use allocating::{allocated, check_allocation, check_pool};
pub use allotment::allotment;
pub use running_out::{Warning, foresee, warn};
pub use seats::{check_moved, check_seats};
pub use users::users_of;
