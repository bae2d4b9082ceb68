//! The pages.
//!
//! | module | pages |
//! | --- | --- |
//! | `log_in` | log-in and log-out |
//! | `invite` | what an invite's link opens: sign-up, or accepting it with a login |
//! | `password`, `confirm` | a forgotten password; an address that is proved |
//! | `home` | the first page, features, brands, exports |
//! | `profile` | one's own address and password |
//! | `plans` | the choice of a plan |
//! | `colleagues`, `sign_ins` | what an account's owner sees to |
//! | `arrive` | operators on a client's behalf |

mod arrive;
mod colleagues;
mod confirm;
mod home;
mod invite;
mod log_in;
mod password;
mod plans;
mod profile;
mod sign_ins;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};

use super::ask::Portal;
use super::assets;
use super::notice::nothing;
use super::visit::Visit;

/// Where an operator comes in who is sent by another site's form.
pub(super) const ARRIVING: &str = "/on-behalf/arrive";

/// What pages load: it is the same for everybody.
pub(super) const LOOKS: [&str; 3] = ["/style.css", "/colors.css", "/icon.svg"];

/// All pages, at their paths.
pub(super) fn all() -> Router<Portal> {
    Router::new()
        .route("/", get(home::show))
        .route("/brand", post(home::switch))
        .route("/pages/{feature}", get(home::feature))
        .route("/export", post(home::export))
        .route("/log-in", get(log_in::show).post(log_in::log_in))
        .route("/log-out", post(log_in::log_out))
        .route("/invite/{token}", get(invite::arrive))
        .route("/invite", get(invite::show).post(invite::sign_up))
        .route("/accept", get(invite::show_accept).post(invite::accept))
        .route("/forgot-password", get(password::show_forgot).post(password::forgot))
        .route("/reset-password/{token}", get(password::arrive))
        .route("/reset-password", get(password::show_reset).post(password::reset))
        .route("/confirm-email/{token}", get(confirm::arrive))
        .route("/confirm-email", get(confirm::show).post(confirm::confirm))
        .route("/profile", get(profile::show))
        .route("/profile/email", post(profile::change_email))
        .route("/profile/password", post(profile::change_password))
        .route("/plans/{account}", get(plans::show).post(plans::choose))
        .route("/colleagues/{account}", get(colleagues::show).post(colleagues::invite))
        .route("/sign-ins/{account}", get(sign_ins::show).post(sign_ins::change))
        .route("/on-behalf/{token}", get(arrive::arrive))
        .route(ARRIVING, post(arrive::arrive_by_form))
        .route("/on-behalf", get(arrive::show).post(arrive::begin))
        .route("/on-behalf/leave", post(arrive::leave))
        .route("/style.css", get(assets::sheet))
        .route("/colors.css", get(assets::colors))
        .route("/icon.svg", get(assets::icon))
        .fallback(async |visit: Visit| nothing(&visit))
        .method_not_allowed_fallback(async |visit: Visit| {
            (StatusCode::METHOD_NOT_ALLOWED, nothing(&visit))
        })
}
