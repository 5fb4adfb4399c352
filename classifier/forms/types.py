"""What kind of form a form is: comment, contact, search, login, registration, newsletter, order, other.

A multinomial logistic regression over words: of the names of the controls, of the form's own attributes, of its texts,
buttons and heading. It is trained by `classifier.forms.training`; here it is two arrays and a word list.
"""

from __future__ import annotations

import functools
import json
import math
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from classifier.exceptions import ModelError, ModelMismatch
from classifier.forms.controls import Control, tokens_of
from classifier.forms.guards import is_challenge_control, is_honeypot_name, is_scripted
from classifier.forms.number_words import fold
from classifier.forms.words import COMMENT_STEM, CONTACT_STEM, FORM_LINE, REVIEW_FORM
from classifier.resources import model_path

if TYPE_CHECKING:
    from classifier.forms.controls import ControlMap

FORMAT_VERSION: Final = 1
TYPES: Final = (
    "comment",
    "contact",
    "search",
    "login",
    "registration",
    "recovery",
    "newsletter",
    "order",
    "other",
)
# Features that hold across sites: a larger value is less regularised than the words beside it.
_STRONG: Final = 2.0
# Readers' reviews are comments to us, while the model has learnt no such forms and takes them for half something else.
# Set on forms written for it (tests/test_forms.py), not on labelled pages.
_REVIEW_ODDS: Final = 8.0
# A form whose heading, address or own name speaks of comments is one for comments, unless its fields say otherwise.
_NAMED_ODDS: Final = 4.0
_NAMED: Final = re.compile(rf"{COMMENT_STEM.pattern}|review")
_MAX_BLOCKS: Final = 40
_MAX_TEXT: Final = 200
_MAX_HEADING: Final = 80
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
        """Collect them.

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
        return cls(
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


def _words(text: str) -> set[str]:
    words = {fold(word) for word in _WORD.findall(text[:_MAX_TEXT])}
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


@dataclass(frozen=True)
class FormTypeModel:
    """Weights as loaded from a file.

    Attributes
    ----------
    vocabulary : dict of str to int
        Feature to row.
    weights : ndarray of float32, shape (n_features, len(TYPES))
        One column per type.
    bias : ndarray of float32, shape (len(TYPES),)
        Intercepts.
    metadata : dict
        Data digest and metrics.
    """

    vocabulary: dict[str, int]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    metadata: dict[str, Any]

    def probabilities(self, features: dict[str, float]) -> npt.NDArray[np.float32]:
        """Give the probability of each type, in the order of `TYPES`."""
        known = [(self.vocabulary[name], value) for name, value in features.items() if name in self.vocabulary]
        scores = self.bias.copy()
        if known:
            rows, values = zip(*known, strict=True)
            scores += np.asarray(values, np.float32) @ self.weights[list(rows)]
        exponents = np.exp(scores - scores.max())
        return np.asarray(exponents / exponents.sum(), np.float32)


def load(path: Path | str | None = None) -> FormTypeModel:
    """Load a model.

    Parameters
    ----------
    path : Path or str, optional
        By default the one that ships with the package.

    Returns
    -------
    FormTypeModel
        Arrays and plain metadata; nothing in the file is executed.

    Raises
    ------
    ModelError
        The file is missing, damaged, or of another format.
    """
    source = path or model_path("forms.npz")
    try:
        # Opened here: numpy leaves a file that is no archive open.
        with Path(source).open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            metadata = json.loads(str(file["metadata"]))
            weights = file["weights"].astype(np.float32)
            bias = file["bias"].astype(np.float32)
    except (OSError, EOFError, ValueError, KeyError, zlib.error, zipfile.BadZipFile) as error:
        msg = f"expected a form model (arrays weights, bias, metadata) in {source}, could not read it: {error}"
        raise ModelError(msg) from error
    names = metadata.get("features", [])
    if metadata.get("format") != FORMAT_VERSION or metadata.get("types") != list(TYPES) or len(names) != len(weights):
        msg = (
            f"expected form model format {FORMAT_VERSION} with types {TYPES}, found format {metadata.get('format')!r} "
            f"with types {metadata.get('types')!r} in {source}: train it again with python -m classifier.forms.training"
        )
        raise ModelMismatch(msg)
    return FormTypeModel({name: row for row, name in enumerate(names)}, weights, bias, metadata)


@functools.cache
def default_model() -> FormTypeModel:
    """Load the model that ships with the package, once."""
    return load()


def takes_comment(control: Control) -> bool:
    """Tell whether a control is one to write a comment in, going by the control alone.

    Parameters
    ----------
    control : Control
        Any control.

    Returns
    -------
    bool
        True for a text area and for a text input that is named after comments.
    """
    named = control.type == "text" and COMMENT_STEM.search(control.naming)
    return control.type == "textarea" or bool(named)


def can_hold_comment(form: FormTexts) -> bool:
    """Tell whether a form has somewhere to write a comment, and nothing that comment forms never have.

    Parameters
    ----------
    form : FormTexts
        Any form.

    Returns
    -------
    bool
        False for forms without a text area, or with a password and none that says it is for comments,
        or for the overlay of Jetpack's picture gallery.
    """
    if "jp-carousel" in form.own:
        return False
    areas = [control for control in form.controls if control.type == "textarea" and not is_scripted(control)]
    if any(control.type == "password" for control in form.controls):  # some let guests delete what they wrote
        return any(COMMENT_STEM.search(_spoken(control).lower()) for control in areas)
    if any(not is_honeypot_name(control) for control in areas):
        return True
    if any(control.type == "text" and takes_comment(control) for control in form.controls):
        return True
    # A script adds the text area later; what is there now is a trap.
    return bool(areas) and COMMENT_STEM.search(f"{form.own} {form.action}".lower()) is not None


def asks_for_review(form: FormTexts) -> bool:
    """Tell whether a form's heading, labels, placeholders or buttons ask for a review, a rating or an opinion."""
    areas = [control.element.get("placeholder") or "" for control in form.controls if control.type == "textarea"]
    spoken = (form.heading, *form.texts, *form.buttons, *areas)
    return any(len(text) <= _MAX_HEADING and REVIEW_FORM.search(text) for text in spoken)


def comment_probability(form: FormTexts, model: FormTypeModel | None = None) -> float:
    """Give the probability that a form is one for comments.

    Parameters
    ----------
    form : FormTexts
        Any form.
    model : FormTypeModel, optional
        By default the one that ships with the package.

    Returns
    -------
    float
        0 to 1; higher than the model's where the form asks for a review, or is named after comments: the model has
        seen few languages.
    """
    probability = float((model or default_model()).probabilities(form_features(form))[TYPES.index("comment")])
    odds = _REVIEW_ODDS if asks_for_review(form) else _NAMED_ODDS if _is_named(form) else 1
    return odds * probability / (odds * probability + 1 - probability)


def _is_named(form: FormTexts) -> bool:
    """Tell whether a form's own names, address or heading speak of comments; those of its fields are no proof."""
    heading = form.heading if len(form.heading) <= _MAX_HEADING else ""
    return _NAMED.search(f"{form.own} {form.action} {heading}".lower()) is not None


def _spoken(control: Control) -> str:
    return " ".join(control.element.get(name) or "" for name in ("placeholder", "aria-label", "title"))


def is_comment_form(form: FormTexts, labelled: float | None = None, model: FormTypeModel | None = None) -> bool:
    """Tell comment forms from all others.

    Parameters
    ----------
    form : FormTexts
        The form.
    labelled : float, optional
        Share of its blocks that the block classifier calls `comment_form`. It tips the scales where the form itself
        says little.
    model : FormTypeModel, optional
        By default the one that ships with the package.

    Returns
    -------
    bool
        False for contact, search, login and all other forms.
    """
    if not can_hold_comment(form):
        return False
    probability = comment_probability(form, model)
    if labelled is not None:
        probability += 0.3 * (labelled - 0.5)
    return probability > 0.5
