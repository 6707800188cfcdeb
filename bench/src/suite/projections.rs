//! Invariant projections of codes of 16 fields of `C_8`, and of sets of scalars.

use groups::{Cyclic, Representation};
use ndarray::{Array2, Axis, Slice};
use projections::{
    Bispectrum, Canonicalize, CoOrbit, Coupling, FourierSliced, GroupMax, GroupMean, LexSort,
    MaxFilter, PowerSpectrum, Projection, RootGram, SoftMaxFilter, Sort, SortedKeys,
};

use super::{Bench, Group};
use crate::draws::gaussian;
use crate::floor::Least;
use crate::session::{Measurements, Work};

/// The order of the group.
const ORDER: usize = 8;
/// Fields of a code.
const FIELDS: usize = 16;
/// Dimension of a code.
const DIM: usize = FIELDS * ORDER;
/// Nodes of small sets.
const NODES: usize = 9;
/// Templates of filters.
const TEMPLATES: usize = 256;
/// Codes whose results are compared with those of the peers.
const COMPARED: usize = 256;

const SORT: &str = "projections/sort";
const SORT_INTO: &str = "projections/sort-into";
const SORT_NODES: &str = "projections/sort-nodes";
const MAX: &str = "projections/group-max";
const MEAN: &str = "projections/group-mean";
const FILTER: &str = "projections/max-filter";
const CO_ORBIT: &str = "projections/co-orbit";
const SPECTRUM: &str = "projections/power-spectrum-per-field";
const JOINT: &str = "projections/power-spectrum";
const BISPECTRUM: &str = "projections/bispectrum";
const ALIGN: &str = "projections/align-to-template";
const TABLE: &str = "projections/max-filter-table";
const SOFT: &str = "projections/soft-max-filter";
const LEX: &str = "projections/lexicographic-sort";
const KEYS: &str = "projections/sorted-keys";
const SLICED: &str = "projections/fourier-sliced";
const GRAM: &str = "projections/root-gram";

pub(super) const GROUP: Group = Group {
    name: "projections",
    script: Some("projections.py"),
    benches: &[
        Bench { name: SORT, what: "sorting of codes of 128 scalars" },
        Bench { name: SORT_INTO, what: "the same into an array that is there" },
        Bench { name: SORT_NODES, what: "sorting of codes of 9 scalars" },
        Bench { name: MAX, what: "the maximum of each of 16 fields of C8" },
        Bench { name: MEAN, what: "the mean of each of 16 fields of C8" },
        Bench { name: FILTER, what: "256 max filters of 16 fields of C8" },
        Bench { name: CO_ORBIT, what: "256 sorted co-orbits of 16 fields of C8" },
        Bench { name: SPECTRUM, what: "the power spectrum of each of 16 fields of C8" },
        Bench { name: JOINT, what: "the power spectrum between 16 fields of C8" },
        Bench { name: BISPECTRUM, what: "the selective bispectrum of 16 fields of C8" },
        Bench { name: ALIGN, what: "alignment of 16 fields of C8 to a template" },
        Bench { name: TABLE, what: "the same max filters by the table of all poses" },
        Bench { name: SOFT, what: "256 soft max filters of 16 fields of C8" },
        Bench { name: LEX, what: "lexicographic sorting of 9 nodes with 8 scalars" },
        Bench { name: KEYS, what: "64 sorted keys of 9 nodes with 8 scalars" },
        Bench { name: SLICED, what: "145 sliced Fourier sums of 9 nodes with 8 scalars" },
        Bench { name: GRAM, what: "the root of the Gram matrix of 9 points in space" },
    ],
    run,
};

fn run(m: &mut Measurements<'_>) -> anyhow::Result<()> {
    let codes = gaussian(m.size(100_000, 10_000), DIM, 11);
    let nodes = gaussian(m.size(1_000_000, 100_000), NODES, 12);
    let templates = gaussian(TEMPLATES, DIM, 13);
    let rep = Representation::regular(&Cyclic::new(ORDER)?).copies(FIELDS);
    m.share_rows("codes", codes.view())?;
    m.share_rows("nodes", nodes.view())?;
    m.share_rows("templates", templates.view())?;
    let correlations = (TEMPLATES * (4 * FIELDS * ORDER + ORDER * ORDER)) as f64;

    one(m, SORT, &codes, 0.0, || Ok(Sort::new(DIM)?))?;
    sort_into(m, &codes)?;
    one(m, SORT_NODES, &nodes, 0.0, || Ok(Sort::new(NODES)?))?;
    one(m, MAX, &codes, 0.0, || Ok(GroupMax::new(&rep)?))?;
    one(m, MEAN, &codes, 0.0, || Ok(GroupMean::new(&rep)?))?;
    one(m, FILTER, &codes, correlations, || {
        Ok(MaxFilter::with_templates(&rep, templates.view())?)
    })?;
    let few = codes.slice_axis(Axis(0), Slice::from(..m.size(20_000, 5_000))).to_owned();
    one(m, CO_ORBIT, &few, correlations, || Ok(CoOrbit::with_templates(&rep, templates.view())?))?;
    let transform = (2 * FIELDS * ORDER * ORDER) as f64;
    one(m, SPECTRUM, &codes, transform, || Ok(PowerSpectrum::new(&rep, Coupling::PerField)?))?;
    let products = transform + (FIELDS * FIELDS * ORDER * 2) as f64;
    one(m, JOINT, &codes, products, || Ok(PowerSpectrum::new(&rep, Coupling::BetweenFields)?))?;
    if m.wants(BISPECTRUM) {
        let bispectrum = Bispectrum::new(&rep, Coupling::BetweenFields, 0)?;
        let mixture: Vec<f32> = bispectrum.mixture().iter().map(|&a| a as f32).collect();
        m.share_rows("mixture", Array2::from_shape_vec((1, FIELDS), mixture)?.view())?;
        one(m, BISPECTRUM, &codes, transform, || Ok(bispectrum.clone()))?;
    }
    one(m, ALIGN, &codes, 2.0 * transform, || {
        let template = templates.row(0).to_vec();
        Ok(Canonicalize::to_template(&rep, &template)?)
    })?;
    // Functions on the cosets of the trivial subgroup: nothing but a permutation is known of the action.
    let table = Representation::quotient(&Cyclic::new(ORDER)?, &[])?.copies(FIELDS);
    one(m, TABLE, &few, correlations, || Ok(MaxFilter::with_templates(&table, templates.view())?))?;
    one(m, SOFT, &few, correlations, || Ok(SoftMaxFilter::random(&rep, TEMPLATES, 1.0, 0)?))?;
    let sets = gaussian(m.size(20_000, 5_000), 8 * NODES, 14);
    one(m, LEX, &sets, 0.0, || Ok(LexSort::new(NODES, 8)?))?;
    one(m, KEYS, &sets, 0.0, || Ok(SortedKeys::random(NODES, 8, 64, 0)?))?;
    one(m, SLICED, &sets, 0.0, || Ok(FourierSliced::random(NODES, 8, 145, 0)?))?;
    let points = gaussian(m.size(20_000, 5_000), 3 * NODES, 15);
    one(m, GRAM, &points, 0.0, || Ok(RootGram::new(NODES, 3)?))
}

/// Measures one projection with all threads; `flops` are the least for a code.
fn one<P: Projection<f32>>(
    m: &mut Measurements<'_>,
    name: &'static str,
    codes: &Array2<f32>,
    flops: f64,
    make: impl FnOnce() -> anyhow::Result<P>,
) -> anyhow::Result<()> {
    if !m.wants(name) {
        return Ok(());
    }
    let projection = make()?;
    let work = work(m, name, codes, flops, &projection)?;
    m.measure(name, work, || Ok(projection.project(codes.view())?))
}

/// Measures sorting without the memory of the results, which a system clears when it hands it out.
fn sort_into(m: &mut Measurements<'_>, codes: &Array2<f32>) -> anyhow::Result<()> {
    if !m.wants(SORT_INTO) {
        return Ok(());
    }
    let (sort, mut out) = (Sort::new(DIM)?, Array2::zeros(codes.dim()));
    let work = work(m, SORT_INTO, codes, 0.0, &sort)?;
    m.measure(SORT_INTO, work, || Ok(sort.project_into(codes.view(), out.view_mut())?))
}

/// What a projection has to do at least. Shares some of its results with the peers.
fn work<P: Projection<f32>>(
    m: &mut Measurements<'_>,
    name: &'static str,
    codes: &Array2<f32>,
    flops: f64,
    projection: &P,
) -> anyhow::Result<Work> {
    let few = codes.slice_axis(Axis(0), Slice::from(..COMPARED.min(codes.nrows())));
    m.share_rows(format!("{name}.result"), projection.project(few)?.view())?;
    let (n, inputs, outputs) = (codes.nrows(), codes.ncols(), projection.output_dim());
    Ok(Work {
        parameters: vec![("codes", n), ("dim", inputs), ("outputs", outputs)],
        amount: n,
        unit: "codes",
        least: Least {
            flops: flops * n as f64,
            bytes: (n * (inputs + outputs) * size_of::<f32>()) as f64,
        },
    })
}
