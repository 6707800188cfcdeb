//! Codes under a representation, and every projection that applies to them, judged.

use analysis::judgement::{Floor, Judge, Judgement, fit_templates, microseconds_a_code};
use anyhow::Context;
use groups::{Cyclic, FiniteGroup, Representation};
use ndarray::{Array2, ArrayView2};
use projections::catalogue::{self, Choice};
use projections::{CoOrbit, Projection, RandomLinear};
use serde::Serialize;

use super::settings::Settings;
use crate::reproduce::Run;

/// Templates of the bank before a random linear map, as a multiple of the dimension of codes.
const LARGE_BANK: usize = 4;

/// One space of codes and the judgements on it, the least distorting projection first.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Space {
    /// What the codes are.
    pub(super) name: String,
    /// The representation.
    pub(super) representation: String,
    /// How many codes.
    pub(super) codes: usize,
    /// Dimension of a code.
    pub(super) dim: usize,
    /// The least distortion that is possible, with its proof.
    pub(super) floor: Floor,
    /// One a projection.
    pub(super) judgements: Vec<Judgement>,
    /// What a descent finds for the first of them: `β̂` over the least ratio.
    pub(super) descents: Vec<f64>,
    /// Projections of the catalogue that do not apply, and why.
    pub(super) unfit: Vec<(String, String)>,
    /// Microseconds a code, one a judgement. Not in `results.json`, as equal runs differ in it.
    #[serde(skip)]
    pub(super) costs: Vec<f64>,
}

/// What is judged.
pub(super) struct Subject<'a, G: FiniteGroup> {
    pub(super) name: &'a str,
    pub(super) representation: &'a Representation<G>,
    pub(super) codes: ArrayView2<'a, f64>,
    pub(super) labels: Option<&'a [usize]>,
}

type Candidate = (String, Box<dyn Projection<f64>>);

/// A projection that does not apply, and why.
type Unfit = (String, String);

impl<G: FiniteGroup> Subject<'_, G> {
    /// Judges every projection of the catalogue that applies, all at about the same number of
    /// outputs where that can be chosen.
    pub(super) fn judge(&self, settings: &Settings, run: &Run) -> anyhow::Result<Space> {
        run.progress.stage(self.name)?;
        let rep = self.representation;
        let mut judge = Judge::new(rep, self.codes, settings.judge)
            .with_context(|| format!("the codes of {}", self.name))?;
        if let Some(labels) = self.labels {
            judge = judge.labelled(labels)?;
        }
        let (candidates, unfit) = self.candidates(settings)?;
        let mut judged = Vec::new();
        let bar = run.progress.bar(candidates.len())?;
        for (name, projection) in candidates {
            let judgement = judge
                .judge(&name, &*projection)
                .with_context(|| format!("{name} on {}", self.name))?;
            let cost = microseconds_a_code(&*projection, judge.codes())?;
            judged.push((judgement, cost, projection));
            bar.inc(1);
        }
        judged.sort_by(|(a, ..), (b, ..)| a.distortion().total_cmp(&b.distortion()));
        let mut descents = Vec::new();
        for (judgement, _, projection) in judged.iter().take(settings.descents) {
            descents.push(judgement.beta / judge.least_by_descent(&**projection)?);
        }
        let (judgements, costs) = judged.into_iter().map(|(j, cost, _)| (j, cost)).unzip();
        Ok(Space {
            name: self.name.to_owned(),
            representation: rep.name(),
            codes: self.codes.nrows(),
            dim: rep.dim(),
            floor: judge.floor().clone(),
            judgements,
            descents,
            unfit,
            costs,
        })
    }

    fn candidates(&self, settings: &Settings) -> anyhow::Result<(Vec<Candidate>, Vec<Unfit>)> {
        let (rep, seed) = (self.representation, settings.judge.seed);
        let (order, outputs) = (rep.group().order(), settings.outputs * rep.dim());
        let mut usable: Vec<Candidate> = Vec::new();
        let mut unfit = Vec::new();
        for choice in Choice::all() {
            let size = match choice.name() {
                "soft-max-filter" | "separating-polynomials" if order > outputs => {
                    unfit.push((
                        choice.name().to_owned(),
                        format!("{order} poses of each template are too many"),
                    ));
                    continue;
                }
                "max-filter"
                | "soft-max-filter"
                | "tight-co-orbit"
                | "sort-pool"
                | "random-linear"
                | "fourier-sliced-wasserstein" => Some(outputs),
                "separating-polynomials" => Some(outputs - 1),
                "co-orbit" if order > outputs => {
                    unfit.push((
                        choice.name().to_owned(),
                        format!("one template alone gives {order} outputs"),
                    ));
                    continue;
                }
                "co-orbit" => Some(outputs / order),
                "sorted-keys" => nodes(rep).map(|n| outputs / n),
                _ => None,
            };
            let choice = match size {
                Some(size) => format!("{}:{size}", choice.name()).parse()?,
                None => choice,
            };
            match catalogue::build::<f64>(rep, &choice, seed) {
                Ok(projection) => usable.push((choice.to_string(), Box::new(projection))),
                Err(reason) => unfit.push((choice.name().to_owned(), reason.to_string())),
            }
        }
        if rep.regular_fields().is_some() && order <= outputs {
            usable.push(self.compressed_bank(outputs, seed)?);
            let fitted = fit_templates(rep, outputs, settings.fit)?;
            usable.push((format!("tight-co-orbit:{outputs}, fitted"), Box::new(fitted)));
        }
        Ok((usable, unfit))
    }

    /// Many co-orbits, brought down to the same number of outputs by a random linear map. A linear
    /// map of invariants is a random linear invariant of the trivial group.
    fn compressed_bank(&self, outputs: usize, seed: u64) -> anyhow::Result<Candidate> {
        let rep = self.representation;
        let templates = (LARGE_BANK * outputs).div_ceil(rep.group().order());
        let bank = CoOrbit::<f64>::random(rep, templates, seed)?;
        let all = Representation::trivial(&Cyclic::new(1)?).copies(bank.output_dim());
        let both = bank.then(RandomLinear::<f64>::random(&all, outputs, seed)?)?;
        Ok((format!("co-orbit:{templates}, then random to {outputs}"), Box::new(both)))
    }
}

fn nodes<G: FiniteGroup>(rep: &Representation<G>) -> Option<usize> {
    match rep.blocks()[..] {
        [groups::Block { kind: groups::BlockKind::NodeFeatures { nodes, .. }, .. }] => Some(nodes),
        _ => None,
    }
}

/// Classes by thirds of a value.
pub(super) fn thirds(values: &[f64]) -> Vec<usize> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let cuts = [1.0 / 3.0, 2.0 / 3.0].map(|p| analysis::statistics::quantile(&sorted, p));
    values.iter().map(|v| cuts.iter().filter(|cut| v > cut).count()).collect()
}

/// The first rows of an array.
pub(super) fn first(codes: &Array2<f64>, count: usize) -> ArrayView2<'_, f64> {
    let rows = ndarray::Slice::from(..count.min(codes.nrows()));
    codes.slice_axis(ndarray::Axis(0), rows)
}
