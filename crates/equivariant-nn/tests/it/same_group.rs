//! Types belong together where laws and actions do, whatever things are called.

use std::f64::consts::TAU;

use candle_core::{DType, Device};
use equivariant_nn::action::act;
use equivariant_nn::check::{check_intertwining, worst};
use equivariant_nn::layers::{
    Activation, ConvConfig, EquivariantLinear, Gated, GroupConv, InvariantPool, LiftingConv,
    RegularLinear,
};
use equivariant_nn::{BasisCache, FieldType, Layer, Mode, NnError, Parameters, Sequential};
use groups::action::image::Interpolation;
use groups::compact::{Angle, SO2};
use groups::{
    Cyclic, Dihedral, FiniteGroup, Group, GroupError, Irreps, MatrixGroup, Permutation,
    PermutationGroup, PlanarGroup, Product, Representation, Semidirect, Symmetric, TableGroup,
    WithIrreps,
};
use nalgebra::{DMatrix, Matrix2};
use rand::Rng;

use crate::common::noise;

fn permutations(degree: usize, generators: &[&[&[usize]]]) -> PermutationGroup {
    let cycles = generators.iter().map(|c| Permutation::from_cycles(degree, c).unwrap());
    PermutationGroup::new("g", degree, cycles.collect()).unwrap()
}

/// `C_6` and `S_3`, both of order 6, on six points.
fn c6_and_s3() -> [PermutationGroup; 2] {
    let s3: [&[&[usize]]; 2] = [&[&[0, 1, 2], &[3, 4, 5]], &[&[0, 3], &[1, 5], &[2, 4]]];
    [permutations(6, &[&[&[0, 1, 2, 3, 4, 5]]]), permutations(6, &s3)]
}

/// `C_3 ⋊ C_2` by the identity and by the inverse.
fn two_semidirects() -> [Semidirect<Cyclic, Cyclic>; 2] {
    let (c3, c2) = (Cyclic::new(3).unwrap(), Cyclic::new(2).unwrap());
    [
        Semidirect::new(c3, c2, |_, n| *n).unwrap(),
        Semidirect::new(c3, c2, |h, n| if *h == 1 { (3 - n) % 3 } else { *n }).unwrap(),
    ]
}

fn tables<G: FiniteGroup>(groups: &[G; 2]) -> [TableGroup; 2] {
    groups.each_ref().map(|group| {
        let n = group.order();
        let index = |a, b| group.index(&group.compose(&group.element(a), &group.element(b)));
        let rows = (0..n).map(|a| (0..n).map(|b| index(a, b)).collect()).collect();
        TableGroup::new("g", rows).unwrap()
    })
}

/// A layer over one after a layer over the other, both as regular fields and as summands.
fn assert_apart<G: FiniteGroup, H: FiniteGroup>(a: &G, b: &H) {
    assert_eq!((a.name(), a.order()), (b.name(), b.order()));
    assert_ne!(FieldType::regular(a, 2), FieldType::regular(b, 2));
    assert_ne!(FieldType::trivial(a, 2).at_point(), FieldType::trivial(b, 2).at_point());
    let parameters = Parameters::new(0, DType::F32, Device::Cpu);
    let vb = parameters.builder();
    let first = RegularLinear::new(a, 1, 2, true, vb.pp("first")).unwrap();
    let second = RegularLinear::new(b, 2, 1, true, vb.pp("second")).unwrap();
    let error = Sequential::new("net", first).then(second).unwrap_err();
    assert!(matches!(error, NnError::Type { .. }));
    assert!(error.to_string().contains("with another law of the group"), "{error}");
}

fn assert_together<G: FiniteGroup, H: FiniteGroup>(a: &G, b: &H) {
    for (x, y) in [
        (FieldType::regular(a, 2).at_point(), FieldType::regular(b, 2).at_point()),
        (FieldType::of(&Representation::regular(a)), FieldType::of(&Representation::regular(b))),
    ] {
        assert_eq!(x, y);
        let hash = |t: &FieldType| {
            use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
            BuildHasherDefault::<DefaultHasher>::default().hash_one(t)
        };
        assert_eq!(hash(&x), hash(&y));
    }
}

#[test]
fn groups_of_one_name_and_order_are_told_apart_by_their_law() {
    let (permuted, twisted) = (c6_and_s3(), two_semidirects());
    let tabled = tables(&twisted);
    assert_apart(&permuted[0], &permuted[1]);
    assert_apart(&twisted[0], &twisted[1]);
    assert_apart(&tabled[0], &tabled[1]);
    let irreps = permuted.clone().map(|group| WithIrreps::new(group).unwrap());
    assert_apart(&irreps[0], &irreps[1]);
    // Of different types.
    assert_apart(&permuted[0], &tabled[1]);
    assert_apart(&irreps[0], &permuted[1]);
    // C_8 and C_4 × C_2 are abelian, and all of D_4 and Q_8 has another numbering as well.
    let (c2, c4) = (Cyclic::new(2).unwrap(), Cyclic::new(4).unwrap());
    let c8 = tables(&[Cyclic::new(8).unwrap(), Cyclic::new(8).unwrap()]);
    let c4c2 = tables(&[Product::new(c4, c2), Product::new(c4, c2)]);
    let d4 = tables(&[Dihedral::new(4).unwrap(), Dihedral::new(4).unwrap()]);
    let q8 = tables(&[TableGroup::quaternion(), TableGroup::quaternion()]);
    let all = [&c8[0], &c4c2[0], &d4[0], &q8[0]];
    for i in 0..4 {
        (0..i).for_each(|j| assert_apart(all[i], all[j]));
        assert_together(all[i], all[i]);
    }
    // Matrices of one group in another order: the regular fields are others.
    let turn = |k: usize| {
        let (s, c) = (TAU * k as f64 / 5.0).sin_cos();
        DMatrix::from_row_slice(2, 2, &[c, -s, s, c])
    };
    let [one, two] = [1, 2].map(|k| MatrixGroup::generated_by("g", &[turn(k)], 10).unwrap());
    // Both list powers of their generator: one law, and another action.
    assert_together(&one, &two);
    let vectors = |group: &MatrixGroup| FieldType::of(&group.defining());
    assert_ne!(vectors(&one), vectors(&two));
}

/// What was right stays so: the same group as another value, or as a value of another type.
#[test]
fn the_same_law_by_other_values_is_the_same() {
    assert_together(&c6_and_s3()[1], &c6_and_s3()[1]);
    assert_together(&two_semidirects()[1], &two_semidirects()[1]);
    assert_together(&two_semidirects()[0], &TableGroup::of(&two_semidirects()[0]).unwrap());
    let cube = MatrixGroup::octahedral().unwrap();
    assert_together(&cube, &WithIrreps::new(MatrixGroup::octahedral().unwrap()).unwrap());
    assert_eq!(
        FieldType::of(&cube.defining()),
        FieldType::of(&MatrixGroup::octahedral().unwrap().defining())
    );
    let d4 = Dihedral::new(4).unwrap();
    assert_eq!(FieldType::regular(&d4, 3), FieldType::regular(&Dihedral::new(4).unwrap(), 3));
    // A name says nothing, but on the plane, where one law may move pixels in two ways.
    let [six, _] = tables(&[Cyclic::new(6).unwrap(), Cyclic::new(6).unwrap()]);
    assert_ne!(six.name(), "C6");
    assert_together(&Cyclic::new(6).unwrap(), &six);
    let (c2, d1) = (Cyclic::new(2).unwrap(), Dihedral::new(1).unwrap());
    assert_together(&c2, &d1);
    assert_ne!(FieldType::regular(&c2, 1), FieldType::regular(&d1, 1));
    // Too many elements to be listed: equal values are the same.
    let large = PermutationGroup::alternating(30).unwrap();
    let again = PermutationGroup::alternating(30).unwrap();
    assert_eq!(FieldType::of(&large.natural()), FieldType::of(&again.natural()));
}

/// Equal groups may have other generators, in another order.
#[test]
fn actions_are_compared_at_the_same_elements() {
    let [one, two] = [[1, 2], [2, 1]].map(|s| TableGroup::of(&Klein(s)).unwrap());
    assert_eq!(one, two);
    // The first generator changes the sign, whichever element it is.
    let sign = |group: &TableGroup| {
        let second = group.generators()[1];
        let sign = move |g: &usize| if *g == 0 || *g == second { 1.0 } else { -1.0 };
        let matrix = move |g: &usize| DMatrix::from_element(1, 1, sign(g));
        FieldType::of(&Representation::from_matrices(group, "sign".into(), 1, matrix))
    };
    assert_eq!(sign(&one), sign(&one));
    assert_ne!(sign(&one), sign(&two));
}

/// `C_2` by a reflection of the plane, in the direction of an angle.
#[derive(Debug, Clone, PartialEq)]
struct Mirror(f64);

/// `C_2 × C_2` by two of its elements.
#[derive(Debug, Clone, PartialEq)]
struct Klein([usize; 2]);

/// Elements are bits.
macro_rules! bits {
    ($group:ty, $order:expr, $generators:expr) => {
        impl Group for $group {
            type Element = usize;
            fn name(&self) -> String {
                "bits".to_owned()
            }
            fn identity(&self) -> usize {
                0
            }
            fn compose(&self, a: &usize, b: &usize) -> usize {
                a ^ b
            }
            fn inverse(&self, a: &usize) -> usize {
                *a
            }
            fn generators(&self) -> Vec<usize> {
                $generators(self)
            }
            fn sample<R: Rng + ?Sized>(&self, _: &mut R) -> usize {
                1
            }
        }

        impl FiniteGroup for $group {
            fn order(&self) -> usize {
                $order
            }
            fn element(&self, index: usize) -> usize {
                index
            }
            fn index(&self, element: &usize) -> usize {
                *element
            }
        }
    };
}
bits!(Mirror, 2, |_| vec![1]);
bits!(Klein, 4, |group: &Klein| group.0.to_vec());

/// One name, one group, two actions.
#[test]
fn actions_are_compared_by_their_matrices() {
    let c8 = Cyclic::new(8).unwrap();
    let named = |k: usize| {
        let matrix = move |g: &usize| {
            let (s, c) = (TAU * (k * g) as f64 / 8.0).sin_cos();
            DMatrix::from_row_slice(2, 2, &[c, -s, s, c])
        };
        Representation::from_matrices(&c8, "turns".into(), 2, matrix)
    };
    assert_eq!(FieldType::of(&named(1)), FieldType::of(&named(1)));
    for k in [2, 3, 5, 7] {
        assert_ne!(FieldType::of(&named(1)), FieldType::of(&named(k)), "{k}");
    }
    let renamed = Representation::from_matrices(&c8, "spins".into(), 2, {
        let turns = named(1);
        move |g: &usize| turns.matrix(g)
    });
    assert_eq!(FieldType::of(&renamed), FieldType::of(&named(1)));
    // Neighbours of one name and one action are one block.
    let both = |k| Representation::direct_sum(&[named(1), named(k)]).unwrap();
    assert_eq!(FieldType::of(&both(1)).blocks().len(), 1);
    assert_eq!(FieldType::of(&both(3)).blocks().len(), 2);
    let tilted = |angle: f64| {
        let (s, c) = angle.sin_cos();
        let basis = DMatrix::from_row_slice(2, 2, &[c, -s, s, c]);
        let flip = DMatrix::from_row_slice(2, 2, &[1.0, 0.0, 0.0, -1.0]);
        let matrix = move |g: &usize| match g % 2 {
            0 => DMatrix::identity(2, 2),
            _ => &basis * &flip * basis.transpose(),
        };
        FieldType::of(&Representation::from_matrices(&c8, "flip".into(), 2, matrix))
    };
    // Rounding is no difference; a hundred-thousandth of a turn is.
    assert_eq!(tilted(0.3), tilted(0.3 + 1e-12));
    assert_ne!(tilted(0.3), tilted(0.3 + 1e-5));

    let permuted = |images: [usize; 3]| {
        let s3 = Symmetric::new(3).unwrap();
        let relabel = Permutation::new(images.to_vec()).unwrap();
        let action = move |g: &Permutation| relabel.compose(g).compose(&relabel.inverse());
        FieldType::of(&Representation::permutation(&s3, "points".into(), 3, action))
    };
    assert_eq!(permuted([0, 1, 2]), permuted([0, 1, 2]));
    assert_ne!(permuted([0, 1, 2]), permuted([0, 2, 1]));

    // Of a group that is not finite.
    let wave = |k: f64| {
        let matrix = move |a: &Angle| {
            let (s, c) = (k * a.radians()).sin_cos();
            DMatrix::from_row_slice(2, 2, &[c, -s, s, c])
        };
        Representation::from_matrices(&SO2, "wave".into(), 2, matrix)
    };
    assert_eq!(FieldType::of_compact(&wave(3.0)), FieldType::of_compact(&wave(3.0)));
    assert_ne!(FieldType::of_compact(&wave(3.0)), FieldType::of_compact(&wave(4.0)));
    let error = Sequential::new("net", Gated::compact(&wave(1.0), Activation::Silu).unwrap())
        .then(InvariantPool::new(FieldType::of_compact(&wave(2.0))).unwrap())
        .unwrap_err()
        .to_string();
    assert!(error.contains("with another action of the group"), "{error}");
}

/// A network that is accepted is equivariant: that over `S_3` after one over `C_6` was off by 1.44.
#[test]
fn what_is_accepted_is_equivariant() {
    let groups = c6_and_s3();
    let parameters = Parameters::new(5, DType::F64, Device::Cpu);
    for (i, a) in groups.iter().enumerate() {
        for (j, b) in groups.iter().enumerate() {
            let vb = parameters.builder().pp(format!("{i}{j}"));
            let first = RegularLinear::new(a, 1, 3, true, vb.pp("first")).unwrap();
            let second = RegularLinear::new(b, 3, 1, true, vb.pp("second")).unwrap();
            let net = Sequential::new("net", first).then(second);
            assert_eq!(net.is_ok(), i == j);
            let Ok(net) = net else { continue };
            let rho = Representation::regular(a);
            let errors = check_intertwining(&rho, &rho, &noise(1, &[4, 6]), a.elements(), |x| {
                net.forward(x, Mode::Eval)
            });
            assert!(worst(&errors.unwrap()) < 1e-13);
        }
    }
}

/// Representations of another group of the same type are refused before elements are mixed up.
#[test]
fn representations_of_other_groups_are_refused() {
    let [c6, s3] = c6_and_s3();
    let (irreps, folder) = (Irreps::of(&c6).unwrap(), tempfile::tempdir().unwrap());
    let cache = BasisCache::new(irreps.clone(), folder.path());
    let [mine, other] = [&c6, &s3].map(Representation::regular);
    let parameters = Parameters::new(0, DType::F64, Device::Cpu);
    let build = |rho, sigma, cached: bool| {
        let vb = parameters.builder();
        let layer = match cached {
            true => EquivariantLinear::new(&cache, rho, sigma, true, vb),
            false => EquivariantLinear::new(&irreps, rho, sigma, true, vb),
        };
        layer.map(|_| ())
    };
    for cached in [false, true] {
        assert!(build(&mine, &mine, cached).is_ok());
        for (rho, sigma) in [(&mine, &other), (&other, &mine), (&other, &other)] {
            let error = build(rho, sigma, cached).unwrap_err();
            assert!(matches!(error, NnError::Group(GroupError::GroupMismatch { .. })), "{error}");
        }
    }
    let errors =
        check_intertwining(&mine, &other, &noise(1, &[2, 6]), c6.elements(), |x| Ok(x.clone()));
    assert!(matches!(errors, Err(NnError::Group(GroupError::GroupMismatch { .. }))));
}

/// Groups without generators had one file for representations of any dimension.
#[test]
fn bases_of_the_trivial_group_are_kept_apart() {
    let folder = tempfile::tempdir().unwrap();
    let c1 = Cyclic::new(1).unwrap();
    let cache = BasisCache::new(Irreps::of(&c1).unwrap(), folder.path());
    for dim in [2, 3, 2] {
        let identity = move |_: &usize| DMatrix::identity(dim, dim);
        let rho = Representation::from_matrices(&c1, "all".into(), dim, identity);
        assert_eq!(groups::IrrepTheory::isotypic(&cache, &rho).unwrap().basis.nrows(), dim);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

impl PlanarGroup for Mirror {
    fn planar_matrix(&self, g: &usize) -> Matrix2<f64> {
        let (s, c) = (2.0 * self.0).sin_cos();
        if *g == 0 { Matrix2::identity() } else { Matrix2::new(c, s, s, -c) }
    }
}

/// On the plane the law is not all: pixels move too.
#[test]
fn groups_that_move_pixels_otherwise_are_told_apart() {
    let (level, upright) = (Mirror(0.0), Mirror(TAU / 4.0));
    let parameters = Parameters::new(0, DType::F32, Device::Cpu);
    let vb = parameters.builder();
    let config = ConvConfig::new(3);
    let net = |b: &Mirror| {
        let lift = LiftingConv::new(&level, 1, 2, &config, vb.pp("lift")).unwrap();
        Sequential::new("net", lift).then(GroupConv::new(b, 2, 2, &config, vb.pp("conv")).unwrap())
    };
    assert!(net(&level).is_ok());
    let error = net(&upright).unwrap_err().to_string();
    assert!(error.contains("with another law of the group"), "{error}");
    // Codes have no pixels.
    assert_together(&level, &upright);
    let x = noise(1, &[1, 1, 4, 4]);
    let image = FieldType::trivial(&level, 1);
    assert!(act(&level, &1, &image, &x, Interpolation::Bilinear).is_ok());
    assert!(act(&upright, &1, &image, &x, Interpolation::Bilinear).is_err());
    assert!(image.belongs_to(&level) && !image.belongs_to(&upright));
}

/// `Σ m_i n_i e_i` weights: regular fields of the dicyclic group of order 12, whose real irreps are three
/// of real type, one of complex and one of quaternionic type. Counted without irreps as well.
#[test]
fn weights_of_linear_maps_for_irreps_of_all_types() {
    let (c3, c4) = (Cyclic::new(3).unwrap(), Cyclic::new(4).unwrap());
    let dic3 = Semidirect::new(c3, c4, |h, n| if h % 2 == 1 { (3 - n) % 3 } else { *n }).unwrap();
    let irreps = Irreps::of(&dic3).unwrap();
    let mut kinds: Vec<usize> =
        irreps.real().iter().map(|psi| psi.kind().endomorphism_dim()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [1, 1, 1, 2, 4]);
    let rho = Representation::regular(&dic3).copies(2);
    let m = irreps.multiplicities(&rho).unwrap();
    assert_eq!(m.iter().map(|m| m * m).sum::<usize>(), 32);
    let parameters = Parameters::new(0, DType::F64, Device::Cpu);
    let layer = EquivariantLinear::new(&irreps, &rho, &rho, false, parameters.builder()).unwrap();
    assert_eq!(layer.parameters(), 48);
    assert_eq!(rho.intertwiners(&rho).unwrap().len(), 48);
    // The cube of the guide has real types only.
    let cube = MatrixGroup::octahedral().unwrap();
    let rho = Representation::regular(&cube).copies(2);
    let irreps = Irreps::of(&cube).unwrap();
    let parameters = Parameters::new(0, DType::F64, Device::Cpu);
    let layer = EquivariantLinear::new(&irreps, &rho, &rho, false, parameters.builder()).unwrap();
    assert_eq!(layer.parameters(), 96);
}
