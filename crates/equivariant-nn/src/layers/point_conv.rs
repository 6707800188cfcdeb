//! Group convolution on clouds of points.

use candle_core::Tensor;
use candle_nn::{Init, VarBuilder};
use groups::{FiniteGroup, Representation};
use rand::RngExt;

use super::layer_name;
use crate::init::{he_stdev, stream};
use crate::{FieldType, NnError};

/// Bumps `φ_b(r) = exp(−‖r − a_b‖²/2w²)` about anchors `a_b` of `R^d`, and their images under a
/// finite group that moves `R^d`: what the kernels of [`PointLifting`] and [`PointConv`] are made of.
#[derive(Debug, Clone)]
pub struct PointBasis {
    group: FieldType,
    /// `k = g⁻¹h` for the elements number `g` and `h`: at `g·N + k` stands `g·N + h`.
    translations: Vec<u32>,
    /// `ρ(g)a_b` at row `g·count + b`.
    anchors: Vec<f64>,
    dim: usize,
    count: usize,
    width: f64,
}

impl PointBasis {
    /// Bumps about the given anchors. `vectors` is how the group moves the space of the points.
    ///
    /// # Errors
    /// [`NnError::Parameter`] where there are no anchors, one is not of the dimension of `vectors`,
    /// or the width is not positive.
    pub fn new<G: FiniteGroup>(
        vectors: &Representation<G>,
        anchors: &[Vec<f64>],
        width: f64,
    ) -> Result<Self, NnError> {
        const WHAT: &str = "PointBasis";
        if !(width > 0.0 && width.is_finite()) {
            return Err(NnError::parameter(WHAT, "the width", "positive", width));
        }
        let dim = vectors.dim();
        if let Some(odd) = anchors.iter().find(|a| a.len() != dim) {
            let expected = "of the dimension of the vectors";
            return Err(NnError::parameter(WHAT, "every anchor", expected, odd.len()));
        }
        if anchors.is_empty() || dim == 0 {
            return Err(NnError::parameter(WHAT, "the number of anchors", "at least 1", 0));
        }
        let group = vectors.group();
        let n = group.order();
        let moved = group.elements().flat_map(|g| {
            let operator = vectors.operator(&g);
            anchors.iter().flat_map(move |a| operator.apply(a)).collect::<Vec<f64>>()
        });
        let translations = (0..n * n).map(|i| {
            let (g, k) = (group.element(i / n), group.element(i % n));
            (i / n * n + group.index(&group.compose(&g, &k))) as u32
        });
        Ok(Self {
            group: FieldType::trivial(group, 0).at_point(),
            translations: translations.collect(),
            anchors: moved.collect(),
            dim,
            count: anchors.len(),
            width,
        })
    }

    /// Bumps about `count` anchors drawn evenly from the ball of a radius.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn random<G: FiniteGroup>(
        vectors: &Representation<G>,
        count: usize,
        radius: f64,
        width: f64,
        seed: u64,
    ) -> Result<Self, NnError> {
        let mut rng = stream(seed, "anchors");
        let mut point = || loop {
            let v: Vec<f64> = (0..vectors.dim()).map(|_| rng.random_range(-1.0..1.0)).collect();
            if v.iter().map(|x| x * x).sum::<f64>() <= 1.0 {
                return v.iter().map(|x| x * radius).collect();
            }
        };
        let anchors: Vec<Vec<f64>> = (0..count).map(|_| point()).collect();
        Self::new(vectors, &anchors, width)
    }

    fn order(&self) -> usize {
        self.group.order()
    }

    /// `(1/P) Σ_j φ_b(ρ(g)⁻¹(x_j − y_i)) f_j`: points `x` (B, P, d), features `f` (B, P, C), places
    /// `y` (B, Q, d) to (B·Q, N·count, C).
    fn correlate(
        &self,
        layer: &str,
        x: &Tensor,
        f: &Tensor,
        y: &Tensor,
    ) -> Result<Tensor, NnError> {
        let shape = |got: &Tensor, expected: [usize; 3]| match got.dims() == expected {
            true => Ok(()),
            false => Err(NnError::Shape {
                layer: layer.to_owned(),
                expected: expected.to_vec(),
                got: got.dims().to_vec(),
            }),
        };
        let sizes = |t: &Tensor| match *t.dims() {
            [a, b, c] => (a, b, c),
            _ => (1, 1, 1),
        };
        let ((batch, points, _), (_, places, _), (_, _, c)) = (sizes(x), sizes(y), sizes(f));
        shape(x, [batch, points, self.dim])?;
        shape(y, [batch, places, self.dim])?;
        shape(f, [batch, points, c])?;
        let rows = self.anchors.len() / self.dim;
        let anchors = Tensor::from_vec(self.anchors.clone(), (rows, self.dim), x.device())?
            .to_dtype(x.dtype())?;
        // (B·Q, P, d)
        let r = x.unsqueeze(1)?.broadcast_sub(&y.unsqueeze(2)?)?;
        let r = r.reshape((batch * places, points, self.dim))?;
        let products = anchors.broadcast_matmul(&r.transpose(1, 2)?.contiguous()?)?;
        let squares = r.sqr()?.sum_keepdim(2)?.transpose(1, 2)?;
        let lengths = anchors.sqr()?.sum_keepdim(1)?.unsqueeze(0)?;
        let square = (products * -2.0)?.broadcast_add(&squares)?.broadcast_add(&lengths)?;
        let bumps = (square * (-0.5 / (self.width * self.width)))?.exp()?;
        let f = f.unsqueeze(1)?.broadcast_as((batch, places, points, c))?;
        let f = f.contiguous()?.reshape((batch * places, points, c))?;
        Ok((bumps.matmul(&f)? / points.max(1) as f64)?)
    }
}

/// From invariant features of points to regular features at chosen places:
///
/// `φ_i(g) = (1/P) Σ_j k(ρ(g)⁻¹(x_j − y_i)) f_j`, with a kernel `k` of learnt sums of bumps.
///
/// Moving the points and places by `h` moves the result by left translation, for any finite group
/// that moves the space of the points. Points that stand for nothing get the feature 0; the mean is
/// over all `P`.
///
/// # Shapes
/// Points (B, P, d), features (B, P, C), places (B, Q, d) to (B, Q, F·N); parameters `weight`
/// (F, count·C), `bias` (F).
///
/// # Example
/// ```
/// use candle_core::{DType, Device, Tensor};
/// use equivariant_nn::Parameters;
/// use equivariant_nn::layers::{PointBasis, PointLifting};
/// use groups::MatrixGroup;
/// let group = MatrixGroup::octahedral()?;
/// let basis = PointBasis::random(&group.defining(), 8, 1.0, 0.5, 0)?;
/// let parameters = Parameters::new(0, DType::F32, Device::Cpu);
/// let layer = PointLifting::new(basis, 1, 4, parameters.builder())?;
/// let cloud = Tensor::arange(0f32, 30.0, &Device::Cpu)?.sin()?.reshape((1, 10, 3))?;
/// let ones = Tensor::ones((1, 10, 1), DType::F32, &Device::Cpu)?;
/// let centre = Tensor::zeros((1, 1, 3), DType::F32, &Device::Cpu)?;
/// assert_eq!(layer.forward(&cloud, &ones, &centre)?.dims(), [1, 1, 4 * 24]);
/// # Ok::<(), equivariant_nn::NnError>(())
/// ```
#[derive(Debug)]
pub struct PointLifting {
    name: String,
    basis: PointBasis,
    output: FieldType,
    weight: Tensor,
    bias: Tensor,
}

impl PointLifting {
    /// From `inputs` invariant features of each point to `fields` regular fields.
    ///
    /// # Errors
    /// [`NnError::Candle`] if the builder has no fitting parameters.
    pub fn new(
        basis: PointBasis,
        inputs: usize,
        fields: usize,
        vb: VarBuilder<'_>,
    ) -> Result<Self, NnError> {
        let name = layer_name(&vb, "PointLifting");
        let stdev = he_stdev(basis.count, inputs, std::f64::consts::SQRT_2);
        let init = Init::Randn { mean: 0.0, stdev };
        let weight = vb.get_with_hints((fields, basis.count * inputs), "weight", init)?;
        let bias = vb.get_with_hints(fields, "bias", Init::Const(0.0))?;
        let output = FieldType::regular_like(&basis.group, fields);
        Ok(Self { name, basis, output, weight, bias })
    }

    /// The type of the result at each place.
    pub fn output(&self) -> &FieldType {
        &self.output
    }

    /// Applies the layer.
    ///
    /// # Errors
    /// [`NnError::Shape`] for tensors of other shapes.
    pub fn forward(&self, x: &Tensor, f: &Tensor, y: &Tensor) -> Result<Tensor, NnError> {
        let sums = self.basis.correlate(&self.name, x, f, y)?;
        let (n, inputs) = (self.basis.order(), sums.dim(2)?);
        let rows = sums.reshape((sums.dim(0)? * n, self.basis.count * inputs))?;
        finish(&rows, &self.weight, &self.bias, y, n)
    }
}

/// Group convolution of regular features of points:
///
/// `φ_i(g) = (1/P) Σ_j Σ_h k(ρ(g)⁻¹(x_j − y_i), g⁻¹h) f_j(h)`.
///
/// # Shapes
/// Points (B, P, d), features (B, P, E·N), places (B, Q, d) to (B, Q, F·N); parameters `weight`
/// (F, count·E·N), `bias` (F).
#[derive(Debug)]
pub struct PointConv {
    name: String,
    basis: PointBasis,
    input: FieldType,
    output: FieldType,
    weight: Tensor,
    bias: Tensor,
    translations: Tensor,
}

impl PointConv {
    /// From `inputs` to `fields` regular fields.
    ///
    /// # Errors
    /// [`NnError::Candle`] if the builder has no fitting parameters.
    pub fn new(
        basis: PointBasis,
        inputs: usize,
        fields: usize,
        vb: VarBuilder<'_>,
    ) -> Result<Self, NnError> {
        let name = layer_name(&vb, "PointConv");
        let input = FieldType::regular_like(&basis.group, inputs);
        let output = FieldType::regular_like(&basis.group, fields);
        let stdev = he_stdev(basis.count, input.channels(), std::f64::consts::SQRT_2);
        let init = Init::Randn { mean: 0.0, stdev };
        let weight = vb.get_with_hints((fields, basis.count * input.channels()), "weight", init)?;
        let bias = vb.get_with_hints(fields, "bias", Init::Const(0.0))?;
        let translations =
            Tensor::from_slice(&basis.translations, basis.translations.len(), vb.device())?;
        Ok(Self { name, basis, input, output, weight, bias, translations })
    }

    /// The type of the result at each place.
    pub fn output(&self) -> &FieldType {
        &self.output
    }

    /// Applies the layer.
    ///
    /// # Errors
    /// [`NnError::Shape`] for tensors of other shapes.
    pub fn forward(&self, x: &Tensor, f: &Tensor, y: &Tensor) -> Result<Tensor, NnError> {
        let (n, inputs, count) = (self.basis.order(), self.input.fields(), self.basis.count);
        if f.dims().last() != Some(&self.input.channels()) {
            let mut expected = x.dims().to_vec();
            expected.pop();
            expected.push(self.input.channels());
            let got = f.dims().to_vec();
            return Err(NnError::Shape { layer: self.name.clone(), expected, got });
        }
        let sums = self.basis.correlate(&self.name, x, f, y)?;
        let places = sums.dim(0)?;
        // (place, g, b, e, h) to (place, b, e, g, h), h = gk to k, and back.
        let sums = sums.reshape((places, n, count, inputs, n))?.permute((0, 2, 3, 1, 4))?;
        let sums = sums.contiguous()?.reshape((places * count * inputs, n * n))?;
        let turned = sums.index_select(&self.translations, 1)?;
        let turned = turned.reshape((places, count, inputs, n, n))?.permute((0, 3, 1, 2, 4))?;
        let rows = turned.contiguous()?.reshape((places * n, count * inputs * n))?;
        finish(&rows, &self.weight, &self.bias, y, n)
    }
}

/// Rows (place, g) times the kernel, as (B, Q, F·N).
fn finish(
    rows: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    y: &Tensor,
    n: usize,
) -> Result<Tensor, NnError> {
    let (batch, places, _) = y.dims3()?;
    let out = rows.matmul(&weight.t()?)?.broadcast_add(bias)?;
    let fields = out.dim(1)?;
    let out = out.reshape((batch * places, n, fields))?.transpose(1, 2)?.contiguous()?;
    Ok(out.reshape((batch, places, fields * n))?)
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device};
    use groups::MatrixGroup;

    use super::*;
    use crate::Parameters;
    use crate::action::act_on_codes;

    fn clouds(batch: usize, points: usize, columns: usize, scale: f64) -> Tensor {
        let n = (batch * points * columns) as f64;
        let wave = (Tensor::arange(0f64, n, &Device::Cpu).unwrap() * scale).unwrap().sin().unwrap();
        wave.reshape((batch, points, columns)).unwrap()
    }

    fn largest(t: &Tensor) -> f64 {
        t.abs().unwrap().max_all().unwrap().to_scalar().unwrap()
    }

    /// `layer(hx, hf, hy) = h·layer(x, f, y)` for every `h`, with reflections among them.
    #[test]
    fn both_layers_are_equivariant() {
        let group = MatrixGroup::full_octahedral().unwrap();
        let vectors = group.defining();
        let basis = PointBasis::random(&vectors, 5, 1.0, 0.6, 1).unwrap();
        let parameters = Parameters::new(2, DType::F64, Device::Cpu);
        let vb = parameters.builder();
        let lift = PointLifting::new(basis.clone(), 2, 2, vb.pp("lift")).unwrap();
        let conv = PointConv::new(basis, 2, 3, vb.pp("conv")).unwrap();
        let (x, f, y) = (clouds(2, 6, 3, 1.3), clouds(2, 6, 2, 0.7), clouds(2, 4, 3, 2.1));
        let network = |x: &Tensor, y: &Tensor| {
            let at_points = lift.forward(x, &f, x).unwrap();
            conv.forward(x, &at_points, y).unwrap()
        };
        let move_points = |h: &_, t: &Tensor| {
            let flat = t.reshape(((), 3)).unwrap();
            act_on_codes(&vectors, h, &flat).unwrap().reshape(t.shape()).unwrap()
        };
        let out = network(&x, &y);
        assert!(largest(&out) > 1e-3);
        let flat = out.reshape((8, 3 * 48)).unwrap();
        let codes = Representation::regular(&group).copies(3);
        assert_eq!(*conv.output(), FieldType::of(&codes));
        for h in group.elements().step_by(5) {
            let moved = network(&move_points(&h, &x), &move_points(&h, &y));
            let expected = act_on_codes(&codes, &h, &flat).unwrap();
            let error = (moved.reshape((8, 3 * 48)).unwrap() - expected).unwrap();
            assert!(largest(&error) < 1e-12, "{h:?}");
        }
    }

    #[test]
    fn wrong_shapes_are_refused() {
        let group = MatrixGroup::octahedral().unwrap();
        let basis = PointBasis::random(&group.defining(), 2, 1.0, 0.5, 0).unwrap();
        let parameters = Parameters::new(2, DType::F64, Device::Cpu);
        let layer = PointLifting::new(basis, 1, 1, parameters.builder()).unwrap();
        let (x, y) = (clouds(2, 6, 3, 1.0), clouds(2, 1, 3, 1.0));
        let error = layer.forward(&x, &clouds(2, 5, 1, 1.0), &y).unwrap_err();
        assert!(matches!(error, NnError::Shape { ref expected, .. } if expected[..] == [2, 6, 1]));
        assert!(layer.forward(&clouds(2, 6, 2, 1.0), &clouds(2, 6, 1, 1.0), &y).is_err());
        assert!(PointBasis::random(&group.defining(), 2, 1.0, 0.0, 0).is_err());
        assert!(PointBasis::new(&group.defining(), &[vec![1.0]], 1.0).is_err());
    }
}
