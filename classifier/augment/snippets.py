"""Labelled snippets of every kind, as lxml elements."""

from collections.abc import Callable
from html import escape
from random import Random
from typing import Final

from lxml.html import HtmlElement

from classifier.augment.challenges import question_html
from classifier.augment.classnames import Naming, rename
from classifier.augment.layouts import layout_html
from classifier.augment.negatives import hard_negative_html
from classifier.augment.templates import draw, fill, parse, templates
from classifier.augment.wordings import random_language, wordings
from classifier.augment.writer import TextSource, Writer
from classifier.labels import Label

LABEL_ATTRIBUTE: Final = "data-winnow-label"
_CHALLENGE_SHARE: Final = 0.5
_LAYOUT_SHARE: Final = 0.2  # of the threads follow no platform
_MOST_COMMENTS: Final = 15
_LONGEST: Final = 60  # comments of the few threads that are far longer than their article
_DEEPEST: Final = 4


def challenge_html(writer: Writer) -> str:
    """HTML of a challenge in one of the surroundings that plugins give it, labelled."""
    rng = writer.rng
    question, has_input = question_html(writer.wordings, rng)
    answer = "" if has_input else f'<input type="text" name="captcha" id="captcha" size="{rng.randint(2, 20)}">'
    html = fill(draw("challenges", rng).html, writer, expr=question, input=answer)
    return html.replace(">", f' {LABEL_ATTRIBUTE}="challenge">', 1)


def comment_form(writer: Writer) -> HtmlElement:
    """Comment form, or the notice that stands in its place; about half of the forms hold a challenge."""
    template = draw("forms", writer.rng).html
    challenge = challenge_html(writer) if writer.rng.random() < _CHALLENGE_SHARE else ""
    return _labelled(parse(fill(template, writer, challenge=challenge), writer.rng), "comment_form")


def comment_thread(writer: Writer) -> HtmlElement:
    """Comment thread of 1 to 15 comments, rarely to 60; nested up to four deep where the platform nests, or of none."""
    rng = writer.rng
    if rng.random() < _LAYOUT_SHARE:
        return _labelled(parse(layout_html(writer), rng), "comment")
    frame = draw("threads", rng)
    item = templates("threads")[f"{frame.name}:comment"].html
    budget = rng.choices(
        (rng.randint(1, 4), rng.randint(1, _MOST_COMMENTS), rng.randint(_MOST_COMMENTS, _LONGEST)), (47, 47, 6)
    )[0]
    nesting = rng.choice((0.0, 0.3, 0.6))
    comments = ""
    while budget > 0:
        html, used = _comment(writer, item, budget, 0, nesting)
        comments += html
        budget -= used
    return _labelled(parse(fill(frame.html, writer, comments=comments), rng), "comment")


def _comment(writer: Writer, item: str, budget: int, depth: int, nesting: float) -> tuple[str, int]:
    """HTML of a comment with its replies, and how many comments that makes."""
    rng = writer.rng
    used, replies = 1, ""
    while depth < _DEEPEST and used < budget and rng.random() < nesting:
        html, more = _comment(writer, item, budget - used, depth + 1, nesting)
        replies += html
        used += more
    head, _, rest = item.partition("[[")
    section, _, tail = rest.partition("]]")
    html = fill(
        head + (section if replies else "") + tail,
        writer,
        replies=replies,
        indent=str(depth * 40),
        paragraphs=_paragraphs(writer),
    )
    return (html if section or not replies else html + replies), used


def _paragraphs(writer: Writer) -> str:
    """HTML of a comment's text: paragraphs, or lines with breaks."""
    count = writer.rng.choice((1, 1, 1, 2, 3))
    parts = [escape(writer.comment()) for _ in range(count)]
    if writer.rng.random() < 0.2:
        return "<div>" + "<br><br>".join(parts) + "</div>"
    return "".join(f"<p>{part}</p>" for part in parts)


def source_link(writer: Writer) -> HtmlElement:
    """Footer that names the site an article was copied from."""
    rng = writer.rng
    phrase = escape(writer.wordings.pick("source_phrase", rng))
    url, site = writer.url(), writer.site()
    link = rng.choice((f'<a href="{url}">{escape(site)}</a>', escape(site), url, f'<a href="{url}">{url}</a>'))
    html = fill(draw("sources", rng).html, writer, phrase=phrase.replace("{site}", link), url=url)
    return _labelled(parse(html, rng), "source_link")


def promo(writer: Writer) -> HtmlElement:
    """Teaser, newsletter box, advertisement mark or the like."""
    return _labelled(parse(fill(draw("promos", writer.rng).html, writer), writer.rng), "promo")


def advertisement(writer: Writer) -> HtmlElement:
    """Mark of an advertisement, as it stands between the paragraphs of an article time and again."""
    marks = [template.html for template in templates("promos").values() if template.name.startswith("advertisement")]
    return _labelled(parse(fill(writer.rng.choice(marks), writer), writer.rng), "promo")


def hard_negative(writer: Writer) -> HtmlElement:
    """Body text that looks like something else: equations, scores, credits, tables, speech, linked phrases."""
    return _labelled(parse(hard_negative_html(writer), writer.rng), "body")


def _labelled(element: HtmlElement, label: Label) -> HtmlElement:
    element.set(LABEL_ATTRIBUTE, label)
    return element


_MAKERS: Final[dict[str, Callable[[Writer], HtmlElement]]] = {
    "comment_form": comment_form,
    "comment_thread": comment_thread,
    "source_link": source_link,
    "promo": promo,
    "advertisement": advertisement,
    "hard_negative": hard_negative,
}
KINDS: Final[tuple[str, ...]] = tuple(_MAKERS)
"""What `make_snippet` makes."""


def make_snippet(
    kind: str,
    rng: Random,
    *,
    language: str | None = None,
    texts: TextSource | None = None,
    naming: Naming | None = None,
) -> HtmlElement:
    """Make one labelled snippet.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    rng : Random
        Source of all variety; equal states give equal snippets.
    language : str, optional
        One of `LANGUAGES`; drawn when None.
    texts : callable, optional
        Real paragraphs for comments and headlines.
    naming : {"keep", "scramble", "strip"}, optional
        What becomes of class names; drawn when None.

    Returns
    -------
    lxml.html.HtmlElement
        With ``data-winnow-label`` on the root, and on a challenge inside a form.
    """
    writer = Writer(wordings(language or random_language(rng)), rng, texts)
    element = _MAKERS[kind](writer)
    rename(element, rng, naming)
    return element
