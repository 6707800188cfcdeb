//! One mirror, asked until it gives the file or there is no more hope.

use ureq::http::StatusCode;

use crate::client::Client;
use crate::part::Part;
use crate::progress::{Cancelled, Watcher};
use crate::transfer::{Event, Head, Transfer};
use crate::{DownloadError, Reason, Source};

/// Why no more is asked.
pub(crate) enum Stop {
    /// Of this mirror; another may do better.
    Mirror(Reason),
    /// Of any, because the caller wishes so.
    Cancelled,
    /// Of any, because it cannot be written.
    Failed(DownloadError),
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        Self::Mirror(reason)
    }
}

impl From<Cancelled> for Stop {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<DownloadError> for Stop {
    fn from(error: DownloadError) -> Self {
        Self::Failed(error)
    }
}

/// A mirror of a file.
pub(crate) struct Mirror<'a> {
    pub(crate) client: &'a Client,
    pub(crate) source: &'a Source,
    pub(crate) url: &'a str,
    /// How often it was asked.
    pub(crate) attempts: u32,
}

impl Mirror<'_> {
    /// Fills `part` up until it is the file.
    ///
    /// Its bytes may be of several answers, or of another mirror. Where the whole is wrong then,
    /// this mirror gets one chance to send all of it.
    pub(crate) fn complete(
        &mut self,
        part: &mut Part,
        watcher: &mut Watcher<'_>,
    ) -> Result<(), Stop> {
        let mut last_chance = false;
        loop {
            let reason = match self.fill(part, watcher) {
                Ok(()) => {
                    let (found, expected) = (part.digest()?, self.source.sha256());
                    if found == expected {
                        return Ok(());
                    }
                    last_chance |= !part.is_of_pieces();
                    Reason::Digest { found, expected }
                }
                Err(Stop::Mirror(reason @ (Reason::Range | Reason::Status(416))))
                    if part.bytes() > 0 =>
                {
                    reason
                }
                Err(stop) => return Err(stop),
            };
            part.restart()?;
            if last_chance {
                return Err(reason.into());
            }
            tracing::info!(url = self.url, %reason, "starting over");
            last_chance = true;
        }
    }

    /// Asks until there are as many bytes as there should be.
    fn fill(&mut self, part: &mut Part, watcher: &mut Watcher<'_>) -> Result<(), Stop> {
        let settings = self.client.settings();
        let (mut most, mut failures) = (part.bytes(), 0);
        while part.bytes() < self.source.bytes() {
            self.attempts += 1;
            let reason = match self.attempt(part, watcher) {
                Err(Stop::Mirror(reason)) if reason.may_pass() => reason,
                result => return result,
            };
            // An attempt that brought something new costs nothing.
            failures = if part.bytes() > most { 0 } else { failures + 1 };
            most = most.max(part.bytes());
            if failures > settings.retries {
                return Err(reason.into());
            }
            let pause = settings.pause_after(failures);
            tracing::info!(url = self.url, %reason, ?pause, "trying again");
            watcher.sleep(part.bytes(), pause)?;
        }
        Ok(())
    }

    /// Asks once for what is missing.
    fn attempt(&self, part: &mut Part, watcher: &mut Watcher<'_>) -> Result<(), Stop> {
        let expected = self.source.bytes();
        let transfer = Transfer::start(self.client, self.url, part.bytes())?;
        let mut head = false;
        loop {
            match transfer.next(part.bytes(), watcher)? {
                Event::Head(answer) => {
                    match self.first_byte(&answer, part.bytes())? {
                        0 => part.restart()?,
                        _ => part.add_piece(),
                    }
                    head = true;
                }
                Event::Bytes(bytes) if part.bytes() + bytes.len() as u64 > expected => {
                    part.restart()?;
                    return Err(Reason::TooLong { expected }.into());
                }
                Event::Bytes(bytes) => part.append(&bytes)?,
                Event::End | Event::Failed(_) if head && part.bytes() == expected => return Ok(()),
                Event::End => {
                    return Err(Reason::Truncated { found: part.bytes(), expected }.into());
                }
                Event::Failed(reason) => return Err(reason.into()),
            }
        }
    }

    /// The first byte of the answer: 0 or, as was asked for, `bytes`. An error if it is neither,
    /// or not of the file.
    fn first_byte(&self, answer: &Head, bytes: u64) -> Result<u64, Reason> {
        let first = match answer.status {
            StatusCode::OK => 0,
            StatusCode::PARTIAL_CONTENT if bytes > 0 && answer.start == Some(bytes) => bytes,
            StatusCode::PARTIAL_CONTENT => return Err(Reason::Range),
            status => return Err(Reason::Status(status.as_u16())),
        };
        let expected = self.source.bytes();
        match answer.length.map(|length| first.saturating_add(length)) {
            Some(found) if found != expected => Err(Reason::Size { found, expected }),
            _ => Ok(first),
        }
    }
}
