"""Snippets for training: every language, every kind, valid labels, equal output for equal seeds."""

import re
import time
from random import Random

import lxml.html
import numpy as np
import pytest

from classifier.augment import KINDS, LANGUAGES, augment, make_snippet, retag
from classifier.augment.challenges import arithmetic, arithmetic_html, question_html, spell_number
from classifier.augment.classnames import rename
from classifier.augment.insertion import INLINE
from classifier.augment.layouts import layout_html
from classifier.augment.negatives import vary
from classifier.augment.snippets import challenge_html
from classifier.augment.templates import fill, parse, templates
from classifier.augment.wordings import known_language, page_language, wordings
from classifier.augment.writer import Writer
from classifier.blocks import segment
from classifier.labels import LABELS

LABEL = "data-winnow-label"
PAGE = """<html lang="{lang}"><body><nav>Home</nav><div id="main"><article><h1>Head</h1><p>First.</p>
<p>Second <b>bold</b> one.</p><ul><li>Point</li></ul><p>Third.</p></article></div><footer>Foot</footer></body></html>"""
OWN_LABEL = {
    "comment_form": "comment_form",
    "comment_thread": "comment",
    "source_link": "source_link",
    "promo": "promo",
    "advertisement": "promo",
    "hard_negative": "body",
}


def page(lang="en"):
    return lxml.html.document_fromstring(PAGE.format(lang=lang))


def body_of(tree):
    return tree.xpath("//article/p | //article//li")


def html(tree):
    return lxml.html.tostring(tree, encoding="unicode")


def labelled(tree):
    return tree.xpath(f"descendant-or-self::*[@{LABEL}]")


def test_there_are_at_least_25_languages_with_the_same_keys():
    assert len(LANGUAGES) >= 25
    expected = wordings("en").names()
    for language in LANGUAGES:
        words = wordings(language)
        assert words.names() == expected, language
        assert len(words.all("numbers")) == 21, language
        assert len(set(words.all("numbers"))) == 21, language
        assert len(words.all("months")) == 12, language
        assert all(text for key in expected for text in words.all(key)), language
        assert len(words.all("heading")) >= 5, language
        assert len(words.all("read_more")) >= 5, language


@pytest.mark.parametrize("language", LANGUAGES)
def test_wordings_fill_their_slots(language):
    words = wordings(language)
    writer = Writer(words, Random(1))
    known = {"expr", "a", "b", *writer._made, *words.names()}
    for key in words.names():
        for text in words.all(key):
            slots = [part.split("}")[0] for part in text.split("{")[1:]]
            assert set(slots) <= known, (key, text)
    for text in words.all("ask"):
        assert "{expr}" in text
    for text in words.all("sum"):
        assert "{a}" in text
        assert "{b}" in text
    for text in words.all("source_phrase"):
        assert "{site}" in text or "{headline}" in text
    for text in words.all("read_sentence"):
        assert text.count("[") == text.count("]") <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_language_has_every_kind(kind):
    for language in LANGUAGES:
        rng = Random(f"{language}/{kind}")
        for _ in range(4):
            snippet = make_snippet(kind, rng, language=language)
            assert snippet.get(LABEL) == OWN_LABEL[kind]
            assert {element.get(LABEL) for element in labelled(snippet)} <= {OWN_LABEL[kind], "challenge"}


@pytest.mark.parametrize("kind", KINDS)
def test_snippets_survive_serialising_and_parsing(kind):
    rng = Random(5)
    for _ in range(300):
        snippet = make_snippet(kind, rng)
        text = html(snippet)
        assert "{" not in snippet.text_content()
        assert "w-maybe" not in text
        again = lxml.html.fragment_fromstring(text)
        assert again.text_content().split() == snippet.text_content().split()
        assert [e.get(LABEL) for e in labelled(again)] == [e.get(LABEL) for e in labelled(snippet)]


def test_every_template_can_be_filled():
    writer = Writer(wordings("de"), Random(3))
    markup = {
        "challenge": challenge_html(writer),
        "comments": "",
        "replies": "",
        "paragraphs": "<p>x</p>",
        "indent": "0",
        "expr": "8 + 1 =",
        "input": "<input>",
        "phrase": "x",
        "url": "http://x.example/",
    }
    for kind in ("forms", "challenges", "sources", "promos", "threads"):
        assert len(templates(kind)) >= 12
        for template in templates(kind).values():
            source = template.html.replace("[[", "").replace("]]", "")
            if template.weight:
                root = parse(fill(source, writer, **markup), writer.rng)
                assert root.tag not in INLINE, f"{template.name}: a label on an inline element names no block"
            else:
                # One comment may be several rows or definitions.
                assert len(parse(f"<div>{fill(source, writer, **markup)}</div>", writer.rng)), template.name


def test_augment_inserts_only_labelled_snippets_and_keeps_the_page():
    counts = set()
    for seed in range(200):
        tree = page()
        before = [element for element in tree.iter() if element.text and element.text.strip()]
        augment(tree, Random(seed), body=body_of(tree))
        found = [element for element in labelled(tree) if not element.xpath(f"ancestor::*[@{LABEL}]")]
        counts.add(len(found))
        assert {element.get(LABEL) for element in labelled(tree)} <= set(LABELS)
        for element in found:
            element.drop_tree()
        assert "".join(html(tree).split()) == "".join(html(page()).split())
        assert all(element.getroottree().getroot() is tree for element in before)
    assert counts >= {0, 1, 2, 3, 4}


def test_forms_and_threads_stand_behind_the_body():
    for seed in range(100):
        tree = page()
        body = body_of(tree)
        augment(tree, Random(seed), body=body)
        order = list(tree.iter())
        for element in labelled(tree):
            if element.get(LABEL) in ("comment", "comment_form", "challenge", "source_link"):
                assert order.index(element) > order.index(body[-1])


def test_text_divided_by_breaks_is_not_cut():
    source = "<html><body><div>One <b>two</b> three.<br>Four.<br>Five <i>six</i></div></body></html>"
    for seed in range(60):
        tree = lxml.html.document_fromstring(source)
        augment(tree, Random(seed), body=[tree.find(".//div")])
        page = segment(tree)
        starts = [element.getparent() if is_tail else element for element, is_tail in page.start]
        own = [not at.xpath("ancestor-or-self::*[@data-winnow-label]") for at in starts]
        texts = [text for text, mine in zip(page.texts, own, strict=True) if mine]
        assert texts == ["One two three.", "Four.", "Five six"]


@pytest.mark.parametrize(
    "source",
    [
        "<html><body>Bare text</body></html>",
        "<html><body><table><tr><td>One</td><td><p>Two</p></td></tr></table></body></html>",
        "<html><body><span>One</span><span>Two</span></body></html>",
        "<html><frameset><frame></frameset></html>",
    ],
)
def test_odd_pages(source):
    for seed in range(30):
        tree = lxml.html.document_fromstring(source)
        augment(tree, Random(seed), body=[element for element in tree.iter() if element.text])
        assert not tree.xpath(f"//table/*[@{LABEL}] | //tr/*[@{LABEL} and not(ancestor::*[@{LABEL}])]")


def test_a_page_without_body_stays():
    tree = page()
    augment(tree, Random(1), body=[])
    assert html(tree) == html(page())


def test_equal_seeds_give_equal_pages():
    for make in (Random, np.random.default_rng):
        pages = []
        for _ in range(2):
            tree = page("fr")
            rng = make(11)
            for _ in range(3):
                augment(tree, rng, body=body_of(tree), texts=lambda rng: f"Sentence {rng.random()}. Another one here.")
            pages.append(html(tree))
        assert pages[0] == pages[1]


def test_texts_of_other_pages_become_comments():
    rng = Random(2)
    threads = [
        make_snippet("comment_thread", rng, texts=lambda _: "A very peculiar sentence. And a second.")
        for _ in range(20)
    ]
    assert any("very peculiar sentence" in thread.text_content() for thread in threads)


def test_hard_negatives_are_body_and_varied():
    rng = Random(3)
    texts = [lambda _: "A real paragraph of eight words stands here.", None]
    snippets = [make_snippet("hard_negative", rng, language="en", texts=texts[i % 2]) for i in range(900)]
    assert all(snippet.get(LABEL) == "body" and len(labelled(snippet)) == 1 for snippet in snippets)
    seen = " ".join(snippet.text_content() for snippet in snippets)
    assert len(set(re.findall(r"\d+ [+×x-] \d+ = -?\d+", seen))) > 10
    for part in ("(Reuters)", "Source: ", "Leave a Reply", "A real paragraph"):
        assert part in seen
    assert any(snippet.xpath(".//a") for snippet in snippets)


def test_tables_are_among_hard_negatives():
    rng = Random(4)
    texts = lambda _: "“Some said so. Others did not.” They left at 5 p.m. with 12 bags."  # noqa: E731
    snippets = [make_snippet("hard_negative", rng, language="en", texts=texts) for _ in range(900)]
    tables = [snippet for snippet in snippets if snippet.xpath("descendant-or-self::table[count(.//tr) > 2]")]
    shapes = {len(table.xpath("(descendant-or-self::tr)[last()]/*")) for table in tables}
    assert len(tables) > 20
    assert shapes >= {2, 3, 4, 5, 6}


def test_advertisements_stand_between_all_paragraphs():
    most = 0
    for seed in range(300):
        tree = page()
        augment(tree, Random(seed), body=body_of(tree))
        marks = [e for e in labelled(tree) if e.get(LABEL) == "promo" and e.getparent().tag == "article"]
        texts = [" ".join(e.text_content().split()) for e in marks]
        most = max([most, *map(texts.count, texts)])
    assert most >= 3


def test_paragraphs_become_boxes():
    tree = page()
    before = tree.text_content()
    retag(body_of(tree))
    assert not tree.xpath("//article/p")
    assert len(tree.xpath("//article/div")) == 3
    assert len(tree.xpath("//article//li")) == 1
    assert tree.text_content() == before


def test_sentences_keep_their_other_numbers():
    assert vary("Call 020 7946 0018.", Random(1)) == "Call 020 7946 0018."
    assert vary("2 + 2 = 4", Random(1)) != "2 + 2 = 4"


def test_threads_nest_up_to_four_deep():
    rng = Random(8)
    depths = set()
    for _ in range(400):
        thread = make_snippet("comment_thread", rng, language="en", naming="keep")
        depths |= {len(li.xpath("ancestor::li")) for li in thread.xpath("self::div[@class='comments-area']//li")}
    assert depths == {0, 1, 2, 3, 4}


def test_layouts_of_threads_are_of_all_kinds():
    rng = Random(12)
    texts = (None, lambda _: "A very peculiar sentence. And a second.")
    threads = [
        lxml.html.fragment_fromstring(layout_html(Writer(wordings("en"), rng, texts[i % 2]))) for i in range(600)
    ]
    for shape in ("tr/td", "dl/dd", "ol/li", "ul/li", "p/following-sibling::hr", "span/following-sibling::br"):
        assert sum(bool(thread.xpath(f".//{shape}")) for thread in threads) > 10, shape
    seen = "\n".join(thread.text_content() for thread in threads)
    for part in ("Have your say", "Posted by", "Report abuse", "stars", "Was this review helpful?", "peculiar", "#14"):
        assert part in seen


def test_dates_of_a_thread_are_written_alike():
    for seed in range(40):
        writer = Writer(wordings("en"), Random(seed))
        stamps = [re.sub(r"[a-z]+", "a", re.sub(r"\d+", "0", writer.stamp().lower())) for _ in range(5)]
        assert len(set(stamps)) == 1, stamps


def test_loose_threads_stand_among_the_paragraphs():
    """Where one cell holds the article and what readers wrote below it, no container tells them apart."""
    source = "<html><body><table><tr><td>One.<br><br>Two.</td></tr></table></body></html>"
    beside = 0
    for seed in range(400):
        tree = lxml.html.document_fromstring(source)
        cell = tree.find(".//td")
        augment(tree, Random(seed), body=[cell])
        assert not tree.xpath("//*[@w-loose]")
        parts = [part for part in cell if part.get(LABEL) == "comment"]
        if len(parts) > 1:
            beside += 1
            assert segment(tree).texts[:2] == ["One.", "Two."]
    assert beside > 3


def test_languages():
    assert known_language("de-AT") == "de"
    assert known_language("zh_TW") == "zh-hant"
    assert known_language("zh-CN") == "zh"
    assert known_language("nb") == "no"
    assert known_language("tlh") is None
    assert known_language(None) is None
    assert page_language(page("pt-BR")) == "pt"
    tree = page("pl")
    for seed in range(40):
        augment(tree, Random(seed), body=body_of(tree), foreign=0.0)
    text = tree.text_content()
    assert any(word in text for word in wordings("pl").all("heading"))
    assert not any(word in text for word in ("Leave a Reply", "Kommentar schreiben", "Оставить комментарий"))


def test_arithmetic_covers_every_blank_sign_and_length():
    rng = Random(1)
    questions = [arithmetic(rng) for _ in range(1500)]
    assert {(len(q.numbers), q.blank) for q in questions} == {(3, 0), (3, 1), (3, 2), (4, 0), (4, 1), (4, 2), (4, 3)}
    assert {sign for q in questions for sign in q.signs} == set("+-*/")
    compute = {"+": int.__add__, "-": int.__sub__, "*": int.__mul__, "/": int.__floordiv__}
    for question in questions:
        result = question.numbers[0]
        for sign, operand in zip(question.signs, question.numbers[1:-1], strict=True):
            result = compute[sign](result, operand)
        assert result == question.numbers[-1] >= 0


def test_the_blank_stands_where_the_question_says():
    rng = Random(6)
    for _ in range(300):
        question = arithmetic(rng)
        text = arithmetic_html(question, wordings("en"), rng, "@")
        if question.blank < len(question.numbers) - 1:
            assert text.count("@") == 1
            assert text.startswith("@") == (question.blank == 0)


def test_number_spellings():
    rng, words = Random(1), wordings("de")
    assert spell_number(8, "digits", words, rng) == "8"
    assert spell_number(8, "words", words, rng) == "acht"
    assert spell_number(8, "roman", words, rng) == "VIII"
    assert spell_number(8, "full-width", words, rng) == "８"
    assert spell_number(97, "words", words, rng) == "97"
    assert spell_number(8, "images", words, rng).startswith("<img")
    assert {spell_number(8, "obfuscated", words, rng) for _ in range(50)} > {"a c h t"}


def test_challenges_are_of_all_kinds_and_labelled():
    rng = Random(9)
    words = wordings("en")
    questions = {question_html(words, rng)[0] for _ in range(800)}
    for key in ("question", "image", "honeypot", "year", "recaptcha"):
        assert any(
            text in lxml.html.fromstring(f"<p>{q}</p>").text_content() for q in questions for text in words.all(key)
        )
    forms = [make_snippet("comment_form", rng, language="en") for _ in range(200)]
    with_challenge = [form for form in forms if form.xpath(f".//*[@{LABEL}='challenge']")]
    assert 40 < len(with_challenge) < 140


def test_class_names_are_kept_scrambled_or_stripped():
    source = (
        '<div id="respond" class="comment-respond wide"><form action="/wp-comments-post.php" class="wide">'
        f'<p {LABEL}="challenge"><label for="c">x</label><input id="c" name="captcha"></p>'
        '<a href="/login">in</a></form></div>'
    )
    kept, scrambled, stripped = (lxml.html.fragment_fromstring(source) for _ in range(3))
    rename(kept, Random(1), "keep")
    rename(scrambled, Random(1), "scramble")
    rename(stripped, Random(1), "strip")
    assert html(kept) == source
    for tree in (scrambled, stripped):
        assert not any(word in html(tree) for word in ("respond", "wide", "captcha", "comments", "login"))
        assert tree.find("form/p").get(LABEL) == "challenge"
    assert scrambled.get("class").split()[1] == scrambled.find("form").get("class")
    assert scrambled.find(".//label").get("for") == scrambled.find(".//input").get("id")
    assert not stripped.xpath("descendant-or-self::*[@class or @id or @name or @for]")


def test_a_page_takes_less_than_five_milliseconds():
    rng = Random(1)
    tree = page()
    augment(tree, rng, body=body_of(tree))
    trees = [page() for _ in range(100)]
    start = time.process_time()
    for tree in trees:
        augment(tree, rng, body=body_of(tree))
    assert (time.process_time() - start) / len(trees) < 0.005
