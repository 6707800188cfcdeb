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
    client: &'a Client,
    source: &'a Source,
    url: &'a str,
    /// How often it was asked.
    pub(crate) attempts: u32,
    /// Whether it was asked for a part of the file last.
    asked_for_part: bool,
    /// It sends a part of the file as if it were the whole, so that it is asked for no more parts.
    mixes_up_parts: bool,
}

impl<'a> Mirror<'a> {
    /// A mirror that was not asked yet.
    pub(crate) fn new(client: &'a Client, source: &'a Source, url: &'a str) -> Self {
        let (asked_for_part, mixes_up_parts) = (false, false);
        Self { client, source, url, attempts: 0, asked_for_part, mixes_up_parts }
    }

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
                Err(Stop::Mirror(reason)) if self.asked_for_part && is_of_part(&reason) => reason,
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
    fn attempt(&mut self, part: &mut Part, watcher: &mut Watcher<'_>) -> Result<(), Stop> {
        let expected = self.source.bytes();
        if self.mixes_up_parts {
            part.restart()?;
        }
        self.asked_for_part = part.bytes() > 0;
        let mut instead_of_part = false;
        let transfer = Transfer::start(self.client, self.url, part.bytes())?;
        let mut head = false;
        loop {
            match transfer.next(part.bytes(), watcher)? {
                Event::Head(answer) => {
                    match self.first_byte(&answer, part.bytes())? {
                        0 => {
                            instead_of_part = self.asked_for_part;
                            part.restart()?;
                        }
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
                    let found = part.bytes();
                    if instead_of_part {
                        // The rest alone may have come, without a word.
                        self.mixes_up_parts = true;
                        part.restart()?;
                    }
                    return Err(Reason::Truncated { found, expected }.into());
                }
                Event::Failed(reason) => return Err(reason.into()),
            }
        }
    }

    /// The first byte of the answer: 0 or, as was asked for, `bytes`. An error if it is neither,
    /// or not of the file.
    fn first_byte(&mut self, answer: &Head, bytes: u64) -> Result<u64, Reason> {
        let expected = self.source.bytes();
        let first = match answer.status {
            StatusCode::OK => {
                let part = answer.start.is_some_and(|start| start > 0);
                let short = answer.length.is_some_and(|length| length != expected);
                self.mixes_up_parts |= bytes > 0 && (part || short);
                if part {
                    return Err(Reason::Range);
                }
                0
            }
            StatusCode::PARTIAL_CONTENT if bytes > 0 && answer.start == Some(bytes) => bytes,
            StatusCode::PARTIAL_CONTENT => return Err(Reason::Range),
            status => return Err(Reason::Status(status.as_u16())),
        };
        let length = answer.length.map(|length| first.saturating_add(length));
        match length.into_iter().chain(answer.total).find(|&found| found != expected) {
            Some(found) => Err(Reason::Size { found, expected }),
            None => Ok(first),
        }
    }
}

/// Whether a mirror may well have the file and only does not give a part of it.
fn is_of_part(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::Range
            | Reason::Size { .. }
            | Reason::TooLong { .. }
            | Reason::Status(400 | 412 | 416 | 501)
    )
}
