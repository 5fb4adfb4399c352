from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import page_bytes, real_pages
from hypothesis import given
from hypothesis import strategies as st
from parsel import Selector
from scrapy.http import HtmlResponse

from classifier.blocks.decoding import decode
from classifier.extraction import Extractor
from classifier.plugin.clean import REMOVED, clean_text
from classifier.plugin.page import Cleaned, CleanJob, Job, PageFailure, read_page
from classifier.plugin.runner import Runner

PAGE = [
    ("boilerplate", "Home"),
    ("boilerplate", "Share"),
    ("title", "Bridge closed"),
    ("byline", "By Ann Writer"),
    ("body", "The bridge is shut, and shops share the cost."),
    ("promo", "READ MORE: The ferry that nobody wanted"),
    ("body", "“It is a shame”, she said. Leave a reply, they said."),
    ("source_link", "Source link"),
    ("comment", "Home is where the bridge is"),
    ("comment_form", "Leave a Reply"),
    ("challenge", "8 + 1 ="),
    ("boilerplate", "Share"),
]
ARTICLE = [text for label, text in PAGE if label not in REMOVED]


@pytest.mark.parametrize("separator", ["\n", " ", "\n\n", " \t\n  "])
def test_whatever_parts_the_blocks(separator: str) -> None:
    text = separator.join(text for _, text in PAGE)
    kept, removed = clean_text(text, PAGE)
    assert kept.split() == " ".join(ARTICLE).split()
    assert removed == [(label, text) for label, text in PAGE if label in REMOVED]


def test_line_breaks_in_the_middle_of_a_block() -> None:
    text = "The bridge is shut,\nand shops share the cost.\nREAD MORE: The ferry\nthat nobody wanted\n“It is a shame”"
    assert clean_text(text, PAGE)[0] == "The bridge is shut,\nand shops share the cost.\n“It is a shame”"


def test_straight_quotes_and_case_of_the_project_stay() -> None:
    text = '"It is a shame", she said. Leave a reply, they said.\nSOURCE LINK'
    assert clean_text(text, PAGE)[0] == '"It is a shame", she said. Leave a reply, they said.'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Not of this page at all.",
        "A sentence of their own, with Share and Home and Source link in it.",
        "The bridge is shut, and shops share the cost.",
        "Shareholders of the Homestead",
    ],
)
def test_words_of_the_project_stay(text: str) -> None:
    assert clean_text(text, PAGE) == (text, [])


def test_a_long_thread_of_equal_short_blocks() -> None:
    page = [("body", "The story.")] + [("comment", word) for i in range(500) for word in (f"Comment {i}", "Reply")]
    started = time.perf_counter()
    kept, removed = clean_text("\n".join(text for _, text in page), page)
    assert kept == "The story."
    assert len(removed) == 1000
    assert time.perf_counter() - started < 2


@given(st.lists(st.tuples(st.sampled_from(["body", "promo", "comment"]), st.text("ab \n", max_size=12)), max_size=12))
def test_never_makes_words(page: list[tuple[str, str]]) -> None:
    text = "\n".join(text for _, text in page)
    kept, removed = clean_text(text, page)
    gone = " ".join(part for _, part in removed).split()
    assert sorted(kept.split() + gone) == sorted(text.split())


HEADLINE, LEAD = "Harbour board votes for pontoon", "The harbour board voted on Tuesday to replace the old slipway."
ENGINEERS = "Engineers said that it had lost a third of its stones."


@pytest.mark.parametrize(
    "before",
    [
        [("boilerplate", "Home"), ("boilerplate", HEADLINE)],
        [("boilerplate", "Breaking:"), ("promo", HEADLINE), ("promo", "Lifeboat crew wait")],
        [("promo", "Most read"), ("promo", HEADLINE), ("promo", LEAD), ("promo", "Lifeboat crew wait")],
        [("promo", f"{HEADLINE} {LEAD}")],
        [("promo", "voted on Tuesday to replace the old slipway")],
    ],
)
def test_headline_and_lead_stay_whatever_repeats_them(before: list[tuple[str, str]]) -> None:
    article = [("title", HEADLINE), ("body", LEAD), ("body", ENGINEERS)]
    for page in (before + article, article + before):
        for text in ("\n".join(text for _, text in article), f"{LEAD} {ENGINEERS}"):
            assert clean_text(text, page) == (text, [])
        everything = " ".join(text for _, text in page)
        assert clean_text(everything, page) == (" ".join(text for _, text in article), before)


def test_a_part_of_a_paragraph_that_the_project_shortened_stays() -> None:
    page = [
        ("body", f"{LEAD} “Nobody asked the fishermen about it”, he said."),
        ("promo", "Nobody asked the fishermen"),
    ]
    text = "The harbour board voted. Nobody asked the fishermen about it, he said."
    assert clean_text(text, page) == (text, [])


GLUED = [
    ("title", HEADLINE),
    ("body", LEAD),
    ("promo", "Read more: Lifeboat crew wait"),
    ("body", ENGINEERS),
    ("comment", "Sandy"),
    ("comment", "I landed a boat there for years"),
    ("comment", "Reply"),
    ("comment_form", "Leave a Reply"),
    ("comment_form", "Name *"),
    ("challenge", "8 + 1 ="),
]


def test_blocks_without_anything_between_them() -> None:
    kept, removed = clean_text("".join(text for _, text in GLUED), GLUED)
    assert kept == HEADLINE + LEAD + ENGINEERS
    assert removed == [(label, text) for label, text in GLUED if label in REMOVED]
    words = [("body", "The pier"), ("promo", "Read more"), ("body", "is shut")]
    assert clean_text("The pierRead moreis shut", words)[0] == "The pier is shut"


@pytest.mark.parametrize("text", ["Ourhome stays", "Share/Sharehold", "The newReply is here", "Rereply\nReplying"])
def test_never_cuts_inside_a_word(text: str) -> None:
    page = [("boilerplate", "Home"), ("boilerplate", "Share"), ("comment", "Reply")]
    assert clean_text(text, page) == (text, [])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\n".join(f"- {text}" for _, text in GLUED), f"- {HEADLINE}\n- {LEAD}\n- {ENGINEERS}"),
        (
            "\n".join(f"{number}. {text}" for number, (_, text) in enumerate(GLUED)),
            f"0. {HEADLINE}\n1. {LEAD}\n3. {ENGINEERS}",
        ),
        (" | ".join(text for _, text in GLUED), f"{HEADLINE} | {LEAD} | {ENGINEERS}"),
        ("<br>".join(text for _, text in GLUED), f"{HEADLINE}<br>{LEAD}<br>{ENGINEERS}"),
        (
            f"# {HEADLINE}\n\nThe **harbour board** voted\n\n### Leave a Reply\n\n[Read more: _Lifeboat_ crew\n"
            "wait](/a-b)\n\n  * [Name *](#name)\n",
            f"# {HEADLINE}\n\nThe **harbour board** voted",
        ),
    ],
)
def test_bullets_bars_and_markdown(text: str, kept: str) -> None:
    assert clean_text(text, GLUED)[0] == kept


def test_passages_that_a_text_holds_twice() -> None:
    comments = [("comment", text) for i in range(3) for text in (f"Reader {i}", f"What reader {i} says", "Reply")]
    page = [("body", LEAD), *comments, ("body", ENGINEERS)]
    items = [f"Reader {i} What reader {i} says Reply\nWhat reader {i} says" for i in range(3)]
    assert clean_text("\n".join((LEAD, *items, ENGINEERS)), page)[0] == f"{LEAD}\n{ENGINEERS}"


DROP_PAGE = f"""<html><body><article><h1>{HEADLINE}</h1>
<p>{LEAD} <span class="ad">Buy <b>fish</b></span> He said so.</p>
<aside class="box"><p>{ENGINEERS}</p><p>More of it</p></aside>
<p>Work begins in May and lasts until September, he said.</p>
<script class="code">track("story")</script></article></body></html>"""


def test_what_is_dropped_goes_from_the_text_too() -> None:
    answer = HtmlResponse("https://example.com/", body=DROP_PAGE, encoding="utf-8")
    selectors = (".ad", "//aside[@class='box']", ".code", ".nothing", "//comment()")
    page = read_page(Extractor(), Job(answer, answer.url, drop=selectors))
    assert "fish" not in page.values["articleBody"]
    assert [text for label, text in page.blocks if label == "boilerplate" and text in DROP_PAGE] == [
        ENGINEERS,
        "More of it",
        'track("story")',
    ]
    kept = f"{HEADLINE} {LEAD} He said so. Work begins in May and lasts until September, he said."
    for text in " ".join(answer.css("article ::text").getall()), answer.xpath("string(//article)").get(""):
        assert " ".join(clean_text(text, page.blocks)[0].split()) == kept
    assert sum(page.labels.values()) == 3
    assert answer.text == DROP_PAGE
    assert len(answer.css(".ad, .box, .code")) == 3


def test_time_grows_with_the_page_and_not_with_its_square() -> None:
    def seconds(paragraphs: int) -> float:
        page = [("body", f"{LEAD} {ENGINEERS} ({number})") for number in range(paragraphs)]
        page += [("comment", word) for i in range(paragraphs) for word in (f"I think {i} times so", "Reply")]
        text = " ".join(text for _, text in page)
        started = time.process_time()
        assert len(clean_text(text, page)[1]) == 2 * paragraphs
        assert clean_text(text.replace("e", "x"), page)[1] == []
        return time.process_time() - started

    seconds(100)
    assert seconds(8000) < 12 * seconds(2000)


def test_a_text_of_one_letter() -> None:
    page = [("promo" if length % 2 else "body", "a" * length) for length in range(1, 400)]
    started = time.process_time()
    clean_text("a" * 100_000, page)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("kind", ["thread", "process", "inline"])
def test_where_pages_are_read(kind: str) -> None:
    job = CleanJob("The bridge is shut, and shops share the cost.\nSource link", tuple(PAGE))

    async def clean() -> Cleaned | PageFailure:
        runner = Runner(kind=kind)
        try:
            return await runner.clean(job)
        finally:
            runner.close()

    cleaned = asyncio.run(clean())
    assert isinstance(cleaned, Cleaned)
    assert (cleaned.text, cleaned.removed) == clean_text(job.text, job.blocks)
    assert cleaned.milliseconds > 0


def test_no_longer_than_a_page_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(text: str, blocks: object) -> tuple[str, list[tuple[str, str]]]:
        time.sleep(0.5)
        return text, []

    monkeypatch.setattr("classifier.plugin.page.clean_text", slow)

    async def clean() -> tuple[Cleaned | PageFailure, float]:
        runner = Runner(timeout=0.1)
        started = time.perf_counter()
        result = await runner.clean(CleanJob("text", ()))
        runner.close()
        return result, time.perf_counter() - started

    result, seconds = asyncio.run(clean())
    assert isinstance(result, PageFailure)
    assert result.kind == "TimeoutError"
    assert seconds < 0.4


# How spiders make text: each of the page, and whether its scripts are in it.
TEXT = "//body//text()[not(ancestor::script or ancestor::style)]"
RECIPES: dict[str, tuple[Callable[[Selector], str], bool]] = {
    '" ".join(::text)': (lambda page: " ".join(page.css("body ::text").getall()), True),
    "string()": (lambda page: page.xpath("string(//body)").get(""), True),
    "normalize-space()": (lambda page: page.xpath("normalize-space(//body)").get(""), True),
    "get_text()": (lambda page: "".join(page.xpath(TEXT).getall()), False),
    'get_text("\\n")': (lambda page: "\n".join(page.xpath(TEXT).getall()), False),
    'get_text("|", strip=True)': (
        lambda page: "|".join(filter(None, map(str.strip, page.xpath(TEXT).getall()))),
        False,
    ),
    '"\\n".join(p)': (lambda page: "\n".join("".join(p.css("::text").getall()).strip() for p in page.css("p")), False),
    "p and li": (lambda page: "\n".join("".join(p.css("::text").getall()).strip() for p in page.css("p, li")), False),
}
OWN_PAGES = [
    *sorted(Path(__file__).with_name("pages").glob("k*/*.html")),
    *sorted(Path(__file__).with_name("pages").glob("comments/*.html")),
    *sorted((Path(__file__).parents[1] / "crawler" / "demo" / "pages").rglob("*.html")),
]


def letters(text: str) -> str:
    return "".join(re.findall(r"[^\W_]", text.lower()))


def in_order(text: str, parts: list[str]) -> list[str]:
    """Return those parts that a text holds, each after the one before."""
    position, found = 0, []
    for part in parts:
        at = text.find(part, position)
        if at >= 0:
            position = at + len(part)
            found.append(part)
    return found


def check(text: str, blocks: tuple[tuple[str, str], ...]) -> tuple[list[str], list[str], int]:
    """Return what a text lost of the article, what it kept of the rest, and of how many."""
    before, after = letters(text), letters(clean_text(text, blocks)[0])
    article = [letters(block) for label, block in blocks if label in ("title", "body", "byline")]
    held = in_order(before, [block for block in article if len(block) >= 20])
    # What also stands within a longer block that goes, the text may have only there.
    longer = "\n".join(
        one for one in (letters(block) for label, block in blocks if label in REMOVED) if one not in held
    )
    lost = [block for block in held if block not in in_order(after, held) and block not in longer]
    story = "".join(article)
    others = {
        letters(block) for label, block in blocks if label in REMOVED - {"boilerplate"} and len(block.split()) >= 4
    }
    others = {block for block in others if block in before and block not in story}
    return lost, [block for block in others if block in after], len(others)


def checked(paths: list[Path], extractor: Extractor, scripts: bool) -> Iterator[tuple[str, list[str], list[str], int]]:
    for path in paths:
        html = decode(page_bytes(path))
        blocks = tuple((block.label, block.text) for block in extractor.extract(html).blocks)
        page = Selector(html)
        for name, (recipe, with_scripts) in RECIPES.items():
            if scripts or not with_scripts:
                yield f"{path.parent.name}/{path.name} {name}", *check(recipe(page), blocks)


def test_own_pages_lose_nothing_of_the_article_and_keep_nothing_else() -> None:
    for name, lost, left, _ in checked(OWN_PAGES, Extractor(), scripts=True):
        assert (name, lost, left) == (name, [], [])


def test_saved_pages(data: Path) -> None:
    found = list(checked(real_pages(12), Extractor(), scripts=False))
    assert sum(len(lost) for _, lost, _, _ in found) <= 0.01 * len(found)
    assert sum(len(left) for _, _, left, _ in found) <= 0.005 * sum(others for _, _, _, others in found)


def test_no_blocks() -> None:
    assert clean_text("Some text", []) == ("Some text", [])
