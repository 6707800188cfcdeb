//! Irreps as matrices, decompositions, intertwiners, restriction and induction.

use groups::laws::check_representation;
use groups::{
    ClebschGordan, Cyclic, Dihedral, DihedralElement, FiniteGroup, GroupError, HasIrreps,
    Inclusion, IrrepTheory, IrrepType, Irreps, MatrixGroup, PermutationGroup, Product,
    Representation, Semidirect, Symmetric, TableGroup, WithIrreps, Wreath,
};
use nalgebra::DMatrix;
use num_complex::Complex;
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

const TOLERANCE: f64 = 1e-11;

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Complex irreps are unitary homomorphisms with the table's characters; real ones are orthogonal,
/// of the type that they say, and make up the regular representation.
fn check_irreps<G: FiniteGroup>(group: &G) -> Irreps<G> {
    let irreps = Irreps::of(group).unwrap();
    let table = irreps.table();
    let mut rng = rng(0);
    for (i, psi) in irreps.complex().iter().enumerate() {
        let one = DMatrix::<Complex<f64>>::identity(psi.dim(), psi.dim());
        for _ in 0..10 {
            let (a, b) = (group.sample(&mut rng), group.sample(&mut rng));
            let product = psi.matrix(&group.compose(&a, &b));
            let off = (product - psi.matrix(&a) * psi.matrix(&b)).map(|v| v.norm()).amax();
            assert!(off < TOLERANCE, "{} irrep {i}: {off:e}", group.name());
            assert!(
                (psi.matrix(&a).adjoint() * psi.matrix(&a) - &one).map(|v| v.norm()).amax()
                    < TOLERANCE
            );
            let class = table.classes().class_of(group.index(&a));
            assert!((psi.matrix(&a).trace() - table.value(i, class)).norm() < TOLERANCE);
            assert!(
                (psi.dual_matrix(&a).trace() - table.value(table.conjugate(i), class)).norm()
                    < TOLERANCE
            );
        }
    }
    groups::assert_irreps!(*group, irreps.real());
    irreps
}

/// `Qᵀρ(g)Q` is the block form, and the isotypic projections add up to 1 and commute with `ρ`.
fn check_decomposition<G: FiniteGroup>(irreps: &Irreps<G>, rho: &Representation<G>) {
    let decomposition = irreps.decompose(rho).unwrap();
    let (q, blocks) = (decomposition.basis(), decomposition.block_form().unwrap());
    let one = DMatrix::<f64>::identity(rho.dim(), rho.dim());
    assert!((q.transpose() * q - &one).amax() < TOLERANCE);
    let projections: Vec<_> =
        (0..irreps.real().len()).map(|i| decomposition.isotypic_projection(i)).collect();
    assert!((projections.iter().fold(-one, |sum, p| sum + p)).amax() < TOLERANCE);
    for seed in 0..5 {
        let g = rho.group().sample(&mut rng(seed));
        let off = (q.transpose() * rho.matrix(&g) * q - blocks.matrix(&g)).amax();
        assert!(off < 1e-10, "{rho}: {off:e}");
        for p in &projections {
            assert!((p * rho.matrix(&g) - rho.matrix(&g) * p).amax() < TOLERANCE);
        }
    }
    // The trivial component is the fixed space.
    assert_eq!(rho.fixed_dim(), decomposition.multiplicities()[0]);
    let fixed = rho.fixed_space();
    assert!((&fixed * fixed.transpose() - &projections[0]).amax() < 1e-9);
}

fn check_intertwiners<G: FiniteGroup>(
    maps: &[DMatrix<f64>],
    from: &Representation<G>,
    to: &Representation<G>,
) {
    let dim = from.character_product(to).unwrap();
    assert_eq!(maps.len(), dim.round() as usize, "dim Hom({from}, {to})");
    for (i, s) in maps.iter().enumerate() {
        let g = from.group().sample(&mut rng(i as u64));
        assert!((s * from.matrix(&g) - to.matrix(&g) * s).amax() < 1e-9);
        for (j, t) in maps.iter().enumerate() {
            assert!((s.dot(t) - f64::from(i == j)).abs() < 1e-9);
        }
    }
}

fn check_theory<G: FiniteGroup>(group: &G) {
    let irreps = check_irreps(group);
    let regular = Representation::regular(group);
    if group.order() <= 130 {
        check_decomposition(&irreps, &regular);
    }
    let sum: Vec<_> = irreps.real().iter().rev().map(|p| p.representation().clone()).collect();
    let sum =
        Representation::direct_sum(&[sum[0].copies(2), Representation::direct_sum(&sum).unwrap()])
            .unwrap();
    if sum.dim() <= 60 {
        check_decomposition(&irreps, &sum);
        let parts = irreps.decompose(&sum).unwrap();
        check_intertwiners(&parts.intertwiners(&parts).unwrap(), &sum, &sum);
    }
    // Each irrep of dimension d occurs d times over C.
    let multiplicities = irreps.multiplicities(&regular).unwrap();
    for (psi, m) in irreps.real().iter().zip(multiplicities) {
        assert_eq!(m * psi.kind().endomorphism_dim(), psi.representation().dim());
    }
}

#[test]
fn named_groups() {
    for n in 1..=5 {
        check_theory(&Symmetric::new(n).unwrap());
        check_theory(&PermutationGroup::alternating(n).unwrap());
        check_theory(&Cyclic::new(n).unwrap());
        check_theory(&Dihedral::new(n).unwrap());
    }
    check_theory(&TableGroup::quaternion());
    for group in [
        MatrixGroup::tetrahedral(),
        MatrixGroup::full_tetrahedral(),
        MatrixGroup::octahedral(),
        MatrixGroup::full_octahedral(),
        MatrixGroup::icosahedral(),
        MatrixGroup::full_icosahedral(),
        MatrixGroup::hyperoctahedral(4),
    ] {
        check_theory(&group.unwrap());
    }
}

/// Irreps of quaternionic and complex type of dimension above one, and irreps whose restrictions to
/// cyclic subgroups have multiplicities (no element has a simple eigenvalue).
#[test]
fn groups_with_irreps_of_every_type() {
    let q8 = TableGroup::quaternion();
    check_theory(&Wreath::new(q8.clone(), Symmetric::new(2).unwrap()));
    check_theory(&Product::new(q8.clone(), Symmetric::new(3).unwrap()));
    check_theory(&Product::new(Product::new(q8.clone(), q8.clone()), Cyclic::new(3).unwrap()));
    // Q_8³ has irreps of dimension 8, where every element has eigenvalues of multiplicity 4.
    let cube = Product::new(Product::new(q8.clone(), q8.clone()), q8);
    let irreps = check_irreps(&cube);
    let last = irreps.real().last().unwrap();
    assert_eq!((last.representation().dim(), last.kind()), (16, IrrepType::Quaternionic));
    let heisenberg =
        Semidirect::new(Product::grid(3).unwrap(), Cyclic::new(3).unwrap(), |h, &(a, b)| {
            (a, (b + h * a) % 3)
        })
        .unwrap();
    check_theory(&heisenberg);
    check_theory(&Semidirect::p4(4).unwrap());
    let s6 = check_irreps(&PermutationGroup::symmetric(6).unwrap());
    assert_eq!(s6.complex().last().unwrap().dim(), 16);
}

/// The extraspecial group of order 2⁹: triples `(a, c; h)` of bits with `h` adding `⟨h, a⟩` to `c`.
/// Its last irrep has dimension 16, and every element has eigenvalues of multiplicity 8 in it.
#[test]
fn an_irrep_without_simple_eigenvalues() {
    let xor = |bits: u32| {
        let n = 1usize << bits;
        let rows = (0..n).map(|a| (0..n).map(|b| a ^ b).collect()).collect();
        TableGroup::new(format!("C2^{bits}"), rows).unwrap()
    };
    let extraspecial =
        Semidirect::new(xor(5), xor(4), |h, n| n ^ (((h & n).count_ones() as usize & 1) << 4))
            .unwrap();
    assert_eq!(extraspecial.order(), 512);
    let irreps = check_irreps(&extraspecial);
    assert_eq!(irreps.table().len(), 257);
    let last = irreps.real().last().unwrap();
    assert_eq!((last.representation().dim(), last.kind()), (16, IrrepType::Real));
}

/// Schur's orthogonality of matrix entries, over a whole group.
#[test]
fn matrix_entries_are_orthogonal() {
    let group = MatrixGroup::octahedral().unwrap();
    let irreps = Irreps::of(&group).unwrap();
    let mut entries: Vec<(usize, Vec<Complex<f64>>)> = Vec::new();
    for psi in irreps.complex() {
        let d = psi.dim();
        for k in 0..d * d {
            let entry = |g| psi.matrix(&g)[(k / d, k % d)];
            entries.push((d, group.elements().map(entry).collect()));
        }
    }
    assert_eq!(entries.len(), 24);
    for (i, (d, f)) in entries.iter().enumerate() {
        for (j, (_, h)) in entries.iter().enumerate() {
            let mean: Complex<f64> =
                f.iter().zip(h).map(|(a, b)| a * b.conj()).sum::<Complex<f64>>() / 24.0;
            let expected = if i == j { 1.0 / *d as f64 } else { 0.0 };
            assert!((mean - expected).norm() < TOLERANCE);
        }
    }
}

/// `dim Hom_{S_n}((R^n)^{⊗k}, (R^n)^{⊗l})` is the Bell number `B(k + l)` for `n ≥ k + l`
/// (Maron et al. 2019).
#[test]
fn equivariant_maps_of_tensors_are_counted_by_bell_numbers() {
    let bell = [1, 1, 2, 5, 15, 52, 203];
    for n in [4, 5, 6] {
        let nodes = Symmetric::new(n).unwrap().natural();
        let mut powers = vec![Representation::trivial(nodes.group()), nodes.clone()];
        for k in 2..=3 {
            powers.push(powers[k - 1].tensor(&nodes).unwrap());
        }
        for (k, from) in powers.iter().enumerate() {
            for (l, to) in powers.iter().enumerate().filter(|(l, _)| k + l <= n) {
                if from.dim() * to.dim() > 5_000 {
                    // Many maps of large size: the dimension is enough.
                    assert_eq!(
                        from.tensor(to).unwrap().coordinate_orbits().unwrap().len(),
                        bell[k + l]
                    );
                    continue;
                }
                let maps = from.intertwiners(to).unwrap();
                assert_eq!(maps.len(), bell[k + l], "S{n}, {k} to {l}");
            }
        }
    }
    let s4 = Symmetric::new(4).unwrap();
    let pairs = s4.natural().tensor(&s4.natural()).unwrap();
    check_representation(&pairs, 20, 0.0, &mut rng(0)).unwrap();
    let parts = Irreps::of(&s4).unwrap().decompose(&pairs).unwrap();
    check_intertwiners(&parts.intertwiners(&parts).unwrap(), &pairs, &pairs);
    check_intertwiners(&pairs.intertwiners(&pairs).unwrap(), &pairs, &pairs);
}

#[test]
fn intertwiners_of_fields() {
    let d4 = Dihedral::new(4).unwrap();
    let regular = Representation::regular(&d4);
    let corners = Representation::quotient(&d4, &[DihedralElement::reflection(0)]).unwrap();
    let irreps = Irreps::of(&d4).unwrap();
    let plane = irreps.real().last().unwrap().representation().clone();
    let mixed =
        Representation::direct_sum(&[plane.clone(), corners.copies(2), regular.clone()]).unwrap();
    for (from, to) in [(&regular, &corners), (&mixed, &plane), (&plane, &mixed), (&mixed, &mixed)] {
        check_intertwiners(&from.intertwiners(to).unwrap(), from, to);
        let (a, b) = (irreps.decompose(from).unwrap(), irreps.decompose(to).unwrap());
        check_intertwiners(&a.intertwiners(&b).unwrap(), from, to);
    }
    check_decomposition(&irreps, &mixed);
}

/// `ψ_i ⊗ ψ_j` has as many copies of `ψ_k` as the characters say.
#[test]
fn clebsch_gordan_series() {
    let icosahedral = MatrixGroup::icosahedral().unwrap();
    let irreps = Irreps::of(&icosahedral).unwrap();
    for i in 0..5 {
        for j in 0..5 {
            let decomposition = irreps.clebsch_gordan(i, j).unwrap();
            let table = irreps.table();
            let product: Vec<_> =
                table.character(i).iter().zip(table.character(j)).map(|(a, b)| a * b).collect();
            assert_eq!(decomposition.multiplicities(), table.multiplicities(&product));
            check_decomposition(&irreps, decomposition.representation());
        }
    }
    // Clebsch–Gordan maps are isometric, orthogonal to each other and commute with the group.
    for (i, j) in [(0, 1), (1, 2), (3, 4)] {
        let (left, right) = (irreps.real()[i].representation(), irreps.real()[j].representation());
        let product = left.tensor(right).unwrap();
        let couplings = irreps.couplings(i, j).unwrap();
        for ClebschGordan { irrep, maps } in &couplings {
            let psi = irreps.real()[*irrep].representation();
            let unit: Vec<_> = maps.iter().map(|t| t / (psi.dim() as f64).sqrt()).collect();
            check_intertwiners(&unit, psi, &product);
        }
        let dims = couplings.iter().map(|c| c.maps.len() * c.maps[0].ncols()).sum::<usize>();
        assert_eq!(dims, product.dim());
    }
    // 3 ⊗ 3 = 1 ⊕ 3 ⊕ 5, and 3 ⊗ 3' = 4 ⊕ 5.
    assert_eq!(irreps.clebsch_gordan(1, 1).unwrap().multiplicities(), [1, 1, 0, 0, 1]);
    assert_eq!(irreps.clebsch_gordan(1, 2).unwrap().multiplicities(), [0, 0, 0, 1, 1]);
    assert!(matches!(irreps.clebsch_gordan(5, 0), Err(GroupError::NoSuchIrrep { .. })));
}

/// `⟨Ind σ, ρ⟩_G = ⟨σ, Res ρ⟩_H`, for every pair of irreps.
fn check_reciprocity<H: FiniteGroup, G: FiniteGroup>(inclusion: &Inclusion<H, G>) {
    let (above, below) =
        (Irreps::of(inclusion.group()).unwrap(), Irreps::of(inclusion.subgroup()).unwrap());
    for sigma in below.real() {
        let induced = inclusion.induce(sigma.representation()).unwrap();
        check_representation(&induced, 10, TOLERANCE, &mut rng(1)).unwrap();
        assert_eq!(induced.dim(), inclusion.index() * sigma.representation().dim());
        for rho in above.real() {
            let restricted = inclusion.restrict(rho.representation()).unwrap();
            check_representation(&restricted, 10, TOLERANCE, &mut rng(2)).unwrap();
            let up = induced.character_product(rho.representation()).unwrap();
            let down = sigma.representation().character_product(&restricted).unwrap();
            assert!((up - down).abs() < 1e-9, "{up} against {down}");
        }
    }
    // Permutation representations stay such: functions on H become functions on G.
    let induced = inclusion.induce(&Representation::regular(inclusion.subgroup())).unwrap();
    assert!(induced.is_permutation());
    check_representation(&induced, 10, 0.0, &mut rng(3)).unwrap();
    let regular = Representation::regular(inclusion.group());
    assert_eq!(above.multiplicities(&induced).unwrap(), above.multiplicities(&regular).unwrap());
}

#[test]
fn frobenius_reciprocity() {
    let (c6, d6) = (Cyclic::new(6).unwrap(), Dihedral::new(6).unwrap());
    check_reciprocity(&Inclusion::new(&c6, &d6, |k| DihedralElement::rotation(*k)).unwrap());
    let s4 = PermutationGroup::symmetric(4).unwrap();
    let a4 = PermutationGroup::alternating(4).unwrap();
    check_reciprocity(&Inclusion::new(&a4, &s4, |g| g.clone()).unwrap());
    let icosahedral = MatrixGroup::icosahedral().unwrap();
    let turn =
        icosahedral.elements().find(|g| *g != 0 && groups::Group::power(&icosahedral, g, 5) == 0);
    check_reciprocity(&Inclusion::generated_by(&icosahedral, "C5", &[turn.unwrap()]).unwrap());
    let q8 = TableGroup::quaternion();
    let wreath = Wreath::new(q8.clone(), Symmetric::new(2).unwrap());
    let first = Inclusion::new(&q8, &wreath, |a| (vec![*a, 0], groups::Permutation::identity(2)));
    check_reciprocity(&first.unwrap());
    let wrong = Inclusion::new(&c6, &d6, |k| DihedralElement::rotation(2 * k));
    assert!(matches!(wrong, Err(GroupError::NotAHomomorphism { .. })));
    let wrong = Inclusion::new(&c6, &d6, |k| DihedralElement::rotation(k % 5));
    assert!(matches!(wrong, Err(GroupError::NotAHomomorphism { .. })));
}

/// The checks themselves: a list with an irrep missing, repeated, or of another type is refused.
#[test]
fn wrong_lists_of_irreps_are_named() {
    let d4 = Dihedral::new(4).unwrap();
    let check = |irreps: &[groups::Irrep<Dihedral>]| {
        groups::laws::check_irreps(&d4, irreps, 1e-9, &mut rng(0))
    };
    let all = d4.irreps();
    check(&all).unwrap();
    assert_eq!(check(&all[1..]).unwrap_err().law, "Σ (dim ψ)² / dim Hom_G(ψ, ψ) = |G|");
    let repeated = [all.as_slice(), &all[4..]].concat();
    assert_eq!(check(&repeated).unwrap_err().law, "⟨χ_ψ, χ_φ⟩ = δ dim Hom_G(ψ, ψ)");
}

#[test]
#[should_panic(expected = "ρ(ab) = ρ(a)ρ(b)")]
fn a_map_that_is_no_homomorphism_fails_its_assertion() {
    let c3 = Cyclic::new(3).unwrap();
    let sign = |k: &usize| DMatrix::from_element(1, 1, if *k == 0 { 1.0 } else { -1.0 });
    groups::assert_representation!(Representation::from_matrices(&c3, "wrong".into(), 1, sign));
}

/// `dim Hom(R^{n^k}, R^{n^l})` is the number of partitions of `k + l` things into at most `n` parts: a
/// Bell number for `k + l` nodes and more. Partitions counted one by one.
#[test]
fn intertwiners_of_tensors_over_few_nodes() {
    /// Restricted growth strings: each thing joins a part that is there, or begins the next.
    fn partitions(things: usize, parts: usize, most: usize) -> usize {
        if things == 0 {
            return 1;
        }
        let begun = if parts < most { partitions(things - 1, parts + 1, most) } else { 0 };
        parts * partitions(things - 1, parts, most) + begun
    }
    assert_eq!([2, 3, 4].map(|things| partitions(things, 0, 9)), [2, 5, 15]);
    assert_eq!([1, 2, 3].map(|nodes| partitions(4, 0, nodes)), [1, 8, 14]);
    for n in 1..=6 {
        let group = Symmetric::new(n).unwrap();
        let nodes = group.natural();
        let tensors =
            [Representation::trivial(&group), nodes.clone(), nodes.tensor(&nodes).unwrap()];
        for (k, from) in tensors.iter().enumerate() {
            for (l, to) in tensors.iter().enumerate() {
                let maps = from.intertwiners(to).unwrap();
                assert_eq!(maps.len(), partitions(k + l, 0, n), "{n} nodes, {k} to {l}");
            }
        }
    }
}

#[test]
fn irreps_as_a_capability() {
    let group = WithIrreps::new(PermutationGroup::alternating(4).unwrap()).unwrap();
    let dims: Vec<_> = group.irreps().iter().map(|psi| psi.representation().dim()).collect();
    assert_eq!(dims, [1, 2, 3]);
    for psi in group.irreps() {
        assert_eq!(*psi.representation().group(), group);
        check_representation(psi.representation(), 20, TOLERANCE, &mut rng(0)).unwrap();
    }
    let other = Irreps::of(&Cyclic::new(3).unwrap()).unwrap();
    let regular = Representation::regular(&Cyclic::new(4).unwrap());
    assert!(matches!(other.decompose(&regular), Err(GroupError::GroupMismatch { .. })));
    // Not a representation: multiplicities do not add up to the dimension.
    let c3 = Cyclic::new(3).unwrap();
    let wrong =
        Representation::from_matrices(&c3, "wrong".into(), 2, |_| DMatrix::from_element(2, 2, 0.1));
    assert!(matches!(other.decompose(&wrong), Err(GroupError::NoConvergence { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// The general irreps of `C_N` and `D_N` are those of the books.
    #[test]
    fn agree_with_the_families(n in 1usize..20) {
        fn agree<G: HasIrreps>(group: &G) {
            let irreps = check_irreps(group);
            assert_eq!(irreps.real().len(), group.irreps().len());
            for psi in group.irreps() {
                let m = irreps.multiplicities(psi.representation()).unwrap();
                assert_eq!(m.iter().sum::<usize>(), 1);
                let i = m.iter().position(|&m| m == 1).unwrap();
                assert_eq!(irreps.real()[i].kind(), psi.kind());
            }
        }
        agree(&Cyclic::new(n).unwrap());
        agree(&Dihedral::new(n).unwrap());
    }

    /// Groups that random permutations generate, with the action on points and on pairs of them.
    #[test]
    fn random_permutation_groups(
        images in prop::collection::vec(Just((0..6).collect::<Vec<usize>>()).prop_shuffle(), 1..3),
        outside in 0usize..3,
    ) {
        // Points left out of a permutation give smaller groups more often.
        let generators = images.into_iter().map(|images| {
            let kept = images.into_iter().filter(|&i| i >= outside).collect::<Vec<_>>();
            groups::Permutation::new((0..outside).chain(kept).collect()).unwrap()
        });
        let group = PermutationGroup::new("G", 6, generators.collect()).unwrap();
        let irreps = check_irreps(&group);
        let points = group.natural();
        check_decomposition(&irreps, &points);
        check_decomposition(&irreps, &points.tensor(&points).unwrap());
        let parts = irreps.decompose(&points).unwrap();
        check_intertwiners(&parts.intertwiners(&parts).unwrap(), &points, &points);
        check_intertwiners(&points.intertwiners(&points).unwrap(), &points, &points);
    }

    #[test]
    fn tensor_products(n in 1usize..7) {
        let group = Dihedral::new(n).unwrap();
        let regular = Representation::regular(&group);
        let irreps = group.irreps();
        let psi = irreps.last().unwrap().representation();
        // ρ ⊗ regular is dim ρ copies of the regular representation.
        let product = psi.tensor(&regular).unwrap();
        check_representation(&product, 10, TOLERANCE, &mut rng(4)).unwrap();
        for g in group.elements() {
            prop_assert!((product.character(&g) - psi.dim() as f64 * regular.character(&g)).abs() < TOLERANCE);
        }
        prop_assert_eq!(psi.dual().character(&group.element(0)), psi.dim() as f64);
    }
}

fn made_of_complex_ones<G: FiniteGroup>(group: G) {
    let irreps = Irreps::of(&group).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for (i, psi) in irreps.real().iter().enumerate() {
        let (sigma, u) = irreps.complexify(i).unwrap();
        assert_eq!(sigma.kind(), psi.kind());
        let (n, d) = (psi.representation().dim(), sigma.dim());
        assert!((u * u.adjoint() - DMatrix::identity(n, n)).norm() < 1e-12);
        for _ in 0..20 {
            let g = group.sample(&mut rng);
            let mut expected = DMatrix::zeros(n, n);
            expected.view_mut((0, 0), (d, d)).copy_from(sigma.matrix(&g));
            if n > d {
                expected.view_mut((d, d), (d, d)).copy_from(&sigma.dual_matrix(&g));
            }
            let real = psi.representation().matrix(&g).map(Complex::from);
            assert!((u * real * u.adjoint() - expected).norm() < 1e-11, "{psi:?} at {g:?}");
        }
    }
    assert!(irreps.complexify(irreps.real().len()).is_err());
}

/// Of real, complex and quaternionic type.
#[test]
fn a_unitary_matrix_takes_real_irreps_to_complex_ones() {
    made_of_complex_ones(Symmetric::new(4).unwrap());
    made_of_complex_ones(Cyclic::new(7).unwrap());
    made_of_complex_ones(TableGroup::quaternion());
    made_of_complex_ones(Semidirect::p4(3).unwrap());
    made_of_complex_ones(Product::new(TableGroup::quaternion(), Cyclic::new(3).unwrap()));
}
