//! Runs of the command.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use groups::{Cyclic, Representation, Symmetric};
use latents::{Codes, Dtype, Spec, read_all};
use ndarray::{Array2, Axis, Slice};
use projections::{CrossSection, LexSort, Projection, catalogue};

use super::*;

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    flags: Flags,
}

fn flags(codes: &Path, out: &Path, rest: &[&str]) -> Flags {
    let (codes, out) = (codes.to_str().unwrap(), out.to_str().unwrap());
    let line = [&["project", codes, "--quiet", "--out", out][..], rest].concat();
    Line::parse_from(line).flags
}

fn codes(rows: usize, dim: usize) -> Array2<f32> {
    Array2::from_shape_fn((rows, dim), |(i, j)| ((i * 31 + j * 7) as f32 * 0.37).sin())
}

fn write(path: &Path, codes: &Array2<f32>, shape: Vec<usize>) {
    latents::write_all(path, &Spec::new(shape, Dtype::F32), &Codes::F32(codes.clone())).unwrap();
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort_unstable();
    names
}

const C8: [&str; 6] = ["--group", "c8", "--rep", "4 x regular", "--with", "max-filter:16"];

/// Bit for bit, in every format, and again by `--like`.
#[test]
fn results_are_those_of_the_library() {
    let dir = tempfile::tempdir().unwrap();
    let codes = codes(70_000 / 32, 32);
    let rep = Representation::regular(&Cyclic::new(8).unwrap()).copies(4);
    let projection = catalogue::build::<f32>(&rep, &"max-filter:16".parse().unwrap(), 7).unwrap();
    let expected = projection.project(codes.view()).unwrap();
    for name in ["z.npy", "z.npz", "z.safetensors", "z.parquet"] {
        if name.ends_with("parquet") && !cfg!(feature = "parquet") {
            continue;
        }
        let input = dir.path().join(name);
        write(&input, &codes, vec![codes.nrows(), 4, 8]);
        let out = dir.path().join(format!("s-{name}"));
        let done = project(&flags(&input, &out, &[&C8[..], &["--seed", "7"]].concat())).unwrap();
        assert_eq!((done.rows, done.settings.output_dim), (codes.nrows(), 16));
        assert_eq!(read_all(&out, None).unwrap().1, Codes::F32(expected.clone()), "{name}");

        let again = dir.path().join(format!("again-{name}"));
        let like = out.to_str().unwrap();
        project(&flags(&input, &again, &["--like", like])).unwrap();
        assert_eq!(fs::read(&again).unwrap(), fs::read(&out).unwrap(), "{name}");
    }
    assert!(
        !names(dir.path()).iter().any(|name| name.contains("partial") || name.starts_with("."))
    );
}

/// Tables hold decimals, which are read as doubles.
#[test]
fn tables_are_projected_in_double_precision() {
    let dir = tempfile::tempdir().unwrap();
    let codes = codes(300, 32);
    let (input, out) = (dir.path().join("z.csv"), dir.path().join("new/s.csv.gz"));
    write(&input, &codes, vec![300, 32]);
    project(&flags(&input, &out, &C8)).unwrap();
    let rep = Representation::regular(&Cyclic::new(8).unwrap()).copies(4);
    let projection = catalogue::build::<f64>(&rep, &"max-filter:16".parse().unwrap(), 0).unwrap();
    let read = read_all(&input, None).unwrap().1.into_f64();
    let expected = projection.project(read.view()).unwrap();
    assert_eq!(read_all(&out, None).unwrap().1, Codes::F64(expected));
}

/// `ρ(g)z = s(z)`: the images of the permutations that are written take the codes to their
/// invariants.
#[test]
fn elements_lead_from_codes_to_invariants() {
    let dir = tempfile::tempdir().unwrap();
    let codes = codes(50, 12);
    let (input, out) = (dir.path().join("z.npy"), dir.path().join("s.npy"));
    write(&input, &codes, vec![50, 4, 3]);
    let rest = ["--group", "s4", "--rep", "4 x 3", "--with", "lexicographic-sort", "--invert"];
    project(&flags(&input, &out, &rest)).unwrap();
    let sort = LexSort::new(4, 3).unwrap();
    let (expected, _) = CrossSection::<f32>::project_with_elements(&sort, codes.view()).unwrap();
    assert_eq!(read_all(&out, None).unwrap().1, Codes::F32(expected.clone()));

    let (layout, elements) = read_all(&dir.path().join("s.elements.npy"), None).unwrap();
    assert_eq!((layout.dtype, layout.shape), (Dtype::I64, vec![50, 4]));
    let elements = elements.into_f64();
    let nodes = Symmetric::new(4).unwrap().node_features(3);
    for row in 0..50 {
        let images = elements.row(row).iter().map(|&v| v as usize).collect();
        let g = groups::Permutation::new(images).unwrap();
        assert_eq!(nodes.act(&g, codes.row(row).as_slice().unwrap()), expected.row(row).to_vec());
    }

    // Cyclic groups number their elements.
    let rest = ["--group", "c4", "--rep", "3 x regular", "--with", "argmax", "--invert"];
    project(&flags(&input, &out, &rest)).unwrap();
    let images = read_all(&out, None).unwrap().1.into_f32();
    let elements = read_all(&dir.path().join("s.elements.npy"), None).unwrap().1.into_f64();
    let rep = Representation::regular(&Cyclic::new(4).unwrap()).copies(3);
    for row in 0..50 {
        let g = elements[[row, 0]] as usize;
        assert_eq!(rep.act(&g, codes.row(row).as_slice().unwrap()), images.row(row).to_vec());
    }
}

/// A run that was stopped goes on, unless the input or a setting has changed, and gives the same
/// bytes.
#[test]
fn stopped_runs_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let codes = codes(5000, 32);
    let input = dir.path().join("z.npy");
    write(&input, &codes, vec![5000, 32]);
    for name in ["s.npy", "s.safetensors", "s.csv"] {
        let whole = dir.path().join(format!("whole-{name}"));
        project(&flags(&input, &whole, &C8)).unwrap();
        let out = dir.path().join(name);
        let wanted = flags(&input, &out, &C8);
        stop_after(&wanted, &codes, 1234);
        assert!(!out.exists());
        let done = project(&wanted).unwrap();
        assert_eq!(done.resumed_at, 1234, "{name}");
        assert_eq!(fs::read(&out).unwrap(), fs::read(&whole).unwrap(), "{name}");

        stop_after(&wanted, &codes, 1234);
        let done = project(&flags(&input, &out, &[&C8[..], &["--seed", "1"]].concat())).unwrap();
        assert_eq!(done.resumed_at, 0);
        assert!(!names(dir.path()).iter().any(|name| name.contains("partial")));
    }
}

/// Does what a run does up to a row, and notes it.
fn stop_after(flags: &Flags, codes: &Array2<f32>, rows: usize) {
    let reader = latents::open(&flags.codes, None).unwrap();
    let mut settings = Settings::new(C8[1], C8[3], C8[5], 0, true);
    let applied = Applied::new(&settings, false, reader.layout()).unwrap();
    settings.complete(&applied).unwrap();
    let specs = specs(flags, &settings, &applied, &*reader).unwrap();
    let mut files = Files::start(reader.layout(), specs, &settings).unwrap();
    let done = codes.slice_axis(Axis(0), Slice::from(..rows)).to_owned();
    files.write(&(applied.apply)(Codes::F32(done)).unwrap()).unwrap();
    files.mark().unwrap();
    let more = codes.slice_axis(Axis(0), Slice::from(..9)).to_owned();
    files.write(&(applied.apply)(Codes::F32(more)).unwrap()).unwrap();
}

#[test]
fn bad_input_is_named_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("z.npy"), dir.path().join("s.npy"));
    let mut bad = codes(3000, 32);
    bad[[2345, 6]] = f32::NAN;
    write(&input, &bad, vec![3000, 32]);
    let refused = |rest: &[&str], usage: bool, parts: &[&str]| {
        let error = project(&flags(&input, &out, rest)).err().unwrap();
        let text = format!("{error:#}");
        assert!(parts.iter().all(|part| text.contains(part)), "{text}");
        assert_eq!(error.is::<Usage>(), usage, "{text}");
        assert_eq!(names(dir.path()), ["z.npy"], "{text}");
    };
    refused(&C8, false, &["z.npy", "row 2345, column 6", "NaN"]);
    let with = |group, rep, name| ["--group", group, "--rep", rep, "--with", name];
    refused(
        &with("c8", "3 x regular", "reynolds"),
        false,
        &["dimension 24", "got 32", "[3000, 32]"],
    );
    refused(&with("q9", "regular", "sort"), true, &["q9", "did you mean"]);
    refused(&with("c8", "4 x regulr", "sort"), true, &["regulr", "`regular`"]);
    refused(&with("c8", "4 x regular", "max-fliter"), true, &["`max-filter`"]);
    refused(&with("c8", "4 x regular", "sort"), true, &["sort"]);
    refused(&[&C8[..], &["--invert"]].concat(), true, &["no cross-section"]);
    refused(&["--like", input.to_str().unwrap()], false, &["metadata"]);

    write(&input, &codes(0, 32), vec![0, 32]);
    refused(&C8, false, &["at least one code"]);
    let out = PathBuf::from("s.pickle");
    assert!(project(&flags(&input, &out, &C8)).err().unwrap().is::<Usage>());
}

/// A file of generators is told by what it holds: `--like` refuses it when it has changed.
#[test]
fn files_of_generators_are_told_by_their_content() {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("z.npy"), dir.path().join("s.npy"));
    let (group, again) = (dir.path().join("g.json"), dir.path().join("again.npy"));
    write(&input, &codes(20, 6), vec![20, 6]);
    fs::write(&group, r#"{"name": "g", "permutations": [[1, 2, 3, 4, 5, 0]]}"#).unwrap();
    let name = group.to_str().unwrap();
    let rest = ["--group", name, "--rep", "natural", "--with", "max-filter:4"];
    project(&flags(&input, &out, &rest)).unwrap();
    let like = ["--like", out.to_str().unwrap()];
    // Another text for the same generators.
    fs::write(&group, "{\"permutations\": [[1,2,3,4,5,0]]}\n").unwrap();
    project(&flags(&input, &again, &like)).unwrap();
    // S_3 instead of C_6.
    let s3 = r#"{"name": "g", "permutations": [[1, 2, 0, 4, 5, 3], [3, 5, 4, 0, 2, 1]]}"#;
    fs::write(&group, s3).unwrap();
    let error = project(&flags(&input, &again, &like)).err().unwrap().to_string();
    assert!(error.contains("g.json: the generators are not those"), "{error}");
}

/// Rotations by name: the same bits as by the library, matrices that lead from codes to invariants, and
/// again by `--like`.
#[test]
fn rotations_are_divided_out() {
    use groups::compact::{Isometries, SO3};
    let dir = tempfile::tempdir().unwrap();
    let codes = codes(200, 12);
    let (input, out) = (dir.path().join("z.npy"), dir.path().join("s.npy"));
    write(&input, &codes, vec![200, 4, 3]);
    let line = ["--group", "so3", "--rep", "4 x 3", "--with", "align-to-template", "--invert"];
    project(&flags(&input, &out, &line)).unwrap();
    let images = read_all(&out, None).unwrap().1.into_f32();
    let (layout, matrices) = read_all(&dir.path().join("s.elements.npy"), None).unwrap();
    assert_eq!((layout.dtype, layout.shape), (Dtype::F64, vec![200, 9]));
    let matrices = matrices.into_f64();
    for row in 0..200 {
        let m = nalgebra::DMatrix::from_fn(3, 3, |i, j| matrices[[row, 3 * i + j]]);
        assert!((m.determinant() - 1.0).abs() < 1e-12);
        for point in 0..4 {
            for i in 0..3 {
                let sum: f64 =
                    (0..3).map(|j| m[(i, j)] * f64::from(codes[[row, 3 * point + j]])).sum();
                assert!((sum - f64::from(images[[row, 3 * point + i]])).abs() < 1e-6);
            }
        }
    }
    let rep = SO3.natural().copies(4);
    for name in ["root-gram", "max-filter:10", "group-norm"] {
        let line = ["--group", "SO(3)", "--rep", "4 points x 3", "--with", name];
        project(&flags(&input, &out, &line)).unwrap();
        let s = catalogue::build::<f32>(&rep, &name.parse().unwrap(), 0).unwrap();
        let expected = s.project(codes.view()).unwrap();
        assert_eq!(read_all(&out, None).unwrap().1, Codes::F32(expected), "{name}");
        let again = dir.path().join("again.npy");
        project(&flags(&input, &again, &["--like", out.to_str().unwrap()])).unwrap();
        assert_eq!(fs::read(&again).unwrap(), fs::read(&out).unwrap(), "{name}");
    }
    // Without a metric there are invariants still, as e3nn writes such codes.
    let line = ["--group", "o3", "--rep", "1x0e+2x1o+1x2e", "--with", "root-gram"];
    let done = project(&flags(&input, &out, &line)).unwrap();
    assert_eq!(done.settings.output_dim, 1 + 3 + 1);
    let line = ["--group", "o3", "--rep", "1x0e+2x1o+1x2e", "--with", "max-filter"];
    let error = project(&flags(&input, &out, &line)).err().unwrap();
    assert!(error.is::<Usage>() && error.to_string().contains("degrees 0 and 1"), "{error}");
}

/// Numbers beyond single precision do not become infinities, neither those that come nor those that are made.
#[test]
fn what_does_not_fit_is_refused_and_nothing_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let (single, double) = (dir.path().join("f32.npy"), dir.path().join("f64.npy"));
    let (like, out) = (dir.path().join("like.npy"), dir.path().join("out.npy"));
    write(&single, &codes(3, 8), vec![3, 8]);
    let spectrum = ["--group", "c8", "--rep", "regular", "--with", "power-spectrum"];
    project(&flags(&single, &like, &spectrum)).unwrap();
    let mut large = codes(300, 8).mapv(f64::from);
    large[[200, 3]] = 1e300;
    latents::write_all(&double, &Spec::new(vec![300, 8], Dtype::F64), &Codes::F64(large)).unwrap();
    let before = names(dir.path());
    let like = like.to_str().unwrap();
    let error = project(&flags(&double, &out, &["--like", like])).err().unwrap().to_string();
    assert!(error.contains("row 200, column 3: 1e300 does not fit into f32"), "{error}");
    assert_eq!(names(dir.path()), before);

    // √8 · 3e38 is beyond.
    let mut large = codes(3, 8);
    large.row_mut(1).fill(3e38);
    write(&single, &large, vec![3, 8]);
    let error = project(&flags(&single, &out, &spectrum)).err().unwrap().to_string();
    assert!(error.contains("row 1: the projection gives inf in column 0"), "{error}");
    assert_eq!(names(dir.path()), before);
}

/// A shape that is not the expected one is explained by what was left out, and by what is usual.
#[test]
fn wrong_dimensions_are_explained() {
    let dir = tempfile::tempdir().unwrap();
    let (table, vector) = (dir.path().join("z.csv"), dir.path().join("z.npy"));
    let out = dir.path().join("out.npy");
    let regular = ["--group", "c8", "--rep", "regular", "--with", "group-mean"];
    let error = |input: &Path| project(&flags(input, &out, &regular)).err().unwrap().to_string();

    // As `numpy.savetxt(header="z0,…,z8")` writes it: nine columns, not eight.
    let nine = "# z0,z1,z2,z3,z4,z5,z6,z7,z8\n1,2,3,4,5,6,7,8,9\n";
    fs::write(&table, nine).unwrap();
    assert!(error(&table).contains("expected codes of dimension 8"), "{}", error(&table));
    assert!(error(&table).contains("got 9 by shape [1, 9]; names are taken from"));
    // As pandas writes it: an index, and seven columns.
    fs::write(&table, ",a,b,c,d,e,f,g\n0,1,2,3,4,5,6,7\n").unwrap();
    assert!(error(&table).contains("got 7 by shape [1, 7]; column 0 (without a name) is not used"));
    write(&vector, &codes(8, 1), vec![8]);
    assert!(error(&vector).contains("got 1 by shape [8]; one code has the shape (1, 8)"));
}
