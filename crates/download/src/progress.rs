//! How far a download is, and whether it goes on.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// How far a download is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// How many bytes there are, those of an earlier call included. It falls where a download
    /// starts over.
    pub bytes: u64,
    /// How many there will be.
    pub total: u64,
    /// The mirror that is asked.
    pub mirror: &'a str,
}

/// At least this often somebody who waits is asked whether to go on.
pub(crate) const TICK: Duration = Duration::from_millis(100);

/// The caller's wish to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cancelled;

/// The one who is told how far a download is.
pub(crate) struct Watcher<'a> {
    pub(crate) total: u64,
    pub(crate) mirror: &'a str,
    pub(crate) told: &'a mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
}

impl Watcher<'_> {
    /// Tells how far the download is.
    pub(crate) fn tell(&mut self, bytes: u64) -> Result<(), Cancelled> {
        match (self.told)(Progress { bytes, total: self.total, mirror: self.mirror }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Cancelled),
        }
    }

    /// Waits, unless there is a wish to stop.
    pub(crate) fn sleep(&mut self, bytes: u64, pause: Duration) -> Result<(), Cancelled> {
        let end = Instant::now() + pause;
        loop {
            self.tell(bytes)?;
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(TICK));
        }
    }
}
