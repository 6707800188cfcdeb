"""Neighbours, principal components and pictures in scikit-learn and umap-learn."""

import warnings

import numpy as np
from protocol import THREADS, Peer

peer = Peer(__doc__)
K = 10


def neighbours():
    from sklearn.neighbors import NearestNeighbors

    name, codes = "analysis/neighbours", peer.inputs["codes"]
    found = []

    def search():
        model = NearestNeighbors(n_neighbors=K, algorithm="brute", n_jobs=THREADS).fit(codes)
        # Without an argument a code is not its own neighbour.
        found[:] = [model.kneighbors(return_distance=True)[1]]

    seconds = peer.time(search)
    ours = peer.inputs[f"{name}.result"]
    others = float((np.sort(found[0], 1) != np.sort(ours, 1)).any(1).mean())
    peer.add(
        name,
        "scikit-learn",
        "brute force",
        seconds,
        share_of_codes_with_other_neighbours=others,
    )


def components(count):
    from sklearn.decomposition import PCA

    name, codes = f"analysis/pca-{count}", peer.inputs["codes"]
    fit = lambda: PCA(n_components=count).fit(codes)  # noqa: E731
    difference = peer.difference(name, fit().explained_variance_[None])
    transform = lambda: PCA(n_components=count).fit_transform(codes)  # noqa: E731
    peer.add(name, "scikit-learn", "PCA.fit_transform", peer.time(transform), difference)


def picture():
    from sklearn.manifold import TSNE, trustworthiness

    name, codes = "analysis/t-sne", peer.inputs["few"]
    made = []

    def embed(model):
        made[:] = [model.fit_transform(codes)]

    seconds = peer.time(lambda: embed(TSNE(init="pca", random_state=0, n_jobs=THREADS)), once=True)
    trust = float(trustworthiness(codes, made[0], n_neighbors=K))
    peer.add(name, "scikit-learn", "TSNE", seconds, trustworthiness=trust)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from umap import UMAP

            # The first run compiles.
            UMAP(n_jobs=THREADS).fit(codes[:500])
            seconds = peer.time(lambda: embed(UMAP(n_jobs=THREADS)), once=True)
        peer.uses("umap-learn")
        trust = float(trustworthiness(codes, made[0], n_neighbors=K))
        what = "UMAP, another kind of picture"
        peer.add(name, "umap-learn", what, seconds, trustworthiness=trust)
    except ImportError as error:
        peer.absent["umap-learn"] = str(error)


if peer.uses("numpy", "scikit-learn"):
    if peer.wants("analysis/neighbours"):
        neighbours()
    for count in (2, 10):
        if peer.wants(f"analysis/pca-{count}"):
            components(count)
    if peer.wants("analysis/t-sne"):
        picture()

peer.answer()
