//! Whatever happens on the way, the file is right in the end.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::time::Duration;

use download::{DownloadError, Downloader};
use proptest::prelude::*;

use crate::server::{Behaviour, Server};
use crate::setting::{Place, settings};

const LENGTH: usize = 50_000;

/// Something that breaks off and lets the next attempt go on.
fn interruption() -> impl Strategy<Value = Behaviour> {
    prop_oneof![
        4 => (1..LENGTH / 3).prop_map(Behaviour::Truncate),
        4 => (1..LENGTH / 3).prop_map(Behaviour::TruncateChunked),
        1 => Just(Behaviour::Status(503)),
        1 => Just(Behaviour::HangUp),
        1 => Just(Behaviour::Status(416)),
    ]
}

/// An honest end: with ranges or without, with a length or without.
fn end() -> impl Strategy<Value = Behaviour> {
    prop_oneof![Just(Behaviour::Serve), Just(Behaviour::ServeChunked), Just(Behaviour::IgnoreRange)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn truncations_at_any_places_end_with_the_file(
        cuts in prop::collection::vec(1..LENGTH / 2, 0..12),
        end in end(),
    ) {
        let place = Place::new(LENGTH);
        let mut behaviours: Vec<_> = cuts.into_iter().map(Behaviour::Truncate).collect();
        behaviours.push(end);
        let server = Server::new(&place.content, &behaviours);
        place.fetch(&[&server]).unwrap();
    }

    #[test]
    fn calls_that_fail_and_go_on_end_with_the_file(
        interruptions in prop::collection::vec(interruption(), 0..12),
        end in end(),
    ) {
        let place = Place::new(LENGTH);
        let count = interruptions.len();
        let behaviours: Vec<_> = interruptions.into_iter().chain([end]).collect();
        let server = Server::new(&place.content, &behaviours);
        let done = (0..=count).any(|_| place.fetch(&[&server]).is_ok());
        prop_assert!(done);
    }

    #[test]
    fn stops_at_any_time_end_with_the_file(
        stops in prop::collection::vec(0..20, 0..8),
        bytes in 500..5000usize,
    ) {
        let place = Place::new(LENGTH);
        let pause = Duration::from_micros(100);
        let server = Server::new(&place.content, &[Behaviour::Drip { bytes, pause }]);
        let downloader = Downloader::new(settings()).unwrap();
        for stop in stops {
            let left = Cell::new(stop);
            let source = place.source(&[&server]);
            let result = downloader.fetch(&source, place.dir.path(), &mut |_| {
                left.set(left.get() - 1);
                if left.get() < 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            place.check(&result);
            match result {
                Ok(_) | Err(DownloadError::Cancelled { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
        place.fetch(&[&server]).unwrap();
    }
}
