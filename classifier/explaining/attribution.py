"""How much each named group of features moved the probability of each block's label, through both stages of the model.

The measure is the Shapley value over groups, sampled by permutations: groups are put back one by one, in many orders,
into a block of which nothing is known (every column at its mean over the training pages, no words, no class names), and
the change of the label's log-odds is the group's. The groups of a block add up to the difference between what the model
says and what it would say of nothing, and features that say the same thing twice share the credit, which removing one
at a time would give to neither.

One block is changed at a time. Its neighbours stay to it what they are, or are not there, and the surroundings that the
second stage sees stay too, except for the block's own part in them: what the first stage says of it, and its share in
the means over its windows and containers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from classifier.features import FEATURE_NAMES, features
from classifier.features.layout import Layout
from classifier.features.tokens import numbers_of_names
from classifier.labels import LABELS
from classifier.model.context import CONTEXT_NAMES, context

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.blocks import Page
    from classifier.model import BlockModel
    from classifier.model.lookup import Rows

    Matrix = NDArray[np.float32]

# Group of a column: the first pattern that matches its name.
_FEATURE_GROUPS: Final = (
    ("length", r"log_chars|log_words"),
    ("links", r"link_density|log_links"),
    ("title", r"title_.*|description_.*"),
    ("repeats", r"log_repeats|is_repeat"),
    ("emphasis", r"bold_density|all_caps|upper_share"),
    ("hidden", r"hidden"),
    ("letters", r"word_length|digit_share|sign_share|ideograph_share|other_letter_share|starts_digit"),
    ("sentences", r"(comma|stop|quote|ask|colon|bracket)_rate|ends_.*|starts_.*"),
    ("tag", r"tag_.*"),
    ("inside", r"in_.*"),
    ("fields", r"place_log_(to|from)_.*|level\d_(log_inputs|areas)"),
    ("headline", r"place_after_.*"),
    ("place", r"place_.*"),
    ("repetition", r"level\d_(log_same_.*|same_run)"),
    ("box", r"level\d_.*"),
    ("neighbours", r"next[+-]\d_.*|before\d+_.*|after\d+_.*"),
    ("main", r"mass\d+_.*"),
    ("page", r"page_.*"),
)
_CONTEXT_GROUPS: Final = (
    ("own", r"own_.*"),
    ("around", r"next[+-]\d_.*|around\d+_.*"),
    ("box_label", r"level\d_.*"),
    ("thread", r"comment\d+_.*|log_comment_words"),
    ("article", r"body\d+_.*|log_body_words"),
    ("headline", r"blocks_from_title"),
    ("order", r"before_.*"),
    ("page", r"page_.*"),
    *((group, f"feature_({pattern})") for group, pattern in _FEATURE_GROUPS),
)
_TOKEN_GROUPS: Final = {"text": "words", "near": "names", "far": "names_around"}
# Columns of the context that are means of probabilities in which a block has a share of its own.
_MEANS: Final = re.compile(r"(around\d+|level\d)_(" + "|".join(LABELS) + ")")
_EPSILON: Final = 1e-5
_CHUNK: Final = 4096


def _assign(names: Sequence[str], patterns: Sequence[tuple[str, str]]) -> list[str]:
    return [next(group for group, pattern in patterns if re.fullmatch(pattern, name)) for name in names]


_GROUP_OF_FEATURE: Final = _assign(FEATURE_NAMES, _FEATURE_GROUPS)
_GROUP_OF_CONTEXT: Final = _assign(CONTEXT_NAMES, _CONTEXT_GROUPS)
GROUPS: Final[tuple[str, ...]] = tuple(
    dict.fromkeys([*_TOKEN_GROUPS.values(), *_GROUP_OF_FEATURE, *(g for g in _GROUP_OF_CONTEXT if g != "own")])
)
_INDEX: Final = {group: index for index, group in enumerate(GROUPS)}
_FEATURE_INDEX: Final = np.array([_INDEX[group] for group in _GROUP_OF_FEATURE])
_CONTEXT_INDEX: Final = np.array([_INDEX.get(group, -1) for group in _GROUP_OF_CONTEXT])

_MEAN_COLUMNS: Final = np.array([index for index, name in enumerate(CONTEXT_NAMES) if _MEANS.fullmatch(name)])
_MEAN_LABELS: Final = np.array(
    [next(i for i, label in enumerate(LABELS) if CONTEXT_NAMES[c].endswith(f"_{label}")) for c in _MEAN_COLUMNS]
)


def _own_shares(layout: Layout) -> Matrix:
    """Share of each block in the means of its surroundings, shape (n_blocks, n_means); see `context`."""
    weight = np.sqrt(layout.words)
    sums = np.append(0, np.cumsum(weight))
    index = np.arange(layout.n)
    columns = []
    for name in (CONTEXT_NAMES[column] for column in _MEAN_COLUMNS):
        number = int(name[len("around") if name.startswith("around") else len("level") :].split("_")[0])
        if name.startswith("around"):
            total = sums[np.minimum(index + number + 1, layout.n)] - sums[np.maximum(index - number, 0)]
        else:
            container = layout.levels[number]
            total = sums[layout.last[container]] - sums[layout.first[container]]
        columns.append(weight / total)
    result: Matrix = np.column_stack(columns).astype(np.float32)
    return result


def _by_block(rows: Rows, n: int) -> list[Counter[int]]:
    counts: list[Counter[int]] = [Counter() for _ in range(n)]
    for row, block in zip(*(part.tolist() for part in rows), strict=True):
        counts[block][row] += 1
    return counts


def log_odds(probability: Matrix) -> Matrix:
    """Log-odds of probabilities, finite at 0 and 1."""
    clipped = np.clip(probability, _EPSILON, 1 - _EPSILON)
    result: Matrix = np.log(clipped / (1 - clipped))
    return result


class Attribution:
    """The model on one page, with any groups of features taken away from single blocks.

    Parameters
    ----------
    model : BlockModel
        As it predicted.
    page : Page
        Not empty.
    """

    def __init__(self, model: BlockModel, page: Page) -> None:
        self.model = model
        self.page = page
        self.layout = Layout(page)
        self.dense = features(page, self.layout)
        self.bags = model.bags(page, self.layout)
        self.first = model.first_stage(self.dense, self.bags)
        self.neighbourhoods = [
            member.first.neighbourhoods(self.dense, part)
            for member, part in zip(model.members, model.parts(self.bags), strict=True)
        ]
        self.context = [context(self.layout, found, self.dense) for found in self.first]
        self.mean = model.members[0].first.arrays["mean"]
        self.context_mean = [member.second.arrays["mean"] for member in model.members]
        self.shares = _own_shares(self.layout)

    def _both(
        self,
        rows: NDArray[np.intp],
        dense: Matrix,
        surroundings: list[Matrix],
        bags: dict[str, Matrix],
        present: NDArray[np.bool_] | None = None,
    ) -> Matrix:
        """Both stages for changed blocks; ``present`` says which groups are known of them."""
        model = self.model
        for number, (member, part) in enumerate(zip(model.members, model.parts(bags), strict=True)):
            around = [seen[rows] for seen in self.neighbourhoods[number]]
            if present is not None:
                around = [np.where(present[:, [_INDEX["neighbours"]]], seen, np.float32(0)) for seen in around]
            first = member.first.predict_changed(dense, part, around)
            change = (first - self.first[number][rows])[:, _MEAN_LABELS] * self.shares[rows]
            if present is not None:
                change = np.where(present[:, _CONTEXT_INDEX[_MEAN_COLUMNS]], change, 0)
            surroundings[number][:, _MEAN_COLUMNS] += change
            surroundings[number][:, : len(LABELS)] = first  # the first columns are the block's own probabilities
        return model.second_stage(surroundings)

    def probabilities(self, present: NDArray[np.bool_], rows: NDArray[np.intp] | None = None) -> Matrix:
        """Probabilities of blocks when each has only some groups of features.

        Parameters
        ----------
        present : ndarray of bool, shape (n_groups,) or (n_rows, n_groups)
            Groups that stay, in the order of `GROUPS`.
        rows : ndarray of int, optional
            Blocks; by default all.

        Returns
        -------
        ndarray of float32, shape (n_rows, 9)
        """
        rows = np.arange(len(self.dense)) if rows is None else rows
        present = np.atleast_2d(present)
        in_context = present[:, np.maximum(_CONTEXT_INDEX, 0)]  # `_both` fills in the block's own columns
        dense = np.where(present[:, _FEATURE_INDEX], self.dense[rows], self.mean)
        surroundings = [
            np.where(in_context, seen[rows], mean) for seen, mean in zip(self.context, self.context_mean, strict=True)
        ]
        bags = {
            name: np.where(present[:, [_INDEX[group]]], self.bags[name][rows], np.float32(0))
            for name, group in _TOKEN_GROUPS.items()
        }
        return self._both(rows, dense, surroundings, bags, present)

    def shapley(self, labels: NDArray[np.intp], rounds: int, seed: int = 0) -> Matrix:
        """Shapley value of each group for the log-odds of each block's label.

        Parameters
        ----------
        labels : ndarray of int, shape (n_blocks,)
            Index of the label of each block.
        rounds : int
            Pairs of an order and its reverse.
        seed : int
            Of the orders.

        Returns
        -------
        ndarray of float32, shape (n_blocks, n_groups)
        """
        rng = np.random.default_rng(seed)
        index = np.arange(len(labels))
        values = np.zeros((len(labels), len(GROUPS)), np.float32)
        full = log_odds(self.probabilities(np.ones(len(GROUPS), bool))[index, labels])
        nothing = log_odds(self.probabilities(np.zeros(len(GROUPS), bool))[index, labels])
        for _ in range(rounds):
            order = rng.permutation(len(GROUPS))
            for sequence in (order, order[::-1]):
                present = np.zeros(len(GROUPS), bool)
                before = nothing
                for group in sequence:
                    present[group] = True
                    after = full if present.all() else log_odds(self.probabilities(present)[index, labels])
                    values[:, group] += after - before
                    before = after
        mean: Matrix = (values / (2 * rounds)).astype(np.float32)
        return mean

    @cached_property
    def tokens(self) -> dict[str, list[Counter[int]]]:
        """Known words and names of each block, as counts by row of the model's tables, per group."""
        model, layout = self.model, self.layout
        find, n_containers = model.lookups["names"].rows, len(self.layout.names)
        elements = _by_block(find(numbers_of_names([*layout.names, *self.page.inline])), n_containers + layout.n)
        above: list[Counter[int]] = [Counter()]
        for container in range(1, n_containers):
            parent = int(layout.parent[container])
            above.append(above[parent] + elements[parent])
        return {
            "words": _by_block(model.lookups["text"].rows(layout.word_numbers), layout.n),
            "names": [elements[owner] + elements[n_containers + at] for at, owner in enumerate(layout.owner.tolist())],
            "names_around": [above[owner] for owner in layout.owner.tolist()],
        }

    def token_effects(self, group: str, wanted: Sequence[tuple[int, int]]) -> list[dict[str, float]]:
        """Change of log-odds that each token of a block causes: with all tokens, minus without this one.

        Parameters
        ----------
        group : str
            "words", "names" or "names_around".
        wanted : sequence of (int, int)
            Blocks, each with the index of a label.

        Returns
        -------
        list of dict of str to float
            Per block, token to effect.
        """
        channel = next(name for name, own in _TOKEN_GROUPS.items() if own == group)
        vocabulary = self.model.vocabularies["text" if channel == "text" else "names"]
        table = self.model.tables[channel]
        rows, targets, removed, names = [], [], [], []
        for number, (block, label) in enumerate(wanted):
            for row, count in self.tokens[group][block].items():
                rows.append(block)
                targets.append(label)
                removed.append((row, count))
                names.append((number, vocabulary[row]))
        effects: list[dict[str, float]] = [{} for _ in wanted]
        for start in range(0, len(rows), _CHUNK):
            part = slice(start, start + _CHUNK)
            at, to = np.array(rows[part]), np.array(targets[part])
            ids, counts = np.array(removed[part]).T
            bags = {name: bag[at].copy() for name, bag in self.bags.items()}
            bags[channel] -= table[ids] * counts[:, None]
            without = self._both(at, self.dense[at], [seen[at] for seen in self.context], bags)
            base = self.full[at, to]
            for (number, token), value in zip(
                names[part], log_odds(base) - log_odds(without[np.arange(len(at)), to]), strict=True
            ):
                effects[number][token] = float(value)
        return effects

    @cached_property
    def full(self) -> Matrix:
        """What the model says of the page."""
        return self.probabilities(np.ones(len(GROUPS), bool))
