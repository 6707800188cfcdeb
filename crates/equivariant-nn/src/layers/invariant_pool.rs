//! One invariant a field.

use candle_core::{D, Tensor};

use super::group_pool::Pooling;
use super::norm_activation::EPSILON;
use crate::plain::{PlainNetwork, PlainStep};
use crate::{Domain, FieldType, Layer, Mode, NnError};

/// One invariant for each field: a trivial field itself, the largest channel of a field whose
/// channels are only moved, the norm of any other.
///
/// # Shapes
/// (B, C) to (B, F). No parameters.
#[derive(Debug)]
pub struct InvariantPool {
    input: FieldType,
    output: FieldType,
}

const NAME: &str = "InvariantPool";

impl InvariantPool {
    /// For codes of a type.
    ///
    /// # Errors
    /// [`NnError::Type`] for features on the plane; pool them over space first.
    pub fn new(ty: FieldType) -> Result<Self, NnError> {
        ty.require(NAME, "codes at a point", ty.domain() == Domain::Point)?;
        Ok(Self { output: ty.to_trivial(), input: ty })
    }
}

impl Layer for InvariantPool {
    fn name(&self) -> &str {
        NAME
    }

    fn input(&self) -> &FieldType {
        &self.input
    }

    fn output(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, x: &Tensor, _: Mode) -> Result<Tensor, NnError> {
        self.input.check(NAME, x)?;
        let mut parts = Vec::new();
        for (block, channels) in self.input.ranges() {
            let part = x.narrow(1, channels.start, channels.len())?;
            let fields = part.reshape((part.dim(0)?, block.copies, block.dim))?;
            parts.push(match (block.dim, block.permutes()) {
                (1, true) => part,
                (_, true) => fields.max(D::Minus1)?,
                (_, false) => (fields.sqr()?.sum(D::Minus1)? + EPSILON)?.sqrt()?,
            });
        }
        Ok(Tensor::cat(&parts, 1)?)
    }

    fn export(&self) -> Result<PlainNetwork, NnError> {
        match &self.input.blocks()[..] {
            [block] if block.permutes() && block.dim == 1 => Ok(PlainNetwork::new()),
            [block] if block.permutes() => {
                let (order, pooling) = (block.dim, Pooling::Max);
                PlainNetwork::new().then(PlainStep::ChannelPool { order, pooling })
            }
            _ => Err(NnError::NoPlainForm { layer: NAME.to_owned() }),
        }
    }
}
