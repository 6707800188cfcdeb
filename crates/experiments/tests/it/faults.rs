//! What is left of a run that is killed, whose files are damaged, or that cannot write.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::PROGRAM;
use crate::kill::{Job, check_whole, files, kill};
use crate::program::{run, said};

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

#[test]
fn a_killed_training_of_graphs_ends_the_same() {
    kill(&MOLECULES, 1, |folder| fs::create_dir_all(folder).unwrap());
}

#[test]
fn a_killed_training_on_images_ends_the_same() {
    kill(&IMAGES, 2, |folder| fs::create_dir_all(folder).unwrap());
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
