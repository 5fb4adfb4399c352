"""Questions that guard forms: arithmetic, text questions, year fields, honeypots, image codes.

A challenge is decided by its wording *and* its surroundings: there is an input beside it that asks for the answer.
"2 + 2 = 4" in an article has none, nor has an exercise in a maths lesson or a tutorial that quotes a captcha. Plain
text has no inputs; there the lines of a comment form around the question take their place.

Challenges are reported as seen. They are never solved and never answered.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

from classifier.forms.controls import ControlMap
from classifier.forms.expressions import is_expression
from classifier.forms.features import FormTexts
from classifier.forms.guards import (
    LEGEND,
    MAX_LEGEND,
    MAX_QUESTION,
    QUESTION_END,
    Challenge,
    FoundChallenge,
    Guards,
    is_answer_label,
)
from classifier.forms.telling import wording
from classifier.forms.types import is_comment_form
from classifier.forms.words import COMMENT_STEM, FORM_LINE, USUAL_QUESTION
from classifier.labels import labelled, second_choice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from classifier.blocks import Page

__all__ = ["Challenge", "FoundChallenge", "find_challenges", "is_expression", "refine"]

# How far below a comment form's lines a challenge may stand in plain text.
_NEAR_LINES: Final = 6
# "Neuen Kommentar schreiben": a heading, not a sentence.
_MAX_HEADING: Final = 45
# How far from a control a block may stand that the model alone calls a challenge.
_NEAR_BLOCKS: Final = 3
_SILENT: Final = frozenset({"hidden"})
_NO_ANSWER: Final = _SILENT | {"button", "submit", "reset", "image", "textarea", "select"}
_FURNITURE: Final = frozenset({"comment_form", "boilerplate", "promo"})
_EXERCISES: Final = 3  # sums in a row
_MAX_SUM: Final = 60  # characters
_SIGNS: Final = frozenset("+-−–×*·÷/:=＋－＝")


def find_challenges(
    page: Page,
    labels: Sequence[str] | None = None,
    controls: ControlMap | None = None,
) -> list[FoundChallenge]:
    """Find the challenges of a page.

    Parameters
    ----------
    page : Page
        Segmented page or plain text.
    labels : sequence of str, optional
        Label of each block, after `refine`. Used for plain text, where blocks labelled `challenge` are reported.
    controls : ControlMap, optional
        Of this page, where the caller has it already.

    Returns
    -------
    list of FoundChallenge
        In page order, at most one per control.
    """
    if page.root is None:
        return _in_text(page, labels)
    if not page.controls:
        return []
    controls = controls or ControlMap(page)

    def holds_comment(container: int) -> bool:
        members = [control for control in controls.controls if container in controls.chain(control.element)]
        return is_comment_form(FormTexts.read(controls, container, members))

    return Guards(controls, holds_comment).find()


def refine(
    page: Page,
    labels: Sequence[str],
    probabilities: NDArray[np.floating[Any]] | None = None,
    found: Sequence[FoundChallenge] | None = None,
) -> list[str]:
    """Correct the model's labels where grammar and surroundings decide what is a challenge.

    Parameters
    ----------
    page : Page
        Segmented page or plain text.
    labels : sequence of str
        Label of each block.
    probabilities : array of shape (n_blocks, 9), optional
        Columns as in `classifier.labels.LABELS`; gives the second choice of a block that cannot be a challenge.
    found : sequence of FoundChallenge, optional
        From `find_challenges`, for a page with a tree, where the caller has it already.

    Returns
    -------
    list of str
        New labels; the input is not changed.
    """
    refined = list(labels)
    if page.root is None:
        certain = set(_text_challenges(page))
    else:
        certain = {block for one in (find_challenges(page) if found is None else found) for block in one.blocks}
    doubtful = [block for block in labelled(labels, "challenge") if block not in certain]
    if doubtful:
        possible = _near_form_lines(page, labels) if page.root is None else _beside_controls(page, _SILENT)
        for block in doubtful:
            if block in possible and _may_ask(page, block):
                certain.add(block)
            else:
                refined[block] = second_choice(labels, probabilities, block)
    for block in certain:
        refined[block] = "challenge"
    for block in {near for one in certain for near in (one - 1, one + 1)}:
        if 0 <= block < len(refined) and refined[block] in _FURNITURE and wording(page.texts[block]):
            refined[block] = "challenge"  # "The letters you entered did not match the image."
    for block in _legends(page):
        if refined[block] in _FURNITURE:
            refined[block] = "challenge"  # a script puts the picture below it
    _keep_exercises(page, refined, certain)
    return refined


def _keep_exercises(page: Page, labels: list[str], challenges: Collection[int]) -> None:
    """Give sums in a row, with the article before and after them, to the article: a guard asks only one."""
    for start in (block + 1 for block in labelled(labels, "body")):
        if labels[start : start + 1] != ["body"] and all(map(_has_sign, page.texts[start : start + _EXERCISES])):
            stop = start
            while stop < len(labels) and stop not in challenges and _is_sum(page.texts[stop]):
                stop += 1
            if stop - start >= _EXERCISES and labels[stop : stop + 1] == ["body"]:
                labels[start:stop] = ["body"] * (stop - start)


def _has_sign(text: str) -> bool:
    return len(text) <= _MAX_SUM and not _SIGNS.isdisjoint(text)


def _is_sum(text: str) -> bool:
    return _has_sign(text) and is_expression(text)


def _may_ask(page: Page, block: int) -> bool:
    """Whether a block may be a challenge at all: it sets a sum, speaks of a guard, or asks what an input answers."""
    text = page.texts[block]
    if len(text) > MAX_QUESTION:
        return False
    kind = wording(text)
    if kind == "question" and page.root is not None:  # "Be sure to answer the question" leads to a text area
        return block in _beside_controls(page, _NO_ANSWER)
    if kind or is_expression(text):
        return True
    if not QUESTION_END.search(text) or USUAL_QUESTION.search(text):
        return False
    answered = {at for at, element in page.controls if _type_of(element) == "text"}
    if page.root is None or block + 1 in answered:
        return True
    return block + 2 in answered and is_answer_label(page.texts[block + 1])


def _legends(page: Page) -> list[int]:
    """Find the lines beside a control that are nothing but "Captcha"."""
    if page.root is None:
        return []
    return [
        block
        for block in sorted(_beside_controls(page, _SILENT) if page.controls else ())
        if 0 <= block < len(page) and len(page.texts[block]) <= MAX_LEGEND and LEGEND.fullmatch(page.texts[block])
    ]


def _beside_controls(page: Page, but: frozenset[str]) -> set[int]:
    """Find the blocks next to a control: there the model may see a challenge that the grammar does not know."""
    positions = {position for position, element in page.controls if _type_of(element) not in but}
    return {block for at in positions for block in range(at - _NEAR_BLOCKS, at + _NEAR_BLOCKS)}


def _type_of(element: Any) -> str:
    """Type of an input, "text" by default; that of other controls is their tag."""
    return (element.get("type") or "text").lower() if element.tag == "input" else str(element.tag)


def _near_form_lines(page: Page, labels: Sequence[str] | None) -> set[int]:
    """Find the lines shortly after a line that only comment forms have.

    Never those before it: the form stands below the article, and an article may end with exercises ("8 + 1 =").
    """
    near: set[int] = set()
    for block, text in enumerate(page.texts):
        labelled = labels is not None and labels[block] in ("comment_form", "challenge")
        if labelled or _is_form_line(text):
            near.update(range(block + 1, min(len(page), block + _NEAR_LINES + 1)))
    return near


def _is_form_line(text: str) -> bool:
    if len(text) <= _MAX_HEADING and not text.endswith(".") and COMMENT_STEM.search(text.lower()):
        return True
    return len(text) <= MAX_QUESTION and FORM_LINE.match(text) is not None


def _text_challenges(page: Page) -> dict[int, str]:
    """Find challenge lines of plain text, with their kind: only near lines that are a comment form's by wording."""
    near = _near_form_lines(page, None)
    kinds = {block: _text_kind(page.texts[block]) for block in sorted(near)}
    return {block: kind for block, kind in kinds.items() if kind}


def _text_kind(text: str) -> str:
    """Tell the kind of a challenge line by its wording alone: a short line, not a sentence about spam."""
    if is_expression(text):
        return "arithmetic"
    if len(text) > MAX_QUESTION // 2 or FORM_LINE.match(text):
        return ""
    kind = wording(text)
    return "" if kind not in ("honeypot", "") and text.rstrip().endswith(".") else kind


def _in_text(page: Page, labels: Sequence[str] | None) -> list[FoundChallenge]:
    kinds = _text_challenges(page)
    if labels is not None:
        asked = labelled(labels, "challenge")
        kinds = {block: kinds.get(block) or _text_kind(page.texts[block]) or "question" for block in asked}
    return [
        FoundChallenge(block, Challenge(page.texts[block], "", kind), (block,), None)
        for block, kind in sorted(kinds.items())
    ]
