//! Molecules a second: reading, canonical text, descriptors, enumeration.
//!
//! `cargo bench -p equivariant-molecules` measures the sample in `tests/data` on one thread; enumeration uses
//! all threads.
#![allow(missing_docs)] // the macros of criterion make undocumented functions

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use molecules::descriptors::Descriptors;
use molecules::enumerate::Enumeration;
use molecules::{Molecule, smiles};

fn reading(c: &mut Criterion) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/molecules_rdkit_sample.csv");
    let Ok(set) = molecules::qm9::read(&path) else { return };
    let texts: Vec<&str> = set.entries.iter().map(|entry| entry.smiles.as_str()).collect();
    let molecules: Vec<&Molecule> = set.entries.iter().map(|entry| &entry.molecule).collect();
    let mut group = c.benchmark_group("molecules");
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function("parse", |b| {
        b.iter(|| texts.iter().filter(|text| smiles::parse(black_box(text)).is_ok()).count());
    });
    group.bench_function("canonical", |b| {
        b.iter(|| molecules.iter().map(|m| smiles::canonical(black_box(m)).len()).sum::<usize>());
    });
    group.bench_function("descriptors", |b| {
        b.iter(|| molecules.iter().map(|m| Descriptors::of(black_box(m)).tpsa).sum::<f64>());
    });
    group.finish();
}

fn enumeration(c: &mut Criterion) {
    let settings = Enumeration::default();
    let count = settings.run().map_or(0, |molecules| molecules.len());
    let mut group = c.benchmark_group("enumerate");
    group.throughput(Throughput::Elements(count as u64));
    group.sample_size(20);
    group.bench_function("C, N, O, F up to 5 atoms", |b| b.iter(|| settings.run()));
    group.finish();
}

criterion_group!(benches, reading, enumeration);
criterion_main!(benches);
