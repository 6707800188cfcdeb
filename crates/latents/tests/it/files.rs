//! Files of codes as NumPy, pandas, polars, PyArrow and safetensors write them: see
//! `tests/data/README.md` for the versions.

use std::fs;
use std::path::{Path, PathBuf};

use latents::{Column, Layout, read_all, read_column};
use ndarray::Array2;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// `z[i, j] = (4 i + j) / 8`.
fn codes() -> Array2<f64> {
    Array2::from_shape_fn((5, 4), |(i, j)| (4 * i + j) as f64 / 8.0)
}

fn read(name: &str) -> (Layout, Array2<f64>) {
    let (layout, codes) = read_all(&file(name), None).unwrap_or_else(|error| panic!("{error}"));
    (layout, codes.into_f64())
}

/// Reads the codes of all files, and compares what is noted on them.
fn assert_read(files: &[(&str, &[&str])]) {
    for (name, notes) in files {
        let (layout, read) = read(name);
        assert_eq!(read, codes(), "{name}");
        assert_eq!(layout.notes, *notes, "{name}");
    }
}

fn assert_refused(files: &[(&str, &str)]) {
    for (name, message) in files {
        let error = read_all(&file(name), None).unwrap_err().to_string();
        assert!(error.contains(message) && error.contains(name), "{name}: {error}");
    }
}

#[test]
fn tables_of_text_are_read_and_nothing_is_left_out_in_silence() {
    let header = "names are taken from the comment `z0,z1,z2,z3`";
    assert_read(&[
        ("savetxt_header.csv", &[header]),
        (
            "savetxt_header_spaces.csv",
            &["columns are separated by spaces", "names are taken from the comment `z0 z1 z2 z3`"],
        ),
        ("savetxt_two_lines.csv", &[header, "`made by x, y` is a comment"]),
        ("savetxt_remark.csv", &["`codes of the test set` is a comment"]),
        ("savetxt_footer.csv", &["a line that begins with `#` is skipped"]),
        ("savetxt_percent.csv", &[header]),
        ("savetxt_padded.csv", &["columns are separated by spaces"]),
        ("savetxt_tabs.csv", &["columns are separated by tabs"]),
        ("savetxt_semicolons.csv", &["columns are separated by semicolons"]),
        ("pandas_index.csv", &["column 0 (without a name) is not used"]),
        ("pandas_index_twice.csv", &["columns 0 (without a name), `Unnamed: 0` are not used"]),
        (
            "pandas_without_names.csv",
            &[
                "column 0 (without a name) is not used",
                "the first line, `,0,1,2,3`, is taken as names",
            ],
        ),
        ("pandas_without_names_or_index.csv", &["the first line, `0,1,2,3`, is taken as names"]),
        ("pandas_labels.csv", &["columns 0 (without a name), `label` are not used"]),
        ("pandas_german.csv", &["columns are separated by semicolons, decimals have commas"]),
        ("pandas_quoted.csv", &["decimals have commas"]),
        ("pandas_utf16.csv", &["the text is UTF-16", "columns are separated by tabs"]),
        ("pandas_utf16be.csv", &["the text is UTF-16"]),
        ("pandas_bom.csv", &[]),
        ("pandas_crlf.csv", &[]),
        ("polars_index.csv", &["column `index` is not used"]),
        ("pandas_index_label.csv", &["column `row` is not used"]),
        ("polars_tabs.csv", &["columns are separated by tabs"]),
        ("pyarrow.csv", &[]),
    ]);
    // Without a name a count may be a coordinate.
    let (layout, counted) = read("pandas_index_without_header.csv");
    assert_eq!(layout.notes, ["column 0 counts the rows: take it out if it is no coordinate"]);
    assert_eq!(counted.slice(ndarray::s![.., 1..]), codes());
    let (layout, nine) = read("savetxt_nine.csv");
    assert_eq!(layout.shape, [5, 9]);
    assert_eq!(nine.column(0), codes().column(0));
    assert_eq!(nine.column(8), codes().column(0));
}

#[test]
fn cells_without_a_finite_number_are_named() {
    assert_refused(&[
        ("pandas_missing.csv", "row 2, column `z2`: expected a number, got ``, a missing value"),
        ("pandas_missing_first.csv", "row 0, column `0`: expected a number, got ``, a missing"),
        (
            "pandas_booleans.csv",
            "row 0, column `z0`: expected a number, got `False`: write 1 and 0",
        ),
    ]);
    let (_, infinite) = read_all(&file("pandas_infinite.csv"), None).unwrap();
    assert_eq!(infinite.first_not_finite(), Some((2, 2, f64::INFINITY)));
    assert_eq!(read("pandas_header_only.csv").0.shape, [0, 4]);
}

#[test]
fn arrays_of_numpy_are_read_whatever_their_type_is_called() {
    assert_read(&[
        ("numpy_f2.npy", &[]),
        ("numpy_f8_big.npy", &[]),
        ("numpy_f8_plain.npy", &[]),
        ("numpy_f4_name.npy", &[]),
        ("numpy_images.npy", &[]),
        ("numpy_fortran.npz", &["array `labels` is not used"]),
        ("numpy_labels.npz", &["array `label` is not used"]),
    ]);
    for name in ["numpy_i2.npy", "numpy_u1.npy", "numpy_i8_big.npy"] {
        assert_eq!(read(name).1, codes() * 8.0, "{name}");
    }
    for name in ["numpy_bool.npy", "numpy_bool_plain.npy"] {
        assert_eq!(read(name).1, codes().mapv(|v| f64::from(u8::from(v > 1.0))), "{name}");
    }
    assert_eq!(read("numpy_vector.npy").0.shape, [20]);
    assert_eq!(read("numpy_no_rows.npy").0.shape, [0, 4]);
    assert_refused(&[
        ("numpy_scalar.npy", "expected an array, one code a row, got shape []"),
        (
            "numpy_objects.npy",
            "got |O; pickled objects, which are not opened: save `numpy.stack(z)",
        ),
        ("numpy_complex.npy", "complex: save real and imaginary parts"),
        ("numpy_records.npy", "a structured array: save"),
        ("numpy_bfloat16.npy", "bytes, as of bfloat16: save `z.astype(\"float32\")`"),
        ("numpy_longdouble.npy", "got <f16; save `z.astype(\"float64\")`"),
        ("numpy_words.npy", "words, which can be labels but no codes"),
        (
            "numpy_several.npz",
            "one array, or `tensor` to name one of several, found `arr_0`, `arr_1`",
        ),
    ]);
    assert_eq!(read_all(&file("numpy_several.npz"), Some("arr_0")).unwrap().1.into_f64(), codes());
}

/// Compressed arrays in Fortran order are read from the start for every 32 MiB.
#[test]
fn compressed_fortran_order_is_read_in_blocks() {
    let path = file("numpy_fortran.npz");
    for size in 1..7 {
        let mut reader = latents::open(&path, None).unwrap();
        reader.skip(1).unwrap();
        let mut row = 1;
        while let Some(block) = reader.next_block(size).unwrap() {
            for code in block.into_f64().rows() {
                assert_eq!(code, codes().row(row));
                row += 1;
            }
        }
        assert_eq!(row, 5);
    }
    // A changed byte within the compressed numbers is noticed.
    let bytes = fs::read(&path).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("c.npz");
    let start = bytes.windows(9).position(|w| w == b"codes.npy").unwrap() + 40;
    for at in (start..start + 60).step_by(3) {
        let mut changed = bytes.clone();
        changed[at] ^= 4;
        fs::write(&copy, &changed).unwrap();
        assert!(read_all(&copy, None).is_err(), "{at}");
    }
}

#[test]
fn labels_are_read_from_words_of_every_format() {
    let words = Column::Text(["oak", "elm", "oak", "fir", "älm"].map(str::to_owned).to_vec());
    let mut files = vec![
        ("numpy_words.npy", None),
        ("numpy_words_big.npy", None),
        ("numpy_bytes.npy", None),
        ("numpy_labels.npz", Some("label")),
        ("numpy_labels.npz", None),
        ("pandas_labels.csv", Some("label")),
        ("pandas_words.csv", None),
        ("pandas_words.csv", Some("label")),
    ];
    if cfg!(feature = "parquet") {
        files.extend([("pandas_lists.parquet", None), ("pandas_lists.parquet", Some("label"))]);
    }
    for (name, column) in files {
        assert_eq!(read_column(&file(name), column).unwrap(), words, "{name}");
    }
    let yes = read_column(&file("numpy_yes.npy"), None).unwrap();
    assert_eq!(yes, Column::Integer(vec![1, 0, 1, 1, 0]));
    let numbers = read_column(&file("numpy_fortran.npz"), None).unwrap();
    assert_eq!(numbers, Column::Integer((0..5).collect()));
}

#[cfg(feature = "parquet")]
#[test]
fn tables_of_columns_are_read_and_nothing_is_left_out_in_silence() {
    assert_read(&[
        ("pandas_range.parquet", &[]),
        ("pandas_index.parquet", &["column `__index_level_0__` is not used"]),
        ("pandas_named_index.parquet", &["column `mol` is not used"]),
        ("pandas_lists.parquet", &["columns `id`, `label` are not used"]),
        ("polars_integers.parquet", &["column `mol` is not used"]),
        ("polars_index.parquet", &["column `index` is not used"]),
        ("polars_lists.parquet", &["column `id` is not used"]),
        ("polars_array.parquet", &["column `id` is not used"]),
        ("pyarrow_list.parquet", &["column `id` is not used"]),
        ("pyarrow_large_list.parquet", &["column `id` is not used"]),
        ("pyarrow_fixed_size_list.parquet", &["column `id` is not used"]),
        ("pyarrow_half_list.parquet", &["column `id` is not used"]),
    ]);
    assert_refused(&[
        (
            "pyarrow_two_lists.parquet",
            "one column of lists, or `tensor` to name it, found `a`, `b`",
        ),
        (
            "pyarrow_nested.parquet",
            "a code of nested or several lists (`embedding`) is not supported",
        ),
        ("pyarrow_uneven.parquet", "expected lists of 4 numbers in column `a`, got 1 in row 3"),
        (
            "pyarrow_null_list.parquet",
            "row 3, column `a`: expected a number, got `null or an empty list`, a missing",
        ),
        ("pyarrow_null.parquet", "row 2, column `z1`: expected a number, got `null`, a missing"),
    ]);
    assert_eq!(
        read_all(&file("pyarrow_two_lists.parquet"), Some("b")).unwrap().1.into_f64(),
        codes()
    );
}

#[test]
fn safetensors_of_other_types_say_how_to_save_them() {
    assert_read(&[
        ("safetensors_f2.safetensors", &["array `step` is not used"]),
        ("safetensors_bf16.safetensors", &[]),
    ]);
    assert_refused(&[
        ("safetensors_f8.safetensors", "got F8_E4M3; save it by `z.float()`"),
        ("safetensors_scalar.safetensors", "expected an array, one code a row, got shape []"),
    ]);
}

/// Tables as people write them; 2 rows and 2 columns of `1.5, 2.5, 3.5, 4.5`.
#[test]
fn tables_by_hand_are_read_or_refused_with_the_place() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.csv");
    let expected = ndarray::array![[1.5, 2.5], [3.5, 4.5]];
    for text in [
        // Dates beside codes.
        "date,a,b\n2026-11-30,1.5,2.5\n2026-12-01,3.5,4.5\n",
        // R's write.csv and write.table.
        "\"\",\"V1\",\"V2\"\n\"1\",1.5,2.5\n\"2\",3.5,4.5\n",
        "\"V1\" \"V2\"\n\"1\" 1.5 2.5\n\"2\" 3.5 4.5\n",
        "\"V1\" \"V2\"\n\"red oak\" 1.5 2.5\n\"elm\" 3.5 4.5\n",
        // Separators at the ends of lines.
        "1.5,2.5,\n3.5,4.5,\n",
        "a,b,\n1.5,2.5,\n3.5,4.5,\n",
        "a,b\n1.5,2.5,\n3.5,4.5,\n",
        "a,b,\n1.5,2.5\n3.5,4.5\n",
        " 1.5 2.5 \n 3.5  4.5 \n",
        // Ends of lines, empty lines, and none at the end.
        "1.5,2.5\r\n3.5,4.5\r\n",
        "1.5,2.5\r3.5,4.5\r",
        "\n1.5,2.5\n\n  \n3.5,4.5",
        "a|b\n1.5|2.5\n3.5|4.5\n",
        "sep=;\n1,5;2,5\n3,5;4,5\n",
        "a;b\n1,5;2,5\n3,5;4,5\n",
        "1,5\t2,5\n3,5\t4,5\n",
        "1,5 2,5\n3,5 4,5\n",
        "\"1.5\",\"2.5\"\n\"3.5\",\"4.5\"\n",
        "1.5, 2.5\n3.5, 4.5\n",
        "+1.5e0,25E-1\n.35e1,4.5\n",
        "\u{feff}z0,z1\n1.5,2.5\n3.5,4.5\n",
        "#z0,z1\n1.5,2.5\n3.5,4.5\n",
        "# a\n#\n# z0,z1\n# z9\n1.5,2.5\n3.5,4.5\n# end",
        "name,a,b\n\"x, y\",1.5,2.5\n\"#z\",3.5,4.5\n",
        "split,a,b\ntrain,1.5,2.5\ntest,3.5,4.5\n",
        "id,h1,h2,energy\n7,1.5,2.5,9\n9,3.5,4.5,9\n",
        "id;h_2;h_1\n7;2.5;1.5\n9;4.5;3.5\n",
        "z[1]\tz[0]\n2.5\t1.5\n4.5\t3.5\n",
        // Numbers as names.
        "5,7\n1.5,2.5\n3.5,4.5\n",
        "1,0\n1.5,2.5\n3.5,4.5\n",
        ",2,4\n0,1.5,2.5\n1,3.5,4.5\n",
    ] {
        fs::write(&path, text).unwrap();
        let read = read_all(&path, None).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(read.1.into_f64(), expected, "{text}");
    }
    for (text, message) in [
        ("a;b\n1,5;2.5\n", "expected decimal points or decimal commas, got a comma in row 0"),
        ("a;b\n1.234,5;2\n", "got `1.234,5`: write it without separators of thousands"),
        ("\"1,234.5\",2\n", "got `1,234.5`: write it without separators of thousands"),
        (
            "a,b\n1,0x1.8p+1\n",
            "row 0, column `b`: expected a number, got `0x1.8p+1`: write decimals",
        ),
        ("a,b\n1,NA\n", "row 0, column `b`: expected a number, got `NA`, a missing value"),
        ("1,\n2,3\n", "row 0, column `1`: expected a number, got ``"),
        ("NA,1.5\n2,3\n", "row 0, column `0`: expected a number, got `NA`"),
        ("1,2\n3,4\n# a,b\n", "row 2, column `0`: expected a number, got `# a`: take comments out"),
        ("a b\n(1.5+2.0j) 2\n(1.5+2.0j) 2\n", "got `(1.5+2.0j)`: save real and imaginary parts"),
        ("1,2,3\n4,5\n", "expected 3 columns in every line, got 2 in line 2"),
        ("# c\na b\n1 2\n3 4 5\n", "expected 2 columns in every line, got 3 in line 4"),
        ("a,b,c,d\n1,2\n", "expected 4 columns in every line, got 2 in the first row"),
        ("1,2,\n3,4,5\n", "row 0, column `2`: expected a number, got ``"),
        ("# only\n# comments\n", "got comments only"),
        ("oak\nelm\n", "expected columns of numbers"),
        ("z,z\n1,2\n", "one column `z`, of which there are 2"),
        ("w\n4,00\n3,05\n", "got one name, and two fields in the first row"),
        ("label\nred, oak\nelm, old\n", "got one name, and two fields in the first row"),
        ("a,b\n1,1_000\n", "row 0, column `b`: expected a number, got `1_000`"),
    ] {
        fs::write(&path, text).unwrap();
        let error = read_all(&path, None).unwrap_err().to_string();
        assert!(error.contains(message), "{text}: {error}");
    }
    // Names or a row, nothing tells.
    fs::write(&path, "0,0\n1.5,2.5\n").unwrap();
    let (layout, codes) = read_all(&path, None).unwrap();
    assert_eq!((codes.rows(), layout.notes.len()), (2, 1));
    assert!(layout.notes[0].contains("taken as a row: take it out if it holds names"));
    // Other encodings in comments and names, and more comments than data.
    let comments = "# a remark\n".repeat(5000).into_bytes();
    for start in [&b"# gr\xf6\xdfe\n"[..], b"h\xf61;h\xf62\n", &comments] {
        fs::write(&path, [start, b"1.5;2.5\n3.5;4.5\n"].concat()).unwrap();
        assert_eq!(read_all(&path, None).unwrap().1.into_f64(), expected);
    }
    // UTF-32, and UTF-16 that ends within a character.
    for bytes in [&[0xff, 0xfe, 0, 0, 0x31, 0, 0, 0][..], &[0xff, 0xfe, 0x31]] {
        fs::write(&path, bytes).unwrap();
        let error = read_all(&path, None).unwrap_err().to_string();
        assert!(error.contains("UTF-"), "{error}");
    }
}

/// As wide as embeddings of language models, so that a line is longer than the part of a file by which its
/// separator is found.
#[test]
fn wide_tables_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.csv");
    let columns = 60_000;
    let line =
        |name: &dyn Fn(usize) -> String| (0..columns).map(name).collect::<Vec<_>>().join(";");
    let names = line(&|i| format!("embedding_{i}"));
    let rows = [line(&|i| format!("{i},2500000000001")), line(&|i| format!("-{i},125"))];
    fs::write(&path, format!("{names}\n{}\n{}\n", rows[0], rows[1])).unwrap();
    let (layout, codes) = read_all(&path, None).unwrap();
    assert_eq!((layout.tensor.as_str(), &layout.shape[..]), ("embedding", &[2, columns][..]));
    assert_eq!(codes.into_f64()[[1, 59_999]], -59_999.125);
}
