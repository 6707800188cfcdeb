//! From file to file through a function of blocks.

use std::convert::Infallible;
use std::path::Path;

use latents::{Codes, Dtype, LatentsError, Spec, map, read_all};
use ndarray::{Array2, Axis, concatenate};

/// More rows than one block has.
const ROWS: usize = 10_000;

fn write(path: &Path, rows: usize) -> Array2<f32> {
    let codes = Array2::from_shape_fn((rows, 3), |(i, j)| (3 * i + j) as f32);
    latents::write_all(path, &Spec::new(vec![rows, 3], Dtype::F32), &codes.clone().into()).unwrap();
    codes
}

/// Codes beside their doubles.
fn wider(codes: Codes) -> Result<Array2<f32>, ndarray::ShapeError> {
    let codes = codes.into_f32();
    concatenate(Axis(1), &[codes.view(), (&codes * 2.0).view()])
}

#[test]
fn blocks_of_a_file_become_a_file_of_any_format() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["a.npy", "a.csv.gz", "a.safetensors"] {
        let input = dir.path().join(name);
        let expected = wider(write(&input, ROWS).into()).unwrap();
        for name in ["b.npz", "b.npy", "b.csv"] {
            let (output, mut blocks) = (dir.path().join(name), 0);
            map(&input, &output, |block| {
                blocks += 1;
                wider(block)
            })
            .unwrap();
            assert_eq!(read_all(&output, None).unwrap().1.into_f32(), expected);
            assert!(blocks > 1);
        }
    }
}

#[test]
fn a_file_without_rows_has_an_image_without_rows() {
    let dir = tempfile::tempdir().unwrap();
    let [input, output] = ["a.npy", "b.npy"].map(|name| dir.path().join(name));
    write(&input, 0);
    map(&input, &output, wider).unwrap();
    assert_eq!(read_all(&output, None).unwrap().1, Array2::<f32>::zeros((0, 6)).into());
}

#[test]
fn what_fails_is_named_and_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let [input, output] = ["a.npy", "b.npy"].map(|name| dir.path().join(name));
    write(&input, ROWS);
    let mut blocks = 0;
    let failed = map(&input, &output, |block| {
        blocks += 1;
        if blocks > 1 { Err("no more") } else { Ok(block) }
    });
    let failed = failed.unwrap_err();
    assert!(matches!(failed, LatentsError::Function { row: 1.., .. }), "{failed}");
    assert!(failed.to_string().contains("no more") && failed.to_string().contains("a.npy"));
    let first = |block: Codes| Ok::<_, Infallible>(block.into_f32().select(Axis(0), &[0]));
    let fewer = map(&input, &output, first).unwrap_err();
    assert!(matches!(fewer, LatentsError::Rows { .. }), "{fewer}");
    let names: Vec<_> =
        std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["a.npy"]);
}
