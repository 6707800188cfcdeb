//! Runs of the command.

use std::fs;

use analysis::audit::{Judged, Verdict};
use clap::Parser;
use groups::{Cyclic, Representation};
use latents::{Codes, Dtype, Spec, write_all};
use ndarray::Array2;
use projections::Guarantee;
use rand_distr::{Distribution, StandardNormal};

use super::*;

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    flags: Flags,
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, codes: &Array2<f64>) -> PathBuf {
        let path = self.path(name);
        let shape = vec![codes.nrows(), codes.ncols()];
        write_all(&path, &Spec::new(shape, Dtype::F64), &Codes::F64(codes.clone())).unwrap();
        path
    }

    fn audit(&self, codes: &Path, rest: &[&str]) -> anyhow::Result<Done> {
        let out = self.path("out");
        let line = ["audit", codes.to_str().unwrap(), "--quiet", "--out", out.to_str().unwrap()];
        audit(&Line::parse_from(line.iter().chain(rest)).flags)
    }

    /// The message of a run that must fail with this exit code, and write nothing.
    fn refused(&self, codes: &Path, rest: &[&str], code: u8) -> String {
        let error = self.audit(codes, rest).unwrap_err();
        let got = terminal::exit::code(&error);
        assert_eq!(format!("{got:?}"), format!("{:?}", std::process::ExitCode::from(code)));
        assert!(!self.path("out").exists(), "{error:#}");
        format!("{error:#}")
    }
}

/// Codes of ten kinds, in random poses, with some noise.
fn kinds(rep: &Representation<Cyclic>, n: usize) -> (Array2<f64>, Vec<usize>) {
    use groups::Group;
    use rand::SeedableRng;
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3);
    let centres = Array2::from_shape_simple_fn((10, rep.dim()), || -> f64 {
        StandardNormal.sample(&mut rng)
    });
    let mut codes = Array2::zeros((n, rep.dim()));
    let labels: Vec<usize> = (0..n).map(|i| i % 10).collect();
    for (label, mut row) in labels.iter().zip(codes.rows_mut()) {
        let g = rep.group().sample(&mut rng);
        row.assign(&ndarray::Array1::from(rep.act(&g, &centres.row(*label).to_vec())));
        row.mapv_inplace(|v| {
            let noise: f64 = StandardNormal.sample(&mut rng);
            v + 0.2 * noise
        });
    }
    (codes, labels)
}

/// Some rows, and the first columns.
fn part(codes: &Array2<f64>, rows: std::ops::Range<usize>, columns: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows.len(), columns), |(i, j)| codes[(rows.start + i, j)])
}

fn c8() -> Representation<Cyclic> {
    Representation::regular(&Cyclic::new(8).unwrap()).copies(2)
}

const C8: [&str; 4] = ["--group", "c8", "--rep", "2 x regular"];

#[test]
fn ambiguous_codes_get_a_projection() {
    let folder = Folder::new();
    let (codes, labels) = kinds(&c8(), 300);
    let path = folder.write("codes.npy", &codes);
    let text: String = labels.iter().map(|l| format!("{l}\n")).collect();
    fs::write(folder.path("labels.csv"), format!("label\n{text}")).unwrap();
    let labels = folder.path("labels.csv");
    let done =
        folder.audit(&path, &[&C8[..], &["--labels", labels.to_str().unwrap()]].concat()).unwrap();
    let audit = &done.audit;
    assert_eq!(
        (audit.codes, audit.dim, audit.group_order.as_ref().and_then(|n| n.to_u128())),
        (300, 16, Some(8))
    );
    // Most neighbours by raw distances are of another orbit; those after the projection are right.
    assert!(audit.ambiguity.changed > 0.4, "{:?}", audit.ambiguity);
    let best = audit.recommended();
    assert!(!best.cross_section && best.invariance_error.unwrap() < 1e-9, "{best:?}");
    // Nothing else that is invertible and does not jump keeps more than a point more.
    let smooth = |j: &&Judged| !j.cross_section && j.guarantee < Guarantee::Lossy;
    assert!(audit.judged.iter().filter(smooth).all(|j| j.overlap <= best.overlap + 0.01));
    // A section keeps distances but for where it jumps.
    let sections = audit.judged.iter().filter(|j| j.cross_section);
    let section = sections.max_by(|a, b| a.overlap.total_cmp(&b.overlap)).unwrap();
    assert!(section.overlap > 0.8, "{section:?}");
    assert!(audit.why.iter().any(|text| text.contains(&format!("take {}", section.name))));
    let accuracy =
        |name: &str| audit.probes.iter().find(|p| p.codes == name).map(|p| p.neighbours).unwrap();
    assert!(accuracy(&best.name) > 0.95);
    // What keeps less is seen to.
    let reynolds = audit.judged.iter().find(|j| j.name == "reynolds").unwrap();
    assert!(reynolds.overlap < 0.5 * section.overlap && reynolds.overlap < best.overlap);
    assert!(audit.unfit.iter().any(|(name, _)| name == "sort"));

    let page = fs::read_to_string(&done.report).unwrap();
    assert!(page.contains("Audit of codes.npy") && page.contains("<svg"));
    assert!(!page.contains(" src=") && !page.contains("http-equiv"));
    let json: serde_json::Value = serde_json::to_value(&done).unwrap();
    assert_eq!(json["audit"]["representation"], "2 × regular of C8");
    assert!(json["audit"]["judged"].as_array().unwrap().len() > 10);
}

#[test]
fn paired_codes_say_which_convention_fits() {
    let folder = Folder::new();
    let rep = c8();
    let (codes, _) = kinds(&rep, 40);
    let path = folder.write("codes.npy", &codes);
    let moved = |g: usize| rep.act_rows(&g, codes.view()).unwrap();
    let pair = |g: &str, other: &Path| {
        let paired = ["--paired", other.to_str().unwrap(), "--element", g];
        [&C8[..], &paired].concat().iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()
    };
    let other = folder.write("moved.npy", &moved(3));
    let args = |g: &str| pair(g, &other);
    let as_str = |args: &[String]| -> Vec<String> { args.to_vec() };
    for (g, says) in
        [("r^5", "what fits is its inverse 3 "), ("1", "what fits is another element, 3 ")]
    {
        let args = as_str(&args(g));
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let error = folder.refused(&path, &args, 1);
        assert!(error.contains(says) && error.contains("moved.npy"), "{error}");
    }
    // Both files hold (N, F) where (F, N) is declared.
    let transpose = |codes: &Array2<f64>| {
        Array2::from_shape_fn(codes.dim(), |(i, j)| codes[[i, (j % 2) * 8 + j / 2]])
    };
    let flat = folder.write("nf.npy", &transpose(&codes));
    let flat_moved = folder.write("nf-moved.npy", &transpose(&moved(3)));
    let args = pair("3", &flat_moved);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let error = folder.refused(&flat, &args, 1);
    assert!(
        error.contains("the declared element 3, coordinates laid out the other way"),
        "{error}"
    );
    // Unrelated codes.
    let (other, _) = kinds(&rep, 41);
    let unrelated = folder.write("unrelated.npy", &part(&other, 1..41, 16));
    let args = pair("3", &unrelated);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    assert!(folder.refused(&path, &args, 1).contains("none fits"));
    // The true one.
    let other = folder.write("moved.npy", &moved(3));
    let args = pair("3", &other);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = folder.audit(&path, &args).unwrap();
    assert!(matches!(done.pairing.unwrap().verdict, Verdict::Holds));
}

#[test]
fn node_features_of_a_large_group() {
    let folder = Folder::new();
    let codes =
        Array2::from_shape_fn((60, 18), |(i, j)| ((i * i * 7 + i * j + 3 * j * j) as f64).sin());
    let path = folder.write("nodes.safetensors", &codes);
    let done = folder.audit(&path, &["--group", "s9", "--rep", "9 x 2"]).unwrap();
    assert!(done.audit.recommended().overlap > done.audit.ambiguity.chance);
    assert!(done.audit.judged.iter().any(|j| j.name == "lexicographic-sort"));
}

#[test]
fn unfit_data_are_refused_by_name() {
    let folder = Folder::new();
    let (codes, _) = kinds(&c8(), 30);
    let path = folder.write("codes.npy", &codes);
    let refused = |name: &str, codes: &Array2<f64>| {
        let path = folder.write(name, codes);
        folder.refused(&path, &C8, 1)
    };
    let error = refused("narrow.npy", &part(&codes, 0..30, 15));
    assert!(error.contains("narrow.npy") && error.contains("(n, 16) or (n, 2, 8)"), "{error}");
    let error = refused("empty.npy", &Array2::zeros((0, 16)));
    assert!(error.contains("expected at least 3 codes, got 0"), "{error}");
    let error = refused("one.npy", &part(&codes, 0..1, 16));
    assert!(error.contains("expected at least 3 codes, got 1"), "{error}");
    let error = refused("constant.npy", &Array2::ones((30, 16)));
    assert!(error.contains("constant.npy") && error.contains("different orbits"), "{error}");
    let mut broken = codes.clone();
    (broken[[4, 2]], broken[[17, 0]]) = (f64::NAN, f64::INFINITY);
    let error = refused("broken.npy", &broken);
    assert!(error.contains("broken.npy") && error.contains("2 of 30 rows: 4, 17"), "{error}");

    fs::write(folder.path("labels.csv"), "label\n1\n2\n").unwrap();
    let labels = folder.path("labels.csv");
    let labelled = [&C8[..], &["--labels", labels.to_str().unwrap()]].concat();
    let error = folder.refused(&path, &labelled, 1);
    assert!(error.contains("expected 30 labels, one a code, got 2"), "{error}");
    let transposed = folder.path("nf.npy");
    let spec = Spec::new(vec![30, 8, 2], Dtype::F64);
    write_all(&transposed, &spec, &Codes::F64(codes.clone())).unwrap();
    assert!(folder.refused(&transposed, &C8, 1).contains("are transposed"));
    folder.refused(&folder.path("absent.npy"), &C8, 1);
}

#[test]
fn unknown_words_are_a_matter_of_usage() {
    let folder = Folder::new();
    let path = folder.write("codes.npy", &kinds(&c8(), 30).0);
    let error = folder.refused(&path, &["--group", "z8", "--rep", "2 x regular"], 2);
    assert!(error.contains("did you mean `c8`?"), "{error}");
    let error = folder.refused(&path, &["--group", "c8", "--rep", "2 x reglar"], 2);
    assert!(error.contains("did you mean `regular`?"), "{error}");
    let pair = ["--paired", path.to_str().unwrap(), "--element", "s"];
    let error = folder.refused(&path, &[&C8[..], &pair].concat(), 2);
    assert!(error.contains("C8 has no element `s`"), "{error}");
    folder.refused(&folder.path("codes.txt"), &C8, 2);
    assert!(Line::try_parse_from(["audit", "codes.npy", "--group", "c8"]).is_err());
}

#[test]
fn points_of_space_with_targets() {
    use groups::Group;
    use groups::compact::{Isometries, O3};
    use rand::SeedableRng;
    let folder = Folder::new();
    let rep = O3.natural().copies(3);
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(5);
    let codes =
        Array2::from_shape_simple_fn((80, 9), || -> f64 { StandardNormal.sample(&mut rng) });
    let path = folder.write("points.npy", &codes);
    // The size of the first point: the same for all poses.
    let sizes: String = codes
        .rows()
        .into_iter()
        .map(|z| format!("{}\n", z.iter().take(3).map(|v| v * v).sum::<f64>()))
        .collect();
    fs::write(folder.path("size.csv"), format!("size\n{sizes}")).unwrap();
    let size = folder.path("size.csv");
    let o3 = ["--group", "o3", "--rep", "3 x 3"];
    let labelled = [&o3[..], &["--labels", size.to_str().unwrap()]].concat();
    let done = folder.audit(&path, &labelled).unwrap();
    assert_eq!((done.audit.group_order, done.audit.dim), (None, 9));
    let root = done.audit.probes.iter().find(|p| p.codes == "root-gram").unwrap();
    assert!(root.linear.unwrap() > 0.5, "{root:?}");
    let page = fs::read_to_string(&done.report).unwrap();
    assert!(page.contains("R² on codes") && page.contains("infinite"), "no R²");

    // A pose that was declared, and another one.
    let g = O3.sample(&mut rng);
    let turned = rep.act_rows(&g, codes.view()).unwrap();
    let paired = folder.write("turned.npy", &turned);
    let paired = paired.to_str().unwrap();
    let pair = |g: &'static str| [&o3[..], &["--paired", paired, "--element", g]].concat();
    fs::remove_dir_all(folder.path("out")).unwrap();
    let error = folder.refused(&path, &pair("10deg about z"), 1);
    assert!(error.contains("what fits is another element, "), "{error}");
    let error = folder.refused(&path, &pair("z"), 2);
    assert!(
        error.contains("O(3) has no element `z`") && error.contains("60deg about z"),
        "{error}"
    );
    let error = folder.refused(&path, &["--group", "o3", "--rep", "l4"], 2);
    assert!(error.contains("degrees 0 and 1") && error.contains("root-gram"), "{error}");
}

#[test]
fn words_are_classes() {
    let folder = Folder::new();
    let (codes, labels) = kinds(&c8(), 300);
    let names = ["oak", "elm", "ash", "fir", "yew", "bay", "box", "fig", "tea", "gum"];
    let rows = codes.rows().into_iter().zip(&labels);
    let text: String = rows
        .map(|(z, l)| {
            let numbers: Vec<String> = z.iter().map(ToString::to_string).collect();
            format!("{},{}\n", numbers.join(","), names[*l])
        })
        .collect();
    let head: Vec<String> = (0..16).map(|j| format!("z{j}")).collect();
    let path = folder.path("codes.csv");
    fs::write(&path, format!("{},tree\n{text}", head.join(","))).unwrap();
    let done = folder.audit(&path, &[&C8[..], &["--labels", "tree"]].concat()).unwrap();
    let best = done.audit.recommended();
    let probe = done.audit.probes.iter().find(|p| p.codes == best.name).unwrap();
    assert!(probe.neighbours > 0.95, "{probe:?}");
    assert!(
        fs::read_to_string(&done.report).unwrap().contains(">oak<"),
        "the classes have no names"
    );
}

/// Codes of networks that others made: see `crates/analysis/tests/data/make_paired.py`.
fn foreign(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../analysis/tests/data").join(name)
}

#[test]
fn wrong_actions_on_codes_of_escnn_are_refused() {
    let folder = Folder::new();
    let (z, w) = (foreign("escnn_d4_irreps_z.npy"), foreign("escnn_d4_irreps_r90.npy"));
    let right = ["trivial + A2 + B1 + E1"; 6].join(" + ");
    let run = |rep: &str, g: &str| {
        let pair = ["--paired", w.to_str().unwrap(), "--element", g];
        folder.audit(&z, &[&["--group", "d4", "--rep", rep][..], &pair].concat())
    };
    for wrong in ["30 x trivial", "15 x E1"] {
        let error = format!("{:#}", run(wrong, "90deg").unwrap_err());
        assert!(error.contains("times how far codes moved"), "{error}");
    }
    let error = format!("{:#}", run(&right, "50deg").unwrap_err());
    assert!(error.contains("the nearest are 0deg (r^0) and 90deg (r^1)"), "{error}");
    // Clockwise: a value that begins with a hyphen.
    let error = format!("{:#}", run(&right, "-90deg").unwrap_err());
    assert!(error.contains("what fits is its inverse r^1"), "{error}");
    let done = run(&right, "-270deg").unwrap();
    let pairing = done.pairing.unwrap();
    assert_eq!(pairing.verdict, Verdict::Holds);
    let notes = notes(&pairing).join(" ");
    assert!(notes.contains("trivial did not move") && notes.contains("A2: too small"), "{notes}");
    assert!(notes.contains("add a pair by r^0 s"), "{notes}");
    let page = fs::read_to_string(&done.report).unwrap();
    assert!(page.contains("too small beside the other blocks"), "the page has no notes");
}

/// SevenNet holds vectors as `(x, y, z)`: no orbit changes, so the audit goes on, with a note.
#[test]
fn other_axes_are_noted() {
    let folder = Folder::new();
    let vectors = |name: &str| {
        let (_, codes) = latents_of(&foreign(name));
        folder.write(name, &part(&codes, 0..codes.nrows(), 22))
    };
    let (z, w) = (vectors("sevennet0_layer3_z.npy"), vectors("sevennet0_layer3_r1.npy"));
    let turn = "[[0.8654123244553711, -0.4941541266469614, -0.08290481167296873], \
                [-0.477652892843149, -0.7636318334025283, -0.43441240425759536], \
                [0.15135792889479835, 0.41554557166702194, -0.8968905480762996]]";
    let run = |rep: &str, g: &str| {
        let pair = ["--paired", w.to_str().unwrap(), "--element", g];
        folder.audit(&z, &[&["--group", "so3", "--rep", rep][..], &pair].concat()).unwrap()
    };
    let pairing = run("4x0e + 6x1e", turn).pairing.unwrap();
    let note = notes(&pairing).join(" ");
    assert!(
        note.contains("holds (x, y, z) for (y, z, x)") && note.contains("pass `natural`"),
        "{note}"
    );
    // Both things to pass hold.
    let Verdict::Other(fit) = pairing.verdict else { panic!("{:?}", pairing.verdict) };
    let element = fit.convention.axes.unwrap().element;
    for (rep, g) in [("4x0e + 6 x natural", turn), ("4x0e + 6x1e", &element)] {
        assert_eq!(run(rep, g).pairing.unwrap().verdict, Verdict::Holds, "{rep}, {g}");
    }
}

fn latents_of(path: &Path) -> (latents::Layout, Array2<f64>) {
    let (layout, codes) = latents::read_all(path, None).unwrap();
    (layout, codes.into_f64())
}

#[test]
fn codes_of_any_size_are_audited() {
    let folder = Folder::new();
    let (codes, _) = kinds(&c8(), 60);
    for scale in [1e-310, 1e-170, 1e150, 1e160, 1e300] {
        let path = folder.write("codes.npy", &(&codes * scale));
        let done = folder.audit(&path, &C8).unwrap();
        let page = fs::read_to_string(&done.report).unwrap();
        assert!(page.contains("the audit divided them by 2^"), "{scale}");
        assert!(!page.contains(">NaN") && !page.contains("NaN times"), "{scale}");
    }
}
