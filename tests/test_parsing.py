"""Whatever bytes come: a tree with all the text, or a `ClassifierError`; never a hang, never another exception."""

from __future__ import annotations

import contextlib
import copy
import random
import time

import parsel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from scrapy.http import HtmlResponse, TextResponse, XmlResponse

from classifier.blocks import segment, segment_text
from classifier.blocks.decoding import decode
from classifier.blocks.parsing import parse, strip_labels
from classifier.exceptions import ClassifierError, SegmentationError

XHTML = "http://www.w3.org/1999/xhtml"
RUSSIAN = "Президент заявил, что страна готова к переговорам. Погода, новости и спорт сегодня."
CHINESE = "中国政府今天宣布新的经济政策，专家认为这将影响市场。记者报道，人民生活水平提高。"
JAPANESE = "日本政府は今日、新しい経済政策を発表した。専門家は市場に影響を与えると考えている。"
KOREAN = "한국 정부는 오늘 새로운 경제 정책을 발표했다. 전문가들은 시장에 영향을 준다고 본다."
GREEK = "Η κυβέρνηση ανακοίνωσε σήμερα νέα οικονομική πολιτική για όλους τους πολίτες."
FRENCH = "Le président a déclaré que la société était prête à négocier. Été, Noël, forêt."
POLISH = "Zażółć gęślą jaźń. Rząd ogłosił nową politykę gospodarczą, źródło świadczy."
ENCODED = [
    (RUSSIAN, "windows-1251", "cp1251"),
    (RUSSIAN, "koi8-r", "koi8_r"),
    (CHINESE, "gb2312", "gb2312"),
    (CHINESE, "gbk", "gbk"),
    (JAPANESE, "Shift_JIS", "shift_jis"),
    (JAPANESE, "EUC-JP", "euc_jp"),
    (JAPANESE, "iso-2022-jp", "iso2022_jp"),
    (KOREAN, "euc-kr", "euc_kr"),
    (FRENCH, "iso-8859-1", "latin-1"),
    (POLISH, "iso-8859-2", "iso8859_2"),
    (FRENCH, "utf-8", "utf-8"),
]


def texts(page: object) -> list[str]:
    return list(segment(parse(page)[0]).texts)


def html_of(text: str, charset: str | None) -> str:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">' if charset else ""
    return f"<html><head>{meta}<title>t</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(("text", "charset", "codec"), ENCODED)
def test_declared_encodings(text: str, charset: str, codec: str) -> None:
    assert texts(html_of(text, charset).encode(codec)) == [text]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_with_and_without_byte_order_mark(codec: str) -> None:
    assert texts(html_of(FRENCH, None).encode(codec)) == [FRENCH]


@pytest.mark.parametrize("declared", ["windows-1251", "iso-8859-1", "gb2312", "utf-16", "no-such-charset"])
def test_utf8_under_a_stale_declaration(declared: str) -> None:
    assert texts(html_of(RUSSIAN, declared).encode()) == [RUSSIAN]


@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "windows-1252", "utf-16", "no-such-charset"])
@pytest.mark.parametrize(
    ("text", "codec"),
    [(RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r"), (CHINESE, "gb2312"), (JAPANESE, "shift_jis"), (GREEK, "cp1253")],
)
def test_missing_and_wrong_declarations(text: str, codec: str, declared: str | None) -> None:
    assert texts(html_of(5 * (text + " "), declared).encode(codec)) == [(5 * (text + " ")).strip()]


def test_one_broken_byte_does_not_change_the_encoding() -> None:
    body = html_of(30 * FRENCH, "utf-8").encode()
    broken = body.replace(b"\xc3\xa9t\xc3\xa9", b"\xc3\xa9t\xe9", 1)
    assert decode(broken).count("\ufffd") == 1
    assert "société" in decode(broken)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("no markup at all", ["no markup at all"]),
        ("<p>no body</p><p>element</p>", ["no body", "element"]),
        ("<html><head><title>t</title></head></html>", []),
        ("<html><body></body></html>", []),
        ("", []),
        (" \n\t ", []),
        (b"", []),
        (b"\xef\xbb\xbf", []),
        ("\ufeff<p>mark</p>", ["mark"]),
        ("<p>a\x00b\x0b\x1fc</p>", ["abc"]),
        ("<p>a\fb</p>", ["a b"]),
        ("<p>a\ufffeb\uffffc</p>", ["abc"]),
        ("<p>a&#27;b&#7c&#x1;d&#xFFFE;e&#0;f&#x000b;g&#65535;h</p>", ["abcdefgh"]),
        ("<p>&#270; &#39; &#x1F; &#x10A; &amp;#27; &#; &#x;</p>", ["Ď ' Ċ &#27; &#; &#x;"]),
        ("one</br>two</BR >three</brx>four", ["one", "two", "threefour"]),
        ("<frameset><nofr\x01ames><p>Use <b>this</b></p></nofr\x01ames></frameset>", ["Use this"]),
        ("<p>before <!-- never closed <p>gone", ["before"]),
        ("<p>a<![CDATA[ b > c ]]>d", ["a c ]]>d"]),
        ('<?xml version="1.0" encoding="utf-16"?><html><body><p>ü</p></body></html>', ["ü"]),
        ("<frameset cols='*'><frame src=a><noframes><p>Use <a href=b>this</a></p></noframes></frameset>", ["Use this"]),
        ("<p>x</p></body></html><p>after the end</p>", ["x", "after the end"]),
        ("<p>&#x1F600; &eacute; &nosuch; &#xD800; &lt;b&gt;</p>", None),
    ],
)
def test_odd_pages(html: str | bytes, expected: list[str] | None) -> None:
    found = texts(html)
    if expected is None:
        assert found[0].startswith("😀 é &nosuch;")
        assert found[0].endswith("<b>")
    elif "CDATA" in str(html):  # a comment that ends at its first ">", or text, as the parser's version has it
        assert found[0].startswith("a")
        assert found[0].endswith("d")
    else:
        assert found == expected


def test_a_lone_surrogate_is_replaced() -> None:
    (found,) = texts("<p>lone \ud800 surrogate</p>")
    assert found == "lone ? surrogate"


@pytest.mark.parametrize("tag", ["div", "span", "b", "font", "blockquote", "ul", "table"])
def test_fifty_thousand_nested_elements(tag: str) -> None:
    opening, closing = (f"<{tag}>", f"</{tag}>") if tag != "table" else ("<table><tr><td>", "</td></tr></table>")
    html = f"<p>before</p>{50_000 * opening}deep{50_000 * closing}<p>after</p>"
    start = time.process_time()
    assert texts(html) == ["before", "deep", "after"]
    assert time.process_time() - start < 5


def test_deep_pages_lose_no_text_and_still_split() -> None:
    deep = "".join(f"<div class=c{i}>down{i} " for i in range(3_000)) + "".join(f"up{i}</div> " for i in range(3_000))
    expected = [f"down{i}" for i in range(3_000)] + [f"up{i}" for i in range(3_000)]
    found = texts(f"{deep}<p hidden>secret</p>")
    assert " ".join(found[:-1]).split() == expected
    assert len(found) == 6_000  # "down2999 up0" is one block
    inline = "".join(f"w{i}<i>" for i in range(3_000))
    assert "".join(texts(f"{inline}end")) == "".join(f"w{i}" for i in range(3_000)) + "end"


def test_unclosed_and_misnested_depth() -> None:
    start = time.process_time()
    assert "".join(texts(20_000 * "<div>x" + 20_000 * "</span>" + "end")) == 20_000 * "x" + "end"
    assert "".join(texts(5_000 * "<b><div></b>" + "end")) == "end"
    assert time.process_time() - start < 5


def test_depth_that_the_parser_can_take_is_kept() -> None:
    root, _ = parse(1_500 * "<div>" + "x")
    assert sum(1 for _ in root.iter("div")) == 1_500


def test_huge_pages_take_seconds() -> None:
    paragraph = 500_000 * "ten bytes "
    pages = [
        (f"<p>{paragraph}</p><p>end</p>", [paragraph.strip(), "end"]),
        (100_000 * "<p>x</p>", 100_000 * ["x"]),
        (f"<p class='{1_000_000 * 'c'}'>x</p>", ["x"]),
        (f"<p>{200_000 * '<!-- c -->'}x</p>", ["x"]),
        (f"<p {5_000 * 'a=1 '}>x</p>", ["x"]),
        (20_000 * "<" + "<p>end", None),
    ]
    for html, expected in pages:
        start = time.process_time()
        found = texts(html)
        assert time.process_time() - start < 5, html[:40]
        assert found == expected if expected else found[-1] == "end"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        (b"\n\n%PDF-1.4", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
        (b"GIF89a\x01", "GIF"),
        (b"PK\x03\x04\x14\x00", "ZIP"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"RIFF\x00\x00WEBP", "RIFF"),
        (bytes(4_000), "binary"),
        (random.Random(1).randbytes(4_000), "binary"),
        ("%PDF-1.7 as text", "PDF"),
    ],
)
def test_what_is_no_page_is_refused_by_name(body: bytes | str, what: str) -> None:
    with pytest.raises(SegmentationError, match=f"expected an HTML page, got .*{what}"):
        parse(body)


def test_a_stray_nul_byte_is_no_reason_to_refuse() -> None:
    assert texts(b"<p>a\x00b\x00\x00</p>") == ["ab"]


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_a_page_or_our_error(body: bytes) -> None:
    with contextlib.suppress(ClassifierError):
        segment(parse(body)[0])


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_gives_a_page(text: str) -> None:
    if not text.lstrip("\ufeff").startswith("%PDF-"):
        segment(parse(text)[0])


def test_trees_and_selectors_are_used_as_they_are() -> None:
    root = etree.fromstring("<p>x</p>", etree.HTMLParser())
    assert parse(root)[0] is root
    assert parse(root.getroottree())[0] is root
    selector = parsel.Selector("<p>x</p>")
    assert parse(selector)[0] is selector.root
    paragraph = selector.css("p")[0]
    assert parse(paragraph)[0] is paragraph.root


def test_responses_give_their_tree_and_url() -> None:
    for cls in (HtmlResponse, TextResponse):
        response = cls("https://example.com/a", body=html_of(RUSSIAN, "windows-1251").encode("cp1251"))
        root, url = parse(response)
        assert root is response.selector.root
        assert url == "https://example.com/a"
        assert list(segment(root).texts) == [RUSSIAN]
    assert parse(response, "https://example.com/other")[1] == "https://example.com/other"


def test_a_response_that_is_too_deep_for_its_parser_is_parsed_again() -> None:
    html = f"<p>before</p>{5_000 * '<div>'}deep{5_000 * '</div>'}<p>after</p>"
    response = HtmlResponse("https://example.com/", body=html.encode(), encoding="utf-8")
    assert texts(response) == ["before", "deep", "after"]


def test_a_response_with_text_after_its_end_is_parsed_again() -> None:
    html = "<html><body><p>x</p></body></html><p>after</p><script>no()</script>"
    response = HtmlResponse("https://example.com/", body=html.encode(), encoding="utf-8")
    assert texts(response) == ["x", "after"]
    scripts = HtmlResponse("https://example.com/", body=html.replace("<p>after</p>", "").encode(), encoding="utf-8")
    assert parse(scripts)[0] is scripts.selector.root


def test_a_pdf_sent_as_html_is_refused() -> None:
    response = HtmlResponse("https://example.com/", body=b"%PDF-1.7 \xe2\xe3 obj", encoding="utf-8")
    with pytest.raises(SegmentationError, match="PDF"):
        parse(response)


class Soup:
    """Answers to every name, as BeautifulSoup does."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return None


@pytest.mark.parametrize(
    "page", [None, 3, ["<p>x</p>"], object(), {"html": "x"}, bytearray(b"x"), etree.Comment("x"), Soup()]
)
def test_other_types_are_refused_by_name(page: object) -> None:
    with pytest.raises(SegmentationError, match=f"expected HTML as str or bytes.*got {type(page).__name__}"):
        parse(page)


def test_a_selector_of_json_is_refused() -> None:
    with pytest.raises(SegmentationError, match="got Selector"):
        parse(parsel.Selector('{"a": 1}', type="json"))


@pytest.mark.parametrize("url", [5, b"https://example.com/", ["https://example.com/"]])
def test_an_address_of_another_type_is_refused(url: object) -> None:
    with pytest.raises(SegmentationError, match=f"expected the address of the page as str.*{type(url).__name__}"):
        parse("<p>x</p>", url)  # type: ignore[arg-type]
    with pytest.raises(SegmentationError, match="expected the address of the page as str"):
        segment_text("x", url)  # type: ignore[arg-type]


XML_PAGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="{XHTML}" xml:lang="en"><head><title>T</title><style>p {{}}</style><script src="x"/></head><body>
<script><![CDATA[ if (a < b) no() ]]></script><h1>Head</h1><p>one<br></br>two <b>three</b> &lt;four&gt;</p><div/>
<svg xmlns="http://www.w3.org/2000/svg"><text>no</text></svg><p><![CDATA[five & six]]></p></body></html>"""


def test_xhtml_that_was_parsed_as_xml_is_read_as_html() -> None:
    expected = ["Head", "one", "two three <four>", "five & six"]
    body = XML_PAGE.encode()
    tree = etree.fromstring(body)
    prefixed = XML_PAGE.replace("<html xmlns=", f'<x:html xmlns:x="{XHTML}" xmlns=').replace("</html", "</x:html")
    pages = [
        tree,
        tree.getroottree(),
        etree.fromstring(body, etree.XMLParser(strip_cdata=False)),
        etree.fromstring(prefixed.encode()),
        parsel.Selector(text=XML_PAGE, type="xml"),
        XmlResponse("https://example.com/", body=body),
        HtmlResponse("https://example.com/", body=body),
    ]
    before = etree.tostring(tree)
    for page in pages:
        read = segment(parse(page)[0])
        assert list(read.texts)[:2] == expected[:2]
        assert read.doc_title == "T"
        if not isinstance(page, HtmlResponse):  # HTML knows neither empty scripts nor CDATA
            assert list(read.texts) == expected
            assert read.xpath(0) == "/html/body/h1"
    assert etree.tostring(tree) == before
    assert texts(tree[1][1]) == ["Head"]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "iso2022_kr"])
def test_the_declared_encoding_of_a_response_is_believed(codec: str) -> None:
    text = KOREAN if codec == "iso2022_kr" else RUSSIAN
    body = html_of(20 * text, None).encode(codec)
    headers = {"Content-Type": f"text/html; charset={codec.replace('_', '-')}"}
    assert texts(HtmlResponse("https://example.com/", body=body, headers=headers)) == [20 * text]
    assert texts(HtmlResponse("https://example.com/", body=html_of(20 * text, None), encoding=codec)) == [20 * text]
    with pytest.raises(SegmentationError, match="binary"):
        parse(HtmlResponse("https://example.com/", body=random.Random(1).randbytes(4_000), encoding="utf-8"))


def test_responses_are_mended_as_bytes_are() -> None:
    body = b"<p title='a&#27;b'>one</br>two</p><p>a&#7;b</p>"
    response = HtmlResponse("https://example.com/", body=body, encoding="utf-8")
    assert texts(response) == ["one", "two", "ab"]
    assert parse(response)[0].find(".//p").get("title") == "ab"


@pytest.mark.parametrize("where", ["<p>x{}y</p>", "<p>x<b></b>{}y</p>", "<p>xy</p><title>x{}y</title>"])
@pytest.mark.parametrize("control", ["\x1b", "\x07", "\x01", "\ufffe"])
def test_control_characters_in_the_tree_of_the_caller(where: str, control: str) -> None:
    reference = f"&#{ord(control)};"
    html = f"<div><i>z</i>{where.format(reference)}<img alt='{reference}' @x='{reference}'>&#12;</div>"
    root = etree.fromstring(html, etree.HTMLParser())
    before = copy.deepcopy(root)
    page = segment(root.find(".//div"))
    assert list(page.texts) == ["z", "xy"] if "<p>" in where else ["z"]
    assert page.xpath(1) == "/html/body/div/p"
    assert page.doc_title == ("xy" if "title" in where else "")
    assert page.root.find("img").get("alt") == ""
    assert [(e.tag, e.text, e.tail, e.items()) for e in root.iter()] == [
        (e.tag, e.text, e.tail, e.items()) for e in before.iter()
    ]


def test_labels_are_stripped_and_returned() -> None:
    root, _ = parse("<p data-winnow-label='body'>a</p><p>b</p><p data-winnow-label='?'>c</p>")
    labelled = strip_labels(root)
    assert [(element.text, label) for element, label in labelled.items()] == [("a", "body"), ("c", "?")]
    assert "data-winnow-label" not in etree.tostring(root, encoding="unicode")
