//! What it costs to make groups, their character tables and their irreps.
//!
//! `cargo bench -p equivariant-groups` runs on one thread.
#![allow(missing_docs)] // the macros of criterion make undocumented functions

use criterion::{Criterion, criterion_group, criterion_main};
use groups::{
    CharacterTable, Cyclic, Dihedral, FiniteGroup, Irreps, MatrixGroup, PermutationGroup, Product,
    Representation, Semidirect, Symmetric, TableGroup, Wreath,
};
use std::hint::black_box;

/// Every real irrep, with the matrices of all elements made.
fn all_irreps<G: FiniteGroup>(group: &G) -> f64 {
    let irreps = Irreps::of(group).unwrap();
    let g = group.element(group.order() - 1);
    irreps.real().iter().map(|psi| psi.representation().character(&g)).sum()
}

fn permutations(c: &mut Criterion) {
    let mut group = c.benchmark_group("Schreier-Sims");
    for n in [10, 30, 60] {
        group.bench_function(format!("S{n}"), |b| {
            b.iter(|| PermutationGroup::symmetric(n).unwrap())
        });
    }
    group.bench_function("A10", |b| b.iter(|| PermutationGroup::alternating(10).unwrap()));
    group.finish();
}

fn irreps_to_order_200(c: &mut Criterion) {
    let mut group = c.benchmark_group("group and all irreps");
    group.bench_function("D8, order 16", |b| b.iter(|| all_irreps(&Dihedral::new(8).unwrap())));
    group.bench_function("Oh, order 48", |b| {
        b.iter(|| all_irreps(&MatrixGroup::full_octahedral().unwrap()));
    });
    group.bench_function("A5, order 60", |b| {
        b.iter(|| all_irreps(&PermutationGroup::alternating(5).unwrap()));
    });
    group.bench_function("S5, order 120", |b| b.iter(|| all_irreps(&Symmetric::new(5).unwrap())));
    group.bench_function("Ih, order 120", |b| {
        b.iter(|| all_irreps(&MatrixGroup::full_icosahedral().unwrap()));
    });
    group.bench_function("Q8 ≀ S2, order 128", |b| {
        b.iter(|| {
            let s2 = Symmetric::new(2).unwrap();
            all_irreps(&Wreath::new(TableGroup::quaternion(), s2))
        });
    });
    group.bench_function("p4 on 7 × 7, order 196", |b| {
        b.iter(|| all_irreps(&Semidirect::p4(7).unwrap()));
    });
    group
        .bench_function("D100, order 200", |b| b.iter(|| all_irreps(&Dihedral::new(100).unwrap())));
    group.bench_function("C200", |b| b.iter(|| all_irreps(&Cyclic::new(200).unwrap())));
    group.finish();
}

fn irreps_to_order_2000(c: &mut Criterion) {
    let mut group = c.benchmark_group("large group and all irreps");
    group.sample_size(10);
    group.bench_function("S6, order 720", |b| b.iter(|| all_irreps(&Symmetric::new(6).unwrap())));
    group.bench_function("S7, order 5040", |b| b.iter(|| all_irreps(&Symmetric::new(7).unwrap())));
    group.bench_function("D1000, order 2000", |b| {
        b.iter(|| all_irreps(&Dihedral::new(1000).unwrap()));
    });
    group.bench_function("C2000", |b| b.iter(|| all_irreps(&Cyclic::new(2000).unwrap())));
    group.bench_function("C250 × D4, order 2000", |b| {
        b.iter(|| all_irreps(&Product::new(Cyclic::new(250).unwrap(), Dihedral::new(4).unwrap())));
    });
    group.bench_function("AGL(1, 43), order 1806", |b| {
        // 3 generates the units modulo 43.
        let scale = |h: &usize, a: &usize| (0..*h).fold(*a, |a, _| 3 * a % 43);
        b.iter(|| {
            let (line, units) = (Cyclic::new(43).unwrap(), Cyclic::new(42).unwrap());
            all_irreps(&Semidirect::new(line, units, scale).unwrap())
        });
    });
    group.bench_function("table of C250 × D4", |b| {
        let product = Product::new(Cyclic::new(250).unwrap(), Dihedral::new(4).unwrap());
        b.iter(|| CharacterTable::of(&product).unwrap());
    });
    group.bench_function("table of S6", |b| {
        b.iter(|| CharacterTable::of(&Symmetric::new(6).unwrap()).unwrap());
    });
    group.finish();
}

fn decompositions(c: &mut Criterion) {
    let mut group = c.benchmark_group("decomposition of the regular representation");
    group.sample_size(10);
    let s5 = Symmetric::new(5).unwrap();
    let irreps = Irreps::of(&s5).unwrap();
    let regular = Representation::regular(&s5);
    group.bench_function("S5", |b| b.iter(|| irreps.decompose(black_box(&regular)).unwrap()));
    group.finish();
}

criterion_group!(benches, permutations, irreps_to_order_200, irreps_to_order_2000, decompositions);
criterion_main!(benches);
