//! Files of codes between here and Python, where Python and its packages are there.
//!
//! Packages that are missing are passed over and named on standard error.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use latents::{Codes, Column, Dtype, Spec, read_all, read_column};
use ndarray::Array2;

/// Runs a script if the packages are there. Its assertions are part of the test.
fn python(packages: &str, script: &str, folder: &Path) -> bool {
    let import = format!("import {packages}");
    let there = Command::new("python3").args(["-c", &import]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        let _ = writeln!(std::io::stderr(), "passed over: no Python with {packages}");
        return false;
    }
    let output = Command::new("python3").args(["-c", script]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    true
}

fn codes() -> Array2<f32> {
    Array2::from_shape_fn((20, 6), |(i, j)| (i * 6 + j) as f32 / 8.0)
}

fn write(folder: &Path, name: &str, dtype: Dtype) {
    let spec = Spec::new(vec![20, 2, 3], dtype).with_metadata("{\"seed\": 7}");
    latents::write_all(&folder.join(name), &spec, &Codes::F32(codes())).unwrap();
}

#[test]
fn numpy_opens_what_is_written() {
    let dir = tempfile::tempdir().unwrap();
    for (name, dtype) in
        [("a.npy", Dtype::F16), ("b.npy", Dtype::F32), ("c.npy", Dtype::F64), ("d.npz", Dtype::F32)]
    {
        write(dir.path(), name, dtype);
    }
    let script = r#"
import json
import numpy as np
expected = (np.arange(120) / 8).reshape(20, 2, 3)
for name, dtype in [("a", "f2"), ("b", "f4"), ("c", "f8")]:
    read = np.load(f"{name}.npy")
    assert read.dtype == dtype and (read == expected).all(), name
    assert json.load(open(f"{name}.npy.json"))["seed"] == 7
archive = np.load("d.npz")
assert (archive["codes"] == expected).all()
assert json.loads(archive["metadata.json"])["seed"] == 7
"#;
    python("numpy", script, dir.path());
}

#[test]
fn what_numpy_writes_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let script = r#"
import numpy as np
z = (np.arange(120) / 8).reshape(20, 2, 3)
np.save("c.npy", z.astype("f4"))
np.save("fortran.npy", np.asfortranarray(z.astype("f2")))
np.save("big.npy", z.astype(">f8"))
np.savez("stored.npz", codes=np.asfortranarray(z.astype("f4")), labels=np.arange(20))
np.savez_compressed("deflated.npz", z=z, y=np.arange(20) / 2)
np.savetxt("t.csv", z.reshape(20, 6), delimiter=",")
"#;
    if !python("numpy", script, dir.path()) {
        return;
    }
    for name in ["c.npy", "fortran.npy", "big.npy", "stored.npz", "deflated.npz"] {
        let (layout, read) = read_all(&dir.path().join(name), None).unwrap();
        assert_eq!(layout.shape, [20, 2, 3], "{name}");
        assert_eq!(read.into_f32(), codes(), "{name}");
    }
    assert_eq!(read_all(&dir.path().join("t.csv"), None).unwrap().1.into_f32(), codes());
    let labels = read_column(&dir.path().join("stored.npz"), Some("labels")).unwrap();
    assert_eq!(labels, Column::Integer((0..20).collect()));
    let targets = read_column(&dir.path().join("deflated.npz"), Some("y")).unwrap();
    assert_eq!(targets, Column::Float((0..20).map(|i| f64::from(i) / 2.0).collect()));
}

#[test]
fn safetensors_of_python_opens_what_is_written_and_is_read() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "a.safetensors", Dtype::F32);
    let script = r#"
import json
import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file
expected = (np.arange(120) / 8).reshape(20, 2, 3).astype("f4")
with safe_open("a.safetensors", "np") as f:
    assert (f.get_tensor("codes") == expected).all()
    assert json.loads(f.metadata()["metadata"])["seed"] == 7
save_file({"other": expected[:3], "z": expected.astype("f8")}, "b.safetensors")
"#;
    if python("numpy, safetensors", script, dir.path()) {
        let (layout, read) = read_all(&dir.path().join("b.safetensors"), None).unwrap();
        assert_eq!((layout.tensor.as_str(), layout.dtype), ("z", Dtype::F64));
        assert_eq!(read.into_f32(), codes());
    }
}

#[test]
fn pandas_opens_csv() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "a.csv", Dtype::F32);
    write(dir.path(), "a.csv.gz", Dtype::F32);
    let script = r#"
import numpy as np
import pandas as pd
expected = (np.arange(120) / 8).reshape(20, 6)
for name in ["a.csv", "a.csv.gz"]:
    table = pd.read_csv(name)
    assert list(table.columns) == [f"codes{i}" for i in range(6)]
    assert (table.to_numpy() == expected).all()
table.assign(name="x,y", label=range(20)).to_csv("b.csv")
"#;
    if python("numpy, pandas", script, dir.path()) {
        let path = dir.path().join("b.csv");
        assert_eq!(read_all(&path, None).unwrap().1.into_f32(), codes());
        let labels = read_column(&path, Some("label")).unwrap();
        assert_eq!(labels, Column::Integer((0..20).collect()));
    }
}

#[cfg(feature = "parquet")]
#[test]
fn pandas_opens_parquet_and_is_read() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "a.parquet", Dtype::F32);
    write(dir.path(), "h.parquet", Dtype::F16);
    let script = r#"
import json
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
z = (np.arange(120) / 8).reshape(20, 6)
for name, dtype in [("a", "f4"), ("h", "f2")]:
    table = pq.read_table(f"{name}.parquet")
    assert json.loads(table.schema.metadata[b"metadata"])["seed"] == 7
    table = table.to_pandas()
    assert (table.to_numpy() == z).all() and (table.dtypes == dtype).all(), name
table = pd.DataFrame(z.astype("f4"), columns=[f"z{i}" for i in range(6)])
table.assign(label=np.arange(20), name="x").to_parquet("columns.parquet", row_group_size=7)
lists = pa.table({"codes": pa.array(list(z)), "label": pa.array(range(20), pa.int8())})
pq.write_table(lists, "lists.parquet", row_group_size=6)
fixed = pa.FixedSizeListArray.from_arrays(pa.array(z.astype("f2").ravel()), 6)
pq.write_table(pa.table({"codes": fixed}), "fixed.parquet")
holes = pd.DataFrame({"z0": [1.0, None, 3.0]})
pq.write_table(pa.Table.from_pandas(holes), "holes.parquet")
uneven = pa.table({"codes": pa.array([[1.0, 2.0], [3.0]])})
pq.write_table(uneven, "uneven.parquet")
for codec in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]:
    pq.write_table(lists, f"{codec}.parquet", compression=codec)
"#;
    if !python("numpy, pandas, pyarrow", script, dir.path()) {
        return;
    }
    for name in ["columns.parquet", "lists.parquet", "fixed.parquet"] {
        let path = dir.path().join(name);
        let (layout, read) = read_all(&path, None).unwrap();
        assert_eq!(layout.shape, [20, 6], "{name}");
        assert_eq!(read.into_f32(), codes(), "{name}");
        if name != "fixed.parquet" {
            let labels = read_column(&path, Some("label")).unwrap();
            assert_eq!(labels, Column::Integer((0..20).collect()));
        }
    }
    let error = |name: &str| read_all(&dir.path().join(name), None).unwrap_err().to_string();
    assert!(error("holes.parquet").contains("row 1, column `z0`: expected a number, got `null`"));
    assert!(
        error("uneven.parquet").contains("lists of 2 numbers in column `codes`, got 1 in row 1")
    );
    for codec in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"] {
        let path = dir.path().join(format!("{codec}.parquet"));
        assert_eq!(read_all(&path, None).unwrap().1.into_f32(), codes(), "{codec}");
    }
    let words = read_column(&dir.path().join("columns.parquet"), Some("name")).unwrap();
    assert_eq!(words, Column::Text(vec!["x".to_owned(); 20]));
}
