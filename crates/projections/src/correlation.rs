//! Products with all shifts of templates, by Fourier coefficients.

use std::f64::consts::TAU;

use groups::{FiniteGroup, Real, Representation, Structure, linalg};
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis};
use pulp::{Simd, WithSimd};

/// Templates that are worked on side by side.
const LANES: usize = 16;

/// Codes whose coefficients are held at once: they stay in the cache.
const CODES: usize = 32;

/// Flops of a dense product that take as long as one of the sum over frequencies, from above. The
/// groups `fields of C_N` of `cargo bench -p equivariant-projections` compare both ways.
const SUM: usize = 6;

/// `⟨z, ρ(g)t_i⟩` for all `g ∈ C_N` and templates `t_i` of `F` regular fields.
///
/// A shift turns Fourier coefficients by an angle, so with `ẑ_f(j) = a_f − i b_f` and
/// `t̂_f(j) = c_f − i d_f`
///
/// `⟨z, ρ(g)t⟩ = N⁻¹ Σ_j Re(Σ_f ẑ_f(j) conj t̂_f(j) · e^{2πijg/N}) = Σ_j X_j cos(2πjg/N) − Y_j sin(2πjg/N)`,
///
/// where `X = Σ_f ac + bd` and `Y = Σ_f ad − bc` for all templates are one dense product a frequency,
/// `4kFN` flops a code in all instead of the `2kFN²` of the table. The sum over frequencies takes
/// `kN²` more, `g` and `−g` together.
#[derive(Debug, Clone)]
pub(crate) struct Correlation<T: Real> {
    order: usize,
    fields: usize,
    templates: usize,
    /// `(N, N)`, a coefficient a column: `1, cos, sin, cos, sin, …`, for even `N` the alternating
    /// signs last.
    fourier: Array2<T>,
    /// For each frequency what `[a_1 … a_F b_1 … b_F]` is multiplied with to get `[X Y]`.
    filters: Vec<Array2<T>>,
    /// `cos(2πm/N)` and `sin(2πm/N)`.
    waves: Vec<(T, T)>,
}

impl<T: Real> Correlation<T> {
    /// The correlation with the templates, one a row, each times `scale`; nothing where the table of
    /// all poses is as fast, or for another representation.
    ///
    /// The rule is by flops, `4FN + 6N² < 2FN²` for each template, see [`SUM`].
    pub(crate) fn of<G: FiniteGroup>(
        representation: &Representation<G>,
        templates: ArrayView2<'_, T>,
        scale: f64,
    ) -> Option<Self> {
        let Structure::Cyclic { order } = representation.group().structure() else {
            return None;
        };
        let fields = representation.regular_fields()?;
        let cheaper = 4 * fields * order + SUM * order * order < 2 * fields * order * order;
        cheaper.then(|| Self::new(order, fields, templates, scale))
    }

    /// The same whether it is cheaper or not.
    pub(crate) fn new(
        order: usize,
        fields: usize,
        templates: ArrayView2<'_, T>,
        scale: f64,
    ) -> Self {
        let n = order;
        let wave = |m: usize| {
            let angle = TAU * (m % n) as f64 / n as f64;
            (angle.cos(), angle.sin())
        };
        let fourier = Array2::from_shape_fn((n, n), |(h, column)| {
            let (cos, sin) = wave(h * column.div_ceil(2));
            if column % 2 == 1 || column == 0 { cos } else { sin }
        });
        let k = templates.nrows();
        let mut filters = Vec::new();
        for j in 0..=n / 2 {
            // A pair of frequencies, j and −j, counts twice.
            let real = j == 0 || 2 * j == n;
            let weight = scale * if real { 1.0 } else { 2.0 } / n as f64;
            let parts = if real { 1 } else { 2 };
            let mut filter = Array2::zeros((parts * fields, parts * k));
            for (i, template) in templates.rows().into_iter().enumerate() {
                for f in 0..fields {
                    let (mut c, mut d) = (0.0, 0.0);
                    for h in 0..n {
                        let (cos, sin) = wave(h * j);
                        let value = template[f * n + h].as_f64() * weight;
                        (c, d) = (c + value * cos, d + value * sin);
                    }
                    filter[(f, i)] = T::of(c);
                    if !real {
                        filter[(fields + f, i)] = T::of(d);
                        filter[(f, k + i)] = T::of(d);
                        filter[(fields + f, k + i)] = T::of(-c);
                    }
                }
            }
            filters.push(filter);
        }
        let waves = (0..n).map(wave).map(|(cos, sin)| (T::of(cos), T::of(sin))).collect();
        let fourier = fourier.mapv(T::of);
        Self { order, fields, templates: k, fourier, filters, waves }
    }

    /// As [`Poses::reduce`](crate::poses::Poses::reduce).
    pub(crate) fn reduce(&self, codes: ArrayView2<'_, T>, mut reduce: impl FnMut(usize, &mut [T])) {
        let arch = pulp::Arch::new();
        let mut products = vec![T::zero(); self.order * self.templates];
        let mut buffers = Buffers::default();
        for (chunk, codes) in codes.axis_chunks_iter(Axis(0), CODES).enumerate() {
            let coefficients = self.coefficients(codes, &mut buffers);
            for (code, coefficients) in coefficients.chunks_exact(products.len()).enumerate() {
                let products = &mut products[..];
                arch.dispatch(Sum { correlation: self, coefficients, products });
                reduce(chunk * CODES + code, products);
            }
        }
    }

    /// `X_0, X_1, Y_1, X_2, Y_2, …` of all templates, for each code.
    fn coefficients<'a>(&self, codes: ArrayView2<'_, T>, buffers: &'a mut Buffers<T>) -> &'a [T] {
        let (rows, n, fields) = (codes.nrows(), self.order, self.fields);
        let Buffers { hats, spectra, coefficients } = buffers;
        let codes = codes.as_standard_layout();
        if let Ok(codes) = codes.to_shape((rows * fields, n)) {
            let hats = matrix(hats, rows * fields, n);
            linalg::matmul(T::one(), codes.view(), self.fourier.view(), T::zero(), hats);
        }
        // Column by column of the transform, all fields side by side.
        let mut spectra = matrix(spectra, rows, n * fields);
        for (mut spectrum, hats) in
            spectra.rows_mut().into_iter().zip(hats.chunks_exact(n * fields))
        {
            let Some(spectrum) = spectrum.as_slice_mut() else { continue };
            for (field, hat) in hats.chunks_exact(n).enumerate() {
                for (to, value) in spectrum[field..].iter_mut().step_by(fields).zip(hat) {
                    *to = *value;
                }
            }
        }
        let mut out = matrix(coefficients, rows, n * self.templates);
        let (mut from, mut to) = (0, 0);
        for filter in &self.filters {
            let (width, outputs) = filter.dim();
            linalg::matmul(
                T::one(),
                spectra.slice_axis(Axis(1), (from..from + width).into()),
                filter.view(),
                T::zero(),
                out.slice_axis_mut(Axis(1), (to..to + outputs).into()),
            );
            (from, to) = (from + width, to + outputs);
        }
        &coefficients[..rows * n * self.templates]
    }
}

/// What the codes of a chunk need, kept from one chunk to the next.
#[derive(Debug, Default)]
struct Buffers<T> {
    hats: Vec<T>,
    spectra: Vec<T>,
    coefficients: Vec<T>,
}

/// A matrix in a buffer that grows with need.
fn matrix<T: Real>(buffer: &mut Vec<T>, rows: usize, columns: usize) -> ArrayViewMut2<'_, T> {
    if buffer.len() < rows * columns {
        buffer.resize(rows * columns, T::zero());
    }
    ArrayViewMut2::from_shape((rows, columns), &mut buffer[..rows * columns])
        .unwrap_or_else(|_| unreachable!())
}

/// From the coefficients of one code to its products with all templates in all poses.
struct Sum<'a, T: Real> {
    correlation: &'a Correlation<T>,
    coefficients: &'a [T],
    products: &'a mut [T],
}

impl<T: Real> WithSimd for Sum<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { correlation, coefficients, products } = self;
        let (n, k) = (correlation.order, correlation.templates);
        let pairs = (n - 1) / 2;
        for start in (0..k).step_by(LANES) {
            let lanes = LANES.min(k - start);
            // The last chunk is filled up with zeros, so that all are added alike.
            let load = |column: usize| {
                if let Some(all) = coefficients[column * k + start..].first_chunk()
                    && lanes == LANES
                {
                    return *all;
                }
                let mut values = [T::zero(); LANES];
                values[..lanes].copy_from_slice(&coefficients[column * k + start..][..lanes]);
                values
            };
            for g in 0..=n / 2 {
                let (mut even, mut odd) = (load(0), [T::zero(); LANES]);
                if n % 2 == 0 {
                    let sign = if g % 2 == 0 { T::one() } else { -T::one() };
                    add(&mut even, &load(n - 1), sign);
                }
                for j in 1..=pairs {
                    let (cos, sin) = correlation.waves[j * g % n];
                    add(&mut even, &load(2 * j - 1), cos);
                    add(&mut odd, &load(2 * j), sin);
                }
                let mut store = |g: usize, sign: T| {
                    let mut values = even;
                    add(&mut values, &odd, sign);
                    let products = &mut products[g * k + start..];
                    match products.first_chunk_mut() {
                        Some(all) if lanes == LANES => *all = values,
                        _ => products[..lanes].copy_from_slice(&values[..lanes]),
                    }
                };
                store(g, -T::one());
                if g > 0 && 2 * g < n {
                    store(n - g, T::one());
                }
            }
        }
    }
}

#[inline(always)]
fn add<T: Real>(sum: &mut [T; LANES], values: &[T; LANES], factor: T) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += *value * factor;
    }
}
