//! The IDX reader: round trips, and a typed error for every way in which a file can be wrong.

use std::cell::Cell;
use std::io::{self, Read, Write};
use std::path::Path;
use std::rc::Rc;

use flate2::write::GzEncoder;
use images::ImageError;
use images::idx::{self, Compression, Limits, Mnist, Part};
use ndarray::Array3;
use proptest::prelude::*;

const NAME: &str = "some/images";

fn header(magic: u32, sizes: &[u32]) -> Vec<u8> {
    let mut bytes = magic.to_be_bytes().to_vec();
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn images(bytes: &[u8]) -> Result<Array3<u8>, ImageError> {
    idx::images_from_reader(bytes, Path::new(NAME), Limits::default())
}

fn labels(bytes: &[u8]) -> Result<Vec<u8>, ImageError> {
    idx::labels_from_reader(bytes, Path::new(NAME), Limits::default())
}

/// Two images of 2 x 3 pixels.
fn whole() -> Vec<u8> {
    let mut bytes = header(0x803, &[2, 2, 3]);
    bytes.extend(1..=12);
    bytes
}

proptest! {
    #[test]
    fn images_and_labels_survive_a_file(
        dim in (1_usize..5, 1_usize..9, 1_usize..9),
        seed in any::<u8>(),
        compressed in any::<bool>(),
    ) {
        let images = Array3::from_shape_fn(dim, |(i, y, x)| {
            seed.wrapping_mul(17).wrapping_add((i * 89 + y * 31 + x * 7) as u8)
        });
        let labels: Vec<u8> = (0..dim.0).map(|i| ((i + seed as usize) % 10) as u8).collect();
        let compression = if compressed { Compression::Gzip } else { Compression::Plain };
        let dir = tempfile::tempdir().unwrap();
        // The name says nothing about the compression.
        let (image_path, label_path) = (dir.path().join("i"), dir.path().join("l.gz"));
        idx::write_images(&image_path, images.view(), compression).unwrap();
        idx::write_labels(&label_path, &labels, compression).unwrap();
        let pair = idx::read_pair(&image_path, &label_path).unwrap();
        prop_assert_eq!(pair.images, images);
        prop_assert_eq!(pair.labels, labels);
        prop_assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn arbitrary_bytes_are_an_array_or_an_error(
        magic in prop::sample::select(vec![0x803_u32, 0x801, 0x1f8b_0800, 0xd03, 0]),
        sizes in prop::collection::vec(0_u32..6, 0..4),
        rest in prop::collection::vec(any::<u8>(), 0..300),
        cut in 0_usize..300,
    ) {
        let mut bytes = header(magic, &sizes);
        bytes.extend(rest);
        for bytes in [bytes.clone(), gzip(&bytes)] {
            let part = &bytes[..cut.min(bytes.len())];
            for bytes in [&bytes[..], part] {
                if let Ok(array) = images(bytes) {
                    prop_assert!(!array.is_empty());
                }
                if let Ok(labels) = labels(bytes) {
                    prop_assert!(labels.iter().all(|&label| label <= 9));
                }
            }
        }
    }

    #[test]
    fn a_flipped_bit_in_gzip_never_passes_for_other_data(
        at in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let mut packed = gzip(&whole());
        let at = at.index(packed.len());
        packed[at] ^= 1_u8 << bit;
        // Some header fields (time, system) carry no data; then the data are as they were.
        if let Ok(array) = images(&packed) {
            prop_assert_eq!(array, images(&whole()).unwrap());
        }
    }

    #[test]
    fn every_cut_is_noticed(at in 0_usize..28) {
        let truncated = matches!(images(&whole()[..at]), Err(ImageError::Truncated { .. }));
        prop_assert!(truncated);
        let packed = gzip(&whole());
        let error = images(&packed[..at.min(packed.len() - 1)]).unwrap_err();
        let cut = matches!(error, ImageError::Truncated { .. } | ImageError::DamagedGzip { .. });
        prop_assert!(cut, "{}", error);
    }
}

#[test]
fn truncated_and_oversized_files_say_how_much_was_expected() {
    let mut bytes = whole();
    let error = images(&bytes[..27]).unwrap_err();
    assert_eq!(error.to_string(), "reading some/images: truncated: expected 28 bytes, found 27");
    bytes.push(0);
    for bytes in [bytes.clone(), gzip(&bytes)] {
        let error = images(&bytes).unwrap_err();
        assert_eq!(
            error.to_string(),
            "reading some/images: oversized: expected the end after 28 bytes, found more"
        );
    }
}

#[test]
fn magic_and_dimensions_are_checked() {
    let error = images(&header(0xd03, &[1, 1, 1])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "reading some/images: expected the IDX magic 0x00000803, found 0x00000d03"
    );
    let error = images(&header(0x801, &[1])).unwrap_err();
    assert!(matches!(error, ImageError::WrongDimensionCount { expected: 3, found: 1, .. }));
    let error = labels(&whole()).unwrap_err();
    assert!(matches!(error, ImageError::WrongDimensionCount { expected: 1, found: 3, .. }));
    let error = images(&header(0x803, &[4, 0, 2])).unwrap_err();
    assert!(error.to_string().ends_with("the header says 4 x 0 x 2"), "{error}");
}

#[test]
fn an_absurd_header_is_an_error_before_anything_is_reserved() {
    let error = images(&header(0x803, &[u32::MAX; 3])).unwrap_err();
    assert!(matches!(error, ImageError::HeaderTooLarge { limit: 0x2000_0000, .. }), "{error}");
    // Announced just below the limit: the memory is that of the 16 bytes that are there.
    let error = images(&header(0x803, &[500, 1024, 1024])).unwrap_err();
    assert!(matches!(error, ImageError::Truncated { found: 16, .. }), "{error}");
    // The limit is exact.
    let limit = |max_bytes| Limits { max_bytes };
    let read = |limits| idx::images_from_reader(&whole()[..], Path::new(NAME), limits);
    assert!(read(limit(28)).is_ok());
    assert!(matches!(read(limit(27)), Err(ImageError::HeaderTooLarge { .. })));
}

/// Counts the bytes that are read.
struct Counting<R>(R, Rc<Cell<usize>>);

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(into)?;
        self.1.set(self.1.get() + read);
        Ok(read)
    }
}

#[test]
fn a_gzip_bomb_is_left_after_one_byte_too_many() {
    let mut bytes = header(0x803, &[1, 1, 1]);
    bytes.resize(128 << 20, 0);
    let bomb = gzip(&bytes);
    let count = Rc::new(Cell::new(0));
    let reader = Counting(&bomb[..], count.clone());
    let error = idx::images_from_reader(reader, Path::new(NAME), Limits::default()).unwrap_err();
    assert!(matches!(error, ImageError::Oversized { expected: 17, .. }), "{error}");
    // One buffer of compressed bytes, of more than half a million.
    assert!(bomb.len() > 500_000 && count.get() <= 1 << 16, "{} of {}", count.get(), bomb.len());
}

#[test]
fn damaged_gzip_is_told_from_a_short_file() {
    let packed = gzip(&whole());
    let mut wrong_sum = packed.clone();
    let at = wrong_sum.len() - 6;
    wrong_sum[at] ^= 1;
    let mut trailing = packed.clone();
    trailing.extend([1, 2, 3]);
    for bytes in [&wrong_sum[..], &trailing, &packed[..packed.len() - 3], &packed[..12]] {
        let error = images(bytes).unwrap_err();
        assert!(matches!(error, ImageError::DamagedGzip { .. }), "{error}");
    }
    // A stream in two members is one stream.
    let whole = whole();
    let joined = [gzip(&whole[..20]), gzip(&whole[20..])].concat();
    assert_eq!(images(&joined).unwrap(), images(&whole).unwrap());
}

#[test]
fn labels_are_digits_and_as_many_as_images() {
    let mut bytes = header(0x801, &[3]);
    bytes.extend([9, 10, 0]);
    let error = labels(&bytes).unwrap_err();
    assert!(matches!(error, ImageError::LabelOutOfRange { index: 1, label: 10, .. }), "{error}");

    let dir = tempfile::tempdir().unwrap();
    let (image_path, label_path) = (dir.path().join("i"), dir.path().join("l"));
    idx::write_images(&image_path, Array3::ones((3, 2, 2)).view(), Compression::Plain).unwrap();
    idx::write_labels(&label_path, &[1, 2], Compression::Plain).unwrap();
    let error = idx::read_pair(&image_path, &label_path).unwrap_err();
    assert!(error.to_string().ends_with("found 3 images and 2 labels"), "{error}");
    assert!(idx::write_labels(&label_path, &[10], Compression::Plain).is_err());
    assert!(idx::write_labels(&label_path, &[], Compression::Plain).is_err());
    // A refused or failed write leaves the old file alone.
    assert_eq!(idx::read_labels(&label_path).unwrap(), [1, 2]);
    let nowhere = dir.path().join("no/such/dir");
    assert!(matches!(
        idx::write_labels(nowhere, &[1], Compression::Plain),
        Err(ImageError::Io { operation: "writing", .. })
    ));
}

#[test]
fn missing_files_are_listed() {
    let dir = tempfile::tempdir().unwrap();
    let error = idx::read_images(dir.path().join("nothing")).unwrap_err();
    assert!(matches!(error, ImageError::MissingFile { .. }), "{error}");
    let ImageError::MissingFile { looked_for } = Mnist::open(dir.path()).unwrap_err() else {
        panic!("not a missing file");
    };
    let names: Vec<_> =
        looked_for.iter().map(|p| p.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "train-images-idx3-ubyte",
            "train-images.idx3-ubyte",
            "train-images-idx3-ubyte.gz",
            "train-images.idx3-ubyte.gz"
        ]
    );
}

#[test]
fn a_directory_may_mix_the_usual_names() {
    let dir = tempfile::tempdir().unwrap();
    let image = |ink| Array3::from_elem((2, 3, 3), ink);
    let at = |name: &str| dir.path().join(name);
    let (plain, packed) = (Compression::Plain, Compression::Gzip);
    idx::write_images(at("train-images.idx3-ubyte"), image(1).view(), plain).unwrap();
    idx::write_labels(at("train-labels-idx1-ubyte.gz"), &[1, 2], packed).unwrap();
    idx::write_images(at("t10k-images.idx3-ubyte.gz"), image(2).view(), packed).unwrap();
    idx::write_labels(at("t10k-labels-idx1-ubyte"), &[3, 4], packed).unwrap();
    let mnist = Mnist::open(dir.path()).unwrap();
    let (train, test) = (mnist.read(Part::Train).unwrap(), mnist.read(Part::Test).unwrap());
    assert_eq!((train.images, train.labels), (image(1), vec![1, 2]));
    assert_eq!((test.images, test.labels), (image(2), vec![3, 4]));
}
