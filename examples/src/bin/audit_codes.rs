//! How ambiguous your own codes are, and what to do about it, in three lines.
#![allow(clippy::print_stdout)]

use analysis::audit::{Audit, AuditOptions};
use groups::{Cyclic, FiniteGroup, Group, Representation};
use ndarray::{Array1, Array2};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn main() -> anyhow::Result<()> {
    let group = Cyclic::new(8)?;
    let rep = Representation::regular(&group).copies(2);

    // Codes of 300 things of ten kinds, each in a random pose. Read your own in their place.
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let kinds = Array2::from_shape_simple_fn((10, rep.dim()), || rng.random_range(-1.0..1.0));
    let mut codes = Array2::zeros((300, rep.dim()));
    for (i, mut row) in codes.rows_mut().into_iter().enumerate() {
        let pose = group.sample(&mut rng);
        row.assign(&Array1::from(rep.act(&pose, &kinds.row(i % 10).to_vec())));
        row.mapv_inplace(|v: f64| v + rng.random_range(-0.2..0.2));
    }

    let audit = Audit::of(codes.view(), &rep, None, &AuditOptions::default())?;
    println!("{} codes of {}, |G| = {}", codes.nrows(), rep, group.order());
    println!("{}\n{}", audit.sentence(), audit.why.join("\n"));

    // The same as a page with pictures.
    let page = audit.report("My codes").render()?;
    println!("a report of {} kB", page.len() / 1000);
    Ok(())
}
