"""Cuts small slices out of the codes of two networks that others made, for tests of paired codes.

    python make_paired.py FOLDER

FOLDER holds the whole arrays, float32 of NumPy:

- escnn_d4_irreps_z.npy, escnn_d4_irreps_r90.npy: a random escnn network on flipRot2dOnR2(4), fields
  6 x (irrep_0,0 + irrep_1,0 + irrep_0,2 + irrep_1,1), pooled over the plane; r90: inputs turned by 90
  degrees;
- sevennet0_layer3_z.npy, sevennet0_layer3_r1.npy: node features of SevenNet-0 (sevenn 0.13.0, MIT,
  checkpoint 11Jul2024) after 3_equivariant_gate on atoms of ASE's g2 set, irreps 128x0e + 64x1e + 32x2e,
  degree 1 in the order (x, y, z); r1: positions x @ R.T with R = rotations[0];
- rotations.npy: scipy.spatial.transform.Rotation.random(3, random_state=7).

Written beside this script: 40 rows of the first two, and 40 rows of the others with 4 copies of degree 0,
6 of degree 1 and 3 of degree 2; the rotation itself is printed for the test.
"""

import sys
from pathlib import Path

import numpy as np

folder, here = Path(sys.argv[1]), Path(__file__).parent
for name in ["escnn_d4_irreps_z", "escnn_d4_irreps_r90"]:
    np.save(here / f"{name}.npy", np.load(folder / f"{name}.npy")[:40])
columns = [*range(4), *range(128, 128 + 18), *range(320, 320 + 15)]
for name in ["sevennet0_layer3_z", "sevennet0_layer3_r1"]:
    np.save(here / f"{name}.npy", np.load(folder / f"{name}.npy")[::8, columns][:40])
print(np.load(folder / "rotations.npy")[0].tolist())
