//! What every invariant projection must obey, as a check for projections and groups of your own:
//! write `check_projection(&projection, &rep, 1e-9, &mut rng)?` in a test, or
//! [`assert_projection_laws!`](crate::assert_projection_laws).

mod descent;
mod pairs;

use groups::compact::Isometries;
use groups::laws::LawViolation;
use groups::quotient::QuotientMetric;
use groups::{AnyGroup, Element, FiniteGroup, Group, Representation, Space, Symmetry};
use ndarray::{Array2, ArrayView1, Axis};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

use crate::{Guarantee, Metadata, Projection};
use descent::{derivative, descend, images};
use pairs::{DECADES, Pair, norm, normal, rows};

/// Codes that are drawn.
const CODES: usize = 12;

/// Elements that are tried on each batch; all of a group of at most that order.
const ELEMENTS: usize = 64;

/// Relative slack for images, which are rounded to their own size.
const RESOLUTION: f64 = 1e-5;

/// Elements about whose fixed codes pairs are drawn.
const SYMMETRIC: usize = 12;

/// Descents to the image of a random code.
const DESCENTS: usize = 4;

/// Images closer than this, beside their size, are equal.
const EQUAL: f64 = 1e-12;

/// Orbits further apart than this, beside the size of codes, are different ones.
const APART: f64 = 0.02;

/// A ratio that falls below this part from one decade to the next falls with the distance.
const FALLS: f64 = 0.2;

/// Singular values of a derivative below this part of the largest are zero.
const SINGULAR: f64 = 1e-8;

const SEPARATES: &str = "s(z) = s(w) only if [z] = [w]";
const LOWER: &str = "α d([z],[w]) ≤ ‖s(z) − s(w)‖";
const UPPER: &str = "‖s(z) − s(w)‖ ≤ β d([z],[w])";

/// Checks on random codes that a projection keeps what it states about itself:
///
/// - `s(ρ(g)z) = s(z)`, to `tolerance` relative to the root mean square of `‖s(z)‖`, for all elements
///   of a group of up to 64 and for 64 random ones of a larger group;
/// - images are finite, of the stated dimension, and the same one by one as in a batch;
/// - `α d([z],[w]) ≤ ‖s(z) − s(w)‖ ≤ β d([z],[w])` with the stated constants, and equality for an
///   isometric projection;
/// - a cross-section stays on the orbit: `d([s(z)],[z]) = 0`;
/// - what is stated to separate orbits, at least generic ones, has no collision: none of random codes with
///   impostors (scaled, of equal length, signs changed, entries reversed or permuted, parts moved while others
///   stay), and none that a descent from there finds. What is stated of all codes is tried on peaked and
///   near-symmetric ones as well;
/// - the ratio of a bi-Lipschitz projection does not fall with the distance near symmetric codes, as that of
///   every smooth invariant does.
///
/// Where the quotient metric of rotations and reflections is not known, a projection that is stated to separate
/// orbits must have a derivative of rank `D − dim G` at random codes, and nothing else is said of distances.
///
/// Finitely many pairs prove no guarantee; they refute false ones.
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
pub fn check_projection<G: Symmetry, R: Rng + ?Sized>(
    projection: &dyn Projection<f64>,
    representation: &Representation<G>,
    tolerance: f64,
    rng: &mut R,
) -> Result<(), LawViolation> {
    let space = &Space::from(representation);
    let metadata = projection.metadata();
    let law = Law { projection, metadata, representation: space, tolerance };
    let elements = elements(space, rng);
    match (space.metric(), space.group()) {
        (Err(error), AnyGroup::Finite(_)) => Err(missing(projection, space, &error)),
        (Ok(metric), AnyGroup::Finite(_)) => {
            let size = law.invariance(&elements, rng)?;
            law.constants(&metric, rng)?;
            law.collisions(&metric, size, rng)?;
            law.near_symmetric(&metric, &elements, size, rng)
        }
        (metric, AnyGroup::Isometries(group)) => {
            let size = law.invariance(&elements, rng)?;
            law.rank(if group.ambient_dim() == 2 { 1 } else { 3 }, rng)?;
            let Ok(metric) = metric else { return Ok(()) };
            law.constants(&metric, rng)?;
            law.collisions(&metric, size, rng)
        }
    }
}

fn missing(
    projection: &dyn Projection<f64>,
    representation: &Space,
    error: &dyn std::fmt::Display,
) -> LawViolation {
    LawViolation {
        structure: format!("{} of {representation}", projection.metadata().name),
        law: "s(z) exists",
        witness: error.to_string(),
    }
}

/// A projection and what it is held to.
struct Law<'a> {
    projection: &'a dyn Projection<f64>,
    metadata: Metadata,
    representation: &'a Space,
    tolerance: f64,
}

impl Law<'_> {
    fn violation(&self, law: &'static str, witness: String) -> LawViolation {
        let structure = format!("{} of {}", self.metadata.name, self.representation);
        LawViolation { structure, law, witness }
    }

    fn project(&self, codes: &Array2<f64>) -> Result<Array2<f64>, LawViolation> {
        let failed = |e| missing(self.projection, self.representation, &e);
        self.projection.project(codes.view()).map_err(failed)
    }

    /// The root mean square of the images of random codes, after these are found to be invariant.
    fn invariance<R: Rng + ?Sized>(
        &self,
        elements: &[Element],
        rng: &mut R,
    ) -> Result<f64, LawViolation> {
        let dim = self.representation.dim();
        let codes: Array2<f64> =
            Array2::from_shape_simple_fn((CODES, dim), || StandardNormal.sample(rng));
        let images = self.project(&codes)?;
        let outputs = self.projection.output_dim();
        if images.dim() != (CODES, outputs) || images.iter().any(|v| !v.is_finite()) {
            let got = format!("{:?}", images.dim());
            return Err(self.violation("s(z) is finite and of the stated dimension", got));
        }
        for (i, code) in codes.axis_iter(Axis(0)).enumerate() {
            let alone = self.project(&code.insert_axis(Axis(0)).to_owned())?;
            if alone.row(0) != images.row(i) {
                return Err(self.violation("a batch is its codes one by one", format!("row {i}")));
            }
        }
        let size = (images.iter().map(|v| v * v).sum::<f64>() / CODES as f64).sqrt();
        for g in elements {
            let moved = self.representation.operator(g).apply_rows(codes.view());
            let moved = self.project(&moved)?;
            for (i, (a, b)) in moved.rows().into_iter().zip(images.rows()).enumerate() {
                let off = distance(a, b) / size;
                if off.is_nan() || off > self.tolerance {
                    let witness = format!("g = {g:?} and code {i} (off by {off:e})");
                    return Err(self.violation("s(ρ(g)z) = s(z)", witness));
                }
            }
        }
        Ok(size)
    }

    /// Constants and cross-sections, on random codes.
    fn constants<R: Rng + ?Sized>(
        &self,
        metric: &QuotientMetric<AnyGroup>,
        rng: &mut R,
    ) -> Result<(), LawViolation> {
        let rows: Vec<Vec<f64>> =
            (0..CODES).map(|_| normal(self.representation.dim(), rng)).collect();
        let codes = pairs::rows(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let images = self.project(&codes)?;
        for i in 0..CODES {
            for j in 0..i {
                let d = metric.distance(&rows[i], &rows[j]);
                let witness = |ratio| format!("codes {i} and {j} (ratio {ratio})");
                self.bounded(distance(images.row(i), images.row(j)) / d, witness)?;
            }
        }
        for i in 0..CODES {
            if self.metadata.cross_section {
                let off = metric.distance(&rows[i], &images.row(i).to_vec());
                if off.is_nan() || off > RESOLUTION * norm(&rows[i]) {
                    let witness = format!("code {i} (off by {off:e})");
                    return Err(self.violation("s(z) lies on the orbit of z", witness));
                }
            }
        }
        Ok(())
    }

    /// A ratio `‖s(z) − s(w)‖ / d([z],[w])` is within the stated constants.
    fn bounded(&self, ratio: f64, witness: impl Fn(f64) -> String) -> Result<(), LawViolation> {
        let (lower, upper) = match self.metadata.guarantee {
            Guarantee::Isometric => (Some(1.0), Some(1.0)),
            _ => (self.metadata.lipschitz.lower, self.metadata.lipschitz.upper),
        };
        if lower.is_some_and(|lower| ratio < lower * (1.0 - RESOLUTION)) {
            return Err(self.violation(LOWER, witness(ratio)));
        }
        if upper.is_some_and(|upper| ratio > upper * (1.0 + RESOLUTION)) {
            return Err(self.violation(UPPER, witness(ratio)));
        }
        Ok(())
    }

    /// Pairs that are hard to tell apart, and those that a descent finds from there.
    fn collisions<R: Rng + ?Sized>(
        &self,
        metric: &QuotientMetric<AnyGroup>,
        size: f64,
        rng: &mut R,
    ) -> Result<(), LawViolation> {
        let guarantee = self.metadata.guarantee;
        let mut all = pairs::impostors(self.representation, rng);
        self.apart(metric, &all, size, guarantee < Guarantee::Lossy)?;
        let special = pairs::peaks(self.representation.dim(), rng);
        self.apart(metric, &special, size, guarantee < Guarantee::Generic)?;
        if guarantee == Guarantee::Lossy {
            return Ok(());
        }
        for _ in 0..DESCENTS {
            let start = rng.random_range(0..all.len());
            let [z, w] = all.swap_remove(start);
            let near: Vec<f64> = w.iter().map(|w| w + 0.1 * normal(1, rng)[0]).collect();
            let found = [z.clone(), descend(self.projection, &z, &near)];
            self.apart(metric, &[found], size, true)?;
            if all.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Pairs keep to the constants and, where they must be told apart, have different images.
    fn apart(
        &self,
        metric: &QuotientMetric<AnyGroup>,
        pairs: &[Pair],
        size: f64,
        told: bool,
    ) -> Result<(), LawViolation> {
        let codes: Vec<&[f64]> = pairs.iter().flatten().map(Vec::as_slice).collect();
        let images = images(self.projection, &rows(&codes));
        for (i, [z, w]) in pairs.iter().enumerate() {
            let d = metric.distance(z, w);
            if d < APART * norm(z).max(norm(w)) {
                continue;
            }
            let gap = distance(images.row(2 * i), images.row(2 * i + 1));
            let witness = |ratio| format!("{z:?} and {w:?} (ratio {ratio:e}, distance {d})");
            self.bounded(gap / d, witness)?;
            if told && gap <= EQUAL * size {
                return Err(self.violation(SEPARATES, witness(gap / d)));
            }
        }
        Ok(())
    }

    /// Near symmetric codes ratios stay above a bound where there is one.
    fn near_symmetric<R: Rng + ?Sized>(
        &self,
        metric: &QuotientMetric<AnyGroup>,
        elements: &[Element],
        size: f64,
        rng: &mut R,
    ) -> Result<(), LawViolation> {
        let some = &elements[..elements.len().min(SYMMETRIC)];
        for decades in pairs::near_symmetric(self.representation, some, rng) {
            if self.metadata.guarantee < Guarantee::Generic {
                self.apart(metric, &decades, size, true)?;
            }
            if self.metadata.guarantee > Guarantee::BiLipschitz {
                continue;
            }
            let codes: Vec<&[f64]> = decades.iter().flatten().map(Vec::as_slice).collect();
            let images = images(self.projection, &rows(&codes));
            let mut ratios = [0.0; DECADES.len()];
            for (i, [z, w]) in decades.iter().enumerate() {
                let gap = distance(images.row(2 * i), images.row(2 * i + 1));
                ratios[i] = gap / metric.distance(z, w);
            }
            if ratios.windows(2).all(|next| next[1] < FALLS * next[0]) || ratios == [0.0; 3] {
                let [z, w] = &decades[0];
                let witness = format!("{z:?} and {w:?}, and ten times closer (ratios {ratios:?})");
                return Err(self.violation(LOWER, witness));
            }
        }
        Ok(())
    }

    /// At random codes the derivative has the rank of the quotient, where orbits have at most this dimension.
    fn rank<R: Rng + ?Sized>(&self, orbits: usize, rng: &mut R) -> Result<(), LawViolation> {
        let dim = self.representation.dim();
        if self.metadata.guarantee == Guarantee::Lossy {
            return Ok(());
        }
        let jacobian = derivative(self.projection, &normal(dim, rng), 1e-5);
        let values = groups::linalg::svd(&jacobian).singular_values;
        let largest = values.iter().copied().fold(0.0, f64::max);
        let rank = values.iter().filter(|v| **v > SINGULAR * largest).count();
        if rank + orbits < dim {
            let witness = format!("the rank of the derivative is {rank} of {dim}");
            return Err(self.violation(SEPARATES, witness));
        }
        Ok(())
    }
}

fn elements<R: Rng + ?Sized>(space: &Space, rng: &mut R) -> Vec<Element> {
    match space.group() {
        AnyGroup::Finite(group) if group.order() <= ELEMENTS => group.elements().collect(),
        group => (0..ELEMENTS).map(|_| group.sample(rng)).collect(),
    }
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

    /// The norm, declared to be more: all codes of one length have one image.
    #[derive(Debug)]
    struct Norm(Guarantee);

    impl Projection<f64> for Norm {
        fn metadata(&self) -> Metadata {
            let known = Projection::<f64>::metadata(&Sort::new(3).unwrap());
            let lipschitz = crate::Lipschitz::UNKNOWN;
            Metadata { guarantee: self.0, lipschitz, cross_section: false, ..known }
        }

        fn input_dim(&self) -> usize {
            3
        }

        fn output_dim(&self) -> usize {
            1
        }

        fn project_rows(&self, codes: ArrayView2<'_, f64>, mut out: ArrayViewMut2<'_, f64>) {
            for (z, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
                out[0] = z.dot(&z).sqrt();
            }
        }
    }

    #[test]
    fn the_norm_separates_nothing() {
        let rep = Symmetric::new(3).unwrap().natural();
        let law = |guarantee| check_projection(&Norm(guarantee), &rep, 1e-9, &mut seeded());
        for guarantee in [Guarantee::BiLipschitz, Guarantee::Separating, Guarantee::Generic] {
            assert_eq!(law(guarantee).unwrap_err().law, SEPARATES, "{guarantee}");
        }
        law(Guarantee::Lossy).unwrap();
        let vectors = groups::compact::SO3.natural();
        let of_vectors =
            |guarantee| check_projection(&Norm(guarantee), &vectors, 1e-9, &mut seeded());
        of_vectors(Guarantee::Isometric).unwrap();
    }

    /// Smooth invariants that separate are told from bi-Lipschitz ones near symmetric codes, and invariants that
    /// see all but a small part of a code by a descent.
    #[test]
    fn what_random_pairs_hide_is_found() {
        #[derive(Debug)]
        struct Declared<P>(P, Guarantee);
        impl<P: Projection<f64>> Projection<f64> for Declared<P> {
            fn metadata(&self) -> Metadata {
                let lipschitz = crate::Lipschitz::UNKNOWN;
                let cross_section = false;
                Metadata { guarantee: self.1, lipschitz, cross_section, ..self.0.metadata() }
            }

            fn input_dim(&self) -> usize {
                self.0.input_dim()
            }

            fn output_dim(&self) -> usize {
                self.0.output_dim()
            }

            fn project_rows(&self, codes: ArrayView2<'_, f64>, out: ArrayViewMut2<'_, f64>) {
                self.0.project_rows(codes, out);
            }
        }
        let rep = Symmetric::new(3).unwrap().natural();
        let law = |p: &dyn Projection<f64>| check_projection(p, &rep, 1e-9, &mut seeded());
        let moments = || crate::Moments::of_sets(3, 1, 3).unwrap();
        law(&Declared(moments(), Guarantee::Separating)).unwrap();
        let found = law(&Declared(moments(), Guarantee::BiLipschitz)).unwrap_err();
        assert_eq!(found.law, LOWER);
        // Three points are not determined by two moments: no impostor shows it, a descent does.
        let two = crate::Moments::of_sets(3, 1, 2).unwrap();
        let found = law(&Declared(two, Guarantee::Generic)).unwrap_err();
        assert_eq!(found.law, SEPARATES);
        let few = crate::MaxFilter::random(&rep, 2, 1).unwrap();
        let found = law(&Declared(few, Guarantee::Generic)).unwrap_err();
        assert_eq!(found.law, SEPARATES);
        // Mirror images of three vectors.
        let space = groups::compact::SO3.natural().copies(3);
        let gram = crate::IsotypicGram::new(&space).unwrap();
        assert_eq!(Projection::<f64>::metadata(&gram).guarantee, Guarantee::Lossy);
        let declared = Declared(gram, Guarantee::Generic);
        let found = check_projection(&declared, &space, 1e-9, &mut seeded());
        assert_eq!(found.unwrap_err().law, SEPARATES);
        // One vector of degree 2 by its length: the rank is 1, not 2.
        let l2 = groups::compact::SO3.irrep(2).unwrap().representation().clone();
        let gram = crate::IsotypicGram::new(&l2).unwrap();
        assert_eq!(Projection::<f64>::metadata(&gram).guarantee, Guarantee::Lossy);
        let declared = Declared(gram, Guarantee::BiLipschitz);
        let found = check_projection(&declared, &l2, 1e-9, &mut seeded());
        assert_eq!(found.unwrap_err().law, SEPARATES);
    }

    /// Everything that the catalogue offers for a group from outside.
    #[test]
    fn the_catalogue_keeps_its_word_for_new_groups() {
        fn check<G: FiniteGroup>(rep: &Representation<G>) {
            for candidate in catalogue::applicable(rep, 3).usable {
                check_projection(&candidate.projection, rep, 1e-8, &mut seeded())
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
