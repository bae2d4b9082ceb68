//! The randomness of one command.

use crate::app::error::Error;
use crate::app::ports::Ports;

/// Random bytes, asked for in larger portions than they are used.
pub(super) struct Random<'a> {
    ports: &'a Ports,
    bytes: Vec<u8>,
}

impl<'a> Random<'a> {
    const PORTION: usize = 64;

    pub(super) const fn new(ports: &'a Ports) -> Random<'a> {
        Random { ports, bytes: Vec::new() }
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        if self.bytes.len() < N {
            let portion = u32::try_from(N.max(Self::PORTION)).unwrap_or(u32::MAX);
            self.bytes = self.ports.secrets.random(portion);
        }
        let rest = self.bytes.len().checked_sub(N);
        let taken = rest.map(|rest| self.bytes.split_off(rest));
        taken.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
            Error::Unavailable("the host gave fewer random bytes than asked for".to_owned())
        })
    }

    /// What a fresh id is made of besides the time: `made`, which grows with everything that
    /// the agency makes, so that ids of the same millisecond sort in the order in which they
    /// were made, and randomness.
    pub(super) fn id_seed(&mut self, made: u64) -> Result<[u8; 10], Error> {
        let mut seed: [u8; 10] = self.bytes()?;
        let [.., high, low] = made.to_be_bytes();
        [seed[0], seed[1]] = [high, low];
        Ok(seed)
    }
}
