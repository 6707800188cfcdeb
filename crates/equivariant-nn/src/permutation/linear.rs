//! All equivariant linear maps.

use candle_core::{D, Tensor};
use candle_nn::{Init, VarBuilder};

use super::NodeMask;
use crate::init::he_stdev;
use crate::{NnError, ops};

/// The order of a tensor over nodes: how many of its axes are permuted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// Features of nodes, (B, n, C).
    Node,
    /// Features of pairs of nodes, (B, n, n, C).
    Pair,
}

impl Order {
    fn axes(self) -> usize {
        match self {
            Self::Node => 1,
            Self::Pair => 2,
        }
    }
}

/// The general linear map between tensors of nodes and of pairs that commutes with every
/// permutation of the nodes, with mixing of channels and bias.
///
/// With `mean` over the nodes that exist, `W_1, W_2, …` the (inputs, outputs) slices of `weight`,
/// and `b_1, b_2` those of `bias`:
///
/// | from | to | output |
/// |---|---|---|
/// | node | node | `x_i W_1 + mean(x) W_2 + b_1` |
/// | node | pair | `x_i W_1 + x_j W_2 + mean(x) W_3 + δ_ij (x_i W_4 + mean(x) W_5 + b_2) + b_1` |
/// | pair | node | `x_ii W_1 + mean_j x_ij W_2 + mean_j x_ji W_3 + mean_j x_jj W_4 + mean_jk x_jk W_5 + b_1` |
/// | pair | pair | `x_ij W_14 + x_ji W_15 +` rows, columns and diagonal of these five + `b_1 + δ_ij b_2` |
///
/// Of pairs to pairs, `W_1 … W_5` take the five means of a node to its row, `W_6 … W_8` the first
/// three to its column, and `W_9 … W_13` all five to the diagonal; the means over everything are
/// the same in rows and columns. That is the basis of Maron et al. (2019), appendix A; the
/// [Bell numbers](https://oeis.org/A000110) 2, 5, 5 and 15 say that it is all there is. Over as many
/// nodes as both orders together, or more, the maps are independent.
///
/// The fifteen maps are never made one by one: one pass takes the means, a product over nodes and
/// one over pairs mix channels, and one pass puts everything together ([`ops::pair_means`],
/// [`ops::pair_combine`]).
///
/// # Complexity
/// For `P = B n²` pairs `4·P·inputs·outputs + O(P·(inputs + outputs))` operations.
#[derive(Clone, Debug)]
pub struct PermutationLinear {
    name: String,
    input: Order,
    output: Order,
    inputs: usize,
    outputs: usize,
    weight: Tensor,
    bias: Tensor,
}

impl PermutationLinear {
    /// From `inputs` channels to `outputs` channels.
    ///
    /// Parameters `weight` (maps, inputs, outputs) and `bias` (1 or 2, outputs).
    ///
    /// # Errors
    /// [`NnError::Candle`] if the builder has no fitting parameters, [`NnError::Parameter`] for no
    /// channels.
    pub fn new(
        input: Order,
        output: Order,
        inputs: usize,
        outputs: usize,
        vb: VarBuilder<'_>,
    ) -> Result<Self, NnError> {
        let name = match vb.prefix() {
            path if path.is_empty() => "PermutationLinear".to_owned(),
            path => format!("{path} (PermutationLinear)"),
        };
        if inputs == 0 || outputs == 0 {
            let got = format!("{inputs} and {outputs}");
            return Err(NnError::parameter(name, "channels in and out", "at least 1", got));
        }
        let maps = Self::maps(input, output);
        // About five of the fifteen maps reach any one output with full variance.
        let stdev = he_stdev(inputs, maps.min(5), 1.0);
        let init = Init::Randn { mean: 0.0, stdev };
        let weight = vb.get_with_hints((maps, inputs, outputs), "weight", init)?;
        let bias = vb.get_with_hints((output.axes(), outputs), "bias", Init::Const(0.0))?;
        Ok(Self { name, input, output, inputs, outputs, weight, bias })
    }

    /// The number of linearly independent equivariant maps between two orders, for graphs of at least
    /// as many nodes as the sum of the orders: the Bell number of that sum.
    ///
    /// ```
    /// use equivariant_nn::permutation::{Order, PermutationLinear};
    /// assert_eq!(PermutationLinear::maps(Order::Node, Order::Node), 2);
    /// assert_eq!(PermutationLinear::maps(Order::Pair, Order::Pair), 15);
    /// ```
    pub fn maps(input: Order, output: Order) -> usize {
        // Bell's triangle.
        let mut row = vec![1usize];
        for _ in 1..input.axes() + output.axes() {
            let mut next = vec![row[row.len() - 1]];
            for &above in &row {
                next.push(next[next.len() - 1] + above);
            }
            row = next;
        }
        row[row.len() - 1]
    }

    /// The order of the input.
    pub fn input(&self) -> Order {
        self.input
    }

    /// The order of the output.
    pub fn output(&self) -> Order {
        self.output
    }

    pub(super) fn weight(&self) -> &Tensor {
        &self.weight
    }

    pub(super) fn bias(&self) -> &Tensor {
        &self.bias
    }

    /// Applies the map. What stands at missing nodes is not read, and the output is zero there.
    ///
    /// # Errors
    /// [`NnError::Shape`] where `x` has another order or other channels, or the mask does not fit.
    pub fn forward(&self, x: &Tensor, mask: &NodeMask) -> Result<Tensor, NnError> {
        let (batch, nodes) = mask.tensor().dims2()?;
        let expected = match self.input {
            Order::Node => vec![batch, nodes, self.inputs],
            Order::Pair => vec![batch, nodes, nodes, self.inputs],
        };
        if x.dims() != expected {
            let (layer, got) = (self.name.clone(), x.dims().to_vec());
            return Err(NnError::Shape { layer, expected, got });
        }
        // The features of nodes that the output is made of, (B, n, parts·inputs).
        let features = match self.input {
            Order::Node => {
                let x = mask.apply(x)?;
                let mean = mask.mean(&x)?.broadcast_as(x.shape())?;
                Tensor::cat(&[&x, &mask.apply(&mean)?], D::Minus1)?
            }
            Order::Pair => ops::pair_means(x, mask.tensor())?,
        };
        let parts = features.dim(2)? / self.inputs;
        let rows = self.slices(0, parts)?;
        let bias = self.bias.narrow(0, 0, 1)?;
        if self.output == Order::Node {
            let y = self.mix(&features, &rows)?.broadcast_add(&bias)?;
            return mask.apply(&y);
        }
        // Means over everything are the same in rows and columns: they go to the rows only.
        let local = match self.input {
            Order::Node => 1,
            Order::Pair => 3,
        };
        // Of nodes, weights are in the order row, column, mean; of pairs, all rows come first.
        let (rows, columns, next) = match self.input {
            Order::Node => {
                let rows = Tensor::cat(&[&self.slices(0, 1)?, &self.slices(2, 1)?], 0)?;
                (rows, self.slices(1, 1)?, 3)
            }
            Order::Pair => (rows, self.slices(parts, local)?, parts + local),
        };
        let nothing = columns.narrow(0, 0, self.inputs)?.zeros_like()?;
        let nothing = nothing.repeat((parts - local, 1))?;
        let columns = Tensor::cat(&[&columns, &nothing], 0)?;
        let diagonal = self.slices(next, parts)?;
        let nodes_to_pairs = Tensor::cat(&[&rows, &columns, &diagonal], 1)?;
        let zero = bias.zeros_like()?;
        let bias = Tensor::cat(&[&bias, &zero, &self.bias.narrow(0, 1, 1)?], 1)?;
        let spread = self.mix(&features, &nodes_to_pairs)?.broadcast_add(&bias)?;
        let pairs = match self.input {
            Order::Node => None,
            Order::Pair => {
                let kept = self.slices(next + parts, 1)?;
                let transposed = self.slices(next + parts + 1, 1)?;
                Some(self.mix(x, &Tensor::cat(&[&kept, &transposed], 1)?)?)
            }
        };
        Ok(ops::pair_combine(pairs.as_ref(), &spread, mask.tensor())?)
    }

    /// `count` maps one below the other, (count·inputs, outputs).
    fn slices(&self, first: usize, count: usize) -> Result<Tensor, NnError> {
        Ok(self.weight.narrow(0, first, count)?.reshape((count * self.inputs, self.outputs))?)
    }

    /// Mixes the channels of `x`.
    fn mix(&self, x: &Tensor, weight: &Tensor) -> Result<Tensor, NnError> {
        let mut dims = x.dims().to_vec();
        let channels = dims.pop().unwrap_or(1).max(1);
        let y = x.reshape((x.elem_count() / channels, channels))?.matmul(weight)?;
        dims.push(weight.dim(1)?);
        Ok(y.reshape(dims)?)
    }
}
