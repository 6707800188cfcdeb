//! Reference data and generators that tests share.

use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

fn read(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn floats(name: &str) -> Vec<f32> {
    read(name).chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

/// 400 codes of dimension 16.
pub(crate) fn codes() -> Array2<f32> {
    Array2::from_shape_vec((400, 16), floats("codes_400x16.f32")).unwrap()
}

/// Their first two principal components.
pub(crate) fn picture() -> Array2<f32> {
    Array2::from_shape_vec((400, 2), floats("pca_400x2.f32")).unwrap()
}

/// Their classes.
pub(crate) fn labels() -> Vec<usize> {
    read("labels_400.u8").into_iter().map(usize::from).collect()
}

/// Their targets.
pub(crate) fn targets() -> Vec<f64> {
    floats("targets_400.f32").into_iter().map(f64::from).collect()
}

/// scikit-learn's values.
pub(crate) fn reference(key: &str) -> serde_json::Value {
    let all: serde_json::Value = serde_json::from_slice(&read("sklearn.json")).unwrap();
    all[key].clone()
}

/// One of scikit-learn's values.
pub(crate) fn number(key: &str) -> f64 {
    reference(key).as_f64().unwrap_or_else(|| panic!("no number {key}"))
}

/// Independent standard normal entries.
pub(crate) fn gaussian(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn((rows, columns), || StandardNormal.sample(&mut rng))
}

/// Runs `f` in pools of 1 and 3 threads and returns both results.
pub(crate) fn with_threads<R: Send>(f: impl Fn() -> R + Send + Sync) -> [R; 2] {
    [1, 3].map(|n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(&f))
}
