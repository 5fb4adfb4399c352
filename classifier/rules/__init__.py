"""What follows the model: rules of grammar, wording and structure that correct its labels, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from classifier import bylines, challenges, comments, promos, sources
from classifier.challenges import find_challenges
from classifier.forms import inside
from classifier.forms.controls import ControlMap
from classifier.forms.notices import drop_notices
from classifier.forms.quoted import keep_quoted
from classifier.rules.copies import drop_copies
from classifier.rules.lost import free_article
from classifier.rules.tables import keep_tables
from classifier.titles import keep_one

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from classifier.blocks import Page
    from classifier.forms.guards import FoundChallenge


@dataclass
class Evidence:
    """What the rules go by.

    Attributes
    ----------
    page : Page
        Segmented page or plain text.
    probabilities : ndarray of float32, shape (n_blocks, 9)
        Of the model.
    controls : ControlMap or None
        Form controls of the page; None where it has none.
    found : list of FoundChallenge
        Challenges; filled by the rule that looks for them.
    """

    page: Page
    probabilities: NDArray[np.float32]
    controls: ControlMap | None
    found: list[FoundChallenge] = field(default_factory=list)


class Rule(NamedTuple):
    """One step.

    Attributes
    ----------
    why : str
        What it says of a block whose label it changed; follows "a rule decided: ".
    apply : callable
        Takes the evidence and the labels so far, returns new labels.
    """

    why: str
    apply: Callable[[Evidence, list[str]], list[str]]


def _challenges(evidence: Evidence, labels: list[str]) -> list[str]:
    page = evidence.page
    evidence.found = find_challenges(page, labels, controls=evidence.controls)
    return challenges.refine(page, labels, evidence.probabilities, found=evidence.found)


RULES: Final = (
    Rule(
        "nothing hints at comments here: no name, no heading of a thread, no offer to reply, no dated records",
        lambda e, labels: comments.drop_unhinted(e.page, labels, e.probabilities),
    ),
    Rule("a question that guards an input is a challenge, and nothing else is one", _challenges),
    Rule(
        "it stands in a form, and its fields say what the form is for",
        lambda e, labels: inside.refine(e.page, labels, e.probabilities, e.controls),
    ),
    Rule(
        "it stands inside a thread of comments, or inside the article without a sign of a thread",
        lambda e, labels: comments.refine(e.page, labels),
    ),
    Rule(
        "no comment form is near it and it speaks of none",
        lambda e, labels: inside.drop_strays(e.page, labels, e.probabilities),
    ),
    Rule("the article quotes or discusses such lines", lambda e, labels: keep_quoted(e.page, labels)),
    Rule(
        "the program that runs the site prints it beside threads and forms",
        lambda e, labels: drop_notices(e.page, labels),
    ),
    Rule("the article repeats its headline, and has one already", lambda _, labels: keep_one(labels)),
    Rule(
        "it is an entry of a running report: nobody signed it, and nothing speaks of comments",
        lambda e, labels: comments.free_report(e.page, labels, comments.find_comments),
    ),
    Rule(
        "it stands between the headline and a long thread, and the page has no other article",
        lambda e, labels: comments.free_lead(e.page, labels),
    ),
    Rule(
        "the page has no other article, and most of its paragraphs stand here",
        lambda e, labels: free_article(e.page, labels),
    ),
    Rule(
        "the wording of source lines is exact, and its place at the article decides",
        lambda e, labels: sources.refine(e.page, labels, e.probabilities),
    ),
    Rule(
        "its wording leads readers away from the article, or stands below a heading that does",
        lambda e, labels: promos.refine(e.page, labels, e.probabilities),
    ),
    Rule(
        "names and dates that stand with the headline are the byline",
        lambda e, labels: bylines.refine(e.page, labels, e.probabilities),
    ),
    Rule(
        "it is a cell of a table that belongs to the article",
        lambda e, labels: keep_tables(e.page, labels),
    ),
    Rule(
        "the page says it twice word for word, and one copy is the article",
        lambda e, labels: drop_copies(e.page, labels),
    ),
)
"""In the order in which they are applied."""


def steps(evidence: Evidence, labels: list[str]) -> Iterator[tuple[Rule, list[str]]]:
    """Yield each rule with the labels that it leaves.

    Parameters
    ----------
    evidence : Evidence
        Of the page.
    labels : list of str
        Label that the model chose for each block.
    """
    for rule in RULES:
        labels = rule.apply(evidence, labels)
        yield rule, labels
    if evidence.page.root is None:  # in plain text the labels decide what a challenge is
        evidence.found = find_challenges(evidence.page, labels)


def evidence_of(page: Page, probabilities: NDArray[np.float32]) -> Evidence:
    """Gather what the rules go by.

    Parameters
    ----------
    page : Page
        Segmented page or plain text.
    probabilities : ndarray of float32, shape (n_blocks, 9)
        Of the model.

    Returns
    -------
    Evidence
    """
    return Evidence(page, probabilities, ControlMap(page) if page.controls else None)


def refine(page: Page, labels: list[str], probabilities: NDArray[np.float32]) -> tuple[list[str], Evidence]:
    """Correct the model's labels by grammar, wording and structure.

    Parameters
    ----------
    page : Page
        Segmented page or plain text.
    labels : list of str
        Label that the model chose for each block.
    probabilities : ndarray of float32, shape (n_blocks, 9)
        Of the model.

    Returns
    -------
    labels : list of str
        As they are in an `Extraction`.
    evidence : Evidence
        Challenges and form controls, which later steps need.
    """
    evidence = evidence_of(page, probabilities)
    for _, corrected in steps(evidence, labels):
        labels = corrected
    return labels, evidence
