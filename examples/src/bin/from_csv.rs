//! Codes and labels from one table: how often the nearest neighbour has the same label, raw and
//! between orbits. `cargo run -p examples --bin from_csv`
#![allow(clippy::print_stdout)]

use analysis::neighbours::{SelfMatches, nearest, nearest_in_quotient};
use analysis::probes::knn_classify;
use anyhow::bail;
use groups::{Cyclic, Representation};
use latents::{Column, read_all, read_column};

/// Three signals on C_4, each in every pose, with a little noise in the first entry.
const TABLE: &str = "\
z0,z1,z2,z3,label
4.0,1.0,0.0,0.0,0
0.1,4.0,1.0,0.0,0
0.2,0.0,4.0,1.0,0
1.1,0.0,0.0,4.0,0
4.2,0.0,1.0,0.0,1
0.0,4.0,0.0,1.0,1
1.1,0.0,4.0,0.0,1
0.1,1.0,0.0,4.0,1
2.0,2.0,1.0,0.0,2
0.1,2.0,2.0,1.0,2
1.2,0.0,2.0,2.0,2
2.1,1.0,0.0,2.0,2
";

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("codes.csv");
    std::fs::write(&path, TABLE)?;

    // The columns z0, z1, … are the code, and `label` is the class.
    let (layout, codes) = read_all(&path, None)?;
    let Column::Integer(labels) = read_column(&path, Some("label"))? else {
        bail!("expected whole numbers as labels");
    };
    let labels = labels.into_iter().map(usize::try_from).collect::<Result<Vec<_>, _>>()?;
    println!("{} codes of dimension {}", layout.rows(), layout.dim());

    let codes = codes.into_f64();
    let rep = Representation::regular(&Cyclic::new(4)?);
    let (view, others) = (codes.view(), SelfMatches::Exclude);
    for (name, neighbours) in [
        ("raw", nearest(view, view, 1, others)?),
        ("between orbits", nearest_in_quotient(view, view, &rep, 1, others)?),
    ] {
        let accuracy = knn_classify(&neighbours, &labels, &labels, 1)?.accuracy();
        println!("nearest neighbour, {name}: {:.0} % have the same label", 100.0 * accuracy);
    }
    Ok(())
}
