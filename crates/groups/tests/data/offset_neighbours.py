"""Neighbours of sets of nine nodes, one feature of which is large and constant, by SciPy.

python offset_neighbours.py > offset_neighbours.json
"""

import json
import sys
import numpy
import scipy
from scipy.optimize import linear_sum_assignment


def distance(z, w):
    """min over permutations of nodes, by differences in double precision."""
    z, w = z.reshape(9, 2).astype(float), w.reshape(9, 2).astype(float)
    costs = ((z[:, None] - w[None, :]) ** 2).sum(axis=2)
    rows, columns = linear_sum_assignment(costs)
    return float(numpy.sqrt(costs[rows, columns].sum()))


def neighbours(codes):
    distances = [distance(codes[0], w) for w in codes]
    order = sorted(range(1, len(codes)), key=lambda i: distances[i])[:5]
    return {"rows": order, "distances": [distances[i] for i in order]}


codes = numpy.random.default_rng(0).normal(size=(150, 18)).astype(numpy.float32)
found = {"numpy": numpy.__version__, "scipy": scipy.__version__}
# Every second column: those before are constant.
found["columns"] = [[float(v) for v in row[1::2]] for row in codes]
for offset in ["1e4", "1e6"]:
    codes[:, ::2] = float(offset)
    found[offset] = neighbours(codes)
json.dump(found, sys.stdout, separators=(",", ":"))
