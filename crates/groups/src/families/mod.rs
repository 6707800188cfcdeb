//! Named groups, one folder line each. A new group is one file here: its law, its generators, and
//! what structure it has; representations, metrics and laws come for free.

pub(crate) mod cyclic;
pub(crate) mod dihedral;
pub(crate) mod product;
pub(crate) mod symmetric;
