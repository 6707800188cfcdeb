//! What is claimed of projections, as statements that can fail. Each test carries the number of its
//! theorem:
//!
//! | | theorem | file |
//! |---|---|---|
//! | 1 | every exact projection is invariant | `every_group` |
//! | 2–4 | sorting is isometric, geodesic, and alignment to an increasing template | `sorting` |
//! | 5–6 | column sorting collides, lexicographic sorting jumps | `sorting` |
//! | 7–8 | sorted keys: the constant `σ_max(A)`, and separation | `sorting` |
//! | 9 | the rank of linear invariants | `every_group` |
//! | 10–12 | max filters and co-orbits: constants and separation | `filters` |
//! | 13–15 | spectra: what they miss, inversion, the relative pose of fields | `spectra` |
//! | 16, 19 | cross-sections never contract; where isometric ones exist | `cross_sections` |
//! | 17 | the constants of the root of the Gram matrix | `every_group` |
//! | 18 | the quotient metric by FFT | `spectra` |
//! | 20–21 | limits: the least distortion for `C_8`, moments near stabilizers | `limits` |
//! | 22 | a decoder does not see the projection | `cross_sections` |

mod cross_sections;
mod every_group;
mod filters;
mod limits;
mod sorting;
mod spectra;

use groups::quotient::QuotientMetric;
use groups::{FiniteGroup, Group, Representation};
use ndarray::{Array1, Array2, ArrayView1};
use projections::Projection;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Standard normal codes.
fn codes(n: usize, dim: usize, seed: u64) -> Array2<f64> {
    let mut rng = rng(seed);
    Array2::from_shape_simple_fn((n, dim), || StandardNormal.sample(&mut rng))
}

fn norm(v: ArrayView1<'_, f64>) -> f64 {
    v.dot(&v).sqrt()
}

/// `‖s(z) − s(w)‖`.
fn gap(p: &dyn Projection<f64>, z: &[f64], w: &[f64]) -> f64 {
    let both = Array2::from_shape_vec((2, z.len()), [z, w].concat()).unwrap();
    let s = p.project(both.view()).unwrap();
    norm((&s.row(0) - &s.row(1)).view())
}

/// All codes moved by one element.
fn moved<G: Group>(rep: &Representation<G>, g: &G::Element, z: &Array2<f64>) -> Array2<f64> {
    let mut out = z.clone();
    for (z, mut out) in z.rows().into_iter().zip(out.rows_mut()) {
        out.assign(&Array1::from(rep.act(g, &z.to_vec())));
    }
    out
}

fn metric<G: FiniteGroup>(rep: &Representation<G>) -> QuotientMetric<G> {
    QuotientMetric::new(rep).unwrap()
}

fn row(z: &Array2<f64>, i: usize) -> Vec<f64> {
    z.row(i).to_vec()
}
