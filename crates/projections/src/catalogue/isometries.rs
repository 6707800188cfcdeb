//! The entries for rotations and reflections of the plane and of space.

use groups::Real;
use groups::compact::{Isometries, SO2};
use groups::quotient::QuotientMetric;

use super::Section;
use super::entries::{Build, Built, Entry, Name, plain, projection};
use crate::{
    BlockNorms, Canonicalize, IrrepBispectrum, IsotypicGram, MaxFilter, RandomLinear, Reynolds,
    Triples,
};

/// All entries. The one place to add another.
pub(super) fn entries<G: Isometries, T: Real>() -> Vec<Entry<G, T>> {
    let fixed = |name, build: Build<G, T>| Entry { name: plain(name), build };
    let sized =
        |name, build: Build<G, T>| Entry { name: Name { sized: true, ..plain(name) }, build };
    vec![
        Entry {
            name: Name { section: true, ..plain("align-to-template") },
            build: |r| {
                let metric = QuotientMetric::of_isometries(r.representation)?;
                let aligned = Canonicalize::random_by_metric(metric, r.seed);
                Ok(Built::Section(Section::new(aligned, |g, _, _| g)))
            },
        },
        sized("max-filter", |r| {
            let dim = r.representation.dim();
            let k = r.size_or(2 * dim, dim)?;
            let metric = QuotientMetric::of_isometries(r.representation)?;
            projection(MaxFilter::<T>::random_by_metric(metric, k, r.seed)?)
        }),
        fixed("reynolds", |r| {
            let reynolds = Reynolds::<T>::new(r.representation);
            r.fixed_dim(&reynolds)?;
            projection(reynolds)
        }),
        sized("random-linear", |r| {
            let fixed = r.fixed_dim(&Reynolds::<T>::new(r.representation))?;
            let k = r.size_or(fixed, r.representation.dim())?;
            projection(RandomLinear::<T>::random(r.representation, k, r.seed)?)
        }),
        fixed("root-gram", |r| projection(IsotypicGram::new(r.representation)?)),
        fixed("irrep-bispectrum", |r| {
            projection(IrrepBispectrum::of_isometries(
                r.representation,
                Triples::Selective,
                r.seed,
            )?)
        }),
        fixed("group-norm", |r| projection(BlockNorms::new(r.representation)?)),
    ]
}

/// Their names.
pub(super) fn names() -> Vec<Name> {
    entries::<SO2, f64>().into_iter().map(|entry| entry.name).collect()
}
