"""Invariant projections in NumPy and SciPy, vectorised over codes."""

import numpy as np
import scipy.fft
from protocol import THREADS, Peer

peer = Peer(__doc__)
peer.uses("numpy", "scipy")

ORDER, BLOCK = 8, 2_000
codes, nodes, templates = (peer.inputs[name] for name in ("codes", "nodes", "templates"))
FIELDS, COUNT = codes.shape[1] // ORDER, len(templates)


def fields(z):
    return z.reshape(len(z), FIELDS, ORDER)


def spectra(z):
    """Unitary Fourier coefficients of each field, (n, F, N/2 + 1)."""
    return scipy.fft.rfft(fields(z), axis=2, norm="ortho", workers=THREADS)


def blocks(function, z):
    """`function` of blocks of codes that fit the cache, one below the other."""
    return np.concatenate([function(z[i : i + BLOCK]) for i in range(0, len(z), BLOCK)])


def poses():
    """All templates in all poses, (N·k, D): those in one pose together."""
    shape = (COUNT, FIELDS, ORDER)
    moved = [np.roll(templates.reshape(shape), g, axis=2) for g in range(ORDER)]
    return np.stack(moved).reshape(ORDER * COUNT, -1)


TABLE = poses()


def max_filter(z):
    scale = np.float32(COUNT**-0.5)
    products = lambda z: (z @ TABLE.T).reshape(len(z), ORDER, COUNT).max(1)  # noqa: E731
    return blocks(products, z) * scale


def co_orbit(z):
    scale = np.float32((COUNT * ORDER) ** -0.5)

    def products(z):
        all_poses = (z @ TABLE.T).reshape(len(z), ORDER, COUNT)
        return np.sort(all_poses.transpose(0, 2, 1), axis=2).reshape(len(z), -1)

    return blocks(products, z) * scale


# A pair of frequencies counts twice.
WEIGHTS = np.array([1.0, 2.0, 2.0, 2.0, 1.0], np.float32)
# The order in which this workspace lists the irreps of C_8.
IRREPS = [0, 1, 2, 3, 4]


def power_spectrum_per_field(z):
    powers = np.abs(spectra(z)) * np.sqrt(WEIGHTS)
    return powers[:, :, IRREPS].reshape(len(z), -1)


def power_spectrum(z):
    first, second = np.triu_indices(FIELDS)
    diagonal = first == second

    def products(z):
        hats = spectra(z).transpose(0, 2, 1)
        scale = 1 / np.linalg.norm(z, axis=1)
        cross = hats.conj()[:, :, :, None] * hats[:, :, None, :]
        parts = []
        for k in IRREPS:
            pairs = cross[:, k, first, second] * (WEIGHTS[k] * scale)[:, None]
            if k in (0, ORDER // 2):
                parts.append(pairs.real)
                continue
            both = np.stack([pairs.real, pairs.imag], axis=2).reshape(len(z), -1)
            kept = np.stack([np.ones_like(diagonal), ~diagonal], axis=1).reshape(-1)
            parts.append(both[:, kept])
        return np.concatenate(parts, axis=1)

    return blocks(products, z)


def interleaved(values):
    """Complex numbers as pairs of real ones, in the last axis."""
    return np.stack([values.real, values.imag], axis=-1).reshape(*values.shape[:-1], -1)


def bispectrum(z):
    mixture = peer.inputs["mixture"][0]

    def invariants(z):
        norm = np.linalg.norm(z, axis=1)
        hats = spectra(z) / norm[:, None, None]
        half = np.einsum("f,nfk->nk", mixture, hats)
        u = np.concatenate([half, half[:, ORDER // 2 - 1 : 0 : -1].conj()], axis=1)
        triple = u[:, 1:2] * u[:, 1 : ORDER - 1] * u[:, 2:ORDER].conj()
        with_mixture = hats[:, :, 1:] * half[:, None, 1:].conj()
        # The highest frequency is real.
        per_field = interleaved(with_mixture)[:, :, :-1].reshape(len(z), -1)
        parts = [
            np.ones((len(z), 1), np.float32),
            hats[:, :, 0].real,
            np.abs(u[:, 1:2]) ** 2,
            interleaved(triple),
            per_field,
        ]
        return np.concatenate(parts, axis=1) * norm[:, None]

    return blocks(invariants, z)


def align(z):
    template = scipy.fft.rfft(templates[0].reshape(FIELDS, ORDER), axis=1)
    shifts = (np.arange(ORDER)[None, :] - np.arange(ORDER)[:, None]) % ORDER

    def moved(z):
        hats = scipy.fft.rfft(fields(z), axis=2, workers=THREADS)
        cross = np.einsum("nfk,fk->nk", hats.conj(), template)
        best = scipy.fft.irfft(cross, ORDER, axis=1).argmax(1)
        return np.take_along_axis(fields(z), shifts[best][:, None, :], axis=2).reshape(len(z), -1)

    return blocks(moved, z)


ROOM = np.empty_like(codes)


def sort_into(z):
    out = ROOM[: len(z)]
    np.copyto(out, z)
    out.sort(axis=1)
    return out


FEW = min(len(codes), 5_000 if peer.settings["quick"] else 20_000)
for name, library, what, function, z in [
    ("sort", "NumPy", "np.sort", lambda z: np.sort(z, axis=1), codes),
    ("sort-into", "NumPy", "copyto, sort in place", sort_into, codes),
    ("sort-nodes", "NumPy", "np.sort", lambda z: np.sort(z, axis=1), nodes),
    ("group-max", "NumPy", "max", lambda z: fields(z).max(2), codes),
    ("group-mean", "NumPy", "mean", lambda z: fields(z).mean(2), codes),
    ("max-filter", "NumPy", "one product with all poses", max_filter, codes),
    ("co-orbit", "NumPy", "one product with all poses, sorted", co_orbit, codes[:FEW]),
    ("power-spectrum-per-field", "SciPy", "rfft", power_spectrum_per_field, codes),
    ("power-spectrum", "SciPy", "rfft and outer products", power_spectrum, codes),
    ("bispectrum", "SciPy", "rfft and products", bispectrum, codes),
    ("align-to-template", "SciPy", "correlation by rfft", align, codes),
]:
    name = f"projections/{name}"
    if peer.wants(name):
        compared = len(peer.inputs[f"{name}.result"])
        difference = peer.difference(name, function(z[:compared]))
        peer.add(name, library, what, peer.time(lambda: function(z)), difference)

peer.answer()
