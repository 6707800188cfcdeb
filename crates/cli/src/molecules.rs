//! Checks and describes the molecules of a table.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use csv::ByteRecord;
use flate2::bufread::MultiGzDecoder;
use molecules::descriptors::Descriptors;
use molecules::{Molecule, SmilesError, smiles};
use rayon::prelude::*;

use terminal::Progress;
use terminal::whole_file;

/// Rows between two steps of the progress bar.
const CHUNK: usize = 4096;

/// The columns that the output has beside those of the input.
const COLUMNS: [&str; 14] = [
    "valid",
    "canonical",
    "formula",
    "mol_wt",
    "heavy_atoms",
    "total_h",
    "rings",
    "aromatic_rings",
    "rotatable",
    "hbd",
    "hba",
    "tpsa",
    "logp",
    "error",
];

/// Check and describe the molecules of a table.
///
/// Reads the column `smiles` of a table of comma-separated values and writes the table with more
/// columns, rows in the same order: whether it is a molecule, canonical SMILES, formula, weight,
/// counts, polar surface and logP, or the error. Columns that are called so already are replaced;
/// fields of a row beyond the last column are left out.
#[derive(Debug, clap::Args)]
pub(crate) struct Flags {
    /// The table, with a column `smiles`; .csv or .csv.gz.
    input: PathBuf,
    /// The table to write. It appears whole or not at all.
    #[arg(long)]
    out: PathBuf,
}

/// Runs the command.
pub(crate) fn run(flags: Flags) -> anyhow::Result<()> {
    let Table { header, smiles, rows } = read(&flags.input)?;
    // What is described anew is not kept.
    let (replaced, kept): (Vec<usize>, Vec<usize>) =
        (0..header.len()).partition(|&i| COLUMNS.contains(&&*header[i]));
    if !replaced.is_empty() {
        let names: Vec<&str> = replaced.iter().map(|&i| &*header[i]).collect();
        tracing::warn!("columns of the input are replaced: {}", names.join(", "));
    }
    let progress = Progress::new(vec![1.0])?;
    progress.stage("reading and describing molecules")?;
    let bar = progress.bar(rows.len())?;
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(kept.iter().map(|&i| &*header[i]).chain(COLUMNS))?;
    let (mut reading, mut describing) = (Duration::ZERO, Duration::ZERO);
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for rows in rows.chunks(CHUNK) {
        let start = Instant::now();
        let results: Vec<_> = rows
            .par_iter()
            .map(|row| {
                // Bytes that are not text are no SMILES, and a short row has none; it keeps its place.
                let text = String::from_utf8_lossy(row.get(smiles).unwrap_or(b""));
                smiles::parse(text.trim()).map(|molecule| (smiles::canonical(&molecule), molecule))
            })
            .collect();
        reading += start.elapsed();
        let start = Instant::now();
        let records: Vec<_> = results.par_iter().map(record).collect();
        describing += start.elapsed();
        for (row, record) in rows.iter().zip(&records) {
            let record = record.iter().map(String::as_bytes);
            let kept = kept.iter().map(|&i| row.get(i).unwrap_or(b""));
            table.write_record(kept.chain(record))?;
        }
        for error in results.iter().filter_map(|result| result.as_ref().err()) {
            *reasons.entry(error.reason()).or_default() += 1;
        }
        bar.inc(rows.len() as u64);
    }
    bar.finish_and_clear();

    whole_file::write(&flags.out, &table.into_inner()?)?;
    progress.finish();
    let rate = |time: Duration| rows.len() as f64 / time.as_secs_f64().max(1e-9);
    tracing::info!(
        rows = rows.len(),
        refused = reasons.values().sum::<usize>(),
        ?reasons,
        "read and canonicalised {:.0} a second, described {:.0} a second",
        rate(reading),
        rate(describing),
    );
    Ok(())
}

/// A table, its fields as they were.
struct Table {
    header: Vec<String>,
    /// The number of the column `smiles`.
    smiles: usize,
    rows: Vec<ByteRecord>,
}

fn read(path: &Path) -> anyhow::Result<Table> {
    let cannot = || format!("cannot read {}", path.display());
    let mut file = BufReader::new(File::open(path).with_context(cannot)?);
    // Compressed or not, whatever the name.
    let compressed = file.fill_buf().with_context(cannot)?.starts_with(&[0x1f, 0x8b]);
    let file: Box<dyn Read> =
        if compressed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut table =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::Headers).from_reader(file);
    let header = table.headers().with_context(|| format!("{}, line 1", path.display()))?;
    let header: Vec<String> = header.iter().map(str::to_owned).collect();
    let smiles = header.iter().position(|name| name == "smiles").with_context(|| {
        let found = header.join(",");
        format!("{}, line 1: expected a column `smiles`, found {found}", path.display())
    })?;
    let rows = table.byte_records().collect::<Result<_, _>>().with_context(cannot)?;
    Ok(Table { header, smiles, rows })
}

/// What is said of a molecule.
fn record(result: &Result<(String, Molecule), SmilesError>) -> [String; COLUMNS.len()] {
    let mut fields: [String; COLUMNS.len()] = Default::default();
    match result {
        Ok((canonical, molecule)) => {
            let of = Descriptors::of(molecule);
            fields[0] = "1".to_owned();
            canonical.clone_into(&mut fields[1]);
            fields[2] = of.formula;
            fields[3] = format!("{:.3}", of.molecular_weight);
            let counts = [
                of.heavy_atoms,
                of.hydrogens,
                of.rings,
                of.aromatic_rings,
                of.rotatable_bonds,
                of.hydrogen_bond_donors,
                of.hydrogen_bond_acceptors,
            ];
            for (field, count) in fields[4..].iter_mut().zip(counts) {
                *field = count.to_string();
            }
            // Adding zero makes −0 a plain zero.
            fields[11] = format!("{:.2}", of.tpsa + 0.0);
            fields[12] = format!("{:.4}", of.log_p + 0.0);
        }
        Err(error) => {
            fields[0] = "0".to_owned();
            fields[13] = error.to_string();
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn rows_keep_their_order_and_errors_their_place() {
        let dir = tempfile::tempdir().unwrap();
        let (input, out) = (dir.path().join("in.csv"), dir.path().join("new/out.csv"));
        fs::write(&input, "id,smiles\n1,OCC\n2,C(\n3,\n4,C1=CC=CC=C1\n").unwrap();
        run(Flags { input: input.clone(), out: out.clone() }).unwrap();
        let text = fs::read_to_string(&out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[0], format!("id,smiles,{}", COLUMNS.join(",")));
        assert!(lines[1].starts_with("1,OCC,1,CCO,C2H6O,46.069,3,6,0,0,0,1,1,20.23,-0.0014,"));
        assert!(lines[2].starts_with("2,C(,0,,") && lines[2].contains("byte 2: expected"));
        assert!(lines[3].starts_with("3,,0,,"));
        assert!(lines[4].contains("4,C1=CC=CC=C1,1,c1ccccc1,C6H6,78.114,6,6,1,1,"));
        // Once more gives the same: columns are not written twice.
        let again = dir.path().join("again.csv");
        run(Flags { input: out.clone(), out: again.clone() }).unwrap();
        assert_eq!(fs::read_to_string(&again).unwrap(), text);

        let compressed = dir.path().join("in.csv.gz");
        let mut writer = GzEncoder::new(File::create(&compressed).unwrap(), Compression::fast());
        writer.write_all(&fs::read(&input).unwrap()).unwrap();
        writer.finish().unwrap();
        run(Flags { input: compressed, out: out.clone() }).unwrap();
        assert_eq!(fs::read_to_string(&out).unwrap(), text);

        // Fields are kept byte for byte, short rows are filled up, long ones cut.
        fs::write(&input, b"smiles, name ,formula\n CC ,\xe9 ,x\nC\nCO,b,y,z\n").unwrap();
        run(Flags { input: input.clone(), out: out.clone() }).unwrap();
        let bytes = fs::read(&out).unwrap();
        let lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').collect();
        assert!(lines[0].starts_with(b"smiles,name,valid,canonical,formula,"));
        assert!(lines[1].starts_with(b" CC ,\xe9 ,1,CC,C2H6,"));
        assert!(lines[2].starts_with(b"C,,1,C,CH4,") && lines[3].starts_with(b"CO,b,1,CO,CH4O,"));

        fs::write(&input, "name\nCC\n").unwrap();
        let error = run(Flags { input, out }).unwrap_err();
        assert!(error.to_string().contains("expected a column `smiles`"), "{error}");
    }
}
