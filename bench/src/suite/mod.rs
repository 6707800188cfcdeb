//! All benchmarks, one file a group.

mod analysis;
mod convolution;
mod groups;
mod molecules;
mod permutation;
mod projections;

use crate::session::Measurements;

/// Some benchmarks that share inputs and a script of peers.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: &'static str,
    /// The script in `bench/peers`, if there is one.
    pub(crate) script: Option<&'static str>,
    pub(crate) benches: &'static [Bench],
    pub(crate) run: fn(&mut Measurements<'_>) -> anyhow::Result<()>,
}

/// One benchmark.
#[derive(Debug)]
pub(crate) struct Bench {
    /// `group/benchmark`.
    pub(crate) name: &'static str,
    /// What is done, in words.
    pub(crate) what: &'static str,
}

pub(crate) static GROUPS: [Group; 6] = [
    groups::GROUP,
    convolution::GROUP,
    permutation::GROUP,
    projections::GROUP,
    analysis::GROUP,
    molecules::GROUP,
];

/// All benchmarks, in the order in which they are run.
pub(crate) fn all() -> impl Iterator<Item = &'static Bench> {
    GROUPS.iter().flat_map(|group| group.benches)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn names_are_unique_and_begin_with_the_script_that_is_there() {
        let names: BTreeSet<_> = all().map(|bench| bench.name).collect();
        assert_eq!(names.len(), all().count());
        for group in &GROUPS {
            let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
            assert!(group.script.is_none_or(|script| scripts.join(script).is_file()));
            for bench in group.benches {
                assert!(bench.name.contains('/') && !bench.what.is_empty());
            }
        }
    }
}
