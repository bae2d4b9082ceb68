//! What a history happens in: a store, two hosts on it, mails and a clock.
//!
//! | to find | open |
//! | --- | --- |
//! | the store, and how a crash takes back what wasn't safe | `store.rs` |
//! | calls that fail, answers that get lost, hosts that die | `gate.rs` |
//! | mails, and how often they came | `post.rs` |
//! | what watches the hosts | `edge.rs` |

mod edge;
mod gate;
mod post;
mod store;

use std::sync::Arc;

use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::secrets::SeededSecrets;
use clientdesk_host::{Host, Instances};

pub use edge::{Door, Edge, Issued};
pub use gate::{Fault, Gate};
pub use post::Post;
pub use store::Store;

use crate::people::play::BEGIN;
use crate::planted::Bug;
use crate::tally::Tally;
use post::Letterbox;

/// One of the two hosts.
pub struct Place {
    /// Its way to the store.
    pub gate: Arc<Gate>,
    /// The host.
    pub edge: Arc<Edge>,
}

/// The world of one history.
pub struct World {
    /// What both hosts write to.
    pub store: Arc<Store>,
    /// The mails.
    pub post: Arc<Post>,
    /// The time.
    pub clock: ManualClock,
    /// A host that uses its instances again, and one that doesn't.
    pub places: [Place; 2],
    /// What must not get out.
    pub issued: Arc<Issued>,
}

impl World {
    /// A new one, in which hosts run the code of this one.
    ///
    /// # Errors
    ///
    /// When a host can't be built.
    pub fn new(
        code: &Host,
        bug: Option<&'static Bug>,
        tally: &Arc<Tally>,
    ) -> Result<World, String> {
        let store = Store::new(bug);
        let (post, issued) = (Arc::new(Post::default()), Arc::new(Issued::default()));
        let (clock, secrets) = (ManualClock::at(BEGIN), Arc::new(SeededSecrets::new(1)));
        let place = |instances: Instances| -> Result<Place, String> {
            let gate = Gate::new(Arc::clone(&store));
            let mail = Letterbox { post: Arc::clone(&post), gate: Arc::clone(&gate), bug };
            let host = code
                .sharing()
                .instances(instances)
                .storage(gate.clone())
                .mail(Arc::new(mail))
                .clock(Arc::new(clock.clone()))
                .secrets(secrets.clone())
                .build()
                .map_err(|error| error.to_string())?;
            let (tally, issued) = (Arc::clone(tally), Arc::clone(&issued));
            Ok(Place { gate, edge: Arc::new(Edge { host, tally, issued, bug }) })
        };
        let places = [place(Instances::Warm { max_idle: 1 })?, place(Instances::Fresh)?];
        Ok(World { store, post, clock, places, issued })
    }

    /// A place by its number: the first, or the other.
    pub fn place(&self, number: u8) -> &Place {
        let [first, second] = &self.places;
        if number == 0 { first } else { second }
    }

    /// Whoever looks without being in the way of anything.
    pub fn door(&self) -> Door {
        Door(Arc::clone(&self.place(0).edge))
    }
}
