//! `system`

use super::Component;
use super::wit::exports::clientdesk::core::system as wit;
use crate::app::record::SCHEMA;

impl wit::Guest for Component {
    fn schema() -> u32 {
        SCHEMA
    }
}
