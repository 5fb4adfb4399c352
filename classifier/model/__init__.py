"""The block classifier that ships: members of two networks each, averaged, and two small page models, in one file.

The file is a NumPy archive of plain arrays with one JSON text beside them. Nothing in it is ever unpickled, so a
hostile file runs no code, and no version of any library but this format's own can break it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from classifier.blocks import segment_text
from classifier.exceptions import ModelError, ModelMismatch, ModelNotFound
from classifier.features import FEATURE_NAMES, features
from classifier.features.layout import Layout
from classifier.features.tokens import numbers_of_names
from classifier.labels import LABELS, label_page
from classifier.model.context import CONTEXT_NAMES, context
from classifier.model.lookup import Lookup, distinct_names, near_and_far, sum_rows
from classifier.model.network import CHANNEL_SCALE, CHANNELS, Network
from classifier.model.page import ARTICLE, LISTING, PageModel, is_list, page_vector
from classifier.resources import open_arrays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.blocks import Page

FORMAT: Final = "winnow-blocks"
FORMAT_VERSION: Final = 3
_PAGE_FILE: Final = "blocks.npz"  # what `winnow train` calls the model for pages


class Member(NamedTuple):
    """Two networks, one after the other.

    Attributes
    ----------
    first : Network
        Sees words, names and features.
    second : Network
        Sees the context of what the first says, see `context`.
    """

    first: Network
    second: Network


@dataclass(frozen=True)
class Prediction:
    """What the model says of a page.

    Attributes
    ----------
    probabilities : ndarray of float32, shape (n_blocks, 9)
        In the order of `LABELS`; rows sum to 1.
    labels : list of str
        Chosen label of each block.
    page_type : str
        Most probable type of the page.
    confidence : float
        Expected word F1 of the body, 0 to 1.
    """

    probabilities: NDArray[np.float32]
    labels: list[str]
    page_type: str
    confidence: float


class BlockModel:
    """Trained block classifier.

    Parameters
    ----------
    members : sequence of Member
        What they say is averaged; at least one.
    vocabularies : dict of str to list of str
        Words and pairs of the embedding rows: ``text``, and ``names`` for the channels near and far.
    page_model : PageModel
        Page type and confidence.
    metadata : dict
        Everything else that a user may want to know: version, data digest, metrics, settings.
    """

    def __init__(
        self,
        members: Sequence[Member],
        vocabularies: dict[str, list[str]],
        page_model: PageModel,
        metadata: dict[str, Any],
    ) -> None:
        self.members = tuple(members)
        self.vocabularies = vocabularies
        self.page_model = page_model
        self.metadata = metadata

    @property
    def kind(self) -> str:
        """``page``, or ``text`` when the model was trained on plain text."""
        # Older files do not say it. A text has neither elements with names nor links.
        links = self.members[0].first.arrays["mean"][FEATURE_NAMES.index("link_density")]
        return str(self.metadata.get("kind") or ("page" if self.vocabularies["names"] or links else "text"))

    def check_reads_pages(self, path: Path | str) -> None:
        """Refuse to read pages with a model for plain text, which would look fine and find next to nothing.

        Parameters
        ----------
        path : path
            File that the model is from.

        Raises
        ------
        ModelMismatch
            It was trained on plain text.
        """
        if self.kind != "page":
            there = Path(path).with_name(_PAGE_FILE)
            what = f"take {there}" if there.is_file() else f"take the {_PAGE_FILE} that `winnow train` wrote beside it"
            msg = f"{path}: expected a model for pages, got one for plain text; {what}"
            raise ModelMismatch(msg)

    def __reduce__(self) -> Any:
        return BlockModel, (self.members, self.vocabularies, self.page_model, self.metadata)

    @cached_property
    def tables(self) -> dict[str, NDArray[np.float32]]:
        """Scaled embeddings of the words, ``text``; and of the names, ``near`` and ``far``; of all members in a row."""
        return {
            name: np.concatenate([member.first.arrays[f"e_{name}"] for member in self.members], axis=1)
            * np.float32(scale)
            for name, scale in CHANNEL_SCALE.items()
        }

    @cached_property
    def lookups(self) -> dict[str, Lookup]:
        """Rows of ``text``, and of ``names``: the tables ``near`` and ``far``."""
        return {name: Lookup(vocabulary) for name, vocabulary in self.vocabularies.items()}

    def bags(self, page: Page, layout: Layout) -> dict[str, NDArray[np.float32]]:
        """Sum the embeddings of the words and names of every block, per channel, those of all members in a row."""
        names, which = distinct_names(page.container_tags, page.classes, page.inline)
        rows = self.lookups["names"].rows(numbers_of_names(names))
        sums = {name: sum_rows(self.tables[name], rows, len(names)) for name in ("near", "far")}
        near, far = near_and_far(layout, sums["near"], sums["far"], which)
        text = sum_rows(self.tables["text"], self.lookups["text"].rows(layout.word_numbers), layout.n)
        return {"text": text, "near": near, "far": far}

    def predict(self, page: Page) -> Prediction:
        """Label the blocks of a page.

        Parameters
        ----------
        page : Page
            From `segment` or `segment_text`.

        Returns
        -------
        Prediction
        """
        if not len(page):
            return Prediction(np.zeros((0, len(LABELS)), np.float32), [], "article", 0.0)
        layout = Layout(page)
        dense = features(page, layout)
        first = self.first_stage(dense, self.bags(page, layout))
        probabilities = self.second_stage([context(layout, found, dense) for found in first])
        page_type, confidence = self.page_model.predict(page_vector(layout, dense, probabilities))
        labels = self.choose(probabilities, layout.words)
        if page_type == ARTICLE and is_list(layout, labels):
            page_type = LISTING
        return Prediction(probabilities, labels, page_type, confidence)

    def parts(self, bags: dict[str, NDArray[np.float32]]) -> list[list[NDArray[np.float32]]]:
        """Share out what `bags` gives: for each member, the sums of each channel."""
        found, start = [], 0
        for member in self.members:
            stop = start + member.first.arrays["e_text"].shape[1]
            found.append([bags[name][:, start:stop] for name in CHANNELS])
            start = stop
        return found

    def first_stage(
        self, dense: NDArray[np.float32], bags: dict[str, NDArray[np.float32]]
    ) -> list[NDArray[np.float32]]:
        """Probabilities from what stands in each block and around it: for each member, shape (n_blocks, 9)."""
        return [member.first.predict(dense, part) for member, part in zip(self.members, self.parts(bags), strict=True)]

    def second_stage(self, surroundings: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Probabilities, shape (n_blocks, 9), from the `context` of what each member's first stage says."""
        found = [member.second.predict(seen, []) for member, seen in zip(self.members, surroundings, strict=True)]
        mean: NDArray[np.float32] = np.mean(found, axis=0)
        return mean

    @staticmethod
    def choose(probabilities: NDArray[np.float32], words: NDArray[Any]) -> list[str]:
        """Label of each block: body where that makes for the best page, otherwise the most probable of the rest."""
        return [LABELS[index] for index in label_page(probabilities, words).tolist()]

    def save(self, path: Path | str) -> None:
        """Write the model; weights are rounded to half precision, embeddings to eight bits.

        Parameters
        ----------
        path : path
            File to write, by custom ``*.npz``. Replaced as a whole, never left half written.
        """
        path = Path(path)
        arrays: dict[str, NDArray[Any]] = dict(self.page_model.arrays())
        for number, member in enumerate(self.members):
            for stage, network in zip(member._fields, member, strict=True):
                for name, array in network.arrays.items():
                    arrays.update(_pack(f"{number}/{stage}/{name}", array))
        for name, tokens in self.vocabularies.items():
            arrays[f"vocabulary/{name}"] = np.frombuffer("\n".join(tokens).encode(), np.uint8)
        header = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "labels": LABELS,
            "features": FEATURE_NAMES,
            "context": CONTEXT_NAMES,
            "page_types": self.page_model.types,
            "kind": self.kind,
            **self.metadata,
        }
        arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.partial")
        with partial.open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        partial.replace(path)

    @classmethod
    def load(cls, path: Path | str) -> BlockModel:
        """Read a model file.

        Parameters
        ----------
        path : path
            As `save` wrote it.

        Returns
        -------
        BlockModel

        Raises
        ------
        ModelNotFound
            There is no such file.
        ModelMismatch
            It was made for another format version, other labels or other features.
        ModelError
            It is truncated or damaged, or no model at all.
        """
        path = Path(path)
        arrays = _read_arrays(path)
        header = _header(arrays, path)
        _check_finite(arrays, path)
        try:
            members: list[Member] = []
            while not members or f"{len(members)}/first/w1" in arrays:
                networks = (Network(_unpack(arrays, f"{len(members)}/{stage}/")) for stage in Member._fields)
                members.append(Member(*networks))
            vocabularies = {name: _vocabulary(arrays[f"vocabulary/{name}"]) for name in ("text", "names")}
            _check_sizes(members, vocabularies)
            page_model = PageModel.from_arrays(arrays, header["page_types"])
            metadata = {key: value for key, value in header.items() if key not in _OWN_KEYS}
            model = cls(members, vocabularies, page_model, metadata)
            model.predict(segment_text("Whether all parts fit together shows in use."))
            return model
        except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
            msg = f"{path}: expected a complete {FORMAT} model, but {error!r} is missing or wrong; train it again"
            raise ModelError(msg) from error


_OWN_KEYS: Final = frozenset({"format", "format_version", "labels", "features", "context", "page_types"})


def _pack(name: str, array: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    if not name.rpartition("/")[2].startswith("e_"):
        kind = np.float32 if name.endswith(("mean", "scale")) else np.float16
        return {name: array.astype(kind)}
    step = np.maximum(np.abs(array).max(0, initial=0), 1e-9) / 127
    return {name: np.rint(array / step).astype(np.int8), f"{name}_step": step.astype(np.float32)}


def _unpack(arrays: dict[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[np.float32]]:
    found = {}
    for name, array in arrays.items():
        if name.startswith(prefix) and not name.endswith("_step"):
            step = arrays.get(f"{name}_step")
            found[name[len(prefix) :]] = (array * step if step is not None else array).astype(np.float32)
    return found


def _vocabulary(array: NDArray[np.uint8]) -> list[str]:
    text = array.tobytes().decode()
    return text.split("\n") if text else []


def _check_sizes(members: Sequence[Member], vocabularies: dict[str, list[str]]) -> None:
    for first, _ in members:
        for name in CHANNELS:
            rows, tokens = len(first.arrays[f"e_{name}"]), len(vocabularies["text" if name == "text" else "names"])
            if rows != tokens:
                msg = f"e_{name} of {rows} rows for {tokens} tokens"
                raise ValueError(msg)


def _check_finite(arrays: dict[str, NDArray[Any]], path: Path) -> None:
    """Refuse weights from which every page would come out the same."""
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            msg = f"{path}: expected finite weights, but {name} holds NaN or infinity; train it again"
            raise ModelError(msg)


def _read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    if (path / _PAGE_FILE).is_file():
        msg = f"expected a model file at {path}, found a folder: give {path / _PAGE_FILE}"
        raise ModelNotFound(msg)
    if not path.is_file():
        msg = f"expected a model file at {path}, found none: check the path, or make one with `winnow train`"
        raise ModelNotFound(msg)
    with open_arrays(path, f"a {FORMAT} model") as archive:
        return {name: archive[name] for name in archive.files}


def _header(arrays: dict[str, NDArray[Any]], path: Path) -> dict[str, Any]:
    try:
        header = json.loads(arrays["header"].tobytes())
        kind, version = header["format"], header["format_version"]
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        msg = f"{path}: expected a {FORMAT} model, found no readable header; it was not made by `winnow train`"
        raise ModelError(msg) from error
    if kind != FORMAT or version != FORMAT_VERSION:
        msg = f"{path}: expected {FORMAT} version {FORMAT_VERSION}, got {kind} version {version}; train it again"
        raise ModelMismatch(msg)
    for key, ours in (("labels", LABELS), ("features", FEATURE_NAMES), ("context", CONTEXT_NAMES)):
        theirs = header.get(key)
        theirs = [str(name) for name in theirs] if isinstance(theirs, list) else []
        if tuple(theirs) != tuple(ours):
            changed = sorted(set(ours) ^ set(theirs))[:5]
            msg = f"{path}: made with other {key} than this version of scrapy-winnow has ({changed}...); train it again"
            raise ModelMismatch(msg)
    return dict(header)
