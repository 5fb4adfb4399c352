"""Train the model of form types: ``python -m classifier.forms.training ../shared/data --out models/forms.npz``.

Data: form types of the set ``forms`` (its ``contact/comment`` split by reading), forms with text areas of the other
sets (``gold/forms.jsonl``), and synthetic comment forms. Evaluated by site-grouped cross-validation.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from classifier.forms.examples import GOLD, SEED, LabelledForm, is_real, load_examples
from classifier.forms.features import form_features
from classifier.forms.types import FORMAT_VERSION, TYPES, FormTypeModel, can_hold_comment

_MIN_SITES: Final = 3
_FOLDS: Final = 5
# Inverse regularisation strength; 0.03, 0.1, 0.3 and 1 give the same F1 within 0.005.
_C: Final = 0.3


def fit(examples: Sequence[LabelledForm]) -> FormTypeModel:
    """Fit the regression.

    Parameters
    ----------
    examples : sequence of LabelledForm
        Each is used with and without the names that developers chose.

    Returns
    -------
    FormTypeModel
        Features seen on fewer than three sites are left out.
    """
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    rows = [form_features(example.form, names) for names in (True, False) for example in examples]
    sites: dict[str, set[str]] = {}
    for row, example in zip(rows, (*examples, *examples), strict=True):
        for name in row:
            sites.setdefault(name, set()).add(example.site)
    names = sorted(name for name, where in sites.items() if len(where) >= _MIN_SITES)
    vocabulary = {name: index for index, name in enumerate(names)}
    cells = [(i, vocabulary[n], v) for i, row in enumerate(rows) for n, v in row.items() if n in vocabulary and v]
    index, columns, values = zip(*cells, strict=True)
    matrix = csr_matrix((np.array(values, np.float64), (index, columns)), (len(rows), len(names)))
    kinds = np.array([TYPES.index(example.type) for example in (*examples, *examples)])
    model = LogisticRegression(C=_C, max_iter=400).fit(matrix, kinds, sample_weight=_weights(examples))
    weights = np.zeros((len(names), len(TYPES)), np.float32)
    bias = np.full(len(TYPES), -20.0, np.float32)
    weights[:, model.classes_] = model.coef_.T
    bias[model.classes_] = model.intercept_
    return FormTypeModel(vocabulary, weights, bias, {})


def _weights(examples: Sequence[LabelledForm]) -> npt.NDArray[np.float64]:
    """Give each site and type the same weight up to a point, and copies without names less."""
    of_site = Counter((example.site, example.type) for example in examples)
    single = np.array([min(1.0, 3 / of_site[e.site, e.type]) if is_real(e) else 0.3 for e in examples])
    return np.concatenate([single, 0.5 * single])


@dataclass(frozen=True)
class FormFolds:
    """Models of which each has not seen some of the sites.

    Attributes
    ----------
    models : list of FormTypeModel
        One per fold.
    fold_of : dict of str to int
        Fold of each site, and of each page of it.
    """

    models: list[FormTypeModel]
    fold_of: dict[str, int]

    @classmethod
    def train(cls, examples: Sequence[LabelledForm]) -> FormFolds:
        """Train one model per fold; synthetic forms serve all of them."""
        sites = sorted({example.site for example in examples if is_real(example)})
        random.Random(SEED).shuffle(sites)
        fold_of = {site: index % _FOLDS for index, site in enumerate(sites)}
        models = [fit([example for example in examples if fold_of.get(example.site) != fold]) for fold in range(_FOLDS)]
        pages = {example.page: fold_of[example.site] for example in examples if is_real(example)}
        return cls(models, fold_of | pages)

    def model_of(self, name: str) -> FormTypeModel:
        """Find a model that has not seen a site or page; any model for one that no fold knows."""
        return self.models[self.fold_of.get(name, 0)]


def cross_validate(examples: Sequence[LabelledForm]) -> npt.NDArray[np.float32]:
    """Predict every real form by a model that has not seen its site.

    Parameters
    ----------
    examples : sequence of LabelledForm
        Synthetic forms serve every fold's training.

    Returns
    -------
    ndarray of float32, shape (n_examples, len(TYPES))
        Probabilities; zero for synthetic forms.
    """
    folds = FormFolds.train(examples)
    probabilities = np.zeros((len(examples), len(TYPES)), np.float32)
    for index, example in enumerate(examples):
        if is_real(example):
            probabilities[index] = folds.model_of(example.site).probabilities(form_features(example.form))
    return probabilities


def report(examples: Sequence[LabelledForm], probabilities: npt.NDArray[np.float32]) -> dict[str, Any]:
    """Score predictions.

    Parameters
    ----------
    examples : sequence of LabelledForm
        Gold.
    probabilities : ndarray
        From `cross_validate`.

    Returns
    -------
    dict
        Precision, recall, F1 and count per type over the set ``forms``; of "contact/comment" together as that set has
        it; and of comment forms over all sets.
    """
    real = [index for index, example in enumerate(examples) if is_real(example)]
    guess = {index: TYPES[int(probabilities[index].argmax())] for index in real}
    of_forms = [index for index in real if examples[index].page.startswith("forms/")]
    result: dict[str, Any] = {
        kind: _scores([(examples[i].type == kind, guess[i] == kind) for i in of_forms]) for kind in TYPES
    }
    both = ("contact", "comment")
    result["contact/comment"] = _scores([(examples[i].type in both, guess[i] in both) for i in of_forms])
    comment = TYPES.index("comment")
    decided = [
        (examples[i].type == "comment", can_hold_comment(examples[i].form) and probabilities[i][comment] > 0.5)
        for i in real
    ]
    result["comment form, all sets"] = _scores([(gold, bool(said)) for gold, said in decided])
    return result


def _scores(pairs: Sequence[tuple[bool, bool]]) -> dict[str, float]:
    hits = sum(gold and said for gold, said in pairs)
    said, gold = sum(s for _, s in pairs), sum(g for g, _ in pairs)
    precision, recall = hits / max(1, said), hits / max(1, gold)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "n": gold}


def train(data: Path, out: Path, gold: Path = GOLD) -> dict[str, Any]:
    """Train, evaluate and save.

    Parameters
    ----------
    data : Path
        Folder of labelled pages.
    out : Path
        File to write.
    gold : Path
        Types of forms by page and XPath.

    Returns
    -------
    dict
        See `report`.
    """
    examples = load_examples(data, gold)
    metrics = report(examples, cross_validate(examples))
    model = fit(examples)
    digest = hashlib.sha256((data / "forms" / "gold.jsonl").read_bytes() + gold.read_bytes()).hexdigest()
    metadata = {
        "format": FORMAT_VERSION,
        "types": list(TYPES),
        "features": list(model.vocabulary),
        "data": digest,
        "C": _C,
        "seed": SEED,
        "metrics": metrics,
    }
    np.savez_compressed(
        out, weights=model.weights.astype(np.float16), bias=model.bias, metadata=np.array(json.dumps(metadata))
    )
    return metrics


def main(arguments: Sequence[str] | None = None) -> int:
    """Train from the command line; metrics go to stdout as JSON."""
    parser = argparse.ArgumentParser(description="Train the model of form types.")
    parser.add_argument("data", type=Path, help="folder with forms/, widgets/, dragnet/, wcxb-dev/, readability/")
    parser.add_argument("--out", type=Path, default=Path("models/forms.npz"))
    options = parser.parse_args(arguments)
    print(json.dumps(train(options.data, options.out), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
