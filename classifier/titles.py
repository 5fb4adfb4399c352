"""The headline: chosen among the blocks labelled ``title``, freed from the site's name.

``<title>`` and ``og:title`` often say "Headline | Section | Site". What belongs to the site is known from the page: its
``og:site_name``, its host name, its publisher, and above all its own headings, which repeat the headline without
anything around it. Only where the page says nothing does the shape of the title decide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from classifier.labels import LABEL_INDEX, amid_body, labelled

if TYPE_CHECKING:
    from classifier.blocks import Page

_HEADINGS: Final = ("h1", "h2", "h3")
_MAX_TITLE: Final = 400  # characters: a longer "title" is a paragraph
# Separators that join a headline and a site's name; the strong ones hardly ever stand inside a headline.
_STRONG: Final = frozenset({*"|｜¦»«›‹·•_", "::"})
_SEPARATOR: Final = re.compile(
    r"\s+(?:[|｜¦»«›‹·•~/>←→–—―-]|::|--)\s+|\s*[|｜¦»«]\s*|\s*::\s*|(?<=[^\x00-\u024f])\s*[-_–—]\s*(?=[^\x00-\u024f])"
)
_ANCHORS: Final = " ¶#§🔗\u200b"  # links to the heading itself
_COLON: Final = re.compile(r"\s*[:：]\s+")
_NAME_IN_META: Final = (
    "og:site_name",
    "application-name",
    "twitter:site",
    "publisher",
    "dc.publisher",
    "article:publisher",
)
_TITLE_IN_META: Final = ("og:title", "twitter:title", "dc.title", "sailthru.title", "parsely-title", "headline")
_ARTICLES: Final = frozenset({"the", "der", "die", "das", "le", "la", "el", "il", "of", "and", "&"})
_MIN_HEADLINE: Final = 3  # words of a heading that is no section's
# Names that only media bear, for titles of which nothing else is known ("... - BBC News").
_MEDIUM: Final = re.compile(
    r"^(?:the )?(?:[\w'’.&-]+ ){0,3}(?:news|times|post|blog|magazine|journal|herald|guardian|daily|tribune|gazette|"
    r"telegraph|independent|observer|chronicle|review of books|weekly|radio|tv|zeitung|nachrichten|wikipedia|youtube|"
    r"medium|verge|wired|reuters|bbc|cnn|npr|новости)(?: (?:news|online|uk|us|world|africa|asia|magazine))?$"
    r"|^(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|co\.uk|de|fr|it|es|ru|pl|io|info|news|tv|eu|us|uk|ca|au|in)$",
    re.IGNORECASE,
)
_SECTION: Final = re.compile(
    r"^(?:(?:world|local|national|breaking|latest) )?(?:news|world|politics|sports?|business|opinion|tech(?:nology)?|"
    r"science|health|culture|life ?style|entertainment|travel|money|economy|blog|home|us|uk|asia|europe|africa|"
    r"nachrichten|politik|wirtschaft|kultur|panorama|actualités?|noticias|новости)(?: news)?$",
    re.IGNORECASE,
)


def choose_title(page: Page, labels: Sequence[str], probabilities: Any) -> str | None:
    """Headline of a labelled page.

    Parameters
    ----------
    page : Page
        Blocks of a page or of plain text.
    labels : sequence of str
        Label of each block.
    probabilities : array of float, shape (n_blocks, 9)
        In the order of `classifier.labels.LABELS`.

    Returns
    -------
    str or None
        Text of the best block labelled ``title``, joined with its neighbours where the headline is split, otherwise
        what the page's metadata say; without the site's name. None where there is neither.
    """
    runs = _title_runs(page, labels)
    if not runs:
        return _opening_heading(page, labels) or _from_metadata(page)
    declared = _key(f"{page.meta.get('og:title', '')} {page.doc_title}")
    column = LABEL_INDEX["title"]
    site = _key(page.meta.get("og:site_name", ""))

    def score(run: list[int]) -> float:
        text = _key(" ".join(page.texts[b] for b in run))
        best = max(float(probabilities[b, column]) for b in run)
        heading = 0.3 if _heading(page, run[0]) == "h1" else 0.1 if _heading(page, run[0]) else 0.0
        known = 0.5 if len(text) > 3 and text in declared and text != site else 0.0
        return best + heading + known - run[0] * 1e-5

    best = max(runs, key=score)
    title = " ".join(page.texts[b] for b in best).rstrip(_ANCHORS)
    if site and _key(title) == site:  # the banner was taken for the headline
        return _from_metadata(page) or title
    headline = _rest_of_declared(page, title, best[-1] + 1)
    if headline is not None:
        return headline
    if not _SEPARATOR.search(title) and not _COLON.search(title):
        return title
    others = [page.texts[b] for run in runs if run is not best for b in run]
    if page.root is None:  # the <title> of a scraped page stands above its headline
        others += [text for text in page.texts[best[-1] + 1 : best[-1] + 4] if len(text) < len(title)]
        return strip_site(title, site_names=_site_names(page), headings=others)
    if _heading(page, best[0]):  # a visible headline stays as it is, but for the site's own name
        others.append(title)
    return strip_site(title, site_names=_site_names(page), headings=others)


def keep_one(labels: Sequence[str]) -> list[str]:
    """Make a title body where it stands amid the body, after another title: recipes and reviews repeat theirs.

    Parameters
    ----------
    labels : sequence of str
        Label of each block.

    Returns
    -------
    list of str
        New labels.
    """
    refined = list(labels)
    titles = labelled(labels, "title")
    for block in titles[1:]:
        if "body" in labels[titles[0] : block] and amid_body(labels, block):
            refined[block] = "body"
    return refined


def _rest_of_declared(page: Page, title: str, start: int) -> str | None:
    """Headline where the title is the site's part of ``<title>`` and a later block repeats the other part, else None.

    Never an earlier one: above the headline of an article stands the name of the site.
    """
    declared, own = _key(page.doc_title), _key(title)
    if own == declared or not own or not (declared.startswith(own) or declared.endswith(own)):
        return None
    rest = declared.removeprefix(own) if declared.startswith(own) else declared.removesuffix(own)
    if len(rest) < len(own):
        return None
    return next((text for text in page.texts[start:] if _begins_like(text, rest) and _key(text) == rest), None)


def _opening_heading(page: Page, labels: Sequence[str]) -> str | None:
    """Heading that opens the body of a page without a title, where ``<title>`` does not know it, else None.

    Then ``<title>`` says no more than the name of the site.
    """
    first = labels.index("body") if "body" in labels else None
    if first is None or not _heading(page, first) or any(page.meta.get(name) for name in _TITLE_IN_META):
        return None
    text = page.texts[first]
    heading, declared = _key(text), _key(page.doc_title)
    known = not declared or heading in declared or declared in heading
    return None if known or len(text.split()) < _MIN_HEADLINE else text


def strip_site(title: str, *, site_names: Iterable[str] = (), headings: Iterable[str] = ()) -> str:
    """Remove the name of the site and its sections from a title.

    Parameters
    ----------
    title : str
        As ``<title>`` has it, for instance.
    site_names : iterable of str
        What the site calls itself: ``og:site_name``, host name, publisher.
    headings : iterable of str
        Headings of the page. One that the title repeats settles the matter.

    Returns
    -------
    str
        The headline; the whole title where nothing can be removed with confidence.
    """
    title = " ".join(title.split())
    names = [name for name in (_key(name) for name in site_names) if len(name) > 1]
    parts, joints = _split(title)
    if len(parts) == 1:
        return _strip_colon(title, names)
    heading = _matching_heading(parts, joints, headings, names)
    if heading is not None:
        return heading
    low, high = 0, len(parts)
    while high - low > 1:
        if _is_foreign(parts[high - 1], joints[high - 2], parts[low : high - 1], names):
            high -= 1
        elif _is_site(parts[low], names) and not _is_site(parts[high - 1], names):
            low += 1
        else:
            break
    return _join(parts, joints, low, high)


def _title_runs(page: Page, labels: Sequence[str]) -> list[list[int]]:
    """Blocks labelled title, neighbours in one heading together."""
    runs: list[list[int]] = []
    for block in labelled(labels, "title"):
        if len(page.texts[block]) > _MAX_TITLE:
            continue
        if runs and runs[-1][-1] == block - 1 and _same_heading(page, runs[-1][0], block):
            runs[-1].append(block)
        else:
            runs.append([block])
    return runs


def _same_heading(page: Page, first: int, second: int) -> bool:
    if page.root is None:
        return False
    if page.owner[first] == page.owner[second]:
        return True
    container = _heading_container(page, first)
    return container is not None and page.first[container] <= second < page.last[container]


def _heading_container(page: Page, block: int) -> int | None:
    container = page.owner[block]
    for _ in range(4):
        if page.container_tags[container] in _HEADINGS:
            return container
        container = page.parent[container]
    return None


def _heading(page: Page, block: int) -> str:
    container = _heading_container(page, block)
    return "" if container is None else page.container_tags[container]


def _from_metadata(page: Page) -> str | None:
    if page.root is None:
        return None
    declared = [page.meta[name] for name in _TITLE_IN_META if page.meta.get(name, "").strip()]
    if page.doc_title:
        declared.append(page.doc_title)
    if not declared:
        found = list(_json_ld_values(page, "headline"))
        return found[0] if found else None
    headings = [text for text, tag in zip(page.texts, page.tags, strict=True) if tag in _HEADINGS]
    # Old pages make their headline from <font> or <b>: any block that repeats the longer part of the title will do.
    for text in page.texts:
        if len(declared[0]) > len(text) > len(declared[0]) / 2 and declared[0].endswith(text):
            return text
    return strip_site(declared[0], site_names=_site_names(page), headings=headings) or None


def _site_names(page: Page) -> list[str]:
    names = [page.meta[name].lstrip("@") for name in _NAME_IN_META if page.meta.get(name)]
    url = page.url or page.meta.get("og:url")
    if url:
        names.extend(_host_names(url))
    names.extend(_json_ld_values(page, "publisher"))
    return names


def _host_names(url: str) -> list[str]:
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return []
    labels = host.split(".")
    # The longest label but the last is the name: "theverge" in "theverge.com", "guardian" in "guardian.co.uk".
    return [host, max(labels[:-1], key=len)] if len(labels) > 1 else [host]


_JSON_STRING: Final = r'("(?:[^"\\]|\\.){2,300}")'
_JSON_VALUES: Final = {
    "headline": re.compile(rf'"headline"\s*:\s*{_JSON_STRING}'),
    "publisher": re.compile(rf'"publisher"\s*:\s*[\[{{\s]*(?:[^{{}}]|\{{[^{{}}]*\}})*?"name"\s*:\s*{_JSON_STRING}'),
}


def _json_ld_values(page: Page, name: str) -> Iterator[str]:
    """Values by pattern: the JSON of many pages is broken or huge, and one value of it is needed."""
    for element in page.json_ld:
        text = element.text or ""
        start = text.find(f'"{name}"')
        match = _JSON_VALUES[name].match(text[start : start + 1_000]) if start >= 0 else None
        if match:
            try:
                yield " ".join(str(json.loads(match[1], strict=False)).split())
            except ValueError:
                continue


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _begins_like(text: str, key: str) -> bool:
    """Whether the `_key` of a text has the first letter of another; most have not."""
    return next(filter(str.isalnum, text.casefold()), None) == key[0]


def _weight(key: str) -> int:
    """Length in letters of an alphabet: a Chinese or Japanese character or a Korean syllable says as much as three."""
    return len(key) + 2 * sum(char > "\u2e80" for char in key)


def _split(title: str) -> tuple[list[str], list[str]]:
    """Parts of a title and the separators between them."""
    parts, joints, end = [], [], 0
    for match in _SEPARATOR.finditer(title):
        if match.start() > end:
            parts.append(title[end : match.start()])
            joints.append(match[0])
            end = match.end()
    tail = title[end:]
    if tail:
        parts.append(tail)
    elif joints:
        joints.pop()
    return parts or [title], joints


def _join(parts: Sequence[str], joints: Sequence[str], low: int, high: int) -> str:
    return "".join(
        part + (joints[index] if index < high - 1 else "") for index, part in enumerate(parts[low:high], low)
    ).strip()


def _matching_heading(
    parts: Sequence[str], joints: Sequence[str], headings: Iterable[str], names: Sequence[str]
) -> str | None:
    """Find the longest run of parts that a heading of the page repeats."""
    keys = {_key(heading) for heading in headings} - set(names)
    count = len(parts)
    for length in range(count, 0, -1):
        for low in range(count - length + 1):
            text = _join(parts, joints, low, low + length)
            key = _key(text)
            if key in keys and (length == count or _weight(key) > 8):
                high = low + length
                own = length > 1 and _weight(key) > 8 and _is_own_name(parts[high - 1], joints[high - 2], names)
                return _join(parts, joints, low, high - own)
    return None


def _is_own_name(part: str, joint: str, names: Sequence[str]) -> bool:
    """Whether the last part of a visible headline is the site's name without a doubt."""
    return _key(part) in names or (joint.strip() == "|" and _is_site(part, names))


def _is_foreign(part: str, joint: str, rest: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the last part of a title is no part of the headline."""
    if _is_site(part, names):
        return True
    if _MEDIUM.match(part) or _SECTION.match(part):
        return _weight(_key("".join(rest))) > 8
    headline = max(rest, key=len)
    short = len(part.split()) <= 4 and len(part) <= 40
    return joint.strip() in _STRONG and short and len(headline.split()) > 3 and len(headline) > 1.2 * len(part)


def _is_site(part: str, names: Sequence[str]) -> bool:
    key = _key(part)
    if not key:
        return True
    for name in names:
        if key == name or (len(key) > 3 and key in name and len(key) > 0.4 * len(name)):
            return True
        if name in key and len(part.split()) <= 6 and len(name) > 0.35 * len(key):
            return True
        if _abbreviates(name, part):
            return True
    return False


def _abbreviates(name: str, part: str) -> bool:
    """Whether a host name is made of beginnings of the part's words: "nytimes" of "The New York Times"."""
    words = [word for word in map(_key, part.split()) if word and word not in _ARTICLES]
    if not 2 <= len(words) <= 6 or len(name) < len(words):
        return False
    ends = {0}  # letters of the name that the words so far may account for
    for word in words:
        ends = {
            end + length for end in ends for length in range(1, len(word) + 1) if name.startswith(word[:length], end)
        }
    return len(name) in ends


def _strip_colon(title: str, names: Sequence[str]) -> str:
    """Remove a site's name before a colon: "Site: headline"."""
    match = _COLON.search(title)
    if match and _key(title[: match.start()]) in names and _weight(_key(title[match.end() :])) > 8:
        return title[match.end() :]
    return title
