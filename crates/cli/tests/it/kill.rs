//! Jobs that are killed at random moments.
//!
//! The experiments include this file too.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::PROGRAM;
use crate::program::{run, said};

/// A command, how to go on with it, and the files that must be equal whether or not it was killed.
///
/// The jobs of both programs are killed 52 times together, downloads (in the crate `download`) 20 times more.
pub(crate) struct Job {
    pub(crate) line: &'static [&'static str],
    pub(crate) resume: &'static [&'static str],
    pub(crate) results: &'static [&'static str],
    pub(crate) kills: usize,
}

/// Numbers from 0 to 1 that look random and are the same each time.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Kills a job at random moments and goes on with it, as often as it says. What is there at any
/// time is whole, and the end is that of a run that nobody disturbs.
pub(crate) fn kill(job: &Job, seed: u64, prepare: impl Fn(&Path)) {
    let (quiet, killed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let start = Instant::now();
    prepare(quiet.path());
    let output = run(quiet.path(), job.line);
    assert!(output.status.success(), "{}", said(&output));
    let whole = start.elapsed();
    let expected: Vec<_> =
        job.results.iter().map(|name| fs::read(quiet.path().join(name)).unwrap()).collect();
    let check = |folder: &Path| {
        for (name, expected) in job.results.iter().zip(&expected) {
            let found = fs::read(folder.join(name)).unwrap();
            assert!(found == *expected, "{name} of {:?} differs after kills", job.line);
        }
    };

    let folder = killed.path();
    prepare(folder);
    let line = [job.line, job.resume].concat();
    let (mut draws, mut kills) = (Draws(seed), 0);
    while kills < job.kills {
        let mut child = Command::new(PROGRAM)
            .args(&line)
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(whole.mul_f64(draws.next()));
        let ended = child.try_wait().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        check_whole(folder);
        match ended {
            None => kills += 1,
            // It was done before: from the start again.
            Some(status) => {
                assert!(status.success(), "{:?}", job.line);
                check(folder);
                fs::remove_dir_all(folder).unwrap();
                prepare(folder);
            }
        }
    }
    let output = run(folder, &line);
    assert!(output.status.success(), "{}", said(&output));
    check(folder);
    let left: Vec<_> = files(folder).into_iter().filter(|path| is_hidden(path)).collect();
    assert!(left.iter().all(|path| path.ends_with(".lock")), "left behind: {left:?}");
}

/// All files in a folder and below.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// Every file that has its name can be read from beginning to end.
pub(crate) fn check_whole(folder: &Path) {
    for path in files(folder).iter().filter(|path| !is_hidden(path)) {
        let text = || fs::read_to_string(path).unwrap();
        let whole = match path.extension().and_then(OsStr::to_str) {
            Some("json") => serde_json::from_str::<serde_json::Value>(&text()).is_ok(),
            Some("svg") => text().trim_end().ends_with("</svg>"),
            Some("html") => text().trim_end().ends_with("</html>"),
            // Empty where no suite ended.
            Some("md") => text().is_empty() || text().ends_with('\n'),
            Some(kind) if kind == crate::CODES.0 => crate::CODES.1(path),
            _ => panic!("{} is of a kind that this test cannot check", path.display()),
        };
        assert!(whole, "{} is not whole", path.display());
    }
}
