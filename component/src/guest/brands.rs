//! `brands`

use super::wit::exports::clientdesk::core::brands as wit;
use super::{Component, with_ports};
use crate::app::brands;
use crate::domain::brand::Brand;
use crate::domain::time::Timestamp;

impl wit::Guest for Component {
    fn create(call: wit::Call, brand: wit::NewBrand) -> Result<wit::BrandId, wit::Error> {
        let wit::NewBrand { id, name, account } = brand;
        let new = brands::NewBrand { id, name, account };
        Ok(with_ports(|ports| brands::create(ports, &call.into(), &new))?.to_string())
    }

    fn rename(call: wit::Call, id: wit::BrandId, name: String) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| brands::rename(ports, &call.into(), &id, &name))?)
    }

    fn archive(call: wit::Call, id: wit::BrandId, revoke_last: bool) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| brands::archive(ports, &call.into(), &id, revoke_last))?)
    }

    fn list(call: wit::Call, page: wit::PageRequest) -> Result<wit::BrandPage, wit::Error> {
        let page = with_ports(|ports| brands::list(ports, &call.into(), &page.into()))?;
        let brands = page.items.into_iter().map(wit::Brand::from).collect();
        let within = page.within.map(|account| account.to_string());
        Ok(wit::BrandPage { brands, next: page.next, within })
    }
}

impl From<Brand> for wit::Brand {
    fn from(brand: Brand) -> wit::Brand {
        let Brand {
            id,
            name,
            created_at,
            clients,
            open_ended_clients: _,
            sole_brand_clients: _,
            joined: _,
            archived_at,
            account,
            white_label,
            moved_at: _,
            let_in_since: _,
        } = brand;
        wit::Brand {
            id: id.to_string(),
            name: name.to_string(),
            created_at: created_at.millis(),
            clients,
            white_label_since: white_label.map(|item| item.since.millis()),
            account: account.map(|account| account.to_string()),
            archived_at: archived_at.map(Timestamp::millis),
        }
    }
}
