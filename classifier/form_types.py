"""What kind of form a form is: comment, contact, search, login, registration, newsletter, order, other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from classifier.controls import Control, tokens_of
from classifier.form_words import COMMENT_STEM, FORM_LINE

if TYPE_CHECKING:
    from classifier.controls import ControlMap


@dataclass(frozen=True)
class FormTexts:
    """What the decision reads of a form.

    Attributes
    ----------
    tag, own, action, method : str
        The element, its id, class and name, its action and method, in lower case.
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
        buttons = (
            control.element.get("value") or " ".join("".join(control.element.itertext()).split())
            for control in members
            if control.type in ("submit", "button", "image")
        )
        return cls(
            element.tag,
            " ".join(element.get(name) or "" for name in ("id", "class", "name")).lower(),
            (element.get("action") or "").lower(),
            (element.get("method") or "").lower(),
            tuple(members),
            tuple(page.texts[first : min(last, first + 60)]),
            page.texts[first - 1] if first else "",
            tuple(button for button in buttons if button),
        )


_CONTACT: Final = re.compile(
    r"contact|kontakt|contato|contatt|wpcf7|inquiry|enquiry|anfrage|обратн|feedback|support|gform|quote"
    r"|recommend|tell[-_ ]?a?[-_ ]?friend|"
    r"send[-_]?(?:to|mail)|abus|report|problem|complain|ticket|newsletter|jp-carousel"
)


def is_comment_form(form: FormTexts, labelled: float | None = None) -> bool:
    """Tell comment forms from all others.

    Parameters
    ----------
    form : FormTexts
        The form.
    labelled : float, optional
        Share of its blocks that the block classifier calls `comment_form`.

    Returns
    -------
    bool
        False for contact, search, login and all other forms.
    """
    if "jp-carousel" in form.own or any(control.type == "password" for control in form.controls):
        return False
    areas = [control for control in form.controls if control.type == "textarea"]
    if not areas:
        return False
    names = " ".join(control.naming for control in form.controls)
    score = 0.0
    score += 3 * bool(COMMENT_STEM.search(form.own)) + 2 * bool(COMMENT_STEM.search(form.action))
    score += 1.5 * any(COMMENT_STEM.search(control.naming) is not None for control in areas)
    score += 1.0 * any(FORM_LINE.match(text) is not None for text in (*form.texts, form.heading))
    score += 1.0 * any(COMMENT_STEM.search(text.lower()) is not None for text in (*form.buttons, form.heading))
    score -= 2 * bool(_CONTACT.search(form.own)) + 1.5 * bool(_CONTACT.search(form.action))
    score -= 1.0 * any(control.type == "select" for control in form.controls)
    score -= 1.0 * ("phone" in names or "subject" in tokens_of(names))
    if labelled is not None:
        score += 2 * labelled - 0.5
    return score >= 1.5
