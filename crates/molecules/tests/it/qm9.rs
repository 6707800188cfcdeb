//! Files of molecules: formats, errors, where they are looked for.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use molecules::DataError;
use molecules::qm9::{Origin, Property, Source, read};

const HEADER: &str = "mol_id,smiles,A,B,C,mu,alpha,homo,lumo,gap,r2,zpve,u0,u298,h298,g298,cv,\
                      u0_atom,u298_atom,h298_atom,g298_atom";

fn row(id: &str, smiles: &str) -> String {
    let numbers: Vec<String> = (0..19).map(|i| format!("{}.5", i)).collect();
    format!("{id},{smiles},{}", numbers.join(","))
}

fn table() -> String {
    [HEADER, &row("a", "CC#CC"), &row("b", "C(("), &row("c", "C[CH+](C)C"), &row("d", "C/C=C/C")]
        .join("\n")
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn file(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn tables_are_read_plain_and_compressed() {
    let dir = tempfile::tempdir().unwrap();
    // The bytes decide, not the name.
    let plain = file(dir.path(), "plain.gz", table().as_bytes());
    let packed = file(dir.path(), "packed.csv", &gzip(&table()));
    for path in [plain, packed] {
        let set = read(&path).unwrap();
        assert_eq!(set.entries.len(), 2);
        assert_eq!(set.entries[0].property(Property::A), Some(0.5));
        assert_eq!(set.entries[1].property(Property::G298Atom), Some(18.5));
        assert_eq!((set.entries[1].line, set.stereo_marks), (5, 2));
        assert_eq!(set.refused.iter().map(|refused| refused.line).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(set.reasons().into_iter().collect::<Vec<_>>(), [("syntax", 1), ("valence", 1)]);
    }
}

#[test]
fn lists_are_read_with_and_without_a_header() {
    let dir = tempfile::tempdir().unwrap();
    for text in ["smiles\nCC\nCO\n", "CC first\n\nCO second\n"] {
        let set = read(&file(dir.path(), "list", text.as_bytes())).unwrap();
        assert_eq!(set.entries.len(), 2);
        assert!(set.entries.iter().all(|entry| entry.properties.is_none()));
    }
}

#[test]
fn errors_name_file_line_and_column() {
    let dir = tempfile::tempdir().unwrap();
    let error = |text: &str| read(&file(dir.path(), "qm9.csv", text.as_bytes())).unwrap_err();

    let bad = table().replacen("3.5", "NaN", 1);
    let number = error(&bad);
    assert!(matches!(number, DataError::Number { line: 2, column: "mu", .. }), "{number}");
    assert!(number.to_string().contains("qm9.csv, line 2, column `mu`"), "{number}");

    let missing = error("smiles,mu\nCC,1\n");
    assert!(matches!(missing, DataError::MissingColumn { column: "A", .. }), "{missing}");

    let short = error("smiles,other\nCC,1\nCC\n");
    assert!(matches!(short, DataError::Table { line: 3, .. }), "{short:?}");

    assert!(matches!(error("smiles\nC((\n"), DataError::Empty { refused: 1, .. }));
    assert!(matches!(read(&dir.path().join("none")), Err(DataError::Io { .. })));

    let mut cut = gzip(&table());
    cut.truncate(40);
    assert!(matches!(read(&file(dir.path(), "cut", &cut)), Err(DataError::Io { .. })));
}

#[test]
fn files_are_looked_for_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let source = Source { heavy_atoms: 2, ..Source::default() };
    // Nothing there: enumerated, unless the directory was asked for.
    let set = source.load_from(None, dir.path()).unwrap();
    assert!(matches!(set.origin, Origin::Enumerated { heavy_atoms: 2, .. }));
    let asked = source.load_from(Some(dir.path()), dir.path());
    assert!(matches!(asked, Err(DataError::MissingFile { looked_for }) if looked_for.len() == 4));

    fs::create_dir(dir.path().join("qm9")).unwrap();
    let path = file(&dir.path().join("qm9"), "qm9.csv", table().as_bytes());
    let set = source.load_from(None, dir.path()).unwrap();
    assert_eq!(set.origin, Origin::File(path));
    let generated = Source { generated: true, ..source.clone() };
    assert!(matches!(
        generated.load_from(Some(dir.path()), dir.path()).unwrap().origin,
        Origin::Enumerated { .. }
    ));
    let list = Source { list: true, ..source.clone() };
    assert!(list.load_from(Some(dir.path()), dir.path()).is_err());
    let many = Source { count: Some(3), ..source };
    let error = many.load_from(Some(dir.path()), dir.path()).unwrap_err();
    assert!(matches!(error, DataError::NotEnough { requested: 3, available: 2, .. }));
}
