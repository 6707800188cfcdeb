"""Penalties by cross-validation as scikit-learn finds them: writes cross_validation.json beside it.

Ridge: part i mod 5; wide: the first 15 codes, fewer than dimensions. Logistic regression: codes sorted by class (stable), place i mod 5; features
standardised on the parts that are fitted.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss, r2_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

here = Path(__file__).parent
x = np.fromfile(here / "codes_400x16.f32", "<f4").reshape(400, 16).astype(float)
labels = np.fromfile(here / "labels_400.u8", "u1").astype(int)
targets = np.fromfile(here / "targets_400.f32", "<f4").astype(float)


def ridge(x, y, alpha):
    predicted = np.zeros(len(y))
    for fold in range(5):
        out = np.arange(len(y)) % 5 == fold
        predicted[out] = Ridge(alpha=alpha).fit(x[~out], y[~out]).predict(x[out])
    return r2_score(y, predicted)


def logistic(x, y, penalty):
    order, loss, right = np.argsort(y, kind="stable"), 0.0, 0
    for fold in range(5):
        out = order[np.arange(len(y)) % 5 == fold]
        rest = order[np.arange(len(y)) % 5 != fold]
        # Noise of convergence is below what the test allows.
        model = make_pipeline(StandardScaler(), LogisticRegression(C=1 / penalty, tol=1e-8, max_iter=10000))
        model.fit(x[rest], y[rest])
        loss += log_loss(y[out], model.predict_proba(x[out]), labels=model.classes_) * len(out)
        right += (model.predict(x[out]) == y[out]).sum()
    return loss / len(y), right / len(y)


penalties = [1e4, 1e3, 1e2, 10.0, 1.0, 0.1, 1e-2, 1e-3]
values = {
    "producer": f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}",
    "ridge": [[p, ridge(x, targets, p)] for p in penalties],
    "ridge_wide": [[p, ridge(x[:15], targets[:15], p)] for p in penalties],
    "logistic": [[p, *logistic(x, labels, p)] for p in [100.0, 10.0, 1.0, 0.1, 0.01]],
}
(here / "cross_validation.json").write_text(json.dumps(values, indent=1) + "\n")
