//! Loading, choosing and naming sets of digits.

use std::fs;
use std::path::Path;

use images::ImageError;
use images::dataset::{Choice, DATA_VARIABLE, Digits, Origin, Source};
use images::digits::TEST_START;
use images::idx::{self, Compression};
use ndarray::Array3;
use sha2::{Digest, Sha256};

/// Writes 60 training and 20 test digits of `seed` to `dir` as IDX files.
fn write_set(dir: &Path, seed: u64) {
    fs::create_dir_all(dir).unwrap();
    for (prefix, start, count) in [("train", 0, 60), ("t10k", TEST_START, 20)] {
        let bytes = Digits::generated(seed, start, count).unwrap().to_bytes();
        let path = |name: &str| dir.join(format!("{prefix}-{name}-ubyte"));
        idx::write_images(path("images-idx3"), bytes.images.view(), Compression::Plain).unwrap();
        idx::write_labels(path("labels-idx1"), &bytes.labels, Compression::Plain).unwrap();
    }
}

fn dir_of(digits: &Digits) -> &Path {
    match &digits.origin {
        Origin::Real { dir } => dir,
        other => panic!("{other}"),
    }
}

#[test]
fn places_are_looked_at_in_order() {
    let root = tempfile::tempdir().unwrap();
    let at = |name: &str| root.path().join(name);
    write_set(&at("flag"), 1);
    write_set(&at("variable/mnist"), 2);
    write_set(&at("data/mnist"), 3);
    let small = |data: Option<&str>, generated| Source {
        data: data.map(at),
        generated,
        train: Some(30),
        test: Some(10),
        ..Source::default()
    };
    let load = |source: Source, variable: Option<&str>, implicit: &str| {
        source.load_from(variable.map(at).as_deref(), &at(implicit)).unwrap()
    };
    let split = load(small(Some("flag"), false), Some("variable"), "data");
    assert_eq!(dir_of(&split.train), at("flag"));
    let split = load(small(None, false), Some("variable"), "data");
    assert_eq!(dir_of(&split.test), at("variable/mnist"));
    let split = load(small(None, false), None, "data");
    assert_eq!(dir_of(&split.train), at("data/mnist"));
    assert_eq!((split.train.len(), split.test.len()), (30, 10));
    for (source, implicit) in [(small(None, false), "nothing"), (small(Some("flag"), true), "data")]
    {
        let split = load(source, None, implicit);
        assert_eq!(split.train.origin, Origin::Generated { seed: 0 });
        assert_eq!(split.train, Digits::generated(0, 0, 30).unwrap());
        assert_eq!(split.test, Digits::generated(0, TEST_START, 10).unwrap());
    }
}

#[test]
fn a_directory_that_was_asked_for_must_hold_the_files() {
    let root = tempfile::tempdir().unwrap();
    let empty = root.path().join("empty");
    let nowhere = root.path().join("nowhere");
    let flag = Source { data: Some(empty.clone()), ..Source::default() };
    let none = Source::default();
    for error in [
        flag.load_from(None, &nowhere).unwrap_err(),
        none.load_from(Some(&empty), &nowhere).unwrap_err(),
    ] {
        let message = error.to_string();
        assert!(matches!(error, ImageError::MissingFile { .. }));
        for name in ["empty/train-images-idx3-ubyte", "empty/mnist/train-images-idx3-ubyte.gz"] {
            assert!(message.contains(name), "{message}");
        }
    }
    // An implicit directory may be absent, but not incomplete or damaged.
    let implicit = root.path().join("data");
    write_set(&implicit, 1);
    fs::write(implicit.join("t10k-labels-idx1-ubyte"), b"not labels").unwrap();
    let error = none.load_from(None, &implicit).unwrap_err();
    assert!(matches!(error, ImageError::WrongMagic { .. }), "{error}");
    fs::remove_file(implicit.join("t10k-labels-idx1-ubyte")).unwrap();
    let error = none.load_from(None, &implicit).unwrap_err();
    assert!(matches!(error, ImageError::MissingFile { .. }), "{error}");
}

#[test]
fn sizes_and_counts_are_checked() {
    let root = tempfile::tempdir().unwrap();
    write_set(root.path(), 1);
    let source =
        |train| Source { data: Some(root.path().into()), train: Some(train), ..Source::default() };
    let load = |train| source(train).load_from(None, Path::new("unused"));
    assert_eq!(load(60).unwrap().test.len(), 20);
    let error = load(61).unwrap_err();
    assert!(matches!(error, ImageError::NotEnough { requested: 61, available: 60, .. }), "{error}");
    assert!(matches!(load(0), Err(ImageError::InvalidDigits { .. })));
    let path = root.path().join("t10k-images-idx3-ubyte");
    idx::write_images(path, Array3::zeros((20, 28, 27)).view(), Compression::Plain).unwrap();
    assert!(matches!(load(60), Err(ImageError::SizeMismatch { test_size: (28, 27), .. })));
}

#[test]
fn digits_are_validated() {
    let origin = || Origin::Generated { seed: 0 };
    let pixels = |value| Array3::from_elem((2, 3, 3), value);
    assert!(Digits::new(pixels(1.0), vec![0, 9], origin()).is_ok());
    for (images, labels) in [
        (pixels(f32::NAN), vec![0, 9]),
        (pixels(1.01), vec![0, 9]),
        (pixels(-0.01), vec![0, 9]),
        (pixels(0.5), vec![0, 10]),
        (pixels(0.5), vec![0]),
        (Array3::zeros((0, 3, 3)), vec![]),
        (Array3::zeros((2, 0, 3)), vec![0, 1]),
    ] {
        let error = Digits::new(images, labels, origin()).unwrap_err();
        assert!(matches!(error, ImageError::InvalidDigits { .. }), "{error}");
    }
}

#[test]
fn subsets_are_seeded_keep_shares_and_nest() {
    // Classes 0 and 1 in proportion 3 : 1.
    let all = Digits::generated(5, 0, 2000).unwrap();
    let keep: Vec<usize> = (0..all.len())
        .filter(|&i| all.labels[i] == 0 || (all.labels[i] == 1 && i % 3 == 0))
        .collect();
    let digits = all.select(&keep).unwrap();
    let counts = digits.class_counts();
    for choice in [Choice::First, Choice::Random, Choice::Stratified] {
        let some = digits.choose(80, choice, 1).unwrap();
        assert_eq!(some.len(), 80);
        assert_eq!(some, digits.choose(80, choice, 1).unwrap());
        if choice != Choice::First {
            assert_ne!(some, digits.choose(80, choice, 2).unwrap());
        }
        assert_eq!(digits.choose(digits.len(), choice, 1).unwrap(), digits);
        assert!(digits.choose(digits.len() + 1, choice, 1).is_err());
    }
    let some = digits.choose(80, Choice::Stratified, 1).unwrap().class_counts();
    for (share, count) in some.iter().zip(counts) {
        let exact = 80.0 * count as f64 / digits.len() as f64;
        assert!((*share as f64 - exact).abs() < 1.0);
    }
    let small = digits.choose(20, Choice::Random, 1).unwrap();
    let large = digits.choose(50, Choice::Random, 1).unwrap();
    let images: Vec<_> = large.images.outer_iter().collect();
    assert!(small.images.outer_iter().all(|image| images.contains(&image)));
    assert!(digits.select(&[digits.len()]).is_err());
}

#[test]
fn fingerprints_tell_data_apart_and_ignore_where_they_come_from() {
    let digits = Digits::generated(5, 0, 1100).unwrap();
    let sum = digits.fingerprint();
    assert_eq!(sum.len(), 64);
    let mut same = digits.clone();
    same.origin = Origin::Real { dir: "elsewhere".into() };
    assert_eq!(same.fingerprint(), sum);
    for change in 0..3 {
        let mut other = digits.clone();
        match change {
            0 => other.images[[1099, 27, 27]] = 1.0,
            1 => other.labels[0] = (other.labels[0] + 1) % 10,
            _ => other = digits.choose(1099, Choice::First, 0).unwrap(),
        }
        assert_ne!(other.fingerprint(), sum);
    }
}

#[test]
fn bytes_hold_generated_digits_exactly() {
    let digits = Digits::generated(5, 0, 50).unwrap();
    let back = Digits::from_bytes(&digits.to_bytes(), digits.origin.clone()).unwrap();
    assert_eq!(back, digits);
}

/// MNIST itself, where the environment variable says where it lies.
#[test]
#[allow(clippy::print_stderr)] // A skipped test says so.
fn real_mnist_is_what_it_should_be() {
    let Some(dir) = std::env::var_os(DATA_VARIABLE) else {
        eprintln!("skipped: {DATA_VARIABLE} is not set");
        return;
    };
    let split = Source { data: Some(dir.into()), ..Source::default() }.load().unwrap();
    assert_eq!(split.train.images.dim(), (60_000, 28, 28));
    assert_eq!(split.test.images.dim(), (10_000, 28, 28));
    let counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];
    assert_eq!(split.train.class_counts(), counts);
    assert_eq!(split.test.class_counts(), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    // SHA-256 of the decompressed files without their headers.
    let sum = |bytes: &[u8]| -> String {
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    for (digits, pixels, labels) in
        [(&split.train, TRAIN_PIXELS, TRAIN_LABELS), (&split.test, TEST_PIXELS, TEST_LABELS)]
    {
        assert_eq!(sum(digits.to_bytes().images.as_slice().unwrap()), pixels);
        assert_eq!(sum(&digits.labels), labels);
    }
}

const TRAIN_PIXELS: &str = "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757";
const TRAIN_LABELS: &str = "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13";
const TEST_PIXELS: &str = "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161";
const TEST_LABELS: &str = "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5";
