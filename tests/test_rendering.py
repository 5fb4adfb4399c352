from __future__ import annotations

import gzip
import pickle
import random
import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import page_bytes, real_pages
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import classifier
from classifier.blocks import Page, segment, segment_text
from classifier.blocks.parsing import parse
from classifier.rendering import body_html
from classifier.rendering.markdown import markdown
from classifier.urls import base_url, safe_url

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
URL = "https://example.org/2024/bridges.html"
ELEMENTS = set(
    "p h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre table tr td th caption figure figcaption "
    "a strong em sub sup code br img".split()
)
ATTRIBUTES = {"href", "src", "alt", "colspan", "rowspan", "start", "class"}


def labelled(page: Page, is_body: Any) -> Any:
    blocks = [
        SimpleNamespace(text=text, index=block, label="body" if is_body(block, text) else "promo")
        for block, text in enumerate(page.texts)
    ]
    return SimpleNamespace(_page=page, blocks=blocks)


def render(html: str, without: tuple[str, ...] = (), url: str | None = URL) -> str:
    return body_html(labelled(segment(parse(html)[0], url), lambda _, text: text not in without))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<div>One <b>two <i>three</i></b> four</div>", "<p>One <strong>two <em>three</em></strong> four</p>"),
        ("<div><p>One</p><p>two</p></div>", "<p>One</p>\n<p>two</p>"),
        ("<div>One<br>two<br><br>three</div>", "<p>One<br>two</p>\n<p>three</p>"),
        ("<p>One<hr>two</p>", "<p>One</p>\n<p>two</p>"),
        ("<p>One<span style='display:none'>two</span>three</p>", "<p>One two three</p>"),
        ("<h1>One</h1><h4>two</h4>", "<h2>One</h2>\n<h4>two</h4>"),
        ("<p>a &lt; b &amp; c</p>", "<p>a &lt; b &amp; c</p>"),
        ("<p>One <b> two </b>three</p>", "<p>One <strong>two</strong> three</p>"),
        ("<p>H<sub>2</sub>O, 3<sup>rd</sup>, <tt>x</tt></p>", "<p>H<sub>2</sub>O, 3<sup>rd</sup>, <code>x</code></p>"),
        ("<span><b>One<div>two</div></b></span>", "<p><strong>One</strong></p>\n<p><strong>two</strong></p>"),
        ("<ul><li>a<ul><li>b</li></ul>c</li></ul>", "<ul><li>a<ul><li>b</li></ul>c</li></ul>"),
        ("<ul><li>a<div>b</div></li></ul>", "<ul><li>a<br>b</li></ul>"),
        ("<ul><li><p>a</p><p>b</p></li></ul>", "<ul><li><p>a</p><p>b</p></li></ul>"),
        ("<ol start=3><li>a</ol>", '<ol start="3"><li>a</li></ol>'),
        ("<ul>a<ul><li>b</ul></ul>", "<ul><li>a</li><li><ul><li>b</li></ul></li></ul>"),
        ("<div><li>a</div>", "<p>a</p>"),
        ("<dl><dt>a</dt><dd>b</dd><dd><p>c</p></dd></dl>", "<dl><dt>a</dt><dd>b</dd><dd><p>c</p></dd></dl>"),
        ("<blockquote>a<br>b<footer>c</footer></blockquote>", "<blockquote><p>a<br>b</p><p>c</p></blockquote>"),
        ("<pre>\n  a\n\n    b\n</pre>", "<pre>  a\n\n    b</pre>"),
        ("<pre>a<br><br>  b<div> c</div></pre>", "<pre>a\n\n  b\n c</pre>"),
        ('<pre><code class="hl language-py">a</code></pre>', '<pre><code class="language-py">a</code></pre>'),
        (
            "<table><tr><th>a<th>b<tr><td colspan=2>c</table>",
            '<table><tr><th>a</th><th>b</th></tr><tr><td colspan="2">c</td></tr></table>',
        ),
        ("<table><tr><td>menu</td></tr><tr><td><p>a</p><p>b</p></td></tr></table>", "<p>menu</p>\n<p>a</p>\n<p>b</p>"),
        ("<table><tr><td><pre>1\n2</pre><td><pre>a\nb</pre></table>", "<pre>1\n2</pre>\n<pre>a\nb</pre>"),
        ("<details><summary>a</summary><div>b</div></details>", "<p>a</p>\n<p>b</p>"),
        ("<noscript><p>a</p></noscript>", "<p>a</p>"),
        ("<p>a<script>alert(1)</script><style>b{}</style>c</p>", "<p>ac</p>"),
        ("<x-y><template shadowrootmode=open><p>a</p></template></x-y><template>b</template>", "<p>a</p>"),
        ("<p>a</br>b&#27;</p>", "<p>a<br>b</p>"),
    ],
)
def test_structure(html: str, expected: str) -> None:
    assert render(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<a href='/x?a=1&b=2' onclick=y class=z>t</a>", '<a href="https://example.org/x?a=1&amp;b=2">t</a>'),
        ("<a href='mailto:a@b.example'>t</a>", '<a href="mailto:a@b.example">t</a>'),
        ("<a href='//b.example/'>t</a>", '<a href="https://b.example/">t</a>'),
        ("<a href='#n1'>t</a>", f'<a href="{URL}#n1">t</a>'),
        ("<a href='java\nscript:alert(1)'>t</a>", "t"),
        ("<a href=' JAVASCRIPT:alert(1)'>t</a>", "t"),
        ("<a href='data:text/html,x'>t</a>", "t"),
        ("<a href='vbscript:x'>t</a>", "t"),
        ("<a href='http://[bad'>t</a>", "t"),
        ("<a>t</a>", "t"),
    ],
)
def test_links_are_absolute_and_harmless(html: str, expected: str) -> None:
    assert render(f"<p>see {html}</p>") == f"<p>see {expected}</p>"


def test_what_links_are_relative_to() -> None:
    assert render('<base href="/b/"><p>a <a href="c">d</a></p>') == '<p>a <a href="https://example.org/b/c">d</a></p>'
    assert render("<p>a <a href=c>d</a></p>", url=None) == "<p>a d</p>"
    canonical = "<link rel=canonical href='https://example.org/x/'><p>a <a href=c>d</a></p>"
    assert render(canonical, url=None) == '<p>a <a href="https://example.org/x/c">d</a></p>'
    assert base_url(None, None) == ""


def test_blocks_of_other_labels_leave_no_trace() -> None:
    html = "<ul><li>a<li>ad<li>b</ul><div><img src=i.jpg><a>ad</a></div><table><tr><td>ad</td><td>ad</td></tr></table>"
    assert render(html, without=("ad",)) == "<ul><li>a</li><li>b</li></ul>"
    assert render("<p>a</p>", without=("a",)) == ""


IMAGE = '<img src="https://example.org/i.jpg" alt="">'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<div><p>a</p><img src=/i.jpg><p>b</p></div>", f"<p>a</p>\n<p>{IMAGE}</p>\n<p>b</p>"),
        ("<div><p>a <img src=/i.jpg> b</p></div>", f"<p>a {IMAGE} b</p>"),
        ("<div><p>a<img src=/i.jpg>b</p></div>", f"<p>a{IMAGE}b</p>"),
        ("<div><div><img src=/i.jpg></div><p>a</p><p>b</p></div>", f"<p>{IMAGE}</p>\n<p>a</p>\n<p>b</p>"),
        ("<img src=/i.jpg><p>a</p><p>b</p>", "<p>a</p>\n<p>b</p>"),  # above everything: a banner
        ("<div><p>a</p><div><img src=/i.jpg> ad</div><p>b</p></div>", "<p>a</p>\n<p>b</p>"),
        ("<div><p>a</p><img src=/i.jpg><p>ad</p><p>b</p></div>", "<p>a</p>\n<p>b</p>"),
        ("<div><p>a</p><img src=/i.jpg width=1 height=1><p>b</p></div>", "<p>a</p>\n<p>b</p>"),
        (
            "<figure><a href=/big.jpg><img src=/i.jpg></a><figcaption>a</figcaption></figure>",
            f'<figure><a href="https://example.org/big.jpg">{IMAGE}</a><figcaption>a</figcaption></figure>',
        ),
        (
            "<figure><img src='data:image/gif;base64,x' data-src=/i.jpg>"
            "<noscript><img src=/i.jpg></noscript><figcaption>a</figcaption></figure>",
            f"<figure>{IMAGE}<figcaption>a</figcaption></figure>",
        ),
        (
            "<figure><picture><source srcset='/s.jpg 300w, /i.jpg 900w'><img></picture><figcaption>a</figcaption>",
            f"<figure>{IMAGE}<figcaption>a</figcaption></figure>",
        ),
        ("<p>a <img srcset='/s.jpg, /i.jpg 2x'> b", f"<p>a {IMAGE} b</p>"),
        ("<p>a <img src=/i.jpg width=² height=-> b", f"<p>a {IMAGE} b</p>"),
        (f"<p>a <img src=/i.jpg width={5_000 * '9'}> b", f"<p>a {IMAGE} b</p>"),
        ("<p>a <img src='javascript:alert(1)'> b", "<p>a b</p>"),
    ],
)
def test_images(html: str, expected: str) -> None:
    assert render(html, without=("ad",)) == expected


def test_alt_texts_are_escaped() -> None:
    assert 'alt="&quot;&gt;&lt;script&gt;"' in render("<p>a <img src=/i.jpg alt='\"><script>'> b</p>")


def test_plain_text() -> None:
    extraction = labelled(segment_text("One <b>\n\ntwo & three\nad"), lambda _, text: text != "ad")
    assert body_html(extraction) == "<p>One &lt;b&gt;</p>\n<p>two &amp; three</p>"


def test_deep_pages() -> None:
    for tag in ("div", "blockquote", "em", "ul"):
        root = element = etree.Element("body")
        for _ in range(5_000):
            element = etree.SubElement(element, tag)
        element.text = "deep"
        html = body_html(labelled(segment(root, URL), lambda *_: True))
        assert "deep" in html
        assert len(html) < 2_000
        assert "deep" in markdown(html)


def test_the_tree_is_only_read() -> None:
    root, _ = parse("<div><p>a <b>b</b></p><img src=x.jpg><p>c</p></div>")
    before = etree.tostring(root)
    body_html(labelled(segment(root, URL), lambda *_: True))
    assert etree.tostring(root) == before


class Check(HTMLParser):
    """Collects what is not on the lists, as a browser would see it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.wrong.append(name)
            if name in ("href", "src") and not re.match(r"https?://|mailto:", value or ""):
                self.wrong.append(str(value))

    def handle_comment(self, data: str) -> None:
        self.wrong.append(data)


SCRAPS = st.sampled_from(
    """
    <script>alert(1)</script> <style>a{} <p <b> </b> <a href= javascript:alert(1) 'JaVa\tScRiPt:x' data:text/html,x >
    " ' <img src=x onerror=alert(1)> <svg/onload=alert(1)> <![CDATA[ ]]> <!-- --> <table> <tr> <td> </table> <ul> <li>
    <pre> &lt;script&gt; &#106;avascript: <iframe src=//x> <math><mtext> <style> </p> <br> text <h1> <object data=x>
    <form action=javascript:x> <input onfocus=x autofocus> <a href="//x"onclick=y> <noscript> <template> <figure>
    <figcaption> <base href=javascript:/a/> <meta http-equiv=refresh> <code class='language-\"><script>'> \u200b \u00a0
    <x-y> <dl> <dd> <img srcset='javascript:x 1w, data:y 2w'> <td colspan="2"onload=x> \x00 </div> <blockquote>
    <picture> <source srcset=z>
    """.split()
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(SCRAPS, st.text(max_size=8)), max_size=40).map(" ".join), st.sampled_from([URL, None]))
def test_nothing_executable_gets_through(html: str, url: str | None) -> None:
    page = segment(parse(html)[0], url)
    written = body_html(labelled(page, lambda *_: True))
    assert Check(written).wrong == []
    assert same_words(written, page.texts)
    markdown(written)


@given(st.text(), st.sampled_from([URL, "", "javascript:x", "http://"]))
def test_addresses(address: str, base: str) -> None:
    safe = safe_url(address, base, mail=True)
    assert safe is None or re.fullmatch(r"(?:https?://|mailto:)[^\x00-\x20\"'<>`]*", safe)


def same_words(html: str, texts: Any) -> bool:
    again = segment(parse(f"<div>{html}</div>")[0]).texts
    return " ".join(again).split() == " ".join(texts).split()


@pytest.mark.skipif(not DATA.exists(), reason="labelled pages are not there")
def test_text_of_real_pages_stays() -> None:
    """Whatever the labels say: runs of blocks, single ones, or all."""
    files = sorted(DATA.glob("*/html/*.html.gz"))
    random_ = random.Random(11)
    for file in random_.sample(files, 60):
        page = segment(parse(gzip.decompress(file.read_bytes()))[0], URL)
        share = random_.choice((0.3, 0.9, 1.0))
        body = [random_.random() < share for _ in page.texts]
        html = body_html(labelled(page, lambda block, _, body=body: body[block]))
        assert same_words(html, [text for text, keep in zip(page.texts, body, strict=True) if keep]), file
        assert Check(html).wrong == [], file


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One <strong>two</strong> <em>three</em></p>", "One **two** *three*"),
        ("<h2>One</h2>\n<p>two<br>three</p>", "## One\n\ntwo\\\nthree"),
        ("<p>*a* _b_ [c] `d` &lt;e&gt; \\</p>", "\\*a\\* \\_b\\_ \\[c\\] \\`d\\` \\<e\\> \\\\"),
        ("<p># a</p>\n<p>1. b</p>\n<p>- c<br>+ d</p>", "\\# a\n\n1\\. b\n\n\\- c\\\n\\+ d"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ('<ol start="9"><li>a</li><li><p>b</p><p>c</p></li></ol>', "9. a\n10. b\n\n    c"),
        ("<blockquote><p>a</p><ul><li>b</li></ul></blockquote>", "> a\n>\n> - b"),
        ('<pre><code class="language-py">a\n  ```</code></pre>', "````py\na\n  ```\n````"),
        ("<p>a <code>b`c</code></p>", "a ``b`c``"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td></tr></table>", "| a | b |\n| --- | --- |\n| 1\\|2 |  |"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "|  |  |\n| --- | --- |\n| 1 | 2 |"),
        ('<p><a href="https://x.example/a(b)">t</a></p>', "[t](https://x.example/a%28b%29)"),
        (
            '<figure><img src="https://x.example/i.jpg" alt="a]b"><figcaption>c</figcaption></figure>',
            "![a\\]b](https://x.example/i.jpg)\n\nc",
        ),
        ("<dl><dt>a <em>b</em></dt><dd>c</dd><dd><p>d</p></dd></dl>", "**a *b***\n\nc\n\nd"),
        ("<p>&amp;lt;b&amp;gt; &amp;copy; &amp;#65; AT&amp;T &amp; co</p>", "\\&lt;b\\&gt; \\&copy; \\&#65; AT&T & co"),
        ('<p><a href="https://x.example/?a=1&amp;copy;=2">t</a></p>', "[t](https://x.example/?a=1&amp;copy;=2)"),
        ('<p>Wow!<a href="https://x.example/">t</a></p>', "Wow\\![t](https://x.example/)"),
        ("<p><strong>B</strong><strong>reakfast</strong></p>", "**Breakfast**"),
        ("<p><strong>a</strong><em>b</em> <strong>c<em>d</em></strong></p>", "**a**b **cd**"),
        ("<p><strong>a</strong> <em>b</em></p>", "**a** *b*"),
        ("<p><code>Ctrl+F</code><code>TAB</code></p>", "`Ctrl+FTAB`"),
        ("<p>nice<em>,</em>and</p>", "nice,and"),
        ("<p>Hello<strong>(bold)</strong>x</p>", "Hello(**bold**)x"),
        ("<p>He said <strong>“no”</strong>.</p>", "He said **“no”**."),
        ("<p><strong>中文，</strong>然后</p>", "**中文**，然后"),
        ("<p><strong>Note: </strong>text <strong><br></strong></p>", "**Note:** text"),
        ("<p><strong>One<br></strong>two</p>", "**One**\\\ntwo"),
        ("<p>a<br></p>", "a"),
        ("<h2>C #</h2>", "## C \\#"),
        ('<ul><li>a<ol start="5"><li>b</li></ol></li></ul>', "- a\n\n  5. b"),
        (
            "<table><tr><th>a</th></tr><tr><td><ul><li>b</li><li># c</li></ul></td></tr></table>",
            "| a |\n| --- |\n| b \\# c |",
        ),
        ("<p>a<br>b | c<br>--- | ---<br>| d<br>:-: | :-:</p>", "a\\\nb | c\\\n\\--- | ---\\\n\\| d\\\n\\:-: | :-:"),
        ("", ""),
    ],
)
def test_markdown(html: str, expected: str) -> None:
    assert markdown(html) == expected


def read_again(text: str) -> str:
    """Turn Markdown into HTML, as others do."""
    reader = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")
    return str(reader.MarkdownIt("commonmark").enable("table").render(text))


WORDS = st.sampled_from(
    "a b1 1. 1) , ! : ( ) [x] * ** _ ` `` ~~ # - -- === > | \\ & &lt; &copy; &#65; 中文 ， 。 € “ ’ न ि 😀".split()
    + [" "] * 9
)
INLINE = st.recursive(
    st.one_of(st.lists(WORDS, max_size=4).map("".join).map(escape), st.sampled_from(["<br>", '<a href="/">(x)</a>'])),
    lambda inner: st.builds(
        "<{0}>{1}</{0}>".format,
        st.sampled_from(["strong", "em", "code", "sup"]),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=12,
)
FRAMES = st.sampled_from(
    [
        "<p>{}</p>",
        "<h2>{}</h2>",
        "<ul><li>a</li><li>{}<ul><li>b</li></ul></li></ul>",
        "<ol><li><p>{}</p></li></ol>",
        "<dl><dt>{}</dt><dd>a</dd></dl>",
        "<table><tr><td>a</td><td>{}</td></tr></table>",
        "<blockquote><p>{}</p></blockquote>",
    ]
)


@settings(max_examples=400, deadline=None)
@given(FRAMES, st.lists(INLINE, max_size=6).map("".join))
def test_markdown_is_read_as_it_was_meant(frame: str, inline: str) -> None:
    html = frame.format(inline)
    assert words_of(read_again(markdown(html))) == words_of(html), markdown(html)


def words_of(html: str) -> str:
    """Text of clean HTML without its spaces: those at the edges of marks move."""
    return "".join("".join(segment(parse(f"<div>{html}</div>")[0]).texts).split())


def test_markdown_of_real_pages_is_read_as_it_was_meant() -> None:
    extractor = classifier.Extractor()
    for file in [*sorted((Path(__file__).parent / "pages").rglob("*.html")), *real_pages(20)]:
        extraction = extractor.extract(page_bytes(file), URL)
        assert same_words(read_again(extraction.to_markdown()), extraction.body.split("\n\n")), file


def test_an_extraction_keeps_its_html_when_pickled() -> None:
    paragraph = "The council closed both bridges on Monday, after the river had risen by two metres in one night. "
    html = f"<h1>Two bridges close</h1><article>{f'<p>{paragraph * 3}<b>More</b> rain.</p>' * 4}</article>"
    extraction = classifier.extract(html, URL)
    copy = pickle.loads(pickle.dumps(extraction))
    assert "<strong>More</strong> rain.</p>" in extraction.body_html
    assert copy.body_html == extraction.body_html
    assert copy.to_markdown() == extraction.to_markdown()
    assert copy.to_dict() == extraction.to_dict()
