"""What guards a form: the decision, control by control, from wording and surroundings."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from classifier.forms.controls import Control, ControlMap
from classifier.forms.expressions import BLANK, find_expression, is_expression
from classifier.forms.telling import (
    NOT_TELLING,
    is_challenge_control,
    is_honeypot_name,
    is_scripted,
    names_honeypot,
    wording,
)
from classifier.forms.words import NOT_ROBOT, USUAL_QUESTION

# A question is short; the longest on real pages (with its help text) has 190 characters.
MAX_QUESTION: Final = 200
_MAX_NEIGHBOURHOOD: Final = 400
# A label that stands apart from its input, in a cell or paragraph of its own, is shorter still.
_MAX_LABEL: Final = 80
# A form with this many sums to fill in is a worksheet.
_WORKSHEET: Final = 3
_MAX_LOOSE: Final = 1500
QUESTION_END: Final = re.compile(
    r"(?:[?？؟]|(?<=[\u0370-\u03ff\u1f00-\u1fff]);)(?:\s*[(（][^()（）]{1,30}[)）])?[\s*:)]*$"
)  # "What colour is snow? (one word)"
_MAX_ANSWER: Final = 20  # characters of "Answer: *"
_EXAMPLE: Final = re.compile(
    r"\be\.?\s?g\.?\b|example|beispiel|exemple|ejemplo|esempio|przykład|например|z\.\s?B", re.IGNORECASE
)
_PICTURE: Final = re.compile("captcha|securimage|imagecode|verifycode|seccode")
MAX_LEGEND: Final = 24
LEGEND: Final = re.compile(r"\W*(?:captcha|spam\W?(?:schutz|protection))\W*", re.IGNORECASE)
_SPOKEN: Final = ("placeholder", "aria-label", "title")


@dataclass(frozen=True)
class Challenge:
    """A question that guards a form.

    Attributes
    ----------
    text : str
        As a reader sees it; ``[ ]`` stands for an input inside the text.
    xpath : str
        Of the block, or of the input where the question is only a placeholder. Empty in plain text.
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


class _Place(NamedTuple):
    """Blocks around one control: its own surroundings, then what stands between it and its neighbours."""

    control: Control
    telling: bool
    own: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]


def _place(controls: ControlMap, control: Control, positions: list[int]) -> _Place:
    """Climb from the control as long as it is the only one inside; then look at what stands beside that."""
    page = controls.page
    own: range = range(0)
    limit = None
    for container in controls.chain(control.element):
        if controls.fillable_in(container) > 1 or controls.chars_in(container) > _MAX_NEIGHBOURHOOD:
            limit = container
            break
        own = range(page.first[container], page.last[container])
        if page.container_tags[container] in ("form", "body"):
            break
    telling = is_challenge_control(control) or (control.type == "text" and _has_captcha_picture(controls, own, control))
    if limit is None:
        return _Place(control, telling, tuple(own), (), ())
    position = control.position
    before_it, after_it = bisect_left(positions, position), bisect_right(positions, position)
    earlier = positions[before_it - 1] if before_it else 0
    later = positions[after_it] if after_it < len(positions) else position + 2
    start = max(page.first[limit], earlier, position - 3)
    end = min(page.last[limit], later, position + 2)
    before = tuple(b for b in range(start, position) if b not in own)
    return _Place(control, telling, tuple(own), before, tuple(b for b in range(position, end) if b not in own))


def _has_captcha_picture(controls: ControlMap, own: range, control: Control) -> bool:
    """Tell whether a picture with a telling address stands in the control's own surroundings."""
    page = controls.page
    for container in controls.chain(control.element):
        if page.first[container] < own.start or page.last[container] > own.stop or not len(own):
            return False
        if page.images[container]:
            pictures = page.elements[container].iter("img")
            return any(_PICTURE.search(f"{p.get('src')} {p.get('alt')} {p.get('class')}".lower()) for p in pictures)
    return False


class Guards:
    """Search for challenges on one page.

    Parameters
    ----------
    controls : ControlMap
        Controls of the page.
    is_comment_form : callable
        Tells of a container (an index into `Page.elements`) whether it is a comment form.
    """

    def __init__(self, controls: ControlMap, is_comment_form: Callable[[int], bool]) -> None:
        self.controls = controls
        self.page = controls.page
        self.is_comment_form = is_comment_form
        self.claimed: set[int] = set()

    def find(self) -> list[FoundChallenge]:
        """Look beside every control: at its own surroundings first, so that a neighbour never takes them."""
        inputs = [c for c in self.controls.controls if _may_answer(c) and not is_scripted(c)]
        if not inputs:
            return []
        positions = sorted({c.position for c in self.controls.controls if c.fillable})
        open_places = [_place(self.controls, control, positions) for control in inputs]
        owned = {block for place in open_places for block in place.own}
        asking = self._asking(open_places)
        found: list[FoundChallenge] = []
        steps: tuple[Callable[[_Place], tuple[int, ...]], ...] = (
            lambda place: place.own,
            lambda place: (*(b for b in place.before if b not in owned), *place.own),
            lambda place: tuple(b for b in place.after if b not in owned),
        )
        for step, blocks_of in enumerate(steps if asking else ()):
            rest = []
            for place in open_places:
                blocks = blocks_of(place)
                one = None if asking.isdisjoint(blocks) else self._at(place, blocks, after=step == 2)
                if one is None:
                    rest.append(place)
                else:
                    found.append(one)
                    self.claimed.update(one.blocks)
            open_places = rest
        found.extend(one for place in open_places if (one := self._last_resort(place, owned)) is not None)
        if not found:
            return []
        order = {control.element: index for index, control in enumerate(inputs)}
        return self._without_worksheets(sorted(found, key=lambda one: order[one.control]))

    def _asking(self, places: Sequence[_Place]) -> set[int]:
        """Find the blocks without one of which no question is told by its wording."""
        beside: dict[bool, set[int]] = {False: set(), True: set()}  # by whether the control is a box to tick
        for place in places:
            beside[place.control.type == "checkbox"].update(place.before, place.own, place.after)
        asking = {block for block, text in self._texts(beside[False]) if wording(text) or find_expression(text)}
        return asking.union(block for block, text in self._texts(beside[True]) if NOT_ROBOT.search(text))

    def _at(self, place: _Place, blocks: tuple[int, ...], after: bool) -> FoundChallenge | None:
        texts = self._texts(blocks)
        if not texts:
            return None
        if place.control.tag == "textarea" and not place.telling:
            texts = [(block, text) for block, text in texts if wording(text) == "honeypot"]
        if place.control.type == "checkbox":
            ticks = [block for block, text in texts if NOT_ROBOT.search(text) and _is_label_like(text)]
            return self._report(place, ticks[0], "question", []) if ticks else None
        return self._arithmetic(place, texts) or self._worded(place, texts, after)

    def _texts(self, blocks: Iterable[int]) -> list[tuple[int, str]]:
        page = self.page
        return [
            (block, text)
            for block in blocks
            if len(text := page.texts[block]) <= MAX_QUESTION
            and page.tags[block] not in ("button", "textarea", "select")
            and block not in self.claimed
        ]

    def _is_guarded(self, control: Control) -> bool:
        """Tell whether something is there to be guarded: a form, or other fields in the same small container."""
        controls, page = self.controls, self.page
        if controls.form_of(control) is not None:
            return True
        for container in controls.chain(control.element)[:6]:
            if controls.chars_in(container) > _MAX_LOOSE or page.container_tags[container] == "body":
                return False
            if controls.fillable_in(container) > 1 or page.inputs[container] > 1:
                return True
        return False

    def _report(
        self, place: _Place, block: int, kind: str, texts: list[tuple[int, str]], text: str = ""
    ) -> FoundChallenge:
        blocks = {block} | {
            other
            for other, words in texts
            if place.telling or wording(words) or find_expression(words) or (abs(other - block) == 1 and len(texts) < 3)
        }
        challenge = Challenge(text or self.page.texts[block], self.page.xpath(block), kind)
        return FoundChallenge(block, challenge, tuple(sorted(blocks)), place.control.element)

    def _arithmetic(self, place: _Place, texts: list[tuple[int, str]]) -> FoundChallenge | None:
        candidates = []
        for block, text in texts:
            if find_expression(text) is None:
                continue
            with_blanks = self.controls.text_with_blanks(block)
            sum_ = find_expression(with_blanks)
            if sum_ is None or sum_.complete:
                continue
            if sum_.equals or sum_.asks or sum_.led or (sum_.alone and (place.telling or sum_.sign)):
                example = _EXAMPLE.search(text) is not None
                candidates.append((not example, sum_.equals, sum_.alone, -len(text), block, with_blanks))
        if not candidates or not (place.telling or self._is_guarded(place.control)):
            return None
        *_, block, with_blanks = max(candidates)
        return self._report(place, block, "arithmetic", texts, with_blanks.removesuffix(BLANK).strip())

    def _worded(self, place: _Place, texts: list[tuple[int, str]], after: bool) -> FoundChallenge | None:
        """Decide on honeypots, year fields, image codes and announced questions: told by their wording."""
        kinds = {block: wording(text) for block, text in texts}
        for kind in ("honeypot", "year", "image_code", "question"):
            fitting = [block for block, text in texts if kinds[block] == kind]
            if not fitting:
                continue
            if kind != "honeypot" and not place.telling:
                if after or NOT_TELLING.search(place.control.naming) or not self._is_guarded(place.control):
                    continue
                if kind in ("question", "image_code") and not _is_label_like(self.page.texts[fitting[0]]):
                    continue
            block, kind = self._asked(texts, fitting, kind)
            return self._report(place, block, kind, texts)
        return None

    def _asked(self, texts: list[tuple[int, str]], fitting: list[int], kind: str) -> tuple[int, str]:
        """Prefer the line that asks ("Which colour ...?") to the lines that only say why ("Spam protection:")."""
        if kind in ("honeypot", "year"):
            return fitting[0], kind
        for block, text in texts:
            if QUESTION_END.search(text):
                return block, "image_code" if wording(text) == "image_code" else "question"
        return next((block for block in fitting if not LEGEND.fullmatch(self.page.texts[block])), fitting[0]), kind

    def _last_resort(self, place: _Place, owned: set[int]) -> FoundChallenge | None:
        if place.telling or self._is_labelled_trap(place):
            return self._named_only(place, owned)
        if self._asks_inside(place.control):
            return self._placeholder_only(place, "arithmetic")
        question = self._free_question(place, owned) if place.control.tag == "input" else None
        return question if question is not None and self._in_comment_form(place.control) else None

    def _asks_inside(self, control: Control) -> bool:
        """Tell whether the placeholder or label of a guarded input is a sum to work out: "What is 6 plus 2?"."""
        text = next((value for name in _SPOKEN if (value := control.element.get(name))), "")
        return bool(text) and is_expression(text) and self._is_guarded(control)

    def _is_labelled_trap(self, place: _Place) -> bool:
        """Tell whether an input is named as a trap is, and its label repeats the name."""
        name = f"{place.control.name} {place.control.element.get('id') or ''}".lower()
        if place.control.tag != "input" or not names_honeypot(name):
            return False
        beside = (*place.before[-1:], *place.own)
        return any("".join(filter(str.isalnum, self.page.texts[b])).lower() in name.split() for b in beside)

    def _named_only(self, place: _Place, owned: set[int]) -> FoundChallenge | None:
        """Take the label of an input that says what it is where the words do not."""
        kind = "honeypot" if is_honeypot_name(place.control) else "image_code"
        beside = [b for b in (*place.before[-1:], *place.after[:1]) if b not in owned]
        for blocks, limit in ((place.own, MAX_QUESTION), (beside, _MAX_LABEL)):
            texts = [(b, t) for b, t in self._texts(blocks) if len(t) <= limit and any(c.isalnum() for c in t)]
            if texts and (blocks is place.own or not place.control.element.get("placeholder")):
                block, text = next(((b, t) for b, t in texts if QUESTION_END.search(t)), texts[0])
                return self._report(place, block, "question" if QUESTION_END.search(text) else kind, texts[:4])
        return self._placeholder_only(place, kind)

    def _placeholder_only(self, place: _Place, kind: str) -> FoundChallenge | None:
        element = place.control.element
        text = next((value for name in _SPOKEN if (value := element.get(name))), None)
        if text is None:
            return None
        kind = "arithmetic" if find_expression(text) else wording(text) or kind
        challenge = Challenge(" ".join(text.split()), element.getroottree().getpath(element), kind)
        return FoundChallenge(None, challenge, (), element)

    def _in_comment_form(self, control: Control) -> bool:
        page, chain = self.page, self.controls.chain(control.element)
        form = next((c for c in chain if page.container_tags[c] == "form" or page.areas[c]), None)
        if form is None or not page.areas[form]:
            return False
        # Without a form of its own, a field to log in shares only the page with the form for comments.
        own = page.container_tags[form] == "form" or self.controls.chars_in(form) <= _MAX_LOOSE
        return own and self.is_comment_form(form)

    def _free_question(self, place: _Place, owned: set[int]) -> FoundChallenge | None:
        """Take a question of its own ("What colour is the sky?") beside a text input of a comment form."""
        if place.control.type not in ("text", "number") or not self.page.areas[0]:
            return None
        before = place.before[-2:]
        if before and not is_answer_label(self.page.texts[before[-1]]):
            before = before[-1:]
        beside = (b for b in (*before, *place.after[:1]) if b not in owned)
        for block, text in self._texts((*place.own, *beside)):
            linked = 2 * self.page.link_chars[block] > len(text)  # "Forgot your password?"
            if QUESTION_END.search(text) and _is_long(text) and not linked and not USUAL_QUESTION.search(text):
                return self._report(place, block, "question", [])
        return None

    def _without_worksheets(self, found: list[FoundChallenge]) -> list[FoundChallenge]:
        """Drop sums that come in series: an exercise with inputs asks many, a guard asks one per form."""
        by_element = {control.element: control for control in self.controls.controls}
        series: dict[int | None, list[FoundChallenge]] = {}
        for one in found:
            if one.challenge.kind == "arithmetic":
                series.setdefault(self.controls.form_of(by_element[one.control]), []).append(one)
        exercises = {
            one.control
            for form, ones in series.items()
            if len(ones) >= _WORKSHEET and (form is None or not self.page.areas[form])
            for one in ones
            if not is_challenge_control(by_element[one.control])
        }
        return [one for one in found if one.control not in exercises]


def is_answer_label(text: str) -> bool:
    """Tell whether a line may label the answer to the question above it: "Answer: *"."""
    return len(text) <= _MAX_ANSWER and text.rstrip("* ").endswith((":", "："))


def _is_label_like(text: str) -> bool:
    """Tell a label or question from a notice ("Comments are moderated to prevent spam, so ...")."""
    return len(text) <= _MAX_LABEL or QUESTION_END.search(text) is not None or text.rstrip(" *").endswith(":")


def _is_long(text: str) -> bool:
    """Tell a question from a field's name with a question mark ("Name?"), also where words are not spaced."""
    return len(text.split()) > 2 or (len(text) >= 6 and not text.isascii())


def _may_answer(control: Control) -> bool:
    return (control.takes_text and control.type != "password") or control.type == "checkbox"
