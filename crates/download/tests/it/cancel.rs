//! A download stops when it is told to, and can be gone on with.

use std::fs;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use download::{DownloadError, Downloader, How, Settings};

use crate::server::{Behaviour, Server};
use crate::setting::{Place, settings};

/// Fetches until `stop` says so; how many bytes there are then, and how long it took.
fn cancelled(place: &Place, server: &Server, stop: impl Fn(u64) -> bool) -> (u64, Duration) {
    let patient = Settings {
        idle_timeout: Duration::from_secs(20),
        pause: Duration::from_secs(20),
        ..settings()
    };
    let start = Instant::now();
    let result = Downloader::new(patient).unwrap().fetch(
        &place.source(&[server]),
        place.dir.path(),
        &mut |progress| {
            assert_eq!(progress.total, place.content.len() as u64);
            assert_eq!(progress.mirror, server.url());
            if stop(progress.bytes) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        },
    );
    place.check(&result);
    match result.unwrap_err() {
        DownloadError::Cancelled { bytes, .. } => (bytes, start.elapsed()),
        error => panic!("{error}"),
    }
}

#[test]
fn what_was_fetched_is_kept() {
    let place = Place::new(1_000_000);
    let server = Server::new(&place.content, &[Behaviour::Serve]);
    let (bytes, _) = cancelled(&place, &server, |bytes| bytes >= 300_000);
    assert!((300_000..1_000_000).contains(&bytes), "{bytes}");
    assert!(fs::read(place.part()).unwrap() == place.content[..bytes as usize]);
    assert_eq!(place.fetch(&[&server]).unwrap().how, How::Resumed { from: bytes });
}

#[test]
fn nothing_is_left_where_nothing_was_fetched() {
    let place = Place::new(1000);
    let server = Server::new(&place.content, &[Behaviour::Serve]);
    assert_eq!(cancelled(&place, &server, |_| true).0, 0);
    assert!(!place.part().exists());
}

#[test]
fn nobody_waits_for_a_server_that_stalls_or_for_a_pause() {
    for behaviour in [Behaviour::Stall(500), Behaviour::Silence, Behaviour::Truncate(500)] {
        let place = Place::new(1000);
        let server = Server::new(&place.content, &[behaviour]);
        let start = Instant::now();
        let late = |_| start.elapsed() > Duration::from_millis(150);
        let (_, time) = cancelled(&place, &server, late);
        assert!(time < Duration::from_secs(2), "{time:?}");
    }
}
