"""What the second stage sees: the first stage's probabilities around each block, and some of its features."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from classifier.compiled import compiled
from classifier.features import FEATURE_NAMES, places
from classifier.features.layout import LEVELS
from classifier.labels import LABEL_INDEX, LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.features.layout import Layout

_N: Final = len(LABELS)
_OFFSETS: Final = (-4, -3, -2, -1, 1, 2, 3, 4)
_WINDOWS: Final = (4, 12)
_SHARES: Final = (0.5, 0.75, 0.95)
_HELD: Final = [LABEL_INDEX["body"], LABEL_INDEX["comment"]]
_TITLE: Final = LABEL_INDEX["title"]
# Features of the block and of its page that say how far to trust the first stage; all the rest add nothing.
_TELLING: Final = re.compile(
    r"log_.*|link_density|ends_.*|word_length|hidden|tag_.*|title_.*|in_.*|place_.*|level[01]_.*|mass.*|page_.*"
)
_FEATURES: Final = np.array([column for column, name in enumerate(FEATURE_NAMES) if _TELLING.fullmatch(name)])

CONTEXT_NAMES: Final[tuple[str, ...]] = (
    *(f"own_{label}" for label in LABELS),
    *(f"next{offset:+d}_{label}" for offset in _OFFSETS for label in LABELS),
    *(f"around{width}_{label}" for width in _WINDOWS for label in LABELS),
    *(f"level{level}_{label}" for level in range(LEVELS) for label in LABELS),
    *(f"level{level}_{label}_share" for level in range(LEVELS) for label in ("body", "comment")),
    *(f"{where}_{label}" for where in ("before", "page") for label in LABELS),
    *(
        f"{label}{int(100 * share)}_{name}"
        for label in ("body", "comment")
        for share in _SHARES
        for name in ("inside", "steps", "log_before", "log_after", "place", "share")
    ),
    "log_body_words",
    "log_comment_words",
    "blocks_from_title",
    *(f"feature_{FEATURE_NAMES[column]}" for column in _FEATURES),
)
N_CONTEXT: Final = len(CONTEXT_NAMES)


@compiled("classifier.model._context")
def context(layout: Layout, probabilities: NDArray[np.float32], dense: NDArray[np.float32]) -> NDArray[np.float32]:
    """Describe each block by the first stage's opinion of its surroundings.

    Parameters
    ----------
    layout : Layout
        Of the page.
    probabilities : ndarray of float32, shape (n_blocks, 9)
        Of the first stage; of a model that has not seen the page, when a second stage is trained on them.
    dense : ndarray of float32, shape (n_blocks, n_features)
        From `features`.

    Returns
    -------
    ndarray of float32, shape (n_blocks, n_context)
        Columns in the order of `CONTEXT_NAMES`.
    """
    n, p = layout.n, probabilities.T  # one row per column: blocks side by side in memory
    reach = max(_OFFSETS)
    padded = np.zeros((_N, n + 2 * reach), np.float32)
    padded[:, reach : reach + n] = p
    neighbours = [padded[:, reach + offset : reach + offset + n] for offset in _OFFSETS]

    weight = np.sqrt(layout.words)
    sums = np.zeros((_N + 1, n + 1))
    np.cumsum(np.concatenate([p * weight, weight[None]]), axis=1, out=sums[:, 1:])
    index = np.arange(n)
    windows = []
    for width in _WINDOWS:
        span = sums.take(np.minimum(index + width + 1, n), axis=1) - sums.take(np.maximum(index - width, 0), axis=1)
        windows.append(span[:_N] / span[_N])

    spans = (sums.take(layout.last, axis=1) - sums.take(layout.first, axis=1)).astype(np.float32)
    means = spans[:_N] / np.maximum(spans[_N], 1e-6)
    shares = spans[_HELD] / np.maximum(spans[_HELD, :1], 1)
    levels = [means.take(level, axis=1) for level in layout.levels]
    level_shares = [shares.take(level, axis=1) for level in layout.levels]
    whole = sums[:_N, -1:]
    words = layout.words * p[_HELD]
    around = places(layout, layout.spans(words.T), _SHARES)
    title = index - int(p[_TITLE].argmax())
    parts = (
        p,
        *neighbours,
        *windows,
        *levels,
        *level_shares,
        sums[:_N, :-1] / np.maximum(whole, 1),
        np.broadcast_to(whole / sums[_N, -1], (_N, n)),
        around.T,
        np.broadcast_to(np.log1p(words.sum(1, keepdims=True)), (2, n)),
        (np.sign(title) * np.log1p(np.abs(title)))[None],
        dense.T.take(_FEATURES, axis=0),
    )
    return np.concatenate(parts, dtype=np.float32).T
