"""Segmentation: nothing visible is lost, nothing appears twice, on real pages and on generated messy ones."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import SETS, page_bytes, real_pages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from classifier.blocks import Page, segment, segment_text
from classifier.blocks.parsing import parse
from classifier.exceptions import SegmentationError

_BLANK = re.compile("[\\s\u200b\u200c\u200d\u2060\ufeff]+")
# What the page's tree holds and no browser paints.
_NEVER = frozenset(
    "annotation annotation-xml applet area audio base canvas frame iframe link meta noembed object param script style "
    "svg template title video".split()
)


def hides(element: etree._Element) -> bool:
    style = "".join((element.get("style") or "").lower().split())
    return (
        element.get("hidden") is not None
        or "display:none" in style
        or "visibility:hidden" in style
        or element.tag in ("noscript", "noframes", "datalist")
        or (element.tag == "dialog" and element.get("open") is None)
    )


def painted(root: etree._Element) -> Iterator[tuple[str, bool]]:
    """Yield every text node that a browser could paint, in page order, and whether it does so at first."""
    todo: list[tuple[Any, bool]] = [(root, True)]
    while todo:
        item, shown = todo.pop()
        if isinstance(item, str):
            yield item, shown
        elif isinstance(item.tag, str) and (item is root or item.tag not in _NEVER):
            shown = shown and not hides(item)
            children = [part for child in item for part in ((child, shown), (child.tail or "", shown))]
            todo += [*reversed(children), (item.text or "", shown)]


def squeeze(texts: object) -> str:
    return _BLANK.sub("", "".join(texts))  # type: ignore[arg-type]


def html_page(html: str | bytes) -> Page:
    return segment(parse(html)[0])


def check_text(page: Page) -> None:
    expected = list(painted(page.root))
    assert squeeze(page.texts) == squeeze(text for text, _ in expected)
    shown = [text for text, hidden in zip(page.texts, page.hidden, strict=True) if not hidden]
    assert squeeze(shown) == squeeze(text for text, is_shown in expected if is_shown)


def check_containers(page: Page) -> None:
    assert page.elements[0] is page.root
    assert page.parent[0] == 0
    assert (page.first[0], page.last[0]) == (0, len(page))
    numbers = {element: container for container, element in enumerate(page.elements)}
    assert len(numbers) == len(page.elements)
    for container, parent in enumerate(page.parent):
        assert page.first[parent] <= page.first[container] <= page.last[container] <= page.last[parent]
        if container:
            assert parent < container
            above = next(a for a in page.elements[container].iterancestors() if a in numbers)
            assert numbers[above] == parent
    for block, owner in enumerate(page.owner):
        assert page.first[owner] <= block < page.last[owner]
        assert page.tags[block] == page.container_tags[owner]
        element, is_tail = page.start[block]
        inside = element.getparent() if is_tail else element
        while inside not in numbers:
            inside = inside.getparent()
        assert numbers[inside] == owner


def check_xpaths(page: Page, blocks: range) -> None:
    paths = [page.xpath(block) for block in blocks]
    assert len(set(paths)) == len(paths)
    tree = page.root.getroottree()
    for block, path in zip(blocks, paths, strict=True):
        found = tree.xpath(path)
        assert len(found) == 1, path
        if path.rpartition("/")[2].startswith("text()"):
            assert squeeze(page.texts[block]).startswith(squeeze(found)) or squeeze(found) == ""
        else:
            element, is_tail = page.start[block]
            start = element.getparent() if is_tail else element
            assert found[0] in (start, *start.iterancestors())
            assert squeeze(page.texts[block]).startswith(squeeze((element.tail if is_tail else element.text) or ""))


@pytest.mark.parametrize("name", SETS)
def test_blocks_of_real_pages_hold_the_visible_text_exactly_once(name: str, data: Path) -> None:
    files = [path for path in real_pages(44) if path.parent.parent.name == name]
    assert len(files) >= 20
    for path in files:
        page = html_page(page_bytes(path))
        try:
            check_text(page)
            check_containers(page)
            step = max(len(page) // 25, 1)  # an XPath costs more than everything else about a block
            check_xpaths(page, range(0, len(page), step))
        except AssertionError as error:
            raise AssertionError(f"{path.parent.parent.name}/{path.name}: {error}") from error


_TAGS = st.sampled_from(
    "p div span b a i li ul table tr td form label select option h1 br hr img input textarea button noscript script "
    "style svg source embed track map picture video o:p my-box dialog datalist iframe template title head body html "
    "section blockquote pre font center dl dt dd caption object wbr ins".split()
)
_ATTRIBUTES = st.sampled_from(
    [
        *[""] * 6,
        " hidden",
        ' style="DISPLAY : none"',
        ' class="a b"',
        ' id=x1 open href="/y?a=1&b=2"',
        " style='color:red'",
    ]
)
_WORDS = st.sampled_from(
    [" ", "one two", "&nbsp;", "&amp;", "x", "\u200b", "\ufeff ", "漢字", "<", "a < b", "&#0;", "\n\n", "&lt;p&gt;"]
)
_PIECES = st.one_of(
    _WORDS,
    _WORDS,
    st.builds("<{}{}>".format, _TAGS, _ATTRIBUTES),
    st.builds("</{}>".format, _TAGS),
    st.sampled_from(["<!-- c -->", "<!--", "<![CDATA[q]]>", "<?php x ?>", "</", "<br/>", "<script>a<b</script>"]),
)


@given(st.lists(_PIECES, max_size=40).map("".join))
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_messy_markup_loses_nothing(html: str) -> None:
    page = html_page(html)
    check_text(page)
    check_containers(page)
    check_xpaths(page, range(len(page)))


def test_inline_elements_merge_and_breaks_split() -> None:
    page = html_page("<div>Some <b>bold</b> and <a href='/x'>linked <i>words</i></a>.<br>Next<p>Para</p> tail </div>")
    assert list(page.texts) == ["Some bold and linked words.", "Next", "Para", "tail"]
    assert list(page.tags) == ["div", "div", "p", "div"]
    assert page.link_chars[0] == len("linked") + len("words")
    assert page.bold_chars[0] == len("bold")
    assert page.links[0] == ("/x",)
    xpaths = [page.xpath(block) for block in range(4)]
    div = "/html/body/div"
    assert xpaths == [div, f"{div}/text()[4]", f"{div}/p", f"{div}/text()[5]"]


def test_scripts_are_never_text_even_when_hidden() -> None:
    page = html_page(
        "<title hidden>T</title><p>a</p><script type='application/ld+json' style='display:none'>{}</script>"
        "<style hidden>b{}</style><svg style='display:none'><text>no</text></svg><p>c</p>"
    )
    assert list(page.texts) == ["a", "c"]
    assert len(page.json_ld) == 1
    assert page.doc_title == "T"


@pytest.mark.parametrize(
    "html",
    [
        "<p>a <span hidden>secret</span> b</p>",
        "<p>a <span style='color:red; DISPLAY: none'>secret</span> b</p>",
        "<p>a <span style='visibility:hidden'>secret</span> b</p>",
        "a<noscript>secret</noscript>b",
        "a<dialog>secret</dialog>b",
        "a<datalist><option>secret</datalist>b",
        "a<div hidden><p>secret</p></div>b",
    ],
)
def test_hidden_text_is_a_block_of_its_own_and_marked(html: str) -> None:
    page = html_page(html)
    assert list(page.texts) == ["a", "secret", "b"]
    assert list(page.hidden) == [False, True, False]


def test_an_open_dialog_is_shown() -> None:
    assert list(html_page("<dialog open>Hello</dialog>").hidden) == [False]


@pytest.mark.parametrize("tag", ["source", "track", "embed", "map", "wbr"])
def test_text_after_empty_elements_that_the_parser_does_not_know(tag: str) -> None:
    page = html_page(f"<p>before <{tag}>after <img src=x></p><p>next</p>")
    assert list(page.texts) == ["before after", "next"]
    assert page.images[0] == 1


def test_controls_are_listed_in_page_order_hidden_ones_too() -> None:
    page = html_page(
        "<p>one</p><form><label>Name <input name=a></label><input name=b style='display:none'>"
        "<p>two</p><select name=c><option>x</select><textarea name=d>t</textarea><button>Go</button></form>"
    )
    assert [(at, element.tag, element.get("name")) for at, element in page.controls] == [
        (2, "input", "a"),
        (2, "input", "b"),
        (3, "select", "c"),
        (4, "textarea", "d"),
        (5, "button", None),
    ]
    form = page.container_tags.index("form")
    assert page.inputs[form] == 5
    assert page.areas[form] == 1
    assert list(page.texts) == ["one", "Name", "two", "x", "t", "Go"]


def test_metadata() -> None:
    page = html_page(
        "<head><title> A  title </title><meta property='og:Title' content='first'><meta name='og:title' content='no'>"
        "</head><body><title>other</title>x"
    )
    assert page.doc_title == "A title"
    assert page.meta == {"og:title": "first"}


def test_xpaths_of_elements_with_colons_can_be_evaluated() -> None:
    page = html_page("<div><o:p>one</o:p>two<br>three<fb:like><p>four</p></fb:like><o:p>five</o:p></div>")
    check_xpaths(page, range(len(page)))
    assert page.xpath(page.texts.index("four")) == "/html/body/div/*[3]/p"


def test_all_xpaths_of_a_page_are_those_of_the_parser() -> None:
    html = "<div>a<p>b</p><!-- c -->d<p>e<i>f</i><br>g<span hidden>h</span>i</p></div><div><p>j</p></div>"
    page = html_page(html)
    tree = page.root.getroottree()
    for block in range(len(page)):
        found = tree.xpath(page.xpath(block))[0]
        if isinstance(found, etree._Element):
            assert page.xpath(block) == tree.getpath(found)
    assert page.xpath(page.texts.index("d")) == "/html/body/div[1]/text()[2]"


@pytest.mark.parametrize(
    "html",
    [
        40_000 * "<p>a b</p>",
        "<div>" + 40_000 * "a b<br>" + "</div>",
        "<p>" + 20_000 * "<span hidden>a</span> b ",
        8_000 * "<o:p>a</o:p><br>",
    ],
)
def test_xpaths_of_all_blocks_take_seconds(html: str) -> None:
    page = html_page(html)
    start = time.process_time()
    assert len({page.xpath(block) for block in range(len(page))}) == len(page)
    assert time.process_time() - start < 3


def test_text_that_has_left_the_tree_has_no_path() -> None:
    page = html_page("<div>a<br>b<p>c</p></div>")
    br = page.root.find(".//br")
    br.getparent().remove(br)
    assert page.xpath(1) == ""


def test_a_shadow_is_shown_and_other_templates_are_not() -> None:
    html = "<x-y><template shadowrootmode=open><p>a</p><slot></slot></template><p>b</p></x-y><template>c</template>"
    assert list(html_page(html).texts) == ["a", "b"]


def test_annotations_of_formulas_are_no_text() -> None:
    html = (
        "<p>a <math><semantics><mi>x</mi><annotation>\\no</annotation>"
        "<annotation-xml><ci>no</ci></annotation-xml></semantics></math> b</p>"
    )
    assert list(html_page(html).texts) == ["a x b"]


def test_fragments_and_bare_elements() -> None:
    root = parse("<div><p>x <span>one</span> tail</p><p>y</p></div>")[0]
    span = root.find(".//span")
    page = segment(span)
    assert list(page.texts) == ["one"]
    assert page.elements[0] is span


def test_empty_pages_have_no_blocks_but_a_root() -> None:
    for html in ("", "<html></html>", "<body></body>", "<p> \n &nbsp; \u200b</p>"):
        page = html_page(html)
        assert len(page) == 0
        assert (page.first[0], page.last[0]) == (0, 0)


def test_plain_text_has_one_block_per_line() -> None:
    page = segment_text("One  line\n\n  two \r\n\u2003\nthree")
    assert list(page.texts) == ["One line", "two", "three"]
    assert [page.xpath(block) for block in range(3)] == ["", "", ""]
    assert (page.first[0], page.last[0]) == (0, 3)
    assert len(segment_text("")) == 0


def test_plain_text_is_cleaned_as_pages_are() -> None:
    text = "\ufeffone \ud800\n\u200b \u2060\n\ufefftwo\x1b\ufffe\x07\u200b\nthree\x0bfour\0five"
    assert list(segment_text(text).texts) == ["one ?", "two", "three", "four five"]
    lines = text.replace("\0", " ").splitlines()
    pages = (html_page("".join(f"<p>{line}</p>" for line in lines)), segment_text(text))
    assert pages[0].texts == pages[1].texts


def test_bytes_are_no_plain_text() -> None:
    with pytest.raises(SegmentationError, match="expected plain text as str, got bytes"):
        segment_text(b"bytes")  # type: ignore[arg-type]
