from __future__ import annotations

import gzip
import json
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.blocks import Page, segment, segment_text
from classifier.blocks.parsing import parse
from classifier.labels import LABEL_INDEX, LABELS
from classifier.titles import choose_title, keep_one, strip_site

DATA = Path(__file__).parent.parent.parent / "shared" / "data" / "wcxb-dev"
LIKE_ASCII = str.maketrans("‘’“”–—", "''\"\"--")


@pytest.mark.parametrize(
    ("title", "names", "headings", "expected"),
    [
        ("Russia seeks to ‘actively operate in Kabul’ ... | World | News", (), (), None),
        ("Two bridges close after the flood - BBC News", (), (), None),
        ("Two bridges close after the flood — The Verge", ("theverge.com", "theverge"), (), None),
        ("Two bridges close after the flood - The New York Times", ("nytimes",), (), None),
        ("Two bridges close after the flood | Politics | The Guardian", ("The Guardian",), (), None),
        ("Lakeside Courier » Two bridges close after the flood", ("Lakeside Courier",), (), None),
        ("Lakeside Courier: Two bridges close after the flood", ("Lakeside Courier",), (), None),
        ("Two bridges close after the flood :: Lakeside", (), (), None),
        ("Two bridges close after the flood - example.org", (), (), None),
        ("Two bridges close after the flood – My Own Corner", (), ("Two bridges close after the flood",), None),
        ("洪水后两座桥关闭_新浪网", ("新浪网",), (), "洪水后两座桥关闭"),
        ("洪水后两座桥关闭-湖畔日报", (), ("洪水后两座桥关闭",), "洪水后两座桥关闭"),
        ("После наводнения закрыли два моста | Новости", (), (), "После наводнения закрыли два моста"),
    ],
)
def test_the_site_goes(title: str, names: Any, headings: Any, expected: str | None) -> None:
    if expected is None:
        expected = (
            "Russia seeks to ‘actively operate in Kabul’ ..."
            if title.startswith("Russia")
            else "Two bridges close after the flood"
        )
    assert strip_site(title, site_names=names, headings=headings) == expected


@pytest.mark.parametrize(
    ("title", "names", "headings"),
    [
        ("Spider-Man – review", (), ()),
        ("Q&A: what the new tax means for you", ("example.com",), ()),
        ("9-11 | A look back", (), ("9-11 | A look back",)),
        ("9-11 | A look back", (), ()),
        ("Live: storm reaches the coast", ("News",), ()),
        ("Paris – a city between two rivers", ("paris-guide.example",), ()),
        ("Nvidia vs. AMD - which card should you buy in 2025?", (), ()),
        ("News", ("News",), ()),
        ("|", (), ()),
        ("", (), ()),
    ],
)
def test_a_real_headline_stays(title: str, names: Any, headings: Any) -> None:
    assert strip_site(title, site_names=names, headings=headings) == title


@given(st.text(max_size=80), st.lists(st.text(max_size=20), max_size=3), st.lists(st.text(max_size=40), max_size=3))
def test_what_is_left_is_part_of_the_title(title: str, names: list[str], headings: list[str]) -> None:
    left = strip_site(title, site_names=names, headings=headings)
    assert left in " ".join(title.split())
    assert bool(left) == bool(title.split())


def choose(html: str, wanted: list[str], url: str | None = None) -> str | None:
    page = segment(parse(html)[0], url)
    return choose_title(page, *predicted(page, [text in wanted for text in page.texts]))


def predicted(page: Page, is_title: list[bool]) -> tuple[list[str], Any]:
    labels = ["title" if wanted else "body" for wanted in is_title]
    probabilities = np.full((len(page), len(LABELS)), 0.05)
    for block, label in enumerate(labels):
        probabilities[block, LABEL_INDEX[label]] = 0.6
    return labels, probabilities


def test_a_headline_split_by_breaks_is_joined() -> None:
    html = "<h1>Two bridges close<br><span>after the flood</span></h1><p>The rain began.</p>"
    assert choose(html, ["Two bridges close", "after the flood"]) == "Two bridges close after the flood"


def test_a_headline_split_into_boxes_is_joined() -> None:
    html = "<h1><div>Two bridges close</div><div>after the flood</div></h1><p>The rain began.</p>"
    assert choose(html, ["Two bridges close", "after the flood"]) == "Two bridges close after the flood"


def test_the_headline_that_the_title_element_repeats_wins() -> None:
    html = "<title>Two bridges close | Courier</title><h1>Lakeside Courier</h1><h2>Two bridges close</h2><p>Rain.</p>"
    assert choose(html, ["Lakeside Courier", "Two bridges close"]) == "Two bridges close"


def test_the_banner_is_not_the_headline() -> None:
    html = (
        "<title>Two bridges close - Lakeside Courier</title><meta property=og:site_name content='Lakeside Courier'>"
        "<h1>Lakeside Courier</h1><p>Rain.</p>"
    )
    assert choose(html, ["Lakeside Courier"]) == "Two bridges close"


def test_the_link_sign_of_a_heading_is_no_part_of_it() -> None:
    assert choose("<h1>Quick start<a href=#q>¶</a></h1><p>Run it.</p>", ["Quick start¶"]) == "Quick start"


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="og:title" content="Two bridges close after the flood - Courier">'
        '<meta property="og:site_name" content="Courier">',
        '<meta name="twitter:title" content="Two bridges close after the flood">',
        "<title>Two bridges close after the flood | News | Courier</title>",
        '<script type="application/ld+json">{"@type": "NewsArticle", '
        '"headline": "Two bridges close after the flood"</script>',  # cut off, as on real pages
    ],
)
def test_metadata_stand_in_for_a_headline(head: str) -> None:
    assert choose(f"<head>{head}</head><p>The rain began.</p>", []) == "Two bridges close after the flood"


def test_no_title_at_all() -> None:
    assert choose("<p>The rain began.</p>", []) is None
    assert choose_title(segment_text(""), [], np.zeros((0, 9))) is None


def test_the_first_line_of_a_text_loses_its_suffix() -> None:
    page = segment_text("Two bridges close after the flood | World | News\nThe rain began on Monday.\n")
    assert choose_title(page, *predicted(page, [True, False])) == "Two bridges close after the flood"


@pytest.mark.skipif(not DATA.exists(), reason="labelled pages are not there")
def test_real_headlines() -> None:
    """With the h1 as the only evidence of a title, and in time."""
    with (DATA / "gold.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows = [row for row in rows if row["title"] and row["page_type"] == "article"]
    right, seconds = 0, []
    sample = random.Random(5).sample(rows, 80)
    for row in sample:
        page = segment(parse(gzip.decompress((DATA / "html" / f"{row['id']}.html.gz").read_bytes()))[0], row["url"])
        labels = predicted(page, [tag == "h1" for tag in page.tags])
        start = time.perf_counter()
        title = choose_title(page, *labels)
        seconds.append(time.perf_counter() - start)
        right += like_ascii(title or "") == like_ascii(row["title"])
    assert right / len(sample) > 0.8
    assert np.median(seconds) < 0.0005  # 0.05 ms on a quiet machine


def like_ascii(text: str) -> str:
    return " ".join(text.translate(LIKE_ASCII).split()).casefold()


def test_a_title_repeated_amid_the_body_is_body() -> None:
    assert keep_one(["title", "byline", "body", "title", "body"]) == ["title", "byline", "body", "body", "body"]
    assert keep_one(["title", "byline", "title", "body", "body"]) == ["title", "byline", "title", "body", "body"]
    assert keep_one(["title", "body", "promo", "title", "boilerplate"])[3] == "title"


def chosen(source: str, labels: list[str]) -> str | None:
    page = segment(parse(source)[0])
    probabilities = np.zeros((len(page), len(LABELS)), np.float32)
    for block, label in enumerate(labels):
        probabilities[block, LABEL_INDEX[label]] = 1
    return choose_title(page, labels, probabilities)


def test_a_headline_shorter_than_the_name_of_the_site_above_it() -> None:
    source = (
        "<title>Storm hits town | Orkney Courier</title><div><a href=/>Orkney Courier</a></div>"
        "<h1>Storm hits town</h1><p>The pier is closed.</p>"
    )
    assert chosen(source, ["boilerplate", "title", "body"]) == "Storm hits town"


def test_a_page_whose_title_is_the_site_takes_the_heading_that_opens_its_body() -> None:
    body = "<h2>Torna la sagra della castagna</h2><p>Il paese si prepara.</p>"
    assert chosen(f"<title>Il Campanile</title>{body}", ["body", "body"]) == "Torna la sagra della castagna"
    known = f"<title>Torna la sagra della castagna - Il Campanile</title>{body}"
    assert chosen(known, ["body", "body"]) == "Torna la sagra della castagna"
    section = "<title>How to mend a net</title><h2>Tools</h2><p>A needle and twine.</p>"
    assert chosen(section, ["body", "body"]) == "How to mend a net"
