//! What the portal may be told.

/// What the portal may be told.
#[derive(Clone, Debug, Default)]
pub struct PortalOptions {
    /// Whether pages of the service itself, such as one that shows the portal beside other things, may hold it
    /// in a frame. Nobody else's may.
    pub framed: bool,
    /// Whether a proxy of yours stands in front and tells who came, as the last entry of `X-Forwarded-For`, and
    /// by what, in `X-Forwarded-Proto`. Without one, anybody could write there.
    pub behind_proxy: bool,
}
