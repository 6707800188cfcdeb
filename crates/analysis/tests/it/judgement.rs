//! Verdicts on projections whose distortion is known.

use analysis::AnalysisError;
use analysis::judgement::{
    Family, FitSettings, Judge, Judgement, Settings, figure, fit_templates, floor,
    microseconds_a_code, table,
};
use groups::{Cyclic, FiniteGroup, Representation, Symmetric, Wreath};
use ndarray::{Array2, ArrayView2, ArrayViewMut2};
use projections::{
    Bispectrum, CoOrbit, ColumnSort, Coupling, Guarantee, LexSort, Lipschitz, MaxFilter, Metadata,
    Moments, PowerSpectrum, Projection, Reynolds, RootGram, Sort, SortedKeys, TightCoOrbit,
    WeylChamber,
};

const SETTINGS: Settings = Settings { pairs: 150, steps: 40, k: 5, points: 20, seed: 3 };

fn codes(n: usize, dim: usize) -> Array2<f64> {
    crate::common::gaussian(n, dim, 11)
}

fn judge<G: FiniteGroup>(rep: &Representation<G>) -> Judge<G> {
    Judge::new(rep, codes(60, rep.dim()).view(), SETTINGS).unwrap()
}

fn regular(fields: usize) -> Representation<Cyclic> {
    Representation::regular(&Cyclic::new(8).unwrap()).copies(fields)
}

#[test]
fn isometric_projections_have_distortion_one() {
    let symmetric = judge(&Symmetric::new(7).unwrap().natural());
    let chamber = WeylChamber::of_representation(&Symmetric::new(7).unwrap().natural()).unwrap();
    let b4 = Wreath::hyperoctahedral(4).unwrap().signed_permutations();
    let all = [
        symmetric.judge("sort", &Sort::new(7).unwrap()).unwrap(),
        symmetric.judge("chamber", &chamber).unwrap(),
        judge(&b4).judge("chamber", &WeylChamber::of_representation(&b4).unwrap()).unwrap(),
    ];
    for judgement in all {
        assert!((judgement.alpha - 1.0).abs() < 1e-9, "{judgement:?}");
        assert!((judgement.beta - 1.0).abs() < 1e-9, "{judgement:?}");
        assert_eq!((judgement.floor, judgement.overlap), (1.0, 1.0));
    }
}

#[test]
fn collisions_are_found_where_they_are_known_to_be() {
    let sets = judge(&Symmetric::new(5).unwrap().node_features(2));
    let columns = sets.judge("columns", &ColumnSort::new(5, 2).unwrap()).unwrap();
    assert!(columns.collides() && columns.distortion() == f64::INFINITY);
    assert!(columns.family(Family::ColumnShuffle).unwrap().min < 1e-12);
    let fields = judge(&regular(2));
    let per_field = Bispectrum::new(&regular(2), Coupling::PerField, 3).unwrap();
    let bispectrum = fields.judge("per field", &per_field).unwrap();
    assert!(bispectrum.collides());
    assert!(bispectrum.family(Family::FieldShift).unwrap().min < 1e-9);
    // One field and its reversal have equal amplitudes.
    let one = judge(&regular(1));
    let spectrum = PowerSpectrum::new(&regular(1), Coupling::PerField).unwrap();
    let amplitudes = one.judge("amplitudes", &spectrum).unwrap();
    assert!(amplitudes.collides());
    assert!(amplitudes.family(Family::Reversal).unwrap().min < 1e-9);
    // The mean forgets nearly all; random pairs alone do not show it.
    let mean = one.judge("mean", &Reynolds::new(&regular(1))).unwrap();
    assert!(mean.alpha < 1e-6 && mean.family(Family::Random).unwrap().min > 1e-6);
}

/// What is declared of the norm, which merges all codes of one length.
#[derive(Debug)]
struct Norm(Guarantee);

impl Projection<f64> for Norm {
    fn metadata(&self) -> Metadata {
        let known = Projection::<f64>::metadata(&Sort::new(3).unwrap());
        Metadata { guarantee: self.0, lipschitz: Lipschitz::UNKNOWN, cross_section: false, ..known }
    }

    fn input_dim(&self) -> usize {
        8
    }

    fn output_dim(&self) -> usize {
        1
    }

    fn project_rows(&self, codes: ArrayView2<'_, f64>, mut out: ArrayViewMut2<'_, f64>) {
        for (z, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            out[0] = z.dot(&z).sqrt();
        }
    }
}

/// A verdict says so where pairs contradict what is claimed, and so does the table.
#[test]
fn contradicted_claims_are_marked() {
    let one = judge(&regular(1));
    for guarantee in
        [Guarantee::Isometric, Guarantee::BiLipschitz, Guarantee::Separating, Guarantee::Generic]
    {
        let verdict = one.judge("norm", &Norm(guarantee)).unwrap();
        assert!(verdict.collides() && verdict.contradicted.is_some(), "{verdict:?}");
        assert_eq!(verdict.cells(None)[2], format!("{guarantee}, contradicted"));
    }
    let lossy = one.judge("norm", &Norm(Guarantee::Lossy)).unwrap();
    assert_eq!(lossy.contradicted, None);
    assert_eq!(lossy.cells(None)[2], "lossy");
    let rep = regular(1);
    let kept: Vec<Box<dyn Projection<f64>>> = vec![
        Box::new(MaxFilter::random(&rep, 16, 1).unwrap()),
        Box::new(TightCoOrbit::random(&rep, 32, 1).unwrap()),
        Box::new(Bispectrum::new(&rep, Coupling::BetweenFields, 3).unwrap()),
        Box::new(projections::SoftMaxFilter::random(&rep, 17, 1.0, 1).unwrap()),
        Box::new(projections::Canonicalize::by_argmax(&rep).unwrap()),
    ];
    for projection in kept {
        let verdict = one.judge("s", &*projection).unwrap();
        assert_eq!(verdict.contradicted, None, "{}", projection.metadata().name);
    }
}

/// Two fields of any group that is not trivial have the cone of an element of the largest order; one field of C_2
/// is sorted, without distortion.
#[test]
fn floors_of_regular_fields() {
    fn bound<G: FiniteGroup>(rep: &Representation<G>) -> f64 {
        floor(rep).unwrap().bound
    }
    fn by_order(r: f64) -> f64 {
        r * (std::f64::consts::PI / (2.0 * r)).sin()
    }
    for order in 1..=12 {
        let rep = Representation::regular(&Cyclic::new(order).unwrap());
        let expected = if order == 2 { 1.0 } else { by_order(order as f64) };
        assert!((bound(&rep) - expected).abs() < 1e-9, "C{order}");
        assert!((bound(&rep.copies(2)) - by_order(order as f64)).abs() < 1e-9, "2 x C{order}");
    }
    for corners in 1..=7 {
        let rep = Representation::regular(&groups::Dihedral::new(corners).unwrap());
        let expected = if corners == 1 { 1.0 } else { by_order(corners.max(2) as f64) };
        assert!((bound(&rep) - expected).abs() < 1e-9, "D{corners}");
        assert!((bound(&rep.copies(2)) - by_order(corners.max(2) as f64)).abs() < 1e-9);
    }
    let s4 = Representation::regular(&Symmetric::new(4).unwrap());
    assert!((bound(&s4) - by_order(4.0)).abs() < 1e-9);
    let a4 = Representation::regular(&groups::PermutationGroup::alternating(4).unwrap());
    assert!((bound(&a4) - by_order(3.0)).abs() < 1e-9);
    let sort = judge(&Representation::regular(&Cyclic::new(2).unwrap()));
    let verdict = sort.judge("sort", &Sort::new(2).unwrap()).unwrap();
    assert!((verdict.distortion() - 1.0).abs() < 1e-9);
}

#[test]
fn nothing_beats_the_floor() {
    let floor = 8.0 * (std::f64::consts::PI / 16.0).sin();
    let rep = regular(2);
    let fields = judge(&rep);
    assert!((fields.floor().bound - floor).abs() < 1e-12);
    let all: Vec<Box<dyn Projection<f64>>> = vec![
        Box::new(MaxFilter::random(&rep, 32, 1).unwrap()),
        Box::new(MaxFilter::random(&rep, 400, 1).unwrap()),
        Box::new(Bispectrum::new(&rep, Coupling::BetweenFields, 3).unwrap()),
    ];
    for projection in all {
        let judgement = fields.judge("s", &*projection).unwrap();
        // Bispectra are blind to plane waves, where all but one coefficient vanish.
        assert_eq!(judgement.collides(), judgement.metadata.guarantee == Guarantee::Generic);
        assert!(judgement.distortion() > 0.999 * floor, "{judgement:?}");
    }
    // Polygons: the floor for sets is 5 sin(π/10), above the √2 of two points.
    let sets = judge(&Symmetric::new(5).unwrap().node_features(2));
    assert!((sets.floor().bound - 5.0 * (std::f64::consts::PI / 10.0).sin()).abs() < 1e-12);
    for keys in [12, 200] {
        let keys = SortedKeys::random(5, 2, keys, 2).unwrap();
        let judgement = sets.judge("keys", &keys).unwrap();
        assert!(judgement.distortion() > 0.999 * sets.floor().bound, "{judgement:?}");
        assert!(judgement.distortion() < 20.0, "{judgement:?}");
        assert!(judgement.beta <= keys.beta() * (1.0 + 1e-9));
    }
}

/// Random pairs see little of what search and derivative find; both are true pairs.
#[test]
fn searches_find_what_random_pairs_hide() {
    let sets = judge(&Symmetric::new(5).unwrap().node_features(2));
    let lexicographic = sets.judge("lex", &LexSort::new(5, 2).unwrap()).unwrap();
    let random = lexicographic.family(Family::Random).unwrap();
    assert!(lexicographic.beta > 10.0 * random.max, "{lexicographic:?}");
    // A cross-section never contracts; linear assignment resolves close pairs to this.
    assert!(lexicographic.alpha > 1.0 - 1e-5);
    let moments = sets.judge("moments", &Moments::of_sets(5, 2, 5).unwrap()).unwrap();
    // A blind spot at stabilizers, a hundred times what random pairs show.
    let random = moments.family(Family::Random).unwrap();
    assert!(moments.distortion() > 100.0 * random.max / random.min, "{moments:?}");
}

/// An invariant of a larger group, `O(3)` for the symmetries of the cube, stretches the distance of
/// the smaller one by no more than its own.
#[test]
fn coarser_invariants_stay_lipschitz() {
    let b3 = Wreath::hyperoctahedral(3).unwrap();
    let four = b3.signed_permutations().copies(4);
    let judged = judge(&four).judge("√Gram", &RootGram::new(4, 3).unwrap()).unwrap();
    assert!(judged.beta <= 2f64.sqrt() + 1e-9);
}

/// A tight frame does better than a random one of the same size, and fitted templates better still, on drawn
/// pairs that they have not seen.
#[test]
fn fitted_templates_distort_less() {
    let rep = regular(3);
    let judge = judge(&rep);
    let outputs = 4 * rep.dim();
    let settings = FitSettings { rounds: 12, pairs: 60, seed: 1, ..FitSettings::default() };
    let random = CoOrbit::random(&rep, outputs / 8, 1).unwrap();
    let tight = TightCoOrbit::random(&rep, outputs, settings.seed).unwrap();
    let fitted = fit_templates(&rep, outputs, settings).unwrap();
    assert!(Projection::<f64>::output_dim(&fitted) <= outputs);
    let [random, tight, fitted] = [
        judge.judge("random", &random).unwrap(),
        judge.judge("tight", &tight).unwrap(),
        judge.judge("fitted", &fitted).unwrap(),
    ];
    assert!(tight.beta <= 1.0 + 1e-9 && fitted.beta <= 1.0 + 1e-9);
    assert!(tight.distortion() < random.distortion(), "{random:?} {tight:?}");
    // By the pairs that are drawn. What the judge's search finds is not what templates are fitted to.
    let least = |judgement: &Judgement| {
        let drawn = judgement.families.iter().filter(|(family, _)| *family != Family::Search);
        drawn.map(|(_, distortion)| distortion.min).fold(f64::INFINITY, f64::min)
    };
    assert!(least(&fitted) > 1.1 * least(&tight), "{tight:?} {fitted:?}");
    assert!(fitted.distortion() > 0.999 * fitted.floor);
    let none = FitSettings { rounds: 0, ..settings };
    assert!(matches!(fit_templates(&rep, outputs, none), Err(AnalysisError::TooFew { .. })));
    assert!(matches!(fit_templates(&rep, 3, settings), Err(AnalysisError::Projection(_))));
}

/// A descent finds closer pairs than random steps do, and none below a proved bound.
#[test]
fn a_descent_goes_further_than_random_steps() {
    let rep = regular(2);
    let fields = judge(&rep);
    let filter = MaxFilter::random(&rep, 40, 1).unwrap();
    let searched = fields.judge("max", &filter).unwrap();
    let least = fields.least_by_descent(&filter).unwrap();
    assert!(least > 0.0 && least < 0.9 * searched.alpha, "{least} {}", searched.alpha);
    let sets = judge(&Symmetric::new(7).unwrap().natural());
    let least = sets.least_by_descent(&Sort::new(7).unwrap()).unwrap();
    assert!((least - 1.0).abs() < 1e-9, "{least}");
    assert!(matches!(
        fields.least_by_descent(&Sort::new(5).unwrap()),
        Err(AnalysisError::Projection(_))
    ));
}

#[test]
fn labels_are_retained_where_the_quotient_is() {
    let rep = regular(2);
    let base = codes(4, 16);
    // Two classes, each a code with noise; the judge moves all to random poses.
    let noise = codes(80, 16);
    let labels: Vec<usize> = (0..80).map(|i| (i / 2) % 2).collect();
    let codes =
        Array2::from_shape_fn((80, 16), |(i, j)| base[(labels[i], j)] + 0.2 * noise[(i, j)]);
    let judge = Judge::new(&rep, codes.view(), SETTINGS).unwrap().labelled(&labels).unwrap();
    let kept = judge.judge("max", &MaxFilter::random(&rep, 64, 1).unwrap()).unwrap();
    let information = kept.information.unwrap();
    assert_eq!((information.oracle, information.chance), (1.0, 0.5));
    assert!(information.retained().unwrap() > 0.9);
}

#[test]
fn any_number_of_threads_gives_the_same_judgement() {
    let run = |threads: usize| -> (Judgement, String) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let judge = judge(&regular(2));
            let judgement = judge.judge("s", &MaxFilter::random(&regular(2), 20, 1).unwrap());
            let judgement = judgement.unwrap();
            let json = serde_json::to_string(&judgement).unwrap();
            (judgement, json)
        })
    };
    let (one, three) = (run(1), run(3));
    assert_eq!(one, three);
    assert!(one.1.contains("\"near-stabilizer\"") && !one.1.contains("micro"));
}

#[test]
fn a_judgement_is_a_row_and_a_panel() {
    let judge = judge(&Symmetric::new(5).unwrap().node_features(2));
    let columns = ColumnSort::new(5, 2).unwrap();
    let both = [
        judge.judge("columns", &columns).unwrap(),
        judge.judge("keys", &SortedKeys::random(5, 2, 12, 2).unwrap()).unwrap(),
    ];
    let cost = microseconds_a_code(&columns, judge.codes()).unwrap();
    assert!(cost > 0.0);
    assert_eq!(both[0].cells(Some(2.5))[9], "2.5");
    assert_eq!(both[0].cells(None)[3], "∞");
    let page = figures::report::Report::new("t", "s")
        .section(figures::report::Section::new("x").table(table("c", &both, &[cost, cost])));
    assert!(page.render().unwrap().contains("lossy"));
    let svg = figure("Both", &both).unwrap();
    assert!(svg.contains(">columns</text>") && svg.contains("collides"));
    assert!(svg.contains("column shuffle") && !svg.contains("NaN"));
}

#[test]
fn bad_input_is_refused() {
    let rep = regular(1);
    let few = Judge::new(&rep, codes(5, 8).view(), SETTINGS);
    assert!(matches!(few, Err(AnalysisError::TooFew { needed: 12, got: 5, .. })));
    let narrow = Judge::new(&rep, codes(50, 7).view(), SETTINGS);
    assert!(matches!(narrow, Err(AnalysisError::Shape { .. })));
    let zeros = Judge::new(&rep, Array2::<f64>::zeros((50, 8)).view(), SETTINGS);
    assert!(matches!(zeros, Err(AnalysisError::Option { .. })));
    let other = judge(&rep).judge("sort", &Sort::new(5).unwrap());
    assert!(matches!(other, Err(AnalysisError::Projection(_))));
    let labels = judge(&rep).labelled(&[1, 2]);
    assert!(matches!(labels, Err(AnalysisError::Shape { .. })));
}
