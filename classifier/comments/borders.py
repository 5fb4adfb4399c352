"""Labels of comment threads, corrected by structure: what stands inside a thread is no part of the article.

The model judges block by block and mistakes a thoughtful comment for a paragraph now and then. Structure and the labels
around correct it; class names play no part:

1. Where lines that date comments stand side by side, what is between two of them is comment too.
2. So is what the stretch of the page encloses in which comments outweigh the article most.
3. So is what a container holds in which comments, or the form to write one, outweigh the article, and which does not
   begin with the article.
4. What follows a heading such as "Reader comments (4)", with two or more lines alike that hold a time of day or end in
   "Ana wrote:", is a thread whatever the model thinks.
5. A few "comments" between paragraphs of a container that is mostly article, without a date, belong to the article.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from classifier.comments.lines import named_in_bold
from classifier.comments.marks import common_container
from classifier.comments.posts import free_posts
from classifier.comments.records import fill_records, holds_text
from classifier.comments.replies import fill_replies
from classifier.comments.threads import dated_lines
from classifier.comments.words import SAYS_TAIL, heads_opinions, heads_thread, may_head
from classifier.labels import labelled

if TYPE_CHECKING:
    from classifier.blocks import Page

_APPARATUS: Final = frozenset({"comment_form", "challenge"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "legend"})
_LISTS: Final = frozenset({"ul", "ol", "dl", "table", "tbody"})  # articles are paragraphs
_DATABLE: Final = frozenset({"comment", "body", "byline", "source_link"})
_STRAY: Final = frozenset({"body", "byline", "source_link"})  # what the model sees in a comment

# Weights are characters of text. They were chosen on out-of-fold labels: `python -m benchmarks.leaks`.
_TITLE: Final = 800  # a stretch with a headline in it had better be two
_WEIGHS: Final = {  # sign, and a limit: a long block is not ten times the evidence of a short one
    "comment": (1, 400),
    "body": (-1, 400),
    "comment_form": (1, 100),
    "challenge": (1, 100),
    "title": (-_TITLE, 0),
}
_HEADED: Final = 400  # a heading such as "3 comments" that begins a container
_MIN_ZONE: Final = 200
_LEAD: Final = 0.3  # of a thread's weight may stand before its first sure sign
_LEAD_OF_LIST: Final = 0.5
_LAYOUT_SHARE: Final = 0.9  # of a thread stands in one cell of a table that lays out the page
_LEAD_OUTSIDE: Final = 0.5  # of the article's weight before the thread

_MIN_DATED: Final = 2
_MIN_SIGNED: Final = 3
# "Ulrike Hahn, Bielefeld, Germany": a few words in capitals, and no sentence.
_SIGNED: Final = re.compile(r"(?=.{5,60}$)[^\W\d_a-z][^,!?;:]{0,30}(?:, [^\W\d_a-z][^,.!?;:]{1,25}){1,2}")
# Share of the lines with a date that the model must call comment. A time of day is the mark of comments; a date alone
# also stands above the parts of a digest or a chronicle.
_MIN_SHARE: Final = 0.6
_MIN_SHARE_TIMED: Final = 0.1
_TIMED: Final = re.compile(r"\d:\d\d|\d ?[ap]\.?m\b|\d ?(?:uhr|h)\b|\d[時时点]", re.IGNORECASE)
_TIMED_OR_AGO: Final = re.compile(
    rf"{_TIMED.pattern}|\b(?:ago|geleden|temu)\b|\b(?:vor|il y a|hace|há) \d|"
    r"\d \w+ (?:fa|sedan|siden|назад|тому|önce|lalu|trước)\b|"
    r"\d.{0,2}前|\d.{0,2} ?전|\b(?:قبل|מלפני|πριν)\b",
    re.IGNORECASE,
)
_HEADING_NEAR: Final = 12  # blocks above the first date: a first comment that is signed at its foot
# Above the posts of a forum, which are its content.
_REPLIES: Final = re.compile(
    r"\b(?:repl[yi]|antwort|répons|respuest|respost|rispost|odpowied|odpov|svar|ответ|відпов)|返信|回[复覆]|답글",
    re.IGNORECASE,
)
# Above the answers to a question, which are content too.
_ANSWERS: Final = re.compile(
    r"\W*\d+ (?:answers?|antworten|réponses?|respuestas?|rispost[ae]|respostas?|antwoorden|odpowiedzi|"
    r"ответ\w*|回答)\W*",
    re.IGNORECASE,
)
_DIGIT: Final = re.compile(r"\d")
_MAX_OPINIONS: Final = 90  # without the title of the article
_MAX_ISLAND: Final = 12  # blocks
_FORM_NEAR: Final = 2  # blocks
_MAX_HEADINGS: Final = 2  # above and below a thread, or a link and a heading
_MAX_RECORD: Final = 30  # blocks from one comment to the next


def refine(page: Page, labels: Sequence[str]) -> list[str]:
    """Tell comments from the article by where they stand.

    Parameters
    ----------
    page : Page
        Segmented page or plain text.
    labels : sequence of str
        Label of each block.

    Returns
    -------
    list of str
        New labels: body blocks inside a thread became ``comment``, or ``comment_form`` where there is a form and no
        comment; comment blocks inside the article became ``body``.
    """
    refined = list(labels)
    if "body" not in refined:
        return refined
    dates = functools.cache(functools.partial(dated_lines, page))
    if _fill_below_heading(page, refined, dates) or "comment" in refined:
        dated = dates()
        if free_posts(page, refined, dated):
            return refined
        headings = _headings(page)
        _fill_between_dates(page, refined, dated, headings)
        fill_records(page, refined, dated)
        fill_replies(page, refined)
        _fill_zone(page, refined, dated, headings)
        _fill_containers(page, refined, dated, headings)
        _free_islands(page, refined, dated, headings)
    elif "comment_form" in refined:
        _fill_containers(page, refined, (), _headings(page))
    return refined


def _fill(labels: list[str], blocks: Iterable[int], stray: frozenset[str] = _STRAY) -> None:
    for b in blocks:
        if labels[b] in stray:
            labels[b] = "comment"


def _is_heading(page: Page, b: int) -> bool:
    """Whether a block is the heading of a thread."""
    return (page.tags[b] in _HEADINGS or page.root is None) and heads_thread(page.texts[b])


def _headings(page: Page) -> set[int]:
    """Find the headings of threads."""
    return {b for b in range(len(page)) if _is_heading(page, b)}


def _fill_below_heading(page: Page, labels: list[str], dates: Callable[[], list[int]]) -> bool:
    """Fill what stands below the heading of a thread, if lines that only comments have repeat there; tell whether."""
    texts, linked, after = page.texts, page.link_chars, labels.index("body") + 1
    lines = [after + at for at in may_head(texts[after:])]
    # A link to the comments of a story reads like a heading too, but is one.
    plain = [b for b in lines if 2 * linked[b] <= len(texts[b])]
    headings = [b for b in plain if _heads_thread(texts[b]) or _heads_form(page, labels, b)]
    # One heading heads one thread; a list of stories names the number of comments below each.
    if not headings or len(headings) > _MAX_HEADINGS:
        return False
    start = headings[-1] if len({page.texts[b] for b in headings}) == 1 else headings[0]
    if "title" in labels[start:]:
        return False
    above = sum(len(text) for text, label in zip(page.texts[:start], labels, strict=False) if label == "body")
    # Below a question of two lines, "3 comments" are what the page is about.
    timed = _TIMED_OR_AGO if 2 * above > sum(map(len, page.texts[start:])) else _TIMED
    marks = _comment_marks(page, start, timed, dates())
    gaps = [after - before for before, after in pairwise(marks)]
    if len(marks) < _MIN_DATED or max(gaps) > _MAX_RECORD or marks[0] - start > _HEADING_NEAR:
        return False
    last = min(page.last[common_container(page, [start, marks[-1]])], marks[-1] + max(gaps))
    if not holds_text(page, range(marks[0], last), len(marks)):
        return False
    _fill(labels, range(start, last), _STRAY | {"promo"})
    return True


def _heads_thread(text: str) -> bool:
    """Whether a line reads like the heading of a thread of comments, and not of posts or answers."""
    if len(text) <= _MAX_OPINIONS and heads_opinions(text):
        return True
    return _DIGIT.search(text) is not None and heads_thread(text) and _REPLIES.search(text) is None


def _heads_form(page: Page, labels: Sequence[str], b: int) -> bool:
    """Whether a line heads a thread without saying how many comments it has, with the form right below."""
    return "comment_form" in labels[b + 1 : b + 1 + _FORM_NEAR] and _is_heading(page, b)


def _comment_marks(page: Page, start: int, timed: re.Pattern[str], dated: Sequence[int]) -> list[int]:
    """Lines below a heading that are alike and begin or end a comment: the most frequent kind of them.

    A time (of day, or "2 days ago") or "Ana wrote:" does; below the words of a newspaper for its readers' opinions a
    mere date does too, and without any, a name in bold, or a name with a place.
    """
    opinions = heads_opinions(page.texts[start])
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for b in dated[bisect_right(dated, start) :]:
        text = page.texts[b]
        telling = opinions or timed.search(text) or SAYS_TAIL.search(text)
        if telling and 2 * page.link_chars[b] <= len(text):
            groups[page.tags[b], page.container_tags[page.parent[page.owner[b]]]].append(b)
    marks = max(groups.values(), key=len, default=[])
    below = range(start + 1, len(page))
    if opinions and len(marks) < _MIN_DATED:
        marks = [b for b in below if named_in_bold(page, b)]
    if opinions and len(marks) < _MIN_DATED:
        signed = [b for b in below if not page.link_chars[b] and _SIGNED.fullmatch(page.texts[b])]
        usual = Counter(page.tags[b] for b in signed).most_common(1)
        marks = [b for b in signed if page.tags[b] == usual[0][0]] if len(signed) >= _MIN_SIGNED else []
    return marks


def _fill_between_dates(page: Page, labels: list[str], dated: Sequence[int], headings: Set[int]) -> None:
    """Fill the gaps between lines that date comments and are children of one container."""
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    for b in dated:
        if labels[b] in _DATABLE:
            groups[page.tags[b], page.parent[page.owner[b]]].append(b)
    answers = [b for b, text in enumerate(page.texts) if page.tags[b] in _HEADINGS and _ANSWERS.fullmatch(text)]
    for marks in groups.values():
        if any(marks[0] < b < marks[-1] for b in answers):
            continue
        sure = sum(labels[b] == "comment" for b in marks)
        if sure < _MIN_DATED:
            continue
        timed = 2 * sum(_TIMED.search(page.texts[b]) is not None for b in marks) > len(marks)
        if sure >= (_MIN_SHARE_TIMED if timed else _MIN_SHARE) * len(marks):
            _fill(labels, range(_begin(page, labels, marks, headings), marks[-1] + 1))


def _begin(page: Page, labels: Sequence[str], marks: Sequence[int], threads: Set[int]) -> int:
    """First block of a thread whose comments are dated by `marks`, of which the first may date the article."""
    at = max((i for i, b in enumerate(marks) if labels[b] == "byline"), default=0)
    first = marks[at]
    if labels[first] != "comment":
        after = marks[at + 1] if at + 1 < len(marks) else first
        headings = [b for b in range(first + 1, after) if page.tags[b] in _HEADINGS or b in threads]
        return headings[-1] if headings else after
    near = range(first, max(-1, first - _HEADING_NEAR), -1)
    return next((b for b in near if b in threads), first)


def _weights(page: Page, labels: Sequence[str]) -> list[int]:
    """How much each block speaks for a thread; against it where negative."""
    weights = [0] * len(labels)
    for label, (sign, cap) in _WEIGHS.items():
        for b in labelled(labels, label):
            weights[b] = sign * min(len(page.texts[b]), cap) if cap else sign
    return weights


def _signs(labels: Sequence[str], dated: Sequence[int], headings: Set[int]) -> set[int]:
    """Blocks that leave no doubt that a thread has begun: a date or a heading that the model takes for part of one."""
    signs = {b for b in dated if labels[b] == "comment"}
    signs.update(b for b in headings if labels[b] == "comment" or labels[b] in _APPARATUS)
    return signs


def _fill_zone(page: Page, labels: list[str], dated: Sequence[int], headings: Set[int]) -> None:
    """Fill the stretch with the greatest sum of weights, from its first sure sign on."""
    best = total = start = zone_start = zone_end = 0
    for b, weight in enumerate(_weights(page, labels)):
        total += weight
        if total <= 0:
            total, start = 0, b + 1
        elif total > best:
            best, zone_start, zone_end = total, start, b + 1
    if best >= _MIN_ZONE:
        inside = [b for b in _signs(labels, dated, headings) if zone_start <= b < zone_end]
        if inside:
            _fill(labels, range(min(inside), zone_end))


def _fill_containers(page: Page, labels: list[str], dated: Sequence[int], headings: Set[int]) -> None:
    """Fill the containers that are threads, or the surroundings of a form, as a whole."""
    weights = _weights(page, labels)
    total = [0, *accumulate(weights)]
    against = [0, *accumulate([min(0, weight) for weight in weights])]
    speaking = [b for b, weight in enumerate(weights) if weight > 0]
    signs = sorted(_signs(labels, dated, headings))
    heads = [b for b in signs if b in headings]
    title = labels.index("title") if "title" in labels else -1

    def is_thread(c: int) -> bool:
        first, last = page.first[c], page.last[c]
        if first <= title < last:
            return False
        headed = first in headings
        if total[last] - total[first] + _HEADED * headed <= 0:
            return False
        if headed:
            return True
        article = against[last] - against[first]
        inside = total[last] - total[first] - article
        if page.container_tags[c] in _LISTS and not _is_layout(page, total, against, c, speaking):
            begin = speaking[bisect_left(speaking, first)]
            return against[first] - against[begin] <= _LEAD_OF_LIST * inside
        # A date may stand above the article too, the heading of the thread never does.
        firsts = (b for known in (heads, signs) for b in known[bisect_left(known, first) :][:1])
        sure = next((b for b in firsts if b < last), None)
        begin = speaking[bisect_left(speaking, first)] if sure is None else sure
        return against[first] - against[begin] <= min(_LEAD * inside, -_LEAD_OUTSIDE * against[first])

    seen: set[int] = {0}
    for b in speaking:
        c = page.owner[b]
        while c not in seen:
            seen.add(c)
            first, last = page.first[c], page.last[c]
            if against[first] != against[last] and is_thread(c):
                label = "comment" if "comment" in labels[first:last] else "comment_form"
                labels[first:last] = [label if own == "body" else own for own in labels[first:last]]
            c = page.parent[c]


def _is_layout(page: Page, total: Sequence[int], against: Sequence[int], c: int, speaking: Sequence[int]) -> bool:
    """Whether a table only lays out the page: one cell of it holds nearly all that speaks for a thread."""
    if page.container_tags[c] not in {"table", "tbody"}:
        return False
    middle = (bisect_left(speaking, page.first[c]) + bisect_left(speaking, page.last[c])) // 2
    cell, at = 0, page.owner[speaking[middle]]
    while at != c:
        cell = at if page.container_tags[at] == "td" else cell
        at = page.parent[at]

    def inside(container: int) -> int:
        first, last = page.first[container], page.last[container]
        return total[last] - total[first] - against[last] + against[first]

    return bool(cell) and inside(cell) >= _LAYOUT_SHARE * inside(c)


def _free_islands(page: Page, labels: list[str], dated: Sequence[int], headings: Set[int]) -> None:
    """Give back to the article what stands between its paragraphs without a sign of a thread."""
    weights = _weights(page, labels)
    signs = _signs(labels, dated, headings)
    total = [0, *accumulate(weights)]
    start = 0
    while start < len(labels):
        if labels[start] != "comment":
            start += 1
            continue
        stop = start
        while stop < len(labels) and labels[stop] == "comment":
            stop += 1
        island = range(start, stop)
        if start > 0 and stop < len(labels) and labels[start - 1] == labels[stop] == "body":
            c = page.owner[start]
            while c and not (page.first[c] < start and stop < page.last[c]):
                c = page.parent[c]
            mostly_article = total[page.last[c]] - total[page.first[c]] <= 0
            if len(island) <= _MAX_ISLAND and mostly_article and signs.isdisjoint(island):
                labels[start:stop] = ["body"] * len(island)
        start = stop
