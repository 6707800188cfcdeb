//! From regular fields to invariants.

use candle_core::Tensor;
use serde::{Deserialize, Serialize};

use crate::ops::group_max;
use crate::plain::{PlainNetwork, PlainStep};
use crate::{FieldKind, FieldType, Layer, Mode, NnError};

/// How values are pooled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pooling {
    /// The largest.
    Max,
    /// The mean.
    Mean,
}

/// Pools each field over the group axis: regular fields become trivial ones. At a point the
/// result is invariant, on the plane the group still moves the pixels.
#[derive(Debug)]
pub struct GroupPool {
    name: String,
    input: FieldType,
    output: FieldType,
    pooling: Pooling,
}

impl GroupPool {
    /// For features of a type.
    ///
    /// # Errors
    /// [`NnError::Type`] if the type is not regular.
    pub fn new(ty: FieldType, pooling: Pooling) -> Result<Self, NnError> {
        let name = format!("GroupPool({pooling:?})");
        ty.require(&name, "regular fields", ty.kind() == FieldKind::Regular)?;
        Ok(Self { name, output: ty.to_trivial(), input: ty, pooling })
    }
}

impl Layer for GroupPool {
    super::types!(input, output);

    fn forward(&self, x: &Tensor, _: Mode) -> Result<Tensor, NnError> {
        self.input.check(&self.name, x)?;
        Ok(pool_channels(x, self.input.order(), self.pooling)?)
    }

    fn export(&self) -> Result<PlainNetwork, NnError> {
        let (order, pooling) = (self.input.order(), self.pooling);
        PlainNetwork::new().then(PlainStep::ChannelPool { order, pooling })
    }
}

/// What the layer computes.
pub(crate) fn pool_channels(
    x: &Tensor,
    order: usize,
    pooling: Pooling,
) -> candle_core::Result<Tensor> {
    match pooling {
        Pooling::Max => group_max(x, order),
        Pooling::Mean => {
            let dims = x.dims();
            let split = [&[dims[0], dims[1] / order, order], &dims[2..]].concat();
            x.reshape(split)?.mean(2)
        }
    }
}
