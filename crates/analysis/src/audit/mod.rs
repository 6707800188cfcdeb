//! An audit of equivariant codes: how ambiguous they are, and which invariant projection to use.
//!
//! [`Audit::of`] takes codes and the representation by which the group acts on them. It measures
//! how far raw distances mislead, tries every projection of the [`catalogue`]
//! that applies, and recommends one; [`Audit::report`] is all of it as a page. [`Pairing`] checks
//! beforehand that the declared action is the true one.
//!
//! ```
//! use analysis::audit::{Audit, AuditOptions};
//! use groups::{Cyclic, Representation};
//! use ndarray::Array2;
//!
//! let rep = Representation::regular(&Cyclic::new(8)?).copies(2);
//! let codes = Array2::from_shape_fn((60, 16), |(i, j)| ((i * i + 7 * i * j + j) as f64).sin());
//!
//! let audit = Audit::of(codes.view(), &rep, None, &AuditOptions::default())?;
//! let page = audit.report("My codes").render()?;
//! assert!(page.contains(audit.recommended().name.as_str()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ambiguity;
mod judged;
mod labels;
mod pairing;
mod pictures;
mod probing;
mod recommend;
mod report;
mod sample;
mod setting;

use groups::{GroupOrder, Real, Representation, Space, Symmetry};
use ndarray::ArrayView2;
use projections::{Projection, catalogue};
use serde::Serialize;

pub use ambiguity::Ambiguity;
pub use judged::Judged;
pub use labels::Labels;
pub use pairing::{Axes, Convention, Fit, Layout, Pairing, Part, Relation, Says, Verdict};
pub use probing::{Asked, Probed};

use crate::{AnalysisError, checks};
use figures::report::Figure;
use sample::Sample;
use setting::Setting;

const OPERATION: &str = "audit";

/// How much of the codes an audit looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AuditOptions {
    /// What is drawn at random is drawn from it: the sample, poses, templates.
    pub seed: u64,
    /// Codes whose neighbours are looked for.
    pub queries: usize,
    /// Codes among which they are looked for.
    pub base: usize,
    /// Neighbours of each.
    pub neighbours: usize,
    /// Random pairs whose distances are compared; pairs of near neighbours come on top.
    pub pairs: usize,
    /// Whether pictures are drawn.
    pub pictures: bool,
}

impl Default for AuditOptions {
    /// Seed 0, 10 neighbours of 200 codes among 1,000, 2,000 pairs, pictures.
    fn default() -> Self {
        Self { seed: 0, queries: 200, base: 1000, neighbours: 10, pairs: 2000, pictures: true }
    }
}

/// What was found out about codes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audit {
    /// Such as `16 × regular of C8`.
    pub representation: String,
    /// `|G|`; `None` of an infinite group.
    pub group_order: Option<GroupOrder>,
    /// How many codes there are.
    pub codes: usize,
    /// Their dimension.
    pub dim: usize,
    /// The power of two by which codes were divided, as they are extremely large or small; 0 for most.
    /// Distances are stated for the codes as they are.
    pub exponent: i32,
    /// How the sample was drawn.
    pub options: AuditOptions,
    /// Codes whose neighbours were looked for.
    pub queries: usize,
    /// Codes among which they were looked for.
    pub base: usize,
    /// Neighbours of each.
    pub neighbours: usize,
    /// How far raw distances mislead.
    pub ambiguity: Ambiguity,
    /// Every projection that applies, in the order of the catalogue.
    pub judged: Vec<Judged>,
    /// Those that do not, with the reasons.
    pub unfit: Vec<(String, String)>,
    /// Which of [`judged`](Self::judged) is recommended.
    pub recommendation: usize,
    /// Why, in sentences.
    pub why: Vec<String>,
    /// What simple models read from raw and projected codes; empty without labels.
    pub probes: Vec<Probed>,
    /// Which projection to take for the labels, by cross-validation on the codes that are fitted; `None`
    /// without labels. [`recommendation`](Self::recommendation) does not depend on labels.
    pub for_labels: Option<String>,
    /// What the probes are asked for; `None` without labels.
    pub probed: Option<Asked>,
    #[serde(skip)]
    figures: Vec<Figure>,
}

impl Audit {
    /// Audits `(n, dim)` codes on which a group acts by `representation`, with a class or a number
    /// for each where these are known.
    ///
    /// Looks at a random sample, see [`AuditOptions`]; the same for any number of threads, but for
    /// [`Judged::microseconds`]. Neighbours in the quotient are exact.
    ///
    /// # Errors
    /// - [`AnalysisError::Shape`] for codes of another dimension or labels of another number;
    /// - [`AnalysisError::NotFinite`] for NaN or infinities;
    /// - [`AnalysisError::TooFew`] for fewer than 3 codes, for codes that are all on one orbit, and
    ///   for labels of one class only or equal targets;
    /// - [`AnalysisError::Group`] where no exact quotient metric is known for the representation.
    ///
    /// ```
    /// use analysis::audit::{Audit, AuditOptions};
    /// use groups::Space;
    /// use ndarray::Array2;
    ///
    /// // Four points of space, up to rotation and reflection.
    /// let space = Space::parse("o3", "4 points x 3")?;
    /// let codes = Array2::from_shape_fn((60, 12), |(i, j)| ((i * i + 7 * i * j + j) as f64).sin());
    /// let options = AuditOptions { pictures: false, ..AuditOptions::default() };
    /// let audit = Audit::of(codes.view(), &space, None, &options)?;
    /// assert!(audit.judged.iter().any(|j| j.name == "root-gram"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of<T: Real, G: Symmetry>(
        codes: ArrayView2<'_, T>,
        representation: &Representation<G>,
        labels: Option<&Labels>,
        options: &AuditOptions,
    ) -> Result<Self, AnalysisError> {
        Self::with(codes, representation, labels, options, Vec::new())
    }

    /// As [`of`](Self::of), with projections of your own beside those of the catalogue, each under a name that no other
    /// one has.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    ///
    /// ```
    /// use analysis::audit::{Audit, AuditOptions};
    /// use groups::Space;
    /// use ndarray::Array2;
    /// use projections::{Projection, RandomLinear, Sort};
    ///
    /// let space = Space::parse("s6", "natural")?;
    /// let codes = Array2::from_shape_fn((60, 6), |(i, j)| ((i * i + 7 * i * j + j) as f64).sin());
    /// let own = Sort::new(6)?.then(RandomLinear::random(&space, 1, 0)?)?;
    /// let own = vec![("sorted, then a random direction".into(), Box::new(own) as _)];
    /// let audit = Audit::with(codes.view(), &space, None, &AuditOptions::default(), own)?;
    /// assert!(audit.judged.iter().any(|j| j.name.starts_with("sorted, then")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with<T: Real, G: Symmetry>(
        codes: ArrayView2<'_, T>,
        representation: &Representation<G>,
        labels: Option<&Labels>,
        options: &AuditOptions,
        extra: Vec<(String, Box<dyn Projection<f64>>)>,
    ) -> Result<Self, AnalysisError> {
        let space = Space::from(representation);
        checks::same(OPERATION, "columns", space.dim(), codes.ncols())?;
        if let Some(labels) = labels {
            labels.check(codes.nrows())?;
        }
        checks::finite(OPERATION, codes)?;
        let setting = &Setting { metric: space.metric()? };
        let sample = Sample::draw(codes, labels, setting, options)?;
        let ambiguity = ambiguity::measure(&sample, setting)?;
        let catalogue = catalogue::applicable::<f64>(&space, options.seed);
        let mut unfit: Vec<(String, String)> =
            catalogue.unfit.iter().map(|(name, why)| ((*name).into(), why.to_string())).collect();
        let known = catalogue.usable.into_iter();
        let known =
            known.map(|c| (c.choice.to_string(), Box::new(c.projection) as Box<dyn Projection<_>>));
        let (mut usable, mut judged) = (Vec::new(), Vec::new());
        for (name, projection) in known.chain(extra) {
            // One that fails on these codes, as high powers of large numbers do, says so.
            match judged::judge(&name, &*projection, &sample).unwrap_or_else(|e| Err(e.to_string()))
            {
                Ok(value) => {
                    judged.push(value);
                    usable.push((name, projection));
                }
                Err(why) => unfit.push((name, why)),
            }
        }
        let (recommendation, why) = recommend::recommend(&judged)?;
        let best = &*usable[recommendation].1;
        let probes = match &sample.labels {
            Some(_) => probing::probe(&sample, &usable)?,
            None => Vec::new(),
        };
        let for_labels = sample
            .labels
            .as_ref()
            .and_then(|labels| probing::advise(&probes, &judged[recommendation].name, labels));
        let figures = match options.pictures {
            true => pictures::draw(&sample, best, &judged[recommendation].name)?,
            false => Vec::new(),
        };
        Ok(Self {
            representation: space.name(),
            group_order: setting.order(),
            codes: codes.nrows(),
            dim: codes.ncols(),
            exponent: sample.exponent,
            options: *options,
            queries: sample.queries.nrows(),
            base: sample.base.nrows(),
            neighbours: sample.neighbours,
            ambiguity,
            judged,
            unfit,
            recommendation,
            why,
            probes,
            for_labels,
            probed: sample.labels.as_ref().map(Asked::of),
            figures,
        })
    }

    /// The projection to use.
    pub fn recommended(&self) -> &Judged {
        &self.judged[self.recommendation]
    }
}
