"""Why each block of a page has its label, in words and as a page to read."""

from __future__ import annotations

import html
from collections import Counter
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from classifier.exceptions import ClassifierError
from classifier.explaining.attribution import GROUPS, Attribution
from classifier.explaining.reasons import Facts
from classifier.labels import LABEL_INDEX, LABELS
from classifier.rules import evidence_of, steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.extraction import Extraction, Extractor

_TEMPLATE: Final = Path(__file__).parent / "page.html"
_TOKEN_GROUPS: Final = ("words", "names", "names_around")
_N_FOR: Final = 4
_N_AGAINST: Final = 2
# Log-odds below which a group did not matter; with 27 groups the noise of the sampling is about a third of it.
_MIN_WEIGHT: Final = 0.15
# Orders times blocks: two seconds of work; a page of 300 blocks gets eight pairs of orders, a huge one a single pair.
_WORK: Final = 2_400
_FOLD: Final = 6  # so many blocks of page furniture in a row are folded on the page


@dataclass(frozen=True)
class Reason:
    """One group of features that moved a block towards its label, or away from it.

    Attributes
    ----------
    text : str
        What the features say of the block, in words.
    weight : float
        Change of the log-odds of the label; above 0 it speaks for the label.
    group : str
        One of `classifier.explaining.attribution.GROUPS`.
    """

    text: str
    weight: float
    group: str


@dataclass(frozen=True)
class BlockExplanation:
    """Why one block has its label.

    Attributes
    ----------
    index : int
        Place of the block on the page, from 0.
    text, label, probability, xpath, tag
        See `classifier.Block`.
    model_label : str
        What the model chose; differs from `label` where a rule decided.
    why : str
        What that rule says (`classifier.rules.RULES`); empty where none decided.
    second : str
        The next best label of the model, and...
    second_probability : float
        ...its probability.
    reasons : tuple of Reason
        Those that speak for the label, strongest first, then those against it.
    """

    index: int
    text: str
    label: str
    probability: float
    xpath: str
    tag: str
    model_label: str
    why: str
    second: str
    second_probability: float
    reasons: tuple[Reason, ...]

    @property
    def rule(self) -> str | None:
        """What decided instead of the model, in words, or None."""
        if self.label == self.model_label:
            return None
        return f"a rule decided: {self.why}; the model said {self.model_label}"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        record = asdict(self)
        record["rule"] = self.rule
        del record["why"]
        for name in ("probability", "second_probability"):
            record[name] = round(record[name], 4)
        for reason in record["reasons"]:
            reason["weight"] = round(reason["weight"], 3)
        return record


@dataclass(frozen=True)
class Explanation:
    """Why the blocks of a page have their labels.

    Attributes
    ----------
    title : str or None
        Headline of the page.
    name : str
        What to call the page.
    page_type : str
        See `classifier.Extraction`.
    confidence : float
        See `classifier.Extraction`.
    blocks : tuple of BlockExplanation
        In page order.
    """

    title: str | None
    name: str
    page_type: str
    confidence: float
    blocks: tuple[BlockExplanation, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "page": self.name,
            "title": self.title,
            "page_type": self.page_type,
            "confidence": round(self.confidence, 4),
            "blocks": [block.to_dict() for block in self.blocks],
        }

    def to_html(self) -> str:
        """Self-contained page: the text in order, coloured by label, reasons on hover, tap and focus.

        Returns
        -------
        str
        """
        counts = Counter(block.label for block in self.blocks)
        chips = "".join(
            f'<button type="button" class="chip" data-label="{label}" aria-pressed="false">'
            f"<i></i>{label.replace('_', ' ')} <b>{counts[label]}</b></button>"
            for label in LABELS
            if counts[label]
        )
        return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
            title=html.escape(self.title or "Page without a headline"),
            name=html.escape(self.name),
            summary=html.escape(
                f"{len(self.blocks)} blocks · page type {self.page_type} · confidence {self.confidence:.2f}"
            ),
            chips=chips,
            blocks="".join(
                _run(label, list(run)) for label, run in groupby(self.blocks, key=lambda block: block.label)
            ),
        )


def explain(extractor: Extractor, page: Any, url: str | None = None, *, name: str = "") -> Explanation:
    """Label a page and say why.

    Parameters
    ----------
    extractor : Extractor
        With a model for pages.
    page : str, bytes, lxml element, parsel.Selector or Scrapy TextResponse
        As for `Extractor.extract`.
    url : str, optional
        Where it comes from.
    name : str
        What to call it.

    Returns
    -------
    Explanation

    Raises
    ------
    SegmentationError
        The input is not a page.
    """
    return explain_extraction(extractor.extract(page, url), extractor, name=name)


def explain_extraction(found: Extraction, extractor: Extractor, *, name: str = "") -> Explanation:
    """Say why the blocks of an extracted page have their labels.

    Parameters
    ----------
    found : Extraction
        Of this process: one that was pickled has lost its page.
    extractor : Extractor
        That made it.
    name : str
        What to call the page.

    Returns
    -------
    Explanation
    """
    blocks: tuple[BlockExplanation, ...] = ()
    if found.blocks:
        if found._page is None:
            msg = "expected an extraction made in this process, got one that was pickled; extract the page again"
            raise ClassifierError(msg)
        blocks = _explain_blocks(found, Attribution(extractor.model, found._page), extractor)
    return Explanation(found.title, name or found.url or "page", found.page_type, found.confidence, blocks)


def _explain_blocks(found: Extraction, attribution: Attribution, extractor: Extractor) -> tuple[BlockExplanation, ...]:
    targets = np.array([LABEL_INDEX[block.label] for block in found.blocks])
    rounds = max(1, min(8, _WORK // len(targets)))
    weights = attribution.shapley(targets, rounds)
    chosen = [_strongest(row) for row in weights]
    tokens = _tokens(attribution, targets, weights, chosen)
    facts = Facts(attribution)
    model_labels = extractor.model.choose(attribution.full, attribution.layout.words)
    why = _deciding_rules(found, model_labels, attribution.full)
    explained = []
    for index, block in enumerate(found.blocks):
        reasons = tuple(
            Reason(facts.of(GROUPS[g], index, tokens.get((index, g), ())), float(weights[index, g]), GROUPS[g])
            for g in chosen[index]
        )
        others = attribution.full[index].copy()
        others[targets[index]] = -1
        second = int(others.argmax())
        explained.append(
            BlockExplanation(
                index,
                block.text,
                block.label,
                block.probability,
                block.xpath,
                block.tag,
                model_labels[index],
                why[index],
                LABELS[second],
                float(others[second]),
                reasons,
            )
        )
    return tuple(explained)


def _deciding_rules(found: Extraction, labels: list[str], probabilities: NDArray[np.float32]) -> list[str]:
    """Say of each block why the rule that decided gave it its label; empty where the model decided."""
    assert found._page is not None  # checked by `explain`
    why = [""] * len(labels)
    for rule, corrected in steps(evidence_of(found._page, probabilities), labels):
        why = [rule.why if new != old else said for said, old, new in zip(why, labels, corrected, strict=True)]
        labels = corrected
    return why


def _strongest(weights: NDArray[np.float32]) -> list[int]:
    """Choose the groups that speak for the label, strongest first, then those against it."""
    order = np.argsort(-weights)
    towards = [int(group) for group in order[:_N_FOR] if weights[group] >= _MIN_WEIGHT]
    against = [int(group) for group in order[::-1][:_N_AGAINST] if weights[group] <= -_MIN_WEIGHT]
    return towards + against


def _tokens(
    attribution: Attribution, targets: NDArray[np.intp], weights: NDArray[np.float32], chosen: list[list[int]]
) -> dict[tuple[int, int], list[str]]:
    """Words and class names behind each reason that is one of words or class names."""
    result: dict[tuple[int, int], list[str]] = {}
    for name in _TOKEN_GROUPS:
        group = GROUPS.index(name)
        blocks = [block for block, groups in enumerate(chosen) if group in groups]
        wanted = [(block, int(targets[block])) for block in blocks]
        for block, effects in zip(blocks, attribution.token_effects(name, wanted), strict=True):
            sign = 1 if weights[block, group] > 0 else -1
            ranked = sorted(effects, key=lambda token: -sign * effects[token])
            best = sign * effects[ranked[0]] if ranked else 0.0
            # What moved the block by less than a fifth of the best token's share is chance.
            result[block, group] = [t for t in ranked[:4] if sign * effects[t] > max(0.2 * best, 0.02)]
    return result


def _run(label: str, run: list[BlockExplanation]) -> str:
    """Blocks in a row with one label; long runs of page furniture are folded."""
    blocks = "".join(_block(block) for block in run)
    if label != "boilerplate" or len(run) < _FOLD:
        return blocks
    preview = html.escape(" · ".join(block.text for block in run)[:160])
    return (
        f'<details class="fold"><summary><span>{len(run)} blocks of boilerplate</span> '
        f"<em>{preview}</em></summary>{blocks}</details>"
    )


def _block(block: BlockExplanation) -> str:
    strongest = max((abs(reason.weight) for reason in block.reasons), default=1.0)
    items = "".join(
        f'<li class="{"for" if reason.weight > 0 else "against"}"><span>{html.escape(reason.text)}</span>'
        f'<meter min="0" max="1" value="{abs(reason.weight) / strongest:.2f}" '
        f'aria-label="strength {reason.weight:+.1f}"></meter></li>'
        for reason in block.reasons
    )
    heading = "h2" if block.label == "title" else "p"
    doubt = f"next best: {block.second.replace('_', ' ')} {block.second_probability:.0%}"
    if block.second == "body" and block.second_probability > block.probability:
        doubt += ", which is too little for body"  # the threshold of `BlockModel.choose`
    rule = f'<p class="rule">{html.escape(block.rule)}</p>' if block.rule else ""
    label = block.label.replace("_", " ")
    return (
        f'<article class="block" data-label="{block.label}" tabindex="0" aria-describedby="why{block.index}">'
        f'<{heading} class="text" dir="auto">{html.escape(block.text)}</{heading}>'
        f'<div class="why" id="why{block.index}" role="note"><p class="verdict"><i></i><b>{label}</b> '
        f"{block.probability:.0%} <small>{doubt}</small></p>{rule}"
        f"<ul>{items or '<li class=none>no single feature stood out</li>'}</ul>"
        f"<code>{html.escape(block.xpath)}</code></div></article>"
    )
