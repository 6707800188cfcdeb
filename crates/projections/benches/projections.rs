//! Codes a second: sorting, filters, spectra, alignment.
//!
//! `cargo bench -p equivariant-projections` measures batches of 1,024 codes in `f32` on all threads: 16 fields of
//! `C_8` (128 scalars) as an image network makes them, and 9 nodes with 1 or 8 scalars as a molecule
//! network does.
#![allow(missing_docs)] // the macros of criterion make undocumented functions

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use groups::{Cyclic, Representation, Symmetric};
use ndarray::Array2;
use projections::*;

const CODES: usize = 1024;

/// Numbers that no sort finds in order.
fn codes(dim: usize) -> Array2<f32> {
    Array2::from_shape_fn((CODES, dim), |(i, j)| ((i * 7919 + j * 104_729) as f32 * 0.618).sin())
}

fn measure(c: &mut Criterion, group: &str, all: Vec<(&str, Box<dyn Projection<f32>>)>) {
    let mut group = c.benchmark_group(group);
    group.throughput(Throughput::Elements(CODES as u64));
    group.sample_size(20);
    for (name, projection) in all {
        let codes = codes(projection.input_dim());
        group.bench_function(name, |b| b.iter(|| projection.project(black_box(codes.view()))));
    }
    group.finish();
}

fn fields(c: &mut Criterion) -> Result<(), Box<dyn std::error::Error>> {
    let rep = Representation::regular(&Cyclic::new(8)?).copies(16);
    measure(
        c,
        "16 fields of C8",
        vec![
            ("max filter 256", Box::new(MaxFilter::random(&rep, 256, 0)?)),
            ("soft max filter 256", Box::new(SoftMaxFilter::random(&rep, 256, 1.0, 0)?)),
            ("co-orbit 256", Box::new(CoOrbit::random(&rep, 256, 0)?)),
            ("power spectrum", Box::new(PowerSpectrum::new(&rep, Coupling::PerField)?)),
            (
                "power spectrum between",
                Box::new(PowerSpectrum::new(&rep, Coupling::BetweenFields)?),
            ),
            ("bispectrum", Box::new(Bispectrum::new(&rep, Coupling::BetweenFields, 0)?)),
            ("align to template", Box::new(Canonicalize::to_template(&rep, &[1.0; 128])?)),
        ],
    );
    Ok(())
}

/// Filters of fields of `C_N`, as the crate chooses and by the table of all poses, which it has to take
/// where nothing but a permutation is known of the action.
fn orders(c: &mut Criterion) -> Result<(), Box<dyn std::error::Error>> {
    for (order, fields) in
        [(3, 4), (3, 8), (4, 4), (4, 16), (8, 2), (8, 4), (8, 16), (16, 2), (16, 16), (64, 2)]
    {
        let group = Cyclic::new(order)?;
        // Functions on the cosets of the trivial subgroup.
        let (fourier, table) =
            (Representation::regular(&group), Representation::quotient(&group, &[])?);
        measure(
            c,
            &format!("{fields} fields of C{order}, 128 templates"),
            vec![
                ("chosen", Box::new(MaxFilter::random(&fourier.copies(fields), 128, 0)?)),
                ("table", Box::new(MaxFilter::random(&table.copies(fields), 128, 0)?)),
            ],
        );
    }
    Ok(())
}

fn sets(c: &mut Criterion) -> Result<(), Box<dyn std::error::Error>> {
    let rep = Symmetric::new(9)?.node_features(8);
    let template: Vec<f32> = codes(72).row(0).to_vec();
    measure(
        c,
        "9 nodes",
        vec![
            ("sort, 1 scalar", Box::new(Sort::new(9)?)),
            ("lexicographic sort, 8 scalars", Box::new(LexSort::new(9, 8)?)),
            ("sorted keys 64, 8 scalars", Box::new(SortedKeys::random(9, 8, 64, 0)?)),
            ("Fourier sliced 145, 8 scalars", Box::new(FourierSliced::random(9, 8, 145, 0)?)),
            ("align to template, 8 scalars", Box::new(Canonicalize::to_template(&rep, &template)?)),
            ("max filter 144, 8 scalars", Box::new(MaxFilter::random(&rep, 144, 0)?)),
            ("root of Gram, 3 scalars", Box::new(RootGram::new(9, 3)?)),
        ],
    );
    Ok(())
}

fn all(c: &mut Criterion) {
    if let Err(error) = fields(c).and_then(|()| orders(c)).and_then(|()| sets(c)) {
        unreachable!("all arguments are valid: {error}");
    }
}

criterion_group!(benches, all);
criterion_main!(benches);
