//! What the functions of `clients` take and give.

use super::enums::same_cases;
use super::wit::exports::clientdesk::core::clients as wit;
use crate::app::clients::listing::{Counts, DeliveryFilter, Order, RawFilter, Sort, StatusFilter};
use crate::app::clients::{
    ClientDetail, ClientView, DayOfUse, GrantView, Invite, Invited, Link, LinkInvite, Report,
    Resent,
};
use crate::domain::activity::{Day, Summary};
use crate::domain::client::{Badge, Client, Status};
use crate::domain::email::{Domain, Email};
use crate::domain::health::Band;
use crate::domain::id::{BrandId, FeatureKey};
use crate::domain::inviting::Outcome;
use crate::domain::text::{Name, Note};
use crate::domain::time::Timestamp;

impl From<wit::EmailInvite> for Invite {
    fn from(invite: wit::EmailInvite) -> Invite {
        let wit::EmailInvite { email, brands, name, note, permissions, access_ends_at } = invite;
        let permissions = permissions.map(Into::into);
        Invite { email, brands, name, note, permissions, access_ends_at }
    }
}

impl From<wit::LinkInvite> for LinkInvite {
    fn from(invite: wit::LinkInvite) -> LinkInvite {
        let wit::LinkInvite {
            brands,
            label,
            expires_at,
            email,
            domain,
            permissions,
            access_ends_at,
        } = invite;
        let permissions = permissions.map(Into::into);
        LinkInvite { brands, label, expires_at, email, domain, permissions, access_ends_at }
    }
}

impl From<Link> for wit::Link {
    fn from(link: Link) -> wit::Link {
        let Link { client, token, url, expires_at, expired } = link;
        wit::Link {
            client: client.to_string(),
            token: token.reveal().to_owned(),
            url,
            expires_at: expires_at.map(Timestamp::millis),
            expired,
        }
    }
}

impl From<Invited> for wit::Invited {
    fn from(invited: Invited) -> wit::Invited {
        let Invited { client, outcome, expires_at, brands, warning, mail: _, delivery } = invited;
        wit::Invited {
            client: client.to_string(),
            outcome: outcome.into(),
            expires_at: expires_at.map(Timestamp::millis),
            brands: brands.iter().map(BrandId::to_string).collect(),
            delivery: delivery.map(Into::into),
            warning,
        }
    }
}

impl From<Resent> for wit::Resent {
    fn from(resent: Resent) -> wit::Resent {
        let Resent { expires_at, warning, mail: _, delivery } = resent;
        let expires_at = expires_at.map(Timestamp::millis);
        wit::Resent { expires_at, delivery: delivery.map(Into::into), warning }
    }
}

impl From<ClientDetail> for wit::ClientDetail {
    fn from(detail: ClientDetail) -> wit::ClientDetail {
        let ClientDetail { client, activity, latest } = detail;
        wit::ClientDetail {
            delivery: client.delivery.clone().map(Into::into),
            client: client.into(),
            activity: activity.into(),
            latest: latest.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<ClientView> for wit::Client {
    fn from(view: ClientView) -> wit::Client {
        let ClientView {
            client,
            status,
            grants,
            expires_at,
            expired,
            at_risk_at,
            churned_at,
            delivery,
        } = view;
        let revoked_at = client.revoked_at();
        let link_domain = domain_of(&client);
        let Client {
            id,
            search_slot: _,
            folding: _,
            email,
            name,
            label,
            note,
            standing: _,
            grants: _,
            permissions,
            created_at,
            invited_at,
            joined_at,
            last_log_in,
            score,
            noted_crossing: _,
            identity: _,
            invite_versions: _,
            dead_address,
            resends: _,
            merged: _,
            erased,
        } = client;
        wit::Client {
            id: id.to_string(),
            email: email.as_ref().map(Email::to_string),
            name: name.as_ref().map(Name::to_string),
            label: label.as_ref().map(Name::to_string),
            note: note.as_ref().map(|note: &Note| note.as_str().to_owned()),
            status: status.into(),
            badge: status.badge().into(),
            grants: grants.into_iter().map(wit::Grant::from).collect(),
            permissions: permissions.into(),
            link_domain: link_domain.map(|domain| domain.as_str().to_owned()),
            created_at: created_at.millis(),
            invited_at: invited_at.millis(),
            expires_at: expires_at.map(Timestamp::millis),
            expired,
            delivery: delivery.map(Into::into),
            address_problem: dead_address,
            joined_at: joined_at.map(Timestamp::millis),
            last_log_in: last_log_in.map(Timestamp::millis),
            revoked_at: revoked_at.map(Timestamp::millis),
            health: score.map(|score| wit::HealthMark { score, band: Band::of(score).into() }),
            at_risk_at: at_risk_at.map(Timestamp::millis),
            churned_at: churned_at.map(Timestamp::millis),
            erased,
        }
    }
}

impl From<Summary> for wit::ActivitySummary {
    fn from(summary: Summary) -> wit::ActivitySummary {
        let Summary { all, last_30_days, last_export, features } = summary;
        let ([log_ins, page_views, exports], last) = (all, last_30_days);
        let [recent_log_ins, recent_page_views, recent_exports] = last;
        wit::ActivitySummary {
            log_ins,
            recent_log_ins,
            page_views,
            recent_page_views,
            exports,
            recent_exports,
            last_export: last_export.map(Timestamp::millis),
            features: features.into_iter().map(feature_use).collect(),
        }
    }
}

fn feature_use((feature, views): (FeatureKey, u32)) -> wit::FeatureUse {
    wit::FeatureUse { feature: feature.to_string(), views }
}

impl From<Report> for wit::Engagement {
    fn from(report: Report) -> wit::Engagement {
        let Report { title, starts_at, ends_at, days, features, scores } = report;
        let sum =
            |count: fn(&Day) -> u32| days.iter().map(|day| u64::from(count(&day.counts))).sum();
        let score = |(week, score): (Timestamp, u8)| wit::ScoreAt { week: week.millis(), score };
        wit::Engagement {
            title,
            starts_at: starts_at.millis(),
            ends_at: ends_at.millis(),
            log_ins: sum(|day| day.log_ins),
            page_views: sum(|day| day.page_views),
            exports: sum(|day| day.exports),
            features: features.into_iter().map(feature_use).collect(),
            days: days.into_iter().map(Into::into).collect(),
            scores: scores.into_iter().map(score).collect(),
        }
    }
}

impl From<DayOfUse> for wit::DayOfUse {
    fn from(day: DayOfUse) -> wit::DayOfUse {
        let DayOfUse { starts_at, counts } = day;
        let Day { day: _, log_ins, page_views, exports } = counts;
        wit::DayOfUse { starts_at: starts_at.millis(), log_ins, page_views, exports }
    }
}

fn domain_of(client: &Client) -> Option<Domain> {
    client.open_invite()?.domain.clone()
}

impl From<GrantView> for wit::Grant {
    fn from(grant: GrantView) -> wit::Grant {
        let GrantView { brand, brand_name, since, ends_at } = grant;
        wit::Grant {
            brand: brand.to_string(),
            brand_name: brand_name.to_string(),
            since: since.millis(),
            ends_at: ends_at.map(Timestamp::millis),
        }
    }
}

impl From<wit::ClientFilter> for RawFilter {
    fn from(filter: wit::ClientFilter) -> RawFilter {
        let wit::ClientFilter { status, brand, search, delivery } = filter;
        let (status, delivery) = (status.map(Into::into), delivery.map(Into::into));
        RawFilter { status, brand, search, delivery }
    }
}

impl From<wit::ClientOrder> for Order {
    fn from(order: wit::ClientOrder) -> Order {
        let wit::ClientOrder { sort, descending } = order;
        Order { sort: sort.into(), descending }
    }
}

impl From<Counts> for wit::ClientCounts {
    fn from(counts: Counts) -> wit::ClientCounts {
        let Counts { all, pending, active, at_risk, churned, revoked, as_of, within } = counts;
        let (as_of, within) = (as_of.millis(), within.map(|account| account.to_string()));
        wit::ClientCounts { all, pending, active, at_risk, churned, revoked, as_of, within }
    }
}

same_cases! {
    wit::InviteOutcome = Outcome: Invited BrandsAdded Granted Reinvited AlreadyThere;
    wit::Status = Status: Pending LinkInvite Active AtRisk Churned Revoked;
    wit::Badge = Badge: Yellow Green Orange Grey Red;
    wit::StatusFilter = StatusFilter: Pending Active AtRisk Churned Revoked;
    wit::DeliveryFilter = DeliveryFilter: Queued HandedOver Failed Bounced Undelivered;
    wit::ClientSort = Sort: Created Name Status LastLogIn Health;
}
