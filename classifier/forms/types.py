"""What kind of form a form is: comment, contact, search, login, registration, newsletter, order, other.

A multinomial logistic regression over words: of the names of the controls, of the form's own attributes, of its texts,
buttons and heading. It is trained by `classifier.forms.training`; here it is two arrays and a word list.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from classifier.exceptions import ModelMismatch
from classifier.forms.controls import Control
from classifier.forms.features import FormTexts
from classifier.forms.telling import is_honeypot_name, is_scripted
from classifier.forms.words import COMMENT_STEM, REVIEW_FORM
from classifier.resources import model_path, open_arrays
from classifier.sieve import Sieve, fold

if TYPE_CHECKING:
    pass

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
# Readers' reviews are comments to us, while the model has learnt no such forms and takes them for half something else.
# Set on forms written for it (tests/test_forms.py), not on labelled pages.
_REVIEW_ODDS: Final = 8.0
# A form whose heading, address or own name speaks of comments is one for comments, unless its fields say otherwise.
_NAMED_ODDS: Final = 4.0
_FOLLOWS_ODDS: Final = 4.0  # of a form that says little itself and stands below a thread
_NAMED: Final = re.compile(rf"{COMMENT_STEM.pattern}|review")
_MAX_HEADING: Final = 80
_may_review: Final = Sieve(REVIEW_FORM)
_may_name_comments: Final = Sieve(COMMENT_STEM)


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
    source = Path(path or model_path("forms.npz"))
    with open_arrays(source, "a form model (arrays weights, bias, metadata)") as arrays:
        metadata = json.loads(str(arrays["metadata"]))
        weights = arrays["weights"].astype(np.float32)
        bias = arrays["bias"].astype(np.float32)
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
    if control.type != "text":
        return control.type == "textarea"
    return _may_name_comments(control.naming) and COMMENT_STEM.search(control.naming) is not None


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
        spoken = [*map(_spoken, areas), form.heading if areas and len(form.heading) <= _MAX_HEADING else ""]
        return any(COMMENT_STEM.search(text.lower()) for text in spoken)
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
    return any(REVIEW_FORM.search(fold(spoken[at])) for at in _may_review.among(spoken, _MAX_HEADING))


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
    probability = float((model or default_model()).probabilities(form.features)[TYPES.index("comment")])
    odds = _REVIEW_ODDS if asks_for_review(form) else _NAMED_ODDS if _is_named(form) else 1
    return _weighed(probability, odds)


def _weighed(probability: float, odds: float) -> float:
    return odds * probability / (odds * probability + 1 - probability)


def _is_named(form: FormTexts) -> bool:
    """Tell whether a form's own names, address or heading speak of comments; those of its fields are no proof."""
    heading = form.heading if len(form.heading) <= _MAX_HEADING else ""
    return _NAMED.search(f"{form.own} {form.action} {heading}".lower()) is not None


def _spoken(control: Control) -> str:
    return " ".join(control.element.get(name) or "" for name in ("placeholder", "aria-label", "title"))


def is_comment_form(
    form: FormTexts, labelled: float | None = None, model: FormTypeModel | None = None, *, follows: bool = False
) -> bool:
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
    follows : bool, optional
        Whether it stands right below readers' comments.

    Returns
    -------
    bool
        False for contact, search, login and all other forms.
    """
    if not can_hold_comment(form):
        return False
    probability = comment_probability(form, model)
    if follows:
        probability = _weighed(probability, _FOLLOWS_ODDS)
    if labelled is not None:
        probability += 0.3 * (labelled - 0.5)
    return probability > 0.5
