//! What a mirror can do wrong.

use std::time::{Duration, Instant};

use download::{Digest, Reason, Settings};

use crate::server::{Behaviour, Server};
use crate::setting::{Place, failures, impatient, settings};

#[test]
fn a_truncated_answer_is_gone_on_with() {
    for cut in [Behaviour::Truncate(3000), Behaviour::TruncateChunked(3000)] {
        let place = Place::new(10_000);
        let server = Server::new(&place.content, &[cut.clone(), cut, Behaviour::Serve]);
        place.fetch(&[&server]).unwrap();
        assert_eq!(server.requests(), [None, Some(3000), Some(6000)]);
    }
}

#[test]
fn a_file_survives_more_broken_connections_than_there_are_retries() {
    let place = Place::new(10_000);
    let server = Server::new(&place.content, &[Behaviour::Truncate(500)]);
    place.fetch(&[&server]).unwrap();
    assert_eq!(server.requests().len(), 20);
}

#[test]
fn an_answer_that_always_breaks_at_the_same_place_is_given_up() {
    let place = Place::new(10_000);
    let truncated = |found| Reason::Truncated { found, expected: 10_000 };
    let server = Server::new(&place.content, &[Behaviour::Truncate(0)]);
    assert_eq!(place.reason(&server), (truncated(0), 3));
    let server = Server::new(&place.content, &[Behaviour::HangUp]);
    assert!(matches!(place.reason(&server), (Reason::Network(_), 3)));
}

#[test]
fn a_stalled_answer_is_left_and_gone_on_with() {
    let place = Place::new(10_000);
    let server = Server::new(&place.content, &[Behaviour::Stall(4000), Behaviour::Serve]);
    let start = Instant::now();
    place.fetch_with(impatient(), &[&server]).unwrap();
    assert_eq!(server.requests()[..2], [None, Some(4000)]);
    assert!(start.elapsed() >= impatient().idle_timeout);
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_mirror_that_never_speaks_is_left_for_the_next() {
    let place = Place::new(10_000);
    let silent = Server::new(&place.content, &[Behaviour::Silence]);
    let good = Server::new(&place.content, &[Behaviour::Serve]);
    place.fetch_with(impatient(), &[&silent, &good]).unwrap();
    assert_eq!(silent.requests().len(), 3);
    std::fs::remove_file(place.path()).unwrap();
    let stalled = Reason::Stalled(impatient().idle_timeout);
    assert_eq!(place.reason_with(impatient(), &silent), (stalled, 3));
}

#[test]
fn a_slow_answer_may_take_longer_than_the_idle_timeout() {
    let place = Place::new(12);
    let pause = Duration::from_millis(100);
    let server = Server::new(&place.content, &[Behaviour::Drip { bytes: 1, pause }]);
    let settings = Settings { idle_timeout: Duration::from_millis(800), ..settings() };
    let start = Instant::now();
    place.fetch_with(settings, &[&server]).unwrap();
    assert!(start.elapsed() > Duration::from_millis(1000));
    assert_eq!(server.requests(), [None]);
}

#[test]
fn wrong_bytes_are_thrown_away_and_not_asked_for_again() {
    let place = Place::new(1000);
    let server = Server::new(&place.content, &[Behaviour::WrongBytes]);
    let inverse: Vec<u8> = place.content.iter().map(|byte| !byte).collect();
    let (found, expected) = (Digest::of(&inverse), Digest::of(&place.content));
    assert_eq!(place.reason(&server), (Reason::Digest { found, expected }, 1));
    assert!(!place.part().exists());
}

#[test]
fn another_size_is_refused_before_anything_is_read() {
    let place = Place::new(1000);
    for more in [1, 1_000_000_000_000, -1] {
        let server = Server::new(&place.content, &[Behaviour::WrongLength(more)]);
        let found = 1000u64.saturating_add_signed(more);
        assert_eq!(place.reason(&server), (Reason::Size { found, expected: 1000 }, 1));
        assert!(!place.part().exists());
    }
}

#[test]
fn an_answer_that_does_not_end_is_cut() {
    let place = Place::new(1000);
    for more in [1, 10_000_000] {
        let server = Server::new(&place.content, &[Behaviour::Overlong(more)]);
        assert_eq!(place.reason(&server), (Reason::TooLong { expected: 1000 }, 1));
        assert!(!place.part().exists());
    }
}

#[test]
fn an_error_that_passes_is_waited_out() {
    let place = Place::new(1000);
    let busy = Behaviour::Status(503);
    let server = Server::new(&place.content, &[busy.clone(), busy, Behaviour::Serve]);
    place.fetch(&[&server]).unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn an_error_that_stays_is_not_asked_for_again() {
    let place = Place::new(1000);
    for status in [403, 404, 410, 501] {
        let server = Server::new(&place.content, &[Behaviour::Status(status)]);
        assert_eq!(place.reason(&server), (Reason::Status(status), 1));
    }
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let place = Place::new(1000);
    let gone = Server::new(&place.content, &[Behaviour::Serve]).url();
    std::thread::sleep(Duration::from_millis(20));
    let source = place.source_at([gone.clone()]);
    let result = crate::setting::fetch(settings(), &source, place.dir.path());
    place.check(&result);
    let failures = failures(result.unwrap_err());
    assert_eq!((failures[0].url.as_str(), failures[0].attempts), (gone.as_str(), 3));
    assert!(matches!(failures[0].reason, Reason::Network(_)), "{}", failures[0]);
}

#[test]
fn the_last_error_names_all_mirrors_and_the_way_by_hand() {
    let place = Place::new(1000);
    let gone = Server::new(&place.content, &[Behaviour::Status(404)]);
    let wrong = Server::new(&place.content, &[Behaviour::WrongBytes]);
    let message = place.fetch(&[&gone, &wrong]).unwrap_err().to_string();
    for part in [
        gone.url(),
        wrong.url(),
        "404 (1 attempt)".into(),
        "By hand".into(),
        place.path().display().to_string(),
        "1000 bytes".into(),
        Digest::of(&place.content).to_string(),
    ] {
        assert!(message.contains(&part), "{part}\n{message}");
    }
}
