//! Character tables against those in the books, orthogonality, and Burnside's formula.

use groups::{
    CharacterTable, Cyclic, Dihedral, FiniteGroup, IrrepType, MatrixGroup, Permutation,
    PermutationGroup, Product, Semidirect, Symmetric, TableGroup, Wreath,
};
use num_complex::Complex;
use proptest::prelude::*;

const TOLERANCE: f64 = 1e-12;

/// Rows and columns are orthogonal, degrees divide the order and `Σ χ(1)² = |G|`, and the number of
/// square roots of the identity is `Σ ν(χ) χ(1)` (Frobenius and Schur).
fn check_table<G: FiniteGroup>(group: &G) -> CharacterTable {
    let table = CharacterTable::of(group).unwrap();
    let (k, classes) = (table.len(), table.classes());
    assert_eq!(k, classes.count());
    assert_eq!((0..k).map(|i| table.degree(i).pow(2)).sum::<usize>(), group.order());
    for i in 0..k {
        assert_eq!(group.order() % table.degree(i), 0);
        assert!((table.value(0, i) - 1.0).norm() < TOLERANCE, "the trivial character comes first");
        for j in 0..k {
            let product = table.product(table.character(i), table.character(j));
            assert!((product - f64::from(i == j)).norm() < TOLERANCE, "⟨χ{i}, χ{j}⟩ = {product}");
            let column: Complex<f64> =
                (0..k).map(|chi| table.value(chi, i) * table.value(chi, j).conj()).sum();
            let expected = if i == j { group.order() / classes.size(i) } else { 0 };
            assert!((column - expected as f64).norm() < 1e-9, "columns {i}, {j}: {column}");
        }
    }
    let roots = group.elements().filter(|g| group.compose(g, g) == group.identity()).count();
    let sum: i64 = (0..k).map(|i| i64::from(table.indicator(i)) * table.degree(i) as i64).sum();
    assert_eq!(sum, roots as i64);
    table
}

/// The rows as a set, for classes given by representatives.
fn rows<G: FiniteGroup>(group: &G, representatives: &[G::Element]) -> Vec<Vec<f64>> {
    let table = check_table(group);
    assert_eq!(table.len(), representatives.len());
    let columns: Vec<usize> =
        representatives.iter().map(|g| table.classes().class_of(group.index(g))).collect();
    let mut rows: Vec<Vec<f64>> =
        (0..table.len()).map(|i| columns.iter().map(|&c| table.value(i, c).re).collect()).collect();
    rows.sort_by(|a, b| a.partial_cmp(b).unwrap());
    rows
}

fn assert_rows(got: Vec<Vec<f64>>, expected: &[&[f64]]) {
    let mut expected: Vec<Vec<f64>> = expected.iter().map(|r| r.to_vec()).collect();
    expected.sort_by(|a, b| a.partial_cmp(b).unwrap());
    // Rounding must not decide the order of rows: all differ in a column by more than 0.1.
    for row in &expected {
        let found = got.iter().any(|g| g.iter().zip(row).all(|(a, b)| (a - b).abs() < TOLERANCE));
        assert!(found, "{row:?} is not among {got:?}");
    }
    assert_eq!(got.len(), expected.len());
}

fn cycles(degree: usize, cycles: &[&[usize]]) -> Permutation {
    Permutation::from_cycles(degree, cycles).unwrap()
}

#[test]
fn symmetric_groups() {
    // James & Liebeck, Representations and Characters of Groups, §18.
    let c = |z: &[&[usize]]| cycles(3, z);
    assert_rows(
        rows(&Symmetric::new(3).unwrap(), &[c(&[]), c(&[&[0, 1]]), c(&[&[0, 1, 2]])]),
        &[&[1.0, 1.0, 1.0], &[1.0, -1.0, 1.0], &[2.0, 0.0, -1.0]],
    );
    let c = |z: &[&[usize]]| cycles(4, z);
    let types =
        [c(&[]), c(&[&[0, 1]]), c(&[&[0, 1], &[2, 3]]), c(&[&[0, 1, 2]]), c(&[&[0, 1, 2, 3]])];
    let s4: &[&[f64]] = &[
        &[1.0, 1.0, 1.0, 1.0, 1.0],
        &[1.0, -1.0, 1.0, 1.0, -1.0],
        &[2.0, 0.0, 2.0, -1.0, 0.0],
        &[3.0, 1.0, -1.0, 0.0, -1.0],
        &[3.0, -1.0, -1.0, 0.0, 1.0],
    ];
    assert_rows(rows(&Symmetric::new(4).unwrap(), &types), s4);
    assert_rows(rows(&PermutationGroup::symmetric(4).unwrap(), &types), s4);
    let c = |z: &[&[usize]]| cycles(5, z);
    let types = [
        c(&[]),
        c(&[&[0, 1]]),
        c(&[&[0, 1], &[2, 3]]),
        c(&[&[0, 1, 2]]),
        c(&[&[0, 1, 2], &[3, 4]]),
        c(&[&[0, 1, 2, 3]]),
        c(&[&[0, 1, 2, 3, 4]]),
    ];
    assert_rows(
        rows(&Symmetric::new(5).unwrap(), &types),
        &[
            &[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
            &[1.0, -1.0, 1.0, 1.0, -1.0, -1.0, 1.0],
            &[4.0, 2.0, 0.0, 1.0, -1.0, 0.0, -1.0],
            &[4.0, -2.0, 0.0, 1.0, 1.0, 0.0, -1.0],
            &[5.0, 1.0, 1.0, -1.0, 1.0, -1.0, 0.0],
            &[5.0, -1.0, 1.0, -1.0, -1.0, 1.0, 0.0],
            &[6.0, 0.0, -2.0, 0.0, 0.0, 0.0, 1.0],
        ],
    );
}

#[test]
fn alternating_and_quaternion_groups() {
    let c = |z: &[&[usize]]| cycles(5, z);
    let five = c(&[&[0, 1, 2, 3, 4]]);
    let golden = (1.0 + 5f64.sqrt()) / 2.0;
    let types =
        [c(&[]), c(&[&[0, 1], &[2, 3]]), c(&[&[0, 1, 2]]), five.clone(), five.compose(&five)];
    let a5: &[&[f64]] = &[
        &[1.0, 1.0, 1.0, 1.0, 1.0],
        &[3.0, -1.0, 0.0, golden, 1.0 - golden],
        &[3.0, -1.0, 0.0, 1.0 - golden, golden],
        &[4.0, 0.0, 1.0, -1.0, -1.0],
        &[5.0, 1.0, -1.0, 0.0, 0.0],
    ];
    assert_rows(rows(&PermutationGroup::alternating(5).unwrap(), &types), a5);
    assert_rows(
        rows(&TableGroup::quaternion(), &[0, 4, 1, 2, 3]),
        &[
            &[1.0, 1.0, 1.0, 1.0, 1.0],
            &[1.0, 1.0, 1.0, -1.0, -1.0],
            &[1.0, 1.0, -1.0, 1.0, -1.0],
            &[1.0, 1.0, -1.0, -1.0, 1.0],
            &[2.0, -2.0, 0.0, 0.0, 0.0],
        ],
    );
    let kinds =
        |table: &CharacterTable| (0..table.len()).map(|i| table.kind(i)).collect::<Vec<_>>();
    let q8 = check_table(&TableGroup::quaternion());
    assert_eq!(kinds(&q8), [[IrrepType::Real; 4].as_slice(), &[IrrepType::Quaternionic]].concat());
    // A_4 has two conjugate characters with values e^{±2πi/3}.
    let a4 = check_table(&PermutationGroup::alternating(4).unwrap());
    let (r, c) = (IrrepType::Real, IrrepType::Complex);
    assert_eq!(kinds(&a4), [r, c, c, r]);
    assert_eq!((a4.conjugate(1), a4.conjugate(2), a4.conjugate(3)), (2, 1, 3));
}

/// Rotation groups: on a rotation by `α` the defining character is `1 + 2 cos α`.
#[test]
fn polyhedral_groups() {
    let degrees =
        |table: &CharacterTable| (0..table.len()).map(|i| table.degree(i)).collect::<Vec<_>>();
    for (group, expected) in [
        (MatrixGroup::tetrahedral(), &[1, 1, 1, 3][..]),
        (MatrixGroup::octahedral(), &[1, 1, 2, 3, 3]),
        (MatrixGroup::full_octahedral(), &[1, 1, 1, 1, 2, 2, 3, 3, 3, 3]),
        (MatrixGroup::icosahedral(), &[1, 3, 3, 4, 5]),
        (MatrixGroup::full_icosahedral(), &[1, 1, 3, 3, 3, 3, 4, 4, 5, 5]),
    ] {
        let group = group.unwrap();
        let table = check_table(&group);
        assert_eq!(degrees(&table), expected, "{}", groups::Group::name(&group));
        let defining = group.defining();
        let character: Vec<Complex<f64>> = (0..table.len())
            .map(|c| defining.character(&table.classes().representative(c)).into())
            .collect();
        let multiplicities = table.multiplicities(&character);
        assert_eq!(multiplicities.iter().sum::<usize>(), 1, "the defining one is irreducible");
    }
}

#[test]
fn larger_groups() {
    // The Heisenberg group over F_5 and the affine group of the line over F_13.
    let heisenberg =
        Semidirect::new(Product::grid(5).unwrap(), Cyclic::new(5).unwrap(), |h, &(a, b)| {
            (a, (b + h * a) % 5)
        })
        .unwrap();
    let table = check_table(&heisenberg);
    assert_eq!(table.len(), 29);
    assert_eq!(table.degree(28), 5);
    let frobenius = Semidirect::new(Cyclic::new(13).unwrap(), Cyclic::new(12).unwrap(), |h, a| {
        (0..*h).fold(*a, |a, _| 2 * a % 13)
    })
    .unwrap();
    assert_eq!(check_table(&frobenius).degree(12), 12);
    let s6 = check_table(&Symmetric::new(6).unwrap());
    assert_eq!(s6.len(), 11);
    assert!((0..11).all(|i| s6.kind(i) == IrrepType::Real));
    assert_eq!(check_table(&MatrixGroup::hyperoctahedral(4).unwrap()).len(), 20);
    check_table(&Wreath::new(TableGroup::quaternion(), Symmetric::new(2).unwrap()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn cyclic_groups_and_products(n in 1usize..30, m in 1usize..7) {
        let table = check_table(&Cyclic::new(n).unwrap());
        prop_assert!((0..n).all(|i| table.degree(i) == 1));
        check_table(&Product::new(Cyclic::new(m).unwrap(), Cyclic::new(n).unwrap()));
    }

    /// `χ_k(r) = 2 cos(2πk/N)`.
    #[test]
    fn dihedral_groups(n in 3usize..40) {
        let table = check_table(&Dihedral::new(n).unwrap());
        let class = table.classes().class_of(1);
        for k in 1..n.div_ceil(2) {
            let expected = 2.0 * (std::f64::consts::TAU * k as f64 / n as f64).cos();
            let found = (0..table.len())
                .any(|i| table.degree(i) == 2 && (table.value(i, class) - expected).norm() < TOLERANCE);
            prop_assert!(found);
        }
    }

    #[test]
    fn products_of_nonabelian_groups(n in 1usize..6, m in 1usize..4) {
        check_table(&Product::new(Dihedral::new(n).unwrap(), Symmetric::new(m).unwrap()));
        check_table(&Semidirect::p4(n).unwrap());
    }
}
