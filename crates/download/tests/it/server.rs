//! An HTTPS server that behaves as it is told.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::{ServerConnection, StreamOwned};

use crate::certificates::{Authority, TRUSTED};

/// What a server does with one request.
#[derive(Clone, Debug)]
pub(crate) enum Behaviour {
    /// Sends what was asked for, a part if that was.
    Serve,
    /// The same, in chunks and with no length announced.
    ServeChunked,
    /// The same, a few bytes at a time.
    Drip { bytes: usize, pause: Duration },
    /// Sends the whole file, whatever was asked for.
    IgnoreRange,
    /// Announces the part asked for and ends the connection after so many bytes of it.
    Truncate(usize),
    /// The same in chunks.
    TruncateChunked(usize),
    /// Sends so many bytes, then nothing more for a long time.
    Stall(usize),
    /// Says nothing at all for a long time.
    Silence,
    /// Ends the connection instead of answering.
    HangUp,
    /// Sends elsewhere.
    Redirect(String),
    /// Sends as many bytes as it should, but others.
    WrongBytes,
    /// Announces so many bytes too many or too few.
    WrongLength(i64),
    /// Sends more bytes than there are in the file, in chunks.
    Overlong(usize),
    /// Says that it sends another part than the one asked for.
    WrongRange,
    /// Sends the part asked for with the status of a whole file, and with `Content-Range`, its length, both or
    /// neither.
    RestAsWhole { range: bool, length: bool },
    /// Sends the part asked for, of a file that is said to be so long.
    OtherTotal(usize),
    /// Sends what was asked for and says of it that it is encoded.
    Encoded(&'static str),
    /// Only an error.
    Status(u16),
}

/// A server that is told what to do with each request; the last word holds for all that follow.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    content: Vec<u8>,
    behaviours: Mutex<VecDeque<Behaviour>>,
    requests: Mutex<Vec<Option<u64>>>,
    closed: AtomicBool,
}

impl Server {
    pub(crate) fn new(content: &[u8], behaviours: &[Behaviour]) -> Self {
        Self::of(&TRUSTED, content, behaviours)
    }

    pub(crate) fn of(authority: &Authority, content: &[u8], behaviours: &[Behaviour]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            content: content.to_vec(),
            behaviours: Mutex::new(behaviours.iter().cloned().collect()),
            requests: Mutex::new(Vec::new()),
            closed: AtomicBool::new(false),
        });
        let (own, config) = (shared.clone(), authority.server.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if own.closed.load(Ordering::SeqCst) {
                    return;
                }
                let (own, config) = (own.clone(), config.clone());
                std::thread::spawn(move || {
                    let Ok(stream) = stream else { return };
                    let Ok(connection) = ServerConnection::new(config) else { return };
                    // A client that goes away is one of the things to test.
                    let _ = own.serve(StreamOwned::new(connection, stream));
                });
            }
        });
        Self { address, shared }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://{}/folder/file", self.address)
    }

    /// The first bytes asked for, one a request.
    pub(crate) fn requests(&self) -> Vec<Option<u64>> {
        self.shared.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

type Stream = StreamOwned<ServerConnection, TcpStream>;

impl Shared {
    fn serve(&self, mut stream: Stream) -> io::Result<()> {
        let from = read_request(&mut stream)?;
        self.requests.lock().unwrap().push(from);
        let behaviour = {
            let mut behaviours = self.behaviours.lock().unwrap();
            match behaviours.len() {
                1 => behaviours[0].clone(),
                _ => behaviours.pop_front().unwrap(),
            }
        };
        let whole = self.content.len();
        let asked = from.map_or(0, |from| (from as usize).min(whole));
        let body = &self.content[asked..];
        let head = |length: usize| match from {
            Some(from) => partial(from as usize, whole, length),
            None => format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"),
        };
        let chunked = match from {
            Some(from) => partial(from as usize, whole, 0)
                .replace("Content-Length: 0", "Transfer-Encoding: chunked"),
            None => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".into(),
        };
        match behaviour {
            Behaviour::Serve => {
                write!(stream, "{}", head(body.len()))?;
                stream.write_all(body)?;
            }
            Behaviour::ServeChunked => {
                write!(stream, "{chunked}")?;
                write_chunks(&mut stream, body)?;
                write!(stream, "0\r\n\r\n")?;
            }
            Behaviour::Drip { bytes, pause } => {
                write!(stream, "{}", head(body.len()))?;
                for chunk in body.chunks(bytes) {
                    stream.write_all(chunk)?;
                    stream.flush()?;
                    std::thread::sleep(pause);
                }
            }
            Behaviour::IgnoreRange => {
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {whole}\r\n\r\n")?;
                stream.write_all(&self.content)?;
            }
            Behaviour::Truncate(bytes) => {
                write!(stream, "{}", head(body.len()))?;
                stream.write_all(&body[..bytes.min(body.len())])?;
                stream.flush()?;
                return Ok(());
            }
            Behaviour::TruncateChunked(bytes) => {
                write!(stream, "{chunked}")?;
                write_chunks(&mut stream, &body[..bytes.min(body.len())])?;
                stream.flush()?;
                return Ok(());
            }
            Behaviour::Stall(bytes) => {
                write!(stream, "{}", head(body.len()))?;
                stream.write_all(&body[..bytes.min(body.len())])?;
                stream.flush()?;
                return wait_for_the_end(&mut stream);
            }
            Behaviour::Silence => return wait_for_the_end(&mut stream),
            Behaviour::HangUp => return Ok(()),
            Behaviour::Redirect(to) => {
                write!(
                    stream,
                    "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
                )?;
            }
            Behaviour::WrongBytes => {
                write!(stream, "{}", head(body.len()))?;
                stream.write_all(&body.iter().map(|byte| !byte).collect::<Vec<_>>())?;
            }
            Behaviour::WrongLength(more) => {
                write!(stream, "{}", head(body.len().saturating_add_signed(more as isize)))?;
                stream.write_all(body)?;
            }
            Behaviour::Overlong(more) => {
                write!(stream, "{chunked}")?;
                write_chunks(&mut stream, body)?;
                write_chunks(&mut stream, &vec![7; more])?;
                write!(stream, "0\r\n\r\n")?;
            }
            Behaviour::WrongRange => {
                let from = from.unwrap_or(0) as usize + 1;
                write!(stream, "{}", partial(from, whole, whole - from))?;
                stream.write_all(&self.content[from..])?;
            }
            Behaviour::RestAsWhole { range, length } => {
                let mut head = "HTTP/1.1 200 OK\r\n".to_owned();
                if let (true, Some(from)) = (range, from) {
                    head += &format!("Content-Range: bytes {from}-{}/{whole}\r\n", whole - 1);
                }
                if length {
                    write!(stream, "{head}Content-Length: {}\r\n\r\n", body.len())?;
                    stream.write_all(body)?;
                } else {
                    write!(stream, "{head}Transfer-Encoding: chunked\r\n\r\n")?;
                    write_chunks(&mut stream, body)?;
                    write!(stream, "0\r\n\r\n")?;
                }
            }
            Behaviour::OtherTotal(total) => {
                write!(
                    stream,
                    "{}",
                    head(body.len()).replace(&format!("/{whole}"), &format!("/{total}"))
                )?;
                stream.write_all(body)?;
            }
            Behaviour::Encoded(encoding) => {
                let encoded = format!("Content-Encoding: {encoding}\r\nContent-Length");
                write!(stream, "{}", head(body.len()).replace("Content-Length", &encoded))?;
                stream.write_all(body)?;
            }
            Behaviour::Status(status) => {
                write!(stream, "HTTP/1.1 {status} Such\r\nContent-Length: 5\r\n\r\nsorry")?;
            }
        }
        stream.conn.send_close_notify();
        stream.flush()
    }
}

/// The head of an answer with a part of the file.
fn partial(from: usize, whole: usize, length: usize) -> String {
    format!(
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{}/{whole}\r\n\
         Content-Length: {length}\r\n\r\n",
        whole.saturating_sub(1)
    )
}

fn write_chunks(stream: &mut Stream, bytes: &[u8]) -> io::Result<()> {
    for chunk in bytes.chunks(1000) {
        write!(stream, "{:x}\r\n", chunk.len())?;
        stream.write_all(chunk)?;
        write!(stream, "\r\n")?;
    }
    Ok(())
}

/// Until the client goes away.
fn wait_for_the_end(stream: &mut Stream) -> io::Result<()> {
    stream.sock.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.read(&mut [0; 16]).map(drop)
}

/// Reads the head of a request; returns the first byte asked for.
fn read_request(stream: &mut Stream) -> io::Result<Option<u64>> {
    let mut from = None;
    for line in BufReader::new(stream).lines() {
        let line = line?.to_ascii_lowercase();
        if line.is_empty() {
            return Ok(from);
        }
        if let Some(range) = line.strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().ok();
        }
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}
