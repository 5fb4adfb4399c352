"""Labels of the blocks inside forms: what kind a form is, its fields say better than each of its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from classifier.forms import form_candidates
from classifier.forms.features import FormTexts
from classifier.forms.types import can_hold_comment, comment_probability, takes_comment
from classifier.forms.words import COMMENT_STEM
from classifier.labels import amid_body, labelled, second_choice

if TYPE_CHECKING:
    from classifier.blocks import Page
    from classifier.forms.controls import ControlMap

_FURNITURE: Final = frozenset({"boilerplate", "promo", "byline"})
_OF_FORMS: Final = frozenset({"comment_form", "challenge"})
_WRITTEN: Final = frozenset({"comment", "body"})
_LINE: Final = 60  # characters; a line of the article that short does not stand alone
_NEAR: Final = 10  # blocks: notices above a form and the consent below
_BESIDE: Final = 3  # blocks: a heading and notices
_SPEAKS: Final = re.compile(
    r"\blog(?:ged)? ?[io]n\b|sign(?:ed)? ?(?:in|up)\b|regist|anmelden|connect(?:er|ez)|iniciar ses|accedi|zaloguj|"
    r"войти|moderat|your e-?mail|e-?mail address|captcha|topic|thread"
)
_IS_COMMENT: Final = 0.5
_IS_OTHER: Final = 0.05
# Readers' reviews are comments to us, while the model of forms has learnt no such type.
_REVIEW: Final = re.compile(
    r"review|rating|bewert|rezension|\bavis\b|reseñ|opini|valora|avalia|recensi|beoordel|\bocen|отзыв|оцен|"
    r"değerlendir|评价|評価|レビュー|리뷰|تقييم|ביקורת",
    re.IGNORECASE,
)


def refine(page: Page, labels: Sequence[str], probabilities: Any, controls: ControlMap | None) -> list[str]:
    """Make all of a comment form ``comment_form``, and nothing of a form of another kind.

    Parameters
    ----------
    page : Page
        Segmented page or plain text.
    labels : sequence of str
        Label of each block.
    probabilities : array of shape (n_blocks, 9)
        Of the model; gives the second choice of a block in another form.
    controls : ControlMap or None
        Of this page; None where it has no controls.

    Returns
    -------
    list of str
        New labels. Blocks that are a challenge, body, title or comment stay what they are.
    """
    refined = list(labels)
    if controls is not None and any(map(takes_comment, controls.controls)):
        _decide_by_form(page, refined, probabilities, controls)
    return refined


def drop_strays(page: Page, labels: Sequence[str], probabilities: Any) -> list[str]:
    """Take ``comment_form`` from blocks far from any form: after the threads, which comment forms border.

    Parameters
    ----------
    page : Page
        Segmented page; in plain text nothing is known to be far.
    labels : sequence of str
        Label of each block.
    probabilities : array of shape (n_blocks, 9)
        Of the model.

    Returns
    -------
    list of str
        New labels.
    """
    refined = list(labels)
    for block in _strays(page, labels):
        # A line of a poll or an agenda begins no thread, which the rules before would know, and no article.
        never = _OF_FORMS
        if len(page.texts[block]) < _LINE:
            never |= _WRITTEN - {refined[block - 1] if block else ""}
        refined[block] = "body" if amid_body(labels, block) else second_choice(labels, probabilities, block, never)
    return refined


def _decide_by_form(page: Page, refined: list[str], probabilities: Any, controls: ControlMap) -> None:
    for container, members in form_candidates(controls):
        if page.container_tags[container] != "form" or not any(map(takes_comment, members)):
            continue
        span = slice(page.first[container], page.last[container])
        _clear_of_body(page, refined, probabilities, span)
        inside = set(refined[span])
        if inside <= _OF_FORMS and _is_named_so(page.elements[container]):
            continue  # nothing to correct, as in most comment forms
        form = FormTexts.read(controls, container, members)
        probability = comment_probability(form)
        if probability > _IS_COMMENT and can_hold_comment(form):
            if inside.isdisjoint(("comment", "body")):  # not a form around the thread
                refined[span] = ["comment_form" if label in _FURNITURE else label for label in refined[span]]
        elif probability < _IS_OTHER and not _REVIEW.search(" ".join((form.own, form.heading, *form.texts))):
            for block in range(span.start, span.stop):
                if refined[block] == "comment_form":
                    refined[block] = second_choice(refined, probabilities, block, _OF_FORMS)


def _clear_of_body(page: Page, refined: list[str], probabilities: Any, span: slice) -> None:
    """Take short lines of body from a form with a text area, unless the form holds a paragraph of the article."""
    lines = [block for block in range(span.start, span.stop) if refined[block] == "body"]
    if lines and 2 * len(lines) < span.stop - span.start and all(len(page.texts[b]) < _LINE for b in lines):
        for block in lines:
            refined[block] = second_choice(refined, probabilities, block)


def _strays(page: Page, labels: Sequence[str]) -> list[int]:
    """Find blocks whose words do not speak of comments or of signing in, and which no form explains.

    A form explains what stands in it and, where the box around it holds little else, what stands beside it. Without any
    form, text areas and lines that do speak of comments explain what stands near them.
    """
    marked = labelled(labels, "comment_form")
    if not marked or page.root is None:
        return []
    silent = [
        block
        for block in marked
        if not (_SPEAKS.search(text := page.texts[block].lower()) or COMMENT_STEM.search(text))
    ]
    forms = [at for at, tag in enumerate(page.container_tags) if tag == "form" and page.areas[at]]
    if forms:
        explained = {block for form in forms for block in _explained(page, form)}
        return [block for block in silent if block not in explained]
    near = set(marked).difference(silent)
    near.update(position for position, element in page.controls if element.tag == "textarea")
    return [block for block in silent if not any(abs(at - block) <= _NEAR for at in near)]


def _explained(page: Page, form: int) -> range:
    """Blocks of a form and of the largest box around it that holds little else."""
    own = page.last[form] - page.first[form]
    box = form
    while box and page.last[page.parent[box]] - page.first[page.parent[box]] <= own + _BESIDE:
        box = page.parent[box]
    return range(page.first[box], page.last[box])


def _is_named_so(form: Any) -> bool:
    names = " ".join(form.get(name) or "" for name in ("id", "class", "name", "action"))
    return COMMENT_STEM.search(names.lower()) is not None
