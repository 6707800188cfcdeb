//! Files of codes: what is written is read, and damaged files are refused.

use std::fs;
use std::path::Path;

use latents::{
    self, CodeWriter, Codes, Column, Dtype, Format, LatentsError, Spec, read_all, read_column,
};
use ndarray::{Array2, Axis, Slice};
use proptest::prelude::*;

const DTYPES: [Dtype; 13] = [
    Dtype::F16,
    Dtype::BF16,
    Dtype::F32,
    Dtype::F64,
    Dtype::I8,
    Dtype::I16,
    Dtype::I32,
    Dtype::I64,
    Dtype::U8,
    Dtype::U16,
    Dtype::U32,
    Dtype::U64,
    Dtype::Bool,
];

/// Formats that this build reads.
fn names() -> Vec<&'static str> {
    let mut names = vec!["c.safetensors", "c.npy", "c.npz", "c.csv", "c.csv.gz"];
    if cfg!(feature = "parquet") {
        names.push("c.parquet");
    }
    names
}

/// Whether a format can hold numbers of a type.
fn holds(name: &str, dtype: Dtype) -> bool {
    dtype != Dtype::BF16 || !(name.contains(".np") || name.ends_with(".parquet"))
}

/// Numbers that every type holds exactly.
fn small_codes(rows: usize, dim: usize) -> Codes {
    Codes::F64(Array2::from_shape_fn((rows, dim), |(i, j)| ((i * 3 + j) % 2) as f64))
}

fn rows_of(codes: &Codes, from: usize, to: usize) -> Codes {
    let rows = Slice::from(from..to);
    match codes {
        Codes::F32(codes) => Codes::F32(codes.slice_axis(Axis(0), rows).to_owned()),
        Codes::F64(codes) => Codes::F64(codes.slice_axis(Axis(0), rows).to_owned()),
    }
}

fn write_in_blocks(mut writer: Box<dyn CodeWriter>, codes: &Codes, from: usize, size: usize) {
    for start in (from..codes.rows()).step_by(size) {
        let block = rows_of(codes, start, (start + size).min(codes.rows()));
        writer.write_block(&block).unwrap();
    }
    writer.finish().unwrap();
}

#[test]
fn every_format_keeps_every_type_it_has() {
    let dir = tempfile::tempdir().unwrap();
    for name in names() {
        for dtype in DTYPES.into_iter().filter(|&dtype| holds(name, dtype)) {
            let path = dir.path().join(name);
            let codes = small_codes(7, 6);
            let spec = Spec::new(vec![7, 2, 3], dtype).with_metadata("{\"with\": \"é\"}");
            latents::write_all(&path, &spec, &codes).unwrap();
            let (layout, read) = read_all(&path, None).unwrap();
            assert_eq!(layout.metadata.as_deref(), Some("{\"with\": \"é\"}"), "{name}");
            assert_eq!(read.into_f64(), codes.clone().into_f64(), "{name} {dtype}");
            let text = name.contains("csv");
            if !text {
                assert_eq!((layout.dtype, layout.dim()), (dtype, 6), "{name}");
            }
            let table = text || name.ends_with("parquet");
            assert_eq!(layout.shape, if table { vec![7, 6] } else { vec![7, 2, 3] });
        }
        assert_eq!(
            fs::read_dir(dir.path())
                .unwrap()
                .filter(|f| {
                    f.as_ref().unwrap().file_name().to_string_lossy().starts_with(".tmp")
                })
                .count(),
            0,
            "{name} leaves a temporary file"
        );
    }
}

#[test]
fn what_numpy_cannot_hold_is_refused_before_a_file_appears() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["c.npy", "c.npz"] {
        let error = latents::create(&dir.path().join(name), &Spec::new(vec![1, 1], Dtype::BF16));
        assert!(matches!(error.unwrap_err(), LatentsError::Unsupported { .. }));
    }
    let error = latents::open(&dir.path().join("c.pkl"), None).unwrap_err().to_string();
    assert!(error.contains(".safetensors") && error.contains("got .pkl: save it by"), "{error}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Bit for bit, NaN and infinities included, however rows are split in writing and reading.
    #[test]
    fn floats_come_back_as_they_were(
        bits in proptest::collection::vec(any::<u32>(), 1..60),
        dim in 1usize..5,
        (write, read) in (1usize..9, 1usize..9),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let rows = bits.len() / dim;
        let single = Array2::from_shape_fn((rows, dim), |(i, j)| {
            // Payloads of NaNs are not kept by text.
            let value = f32::from_bits(bits[i * dim + j]);
            if value.is_nan() { f32::NAN } else { value }
        });
        let double = single.mapv(|v| f64::from(v) * 1.000_000_000_1);
        let key = |codes: &Codes| -> Vec<u64> {
            codes.clone().into_f64().iter().map(|v| v.to_bits()).collect()
        };
        for name in names() {
            for (dtype, codes) in [
                (Dtype::F32, Codes::F32(single.clone())),
                (Dtype::F64, Codes::F64(double.clone())),
            ] {
                let path = dir.path().join(name);
                let writer = latents::create(&path, &Spec::new(vec![rows, dim], dtype)).unwrap();
                write_in_blocks(writer, &codes, 0, write);
                let mut reader = latents::open(&path, Some("codes").filter(|_| name != "c.npy")).unwrap();
                prop_assert_eq!((reader.rows(), reader.dim()), (rows, dim));
                let mut blocks = Vec::new();
                while let Some(block) = reader.next_block(read).unwrap() {
                    prop_assert!(block.rows() <= read && block.rows() > 0);
                    blocks.extend(key(&block));
                }
                // Shortest decimals of an f32, read as f64, round back to it.
                if name.contains("csv") && dtype == Dtype::F32 {
                    let back = blocks.iter().map(|&b| f64::from(f64::from_bits(b) as f32).to_bits());
                    blocks = back.collect();
                }
                prop_assert_eq!(&blocks, &key(&codes), "{} {}", name, dtype);
                let mut reader = latents::open(&path, None).unwrap();
                reader.skip(read).unwrap();
                let rest = reader.next_block(1).unwrap();
                prop_assert_eq!(rest.is_none(), read >= rows);
            }
        }
    }

    /// Half precision is rounded to nearest, once.
    #[test]
    fn half_precision_is_rounded_to_nearest(values in proptest::collection::vec(-65.5e3f64..65.5e3, 1..20)) {
        let dir = tempfile::tempdir().unwrap();
        let codes = Array2::from_shape_vec((values.len(), 1), values.clone()).unwrap();
        let path = dir.path().join("c.safetensors");
        for (dtype, digits) in [(Dtype::F16, 11), (Dtype::BF16, 8)] {
            let spec = Spec::new(vec![values.len(), 1], dtype);
            latents::write_all(&path, &spec, &Codes::F64(codes.clone())).unwrap();
            for (read, &value) in read_all(&path, None).unwrap().1.into_f64().iter().zip(&values) {
                let bound = value.abs() * 2f64.powi(-digits) + 2f64.powi(-25);
                prop_assert!((read - value).abs() <= bound);
            }
        }
    }

    /// A part of a file, or a file with a changed byte, gives an error or numbers, never a panic.
    #[test]
    fn damaged_files_do_not_panic(cut in 0.0f64..1.0, at in 0.0f64..1.0, xor in 1u8..) {
        let dir = tempfile::tempdir().unwrap();
        for name in names() {
            let path = dir.path().join(name);
            latents::write_all(&path, &Spec::new(vec![9, 4], Dtype::F32), &small_codes(9, 4)).unwrap();
            let whole = fs::read(&path).unwrap();
            let kept = (whole.len() as f64 * cut) as usize;
            fs::write(&path, &whole[..kept]).unwrap();
            let result = read_all(&path, None);
            // A table may end after any line, or within its last number.
            prop_assert!(name == "c.csv" || result.is_err(), "{name} cut at {kept}");
            let mut changed = whole.clone();
            changed[(whole.len() as f64 * at) as usize] ^= xor;
            fs::write(&path, &changed).unwrap();
            let _ = read_all(&path, None);
            let _ = read_column(&path, Some("codes0"));
        }
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let dir = tempfile::tempdir().unwrap();
        for name in names() {
            let path = dir.path().join(name);
            fs::write(&path, &bytes).unwrap();
            let _ = read_all(&path, None);
            let _ = read_column(&path, None);
        }
    }

    /// Going on with a stopped file gives the bytes of one that was not stopped.
    #[test]
    fn resumed_files_are_equal_to_whole_ones(stop in 0usize..20, lost in 0usize..3) {
        let dir = tempfile::tempdir().unwrap();
        let codes = small_codes(20, 3);
        for name in ["c.safetensors", "c.npy", "c.csv"] {
            prop_assert!(Format::of(name.as_ref()).unwrap().resumes());
            let (path, partial) = (dir.path().join(name), dir.path().join("partial"));
            let spec = Spec::new(vec![20, 3], Dtype::F32).with_metadata("m");
            write_in_blocks(latents::create(&path, &spec).unwrap(), &codes, 0, 7);
            let whole = fs::read(&path).unwrap();
            fs::remove_file(&path).unwrap();

            let mut writer = latents::resumable(&path, &partial, &spec).unwrap();
            writer.write_block(&rows_of(&codes, 0, stop)).unwrap();
            let mark = writer.mark().unwrap().unwrap();
            // What comes after the mark is written again.
            writer.write_block(&rows_of(&codes, stop, (stop + lost).min(20))).unwrap();
            drop(writer);
            prop_assert!(!path.exists() && partial.exists());
            let writer = latents::resume(&path, &partial, &spec, mark).unwrap();
            write_in_blocks(writer, &codes, stop, 4);
            prop_assert_eq!(fs::read(&path).unwrap(), whole);
            prop_assert!(!partial.exists());
        }
    }
}

fn npy(descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let text = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes.extend(data);
    bytes
}

/// Entry `(i, j, k)` of an array in Fortran order lies at `i + n(j + a·k)`.
#[test]
fn fortran_order_is_read_row_major() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f.npy");
    let (n, a, b) = (5, 3, 2);
    let data: Vec<u8> = (0..n * a * b).flat_map(|v| (v as f32).to_be_bytes()).collect();
    fs::write(&path, npy(">f4", true, "(5, 3, 2)", &data)).unwrap();
    let expected = Array2::from_shape_fn((n, a * b), |(i, c)| {
        let (j, k) = (c / b, c % b);
        (i + n * (j + a * k)) as f32
    });
    let mut reader = latents::open(&path, None).unwrap();
    reader.skip(1).unwrap();
    let block = reader.next_block(3).unwrap().unwrap();
    assert_eq!(block, rows_of(&Codes::F32(expected), 1, 4));
}

#[test]
fn headers_that_claim_too_much_are_refused_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c.npy");
    for shape in ["(1000000000000, 128)", "(2, 1000000000000)", "(18446744073709551615, 16)"] {
        fs::write(&path, npy("<f4", false, shape, &[0; 64])).unwrap();
        let error = latents::open(&path, None).unwrap_err();
        assert!(
            matches!(error, LatentsError::Length { .. } | LatentsError::Shape { .. }),
            "{shape}: {error}"
        );
        assert!(error.to_string().contains("c.npy"));
    }
    let path = dir.path().join("c.safetensors");
    fs::write(&path, (1u64 << 50).to_le_bytes()).unwrap();
    assert!(matches!(latents::open(&path, None).unwrap_err(), LatentsError::Corrupt { .. }));
    let header =
        br#"{"codes":{"dtype":"F32","shape":[1000000000,1000],"data_offsets":[0,4000000000000]}}"#;
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header);
    fs::write(&path, bytes).unwrap();
    let error = latents::open(&path, None).unwrap_err();
    assert!(error.to_string().contains("4000000000000 bytes"), "{error}");
}

#[test]
fn one_of_several_arrays_has_to_be_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c.safetensors");
    let tensor = |name: &str, values: &[f32]| {
        let data: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        (name.to_owned(), data, values.len())
    };
    let write = |tensors: &[(String, Vec<u8>, usize)]| {
        let views = tensors.iter().map(|(name, data, n)| {
            let view =
                safetensors::tensor::TensorView::new(safetensors::Dtype::F32, vec![*n, 1], data);
            (name.clone(), view.unwrap())
        });
        fs::write(&path, safetensors::serialize(views, None).unwrap()).unwrap();
    };
    write(&[tensor("a", &[1.0, 2.0]), tensor("b", &[3.0])]);
    let error = latents::open(&path, None).unwrap_err().to_string();
    assert!(error.contains("`a`, `b`"), "{error}");
    assert!(latents::open(&path, Some("c")).is_err());
    let (layout, codes) = read_all(&path, Some("b")).unwrap();
    assert_eq!((layout.tensor.as_str(), codes.into_f64()[[0, 0]]), ("b", 3.0));
    write(&[tensor("a", &[1.0, 2.0]), tensor("z", &[5.0])]);
    assert_eq!(read_all(&path, None).unwrap().0.tensor, "z");
}

/// Names of entries lead nowhere: they are compared, not followed.
#[test]
fn archives_do_not_lead_out_of_themselves() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c.npz");
    let outside = dir.path().join("out.npy");
    let spec = Spec::new(vec![2, 1], Dtype::F32).named("../out");
    latents::write_all(&path, &spec, &small_codes(2, 1)).unwrap();
    assert_eq!(read_all(&path, None).unwrap().0.tensor, "../out");
    assert!(!outside.exists());

    // A changed number is noticed by the checksum.
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.windows(4).position(|w| w == 1f32.to_le_bytes()).unwrap();
    bytes[at] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let error = read_all(&path, None).unwrap_err().to_string();
    assert!(error.contains("checksum"), "{error}");
}

#[test]
fn labels_are_integers_and_targets_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let csv = dir.path().join("t.csv");
    fs::write(&csv, "id,z_0,z_1,y,name\n1,0.5,1,2,a\n2,1.5,2,4,\"b,c\"\n").unwrap();
    assert_eq!(read_column(&csv, Some("y")).unwrap(), Column::Integer(vec![2, 4]));
    assert_eq!(read_column(&csv, Some("z_0")).unwrap(), Column::Float(vec![0.5, 1.5]));
    assert_eq!(read_all(&csv, None).unwrap().0.shape, [2, 2]);
    let words = ["a", "b,c"].map(str::to_owned).to_vec();
    assert_eq!(read_column(&csv, Some("name")).unwrap(), Column::Text(words));
    assert!(matches!(read_column(&csv, Some("z")), Err(LatentsError::Shape { .. })));

    fs::write(&csv, "z0,name\n1,oak\n2,\n").unwrap();
    let error = read_column(&csv, Some("name")).unwrap_err().to_string();
    assert!(
        error.contains("`name`, row 1: expected a label") && error.contains("nothing"),
        "{error}"
    );

    let path = dir.path().join("y.npy");
    fs::write(&path, npy("<i8", false, "(2,)", &[[3, 0, 0, 0, 0, 0, 0, 0], [255; 8]].concat()))
        .unwrap();
    assert_eq!(read_column(&path, None).unwrap(), Column::Integer(vec![3, -1]));
    fs::write(&path, npy("<i8", false, "(1,)", &[255, 255, 255, 255, 255, 255, 255, 127])).unwrap();
    assert!(read_column(&path, None).unwrap_err().to_string().contains("row 0"));
}

#[test]
fn errors_of_tables_name_the_place() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.csv");
    let error = |text: &str| {
        fs::write(&path, text).unwrap();
        read_all(&path, None).unwrap_err().to_string()
    };
    assert!(error("a,b\n1,2\n3,\n").contains("row 1, column `b`: expected a number, got ``"));
    assert!(error("a,b\n1,2\n3\n").contains("2 columns in every line, got 1 in line 3"));
    assert!(error("").contains("an empty file"));
    fs::write(&path, "1,2\n3,4\n").unwrap();
    assert_eq!(read_all(&path, None).unwrap().0.shape, [2, 2]);
    fs::write(&path, "0,1\n3,4\n").unwrap();
    assert_eq!(read_all(&path, None).unwrap().1, Codes::F64(ndarray::array![[3.0, 4.0]]));
}

#[test]
fn two_processes_do_not_write_one_file() {
    let dir = tempfile::tempdir().unwrap();
    let (path, partial) = (dir.path().join("c.npy"), dir.path().join("partial"));
    let spec = Spec::new(vec![3, 2], Dtype::F32);
    let first = latents::resumable(&path, &partial, &spec).unwrap();
    let error = latents::resumable(&path, &partial, &spec).unwrap_err().to_string();
    assert!(error.contains("another process"), "{error}");
    drop(first);
    latents::resumable(&path, &partial, &spec).unwrap();
}

#[test]
fn a_writer_takes_the_rows_that_were_announced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c.npy");
    let spec = Spec::new(vec![3, 2], Dtype::F32);
    for (codes, message) in [
        (small_codes(4, 2), "3 rows"),
        (small_codes(3, 1), "dimension 2"),
        (small_codes(2, 2), "3 rows"),
    ] {
        let error = latents::write_all(&path, &spec, &codes).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    let missing = Path::new("no/such/folder/c.npy");
    assert!(matches!(latents::create(missing, &spec).unwrap_err(), LatentsError::Io { .. }));
}

/// The largest number of each type is written, what comes after it is refused with its place.
#[test]
fn numbers_beyond_the_type_of_a_file_are_refused_with_their_place() {
    let dir = tempfile::tempdir().unwrap();
    for (dtype, fits, beyond) in [
        (Dtype::F32, f64::from(f32::MAX), 1e300),
        (Dtype::F32, -1e38, -3.5e38),
        // Half of the last bit of 65504 more is rounded to infinity.
        (Dtype::F16, 65_519.9, 65_520.0),
        (Dtype::BF16, 3.38e38, 3.4e38),
        (Dtype::I8, -128.4, 127.5),
        (Dtype::U8, -0.4, -0.6),
        (Dtype::U16, 65_535.0, 65_536.0),
        (Dtype::I32, -2_147_483_648.0, 2_147_483_648.0),
        (Dtype::U32, 4_294_967_295.0, f64::NAN),
        (Dtype::I64, -9_223_372_036_854_775_808.0, 9_223_372_036_854_775_808.0),
        (Dtype::U64, 18_446_744_073_709_549_568.0, f64::INFINITY),
        (Dtype::Bool, 1.0, 2.0),
    ] {
        for name in names().into_iter().filter(|name| holds(name, dtype)) {
            let path = dir.path().join(name);
            let block = |last: f64| {
                let mut codes = Array2::zeros((2, 3));
                codes[[1, 2]] = last;
                Codes::F64(codes)
            };
            let mut writer = latents::create(&path, &Spec::new(vec![4, 3], dtype)).unwrap();
            writer.write_block(&block(fits)).unwrap();
            let error = writer.write_block(&block(beyond)).unwrap_err();
            assert!(matches!(error, LatentsError::Range { row: 3, column: 2, .. }), "{error}");
            let text = error.to_string();
            let place = format!("row 3, column 2: {beyond:?} does not fit into {dtype}: it ");
            assert!(text.contains(&place), "{text}");
            drop(writer);
            assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "{name} {dtype}");
        }
    }
    // Infinities and NaN are numbers of their own.
    let codes = Codes::F64(ndarray::array![[f64::INFINITY, f64::NAN]]);
    for name in names() {
        let path = dir.path().join(name);
        latents::write_all(&path, &Spec::new(vec![1, 2], Dtype::F32), &codes).unwrap();
        let read = read_all(&path, None).unwrap().1.into_f64();
        assert!(read[[0, 0]] == f64::INFINITY && read[[0, 1]].is_nan(), "{name}");
    }
    // Single precision in half precision, too.
    let codes = Codes::F32(ndarray::array![[0.0, 7e4]]);
    let error =
        latents::write_all(&dir.path().join("c.npy"), &Spec::new(vec![1, 2], Dtype::F16), &codes);
    assert!(matches!(error.unwrap_err(), LatentsError::Range { row: 0, column: 1, .. }));
}
