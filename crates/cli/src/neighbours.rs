//! Nearest neighbours of a code in the quotient.

use std::io::Write;
use std::path::PathBuf;

use analysis::neighbours::StreamedNearest;
use latents::Codes;
use ndarray::{ArrayView2, Axis};

use crate::action::Action;
use crate::rows;
use terminal::exit::Usage;

/// Rows that are compared at a time.
const BLOCK: usize = 4096;

/// Find the nearest neighbours of a code by the distance of orbits, min_g ‖z − ρ(g)w‖.
///
/// Prints a table: the row of each neighbour, its distance, the distance ‖z − w‖ of the codes as they
/// are, and the element that moves the neighbour closest. The file is read block by block.
///
/// Examples:
///
///   equivariant neighbours codes.npy --of 17 --group c8 --rep "16 x regular"
///
///   equivariant neighbours test.npy --of 0 --among train.npy -k 20 --group s9 --rep "9 x 8" --json
///
/// Exit code 2 for flags that make no sense, 1 for data.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Flags {
    /// The codes: an array (n, ...) that is read row by row.
    codes: PathBuf,
    /// The row of the code whose neighbours are asked for.
    #[arg(long, value_name = "ROW")]
    of: usize,
    /// The codes to search; those of the first file, but for the row itself, by default.
    #[arg(long, value_name = "FILE")]
    among: Option<PathBuf>,
    /// How many neighbours.
    #[arg(short, long = "count", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    k: u32,
    #[command(flatten)]
    action: Action,
    /// The array in the files, or the name of its columns.
    #[arg(long, value_name = "NAME")]
    tensor: Option<String>,
    /// Print each neighbour as a line of JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(flags: Flags) -> anyhow::Result<()> {
    let found = search(&flags)?;
    let mut out = std::io::stdout().lock();
    if !flags.json {
        writeln!(out, "{:>10}  {:>14}  {:>14}  element", "row", "d([z],[w])", "‖z − w‖")?;
    }
    for neighbour in &found {
        if flags.json {
            writeln!(out, "{}", serde_json::to_string(neighbour)?)?;
        } else {
            let Neighbour { row, distance, straight, element } = neighbour;
            let [distance, straight] = [*distance, *straight].map(rows::length);
            writeln!(out, "{row:>10}  {distance:>14}  {straight:>14}  {element}")?;
        }
    }
    Ok(())
}

/// A neighbour as it is printed.
#[derive(Debug, PartialEq, serde::Serialize)]
struct Neighbour {
    row: usize,
    /// `d([z],[w])`.
    distance: f64,
    /// `‖z − w‖`.
    straight: f64,
    /// `g*` with `‖z − ρ(g*)w‖ = d([z],[w])`, by name.
    element: String,
}

fn search(flags: &Flags) -> anyhow::Result<Vec<Neighbour>> {
    let rep = &flags.action.space()?;
    let metric = &rep.metric().map_err(Usage::from)?;
    let tensor = flags.tensor.as_deref();
    let code = rows::read(&flags.codes, tensor, rep, Some(flags.of))?.into_f64();
    let path = flags.among.as_ref().unwrap_or(&flags.codes);
    let itself = flags.among.is_none().then_some(flags.of);
    let mut reader = latents::open(path, tensor)?;
    let layout = reader.layout().clone();
    rows::check(&layout, rep)?;
    if flags.among.is_some() {
        rows::tell(&layout);
    }
    let mut nearest = StreamedNearest::new(metric, &code.row(0).to_vec(), flags.k as usize)?;
    let mut first = 0;
    while let Some(block) = reader.next_block(BLOCK)? {
        rows::check_finite(&layout, &block, first)?;
        let block = Codes::into_f64(block);
        let end = first + block.nrows();
        let mut offer = |first, codes: ArrayView2<'_, f64>| nearest.offer(first, codes);
        match itself.filter(|row| (first..end).contains(row)) {
            None => offer(first, block.view())?,
            Some(row) => {
                let (before, after) = block.view().split_at(Axis(0), row - first);
                offer(first, before)?;
                offer(row + 1, after.split_at(Axis(0), 1).1)?;
            }
        }
        first = end;
    }
    let found = nearest.found().into_iter();
    Ok(found
        .map(|near| Neighbour {
            row: near.row,
            distance: near.distance,
            straight: near.straight,
            element: rep.name_of(&near.element),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use analysis::neighbours::{SelfMatches, nearest_in_quotient};
    use clap::Parser;
    use groups::compact::Isometries;
    use groups::{Cyclic, Group, Representation};
    use latents::{Codes, Dtype, Spec};
    use ndarray::{Array2, Slice};

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        flags: Flags,
    }

    /// The same neighbours as those of the library, whatever the blocks.
    #[test]
    fn neighbours_are_those_of_the_library() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("codes.npy");
        let rep = Representation::regular(&Cyclic::new(4).unwrap()).copies(2);
        let n = BLOCK + 500;
        let codes = Array2::from_shape_fn((n, 8), |(i, j)| ((i * 37 + j * 11) as f64).sin());
        let spec = Spec::new(vec![n, 8], Dtype::F64);
        latents::write_all(&path, &spec, &Codes::F64(codes.clone())).unwrap();
        let line = ["x", path.to_str().unwrap(), "--of", "4200", "-k", "6"];
        let line = [&line[..], &["--group", "c4", "--rep", "2 x regular"]].concat();
        let flags = Line::parse_from(&line).flags;
        let found = search(&flags).unwrap();
        let query = codes.slice_axis(Axis(0), Slice::from(4200..4201));
        let expected =
            nearest_in_quotient(query, codes.view(), &rep, 7, SelfMatches::Keep).unwrap();
        for (neighbour, place) in found.iter().zip(1..) {
            assert!((neighbour.distance - expected.distances()[[0, place]]).abs() < 1e-9);
            let g: usize = neighbour.element.parse().unwrap();
            let moved = rep.act(&g, codes.row(neighbour.row).as_slice().unwrap());
            let apart: Vec<f64> = query.row(0).iter().zip(&moved).map(|(z, w)| z - w).collect();
            let norm = apart.iter().map(|v| v * v).sum::<f64>().sqrt();
            assert!((norm - neighbour.distance).abs() < 1e-9);
            assert!(neighbour.distance <= neighbour.straight + 1e-12);
        }
        assert_eq!(found.len(), 6);
        assert!(found.iter().all(|neighbour| neighbour.row != 4200));
    }

    /// Turned points are found, with the rotation that takes them back.
    #[test]
    fn turned_points_are_neighbours() {
        use groups::compact::SO3;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("points.csv");
        let rep = SO3.vectors().copies(3);
        let turn = SO3.read_element("75deg about [1, 2, 2]").unwrap();
        let mut codes =
            Array2::from_shape_fn((5, 9), |(i, j)| ((i * i * 7 + i * j + 3 * j * j) as f64).sin());
        let turned = rep.act(&turn, &codes.row(1).to_vec());
        codes.row_mut(4).assign(&ndarray::Array1::from(turned));
        let spec = Spec::new(vec![5, 9], Dtype::F64);
        latents::write_all(&path, &spec, &Codes::F64(codes)).unwrap();
        let line = ["x", path.to_str().unwrap(), "--of", "4", "--group", "so3", "--rep", "3 x 3"];
        let flags = Line::parse_from(line).flags;
        let found = search(&flags).unwrap();
        assert_eq!((found[0].row, found.len()), (1, 4));
        assert!(found[0].distance < 1e-12 && found[0].straight > 0.1);
        assert!(SO3.same(&SO3.read_element(&found[0].element).unwrap(), &turn));
        // No metric is known for higher degrees.
        let action = Action { rep: "l4".into(), ..flags.action };
        let error = search(&Flags { action, ..flags }).unwrap_err();
        assert!(error.is::<Usage>() && error.to_string().contains("degrees 0 and 1"), "{error}");
    }

    fn found(codes: Codes, of: &str, group: &str, rep: &str) -> Vec<Neighbour> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("codes.npy");
        let (n, dim, dtype) = match &codes {
            Codes::F32(codes) => (codes.nrows(), codes.ncols(), Dtype::F32),
            Codes::F64(codes) => (codes.nrows(), codes.ncols(), Dtype::F64),
        };
        latents::write_all(&path, &Spec::new(vec![n, dim], dtype), &codes).unwrap();
        let path = path.to_str().unwrap();
        let flags = Line::parse_from(["x", path, "--of", of, "--group", group, "--rep", rep]).flags;
        search(&flags).unwrap()
    }

    /// A code that is another with its entries exchanged is at no distance, whatever it has in common with
    /// all others, and whatever its size.
    #[test]
    fn common_parts_and_sizes_hide_nothing() {
        let codes = ndarray::array![
            [100000001.0, 100000000.0],
            [100000000.0, 100000001.0],
            [100000003.0, 100000000.0]
        ];
        for size in [1.0, 1e192, 1e-208] {
            let found = found(Codes::F64(&codes * size), "0", "c2", "regular");
            assert_eq!((found[0].row, found[0].distance, &*found[0].element), (1, 0.0, "1"));
            let expected = [2f64.sqrt(), 2.0];
            for (neighbour, expected) in found.iter().zip(expected) {
                assert!((neighbour.straight / size - expected).abs() < 1e-7, "{size:e}");
            }
            assert!((found[1].distance / size - 2.0).abs() < 1e-7, "{size:e}");
        }
        let shown = [0.0, 1e200, 2.5e-200, 0.5, 12345.0].map(rows::length);
        assert_eq!(
            shown,
            ["0.000000", "1.000000e200", "2.500000e-200", "0.500000", "12345.000000"]
        );
    }

    /// Sets of nodes, one feature of which is large and constant, as SciPy finds them.
    #[test]
    fn neighbours_beside_a_large_constant() {
        let data: serde_json::Value = serde_json::from_str(include_str!(
            "../../../crates/groups/tests/data/offset_neighbours.json"
        ))
        .unwrap();
        let columns: Vec<Vec<f64>> = serde_json::from_value(data["columns"].clone()).unwrap();
        for (name, offset) in [("1e4", 1e4f32), ("1e6", 1e6)] {
            let codes = Array2::from_shape_fn((150, 18), |(i, j)| match j % 2 {
                0 => offset,
                _ => columns[i][j / 2] as f32,
            });
            let found = found(Codes::F32(codes), "0", "s9", "9 x 2");
            for (place, neighbour) in found.iter().take(5).enumerate() {
                assert_eq!(data[name]["rows"][place], neighbour.row, "{name}");
                let expected = data[name]["distances"][place].as_f64().unwrap();
                assert!((neighbour.distance - expected).abs() < 1e-14, "{name}");
            }
        }
    }
}
