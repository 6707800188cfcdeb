//! One function a reader.

use std::fs;
use std::path::{Path, PathBuf};

use candle_core::Device;
use images::idx::{self, Limits};
use molecules::{depict, descriptors::Descriptors, is_isomorphic, smiles as text};

/// A reader: takes bytes, panics where it must not.
pub type Target = fn(&[u8]);

/// All readers by name; seeds lie in `corpus/NAME`.
pub const ALL: [(&str, Target); 9] = [
    ("smiles", smiles),
    ("molecules_csv", molecules_csv),
    ("idx", idx),
    ("checkpoint", checkpoint),
    ("npy", npy),
    ("npz", npz),
    ("safetensors", safetensors),
    ("csv", csv),
    ("parquet", parquet),
];

/// Blocks of codes that are read: headers of compressed data may claim more rows than one should wait for.
const BLOCKS: usize = 8;

/// Molecules up to this size are written, drawn and described.
const ATOMS: usize = 60;

/// SMILES: what is read is written, read again and must be the same molecule, with the same canonical
/// SMILES.
pub fn smiles(bytes: &[u8]) {
    let Ok(molecule) = text::parse(&String::from_utf8_lossy(bytes)) else { return };
    let canonical = text::canonical(&molecule);
    let again = text::parse(&canonical).expect("the canonical SMILES is read");
    if molecule.atom_count() <= ATOMS {
        assert!(is_isomorphic(&molecule, &again), "{canonical}");
        assert_eq!(text::canonical(&again), canonical);
        let _ = Descriptors::of(&molecule);
        assert!(!depict::svg(&molecule).contains("NaN"));
    }
}

/// Tables and lists of molecules, plain and compressed.
pub fn molecules_csv(bytes: &[u8]) {
    with_file("molecules.csv", bytes, |path| {
        if let Ok(set) = molecules::qm9::read(path) {
            assert!(!set.entries.is_empty());
        }
    });
}

/// IDX files of images and labels, plain and compressed.
pub fn idx(bytes: &[u8]) {
    let limits = Limits { max_bytes: 1 << 20 };
    let _ = idx::images_from_reader(bytes, Path::new("images"), limits);
    let _ = idx::labels_from_reader(bytes, Path::new("labels"), limits);
}

/// Weights and states of training.
pub fn checkpoint(bytes: &[u8]) {
    with_file("checkpoint.safetensors", bytes, |path| {
        let _ = equivariant_nn::checkpoint::load(path, &Device::Cpu);
    });
}

/// NumPy arrays.
pub fn npy(bytes: &[u8]) {
    codes("codes.npy", bytes);
}

/// NumPy archives.
pub fn npz(bytes: &[u8]) {
    codes("codes.npz", bytes);
}

/// Files of tensors.
pub fn safetensors(bytes: &[u8]) {
    codes("codes.safetensors", bytes);
}

/// Tables, plain and compressed.
pub fn csv(bytes: &[u8]) {
    codes("codes.csv", bytes);
    codes("codes.csv.gz", bytes);
}

/// Parquet.
pub fn parquet(bytes: &[u8]) {
    codes("codes.parquet", bytes);
}

/// Codes, and labels beside them.
fn codes(name: &str, bytes: &[u8]) {
    with_file(name, bytes, |path| {
        let _ = latents::read_column(path, Some("label"));
        let Ok(mut reader) = latents::open(path, None) else { return };
        for _ in 0..BLOCKS {
            if !matches!(reader.next_block(1 << 10), Ok(Some(_))) {
                break;
            }
        }
    });
}

fn with_file(name: &str, bytes: &[u8], read: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path: PathBuf = folder.path().join(name);
    fs::write(&path, bytes).expect("a file is written");
    read(&path);
}
