//! Named groups and ways to make groups, one file each. A new group is one file here: its law, its
//! generators, and what structure it has; representations, metrics and laws come for free.

pub(crate) mod cyclic;
pub(crate) mod dihedral;
pub(crate) mod matrix_group;
pub(crate) mod permutation_group;
mod polyhedral;
pub(crate) mod product;
pub(crate) mod semidirect;
pub(crate) mod symmetric;
pub(crate) mod table_group;
pub(crate) mod wreath;
