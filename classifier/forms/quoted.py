"""Words of a form that an article quotes: a tutorial's example is not a form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from classifier.blocks import Page

_OF_FORMS: Final = frozenset({"comment_form", "challenge"})
_NEAR: Final = 4  # blocks; a form's notice never stands further from its first field
_PROSE_WORDS: Final = 14  # notices above a form are shorter, or one sentence
_SENTENCE_END: Final = re.compile(r"[.!?。！？](?:\s|$)")
_LONGEST_IN_TEXT: Final = 2
_LONGEST: Final = 6  # blocks in a quotation; more is a form whose fields a script makes


def keep_quoted(page: Page, labels: Sequence[str]) -> list[str]:
    """Give form words back to the article that quotes them.

    Parameters
    ----------
    page : Page
        Segmented page or plain text.
    labels : sequence of str
        Label of each block.

    Returns
    -------
    list of str
        Runs of ``comment_form`` and ``challenge`` that stand between body blocks of the same container, with no form
        control near, become ``body``. In plain text, which shows neither, short runs with body on both sides do.
    """
    kept = list(labels)
    if _OF_FORMS.isdisjoint(kept):
        return kept
    places = [position for position, _ in page.controls]
    start = 0
    while start < len(kept):
        if kept[start] not in _OF_FORMS:
            start += 1
            continue
        stop = start
        while stop < len(kept) and kept[stop] in _OF_FORMS:
            stop += 1
        if page.root is None and start > 0 and kept[start - 1] == "body" and _is_prose(page.texts[start]):
            kept[start] = "body"  # the article's last words speak of a form, and the form follows
            continue
        longest = _LONGEST if page.root is not None else _LONGEST_IN_TEXT
        inside = start > 0 and stop < len(kept) and stop - start <= longest
        if inside and kept[start - 1] == kept[stop] == "body" and _same_place(page, start, stop):
            near = range(start - _NEAR, stop + _NEAR + 1)
            if not any(place in near for place in places):
                kept[start:stop] = ["body"] * (stop - start)
        start = stop
    return kept


def _is_prose(text: str) -> bool:
    return text.count(" ") >= _PROSE_WORDS and len(_SENTENCE_END.findall(text)) >= 2


def _same_place(page: Page, start: int, stop: int) -> bool:
    """Whether the blocks around a run and the run itself hang in one container, directly or one box deeper."""
    before = {page.owner[start - 1], page.parent[page.owner[start - 1]]}
    after = {page.owner[stop], page.parent[page.owner[stop]]}
    shared = before & after
    return bool(shared) and any(
        page.first[container] <= start - 1 and stop < page.last[container] for container in shared
    )
