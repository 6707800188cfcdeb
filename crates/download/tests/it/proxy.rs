//! A proxy that counts.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A proxy for CONNECT.
pub(crate) struct Proxy {
    address: SocketAddr,
    tunnels: Arc<AtomicUsize>,
}

impl Proxy {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let tunnels = Arc::new(AtomicUsize::new(0));
        let own = tunnels.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let own = own.clone();
                std::thread::spawn(move || tunnel(client, &own));
            }
        });
        Self { address, tunnels }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many tunnels it has opened.
    pub(crate) fn tunnels(&self) -> usize {
        self.tunnels.load(Ordering::SeqCst)
    }
}

fn tunnel(mut client: TcpStream, tunnels: &AtomicUsize) -> io::Result<()> {
    let mut lines = BufReader::new(client.try_clone()?).lines();
    let request = lines.next().ok_or(io::ErrorKind::UnexpectedEof)??;
    let target = request.split(' ').nth(1).unwrap_or_default().to_owned();
    while !lines.next().ok_or(io::ErrorKind::UnexpectedEof)??.is_empty() {}
    tunnels.fetch_add(1, Ordering::SeqCst);
    if !request.starts_with("CONNECT ") || target.starts_with("forbidden") {
        return write!(client, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    }
    let server = TcpStream::connect(target)?;
    write!(client, "HTTP/1.1 200 Connected\r\n\r\n")?;
    let (mut up, mut down) = (client.try_clone()?, server.try_clone()?);
    std::thread::spawn(move || {
        let _ = io::copy(&mut up, &mut down);
        down.shutdown(Shutdown::Write)
    });
    let mut server = server;
    io::copy(&mut server, &mut client)?;
    client.shutdown(Shutdown::Both)
}
