//! The general equivariant linear map.

mod side;

use candle_core::{D, DType, Tensor};
use candle_nn::{Init, VarBuilder};
use groups::{FiniteGroup, Group, IrrepTheory, Representation};

use self::side::Side;
use super::layer_name;
use crate::basis_cache::same_group;
use crate::plain::PlainNetwork;
use crate::{FieldType, Layer, Mode, NnError};

/// The most general linear map between two representations that commutes with the group, with a
/// bias in the fixed space.
///
/// With `ρ ≅ ⊕ m_i ψ_i` and `σ ≅ ⊕ n_i ψ_i` Schur's lemma leaves, for every irrep `ψ_i` that both
/// have, an `n_i × m_i` matrix with entries in the maps that commute with `ψ_i`:
///
/// `y = Q_σ (⊕_i Σ_e W_i^e ⊗ J_i^e) Q_ρᵀ x + Q_σ b`,
///
/// where `e` runs over 1, 2 or 4 maps `J_i^e` for irreps of real, complex or quaternionic type and
/// `b` is zero outside of the copies of the trivial irrep. There is no other equivariant linear map,
/// and none is written twice (Cesa, Lang & Weiler 2022, section 2).
///
/// A batch is taken through the irreps block by block, or through the dense matrix, whichever
/// needs fewer multiplications for its size. For inference [`matrix`](Self::matrix) and
/// [`offset`](Self::offset) are a plain affine map.
///
/// # Shapes
/// (B, dim ρ) to (B, dim σ). For every common irrep number `i` of the theory a parameter `weight.i`
/// of shape (n_i, m_i·e), and `bias` (n_0) where `σ` has fixed vectors.
///
/// # Example
/// ```
/// use candle_core::{DType, Device, Tensor};
/// use equivariant_nn::check::{check_intertwining, worst};
/// use equivariant_nn::layers::EquivariantLinear;
/// use equivariant_nn::{Layer, Mode, Parameters};
/// use groups::{FiniteGroup, Irreps, Permutation, PermutationGroup, Representation};
///
/// // Colourings of the eight corners of a cube, and features that turn like its six faces.
/// let about_z = Permutation::from_cycles(8, &[&[0, 1, 2, 3], &[4, 5, 6, 7]])?;
/// let about_x = Permutation::from_cycles(8, &[&[0, 3, 7, 4], &[1, 2, 6, 5]])?;
/// let cube = PermutationGroup::new("cube", 8, vec![about_z, about_x])?;
/// let (corners, features) = (cube.natural(), Representation::regular(&cube).copies(2));
/// let parameters = Parameters::new(0, DType::F64, Device::Cpu);
/// let irreps = Irreps::of(&cube)?;
/// let layer = EquivariantLinear::new(&irreps, &corners, &features, true, parameters.builder())?;
///
/// let x = Tensor::arange(0f64, 16.0, &Device::Cpu)?.reshape((2, 8))?;
/// let errors = check_intertwining(&corners, &features, &x, cube.elements(), |x| {
///     layer.forward(x, Mode::Eval)
/// })?;
/// assert_eq!(errors.len(), 24);
/// assert!(worst(&errors) < 1e-12);
/// # Ok::<(), equivariant_nn::NnError>(())
/// ```
#[derive(Debug)]
pub struct EquivariantLinear {
    name: String,
    from: Side,
    to: Side,
    maps: Vec<IrrepMap>,
    bias: Option<Tensor>,
}

/// The part of the map between the copies of one irrep.
#[derive(Debug)]
struct IrrepMap {
    irrep: usize,
    /// (n, m·e).
    weight: Tensor,
    /// `√d·J_eᵀ`, `(d, d)`; empty for irreps of real type, whose only one is the identity.
    commuting: Vec<Tensor>,
}

impl EquivariantLinear {
    /// From `rho` to `sigma`, representations of a finite group.
    ///
    /// # Errors
    /// [`NnError::Group`] for representations of another group than that of the irreps,
    /// [`NnError::Candle`] if the builder has no fitting parameters.
    pub fn new<G: FiniteGroup>(
        irreps: &impl IrrepTheory<G>,
        rho: &Representation<G>,
        sigma: &Representation<G>,
        bias: bool,
        vb: VarBuilder<'_>,
    ) -> Result<Self, NnError> {
        Self::build(irreps, (rho, FieldType::of(rho)), (sigma, FieldType::of(sigma)), bias, &vb)
    }

    /// From `rho` to `sigma`, representations of a group of any size, such as
    /// [`SO3`](groups::compact::SO3), whose irreps are known to a degree.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`NnError::Group`] where a part of a representation is of a higher
    /// degree.
    pub fn compact<G: Group>(
        irreps: &impl IrrepTheory<G>,
        rho: &Representation<G>,
        sigma: &Representation<G>,
        bias: bool,
        vb: VarBuilder<'_>,
    ) -> Result<Self, NnError> {
        let (input, output) = (FieldType::of_compact(rho), FieldType::of_compact(sigma));
        Self::build(irreps, (rho, input), (sigma, output), bias, &vb)
    }

    fn build<G: Group>(
        irreps: &impl IrrepTheory<G>,
        (rho, input): (&Representation<G>, FieldType),
        (sigma, output): (&Representation<G>, FieldType),
        bias: bool,
        vb: &VarBuilder<'_>,
    ) -> Result<Self, NnError> {
        let name = layer_name(vb, "EquivariantLinear");
        same_group(irreps.group(), rho.group())?;
        same_group(irreps.group(), sigma.group())?;
        let (dtype, device) = (vb.dtype(), vb.device());
        let from = Side::new(irreps, rho, input, dtype, device)?;
        let to = Side::new(irreps, sigma, output, dtype, device)?;
        let mut maps = Vec::new();
        for (irrep, psi) in irreps.irreps().iter().enumerate() {
            let (m, n) = (from.multiplicity(irrep), to.multiplicity(irrep));
            if m == 0 || n == 0 {
                continue;
            }
            let e = psi.kind().endomorphism_dim();
            let commuting = if e == 1 { Vec::new() } else { isometries(irreps, irrep, vb)? };
            // The maps are isometries: each copy keeps the mean square of what comes in.
            let stdev = ((m * e) as f64).sqrt().recip();
            let init = Init::Randn { mean: 0.0, stdev };
            let weight = vb.get_with_hints((n, m * e), &format!("weight.{irrep}"), init)?;
            maps.push(IrrepMap { irrep, weight, commuting });
        }
        let fixed = to.multiplicity(0);
        let bias = match bias && fixed > 0 {
            true => Some(vb.get_with_hints(fixed, "bias", Init::Const(0.0))?),
            false => None,
        };
        Ok(Self { name, from, to, maps, bias })
    }

    /// How many numbers the map has: `Σ_i n_i m_i e_i`, and the bias.
    pub fn parameters(&self) -> usize {
        let weights: usize = self.maps.iter().map(|map| map.weight.elem_count()).sum();
        weights + self.bias.as_ref().map_or(0, Tensor::elem_count)
    }

    /// The dense matrix of the linear part, (dim σ, dim ρ).
    ///
    /// # Errors
    /// If candle refuses an operation.
    pub fn matrix(&self) -> Result<Tensor, NnError> {
        let eye = Tensor::eye(self.from.dim(), self.from.dtype(), self.from.device())?;
        Ok(self.through_irreps(&eye, false)?.t()?)
    }

    /// The bias as a code that the group leaves alone, (dim σ); nothing where there is none.
    ///
    /// # Errors
    /// If candle refuses an operation.
    pub fn offset(&self) -> Result<Option<Tensor>, NnError> {
        let Some(bias) = &self.bias else { return Ok(None) };
        Ok(Some(self.to.join(vec![(0, bias.reshape((1, bias.elem_count(), 1))?)], 1)?.squeeze(0)?))
    }

    /// Multiplications for one code, block by block.
    fn block_cost(&self) -> usize {
        let maps = self.maps.iter().map(|map| {
            let d = self.from.irrep_dim(map.irrep);
            let m = self.from.multiplicity(map.irrep);
            d * map.weight.elem_count() + map.commuting.len() * m * d * d
        });
        self.from.cost() + self.to.cost() + maps.sum::<usize>()
    }

    /// Whether the dense matrix is cheaper for a batch of codes.
    fn dense_is_cheaper(&self, batch: usize) -> bool {
        let dense = self.from.dim() * self.to.dim();
        batch * dense + self.from.dim() * self.block_cost() < batch * self.block_cost()
    }

    fn through_irreps(&self, x: &Tensor, with_bias: bool) -> Result<Tensor, NnError> {
        let batch = x.dim(0)?;
        let mut parts = Vec::with_capacity(self.maps.len());
        let mut bias = self.bias.as_ref().filter(|_| with_bias);
        for map in &self.maps {
            let copies = self.from.part(x, map.irrep)?;
            let mut moved = map.apply(&copies)?;
            if map.irrep == 0
                && let Some(bias) = bias.take()
            {
                moved = moved.broadcast_add(&bias.reshape((1, bias.elem_count(), 1))?)?;
            }
            parts.push((map.irrep, moved));
        }
        // Nothing of the input is fixed, but something of the output is.
        if let Some(bias) = bias {
            let bias = bias.reshape((1, bias.elem_count(), 1))?;
            parts.push((0, bias.broadcast_as((batch, bias.dim(1)?, 1))?.contiguous()?));
        }
        self.to.join(parts, batch)
    }
}

impl IrrepMap {
    /// (B, m, d) to (B, n, d).
    fn apply(&self, copies: &Tensor) -> candle_core::Result<Tensor> {
        let (batch, m, d) = copies.dims3()?;
        let inputs = match &self.commuting[..] {
            [] => copies.transpose(1, 2)?.contiguous()?,
            maps => {
                let flat = copies.reshape((batch * m, d))?;
                let moved: Vec<Tensor> = maps
                    .iter()
                    .map(|j| flat.matmul(j)?.reshape((batch, m, d)))
                    .collect::<candle_core::Result<_>>()?;
                // (B, d, m, e): the maps vary fastest.
                let stacked = Tensor::stack(&moved, D::Minus1)?.transpose(1, 2)?.contiguous()?;
                stacked.reshape((batch, d, m * maps.len()))?
            }
        };
        let outputs = inputs.reshape((batch * d, ()))?.matmul(&self.weight.t()?)?;
        outputs.reshape((batch, d, ()))?.transpose(1, 2)?.contiguous()
    }
}

/// `√d·Jᵀ` for the maps `J` that commute with an irrep.
fn isometries<G: Group>(
    irreps: &impl IrrepTheory<G>,
    irrep: usize,
    vb: &VarBuilder<'_>,
) -> Result<Vec<Tensor>, NnError> {
    irreps
        .endomorphisms(irrep)?
        .iter()
        .map(|j| {
            let d = j.nrows();
            // Stored by columns, read by rows: the transpose.
            let values: Vec<f64> = j.iter().map(|v| v * (d as f64).sqrt()).collect();
            Ok(to_tensor(values, (d, d), vb.dtype(), vb.device())?)
        })
        .collect()
}

fn to_tensor(
    values: Vec<f64>,
    shape: (usize, usize),
    dtype: DType,
    device: &candle_core::Device,
) -> candle_core::Result<Tensor> {
    Tensor::from_vec(values, shape, device)?.to_dtype(dtype)
}

impl Layer for EquivariantLinear {
    fn name(&self) -> &str {
        &self.name
    }

    fn input(&self) -> &FieldType {
        self.from.ty()
    }

    fn output(&self) -> &FieldType {
        self.to.ty()
    }

    fn forward(&self, x: &Tensor, _: Mode) -> Result<Tensor, NnError> {
        self.from.ty().check(&self.name, x)?;
        if !self.dense_is_cheaper(x.dim(0)?) {
            return self.through_irreps(x, true);
        }
        let y = x.matmul(&self.matrix()?.t()?)?;
        match self.offset()? {
            Some(offset) => Ok(y.broadcast_add(&offset)?),
            None => Ok(y),
        }
    }

    fn export(&self) -> Result<PlainNetwork, NnError> {
        let offset = match self.offset()? {
            Some(offset) => offset,
            None => Tensor::zeros(self.to.dim(), self.to.dtype(), self.to.device())?,
        };
        Ok(PlainNetwork::new().linear(&self.matrix()?.contiguous()?, &offset))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;
    use groups::{Irreps, Symmetric, TableGroup};

    use super::*;
    use crate::Parameters;

    fn largest_difference(a: &Tensor, b: &Tensor) -> f64 {
        (a - b).unwrap().abs().unwrap().max_all().unwrap().to_scalar().unwrap()
    }

    /// Both routes are one map, for irreps of all three types.
    #[test]
    fn the_routes_agree() {
        fn check<G: FiniteGroup>(group: &G) {
            let irreps = Irreps::of(group).unwrap();
            let rho = Representation::regular(group).copies(3);
            let mixed = [rho.clone(), Representation::trivial(group), rho.copies(1)];
            let sigma = Representation::direct_sum(&mixed).unwrap();
            let parameters = Parameters::new(1, DType::F64, Device::Cpu);
            let vb = parameters.builder();
            let layer = EquivariantLinear::new(&irreps, &rho, &sigma, true, vb).unwrap();
            let x = Tensor::arange(0f64, (5 * rho.dim()) as f64, &Device::Cpu).unwrap();
            let x = x.sin().unwrap().reshape((5, rho.dim())).unwrap();
            let blocks = layer.through_irreps(&x, true).unwrap();
            let dense = x.matmul(&layer.matrix().unwrap().t().unwrap()).unwrap();
            let dense = dense.broadcast_add(&layer.offset().unwrap().unwrap()).unwrap();
            assert!(largest_difference(&blocks, &dense) < 1e-12);
            // Σ n_i m_i e_i = dim Hom_G(ρ, σ), the multiplicity of the trivial irrep for the bias.
            let hom = rho.character_product(&sigma).unwrap().round() as usize;
            assert_eq!(layer.parameters(), hom + sigma.fixed_dim());
        }
        check(&Symmetric::new(3).unwrap());
        check(&groups::Cyclic::new(5).unwrap());
        check(&TableGroup::quaternion());
    }

    /// One copy is cheaper by its matrix, many copies block by block.
    #[test]
    fn the_cheaper_route_is_taken() {
        let s5 = Symmetric::new(5).unwrap();
        let irreps = Irreps::of(&s5).unwrap();
        let layer = |copies: usize| {
            let rho = s5.natural().copies(copies);
            let parameters = Parameters::new(1, DType::F64, Device::Cpu);
            EquivariantLinear::new(&irreps, &rho, &rho, false, parameters.builder()).unwrap()
        };
        assert!(layer(1).dense_is_cheaper(1000));
        assert!(!layer(32).dense_is_cheaper(1000));
        assert!(!layer(32).dense_is_cheaper(1));
    }
}
