"""Writes the files of this folder, as those who have codes write them. See README.md for the versions.

Codes are z[i, j] = (4 i + j) / 8 for 5 rows and 4 columns, unless a name says otherwise.
"""

import sys

import ml_dtypes
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import safetensors
import safetensors.numpy

n, dim = 5, 4
z = (np.arange(n * dim) / 8).reshape(n, dim)
names = [f"z{i}" for i in range(dim)]
words = ["oak", "elm", "oak", "fir", "älm"]
frame = pd.DataFrame(z, columns=names)

# Text of numpy.savetxt
fmt = "%.4g"
np.savetxt("savetxt_header.csv", z, fmt, ",", header=",".join(names))
np.savetxt("savetxt_nine.csv", np.c_[z, z, z[:, 0]], fmt, ",", header=",".join(f"z{i}" for i in range(9)))
np.savetxt("savetxt_header_spaces.csv", z, fmt, header=" ".join(names))
np.savetxt("savetxt_two_lines.csv", z, fmt, ",", header="made by x, y\n" + ",".join(names))
np.savetxt("savetxt_remark.csv", z, fmt, ",", header="codes of the test set")
np.savetxt("savetxt_footer.csv", z, fmt, ",", footer="the end")
np.savetxt("savetxt_percent.csv", z, fmt, ",", header=",".join(names), comments="% ")
np.savetxt("savetxt_padded.csv", z, "%9.4f", " ")
np.savetxt("savetxt_tabs.csv", z, fmt, "\t")
np.savetxt("savetxt_semicolons.csv", z, fmt, ";", header=";".join(names), comments="")

# pandas
frame.to_csv("pandas_index.csv")
pd.read_csv("pandas_index.csv").to_csv("pandas_index_twice.csv")
pd.DataFrame(z).to_csv("pandas_without_names.csv")
pd.DataFrame(z).to_csv("pandas_without_names_or_index.csv", index=False)
pd.DataFrame(z, columns=list("abcd")).assign(label=words).to_csv("pandas_labels.csv")
frame.to_csv("pandas_german.csv", sep=";", decimal=",", index=False)
frame.to_csv("pandas_quoted.csv", decimal=",", index=False)
frame.to_csv("pandas_utf16.csv", encoding="utf-16", sep="\t", index=False)
frame.to_csv("pandas_utf16be.csv", encoding="utf-16-be", index=False)
pd.DataFrame(z).to_csv("pandas_bom.csv", encoding="utf-8-sig", header=False, index=False)
frame.to_csv("pandas_crlf.csv", lineterminator="\r\n", index=False)
frame.mask(frame == 1.25).to_csv("pandas_missing.csv", index=False)
frame.mask(frame == 0.0).to_csv("pandas_missing_first.csv", index=False, header=False)
frame.replace(1.25, np.inf).to_csv("pandas_infinite.csv", index=False)
(frame > 1).to_csv("pandas_booleans.csv", index=False)
frame[:0].to_csv("pandas_header_only.csv", index=False)
pd.DataFrame({"id": range(7, 12), "label": words}).to_csv("pandas_words.csv", index=False)
frame.to_csv("pandas_index_without_header.csv", header=False)
frame.set_axis(list("abcd"), axis=1).to_csv("pandas_index_label.csv", index_label="row")
frame.to_parquet("pandas_range.parquet")
frame.set_index(pd.Index(words)).to_parquet("pandas_index.parquet")
frame.set_axis(list("abcd"), axis=1).set_index(pd.Index([7, 3, 9, 12, 4], name="mol")).to_parquet(
    "pandas_named_index.parquet"
)
pd.DataFrame({"id": range(7, 12), "embedding": list(z), "label": words}).to_parquet("pandas_lists.parquet")

# polars
polars = pl.DataFrame(z, schema=names)
polars.with_row_index().write_csv("polars_index.csv")
polars.write_csv("polars_tabs.csv", separator="\t")
polars.with_row_index().write_parquet("polars_index.parquet")
polars.rename(dict(zip(names, "abcd"))).with_columns(mol=pl.lit(7)).write_parquet("polars_integers.parquet")
ids = pl.Series("id", range(n))
pl.DataFrame([ids, pl.Series("embedding", z.tolist())]).write_parquet("polars_lists.parquet")
pl.DataFrame([ids, pl.Series("embedding", z, pl.Array(pl.Float32, dim))]).write_parquet("polars_array.parquet")

# PyArrow
ids = pa.array(range(n))
small = {"store_schema": False, "write_statistics": False}
for name, kind in [
    ("list", pa.list_(pa.float64())),
    ("large_list", pa.large_list(pa.float32())),
    ("fixed_size_list", pa.list_(pa.float32(), dim)),
    ("half_list", pa.list_(pa.float16())),
]:
    table = pa.table({"id": ids, "embedding": pa.array(list(z.astype(kind.value_type.to_pandas_dtype())), kind)})
    pq.write_table(table, f"pyarrow_{name}.parquet", **small)
lists = z.tolist()
pq.write_table(pa.table({"a": pa.array(lists), "b": pa.array(lists)}), "pyarrow_two_lists.parquet", **small)
pq.write_table(pa.table({"a": pa.array(lists[:3] + [[1.0]] + lists[4:])}), "pyarrow_uneven.parquet", **small)
pq.write_table(pa.table({"a": pa.array(lists[:3] + [None] + lists[4:])}), "pyarrow_null_list.parquet", **small)
nested = pa.array([row.reshape(2, 2).tolist() for row in z])
pq.write_table(pa.table({"id": ids, "embedding": nested}), "pyarrow_nested.parquet", **small)
holes = pa.table({"z0": pa.array([1.0, 2.0, 3.0]), "z1": pa.array([1.0, 2.0, None])})
pq.write_table(holes, "pyarrow_null.parquet", **small)
pa.csv.write_csv(pa.table({name: z[:, i] for i, name in enumerate(names)}), "pyarrow.csv")

# NumPy, also with the types that other writers of the format name
for name, dtype in [("f2", "<f2"), ("i2", "<i2"), ("u1", "u1"), ("f8_big", ">f8"), ("i8_big", ">i8")]:
    np.save(f"numpy_{name}.npy", (8 * z if name[0] in "iu" else z).astype(dtype))
np.save("numpy_bool.npy", z > 1)
for name, descr, array in [("f8_plain", "f8", z), ("bool_plain", "?", z > 1), ("f4_name", "float32", z.astype("f4"))]:
    with open(f"numpy_{name}.npy", "wb") as file:
        header = {"descr": descr, "fortran_order": False, "shape": array.shape}
        np.lib.format.write_array_header_1_0(file, header)
        file.write(array.tobytes())
np.save("numpy_vector.npy", z.ravel())
np.save("numpy_images.npy", z.astype("f4").reshape(n, 2, 1, 2))
np.save("numpy_no_rows.npy", z[:0])
np.save("numpy_scalar.npy", np.float64(1))
np.save("numpy_objects.npy", np.array(list(z) + [None], dtype=object), allow_pickle=True)
np.save("numpy_complex.npy", z + 1j)
np.save("numpy_records.npy", frame.to_records(index=False))
np.save("numpy_bfloat16.npy", z.astype(ml_dtypes.bfloat16))
np.save("numpy_longdouble.npy", z.astype("f16"))
np.save("numpy_words.npy", np.array(words))
np.save("numpy_words_big.npy", np.array(words).astype(">U3"))
np.save("numpy_bytes.npy", np.array([word.encode() for word in words]))
np.save("numpy_yes.npy", np.array([True, False, True, True, False]))
np.savez("numpy_several.npz", z, np.arange(n))
np.savez("numpy_labels.npz", codes=z, label=np.array(words))
fortran = np.asfortranarray(z.reshape(n, 2, 2).astype("f4"))
np.savez_compressed("numpy_fortran.npz", codes=fortran, labels=np.arange(n))

# safetensors
safetensors.numpy.save_file({"z": z.astype("f2"), "step": np.array(3)}, "safetensors_f2.safetensors")
safetensors.numpy.save_file({"step": np.array(3)}, "safetensors_scalar.safetensors")
for name, kind, dtype in [
    ("bf16", "bfloat16", ml_dtypes.bfloat16),
    ("f8", "float8_e4m3fn", ml_dtypes.float8_e4m3fn),
]:
    data = z.astype(dtype).view("u1").copy()
    tensor = safetensors.TensorSpec(dtype=kind, shape=[n, dim], data_ptr=data.ctypes.data, data_len=data.nbytes)
    with open(f"safetensors_{name}.safetensors", "wb") as file:
        file.write(safetensors.serialize({"codes": tensor}))

print(f"Python {sys.version.split()[0]}", *(f"{m.__name__} {m.__version__}" for m in (np, pd, pl, pa, safetensors, ml_dtypes)))
