//! What a filter asks for, and who matches it.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::app::acting::check_brand;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::record;
use crate::app::view::{self, View};
use crate::domain::brand::Brand;
use crate::domain::client::{Client, Status};
use crate::domain::fold::fold;
use crate::domain::id::BrandId;
use crate::domain::impersonation::Acting;
use crate::domain::impersonation::reach::Part;
use crate::domain::mail::Delivery;
use crate::domain::search;
use crate::domain::sets::one_by_one;

/// Where clients stand, as filters ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusFilter {
    /// Pending and links.
    Pending,
    /// Active.
    Active,
    /// At risk.
    AtRisk,
    /// Churned.
    Churned,
    /// Revoked.
    Revoked,
}

impl StatusFilter {
    /// Which filter shows a client of this status.
    pub const fn of(status: Status) -> StatusFilter {
        match status {
            Status::Pending | Status::LinkInvite => StatusFilter::Pending,
            Status::Active => StatusFilter::Active,
            Status::AtRisk => StatusFilter::AtRisk,
            Status::Churned => StatusFilter::Churned,
            Status::Revoked => StatusFilter::Revoked,
        }
    }
}

/// Where the mails of open invites stand, as filters ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryFilter {
    /// Waiting.
    Queued,
    /// The host took it.
    HandedOver,
    /// Given up.
    Failed,
    /// Came back.
    Bounced,
    /// Failed or bounced.
    Undelivered,
}

impl DeliveryFilter {
    /// Whether it asks for mails that stand here.
    pub const fn fits(self, delivery: Delivery) -> bool {
        match delivery {
            Delivery::Queued => matches!(self, DeliveryFilter::Queued),
            Delivery::HandedOver => matches!(self, DeliveryFilter::HandedOver),
            Delivery::Failed => {
                matches!(self, DeliveryFilter::Failed | DeliveryFilter::Undelivered)
            }
            Delivery::Bounced => {
                matches!(self, DeliveryFilter::Bounced | DeliveryFilter::Undelivered)
            }
        }
    }
}

/// A filter as it arrives.
#[derive(Clone, Debug, Default)]
pub struct RawFilter {
    /// Where they stand.
    pub status: Option<StatusFilter>,
    /// A brand that they have.
    pub brand: Option<String>,
    /// Part of a name or an address.
    pub search: Option<String>,
    /// Where the mail of the open invite stands.
    pub delivery: Option<DeliveryFilter>,
}

/// What a filter asks for, with its brands looked up.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Where they stand.
    pub status: Option<StatusFilter>,
    /// A brand that they have.
    pub brand: Option<Brand>,
    /// What is searched for.
    pub search: Option<Search>,
    /// Where the mail of the open invite stands.
    pub delivery: Option<DeliveryFilter>,
    /// On whose behalf they are looked for: then those only who have a brand of that account.
    pub acting: Option<Rc<Acting>>,
}

/// What is searched for.
#[derive(Clone, Debug)]
pub struct Search {
    /// Folded.
    pub needle: String,
    /// The brands whose names it is part of.
    pub brands: Vec<Brand>,
}

/// What a filter asks for, before anything is looked up.
pub struct Wanted {
    status: Option<StatusFilter>,
    brand: Option<BrandId>,
    /// Folded.
    needle: Option<String>,
    delivery: Option<DeliveryFilter>,
}

impl Wanted {
    /// What `raw` asks for.
    pub fn parse(fields: &mut Fields, raw: &RawFilter) -> Option<Wanted> {
        let brand = fields.take_optional("filter.brand", raw.brand.as_deref(), BrandId::parse);
        let needle = fields.needle("filter.search", raw.search.as_deref());
        let (status, delivery) = (raw.status, raw.delivery);
        Some(Wanted { status, brand: brand?, needle: needle?, delivery })
    }
}

impl Filter {
    /// What is wanted, with its brands.
    pub fn look_up(view: &mut View<'_>, wanted: Wanted) -> Result<Filter, Error> {
        let Wanted { status, brand: id, needle, delivery } = wanted;
        let brand = match &id {
            Some(id) => view.read(&keys::brand(&view.agency().id.clone(), id))?,
            None => None,
        };
        if let (Some(id), None) = (&id, &brand) {
            let message = format!("there is no brand `{id}`");
            return Err(Error::invalid("filter.brand", "unknown", message));
        }
        if let Some(brand) = &brand {
            check_brand(view, brand)?;
        }
        let acting = view.acting();
        let search = match needle {
            Some(needle) => {
                let mut brands = brands_named(view, &needle)?;
                brands.retain(|brand| acting.as_ref().is_none_or(|a| a.reach.owns(brand)));
                Some(Search { brands, needle })
            }
            None => None,
        };
        Ok(Filter { status, brand, search, delivery, acting })
    }

    /// Whether everybody matches it.
    pub const fn is_open(&self) -> bool {
        self.status.is_none()
            && self.brand.is_none()
            && self.search.is_none()
            && self.delivery.is_none()
            && self.acting.is_none()
    }

    /// Whether a [current](Client::current) client fits, wherever its mail stands: that is for
    /// [`gather::of_delivery`](super::gather::of_delivery) to find out.
    pub fn fits(&self, view: &View<'_>, client: &Client) -> bool {
        let thresholds = view.agency().settings.thresholds;
        let status = || StatusFilter::of(client.status(view.now(), thresholds));
        let part = |acting: &Rc<Acting>| acting.reach.part_of(client);
        self.acting.as_ref().is_none_or(|acting| part(acting) != Part::Nothing)
            && self.status.is_none_or(|wanted| wanted == status())
            && self.brand.as_ref().is_none_or(|brand| client.has(&brand.id))
            && self.search.as_ref().is_none_or(|search| search.finds(client))
    }
}

impl Search {
    fn finds(&self, client: &Client) -> bool {
        let brands: BTreeSet<&BrandId> = one_by_one(self.brands.iter().map(|brand| &brand.id));
        search::text_of_today(client).contains(&self.needle)
            || client.grants.iter().any(|grant| brands.contains(&grant.brand))
    }
}

/// The brands whose names `needle` is part of.
fn brands_named(view: &View<'_>, needle: &str) -> Result<Vec<Brand>, Error> {
    let mut found = Vec::new();
    view::each(view.ports(), &keys::brands(&view.agency().id), |row| {
        let brand: Option<Brand> = record::decode_whole(&row)?;
        let is_named = |brand: &Brand| {
            brand.archived_at.is_none() && fold(brand.name.as_str()).contains(needle)
        };
        found.extend(brand.filter(is_named));
        Ok(())
    })?;
    Ok(found)
}
