//! The selective bispectrum of cyclic groups, with cross-spectra between fields.

use std::f64::consts::TAU;
use std::fmt;
use std::sync::Arc;

use groups::{FiniteGroup, Real, Representation, Structure};
use ndarray::{Array2, ArrayView2, ArrayViewMut1, ArrayViewMut2, Axis};
use num_complex::Complex;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;
use rustfft::{Fft, FftPlanner};

use crate::random::gaussian;
use crate::side_by_side::{self, LANES, LARGEST_ORDER, Lane, ordinary};
use crate::transpose::Shuffles;
use crate::unit::normalize;
use crate::{Coupling, Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// Coefficients below this part of the norm are too small to divide by.
const SMALLEST: f64 = 1e-9;

/// The selective bispectrum of `F` regular fields of `C_N`, with unitary Fourier coefficients
/// `ẑ_f(k)` and one mixture `u = Σ_f a_f z_f` of the fields, random with `‖a‖ = 1`:
///
/// - `‖z‖`, and the real `ẑ_f(0)` of each field;
/// - `|û(1)|² / ‖z‖` and `û(1) û(k) conj û(k+1) / ‖z‖²` for `1 ≤ k ≤ N − 2`: the mixture up to a
///   shift;
/// - `ẑ_f(k) conj û(k) / ‖z‖` for `1 ≤ k ≤ N/2`: every field in the pose of the mixture.
///
/// A shift by `h` turns `ẑ(k)` by `e^{−2πikh/N}`, which cancels in each product. Powers of `‖z‖` make
/// the invariants scale as the code does. They determine the orbit where no `û(k)`, `k ≥ 1`, vanishes:
/// all codes but a set of measure zero; [`invert`](Self::invert) finds it. Smooth away from 0, hence
/// not bi-Lipschitz: unstable where a coefficient of the mixture is small.
///
/// [`Coupling::PerField`] does the same for each field by itself (`u = z_f`). **A negative control**:
/// it divides by `C_N^F` and loses the relative pose of the fields.
///
/// The full bispectrum has `N²` products a field; these are about `(F + 2)N` in all, as in Mataigne
/// et al. 2024. Complex invariants are two real ones. Cost `F·N log N`.
///
/// ```
/// use groups::{Cyclic, Representation};
/// use ndarray::Array2;
/// use projections::{Bispectrum, Coupling, Projection};
///
/// let rep = Representation::regular(&Cyclic::new(8)?).copies(2);
/// let bispectrum = Bispectrum::new(&rep, Coupling::BetweenFields, 42)?;
/// let z = Array2::from_shape_fn((1, 16), |(_, i)| (i as f64 * 0.7).sin() + (i % 5) as f64);
/// let s = bispectrum.project(z.view())?;
///
/// // The code again, in some pose: its invariants are the same.
/// let w = bispectrum.invert(s.view())?;
/// let difference = &bispectrum.project(w.view())? - &s;
/// assert!(difference.iter().all(|d| d.abs() < 1e-9));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Bispectrum {
    coupling: Coupling,
    pub(crate) order: usize,
    fields: usize,
    /// `a`.
    pub(crate) mixture: Vec<f64>,
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
}

impl Bispectrum {
    /// The bispectrum of a representation of regular fields of a cyclic group; the mixture is drawn
    /// from `seed`.
    ///
    /// # Errors
    /// [`ProjectionError::NotApplicable`] for any other representation.
    pub fn new<G: FiniteGroup>(
        representation: &Representation<G>,
        coupling: Coupling,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        let fields = representation.regular_fields().filter(|f| *f > 0);
        let (Structure::Cyclic { order }, Some(fields)) =
            (representation.group().structure(), fields)
        else {
            return Err(ProjectionError::NotApplicable {
                projection: "bispectrum",
                requirement: "fields of the regular representation of a cyclic group",
                representation: representation.name(),
            });
        };
        let mixture = match coupling {
            Coupling::PerField => vec![1.0],
            Coupling::BetweenFields => {
                let normal = gaussian::<f64>(fields, 1, seed);
                let norm = normal.iter().map(|a| a * a).sum::<f64>().sqrt();
                normal.iter().map(|a| a / norm).collect()
            }
        };
        let mut planner = FftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(order), planner.plan_fft_inverse(order));
        Ok(Self { coupling, order, fields, mixture, forward, inverse })
    }

    /// `a`, the weights of the fields in the mixture `u`.
    pub fn mixture(&self) -> &[f64] {
        &self.mixture
    }

    fn dim(&self) -> usize {
        self.fields * self.order
    }

    /// How many invariants come from one group of fields that share a mixture.
    fn outputs(&self) -> usize {
        let n = self.order;
        let real = if n > 1 { 1 } else { 0 };
        1 + self.mixture.len() + real + 2 * n.saturating_sub(2) + self.mixture.len() * (n - 1)
    }

    /// The unitary transforms of fields that lie one after the other.
    fn transform(&self, fields: &[f64]) -> Vec<Vec<Complex<f64>>> {
        let scale = (self.order as f64).sqrt().recip();
        let transform = |field: &[f64]| {
            let mut hat: Vec<_> = field.iter().map(|v| Complex::new(v * scale, 0.0)).collect();
            self.forward.process(&mut hat);
            hat
        };
        fields.chunks_exact(self.order).map(transform).collect()
    }

    fn mix(&self, hats: &[Vec<Complex<f64>>]) -> Vec<Complex<f64>> {
        let sum = |k: usize| self.mixture.iter().zip(hats).map(|(a, hat)| hat[k] * a).sum();
        (0..self.order).map(sum).collect()
    }

    /// The invariants of fields that share a mixture.
    fn invariants(&self, fields: &[f64], out: &mut Vec<f64>) {
        let n = self.order;
        let mut unit = fields.to_vec();
        let norm = normalize(ArrayViewMut1::from(&mut unit[..]));
        if norm == 0.0 {
            out.extend(std::iter::repeat_n(0.0, self.outputs()));
            return;
        }
        let hats = self.transform(&unit);
        let u = self.mix(&hats);
        let mut push = |value: f64| out.push(value * norm);
        push(1.0);
        hats.iter().for_each(|hat| push(hat[0].re));
        if n > 1 {
            push(u[1].norm_sqr());
        }
        for k in 1..n.saturating_sub(1) {
            let product = u[1] * u[k] * u[k + 1].conj();
            push(product.re);
            push(product.im);
        }
        for hat in &hats {
            for k in 1..=n / 2 {
                let product = hat[k] * u[k].conj();
                push(product.re);
                // The highest frequency of even N is real.
                if 2 * k < n {
                    push(product.im);
                }
            }
        }
    }

    /// A code with the given invariants, in the pose in which `û(1)` has an angle between `−π/N` and
    /// `π/N`: where `s = s(z)`, `invert(s)` is `ρ(g)z` for some `g`. Exact to rounding divided by
    /// the smallest `|û(k)| / ‖z‖`.
    ///
    /// # Errors
    /// [`ProjectionError::NotInvertible`] names the first row where some `û(k)` is too small.
    /// [`ProjectionError::NotApplicable`] for [`Coupling::PerField`], whose fields have poses of
    /// their own, and the errors of a batch for the invariants.
    pub fn invert<T: Real>(
        &self,
        invariants: ArrayView2<'_, T>,
    ) -> Result<Array2<T>, ProjectionError> {
        const NAME: &str = "bispectrum";
        if self.coupling == Coupling::PerField {
            return Err(ProjectionError::NotApplicable {
                projection: "the inverse of the bispectrum",
                requirement: "invariants between fields",
                representation: "invariants per field".into(),
            });
        }
        crate::projection::check(NAME, self.outputs(), invariants)?;
        let mut codes = Array2::zeros((invariants.nrows(), self.dim()));
        codes
            .axis_iter_mut(Axis(0))
            .into_par_iter()
            .zip(invariants.axis_iter(Axis(0)).into_par_iter())
            .enumerate()
            .map(|(row, (mut code, s))| {
                let s: Vec<f64> = s.iter().map(|v| v.as_f64()).collect();
                let z = self.invert_one(&s).map_err(|frequency| {
                    ProjectionError::NotInvertible { projection: NAME, row, frequency }
                })?;
                code.iter_mut().zip(z).for_each(|(out, value)| *out = T::of(value));
                Ok(())
            })
            .collect::<Vec<Result<(), ProjectionError>>>()
            .into_iter()
            .collect::<Result<(), _>>()?;
        Ok(codes)
    }

    /// The code, or the frequency at which the mixture is too small.
    fn invert_one(&self, s: &[f64]) -> Result<Vec<f64>, usize> {
        let (n, fields) = (self.order, self.fields);
        let norm = s[0];
        if norm == 0.0 {
            return Ok(vec![0.0; self.dim()]);
        }
        let mut rest = s[1..].iter().map(|v| v / norm);
        let mut next = || rest.next().unwrap_or(0.0);
        let means: Vec<f64> = (0..fields).map(|_| next()).collect();
        let mut u = vec![Complex::new(0.0, 0.0); n];
        if n > 1 {
            // First with a real û(1), that is up to a turn by any angle, not only those of the group.
            u[1] = Complex::new(next().max(0.0).sqrt(), 0.0);
            for k in 1..n - 1 {
                let product = Complex::new(next(), next());
                let known = u[1] * u[k];
                if known.norm() < SMALLEST * SMALLEST {
                    return Err(if u[1].norm() < SMALLEST { 1 } else { k });
                }
                u[k + 1] = (product / known).conj();
            }
            if let Some(k) = (1..n).find(|&k| u[k].norm() < SMALLEST) {
                return Err(k);
            }
            // A turn by θ multiplies û(k) by e^{ikθ}; û(N−1) = conj û(1) of real signals fixes Nθ.
            let theta = -(u[1] * u[n - 1]).arg() / n as f64;
            debug_assert!(theta.abs() <= TAU / n as f64);
            for (k, value) in u.iter_mut().enumerate() {
                *value *= Complex::from_polar(1.0, k as f64 * theta);
            }
        }
        let scale = norm / (n as f64).sqrt();
        let mut code = Vec::with_capacity(self.dim());
        for mean in means {
            let mut hat = vec![Complex::new(mean, 0.0); n];
            for k in 1..=n / 2 {
                let (re, im) = (next(), if 2 * k < n { next() } else { 0.0 });
                hat[k] = Complex::new(re, im) / u[k].conj();
                hat[n - k] = hat[k].conj();
            }
            self.inverse.process(&mut hat);
            code.extend(hat.iter().map(|v| v.re * scale));
        }
        Ok(code)
    }
}

impl fmt::Debug for Bispectrum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bispectrum")
            .field("coupling", &self.coupling)
            .field("order", &self.order)
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

impl<T: Real> Projection<T> for Bispectrum {
    fn metadata(&self) -> Metadata {
        let coupled = self.coupling == Coupling::BetweenFields || self.fields == 1;
        Metadata {
            name: match self.coupling {
                Coupling::PerField => "bispectrum-per-field",
                Coupling::BetweenFields => "bispectrum",
            },
            formula: "ẑ_f(0), û(1)û(k) conj û(k+1), ẑ_f(k) conj û(k)",
            guarantee: if coupled { Guarantee::Generic } else { Guarantee::Lossy },
            lipschitz: Lipschitz::UNKNOWN,
            cross_section: false,
            because: if coupled {
                "inverted up to a shift wherever no û(k), k ≥ 1, vanishes"
            } else {
                "each field is reduced by itself: the relative pose of the fields is lost"
            },
            source: "Kakarala 2012; Mataigne et al. 2024 (arXiv 2407.07655)",
        }
    }

    fn input_dim(&self) -> usize {
        self.dim()
    }

    fn output_dim(&self) -> usize {
        self.outputs() * (self.fields / self.mixture.len())
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let together = self.mixture.len() * self.order;
        let mut row = Vec::with_capacity(out.ncols());
        let mut fast = Together::new(self);
        for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            if let (Some(fast), Some(code), Some(out)) =
                (&mut fast, code.as_slice(), out.as_slice_mut())
                && fast.invariants(code, out)
            {
                continue;
            }
            let code: Vec<f64> = code.iter().map(|v| v.as_f64()).collect();
            row.clear();
            code.chunks_exact(together).for_each(|fields| self.invariants(fields, &mut row));
            out.iter_mut().zip(&row).for_each(|(out, value)| *out = T::of(*value));
        }
    }
}

/// The invariants between fields, of fields side by side.
struct Together<T> {
    n: usize,
    /// The unitary transform of a field: real and imaginary parts of the coefficients of `0, 1, …`, `n`
    /// factors for each, without the imaginary parts that are zero.
    fourier: Vec<T>,
    mixture: Vec<T>,
    /// The coefficients of each [`LANES`] fields.
    hats: Vec<Lane<T>>,
    /// Room for the values of so many fields.
    values: Vec<Lane<T>>,
}

impl<T: Real> Together<T> {
    /// Nothing where the fields are large, or not taken together.
    fn new(bispectrum: &Bispectrum) -> Option<Self> {
        let (n, fields) = (bispectrum.order, bispectrum.fields);
        if n > LARGEST_ORDER || bispectrum.coupling == Coupling::PerField {
            return None;
        }
        let scale = (n as f64).sqrt().recip();
        let fourier = Array2::from_shape_fn((n, n), |(h, column)| {
            let angle = TAU * (h * column.div_ceil(2) % n) as f64 / n as f64;
            let real = column == 0 || column % 2 == 1;
            T::of(scale * if real { angle.cos() } else { -angle.sin() })
        });
        let mixture = bispectrum.mixture.iter().map(|a| T::of(*a)).collect();
        let hats = vec![[T::zero(); LANES]; fields.div_ceil(LANES) * n];
        let fourier = side_by_side::columns(fourier.view());
        let values = vec![[T::zero(); LANES]; n];
        Some(Self { n, fourier, mixture, hats, values })
    }

    /// Whether it could: codes of another size than [`ordinary`] are left.
    fn invariants(&mut self, code: &[T], out: &mut [T]) -> bool {
        pulp::Arch::new().dispatch(Invariants { together: self, code, out })
    }
}

struct Invariants<'a, T> {
    together: &'a mut Together<T>,
    code: &'a [T],
    out: &'a mut [T],
}

impl<T: Real> WithSimd for Invariants<'_, T> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> bool {
        let Self { together: Together { n, fourier, mixture, hats, values }, code, out } = self;
        let (n, shuffles) = (*n, Shuffles::new());
        let (mut largest, mut squares) = (T::zero(), [T::zero(); LANES]);
        let mut u = [Complex::new(T::zero(), T::zero()); LARGEST_ORDER];
        for ((fields, hats), mixture) in
            code.chunks(LANES * n).zip(hats.chunks_exact_mut(n)).zip(mixture.chunks(LANES))
        {
            for size in side_by_side::load(fields, n, values, shuffles) {
                largest = if size > largest { size } else { largest };
            }
            for value in &values[..n] {
                for l in 0..LANES {
                    squares[l] += value[l] * value[l];
                }
            }
            let mut weights = [T::zero(); LANES];
            weights[..mixture.len()].copy_from_slice(mixture);
            for (column, hat) in hats.iter_mut().enumerate() {
                *hat = side_by_side::coefficient(&values[..n], &fourier[column * n..][..n]);
                let mut sum = T::zero();
                for l in 0..LANES {
                    sum += hat[l] * weights[l];
                }
                let u = &mut u[column.div_ceil(2)];
                let part = if column == 0 || column % 2 == 1 { &mut u.re } else { &mut u.im };
                *part += sum;
            }
        }
        if !ordinary(largest) {
            return false;
        }
        // The signal is real.
        for k in n / 2 + 1..n {
            u[k] = u[n - k].conj();
        }
        let norm = squares.iter().copied().sum::<T>().sqrt();
        let once = norm.recip();
        let twice = once * once;
        let (head, rest) = out.split_at_mut(1 + mixture.len());
        head[0] = norm;
        for (means, hats) in head[1..].chunks_mut(LANES).zip(hats.chunks_exact(n)) {
            means.copy_from_slice(&hats[0][..means.len()]);
        }
        if n == 1 {
            return true;
        }
        rest[0] = u[1].norm_sqr() * once;
        let (triple, rest) = rest[1..].split_at_mut(2 * (n - 2));
        for (k, out) in (1..).zip(triple.chunks_exact_mut(2)) {
            let product = u[1] * u[k] * u[k + 1].conj();
            (out[0], out[1]) = (product.re * twice, product.im * twice);
        }
        let fields = rest.chunks_mut(LANES * (n - 1)).zip(hats.chunks_exact(n));
        for (out, hats) in fields {
            for k in 1..=n / 2 {
                let conj = u[k].conj() * once;
                let (re, im) = (&hats[2 * k - 1], hats.get(2 * k));
                let mut parts = [[T::zero(); LANES]; 2];
                for l in 0..LANES {
                    let (a, b) = (re[l], im.map_or(T::zero(), |im| im[l]));
                    parts[0][l] = a * conj.re - b * conj.im;
                    parts[1][l] = a * conj.im + b * conj.re;
                }
                // The middle frequency of even n has no second part.
                for (value, part) in values[2 * (k - 1)..n - 1].iter_mut().zip(parts) {
                    *value = part;
                }
            }
            side_by_side::store(&values[..n - 1], out, shuffles);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use groups::Cyclic;

    use super::*;

    /// Fields side by side have the invariants of fields one by one.
    fn agree<T: Real>(n: usize, fields: usize, tolerance: f64) {
        let rep = Representation::regular(&Cyclic::new(n).unwrap()).copies(fields);
        let bispectrum = Bispectrum::new(&rep, Coupling::BetweenFields, 3).unwrap();
        let mut fast = Together::<T>::new(&bispectrum).unwrap();
        let codes = gaussian::<T>(6, rep.dim(), 5);
        for (i, size) in [1e-30, 1e-5, 1.0, 1e7, 1e20, 0.0].into_iter().enumerate() {
            let code: Vec<T> = codes.row(i).iter().map(|v| *v * T::of(size)).collect();
            let wide: Vec<f64> = code.iter().map(|v| v.as_f64()).collect();
            let (mut out, mut plain) = (vec![T::zero(); bispectrum.outputs()], Vec::new());
            assert_eq!(fast.invariants(&code, &mut out), (1e-5..=1e7).contains(&size));
            bispectrum.invariants(&wide, &mut plain);
            if (1e-5..=1e7).contains(&size) {
                for (a, b) in out.iter().zip(&plain) {
                    assert!((a.as_f64() - b).abs() <= tolerance * plain[0], "C{n}: {a} {b}");
                }
            }
        }
    }

    #[test]
    fn fields_side_by_side_have_the_same_invariants() {
        for n in [1, 2, 3, 8, 9, 64] {
            for fields in [1, 16, 37] {
                agree::<f64>(n, fields, 1e-14);
                agree::<f32>(n, fields, 2e-6);
            }
        }
    }
}
