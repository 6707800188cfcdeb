//! The group and the representation of a command: the one place that turns flags into a space.

use groups::Space;

use terminal::exit::Usage;

/// How a group acts on the codes.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Action {
    /// The group: c8, d4, s9, a5, b4, q8, o, c2xc3, so2, o3, …, or a .json file with generators.
    #[arg(long)]
    pub(crate) group: String,
    /// The representation: "16 x regular", "9 x 8" (nodes x scalars, or points x 3 for o3), "natural",
    /// "8x0e + 4x1o" (irreps of o3, as e3nn writes them), sums by +.
    #[arg(long)]
    pub(crate) rep: String,
}

impl Action {
    /// What the flags name.
    pub(crate) fn space(&self) -> Result<Space, Usage> {
        space(&self.group, &self.rep)
    }
}

/// What these texts name.
pub(crate) fn space(group: &str, rep: &str) -> Result<Space, Usage> {
    Space::parse(group, rep).map_err(Usage::from)
}
