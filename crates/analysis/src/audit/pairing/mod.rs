//! Whether the declared action is the true one.

use std::fmt;

use groups::quotient::QuotientMetric;
use groups::spec::{NamedGroup, NamedIsometries};
use groups::{BlockKind, Operator, Real, Representation};
use ndarray::{Array2, ArrayView2};
use serde::Serialize;

use super::ambiguity::{moved, rms_distance};
use super::setting::LISTED;
use crate::{AnalysisError, checks};

const OPERATION: &str = "Pairing::check";

/// Residuals up to here are those of an action; interpolation of inputs makes no larger ones.
const FITS: f64 = 0.1;

/// Residuals that differ by less are equal.
const SAME: f64 = 1e-9;

/// Codes that are compared, the first ones.
const CODES: usize = 500;

/// How the coordinates of a code are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// As declared: fields, or nodes, one after the other.
    Declared,
    /// The other way round: `(N, F)` in place of `(F, N)`, or `d x n` in place of `n x d`.
    Transposed,
    /// Fields as declared, each numbered by the inverses of the elements.
    Inverted,
    /// Vectors of space in another order of their axes: `(y, z, x)` for `(x, y, z)`, or the other way.
    Axes,
}

/// An action that might be the true one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Convention {
    /// The element that acts, as its group writes it.
    pub element: String,
    /// Whether it is the declared one, its inverse, or another.
    pub relation: Relation,
    /// How coordinates are laid out.
    pub layout: Layout,
}

/// What an element is to the declared one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The same.
    Declared,
    /// Its inverse.
    Inverse,
    /// Another.
    Other,
}

impl fmt::Display for Convention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.relation {
            Relation::Declared => write!(f, "the declared element {}", self.element)?,
            Relation::Inverse => write!(f, "its inverse {}", self.element)?,
            Relation::Other => write!(f, "another element, {}", self.element)?,
        }
        f.write_str(match self.layout {
            Layout::Declared => "",
            Layout::Transposed => {
                ", coordinates laid out the other way round ((N, F) for (F, N), d x n for n x d)"
            }
            Layout::Inverted => ", coordinates of each field numbered by the inverse elements",
            Layout::Axes => {
                ", vectors in the other order of axes ((y, z, x) for natural, (x, y, z) for degree 1)"
            }
        })
    }
}

/// A convention and how well it fits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fit {
    /// The convention.
    pub convention: Convention,
    /// RMS of `‖w − ρ(g)z‖` beside the RMS distance of two codes: 0 fits exactly, 1 not at all.
    pub residual: f64,
}

/// What a comparison of pairs says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The declared action is the true one.
    Holds,
    /// Another convention fits.
    Other(Fit),
    /// None of those tried fits; this one is the closest.
    Neither(Fit),
}

/// Codes compared with those of transformed inputs, under every convention tried.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pairing {
    /// The declared convention.
    pub declared: Fit,
    /// All that were tried, the best first.
    pub fits: Vec<Fit>,
    /// Which holds.
    pub verdict: Verdict,
}

impl Pairing {
    /// Checks `E(g·x) = ρ(g)E(x)` on `codes = E(x)` and `transformed = E(g·x)`, both `(n, dim)`.
    ///
    /// Tries the declared element, its inverse and all others (of groups up to 1,024 elements;
    /// powers of it otherwise), in the declared layout, the transposed one and, for fields of the
    /// regular representation, with elements numbered by their inverses.
    ///
    /// # Errors
    /// [`AnalysisError::Shape`] where shapes differ, [`AnalysisError::TooFew`] without codes,
    /// [`AnalysisError::NotFinite`] for NaN or infinities.
    ///
    /// ```
    /// use analysis::audit::{Pairing, Verdict};
    /// use groups::{Cyclic, Representation};
    /// use ndarray::Array2;
    ///
    /// let rep = Representation::regular(&Cyclic::new(4)?);
    /// let codes = Array2::from_shape_fn((20, 4), |(i, j)| ((i * i + 5 * i * j + j) as f64).sin());
    /// // Shifted to the left, where r shifts to the right.
    /// let moved = Array2::from_shape_fn((20, 4), |(i, j)| codes[[i, (j + 1) % 4]]);
    /// let Verdict::Other(fit) = Pairing::check(codes.view(), moved.view(), &rep, &1)?.verdict else {
    ///     panic!("r is not the element")
    /// };
    /// assert_eq!(fit.convention.to_string(), "its inverse 3");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check<T: Real, G: NamedGroup>(
        codes: ArrayView2<'_, T>,
        transformed: ArrayView2<'_, T>,
        representation: &Representation<G>,
        element: &G::Element,
    ) -> Result<Self, AnalysisError> {
        let group = representation.group();
        let tried: Vec<Tried> = elements(group, element)
            .into_iter()
            .map(|(g, relation)| Tried {
                name: group.write_element(&g),
                relation,
                operator: representation.operator(&g),
            })
            .collect();
        let dim = representation.dim();
        compare(codes, transformed, dim, layouts(representation), |_, _| tried.clone())
    }

    /// As [`check`](Self::check), for rotations and reflections of the plane or of space.
    ///
    /// Tries the declared element, its inverse and, where the quotient metric is known, the element that
    /// fits best of all, in the declared layout, the transposed one, and with the axes of vectors in
    /// another order.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    ///
    /// ```
    /// use analysis::audit::{Pairing, Verdict};
    /// use groups::compact::SO3;
    /// use groups::spec::NamedIsometries;
    /// use ndarray::Array2;
    ///
    /// let rep = SO3.vectors().copies(2);
    /// let codes = Array2::from_shape_fn((20, 6), |(i, j)| ((i * i + 5 * i * j + j) as f64).sin());
    /// let turn = |text: &str| SO3.read_element(text).unwrap();
    /// let turned: Vec<f64> =
    ///     codes.rows().into_iter().flat_map(|z| rep.act(&turn("60deg about z"), &z.to_vec())).collect();
    /// let turned = Array2::from_shape_vec((20, 6), turned)?;
    /// let half = turn("30deg about z");
    /// let pairing = Pairing::check_isometries(codes.view(), turned.view(), &rep, &half)?;
    /// let Verdict::Other(fit) = pairing.verdict else { panic!("another angle was declared") };
    /// assert_eq!(fit.convention.element, "60deg about [0, 0, 1]");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check_isometries<T: Real, G: NamedIsometries>(
        codes: ArrayView2<'_, T>,
        transformed: ArrayView2<'_, T>,
        representation: &Representation<G>,
        element: &G::Element,
    ) -> Result<Self, AnalysisError> {
        let group = representation.group();
        let tried = |g: &G::Element, relation| Tried {
            name: group.write_element(g),
            relation,
            operator: representation.operator(g),
        };
        let inverse = group.inverse(element);
        let around = |z: &Array2<f64>, w: &Array2<f64>| {
            let mut all = vec![tried(element, Relation::Declared)];
            if !group.same(&inverse, element) {
                all.push(tried(&inverse, Relation::Inverse));
            }
            // One element for all codes: that of the code which all of them make together.
            let together = representation.copies(z.nrows());
            if let Ok(metric) = QuotientMetric::of_isometries(&together) {
                let flat = |codes: &Array2<f64>| codes.iter().copied().collect::<Vec<_>>();
                let best = metric.align(&flat(w), &flat(z)).element;
                let known = [element, &inverse].iter().any(|g| group.same(g, &best));
                if !known {
                    all.push(tried(&best, Relation::Other));
                }
            }
            all
        };
        let dim = representation.dim();
        compare(codes, transformed, dim, layouts_of_isometries(representation), around)
    }
}

/// An element that might be the true one.
#[derive(Clone)]
struct Tried {
    name: String,
    relation: Relation,
    operator: Operator,
}

/// Compares under every layout and element; of both the declared one is the first. `tried` lists the
/// elements for codes in a layout and those of transformed inputs.
fn compare<T: Real>(
    codes: ArrayView2<'_, T>,
    transformed: ArrayView2<'_, T>,
    dim: usize,
    layouts: Vec<(Layout, Vec<usize>)>,
    tried: impl Fn(&Array2<f64>, &Array2<f64>) -> Vec<Tried>,
) -> Result<Pairing, AnalysisError> {
    checks::same(OPERATION, "columns", dim, codes.ncols())?;
    checks::same(OPERATION, "columns of transformed codes", codes.ncols(), transformed.ncols())?;
    checks::same(OPERATION, "transformed codes, one a code", codes.nrows(), transformed.nrows())?;
    checks::at_least(OPERATION, "codes", 1, codes.nrows())?;
    let first = |codes: ArrayView2<'_, T>| -> Result<Array2<f64>, AnalysisError> {
        checks::to_f64(OPERATION, codes.split_at(ndarray::Axis(0), CODES.min(codes.nrows())).0)
    };
    let (z, w) = (first(codes)?, first(transformed)?);
    let unit = match rms_distance(&w) {
        0.0 => w.mapv(|v| v * v).mean().unwrap_or(0.0).sqrt(),
        spread => spread,
    };
    let mut fits = Vec::new();
    for (layout, places) in layouts {
        let rearranged = |codes: &Array2<f64>| {
            Array2::from_shape_fn(codes.dim(), |(i, j)| codes[(i, places[j])])
        };
        let (z, w) = (rearranged(&z), rearranged(&w));
        for Tried { name: element, relation, operator } in tried(&z, &w) {
            let image = moved(&operator, &z);
            let squares: f64 = image.iter().zip(&w).map(|(a, b)| (a - b) * (a - b)).sum();
            let residual = (squares / z.nrows() as f64).sqrt() / unit;
            // All codes zero: everything fits.
            let residual = if residual.is_nan() { 0.0 } else { residual };
            fits.push(Fit { convention: Convention { element, relation, layout }, residual });
        }
    }
    let declared = fits[0].clone();
    // Of those that are equal to rounding the one closest to what was declared comes first: the inverse
    // may be another numbering as well, and turned axes another element.
    let rounded = |fit: &Fit| (fit.residual / SAME).round();
    fits.sort_by(|a, b| {
        let closeness = |fit: &Fit| {
            let Convention { relation, layout, .. } = fit.convention;
            (relation == Relation::Other, layout, relation)
        };
        rounded(a).total_cmp(&rounded(b)).then(closeness(a).cmp(&closeness(b)))
    });
    let best = fits[0].clone();
    let clearly_better = best.residual < 0.5 * declared.residual - 1e-3;
    let verdict = match (declared.residual <= FITS, best.residual <= FITS) {
        (true, _) if !clearly_better => Verdict::Holds,
        (_, true) => Verdict::Other(best),
        _ => Verdict::Neither(best),
    };
    Ok(Pairing { declared, fits, verdict })
}

/// The declared element first, then its inverse, then the others.
fn elements<G: NamedGroup>(group: &G, declared: &G::Element) -> Vec<(G::Element, Relation)> {
    let inverse = group.inverse(declared);
    let mut tried = vec![(declared.clone(), Relation::Declared)];
    if inverse != *declared {
        tried.push((inverse, Relation::Inverse));
    }
    let others: Vec<G::Element> = if group.order() <= LISTED {
        group.elements().collect()
    } else {
        let mut powers = vec![group.identity()];
        powers.extend((2..12).map(|k| group.power(declared, k)));
        powers.extend(group.generators());
        powers
    };
    for other in others {
        if tried.iter().all(|(known, _)| *known != other) {
            tried.push((other, Relation::Other));
        }
    }
    tried
}

/// The place of each declared coordinate in a code of each layout.
fn layouts<G: NamedGroup>(representation: &Representation<G>) -> Vec<(Layout, Vec<usize>)> {
    let dim = representation.dim();
    let mut layouts = vec![(Layout::Declared, (0..dim).collect())];
    let group = representation.group();
    let shape = match (representation.regular_fields(), &representation.blocks()[..]) {
        (Some(fields), _) => Some((fields, group.order())),
        (None, [block]) => match block.kind {
            BlockKind::NodeFeatures { nodes, features } => Some((nodes, features)),
            _ => None,
        },
        _ => None,
    };
    if let Some((rows, columns)) = shape.filter(|(rows, columns)| *rows > 1 && *columns > 1) {
        let transposed = |j| (j % columns) * rows + j / columns;
        layouts.push((Layout::Transposed, (0..dim).map(transposed).collect()));
    }
    if let Some(fields) = representation.regular_fields() {
        let order = group.order();
        let inverse: Vec<usize> =
            group.elements().map(|g| group.index(&group.inverse(&g))).collect();
        let places = (0..fields).flat_map(|f| inverse.iter().map(move |i| f * order + i));
        layouts.push((Layout::Inverted, places.collect()));
    }
    layouts
}

/// The same for rotations and reflections.
fn layouts_of_isometries<G: NamedIsometries>(
    representation: &Representation<G>,
) -> Vec<(Layout, Vec<usize>)> {
    let (dim, blocks) = (representation.dim(), representation.blocks());
    let mut layouts = vec![(Layout::Declared, (0..dim).collect())];
    if let [first, _, ..] = &blocks[..]
        && first.dim > 1
        && blocks.iter().all(|block| block.kind == first.kind)
    {
        let (rows, columns) = (blocks.len(), first.dim);
        let transposed = |j| (j % columns) * rows + j / columns;
        layouts.push((Layout::Transposed, (0..dim).map(transposed).collect()));
    }
    let mut places: Vec<usize> = (0..dim).collect();
    for block in &blocks {
        let order = match block.kind {
            // The places of x, y and z in (y, z, x), and of y, z and x in (x, y, z).
            BlockKind::Vectors => [2, 0, 1],
            BlockKind::Harmonic { degree: 1, .. } if block.dim == 3 => [1, 2, 0],
            _ => continue,
        };
        for (j, place) in order.into_iter().enumerate() {
            places[block.offset + j] = block.offset + place;
        }
    }
    if places.iter().enumerate().any(|(j, place)| j != *place) {
        layouts.push((Layout::Axes, places));
    }
    layouts
}
