"""A form as the model of its type sees it: its texts and controls, and what is counted of them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from classifier.forms.controls import Control, tokens_of
from classifier.forms.number_words import unaccented
from classifier.forms.telling import is_challenge_control
from classifier.forms.words import COMMENT_STEM, CONTACT_STEM, FORM_LINE

if TYPE_CHECKING:
    from classifier.forms.controls import ControlMap

# Features that hold across sites: a larger value is less regularised than the words beside it.
_STRONG: Final = 2.0
_MAX_BLOCKS: Final = 40
_MAX_TEXT: Final = 200
_WORD: Final = re.compile(r"[^\W\d_]{2,20}")
_UNSPACED: Final = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff]{2,}")
_COUNTED: Final = (
    *("text", "email", "url", "tel", "password", "search", "number"),
    *("textarea", "select", "checkbox", "radio", "hidden", "file", "submit"),
)


@dataclass(frozen=True)
class FormTexts:
    """What the decision reads of a form.

    Attributes
    ----------
    tag, own, action, method, around : str
        The element, its id, class and name, its action and method, and the classes of the containers around it.
    controls : tuple of Control
        Its controls.
    texts : tuple of str
        Its blocks.
    heading : str
        The block before it.
    buttons : tuple of str
        Texts of its buttons.
    """

    tag: str
    own: str
    action: str
    method: str
    around: str
    controls: tuple[Control, ...]
    texts: tuple[str, ...]
    heading: str
    buttons: tuple[str, ...]

    @classmethod
    def read(cls, controls: ControlMap, container: int, members: list[Control]) -> FormTexts:
        """Collect them, once for all rules that ask.

        Parameters
        ----------
        controls : ControlMap
            Controls of the page.
        container : int
            The form.
        members : list of Control
            Its controls.

        Returns
        -------
        FormTexts
            For `is_comment_form`.
        """
        known = controls.forms.get((container, tuple(members)))
        if known is not None:
            return known
        page = controls.page
        element = page.elements[container]
        first, last = page.first[container], page.last[container]
        around, step = [], container
        for _ in range(3):
            step = page.parent[step]
            around.append(page.classes[step])
        buttons = (
            control.element.get("value") or " ".join("".join(control.element.itertext()).split())
            for control in members
            if control.type in ("submit", "button", "image")
        )
        form = controls.forms[container, tuple(members)] = cls(
            tag=element.tag,
            own=" ".join(element.get(name) or "" for name in ("id", "class", "name")),
            action=element.get("action") or "",
            method=(element.get("method") or "").lower(),
            around=" ".join(around),
            controls=tuple(members),
            texts=tuple(page.texts[first : min(last, first + _MAX_BLOCKS)]),
            heading=page.texts[first - 1] if first else "",
            buttons=tuple(button[:_MAX_TEXT] for button in buttons if button),
        )
        return form

    @cached_property
    def features(self) -> dict[str, float]:
        """What the model of form types sees of it."""
        return form_features(self)


def _words(text: str) -> set[str]:
    words = {unaccented(word) for word in _WORD.findall(text[:_MAX_TEXT])}
    for run in _UNSPACED.findall(text[:_MAX_TEXT]):
        words.update(run[i : i + 2] for i in range(len(run) - 1))
    return words


def _action_path(action: str) -> str:
    return re.sub(r"^https?://[^/]*", "", action)[-120:]


def form_features(form: FormTexts, names: bool = True) -> dict[str, float]:
    """Turn a form into named features.

    Parameters
    ----------
    form : FormTexts
        Any form.
    names : bool
        Whether to use the names that a developer chose (class, id, name, action). Training hides them for some copies,
        so that texts and structure suffice on sites whose names mean nothing.

    Returns
    -------
    dict of str to float
        Feature to value, 0 to about 3.
    """
    features: dict[str, float] = {}
    for group, texts in (("text", form.texts), ("button", form.buttons), ("heading", (form.heading[-80:],))):
        for text in texts:
            features.update(dict.fromkeys((f"{group}:{word}" for word in _words(text)), 1.0))
    features.update(_structure(form))
    if names:
        features.update(_named(form))
    return features


def _structure(form: FormTexts) -> Iterator[tuple[str, float]]:
    for kind in _COUNTED:
        count = sum(control.type == kind for control in form.controls)
        if count:
            yield f"has:{kind}", 1.0
            yield f"many:{kind}", math.log(count)
    fillable = sum(control.fillable for control in form.controls)
    yield "fields", math.log1p(fillable)
    yield "one field", float(fillable == 1)
    yield "post", float(form.method == "post")
    yield "loose", float(form.tag != "form")
    yield "words", math.log1p(sum(len(text) for text in form.texts)) / 4
    yield (
        "form line",
        _STRONG * bool(any(len(t) < _MAX_TEXT and FORM_LINE.match(t) for t in (*form.texts, form.heading))),
    )
    # The heading stands before the form or is its first line; labels and placeholders say what the text area is for.
    placeholders = [c.element.get("placeholder") or "" for c in form.controls if c.type == "textarea"]
    headings = (form.heading[-80:], *form.buttons, *form.texts[:3], *placeholders)
    speaking = " ".join(text for text in headings if len(text) <= 80).lower()
    yield "speaks of comments", _STRONG * bool(COMMENT_STEM.search(speaking))
    yield "speaks of contact", _STRONG * bool(CONTACT_STEM.search(speaking))
    labels = " ".join(text for text in form.texts if len(text) <= 40).lower()
    yield "label says comment", _STRONG * bool(COMMENT_STEM.search(labels))
    yield "guarded", float(any(is_challenge_control(control) for control in form.controls))


def _named(form: FormTexts) -> Iterator[tuple[str, float]]:
    own, action = form.own.lower(), _action_path(form.action).lower()
    for group, text in (("own", form.own), ("action", _action_path(form.action)), ("around", form.around)):
        for token in tokens_of(text):
            if len(token) > 1 and not token.isdigit():
                yield f"{group}:{token[:20]}", 1.0
    for control in form.controls:
        if control.type in ("hidden", "submit", "button"):
            group = "hidden" if control.type == "hidden" else "press"
        else:
            group = "area" if control.type == "textarea" else "name"
        for token in tokens_of(f"{control.name} {control.element.get('placeholder') or ''}"):
            if len(token) > 1 and not token.isdigit():
                yield f"{group}:{token[:20]}", 1.0
    yield "own is comment", _STRONG * bool(COMMENT_STEM.search(own))
    yield "own is contact", _STRONG * bool(CONTACT_STEM.search(own))
    yield "action is comment", _STRONG * bool(COMMENT_STEM.search(action))
    yield "action is contact", _STRONG * bool(CONTACT_STEM.search(action))
    areas = " ".join(control.naming for control in form.controls if control.type == "textarea")
    yield "area is comment", _STRONG * bool(COMMENT_STEM.search(areas))
