//! Codes from NumPy or PyTorch, made invariant and written for NumPy: block by block, so that
//! their number does not matter. `cargo run -p examples --bin from_numpy [CODES.npy OUT.npy]`
//!
//! Without a file the example writes one first, in a new folder of its own among the temporary ones.
//! `examples/python/export_codes.py` shows the other end. For whole files there is `equivariant project`.
#![allow(clippy::print_stdout)]

use std::path::PathBuf;

use groups::{Cyclic, Representation};
use latents::{Codes, Dtype, Spec};
use ndarray::Array2;
use projections::{MaxFilter, Projection};

fn main() -> anyhow::Result<()> {
    let mut paths = std::env::args().skip(1).map(PathBuf::from);
    let (codes, out) = match (paths.next(), paths.next()) {
        (Some(codes), Some(out)) => (codes, out),
        (codes, _) => {
            let folder = tempfile::Builder::new().prefix("from_numpy-").tempdir()?.keep();
            let codes = codes.map_or_else(|| write_some(folder.join("codes.npy")), Ok)?;
            (codes, folder.join("invariant.npy"))
        }
    };

    let mut reader = latents::open(&codes, None)?;
    let (rows, dim) = (reader.rows(), reader.dim());
    println!("{}: {rows} codes, shape {:?}", codes.display(), reader.layout().shape);

    // Fields of the regular representation of C_8, one after the other.
    let rep = Representation::regular(&Cyclic::new(8)?).copies(dim / 8);
    let projection = MaxFilter::random(&rep, 2 * dim, 42)?;

    let spec = Spec::new(vec![rows, 2 * dim], Dtype::F32);
    let mut writer = latents::create(&out, &spec)?;
    while let Some(block) = reader.next_block(4096)? {
        let invariant = projection.project(block.into_f32().view())?;
        writer.write_block(&Codes::F32(invariant))?;
    }
    writer.finish()?;
    println!("{}: {rows} invariants of {} numbers", out.display(), 2 * dim);
    Ok(())
}

/// Four fields of ten signals on C_8.
fn write_some(path: PathBuf) -> anyhow::Result<PathBuf> {
    let codes = Array2::from_shape_fn((10, 32), |(i, j)| ((i * 31 + j * 7) as f32).sin());
    let spec = Spec::new(vec![10, 4, 8], Dtype::F32);
    latents::write_all(&path, &spec, &Codes::F32(codes))?;
    Ok(path)
}
