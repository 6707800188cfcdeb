//! The differentiable forms have the values of the batch forms, and the derivatives of them.

use candle_core::{DType, Device, Tensor, Var};
use groups::compact::{O3, SO2};
use groups::{
    Cyclic, Dihedral, DihedralElement, HasIrreps, PermutationGroup, Representation, Space,
    Symmetric,
};
use ndarray::{Array2, ArrayView2, array};
use projections::catalogue::AnyProjection;
use projections::differentiable::{Differentiable, DifferentiableError, check_gradient};
use projections::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// A projection in its three forms.
struct Case {
    name: &'static str,
    form: Box<dyn Differentiable>,
    double: Box<dyn Projection<f64>>,
    single: Box<dyn Projection<f32>>,
}

/// Of a type that serves both scalars.
macro_rules! both {
    ($make:expr) => {
        Case {
            name: Projection::<f64>::metadata(&$make).name,
            form: Box::new($make),
            double: Box::new($make),
            single: Box::new($make),
        }
    };
}

/// Of a type for each scalar.
macro_rules! each {
    ($type:ident, $($make:tt)*) => {
        Case {
            name: Projection::<f64>::metadata(&$type::<f64>::$($make)*).name,
            form: Box::new($type::<f64>::$($make)*),
            double: Box::new($type::<f64>::$($make)*),
            single: Box::new($type::<f32>::$($make)*),
        }
    };
}

fn codes(n: usize, dim: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn((n, dim), || StandardNormal.sample(&mut rng))
}

fn of_fields<G: HasIrreps>(rep: &Representation<G>) -> Vec<Case> {
    let template = codes(1, rep.dim(), 5).row(0).to_vec();
    let some = codes(4, rep.dim(), 6);
    vec![
        each!(Reynolds, new(rep)),
        each!(RandomLinear, random(rep, 5, 1).unwrap()),
        both!(GroupMean::new(rep).unwrap()),
        both!(GroupMax::new(rep).unwrap()),
        both!(GroupNorm::new(rep).unwrap()),
        both!(Moments::of_fields(rep, 3).unwrap()),
        each!(MaxFilter, random(rep, 5, 1).unwrap()),
        each!(SoftMaxFilter, random(rep, 5, 2.0, 1).unwrap()),
        each!(CoOrbit, random(rep, 3, 1).unwrap()),
        each!(TightCoOrbit, random(rep, 5 * rep.dim(), 1).unwrap()),
        each!(SeparatingPolynomials, random(rep, 4, 1).unwrap()),
        each!(PowerSpectrum, new(rep, Coupling::PerField).unwrap()),
        each!(PowerSpectrum, new(rep, Coupling::BetweenFields).unwrap()),
        both!(Canonicalize::by_argmax(rep).unwrap()),
        both!(Canonicalize::to_template(rep, &template).unwrap()),
        both!(Canonicalize::to_frechet_mean(rep, some.view(), 2, 3).unwrap()),
    ]
}

fn all() -> Vec<Case> {
    let mut all = Vec::new();
    for n in [1, 2, 3, 8] {
        let rep = Representation::regular(&Cyclic::new(n).unwrap()).copies(3);
        all.extend(of_fields(&rep));
        all.push(both!(Bispectrum::new(&rep, Coupling::PerField, 2).unwrap()));
        all.push(both!(Bispectrum::new(&rep, Coupling::BetweenFields, 2).unwrap()));
    }
    let d3 = Representation::regular(&Dihedral::new(3).unwrap()).copies(2);
    all.extend(of_fields(&d3));
    all.push(both!(DihedralBispectrum::new(&d3, 2).unwrap()));
    all.push(both!(IrrepBispectrum::new(&d3, Triples::All, 2).unwrap()));
    let a4 = Representation::regular(&PermutationGroup::alternating(4).unwrap()).copies(2);
    all.push(both!(IrrepBispectrum::new(&a4, Triples::Selective, 2).unwrap()));
    // Fields of different sizes, and an action by matrices.
    let d4 = Dihedral::new(4).unwrap();
    let cosets = Representation::quotient(&d4, &[DihedralElement::reflection(0)]).unwrap();
    let mixed = Representation::direct_sum(&[Representation::regular(&d4), cosets]).unwrap();
    all.push(both!(GroupMean::new(&mixed).unwrap()));
    all.push(both!(GroupMax::new(&mixed).unwrap()));
    all.push(both!(GroupNorm::new(&mixed).unwrap()));
    all.push(both!(Moments::of_fields(&mixed, 2).unwrap()));
    let irreps: Vec<_> = d4.irreps().iter().map(|i| i.representation().clone()).collect();
    let irreps = Representation::direct_sum(&irreps).unwrap();
    let template = codes(1, irreps.dim(), 5).row(0).to_vec();
    all.push(both!(Canonicalize::to_template(&irreps, &template).unwrap()));
    all.push(each!(MaxFilter, random(&irreps, 4, 1).unwrap()));
    // Sets; S_6 has more elements than are tried one by one.
    let (sets, large) =
        (Symmetric::new(4).unwrap().node_features(2), Symmetric::new(6).unwrap().node_features(2));
    let template = codes(1, 8, 5).row(0).to_vec();
    all.push(both!(Canonicalize::to_template(&sets, &template).unwrap()));
    all.push(each!(MaxFilter, random(&large, 4, 1).unwrap()));
    all.push(both!(Moments::of_sets(4, 2, 3).unwrap()));
    all.push(both!(Sort::new(7).unwrap()));
    all.push(both!(LexSort::new(4, 3).unwrap()));
    all.push(both!(LexSort::rotated(4, 3, 1).unwrap()));
    all.push(both!(ColumnSort::new(4, 3).unwrap()));
    all.push(both!(SortedKeys::random(4, 3, 5, 1).unwrap()));
    all.push(both!(FourierSliced::random(4, 3, 6, 1).unwrap()));
    all.push(both!(SortPool::random(4, 3, 6, 3, 1).unwrap()));
    for group in [ReflectionGroup::A(4), ReflectionGroup::B(3), ReflectionGroup::I2(5)] {
        all.push(both!(WeylChamber::new(&group).unwrap()));
    }
    all.push(both!(WeylChamber::new(&ReflectionGroup::H3).unwrap()));
    all.push(both!(SpectralSection::eigenvalues(3).unwrap()));
    all.push(both!(SpectralSection::singular_values(2, 4).unwrap()));
    all.push(both!(SpectralSection::singular_values(3, 2).unwrap()));
    all.push(both!(SpectralSection::norm(3).unwrap()));
    for (points, d) in [(4, 2), (3, 3), (2, 4)] {
        all.push(both!(RootGram::new(points, d).unwrap()));
    }
    all.push(both!(RootGram::centred(5, 2).unwrap()));
    // Sums of irreps of rotations: complex, of several degrees, with reflections.
    let plane = [(1, 3), (2, 1), (0, 2)].map(|(k, m)| SO2.irrep(k).representation().copies(m));
    let plane = Representation::direct_sum(&plane).unwrap();
    all.push(both!(IsotypicGram::new(&plane).unwrap()));
    all.push(both!(BlockNorms::new(&plane).unwrap()));
    all.push(both!(IrrepBispectrum::new(&plane, Triples::All, 1).unwrap()));
    let space = Representation::direct_sum(&[
        O3.vectors().copies(2),
        O3.irrep(2, false).unwrap().representation().copies(3),
    ])
    .unwrap();
    all.push(both!(IsotypicGram::new(&space).unwrap()));
    all.push(both!(BlockNorms::new(&space).unwrap()));
    all.push(both!(PerField::new(Sort::new(3).unwrap(), 2).unwrap()));
    let keys = || SortedKeys::random(3, 2, 2, 1).unwrap();
    all.push(both!(Projection::<f64>::then(keys(), Moments::of_sets(3, 2, 2).unwrap()).unwrap()));
    all
}

fn tensor(codes: ArrayView2<'_, f64>) -> Tensor {
    let values: Vec<f64> = codes.iter().copied().collect();
    Tensor::from_vec(values, codes.dim(), &Device::Cpu).unwrap()
}

fn values(tensor: &Tensor) -> Array2<f64> {
    let flat = tensor.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap();
    Array2::from_shape_vec(tensor.dims2().unwrap(), flat).unwrap()
}

fn furthest(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    assert_eq!(a.dim(), b.dim());
    // NaN is furthest.
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, |m, d| if d <= m { m } else { d })
}

/// The derivative of `Σ w_ij s(z)_ij`.
fn gradient(form: &dyn Differentiable, z: &Array2<f64>, weights: &Array2<f64>) -> Array2<f64> {
    differentiable::gradient(form, z.view(), weights.view()).unwrap().1
}

#[test]
fn values_are_those_of_the_batch_form() {
    for Case { name, form, double, single } in all() {
        for (scale, n) in [(1.0, 5), (100.0, 1)] {
            let z = codes(n, double.input_dim(), 7) * scale;
            let expected = double.project(z.view()).unwrap();
            let found = form.forward(&tensor(z.view())).unwrap();
            let size = expected.iter().fold(1.0f64, |m, v| m.max(v.abs()));
            let error = furthest(&values(&found), &expected) / size;
            assert!(error < 1e-12, "{name} in f64: {error:e}");

            let narrow = z.mapv(|v| v as f32);
            let expected = single.project(narrow.view()).unwrap().mapv(f64::from);
            let narrow = tensor(z.view()).to_dtype(DType::F32).unwrap();
            let found = form.forward(&narrow).unwrap();
            assert_eq!(found.dtype(), DType::F32, "{name}");
            let error = furthest(&values(&found), &expected) / size;
            assert!(error < 1e-5, "{name} in f32: {error:e}");
        }
    }
}

/// Central differences of the batch form, at generic codes.
#[test]
fn gradients_are_those_of_the_batch_form() {
    for Case { form, double, .. } in all() {
        check_gradient(&*form, &*double, 1e-12, &mut groups::laws::seeded()).unwrap();
    }
}

/// What the catalogue builds passes gradients, in either precision, and so do two of them in a row.
#[test]
fn what_the_catalogue_builds_is_differentiable() {
    let rng = &mut groups::laws::seeded();
    for (group, rep) in [("c4", "2 x regular"), ("s4", "4 x 2"), ("so3", "3 x natural + trivial")] {
        let space = Space::parse(group, rep).unwrap();
        for candidate in catalogue::applicable::<f64>(&space, 3).usable {
            let s = &candidate.projection;
            let name = candidate.choice.name();
            // The best rotation turns with the code.
            if name == "weighted-frame" || group == "so3" && name == "align-to-template" {
                let error = s.forward(&tensor(codes(1, space.dim(), 1).view())).unwrap_err();
                assert_eq!(error.to_string(), format!("{name} has no differentiable form"));
                continue;
            }
            check_gradient(s, s, 1e-11, rng).unwrap();
            let any = AnyProjection::new(&space, candidate.choice.name(), 3).unwrap();
            check_gradient(&any, s, 1e-11, rng).unwrap();
            let narrow = tensor(codes(2, space.dim(), 1).view()).to_dtype(DType::F32).unwrap();
            assert_eq!(any.forward(&narrow).unwrap().dtype(), DType::F32);
            let wide = Space::parse("c1", &format!("{} x trivial", s.output_dim())).unwrap();
            let linear = RandomLinear::<f64>::random(&wide, 2, 0).unwrap();
            let both = s.clone().then(linear).unwrap();
            check_gradient(&both, &both, 1e-11, rng).unwrap();
        }
    }
}

/// Only where the crate is built for one, with `--features cuda` or `metal`; there must be one.
#[cfg(any(feature = "cuda", feature = "metal"))]
#[test]
fn an_accelerator_gives_the_same_values_and_gradients() {
    let device = if cfg!(feature = "cuda") { Device::new_cuda(0) } else { Device::new_metal(0) };
    let device =
        device.unwrap_or_else(|e| panic!("this test needs the device of the feature: {e}"));
    let mut wrong = Vec::new();
    for Case { name, form, double, .. } in all() {
        let z = codes(5, double.input_dim(), 7);
        let weights = codes(5, double.output_dim(), 9);
        let on = |device: &Device| -> Result<_, DifferentiableError> {
            let put = |m: &Array2<f64>| tensor(m.view()).to_dtype(DType::F32)?.to_device(device);
            let z = Var::from_tensor(&put(&z)?)?;
            let y = form.forward(&z)?;
            assert!(y.device().same_device(device), "{name}");
            let gradients = (&y * put(&weights)?)?.sum_all()?.backward()?;
            Ok((values(&y), values(gradients.get(&z).unwrap())))
        };
        let size = |m: &Array2<f64>| m.iter().fold(1.0f64, |a, v| a.max(v.abs()));
        match (on(&Device::Cpu), on(&device)) {
            (Ok((y, g)), Ok((other_y, other_g))) => {
                let (error, slope) =
                    (furthest(&y, &other_y) / size(&y), furthest(&g, &other_g) / size(&g));
                if !(error <= 1e-5 && slope <= 1e-4) {
                    wrong.push(format!("{name}: values {error:e}, gradients {slope:e}"));
                }
            }
            (here, there) => {
                wrong.extend(
                    [here.err(), there.err()].iter().flatten().map(|e| format!("{name}: {e}")),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Codes with stabilizers have gradients too, those of one choice; equal ones in any split.
#[test]
fn ties_have_finite_gradients() {
    for Case { name, form, double, .. } in all() {
        let dim = double.input_dim();
        let z = ndarray::concatenate![
            ndarray::Axis(0),
            Array2::zeros((1, dim)),
            Array2::ones((1, dim)),
            codes(1, dim, 1)
        ];
        let weights = codes(3, double.output_dim(), 9);
        let whole = gradient(&*form, &z, &weights);
        assert!(whole.iter().all(|v| v.is_finite()), "{name}: {whole}");
        assert!(values(&form.forward(&tensor(z.view())).unwrap()).iter().all(|v| v.is_finite()));
        for i in 0..3 {
            let row = |a: &Array2<f64>| a.select(ndarray::Axis(0), &[i]);
            let one = gradient(&*form, &row(&z), &row(&weights));
            assert!(furthest(&one, &row(&whole)) < 1e-9, "{name}");
        }
    }
}

/// One of tied elements gets the gradient, the first.
#[test]
fn the_first_of_equals_is_chosen() {
    let rep = Representation::regular(&Cyclic::new(4).unwrap());
    let z = array![[1.0, 5.0, 5.0, 2.0]];
    let one = array![[1.0]];
    let found = gradient(&GroupMax::new(&rep).unwrap(), &z, &one);
    assert_eq!(found, array![[0.0, 1.0, 0.0, 0.0]]);
    // Every pose of the template is as good on a constant code: the first is the identity.
    let templates = codes(1, 4, 3);
    let filter = MaxFilter::with_templates(&rep, templates.view()).unwrap();
    let constant = Array2::zeros((1, 4));
    assert_eq!(gradient(&filter, &constant, &one), templates);
    // A subgradient of a convex function: s(w) ≥ s(z) + ⟨∇, w − z⟩.
    for seed in 0..20 {
        let w = codes(1, 4, seed);
        assert!(filter.project(w.view()).unwrap()[(0, 0)] >= (&templates * &w).sum() - 1e-12);
    }
    // Sorting stays a permutation.
    let weights = array![[1.0, 2.0, 3.0, 4.0]];
    let found = gradient(&Sort::new(4).unwrap(), &z, &weights);
    assert_eq!(found, array![[1.0, 3.0, 4.0, 2.0]]);
    // The norm at 0.
    assert_eq!(gradient(&GroupNorm::new(&rep).unwrap(), &constant, &one), constant);
}

#[test]
fn unfit_codes_are_refused_by_name() {
    for Case { name, form, double, .. } in all() {
        let dim = double.input_dim();
        let mut z = codes(5, dim, 1);
        z[(3, dim - 1)] = f64::NAN;
        match form.forward(&tensor(z.view())) {
            Err(DifferentiableError::Projection(ProjectionError::NotFinite {
                row: 3,
                column,
                ..
            })) if column == dim - 1 => {}
            other => panic!("{name}: {other:?}"),
        }
        match form.forward(&tensor(codes(2, dim + 1, 1).view())) {
            Err(DifferentiableError::Projection(ProjectionError::Dimension { .. })) => {}
            other => panic!("{name}: {other:?}"),
        }
        let flat = Tensor::zeros(dim, DType::F64, &Device::Cpu).unwrap();
        match form.forward(&flat) {
            Err(DifferentiableError::Shape { .. }) => {}
            other => panic!("{name}: {other:?}"),
        }
        let whole = Tensor::zeros((2, dim), DType::U32, &Device::Cpu).unwrap();
        match form.forward(&whole) {
            Err(DifferentiableError::Type { got: DType::U32, .. }) => {}
            other => panic!("{name}: {other:?}"),
        }
    }
}

/// Views that are not contiguous, and batches of no codes.
#[test]
fn any_layout_and_number_of_codes() {
    for Case { name, form, double, .. } in all() {
        let z = codes(4, double.input_dim(), 2);
        let turned = tensor(z.t()).t().unwrap();
        let found = values(&form.forward(&turned).unwrap());
        assert!(furthest(&found, &double.project(z.view()).unwrap()) < 1e-10, "{name}");
        let none = form.forward(&tensor(codes(0, double.input_dim(), 2).view()));
        let none = none.unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(none.dims(), [0, double.output_dim()], "{name}");
    }
}

/// Small codes keep their digits, in values and derivatives: near zero `s(z)` is `τ/2` times the variance of the
/// products, where nothing is fixed.
#[test]
fn soft_maxima_of_small_codes() {
    let c7 = Cyclic::new(7).unwrap();
    let plane = c7.irrep(2).unwrap().representation().copies(2);
    let (dim, tau) = (plane.dim(), 2.0);
    let filter = SoftMaxFilter::<f64>::random(&plane, 3, tau, 1).unwrap();
    let unit = codes(2, dim, 4);
    for size in [1e-12, 1e-9, 1e-6] {
        let z = &unit * size;
        let x = Var::from_slice(z.as_slice().unwrap(), (2, dim), &Device::Cpu).unwrap();
        let y = filter.forward(&x).unwrap();
        let values: Vec<f64> = y.flatten_all().unwrap().to_vec1().unwrap();
        for (a, b) in values.iter().zip(filter.project(z.view()).unwrap().iter()) {
            assert!((a / b - 1.0).abs() < 1e-12, "{size:e}: {a:e} and {b:e}");
        }
        // Homogeneous of degree two up to that: Euler's relation ⟨∇s, z⟩ = 2s.
        let gradient = y.sum_all().unwrap().backward().unwrap();
        let slope = (gradient.get(&x).unwrap() * x.as_tensor()).unwrap().sum_all().unwrap();
        let twice = 2.0 * values.iter().sum::<f64>();
        let off = slope.to_scalar::<f64>().unwrap() / twice - 1.0;
        assert!(off.abs() < 1e-12 + 10.0 * size, "{size:e}: {off:e}");
    }
    // Both sides of where the series ends: one smooth function.
    for size in [0.02, 0.05, 0.1, 0.2, 0.5] {
        let x =
            Var::from_slice((&unit * size).as_slice().unwrap(), (2, dim), &Device::Cpu).unwrap();
        let y = filter.forward(&x).unwrap().sum_all().unwrap();
        let gradient = y.backward().unwrap().get(&x).unwrap().flatten_all().unwrap();
        for (i, slope) in gradient.to_vec1::<f64>().unwrap().into_iter().enumerate() {
            let at = |step: f64| {
                let mut z = &unit * size;
                z[[i / dim, i % dim]] += step;
                filter.project(z.view()).unwrap().sum()
            };
            let numeric = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert!((slope - numeric).abs() < 1e-8, "{size}: {slope} and {numeric}");
        }
    }
}
