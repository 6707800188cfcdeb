//! Products with all shifts of templates, by Fourier coefficients.

mod kernel;

use std::any::Any;
use std::f64::consts::TAU;

use groups::{FiniteGroup, Real, Representation, Structure, linalg};
use kernel::{LANES, Products, Register, SIDE_BY_SIDE, Wanted};
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis};

/// Codes whose coefficients are held at once: they stay in the cache.
const CODES: usize = 32;

/// Flops of a dense product that take as long as one of the sum over frequencies, from above. The
/// benchmarks `projections/max-filter` and `projections/max-filter-table` compare both ways.
const SUM: usize = 2;

/// `⟨z, ρ(g)t_i⟩` for all `g ∈ C_N` and templates `t_i` of `F` regular fields.
///
/// A shift turns Fourier coefficients by an angle, so with `ẑ_f(j) = a_f − i b_f` and
/// `t̂_f(j) = c_f − i d_f`
///
/// `⟨z, ρ(g)t⟩ = N⁻¹ Σ_j Re(Σ_f ẑ_f(j) conj t̂_f(j) · e^{2πijg/N}) = Σ_j X_j cos(2πjg/N) − Y_j sin(2πjg/N)`,
///
/// where `X = Σ_f ac + bd` and `Y = Σ_f ad − bc` take `4kFN` flops a code in all instead of the `2kFN²` of
/// the table. The sum over frequencies takes `kN²` more, `g` and `−g` together.
#[derive(Debug, Clone)]
pub(crate) struct Correlation<T: Real> {
    order: usize,
    fields: usize,
    templates: usize,
    /// `(N, N)`, a coefficient a column: `1, cos, sin, cos, sin, …`, for even `N` the alternating
    /// signs last.
    fourier: Array2<T>,
    /// Where each coefficient of the fields stands: by frequency, then by field, cosine and sine
    /// together.
    places: Vec<usize>,
    /// `c` and `d` of the templates: first of the first [`LANES`] of them, for each frequency and field
    /// all `c` and then, if there are sines, all `d`. The last lanes are filled up with zeros.
    filters: Vec<T>,
    /// For each `g` up to `N/2` and each pair of frequencies `j` and `−j`, `cos(2πgj/N)` and `sin(2πgj/N)`.
    waves: Vec<[T; 2]>,
}

impl<T: Real> Correlation<T> {
    /// The correlation with the templates, one a row, each times `scale`; nothing where the table of
    /// all poses is as fast, or for another representation.
    ///
    /// The rule is by flops, `4FN + 2N² < 2FN²` for each template, see [`SUM`].
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
        let angle = |m: usize| TAU * m as f64 / n as f64;
        let table: Vec<_> = (0..n).map(|m| (angle(m).cos(), angle(m).sin())).collect();
        let wave = |m: usize| table[m % n];
        let fourier = Array2::from_shape_fn((n, n), |(h, column)| {
            let (cos, sin) = wave(h * column.div_ceil(2));
            if column % 2 == 1 || column == 0 { cos } else { sin }
        });
        let k = templates.nrows();
        let place = |field: usize, column: usize| match column {
            0 => field,
            _ if n.is_multiple_of(2) && column == n - 1 => column * fields + field,
            _ => (column - (column + 1) % 2) * fields + 2 * field + (column + 1) % 2,
        };
        let places = (0..fields * n).map(|i| place(i / n, i % n)).collect();
        let mut filters = Vec::new();
        for start in (0..k).step_by(LANES) {
            for j in 0..=n / 2 {
                // A pair of frequencies, j and −j, counts twice.
                let real = j == 0 || 2 * j == n;
                let weight = scale * if real { 1.0 } else { 2.0 } / n as f64;
                for f in 0..fields {
                    let mut lanes = [[T::zero(); LANES]; 2];
                    for (lane, template) in (start..k.min(start + LANES)).enumerate() {
                        let (mut c, mut d) = (0.0, 0.0);
                        for h in 0..n {
                            let (cos, sin) = wave(h * j);
                            let value = templates[(template, f * n + h)].as_f64() * weight;
                            (c, d) = (c + value * cos, d + value * sin);
                        }
                        (lanes[0][lane], lanes[1][lane]) = (T::of(c), T::of(d));
                    }
                    filters.extend(lanes[..if real { 1 } else { 2 }].as_flattened());
                }
            }
        }
        let pairs = 1..=(n - 1) / 2;
        let waves = (0..=n / 2).flat_map(|g| pairs.clone().map(move |j| wave(g * j)));
        let waves = waves.map(|(cos, sin)| [T::of(cos), T::of(sin)]).collect();
        let fourier = fourier.mapv(T::of);
        Self { order, fields, templates: k, fourier, places, filters, waves }
    }

    /// As [`Poses::reduce`](crate::poses::Poses::reduce).
    pub(crate) fn reduce(&self, codes: ArrayView2<'_, T>, mut reduce: impl FnMut(usize, &mut [T])) {
        let all = self.order * self.templates;
        let mut buffers = Buffers { out: vec![T::zero(); CODES * all], ..Buffers::default() };
        for (chunk, codes) in codes.axis_chunks_iter(Axis(0), CODES).enumerate() {
            self.transform(codes, &mut buffers);
            self.multiply(Wanted::All, &mut buffers);
            for (code, products) in
                buffers.out.chunks_exact_mut(all).take(codes.nrows()).enumerate()
            {
                reduce(chunk * CODES + code, products);
            }
        }
    }

    /// The largest product of each template over all poses, for each code.
    pub(crate) fn largest(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let mut buffers =
            Buffers { out: vec![T::zero(); CODES * self.templates], ..Buffers::default() };
        let out = out.axis_chunks_iter_mut(Axis(0), CODES);
        for (codes, mut out) in codes.axis_chunks_iter(Axis(0), CODES).zip(out) {
            self.transform(codes, &mut buffers);
            self.multiply(Wanted::Largest, &mut buffers);
            for (mut out, largest) in
                out.rows_mut().into_iter().zip(buffers.out.chunks_exact(self.templates))
            {
                match out.as_slice_mut() {
                    Some(out) => out.copy_from_slice(largest),
                    None => out.iter_mut().zip(largest).for_each(|(out, value)| *out = *value),
                }
            }
        }
    }

    /// The Fourier coefficients of up to [`CODES`] codes, and zeros to fill up the last
    /// [`SIDE_BY_SIDE`] of them.
    fn transform(&self, codes: ArrayView2<'_, T>, buffers: &mut Buffers<T>) {
        let (rows, n, fields) = (codes.nrows(), self.order, self.fields);
        let Buffers { hats, spectra, .. } = buffers;
        let codes = codes.as_standard_layout();
        hats.resize(rows * fields * n, T::zero());
        if let Ok(codes) = codes.to_shape((rows * fields, n))
            && let Ok(hats) = ArrayViewMut2::from_shape((rows * fields, n), &mut hats[..])
        {
            linalg::matmul(T::one(), codes.view(), self.fourier.view(), T::zero(), hats);
        }
        spectra.clear();
        spectra.resize(rows.next_multiple_of(SIDE_BY_SIDE) * fields * n, T::zero());
        let spectra = spectra.chunks_exact_mut(SIDE_BY_SIDE * fields * n);
        for (spectra, hats) in spectra.zip(hats.chunks(SIDE_BY_SIDE * fields * n)) {
            for (code, hats) in hats.chunks_exact(fields * n).enumerate() {
                for (value, place) in hats.iter().zip(&self.places) {
                    spectra[place * SIDE_BY_SIDE + code] = *value;
                }
            }
        }
    }

    /// Products of the codes with all templates.
    fn multiply(&self, wanted: Wanted, buffers: &mut Buffers<T>) {
        buffers.sums.resize(SIDE_BY_SIDE * self.order * LANES, T::zero());
        // There are no other scalars.
        let (this, buffers): (&dyn Any, &mut dyn Any) = (self, buffers);
        if let (Some(this), Some(buffers)) = (this.downcast_ref(), buffers.downcast_mut()) {
            multiply::<f32>(this, wanted, buffers);
        } else if let (Some(this), Some(buffers)) = (this.downcast_ref(), buffers.downcast_mut()) {
            multiply::<f64>(this, wanted, buffers);
        }
    }
}

fn multiply<T: Register>(correlation: &Correlation<T>, wanted: Wanted, buffers: &mut Buffers<T>) {
    let (arch, Correlation { order, waves, templates, .. }) = (pulp::Arch::new(), correlation);
    let filters = correlation.filters.chunks_exact(order * correlation.fields * LANES);
    for (filters, start) in filters.zip((0..*templates).step_by(LANES)) {
        let Buffers { spectra, sums, out, .. } = &mut *buffers;
        let (order, templates) = (*order, *templates);
        arch.dispatch(Products {
            order,
            waves,
            filters,
            spectra,
            sums,
            wanted,
            templates,
            start,
            out,
        });
    }
}

/// What the codes of a chunk need, kept from one chunk to the next.
#[derive(Debug, Default)]
struct Buffers<T> {
    hats: Vec<T>,
    spectra: Vec<T>,
    sums: Vec<T>,
    out: Vec<T>,
}
