//! The laws as macros for tests, here and in other crates.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// How many random elements the macros try.
#[doc(hidden)]
pub const SAMPLES: usize = 100;

/// The generator of the macros: the same elements in every run.
#[doc(hidden)]
pub fn seeded() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(0)
}

/// Asserts the group axioms on 100 random triples: see
/// [`check_group`](crate::laws::check_group).
///
/// ```
/// groups::assert_group_laws!(groups::compact::SO3);
/// ```
#[macro_export]
macro_rules! assert_group_laws {
    ($group:expr) => {
        if let Err(violation) =
            $crate::laws::check_group(&$group, $crate::laws::SAMPLES, &mut $crate::laws::seeded())
        {
            panic!("{violation}");
        }
    };
}

/// Asserts the group axioms, and that elements are numbered one to one, the identity first, and
/// come from the generators: see [`check_numbering`](crate::laws::check_numbering). Lists the group.
///
/// ```
/// groups::assert_finite_group_laws!(groups::TableGroup::quaternion());
/// ```
#[macro_export]
macro_rules! assert_finite_group_laws {
    ($group:expr) => {{
        let group = &$group;
        $crate::assert_group_laws!(*group);
        if let Err(violation) = $crate::laws::check_numbering(group) {
            panic!("{violation}");
        }
    }};
}

/// Asserts on 100 random pairs of elements that a representation is an orthogonal homomorphism,
/// every entry to the tolerance given (10⁻¹⁰ if none): see
/// [`check_representation`](crate::laws::check_representation).
///
/// ```
/// let nodes = groups::Symmetric::new(5)?.natural();
/// groups::assert_representation!(nodes, 0.0);
/// # Ok::<(), groups::GroupError>(())
/// ```
#[macro_export]
macro_rules! assert_representation {
    ($representation:expr) => {
        $crate::assert_representation!($representation, 1e-10)
    };
    ($representation:expr, $tolerance:expr) => {
        if let Err(violation) = $crate::laws::check_representation(
            &$representation,
            $crate::laws::SAMPLES,
            $tolerance,
            &mut $crate::laws::seeded(),
        ) {
            panic!("{violation}");
        }
    };
}

/// Asserts that a list of real irreps is complete, without repetitions, and of the types that it
/// says, to the tolerance given (10⁻⁹ if none): see [`check_irreps`](crate::laws::check_irreps).
///
/// ```
/// use groups::{Dihedral, HasIrreps};
/// let d8 = Dihedral::new(8)?;
/// groups::assert_irreps!(d8, d8.irreps());
/// # Ok::<(), groups::GroupError>(())
/// ```
#[macro_export]
macro_rules! assert_irreps {
    ($group:expr, $irreps:expr) => {
        $crate::assert_irreps!($group, $irreps, 1e-9)
    };
    ($group:expr, $irreps:expr, $tolerance:expr) => {
        if let Err(violation) =
            $crate::laws::check_irreps(&$group, &$irreps, $tolerance, &mut $crate::laws::seeded())
        {
            panic!("{violation}");
        }
    };
}
