//! The least time that a piece of work can take on a machine.

use serde::{Deserialize, Serialize};

use crate::rates::Rates;

/// What bounds the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Multiplications and additions, at the rate of a large dense product.
    Flops,
    /// Bytes read and written, at the rate of a large copy.
    Bytes,
}

/// The bound: the larger of both times.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Floor {
    pub(crate) kind: Kind,
    /// Flops or bytes.
    pub(crate) amount: f64,
    /// At the rate measured in the same run.
    pub(crate) seconds: f64,
}

/// What a piece of work cannot do without.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Least {
    pub(crate) flops: f64,
    pub(crate) bytes: f64,
}

impl Least {
    /// The floor on this machine with all threads; nothing where nothing is known.
    pub(crate) fn floor(self, rates: &Rates) -> Option<Floor> {
        let flops =
            Floor { kind: Kind::Flops, amount: self.flops, seconds: self.flops / rates.gemm_all };
        let bytes =
            Floor { kind: Kind::Bytes, amount: self.bytes, seconds: self.bytes / rates.copy_all };
        let larger = if flops.seconds > bytes.seconds { flops } else { bytes };
        (larger.seconds > 0.0).then_some(larger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slower_of_two_resources_is_the_floor() {
        let rates = Rates { gemm_one: 5.0, gemm_all: 10.0, copy_one: 1.0, copy_all: 2.0 };
        let floor = Least { flops: 100.0, bytes: 10.0 }.floor(&rates).unwrap();
        assert_eq!((floor.kind, floor.seconds), (Kind::Flops, 10.0));
        let floor = Least { flops: 10.0, bytes: 10.0 }.floor(&rates).unwrap();
        assert_eq!((floor.kind, floor.seconds), (Kind::Bytes, 5.0));
        assert_eq!(Least::default().floor(&rates), None);
    }
}
