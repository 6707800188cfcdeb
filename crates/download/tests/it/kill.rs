//! A process that is killed while it downloads leaves nothing wrong behind.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use download::{Digest, How, Source};

use crate::server::{Behaviour, Server};
use crate::setting::{Place, fetch, names, settings};

/// Where the child process fetches from; its certificates and folder are in `…_ROOTS`, `…_DIR`.
const URL: &str = "DOWNLOAD_TEST_URL";
const ROOTS: &str = "DOWNLOAD_TEST_ROOTS";
const DIR: &str = "DOWNLOAD_TEST_DIR";
const SHA256: &str = "DOWNLOAD_TEST_SHA256";

const LENGTH: usize = 100_000;
const KILLS: usize = 25;

/// The child process: this very program, with this test alone.
#[test]
#[ignore = "the other test starts it"]
fn child() {
    if std::env::var_os(URL).is_none() {
        return;
    }
    let variable = |name| std::env::var(name).unwrap();
    let digest = variable(SHA256).parse().unwrap();
    let source = Source::new("file.bin", [variable(URL)], digest, LENGTH as u64).unwrap();
    let mut settings = settings();
    settings.extra_roots = Some(variable(ROOTS));
    fetch(settings, &source, Path::new(&variable(DIR))).unwrap();
}

fn start(place: &Place, server: &Server) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "kill::child"])
        .env(URL, server.url())
        .env(ROOTS, settings().extra_roots.unwrap())
        .env(DIR, place.dir.path())
        .env(SHA256, Digest::of(&place.content).to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_killed_process_leaves_nothing_a_part_or_the_file() {
    let place = Place::new(LENGTH);
    let pause = Duration::from_millis(1);
    let server = Server::new(&place.content, &[Behaviour::Drip { bytes: 2000, pause }]);
    let begin = Instant::now();
    assert!(start(&place, &server).wait().unwrap().success());
    let whole = begin.elapsed();
    fs::remove_file(place.path()).unwrap();

    let (mut kills, mut parts, mut resumed, mut state) = (0, 0, 0, 1u64);
    while kills < KILLS || resumed == 0 {
        let mut child = start(&place, &server);
        // Times of no pattern, up to a little more than the child needs.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let share = (state >> 40) as f64 / (1u64 << 24) as f64;
        std::thread::sleep(whole.mul_f64(1.1 * share));
        let over = child.try_wait().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        match over {
            Some(status) => assert!(status.success()),
            None => kills += 1,
        }
        assert!(kills < 20 * KILLS, "no part was left in {kills} kills");
        match names(place.dir.path()).as_slice() {
            [] => assert!(over.is_none()),
            [name] if name == "file.bin" => {
                assert!(fs::read(place.path()).unwrap() == place.content);
                fs::remove_file(place.path()).unwrap();
            }
            [name] if name == "file.bin.part" => {
                assert!(place.content.starts_with(&fs::read(place.part()).unwrap()));
                parts += 1;
                // Now and then somebody else goes on with it.
                if parts % 4 == 0 {
                    let fetched = place.fetch(&[&server]).unwrap();
                    resumed += usize::from(matches!(fetched.how, How::Resumed { .. }));
                    fs::remove_file(place.path()).unwrap();
                }
            }
            names => panic!("{names:?}"),
        }
    }
    place.fetch(&[&server]).unwrap();
}
