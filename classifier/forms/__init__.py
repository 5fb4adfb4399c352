"""Comment forms: which forms of a page take readers' comments, and what each field of them is for.

A comment form is a ``<form>``, or, where there is none (or one around the whole page, as ASP.NET makes), the smallest
container of a text area and its fields. What kind of form it is (comment, contact, search, login, ...) is decided by a
small linear model over the names of its controls, its texts and its attributes, see `classifier.forms.types`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from classifier.forms.controls import Control, ControlMap
from classifier.forms.features import FormTexts
from classifier.forms.guards import Challenge, FoundChallenge
from classifier.forms.platforms import form_platform, may_be_widgets, widget_platform
from classifier.forms.roles import field_label, field_role
from classifier.forms.telling import is_challenge_control
from classifier.forms.types import is_comment_form, takes_comment

if TYPE_CHECKING:
    from classifier.blocks import Page
    from classifier.forms.types import FormTypeModel

__all__ = ["CommentForm", "FormField", "find_forms"]

_HEADING: Final = 3  # blocks of the heading of a form, with notices
# The container of a form without a <form> element: text of more than this is a page, not a form.
_MAX_LOOSE_CHARS: Final = 1500
_MAX_LONE_CHARS: Final = 200


@dataclass(frozen=True)
class FormField:
    """One field of a comment form.

    Attributes
    ----------
    name : str
        Its name attribute, or its id where it has none.
    type : str
        Type of the input; "textarea", "select", "submit".
    role : str
        One of `classifier.forms.roles.ROLES`: "comment text", "name", "email", "website", "captcha", "honeypot",
        "security question", "consent", "submit", "hidden", ...
    label : str
        The label as a reader sees it; empty where there is none.
    """

    name: str
    type: str
    role: str
    label: str


@dataclass(frozen=True)
class CommentForm:
    """A form in which readers write comments.

    Attributes
    ----------
    xpath : str
        Of the form, of the smallest container of its fields, or of the place where a script puts the form.
    action : str
        As written; empty where there is none.
    method : str
        "get" or "post"; empty where there is no ``<form>``.
    fields : tuple of FormField
        In page order; empty for an embedded widget.
    platform : str or None
        "WordPress", "Disqus", ...; None when unknown.
    challenge : Challenge or None
        The first challenge that guards the form.
    """

    xpath: str
    action: str
    method: str
    fields: tuple[FormField, ...]
    platform: str | None
    challenge: Challenge | None


def find_forms(
    page: Page,
    labels: Sequence[str] | None = None,
    challenges: Sequence[FoundChallenge] = (),
    controls: ControlMap | None = None,
    model: FormTypeModel | None = None,
) -> tuple[CommentForm, ...]:
    """Find the comment forms of a page.

    Parameters
    ----------
    page : Page
        Segmented page; plain text has no forms.
    labels : sequence of str, optional
        Label of each block; where most blocks of a doubtful form are labelled `comment_form`, it is one.
    challenges : sequence of FoundChallenge, optional
        See `classifier.challenges.find_challenges`.
    controls : ControlMap, optional
        Of this page, where the caller has it already.
    model : FormTypeModel, optional
        By default the one that ships with the package.

    Returns
    -------
    tuple of CommentForm
        In page order. The place of an embedded comment service counts only where the page has no form of its own.
    """
    if page.root is None:
        return ()
    forms = []
    controls = controls or ControlMap(page)
    if any(map(takes_comment, controls.controls)):  # on most pages none does
        guards = {found.control: found.challenge for found in challenges}
        for container, members in form_candidates(controls):
            if not any(map(takes_comment, members)):
                continue
            texts, share = FormTexts.read(controls, container, members), _labelled_share(page, labels, container)
            if is_comment_form(texts, share, model, follows=_follows_thread(page, labels, container)):
                forms.append(_describe(controls, container, members, guards))
    forms = _without_fallbacks(forms)
    if not forms:
        forms.extend(_widgets(page))
    return tuple(forms)


def _without_fallbacks(forms: list[CommentForm]) -> list[CommentForm]:
    """Drop the copy in ``<noscript>`` of a form that stands on the page as well."""
    shown = [form for form in forms if "/noscript" not in form.xpath]
    return shown or forms


def _labelled_share(page: Page, labels: Sequence[str] | None, container: int) -> float | None:
    blocks = range(page.first[container], page.last[container])
    if labels is None or not blocks or "body" in labels[blocks.start : blocks.stop]:  # or the whole page is in the form
        return None
    return sum(labels[block] in ("comment_form", "challenge") for block in blocks) / len(blocks)


def _follows_thread(page: Page, labels: Sequence[str] | None, container: int) -> bool:
    """Whether comments stand right above a form, its heading and notices apart, and nothing of it is something else."""
    if labels is None:
        return False
    first, last = page.first[container], page.last[container]
    inside = labels[first:last]
    return "comment" in labels[max(0, first - _HEADING) : first] and 2 * inside.count("comment_form") > len(inside)


def form_candidates(controls: ControlMap) -> Iterator[tuple[int, list[Control]]]:
    """Yield each form, and each group of controls that stands for one, with its controls.

    Parameters
    ----------
    controls : ControlMap
        Controls of a page.

    Yields
    ------
    container : int
        Index into `Page.elements`.
    members : list of Control
        In page order, hidden ones and buttons included.
    """
    groups: dict[int, list[Control]] = {}
    loose: list[Control] = []
    for control in controls.controls:
        form = controls.form_of(control)
        if form is None:
            loose.append(control)
        else:
            groups.setdefault(form, []).append(control)
    held: dict[int, list[Control]] = {}  # loose controls inside each container
    if any(control.type == "textarea" for control in loose):
        for control in loose:
            for container in controls.chain(control.element):
                held.setdefault(container, []).append(control)
    grouped: set[Control] = set()
    for control in loose:
        if control.type == "textarea" and control not in grouped:
            place = _loose_container(controls, control)
            if place is not None and place not in groups:
                groups[place] = held[place]
                grouped.update(held[place])
    yield from sorted(groups.items())


def _loose_container(controls: ControlMap, area: Control) -> int | None:
    """Smallest container of a text area that holds other fields or a button as well, as long as it stays small."""
    page = controls.page
    best = None
    for container in controls.chain(area.element):
        element = page.elements[container]
        if element.tag in ("body", "html") or controls.chars_in(container) > _MAX_LOOSE_CHARS:
            break
        if page.areas[container] > 1 and best is not None:
            break
        if page.inputs[container] > 1:
            grows = best is None or page.inputs[container] > page.inputs[best]
            if best is not None and grows and controls.chars_in(container) > 3 * max(200, controls.chars_in(best)):
                break
            best = container if grows else best
    if best is None:  # a text area alone: "Sign in to comment" stands beside it
        near = controls.chain(area.element)[:4]
        best = next((c for c in near if 0 < controls.chars_in(c) <= _MAX_LONE_CHARS), None)
    return best


def _describe(
    controls: ControlMap, container: int, members: list[Control], guards: Mapping[Any, Challenge]
) -> CommentForm:
    page = controls.page
    element = page.elements[container]
    fields = tuple(
        FormField(
            control.name or control.element.get("id") or "",
            control.type,
            field_role(controls, control, guards.get(control.element)),
            field_label(controls, control),
        )
        for control in members
        if control.type not in ("hidden", "button", "reset") or is_challenge_control(control)
    )
    challenge = next((guards[control.element] for control in members if control.element in guards), None)
    is_form = element.tag == "form"
    return CommentForm(
        xpath=element.getroottree().getpath(element),
        action=(element.get("action") or "").strip() if is_form else "",
        method=(element.get("method") or "get").strip().lower() if is_form else "",
        fields=fields,
        platform=form_platform(controls, container, members),
        challenge=challenge,
    )


def _widgets(page: Page) -> Iterator[CommentForm]:
    """Yield the places where scripts put comment forms."""
    named = may_be_widgets(page.classes)
    if not named and not may_be_widgets(page.embeds):
        return
    places = [page.elements[container] for container in named]
    places += page.root.iter("iframe", "script")
    seen: set[str] = set()
    for element in places:
        platform = widget_platform(element)
        if platform is not None and platform not in seen:
            seen.add(platform)
            yield CommentForm(element.getroottree().getpath(element), "", "", (), platform, None)
