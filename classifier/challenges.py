"""Questions that guard forms: arithmetic, text questions, year fields, honeypots, image codes.

A challenge is decided by its wording *and* its surroundings: there is an input beside it that asks for the answer.
"2 + 2 = 4" in an article has none, nor has an exercise in a maths lesson or a tutorial that quotes a captcha. Plain
text has no inputs; there the lines of a comment form around the question take their place.

Challenges are reported as seen. They are never solved and never answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from classifier.controls import Control, ControlMap, tokens_of
from classifier.expressions import BLANK, find_expression, is_expression
from classifier.form_words import FORM_LINE, HONEYPOT, HUMAN, IMAGE_CODE, YEAR
from classifier.labels import LABEL_INDEX, LABELS, Label

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from classifier.blocks import Page
    from classifier.forms import CommentForm

__all__ = ["Challenge", "FoundChallenge", "find_challenges", "is_challenge_control", "is_expression", "refine"]

# A question is short; the longest on real pages (with its help text) has 190 characters.
_MAX_QUESTION: Final = 200
_MAX_NEIGHBOURHOOD: Final = 400
# How far from a comment form's lines a challenge may stand in plain text.
_NEAR_LINES: Final = 6
# A page with this many sums to fill in is a worksheet.
_WORKSHEET: Final = 3

_TELLING_NAME: Final = re.compile(
    r"capt?cha|c[a@]ptch|cptch|hctpc|anti-?_?spam|antspm|wantispam|nospam|no_spam|spam[-_]?(?:check|question|answer|trap|code|"
    r"protect)|honey-?_?pot|seccode|security[-_ ]?(?:code|image|answer|question|text)|image[-_]?(?:security|code|verif)|imagereg|"
    r"human[-_]?(?:verif|check|test|question)|human\b|turing|(?:random|verify)[-_]?(?:word|code|number|text)|botcheck|"
    r"bot[-_]test|not[-_]?(?:a[-_]?)?robot|math[-_]?(?:captcha|quiz|question|answer|problem)|mathquiz|quizanswer|"
    r"wpcf7-quiz|challenge[-_]?(?:answer|response|question)|verif(?:y|ication)[-_ ]?(?:code|number|text)|areyouahuman|"
    r"seguridad[-_]?codigo|codigo[-_]?(?:seguridad|seguranca|verif)|sicherheitscode|kontrollfrage|spamschutz|securimage"
)
_TELLING_TOKENS: Final = frozenset(
    ["captcha", "capcha", "kaptcha", "captha", "antispam", "honeypot", "human", "quiz", "math", "maths", "spam", "robot", "turing", "challenge", "keystring"]
)
# "code" alone is a voucher or a postcode, "verify_email" a second address.
_NOT_TELLING: Final = re.compile(
    r"e-?mail|password|passwd|postcode|zip|promo|coupon|voucher|cvv|cvc|card|phone|sms|otp|search|notify|subscribe"
)
_HONEY_NAME: Final = re.compile(r"honey-?_?pot|hp[-_](?:textarea|field|email|name|website)|_hp\b|gotcha|spam[-_]?trap")


@dataclass(frozen=True)
class Challenge:
    """A question that guards a form.

    Attributes
    ----------
    text : str
        As a reader sees it; ``[ ]`` stands for an input inside the text.
    xpath : str
        Of the block, or of the input where the question is only a placeholder or a picture. Empty in plain text.
    kind : str
        "arithmetic", "question", "year", "honeypot" or "image_code".
    """

    text: str
    xpath: str
    kind: str


class FoundChallenge(NamedTuple):
    """A challenge and where it stands.

    Attributes
    ----------
    block : int or None
        The block of the question itself; None where it is only a placeholder.
    challenge : Challenge
        The question.
    blocks : tuple of int
        All blocks of the question: itself, its label, its help text.
    control : lxml element or None
        The input for the answer; None in plain text.
    """

    block: int | None
    challenge: Challenge
    blocks: tuple[int, ...]
    control: Any


def is_challenge_control(control: Control) -> bool:
    """Tell whether the name, id, class or placeholder of an input says that it takes the answer of a challenge.

    Parameters
    ----------
    control : Control
        Any control.

    Returns
    -------
    bool
        False for "verify_email", "promo_code" and the like.
    """
    if not control.takes_text:
        return False
    own = f"{control.name} {control.element.get('id') or ''} {control.element.get('placeholder') or ''}".lower()
    if _TELLING_NAME.search(own):
        return not _NOT_TELLING.search(own) or "captcha" in own
    if _NOT_TELLING.search(own):
        return False
    return _TELLING_NAME.search(control.naming) is not None or not _TELLING_TOKENS.isdisjoint(tokens_of(own))


def find_challenges(
    page: Page, labels: Sequence[str] | None = None, forms: Iterable[CommentForm] = ()
) -> list[FoundChallenge]:
    """Find the challenges of a page.

    Parameters
    ----------
    page : Page
        Segmented page. Plain text (without a tree) has no controls: see `refine`.
    labels : sequence of str, optional
        Label of each block. Used for plain text, where `challenge` blocks are reported.
    forms : iterable of CommentForm, optional
        Comment forms that are already known; a question in one of them needs less other evidence.

    Returns
    -------
    list of FoundChallenge
        In page order, at most one per control.
    """
    if page.root is None:
        return _in_text(page, labels)
    if not page.controls:
        return []
    controls = ControlMap(page)
    form_paths = {form.xpath for form in forms}
    found = [one for control in controls.controls if (one := _at_control(controls, control, form_paths)) is not None]
    return _without_worksheets(controls, _merged(found))


def refine(page: Page, labels: Sequence[str], probabilities: NDArray[np.floating[Any]] | None = None) -> list[str]:
    """Correct the model's labels where grammar and surroundings decide what is a challenge.

    Parameters
    ----------
    page : Page
        Segmented page or plain text.
    labels : sequence of str
        Label of each block.
    probabilities : array of shape (n_blocks, 9), optional
        Columns as in `LABELS`; gives the second choice of a block that cannot be a challenge.

    Returns
    -------
    list of str
        New labels; the input is not changed.
    """
    refined = list(labels)
    if page.root is None:
        for block in _text_challenges(page, labels):
            refined[block] = "challenge"
        confirmed = {block for block, label in enumerate(refined) if label == "challenge"}
        near = _near_form_lines(page, refined)
        impossible = {block for block in confirmed if block not in near}
    else:
        found = {block for one in find_challenges(page) for block in one.blocks}
        for block in found:
            refined[block] = "challenge"
        impossible = {b for b, label in enumerate(refined) if label == "challenge"} - found - _beside_controls(page)
    for block in impossible:
        refined[block] = _second_choice(labels, probabilities, block)
    return refined


def _second_choice(labels: Sequence[str], probabilities: Any, block: int) -> Label:
    """Best label except `challenge`; without probabilities the label of the block before."""
    if probabilities is not None and len(probabilities) > block:
        order = sorted(range(len(LABELS)), key=lambda index: -float(probabilities[block][index]))
        return LABELS[next(index for index in order if index != LABEL_INDEX["challenge"])]
    before = [label for label in labels[:block] if label != "challenge"]
    return LABELS[LABEL_INDEX[before[-1]]] if before and before[-1] in LABEL_INDEX else "body"  # type: ignore[index]


def _beside_controls(page: Page) -> set[int]:
    """Blocks next to a control: a challenge that the model sees and the grammar does not may be one of them."""
    positions = {position for position, element in page.controls if (element.get("type") or "") != "hidden"}
    return {block for position in positions for block in range(position - 3, position + 3)}


# --- pages with a tree -------------------------------------------------------------------------------------------


class _Place(NamedTuple):
    """Blocks around one control: its own surroundings first, then neighbours that other fields may own."""

    own: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]


def _place(controls: ControlMap, control: Control) -> _Place:
    """Climb from the control as long as it is the only one inside; then look at what stands between it and the others."""
    page = controls.page
    own: range = range(0)
    limit = None
    for container in controls.chain(control.element):
        if controls.fillable_in(container) > 1 or controls.chars_in(container) > _MAX_NEIGHBOURHOOD:
            limit = container
            break
        own = range(page.first[container], page.last[container])
        if page.elements[container].tag in ("form", "body"):
            break
    if limit is None:
        return _Place(tuple(own), (), ())
    first, last = page.first[limit], page.last[limit]
    earlier = [
        c.position for c in controls.controls if c.fillable and c.position <= control.position and c is not control
    ]
    earlier = [position for position in earlier if position < control.position or own] or [first]
    later = [c.position for c in controls.controls if c.fillable and c.position > control.position]
    start = max(first, earlier[-1], control.position - 3)
    end = min(last, later[0] if later else last, control.position + 2)
    before = tuple(b for b in range(start, control.position) if b not in own)
    after = tuple(b for b in range(control.position, end) if b not in own)
    return _Place(tuple(own), before, after)


def _is_guarded(controls: ControlMap, control: Control) -> bool:
    """Whether something is there to be guarded: another field or a button in the same form or small container."""
    form = controls.form_of(control)
    if form is not None:
        return True
    page = controls.page
    for container in controls.chain(control.element)[:6]:
        if controls.chars_in(container) > 1500 or page.elements[container].tag == "body":
            return False
        if controls.fillable_in(container) > 1 or page.inputs[container] > 1:
            return True
    return False


def _in_comment_form(controls: ControlMap, control: Control, form_paths: set[str]) -> bool:
    form = controls.form_of(control)
    if form is None:
        return False
    if controls.page.areas[form] > 0:
        return True
    element = controls.page.elements[form]
    return bool(form_paths) and element.getroottree().getpath(element) in form_paths


def _at_control(controls: ControlMap, control: Control, form_paths: set[str]) -> FoundChallenge | None:
    if not control.takes_text:
        return None
    place = _place(controls, control)
    telling = is_challenge_control(control)
    for blocks in (place.own, place.before, place.after):
        found = _arithmetic(controls, control, blocks, telling) or _worded(controls, control, blocks, telling)
        if found is not None:
            return found
    if telling:
        return _named_only(controls, control, place)
    if control.tag == "input" and _in_comment_form(controls, control, form_paths):
        return _free_question(controls, control, (*place.own, *place.before))
    return None


def _texts(controls: ControlMap, blocks: Iterable[int]) -> list[tuple[int, str]]:
    page = controls.page
    return [(b, page.texts[b]) for b in blocks if len(page.texts[b]) <= _MAX_QUESTION and page.tags[b] != "button"]


def _report(
    controls: ControlMap, control: Control, block: int, kind: str, blocks: Iterable[int], text: str = ""
) -> FoundChallenge:
    page = controls.page
    challenge = Challenge(text or page.texts[block], page.xpath(block), kind)
    return FoundChallenge(block, challenge, tuple(sorted({block, *blocks})), control.element)


def _arithmetic(
    controls: ControlMap, control: Control, blocks: tuple[int, ...], telling: bool
) -> FoundChallenge | None:
    candidates = []
    for block, text in _texts(controls, blocks):
        with_blanks = controls.text_with_blanks(block)
        expression = find_expression(with_blanks)
        if expression is None or expression.complete:
            continue
        if (
            expression.equals
            or expression.asks
            or expression.led
            or (expression.alone and (telling or expression.sign))
        ):
            example = re.search(r"\be\.?\s?g\.?\b|example|beispiel|exemple|z\.\s?B", text) is not None
            candidates.append((not example, expression.equals, expression.alone, -len(text), block, with_blanks))
    if not candidates or not (telling or _is_guarded(controls, control)):
        return None
    *_, block, with_blanks = max(candidates)
    text = with_blanks.removesuffix(BLANK).strip()
    return _report(controls, control, block, "arithmetic", _companions(controls, blocks, block, telling), text)


def _companions(controls: ControlMap, blocks: Iterable[int], block: int, telling: bool) -> list[int]:
    """Label and help text of a question, among the blocks that no other field owns."""
    return [
        other
        for other, text in _texts(controls, blocks)
        if other != block and (telling or HUMAN.search(text) or IMAGE_CODE.search(text) or find_expression(text))
    ]


def _worded(controls: ControlMap, control: Control, blocks: tuple[int, ...], telling: bool) -> FoundChallenge | None:
    """Honeypots, year fields, image codes: told by their wording, beside an input."""
    texts = _texts(controls, blocks)
    for kind, pattern in (("honeypot", HONEYPOT), ("year", YEAR), ("image_code", IMAGE_CODE), ("question", HUMAN)):
        for block, text in texts:
            if not pattern.search(text) or (kind != "honeypot" and not telling and not _is_guarded(controls, control)):
                continue
            if kind in ("image_code", "question") and not telling and _NOT_TELLING.search(control.naming):
                continue
            block, kind = _asked(controls, texts, block, kind)
            return _report(controls, control, block, kind, _companions(controls, blocks, block, telling))
    return None


def _asked(controls: ControlMap, texts: list[tuple[int, str]], block: int, kind: str) -> tuple[int, str]:
    """Prefer a neighbour that asks ("Which colour ...?") to the line that only says why ("Spam protection:")."""
    if kind in ("image_code", "question") and not controls.page.texts[block].rstrip(" *").endswith(("?", "？", "؟")):
        for other, text in texts:
            if other != block and text.rstrip(" *").endswith(("?", "？", "؟")):
                return other, "question"
    return block, kind


def _named_only(controls: ControlMap, control: Control, place: _Place) -> FoundChallenge | None:
    """The input says what it is and the words do not: its label is the challenge."""
    kind = "honeypot" if _HONEY_NAME.search(control.naming) else "image_code"
    for blocks in (place.own, place.before[-1:], place.after[:1]):
        texts = [(block, text) for block, text in _texts(controls, blocks) if any(char.isalnum() for char in text)]
        if texts:
            block, text = next(((b, t) for b, t in texts if t.rstrip(" *").endswith("?")), texts[0])
            return _report(
                controls, control, block, "question" if "?" in text else kind, [other for other, _ in texts[:4]]
            )
    text = control.element.get("placeholder") or control.element.get("aria-label") or control.element.get("title")
    if not text:
        return None
    xpath = control.element.getroottree().getpath(control.element)
    kind = "arithmetic" if find_expression(text) else kind
    return FoundChallenge(None, Challenge(" ".join(text.split()), xpath, kind), (), control.element)


_USUAL_QUESTION: Final = re.compile(
    r"hear about|help you|contact|comment|name|phone|mail|subject|call|subscribe|update", re.IGNORECASE
)


def _free_question(controls: ControlMap, control: Control, blocks: tuple[int, ...]) -> FoundChallenge | None:
    """A question of its own ("What colour is the sky?") beside a text input of a comment form."""
    for block, text in _texts(controls, blocks[-3:]):
        asks = text.rstrip(" *:").endswith(("?", "？", "؟"))
        if asks and len(text.split()) > 2 and control.type in ("text", "number") and not _USUAL_QUESTION.search(text):
            return _report(controls, control, block, "question", ())
    return None


def _merged(found: list[FoundChallenge]) -> list[FoundChallenge]:
    """One challenge per question: two inputs beside one text (a decoy and the real one) are one."""
    merged: list[FoundChallenge] = []
    for one in found:
        same = next((i for i, other in enumerate(merged) if one.block is not None and one.block in other.blocks), None)
        if same is None:
            merged.append(one)
        else:
            merged[same] = merged[same]._replace(blocks=tuple(sorted({*merged[same].blocks, *one.blocks})))
    return merged


def _without_worksheets(controls: ControlMap, found: list[FoundChallenge]) -> list[FoundChallenge]:
    """Drop sums that come in series: an exercise with inputs asks many, a guard asks one per form."""
    by_element = {control.element: control for control in controls.controls}
    series: dict[int | None, list[FoundChallenge]] = {}
    for one in found:
        if one.challenge.kind == "arithmetic":
            series.setdefault(controls.form_of(by_element[one.control]), []).append(one)
    dropped = {
        id(one)
        for form, ones in series.items()
        if len(ones) >= _WORKSHEET and (form is None or not controls.page.areas[form])
        for one in ones
        if not is_challenge_control(by_element[one.control])
    }
    return [one for one in found if id(one) not in dropped]


# --- plain text --------------------------------------------------------------------------------------------------


def _near_form_lines(page: Page, labels: Sequence[str] | None) -> set[int]:
    """Lines within reach of a line that only comment forms have."""
    near: set[int] = set()
    for block, text in enumerate(page.texts):
        labelled = labels is not None and labels[block] == "comment_form"
        if labelled or (len(text) <= _MAX_QUESTION and FORM_LINE.match(text)):
            near.update(range(block - _NEAR_LINES, block + _NEAR_LINES + 1))
    return near


def _text_challenges(page: Page, labels: Sequence[str] | None) -> dict[int, str]:
    near = _near_form_lines(page, None)
    if labels is not None and near:
        near |= _near_form_lines(page, labels)
    return {block: kind for block in sorted(near & set(range(len(page)))) if (kind := _text_kind(page.texts[block]))}


def _text_kind(text: str) -> str:
    """Kind of a challenge line by its wording alone; short lines only, a sentence about spam is not one."""
    if is_expression(text):
        return "arithmetic"
    if len(text) > _MAX_QUESTION // 2 or FORM_LINE.match(text):
        return ""
    for kind, pattern in (("honeypot", HONEYPOT), ("year", YEAR), ("image_code", IMAGE_CODE), ("question", HUMAN)):
        if pattern.search(text) and not text.rstrip().endswith("."[: kind != "honeypot"] or "\0"):
            return kind
    return ""


def _in_text(page: Page, labels: Sequence[str] | None) -> list[FoundChallenge]:
    kinds = _text_challenges(page, labels)
    if labels is not None:
        for block, label in enumerate(labels):
            if label == "challenge":
                kinds.setdefault(block, _text_kind(page.texts[block]) or "question")
    return [
        FoundChallenge(block, Challenge(page.texts[block], "", kind), (block,), None)
        for block, kind in sorted(kinds.items())
    ]
