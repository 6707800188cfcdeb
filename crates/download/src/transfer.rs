//! One request and its answer.

use std::io::{ErrorKind, Read};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};

use ureq::http::{HeaderMap, StatusCode, header};
use ureq::{Agent, Body};

use crate::Reason;
use crate::client::Client;
use crate::progress::{Cancelled, TICK, Watcher};

/// How many bytes are handed over at once, at most.
const CHUNK: usize = 1 << 16;

/// How many chunks may wait to be written.
const WAITING: usize = 4;

/// What comes from the server, in this order: the head, chunks, an end.
pub(crate) enum Event {
    Head(Head),
    Bytes(Vec<u8>),
    /// The body is over, or the connection ended in it.
    End,
    Failed(Reason),
}

/// What a server says before it sends the file.
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    /// How many bytes follow.
    pub(crate) length: Option<u64>,
    /// From which byte on, for a part of a file.
    pub(crate) start: Option<u64>,
    /// How long the file is of which it is a part.
    pub(crate) total: Option<u64>,
}

/// A request that is being answered.
///
/// A thread of its own waits for the server, so that the caller can stop at any time. It ends
/// with the transfer: dropping that closes the connection.
pub(crate) struct Transfer {
    events: Receiver<Event>,
    agent: Option<Agent>,
}

impl Transfer {
    /// Asks for a file from the byte `from` on.
    pub(crate) fn start(client: &Client, url: &str, from: u64) -> Result<Self, Reason> {
        let agent = client.agent();
        let (sender, events) = mpsc::sync_channel(WAITING);
        let (client, url, own) = (client.clone(), url.to_owned(), agent.clone());
        std::thread::Builder::new()
            .name("download".into())
            .spawn(move || {
                if let Err(reason) = run(&client, &own, &url, from, &sender) {
                    // Nobody listens to a transfer that was given up.
                    let _ = sender.send(Event::Failed(reason));
                }
            })
            .map_err(|error| Reason::Network(error.to_string()))?;
        Ok(Self { events, agent: Some(agent) })
    }

    /// What comes next. While nothing does, the watcher is told that there are `bytes` bytes.
    pub(crate) fn next(&self, bytes: u64, watcher: &mut Watcher<'_>) -> Result<Event, Cancelled> {
        loop {
            watcher.tell(bytes)?;
            match self.events.recv_timeout(TICK) {
                Ok(event) => return Ok(event),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(Event::End),
            }
        }
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        if let Some(agent) = self.agent.take() {
            agent.shutdown();
        }
    }
}

/// Passes on what the server sends, until it is over or nobody listens.
fn run(
    client: &Client,
    agent: &Agent,
    url: &str,
    from: u64,
    events: &SyncSender<Event>,
) -> Result<(), Reason> {
    let mut request = agent.get(url);
    if from > 0 {
        request = request.header(header::RANGE, format!("bytes={from}-"));
    }
    let response = request.call().map_err(|error| client.reason(error))?;
    let head = Head {
        status: response.status(),
        length: number(response.headers(), header::CONTENT_LENGTH, |text| text),
        start: number(response.headers(), header::CONTENT_RANGE, first_byte),
        total: number(response.headers(), header::CONTENT_RANGE, total),
    };
    if events.send(Event::Head(head)).is_err() {
        return Ok(());
    }
    pass_on(client, response.into_body(), events)
}

fn pass_on(client: &Client, body: Body, events: &SyncSender<Event>) -> Result<(), Reason> {
    let mut body = body.into_reader();
    loop {
        let mut chunk = vec![0; CHUNK];
        let event = match body.read(&mut chunk) {
            Ok(0) => Event::End,
            Ok(count) => {
                chunk.truncate(count);
                Event::Bytes(chunk)
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Event::End,
            Err(error) => return Err(client.reason(error.into())),
        };
        let last = matches!(event, Event::End);
        if events.send(event).is_err() || last {
            return Ok(());
        }
    }
}

fn number(headers: &HeaderMap, name: header::HeaderName, part: fn(&str) -> &str) -> Option<u64> {
    part(headers.get(name)?.to_str().ok()?).trim().parse().ok()
}

/// `100` of `bytes 100-199/200`.
fn first_byte(range: &str) -> &str {
    let range = range.trim_start().trim_start_matches("bytes").trim_start();
    range.split('-').next().unwrap_or_default()
}

/// `200` of `bytes 100-199/200`.
fn total(range: &str) -> &str {
    range.rsplit('/').next().unwrap_or_default()
}
