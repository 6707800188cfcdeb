//! A part is gone on with, and nothing wrong in it survives.

use std::fs;

use download::{How, Reason};

use crate::server::{Behaviour, Server};
use crate::setting::{Place, failures};

#[test]
fn a_part_is_gone_on_with() {
    let place = Place::new(100_000);
    let server = Server::new(&place.content, &[Behaviour::Serve]);
    fs::write(place.part(), &place.content[..40_000]).unwrap();
    assert_eq!(place.fetch(&[&server]).unwrap().how, How::Resumed { from: 40_000 });
    assert_eq!(server.requests(), [Some(40_000)]);
}

#[test]
fn a_part_that_is_whole_needs_no_server() {
    let place = Place::new(1000);
    let server = Server::new(&place.content, &[Behaviour::Status(500)]);
    fs::write(place.part(), &place.content).unwrap();
    assert_eq!(place.fetch(&[&server]).unwrap().how, How::Resumed { from: 1000 });
    assert_eq!(server.requests(), []);
}

#[test]
fn a_part_that_is_too_long_is_started_over() {
    let place = Place::new(1000);
    let server = Server::new(&place.content, &[Behaviour::Serve]);
    fs::write(place.part(), vec![7; 1001]).unwrap();
    assert_eq!(place.fetch(&[&server]).unwrap().how, How::Downloaded);
    assert_eq!(server.requests(), [None]);
}

#[test]
fn a_server_without_ranges_starts_over() {
    let place = Place::new(100_000);
    let server = Server::new(&place.content, &[Behaviour::IgnoreRange]);
    fs::write(place.part(), &place.content[..40_000]).unwrap();
    assert_eq!(place.fetch(&[&server]).unwrap().how, How::Downloaded);
}

#[test]
fn a_part_of_another_file_is_started_over() {
    let place = Place::new(1000);
    for part in [500, 1000] {
        let server = Server::new(&place.content, &[Behaviour::Serve]);
        fs::write(place.part(), vec![7; part]).unwrap();
        assert_eq!(place.fetch(&[&server]).unwrap().how, How::Downloaded);
        assert_eq!(server.requests().last(), Some(&None));
        fs::remove_file(place.path()).unwrap();
    }
}

#[test]
fn a_part_that_the_server_refuses_is_started_over() {
    for refusal in [
        Behaviour::Status(416),
        Behaviour::Status(400),
        Behaviour::WrongRange,
        Behaviour::WrongLength(1),
        Behaviour::WrongLength(-1),
        Behaviour::Overlong(1),
        Behaviour::OtherTotal(1001),
    ] {
        let place = Place::new(1000);
        let server = Server::new(&place.content, &[refusal, Behaviour::Serve]);
        fs::write(place.part(), &place.content[..500]).unwrap();
        assert_eq!(place.fetch(&[&server]).unwrap().how, How::Downloaded);
        assert_eq!(server.requests(), [Some(500), None]);
    }
}

#[test]
fn a_wrong_part_costs_a_mirror_one_new_start_only() {
    let place = Place::new(1000);
    let server = Server::new(&place.content, &[Behaviour::WrongBytes]);
    fs::write(place.part(), &place.content[..500]).unwrap();
    let failures = failures(place.fetch(&[&server]).unwrap_err());
    assert!(matches!(failures[0].reason, Reason::Digest { .. }), "{:?}", failures[0].reason);
    assert_eq!(server.requests(), [Some(500), None]);
    assert!(!place.part().exists());
}

#[test]
fn wrong_bytes_of_one_mirror_do_not_spoil_the_next() {
    let place = Place::new(1000);
    let first = Server::new(&place.content, &[Behaviour::WrongBytes, Behaviour::Truncate(0)]);
    let liar = Server::new(&[7; 1000], &[Behaviour::Truncate(300), Behaviour::Status(404)]);
    let good = Server::new(&place.content, &[Behaviour::Serve]);
    assert_eq!(place.fetch(&[&first, &liar, &good]).unwrap().how, How::Downloaded);
    assert_eq!(liar.requests(), [None, Some(300)]);
    assert_eq!(good.requests(), [Some(300), None]);
}

/// A server that sends the rest of a file as if it were the whole is asked for the whole, in the same call
/// and whatever it tells of lengths.
#[test]
fn the_rest_as_if_it_were_the_whole_is_started_over() {
    for (range, length) in [(true, true), (true, false), (false, true), (false, false)] {
        let place = Place::new(10_000);
        let rest = Behaviour::RestAsWhole { range, length };
        let server = Server::new(&place.content, std::slice::from_ref(&rest));
        fs::write(place.part(), &place.content[..3000]).unwrap();
        assert_eq!(place.fetch(&[&server]).unwrap().how, How::Downloaded, "{range} {length}");
        assert_eq!(server.requests(), [Some(3000), None]);
        fs::remove_file(place.path()).unwrap();

        // It is asked for no part again, also where the connection breaks in between.
        let cut = Behaviour::Truncate(4000);
        let server = Server::new(&place.content, &[rest.clone(), cut, rest]);
        fs::write(place.part(), &place.content[..3000]).unwrap();
        place.fetch(&[&server]).unwrap();
        assert_eq!(server.requests(), [Some(3000), None, None]);
    }
}

/// No answer makes that later calls fail: a part that led to an error is thrown away.
#[test]
fn every_call_after_a_wrong_part_begins_anew() {
    for behaviour in [
        Behaviour::RestAsWhole { range: true, length: true },
        Behaviour::RestAsWhole { range: false, length: false },
        Behaviour::OtherTotal(20_000),
        Behaviour::WrongRange,
        Behaviour::WrongBytes,
        Behaviour::Overlong(100),
    ] {
        let place = Place::new(10_000);
        let error = Behaviour::Status(404);
        let server = Server::new(&place.content, &[behaviour.clone(), error, Behaviour::Serve]);
        fs::write(place.part(), &place.content[..3000]).unwrap();
        assert!(place.fetch(&[&server]).is_err(), "{behaviour:?}");
        assert!(!place.part().exists(), "{behaviour:?}");
        assert_eq!(place.fetch(&[&server]).unwrap().how, How::Downloaded, "{behaviour:?}");
        assert_eq!(server.requests(), [Some(3000), None, None]);
    }
}

/// Archives are often said to be encoded as what they are; what is checked are the bytes that come.
#[test]
fn bytes_are_taken_as_they_come_whatever_their_encoding_is_called() {
    let place = Place::new(1000);
    let server = Server::new(&place.content, &[Behaviour::Encoded("gzip")]);
    fs::write(place.part(), &place.content[..400]).unwrap();
    assert_eq!(place.fetch(&[&server]).unwrap().how, How::Resumed { from: 400 });
}
