//! What every invariant projection must obey, as a check for projections and groups of your own:
//! write `check_projection(&projection, &rep, 1e-9, &mut rng)?` in a test, or
//! [`assert_projection_laws!`](crate::assert_projection_laws).

use groups::laws::LawViolation;
use groups::quotient::QuotientMetric;
use groups::{FiniteGroup, Representation};
use ndarray::{Array1, Array2, ArrayView1, Axis};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::{Guarantee, Projection};

/// Codes that are drawn.
const CODES: usize = 12;

/// Elements that are tried on each batch; all of a group of at most that order.
const ELEMENTS: usize = 64;

/// Relative slack for images, which are rounded to their own size.
const RESOLUTION: f64 = 1e-5;

/// Checks on random codes that a projection keeps what it states about itself:
///
/// - `s(ρ(g)z) = s(z)`, to `tolerance` relative to the root mean square of `‖s(z)‖`, for all elements
///   of a group of up to 64 and for 64 random ones of a larger group;
/// - images are finite, of the stated dimension, and the same one by one as in a batch;
/// - `α d([z],[w]) ≤ ‖s(z) − s(w)‖ ≤ β d([z],[w])` with the stated constants, and equality for an
///   isometric projection;
/// - a cross-section stays on the orbit: `d([s(z)],[z]) = 0`.
///
/// # Errors
/// The first violation.
///
/// ```
/// use groups::{PermutationGroup, Representation};
/// use projections::{MaxFilter, laws::check_projection};
/// let rep = PermutationGroup::alternating(4)?.natural();
/// let filter = MaxFilter::<f64>::random(&rep, 8, 0)?;
/// check_projection(&filter, &rep, 1e-12, &mut groups::laws::seeded())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_projection<G: FiniteGroup, R: Rng + ?Sized>(
    projection: &dyn Projection<f64>,
    representation: &Representation<G>,
    tolerance: f64,
    rng: &mut R,
) -> Result<(), LawViolation> {
    let metadata = projection.metadata();
    let violation = |law: &'static str, witness: String| LawViolation {
        structure: format!("{} of {representation}", metadata.name),
        law,
        witness,
    };
    let failed = |error: &dyn std::fmt::Display| violation("s(z) exists", error.to_string());
    let codes: Array2<f64> =
        Array2::from_shape_simple_fn((CODES, representation.dim()), || StandardNormal.sample(rng));
    let images = projection.project(codes.view()).map_err(|e| failed(&e))?;
    if images.dim() != (CODES, projection.output_dim()) || images.iter().any(|v| !v.is_finite()) {
        let got = format!("{:?}", images.dim());
        return Err(violation("s(z) is finite and of the stated dimension", got));
    }
    for (i, code) in codes.axis_iter(Axis(0)).enumerate() {
        let alone = projection.project(code.insert_axis(Axis(0))).map_err(|e| failed(&e))?;
        if alone.row(0) != images.row(i) {
            return Err(violation("a batch is its codes one by one", format!("row {i}")));
        }
    }
    let size = (images.iter().map(|v| v * v).sum::<f64>() / CODES as f64).sqrt();
    for g in elements(representation.group(), rng) {
        let operator = representation.operator(&g);
        let mut moved = codes.clone();
        for (z, mut out) in codes.rows().into_iter().zip(moved.rows_mut()) {
            out.assign(&Array1::from(operator.apply(&z.to_vec())));
        }
        let moved = projection.project(moved.view()).map_err(|e| failed(&e))?;
        for (i, (a, b)) in moved.rows().into_iter().zip(images.rows()).enumerate() {
            let off = distance(a, b) / size;
            if off.is_nan() || off > tolerance {
                let witness = format!("g = {g:?} and code {i} (off by {off:e})");
                return Err(violation("s(ρ(g)z) = s(z)", witness));
            }
        }
    }
    let metric = QuotientMetric::new(representation).map_err(|e| failed(&e))?;
    let (lower, upper) = match metadata.guarantee {
        Guarantee::Isometric => (Some(1.0), Some(1.0)),
        _ => (metadata.lipschitz.lower, metadata.lipschitz.upper),
    };
    let rows: Vec<Vec<f64>> = codes.rows().into_iter().map(|row| row.to_vec()).collect();
    for i in 0..CODES {
        for j in 0..i {
            let d = metric.distance(&rows[i], &rows[j]);
            let ratio = distance(images.row(i), images.row(j)) / d;
            let witness = || format!("codes {i} and {j} (ratio {ratio})");
            if lower.is_some_and(|lower| ratio < lower * (1.0 - RESOLUTION)) {
                return Err(violation("α d([z],[w]) ≤ ‖s(z) − s(w)‖", witness()));
            }
            if upper.is_some_and(|upper| ratio > upper * (1.0 + RESOLUTION)) {
                return Err(violation("‖s(z) − s(w)‖ ≤ β d([z],[w])", witness()));
            }
        }
    }
    for i in 0..CODES {
        if metadata.cross_section {
            let off = metric.distance(&rows[i], &images.row(i).to_vec());
            if off.is_nan() || off > RESOLUTION * codes.row(i).dot(&codes.row(i)).sqrt() {
                let witness = format!("code {i} (off by {off:e})");
                return Err(violation("s(z) lies on the orbit of z", witness));
            }
        }
    }
    Ok(())
}

fn elements<G: FiniteGroup, R: Rng + ?Sized>(group: &G, rng: &mut R) -> Vec<G::Element> {
    if group.order() <= ELEMENTS {
        return group.elements().collect();
    }
    (0..ELEMENTS).map(|_| group.sample(rng)).collect()
}

fn distance(a: ArrayView1<'_, f64>, b: ArrayView1<'_, f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// Asserts that a projection keeps what it states, to the tolerance given (10⁻⁹ if none): see
/// [`check_projection`](crate::laws::check_projection).
///
/// ```
/// let s9 = groups::Symmetric::new(9)?;
/// projections::assert_projection_laws!(projections::Sort::new(9)?, s9.natural());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[macro_export]
macro_rules! assert_projection_laws {
    ($projection:expr, $representation:expr) => {
        $crate::assert_projection_laws!($projection, $representation, 1e-9)
    };
    ($projection:expr, $representation:expr, $tolerance:expr) => {
        if let Err(violation) = $crate::laws::check_projection(
            &$projection,
            &$representation,
            $tolerance,
            &mut $crate::laws::seeded(),
        ) {
            panic!("{violation}");
        }
    };
}

#[doc(hidden)]
pub use groups::laws::seeded;

#[cfg(test)]
mod tests {
    use groups::{Cyclic, HasIrreps, Symmetric};
    use ndarray::{ArrayView2, ArrayViewMut2};

    use super::*;
    use crate::{Metadata, RandomLinear, Reynolds, Sort, catalogue};

    /// What is stated of `Sort`, and something else done.
    #[derive(Debug)]
    struct Liar(fn(&[f64], &mut [f64]));

    impl Projection<f64> for Liar {
        fn metadata(&self) -> Metadata {
            Projection::<f64>::metadata(&Sort::new(3).unwrap())
        }

        fn input_dim(&self) -> usize {
            3
        }

        fn output_dim(&self) -> usize {
            3
        }

        fn project_rows(&self, codes: ArrayView2<'_, f64>, mut out: ArrayViewMut2<'_, f64>) {
            for (z, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
                (self.0)(&z.to_vec(), out.as_slice_mut().unwrap());
            }
        }
    }

    #[test]
    fn each_lie_is_found() {
        let rep = Symmetric::new(3).unwrap().natural();
        let law = |liar: Liar| check_projection(&liar, &rep, 1e-9, &mut seeded()).unwrap_err().law;
        assert_eq!(law(Liar(|z, out| out.copy_from_slice(z))), "s(ρ(g)z) = s(z)");
        let nan = Liar(|_, out| out.fill(f64::NAN));
        assert_eq!(law(nan), "s(z) is finite and of the stated dimension");
        let half = Liar(|z, out| {
            out.copy_from_slice(z);
            out.sort_by(f64::total_cmp);
            out.iter_mut().for_each(|v| *v *= 0.5);
        });
        assert_eq!(law(half), "α d([z],[w]) ≤ ‖s(z) − s(w)‖");
        let double = Liar(|z, out| {
            out.copy_from_slice(z);
            out.sort_by(f64::total_cmp);
            out.iter_mut().for_each(|v| *v *= 2.0);
        });
        assert_eq!(law(double), "‖s(z) − s(w)‖ ≤ β d([z],[w])");
        // Isometric, but the mirror image is not on the orbit.
        let mirrored = Liar(|z, out| {
            out.copy_from_slice(z);
            out.sort_by(f64::total_cmp);
            out.iter_mut().for_each(|v| *v = -*v);
        });
        assert_eq!(law(mirrored), "s(z) lies on the orbit of z");
    }

    /// Everything that the catalogue offers for a group from outside.
    #[test]
    fn the_catalogue_keeps_its_word_for_new_groups() {
        fn check<G: FiniteGroup>(rep: &Representation<G>) {
            for candidate in catalogue::applicable::<G, f64>(rep, 3).usable {
                check_projection(&*candidate.projection, rep, 1e-8, &mut seeded())
                    .unwrap_or_else(|violation| panic!("{}: {violation}", candidate.choice));
            }
        }
        let cube = groups::MatrixGroup::octahedral().unwrap();
        check(&cube.defining());
        check(&Representation::regular(&cube).copies(2));
        check(&groups::PermutationGroup::alternating(4).unwrap().natural());
        let c6 = Cyclic::new(6).unwrap();
        let irrep = c6.irreps()[1].representation().copies(3);
        check(&irrep);
        let reynolds = Reynolds::<f64>::new(&Representation::regular(&c6));
        assert_projection_laws!(reynolds, Representation::regular(&c6));
        let one = RandomLinear::<f64>::random(&Representation::regular(&c6), 1, 0).unwrap();
        assert_projection_laws!(one, Representation::regular(&c6), 1e-12);
    }
}
