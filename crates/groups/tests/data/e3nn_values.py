"""Wigner matrices and couplings of e3nn, for tests of equivariant-groups.

    pip install e3nn && python e3nn_values.py > e3nn.json

e3nn's basis of degree 1 is (x, y, z), ours (y, z, x); the test moves coordinates accordingly.
"""

import json
import math
import sys

import e3nn
import torch
from e3nn import o3

torch.set_default_dtype(torch.float64)


def numbers(t):
    return [float(f"{v:.15g}") for v in t.flatten().tolist()]


# Euler angles about y, x, y: general ones, a rotation by none, and half turns.
angles = [(0.3, 1.1, -2.0), (2.9, 0.4, 1.7), (0.0, 0.0, 0.0), (math.pi, 0.0, 0.0), (0.5, math.pi, 0.0)]
rotations = []
for alpha, beta, gamma in angles:
    a, b, c = (torch.tensor(v) for v in (alpha, beta, gamma))
    rotations.append(
        {
            "matrix": numbers(o3.angles_to_matrix(a, b, c)),
            "wigner": [numbers(o3.wigner_D(l, a, b, c)) for l in range(5)],
        }
    )
couplings = [
    {"degrees": [i, j, k], "tensor": numbers(o3.wigner_3j(i, j, k))}
    for i, j, k in [(1, 1, 0), (1, 1, 1), (1, 1, 2), (1, 2, 2), (2, 2, 2), (2, 2, 3), (1, 3, 4)]
]
directions = [[1.0, 2.0, -2.0], [0.0, 1.0, 0.0], [-0.6, 0.0, 0.8]]
harmonics = [
    {
        "direction": v,
        "values": [numbers(o3.spherical_harmonics(l, torch.tensor(v), True, "norm")) for l in range(5)],
    }
    for v in directions
]
json.dump(
    {
        "producer": f"e3nn {e3nn.__version__}, torch {torch.__version__}",
        "rotations": rotations,
        "couplings": couplings,
        "harmonics": harmonics,
    },
    sys.stdout,
    separators=(",", ":"),
)
