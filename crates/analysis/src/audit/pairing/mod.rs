//! Whether the declared action is the true one.

mod convention;
mod layouts;
mod pieces;
mod unchecked;

use groups::compact::Isometries;
use groups::linalg::{Svd, svd};
use groups::quotient::QuotientMetric;
use groups::{
    AnyFinite, AnyIsometries, Element, FiniteGroup, Group, Kind, Operator, Real, Representation,
    Space, Symmetry,
};
use nalgebra::DMatrix;
use ndarray::{Array2, ArrayView2};
use serde::Serialize;

pub use convention::{Axes, Convention, Fit, Layout, Relation};
pub use pieces::{Part, Says};

use super::setting::LISTED;
use crate::scaling::{exponent, times_power};
use crate::{AnalysisError, checks};
use layouts::{Places, Turned};
use pieces::{FITS, Motion, Pieces};

const OPERATION: &str = "Pairing::check";

/// Codes that are compared, the first ones.
const CODES: usize = 500;

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
    /// Codes hardly move, and need not: many actions would fit.
    CannotTell,
}

/// Codes compared with those of transformed inputs, under every convention tried.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pairing {
    /// The declared convention.
    pub declared: Fit,
    /// What each kind of block says of it.
    pub parts: Vec<Part>,
    /// All that were tried: first those that fit best, as far as noise can tell, in the order of their
    /// distance to what was declared, then the others.
    pub fits: Vec<Fit>,
    /// Which holds.
    pub verdict: Verdict,
    /// Other conventions that fit no worse than that of the verdict: codes cannot tell them apart.
    pub alike: Vec<Convention>,
    /// What no pair by this element can tell, and which pairs to add.
    pub unchecked: Vec<String>,
}

impl Pairing {
    /// Checks `E(g·x) = ρ(g)E(x)` on `codes = E(x)` and `transformed = E(g·x)`, both `(n, dim)`.
    ///
    /// What is left, `‖w − ρ(g)z‖`, is compared with how far codes moved, `‖w − z‖`, by kind of block and
    /// block by block, each in its own scale. Tries the declared element, its inverse and all others (of
    /// groups up to 1,024 elements; powers of it otherwise), in the declared layout, the transposed one
    /// and, for fields of the regular representation, with elements numbered by their inverses. Of
    /// conventions that fit alike the one that is closest to the declared one is taken.
    ///
    /// Of rotations and reflections it tries the declared element, its inverse and the element that fits best of all
    /// (by the blocks for which the quotient metric is known), in the declared layout and the transposed one, and
    /// with the axes of space in every other order, in all blocks or in those of one kind.
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
    pub fn check<T: Real, G: Symmetry>(
        codes: ArrayView2<'_, T>,
        transformed: ArrayView2<'_, T>,
        representation: &Representation<G>,
        element: &G::Element,
    ) -> Result<Self, AnalysisError> {
        let element = &G::lift(element);
        match Space::from(representation).kind() {
            Kind::Finite(rep) => Self::of_finite(codes, transformed, &rep, element),
            Kind::Isometries(rep) => Self::of_isometries(codes, transformed, &rep, element),
        }
    }

    fn of_finite<T: Real>(
        codes: ArrayView2<'_, T>,
        transformed: ArrayView2<'_, T>,
        representation: &Representation<AnyFinite>,
        element: &Element,
    ) -> Result<Self, AnalysisError> {
        let group = representation.group();
        let tried: Vec<Tried> = elements(group, element)
            .into_iter()
            .map(|(g, relation)| Tried {
                name: group.write_element(&g),
                relation,
                operator: representation.operator(&g),
                elsewhere: None,
            })
            .collect();
        let pieces = Pieces::new(&representation.blocks());
        let layouts = layouts::of_finite(representation);
        let unchecked = unchecked::of_finite(group, element);
        compare(codes, transformed, &pieces, layouts, |_, _, _, _| tried.clone())
            .map(|pairing| Self { unchecked, ..pairing })
    }

    fn of_isometries<T: Real>(
        codes: ArrayView2<'_, T>,
        transformed: ArrayView2<'_, T>,
        representation: &Representation<AnyIsometries>,
        element: &Element,
    ) -> Result<Self, AnalysisError> {
        let group = representation.group();
        let tried = |g: &Element, relation| Tried {
            name: group.write_element(g),
            relation,
            operator: representation.operator(g),
            elsewhere: None,
        };
        let inverse = group.inverse(element);
        let mut own = vec![(element, Relation::Declared)];
        if !group.same(&inverse, element) {
            own.push((&inverse, Relation::Inverse));
        }
        let turned = layouts::turned(representation);
        let known = Alignable::of(representation);
        let around = |layout, z: &Array2<f64>, w: &Array2<f64>, weights: &[f64]| {
            let mut all: Vec<Tried> = own.iter().map(|(g, relation)| tried(g, *relation)).collect();
            if let Some(best) = known.as_ref().and_then(|known| known.best(z, w, weights))
                && !own.iter().any(|(g, _)| group.same(g, &best))
            {
                all.push(tried(&best, Relation::Other));
            }
            if layout == Layout::Declared {
                for Turned { by, order, everywhere, there } in &turned {
                    for (g, relation) in &own {
                        let same = group.compose(by, &group.compose(g, &group.inverse(by)));
                        let axes = Axes {
                            order: order.clone(),
                            everywhere: *everywhere,
                            element: group.write_element(&same),
                        };
                        let elsewhere = Elsewhere {
                            axes,
                            operator: representation.operator(&same),
                            there: there.clone(),
                        };
                        all.push(Tried { elsewhere: Some(elsewhere), ..tried(g, *relation) });
                    }
                }
            }
            all
        };
        let pieces = Pieces::new(&representation.blocks());
        let layouts = layouts::of_isometries(representation);
        let unchecked = unchecked::of_isometries(group, element);
        compare(codes, transformed, &pieces, layouts, around)
            .map(|pairing| Self { unchecked, ..pairing })
    }
}

/// The blocks of a representation for which the best element is known.
struct Alignable {
    representation: Representation<AnyIsometries>,
    columns: Vec<usize>,
}

impl Alignable {
    fn of(representation: &Representation<AnyIsometries>) -> Option<Self> {
        let (mut some, mut columns, mut offset) = (Vec::new(), Vec::new(), 0);
        for (summand, copies) in representation.summands() {
            let dim = summand.dim() * copies;
            if QuotientMetric::new(&summand).is_ok() {
                columns.extend(offset..offset + dim);
                some.push(summand.copies(copies));
            }
            offset += dim;
        }
        let representation = Representation::direct_sum(&some).ok()?;
        Some(Self { representation, columns })
    }

    /// One element for all codes: that of the code which all of them make together, all blocks in one
    /// scale.
    fn best(&self, z: &Array2<f64>, w: &Array2<f64>, weights: &[f64]) -> Option<Element> {
        let together = self.representation.copies(z.nrows());
        let metric = QuotientMetric::new(&together).ok()?;
        let flat = |codes: &Array2<f64>| -> Vec<f64> {
            let rows = codes.rows().into_iter();
            rows.flat_map(|row| self.columns.iter().map(move |j| row[*j] * weights[*j])).collect()
        };
        Some(metric.align(&flat(w), &flat(z)).element)
    }
}

/// An element that might be the true one.
#[derive(Clone)]
struct Tried {
    name: String,
    relation: Relation,
    operator: Operator,
    elsewhere: Option<Elsewhere>,
}

/// Another order of axes, by the operator that acts on some coordinates.
#[derive(Clone)]
struct Elsewhere {
    axes: Axes,
    operator: Operator,
    there: Vec<bool>,
}

impl Tried {
    fn image(&self, z: &Array2<f64>) -> Array2<f64> {
        let mut image = self.operator.apply_rows(z.view());
        if let Some(Elsewhere { operator, there, .. }) = &self.elsewhere {
            let other = operator.apply_rows(z.view());
            for (mut to, from) in image.rows_mut().into_iter().zip(other.rows()) {
                for ((to, from), there) in to.iter_mut().zip(from).zip(there) {
                    if *there {
                        *to = *from;
                    }
                }
            }
        }
        image
    }

    fn convention(&self, layout: Layout) -> Convention {
        let axes = self.elsewhere.as_ref().map(|elsewhere| elsewhere.axes.clone());
        Convention {
            element: self.name.clone(),
            relation: self.relation,
            layout: if axes.is_some() { Layout::Axes } else { layout },
            axes,
        }
    }
}

/// Compares under every layout and element; of both the declared one is the first. `tried` lists the
/// elements for a layout, codes in it and those of transformed inputs, and the weights of coordinates.
fn compare<T: Real>(
    codes: ArrayView2<'_, T>,
    transformed: ArrayView2<'_, T>,
    pieces: &Pieces,
    layouts: Vec<Places>,
    tried: impl Fn(Layout, &Array2<f64>, &Array2<f64>, &[f64]) -> Vec<Tried>,
) -> Result<Pairing, AnalysisError> {
    let dim = layouts[0].1.len();
    checks::same(OPERATION, "columns", dim, codes.ncols())?;
    checks::same(OPERATION, "columns of transformed codes", codes.ncols(), transformed.ncols())?;
    checks::same(OPERATION, "transformed codes, one a code", codes.nrows(), transformed.nrows())?;
    checks::at_least(OPERATION, "codes", 1, codes.nrows())?;
    let first = |codes: ArrayView2<'_, T>| -> Result<Array2<f64>, AnalysisError> {
        checks::to_f64(OPERATION, codes.split_at(ndarray::Axis(0), CODES.min(codes.nrows())).0)
    };
    let (mut z, mut w) = (first(codes)?, first(transformed)?);
    // Squares of very large numbers overflow.
    let k = exponent(&z).max(exponent(&w));
    z.mapv_inplace(|v| times_power(v, -k));
    w.mapv_inplace(|v| times_power(v, -k));

    let as_declared = Motion::new(pieces, &z, &w);
    let mut fits = Vec::new();
    let mut declared = None;
    for (layout, places) in layouts {
        let rearranged = |codes: &Array2<f64>| {
            Array2::from_shape_fn(codes.dim(), |(i, j)| codes[(i, places[j])])
        };
        let (z, w) = (rearranged(&z), rearranged(&w));
        let motion = Motion::new(pieces, &z, &w);
        for tried in tried(layout, &z, &w, &motion.weights()) {
            let image = tried.image(&z);
            let convention = tried.convention(layout);
            // Pieces of another layout mix those declared, and their scales: it has to fit both.
            let mut residual = motion.residual(&image);
            if layout != Layout::Declared {
                let mut back = image.clone();
                for (j, place) in places.iter().enumerate() {
                    back.column_mut(*place).assign(&image.column(j));
                }
                residual = residual.max(as_declared.residual(&back));
            }
            let fit = Fit { convention, residual };
            if declared.is_none() {
                let noise = motion.may_be_noise(&z, &image) && !turns(&z, &w);
                declared = Some((fit.clone(), motion.parts(&image), noise));
            }
            fits.push(fit);
        }
    }
    let Some((declared, parts, noise)) = declared else {
        return Err(AnalysisError::TooFew {
            operation: OPERATION,
            what: "conventions",
            needed: 1,
            got: 0,
        });
    };
    // The inverse may be another numbering as well, and turned axes another element. What fits best of
    // all fits better by its noise: alike is what is off by no more than twice as much.
    let best = fits.iter().map(|fit| fit.residual).fold(f64::INFINITY, f64::min);
    let alike = |fit: &Fit| fit.residual <= 2.0 * best + 2e-3;
    fits.sort_by(|a, b| match (alike(a), alike(b)) {
        (true, true) => a.convention.distance().cmp(&b.convention.distance()),
        (false, false) => a.residual.total_cmp(&b.residual),
        (a, b) => b.cmp(&a),
    });
    let chosen = fits[0].clone();
    let telling = parts.iter().any(|part| part.says == Says::Fits);
    let verdict = match chosen.residual <= FITS {
        true if chosen.convention == declared.convention && telling => Verdict::Holds,
        true if chosen.convention == declared.convention => Verdict::CannotTell,
        true => Verdict::Other(chosen),
        false if noise => Verdict::CannotTell,
        false => Verdict::Neither(chosen),
    };
    let alike = match &verdict {
        Verdict::Neither(_) => Vec::new(),
        _ => fits[1..].iter().filter(|fit| alike(fit)).map(|fit| fit.convention.clone()).collect(),
    };
    Ok(Pairing { declared, parts, fits, verdict, alike, unchecked: Vec::new() })
}

/// Whether an orthogonal matrix explains how codes move: then it is no noise.
fn turns(z: &Array2<f64>, w: &Array2<f64>) -> bool {
    let (n, dim) = z.dim();
    if n < 2 * dim {
        return false;
    }
    let matrix = |codes: &Array2<f64>| DMatrix::from_fn(n, dim, |i, j| codes[(i, j)]);
    let (z, w) = (matrix(z), matrix(w));
    let Svd { u, v, .. } = svd(&(w.transpose() * &z));
    let left = (&w - &z * (u * v.transpose()).transpose()).norm();
    left <= FITS * (&w - &z).norm()
}

/// The declared element first, then its inverse, then the others.
fn elements(group: &AnyFinite, declared: &Element) -> Vec<(Element, Relation)> {
    let inverse = group.inverse(declared);
    let mut tried = vec![(declared.clone(), Relation::Declared)];
    if inverse != *declared {
        tried.push((inverse, Relation::Inverse));
    }
    let others: Vec<Element> = if group.order() <= LISTED {
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
