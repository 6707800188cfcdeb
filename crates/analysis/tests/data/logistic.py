"""Logistic regression of two and of three classes by scikit-learn: `python logistic.py > logistic.json`."""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

here = Path(__file__).parent
codes = np.fromfile(here / "codes_400x16.f32", "<f4").reshape(400, 16).astype(np.float64)
labels = np.fromfile(here / "labels_400.u8", np.uint8)

cases = []
for classes in (2, 3):
    truth = np.minimum(labels, classes - 1)
    for penalty in (0.25, 1.0, 40.0):
        c = (2 if classes == 2 else 1) / penalty
        fit = LogisticRegression(C=c, solver="newton-cg", tol=1e-12, max_iter=10_000)
        fit.fit(codes[:300], truth[:300])
        # One column a class: those of two classes are opposite.
        weights = np.vstack([-fit.coef_[0] / 2, fit.coef_[0] / 2]) if classes == 2 else fit.coef_
        cases.append({
            "classes": classes,
            "penalty": penalty,
            "weights": weights.T.tolist(),
            "log_loss": log_loss(truth[300:], fit.predict_proba(codes[300:])),
        })
print(json.dumps({"producer": f"scikit-learn {sklearn.__version__}", "cases": cases}))
