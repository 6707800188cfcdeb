//! How time grows.

use analysis::neighbours::{SelfMatches, nearest, nearest_in_quotient};
use groups::{Cyclic, Representation};
use ndarray::{Array2, Axis, Slice};
use projections::{Coupling, GroupMax, MaxFilter, PowerSpectrum, Projection, Sort};
use rayon::ThreadPoolBuilder;

use crate::clock::Protocol;
use crate::draws::gaussian;
use crate::record::{Curve, Sweep};
use crate::render::seconds;
use crate::statistics::{Summary, exponent};

/// Dimension of codes where it is not varied.
const DIM: usize = 128;
/// Templates of filters.
const TEMPLATES: usize = 256;
/// Queries of a search.
const QUERIES: usize = 1_000;
/// Neighbours.
const K: usize = 10;

/// Few samples: curves have many points.
const PROTOCOL: Protocol = Protocol { warm_up: 1, samples: 5, seconds: 0.2, patience: 30.0 };

/// All sweeps.
pub(crate) fn sweeps(quick: bool) -> anyhow::Result<Vec<Sweep>> {
    let many = if quick { 10_000 } else { 1_000_000 };
    let few = if quick { 2_000 } else { 20_000 };
    Ok(vec![codes(many)?, order(few)?, dimension(few)?, threads(few)?])
}

/// Measures one curve.
fn curve(
    name: &str,
    parameters: &[usize],
    mut time: impl FnMut(usize) -> anyhow::Result<Summary>,
) -> anyhow::Result<Curve> {
    let mut points = Vec::new();
    for &x in parameters {
        let summary = time(x)?;
        eprintln!("{name:<28} {x:>9} {:>10}", seconds(summary.median));
        points.push((x as f64, summary));
    }
    let medians: Vec<[f64; 2]> = points.iter().map(|(x, s)| [*x, s.median]).collect();
    Ok(Curve { name: name.to_owned(), points, exponent: exponent(&medians) })
}

fn projected(
    projection: &impl Projection<f32>,
    codes: &Array2<f32>,
    count: usize,
) -> anyhow::Result<Summary> {
    let codes = codes.slice_axis(Axis(0), Slice::from(..count));
    PROTOCOL.time(|| Ok(projection.project(codes)?))
}

fn regular(order: usize, dim: usize) -> anyhow::Result<Representation<Cyclic>> {
    Ok(Representation::regular(&Cyclic::new(order)?).copies(dim / order))
}

fn codes(many: usize) -> anyhow::Result<Sweep> {
    let codes = gaussian(many, DIM, 31);
    let sizes: Vec<usize> = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000]
        .into_iter()
        .filter(|&n| n <= many)
        .collect();
    let rep = regular(8, DIM)?;
    let sort = Sort::new(DIM)?;
    let spectrum = PowerSpectrum::new(&rep, Coupling::PerField)?;
    let filter = MaxFilter::random(&rep, TEMPLATES, 0)?;
    // Small codes, for the memory's sake: ten times as many.
    let small = gaussian(10 * many, 8, 35);
    let more: Vec<usize> = sizes.iter().copied().chain([10 * many]).collect();
    let max = GroupMax::new(&regular(8, 8)?)?;
    let queries = codes.slice_axis(Axis(0), Slice::from(..QUERIES.min(many)));
    let curves = vec![
        curve("sort", &sizes, |n| projected(&sort, &codes, n))?,
        curve("power spectrum per field", &sizes, |n| projected(&spectrum, &codes, n))?,
        curve("256 max filters", &sizes, |n| projected(&filter, &codes, n))?,
        curve("maximum of 1 field of C8", &more, |n| projected(&max, &small, n))?,
        curve("neighbours of 1,000", &sizes, |n| {
            let base = codes.slice_axis(Axis(0), Slice::from(..n));
            PROTOCOL.time(|| Ok(nearest(queries, base, K, SelfMatches::Keep)?))
        })?,
    ];
    let title = "Time against the number of codes".to_owned();
    Ok(Sweep { name: "codes".to_owned(), title, parameter: "codes".to_owned(), curves })
}

fn order(few: usize) -> anyhow::Result<Sweep> {
    let codes = gaussian(few, DIM, 32);
    let orders = [4, 8, 16, 32, 64];
    let queries = codes.slice_axis(Axis(0), Slice::from(..QUERIES.min(few)));
    let curves = vec![
        curve("power spectrum per field", &orders, |n| {
            let spectrum = PowerSpectrum::new(&regular(n, DIM)?, Coupling::PerField)?;
            projected(&spectrum, &codes, few)
        })?,
        curve("256 max filters", &orders, |n| {
            let filter = MaxFilter::random(&regular(n, DIM)?, TEMPLATES, 0)?;
            projected(&filter, &codes, few)
        })?,
        curve("neighbours in the quotient", &orders, |n| {
            let rep = regular(n, DIM)?;
            PROTOCOL
                .time(|| Ok(nearest_in_quotient(queries, queries, &rep, K, SelfMatches::Exclude)?))
        })?,
    ];
    let title = "Time against the order of the group, in 128 dimensions".to_owned();
    Ok(Sweep { name: "order".to_owned(), title, parameter: "order of C_N".to_owned(), curves })
}

fn dimension(few: usize) -> anyhow::Result<Sweep> {
    let dims = [32, 64, 128, 256, 512];
    let curves = vec![
        curve("sort", &dims, |dim| projected(&Sort::new(dim)?, &gaussian(few, dim, 33), few))?,
        curve("power spectrum per field", &dims, |dim| {
            let spectrum = PowerSpectrum::new(&regular(8, dim)?, Coupling::PerField)?;
            projected(&spectrum, &gaussian(few, dim, 33), few)
        })?,
        curve("256 max filters", &dims, |dim| {
            let filter = MaxFilter::random(&regular(8, dim)?, TEMPLATES, 0)?;
            projected(&filter, &gaussian(few, dim, 33), few)
        })?,
        curve("neighbours of 1,000", &dims, |dim| {
            let codes = gaussian(few, dim, 33);
            let queries = codes.slice_axis(Axis(0), Slice::from(..QUERIES.min(few)));
            PROTOCOL.time(|| Ok(nearest(queries, codes.view(), K, SelfMatches::Keep)?))
        })?,
    ];
    let title = "Time against the dimension, under C_8".to_owned();
    Ok(Sweep { name: "dimension".to_owned(), title, parameter: "dimension".to_owned(), curves })
}

fn threads(few: usize) -> anyhow::Result<Sweep> {
    let codes = gaussian(few, DIM, 34);
    let most = rayon::current_num_threads();
    let counts: Vec<usize> =
        (0..).map(|i| 1 << i).take_while(|&n| n < most).chain([most]).collect();
    let rep = regular(8, DIM)?;
    let sort = Sort::new(DIM)?;
    let spectrum = PowerSpectrum::new(&rep, Coupling::PerField)?;
    let filter = MaxFilter::random(&rep, TEMPLATES, 0)?;
    let queries = codes.slice_axis(Axis(0), Slice::from(..QUERIES.min(few)));
    let within = |n: usize, time: &(dyn Fn() -> anyhow::Result<Summary> + Sync)| {
        ThreadPoolBuilder::new().num_threads(n).build()?.install(time)
    };
    let curves = vec![
        curve("sort", &counts, |n| within(n, &|| projected(&sort, &codes, few)))?,
        curve("power spectrum per field", &counts, |n| {
            within(n, &|| projected(&spectrum, &codes, few))
        })?,
        curve("256 max filters", &counts, |n| within(n, &|| projected(&filter, &codes, few)))?,
        curve("neighbours of 1,000", &counts, |n| {
            within(n, &|| {
                PROTOCOL.time(|| Ok(nearest(queries, codes.view(), K, SelfMatches::Keep)?))
            })
        })?,
    ];
    let title = "Time against the number of threads".to_owned();
    Ok(Sweep { name: "threads".to_owned(), title, parameter: "threads".to_owned(), curves })
}
