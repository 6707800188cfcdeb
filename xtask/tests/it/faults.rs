//! What is left of a run that is killed, whose files are damaged, or that cannot write.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use analysis::latents;
use candle_core::Device;

use crate::program::{PROGRAM, npy, run, said};

/// A command, how to go on with it, and the files that must be equal whether or not it was killed.
///
/// The jobs below are killed 52 times together, downloads (in the crate `download`) 20 times more.
struct Job {
    line: &'static [&'static str],
    resume: &'static [&'static str],
    results: &'static [&'static str],
    kills: usize,
}

const MOLECULES: Job = Job {
    line: &["reproduce", "molecules", "--generated", "--profile", "smoke"],
    resume: &["--resume"],
    results: &["out/results.json", "out/molecules/seed-0/latent-4/weights.safetensors"],
    kills: 20,
};

const IMAGES: Job = Job {
    line: &["reproduce", "images", "--generated", "--profile", "smoke"],
    resume: &["--resume"],
    results: &["out/results.json", "out/images/seed-0/weights.safetensors"],
    kills: 4,
};

const PROJECT: Job = Job {
    line: &[
        "project",
        "z.npy",
        "--group",
        "s9",
        "--rep",
        "9 x 8",
        "--with",
        "max-filter:12",
        "--out",
        "s.npy",
    ],
    resume: &[],
    results: &["s.npy", "s.npy.json"],
    kills: 20,
};

const AUDIT: Job = Job {
    line: &["audit", "z.npy", "--group", "s9", "--rep", "9 x 8", "--out", "audit"],
    resume: &[],
    // The page says how long each projection took.
    results: &[],
    kills: 8,
};

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
fn kill(job: &Job, seed: u64, prepare: impl Fn(&Path)) {
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
fn files(folder: &Path) -> Vec<PathBuf> {
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
fn check_whole(folder: &Path) {
    for path in files(folder).iter().filter(|path| !is_hidden(path)) {
        let text = || fs::read_to_string(path).unwrap();
        let whole = match path.extension().and_then(OsStr::to_str) {
            Some("json") => serde_json::from_str::<serde_json::Value>(&text()).is_ok(),
            Some("svg") => text().trim_end().ends_with("</svg>"),
            Some("html") => text().trim_end().ends_with("</html>"),
            // Empty where no suite ended.
            Some("md") => text().is_empty() || text().ends_with('\n'),
            Some("npy") => latents::read_all(path, None).is_ok(),
            Some("safetensors") => equivariant_nn::checkpoint::load(path, &Device::Cpu).is_ok(),
            _ => panic!("{} is of a kind that this test cannot check", path.display()),
        };
        assert!(whole, "{} is not whole", path.display());
    }
}

#[test]
fn a_killed_training_of_graphs_ends_the_same() {
    kill(&MOLECULES, 1, |folder| fs::create_dir_all(folder).unwrap());
}

#[test]
fn a_killed_training_on_images_ends_the_same() {
    kill(&IMAGES, 2, |folder| fs::create_dir_all(folder).unwrap());
}

#[test]
fn a_killed_projection_ends_the_same() {
    let codes = npy(45_000, 72);
    kill(&PROJECT, 3, |folder| {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("z.npy"), &codes).unwrap();
    });
}

#[test]
fn a_killed_audit_ends_the_same() {
    let codes = npy(300, 72);
    kill(&AUDIT, 4, |folder| {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("z.npy"), &codes).unwrap();
    });
}

/// The newest checkpoint is cut: the one before is taken, with a word about it, and the end is the same.
#[test]
fn a_damaged_checkpoint_falls_back_to_the_one_before() {
    let dir = tempfile::tempdir().unwrap();
    let line = [MOLECULES.line, MOLECULES.resume].concat();
    let output = run(dir.path(), &line);
    assert!(output.status.success(), "{}", said(&output));
    let results = |folder: &Path| {
        MOLECULES
            .results
            .iter()
            .map(|name| fs::read(folder.join(name)).unwrap())
            .collect::<Vec<_>>()
    };
    let expected = results(dir.path());
    let checkpoints = dir.path().join("out/molecules/seed-0/latent-4/checkpoints");
    let mut weights: Vec<_> = files(&checkpoints)
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(".weights.safetensors"))
        .collect();
    weights.sort_unstable();
    let newest = weights.last().unwrap();
    let mut bytes = fs::read(newest).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    fs::write(newest, bytes).unwrap();
    let output = run(dir.path(), &[&line[..], &["--force"]].concat());
    let text = said(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("checksum") && text.contains("trying the checkpoint before"), "{text}");
    assert!(results(dir.path()) == expected);
}

/// Other settings than those of the checkpoints: refused, with the difference, and nothing changes.
#[test]
fn a_changed_configuration_is_not_resumed() {
    let dir = tempfile::tempdir().unwrap();
    let line = [IMAGES.line, IMAGES.resume].concat();
    let output = run(dir.path(), &line);
    assert!(output.status.success(), "{}", said(&output));
    let before = fs::read(dir.path().join("out/images/seed-0/weights.safetensors")).unwrap();
    let output = run(dir.path(), &[&line[..], &["--group", "c4"]].concat());
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("C8") && text.contains("C4"), "{text}");
    let after = fs::read(dir.path().join("out/images/seed-0/weights.safetensors")).unwrap();
    assert!(before == after);
}

/// One run at a time in a folder; the second says so and touches nothing.
#[test]
fn a_second_run_in_the_folder_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = Command::new(PROGRAM)
        .args(IMAGES.line)
        .current_dir(dir.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (lock, start) = (dir.path().join("out/.lock"), Instant::now());
    while !lock.exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "the first run does not start");
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(Duration::from_millis(50));
    let output = run(dir.path(), IMAGES.line);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("another run writes to"), "{}", said(&output));
    first.kill().unwrap();
    first.wait().unwrap();
}

/// A folder that cannot be written, and a disk that is full.
#[cfg(unix)]
#[test]
fn a_run_that_cannot_write_says_where() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "text").unwrap();
    let output = run(dir.path(), &[MOLECULES.line, &["--out", "file/out"]].concat());
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("cannot") && text.contains("file/out"), "{text}");

    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 20; exec \"$0\" \"$@\"", PROGRAM])
        .args(MOLECULES.line)
        .current_dir(dir.path())
        .output()
        .unwrap();
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("out/molecules") && text.contains("large"), "{text}");
    check_whole(&dir.path().join("out"));
}
