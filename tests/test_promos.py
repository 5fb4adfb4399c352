"""Lines that lead in to another story."""

from __future__ import annotations

import numpy as np
import pytest

from classifier.blocks import segment, segment_text
from classifier.blocks.parsing import parse
from classifier.labels import LABEL_INDEX, LABELS
from classifier.promos import refine


def refined(text: str, promo: float, label: str = "body") -> str:
    probabilities = np.full((1, len(LABELS)), 0.01, np.float32)
    probabilities[0, LABEL_INDEX["promo"]] = promo
    return refine(segment_text(text), [label], probabilities)[0]


@pytest.mark.parametrize(
    "text",
    [
        "READ MORE: Storm closes coast road for second night",
        "Lesen Sie auch: Hafen bleibt geschlossen",
        "Читайте также: Ледокол вышел в море",
        "→ Related: Wheat futures fall as rain reaches the plains",
        "相关阅读：港口关闭",
    ],
)
def test_a_lead_in_with_a_headline_is_a_promo_whatever_the_model_thinks(text: str) -> None:
    assert refined(text, 0.0) == "promo"


@pytest.mark.parametrize(
    "text",
    [
        "Read more: the words stand in a box below every story, and nobody has ever clicked on them.",
        "Watch: a small one, of gold, was all that he left her!",
    ],
)
def test_of_a_sentence_the_model_has_to_think_so_too(text: str) -> None:
    assert refined(text, 0.1) == "body"
    assert refined(text, 0.2) == "promo"


@pytest.mark.parametrize(
    "text",
    [
        "Read more books this winter",
        "The editors put READ MORE: in front of it",
        f"READ MORE: {50 * 'a long paragraph '}",
        "Related",
    ],
)
def test_other_lines_stay(text: str) -> None:
    assert refined(text, 0.9) == "body"


def test_only_body_lines_are_looked_at() -> None:
    assert refined("READ MORE: Storm closes coast road", 0.9, "comment") == "comment"


def test_the_list_below_a_promo_heading_is_promoted_too() -> None:
    links = "".join(f"<li><a href=/p/{n}>What the harvest report number {n} means</a></li>" for n in range(3))
    source = (
        f"<body><p>Story.</p><div><p>You may also like</p><ul>{links}</ul><p>Not a link.</p></div><a href=/>Home</a>"
    )
    page = segment(parse(source)[0])
    labels = ["body", "promo", "promo", "boilerplate", "boilerplate", "boilerplate", "boilerplate"]
    found = refine(page, labels, np.zeros((len(page), len(LABELS)), np.float32))
    assert found == ["body", *["promo"] * 4, "boilerplate", "boilerplate"]
    labels[1] = "boilerplate"  # where the model sees no promo, there is none to spread
    assert refine(page, labels, np.zeros((len(page), len(LABELS)), np.float32)) == labels


def of_page(html: str, doubt: float = 0.0) -> list[str]:
    """Labels of the blocks of a page that the model takes for body."""
    page = segment(parse(f"<body>{html}<p>The boat had left by then, and nobody knew where it was bound for.</p>")[0])
    probabilities = np.zeros((len(page), len(LABELS)), np.float32)
    probabilities[:, LABEL_INDEX["body"]], probabilities[:, LABEL_INDEX["boilerplate"]] = 1 - doubt, doubt
    return refine(page, ["body"] * len(page), probabilities)[:-1]


@pytest.mark.parametrize(
    "text",
    [
        "Advertisement",
        "– Anzeige –",
        "РЕКЛАМА",
        "广告",
        "Publicidad",
        "Article continues below",
        "La suite après cette publicité",
        "Tekst gaat verder onder de foto",
        "Artikkelen fortsetter under annonsen",
        "Follow us on Telegram and Instagram for the latest news.",
        "Abonnieren Sie unseren Newsletter!",
        "Подписывайтесь на наш Telegram-канал",
        "Únete a nuestro canal de WhatsApp",
        "Téléchargez notre application pour ne rien manquer",
        "Polub nas na Facebooku i bądź na bieżąco!",
        "关注我们的微信公众号",
        "Il vous reste 71.4% de cet article à lire. La suite est réservée aux abonnés.",
        "Already a subscriber? Log in",
    ],
)
def test_marks_of_advertisements_and_calls_to_the_reader_are_promos(text: str) -> None:
    assert of_page(f"<p>{text}</p>", doubt=0.03) == ["promo"]


@pytest.mark.parametrize(
    "text",
    [
        "Our app lets riders follow the bus on a map, the mayor said.",
        "Download the app, open the settings and switch the sound off.",
        "“Follow us on Facebook”, said the sign above the bar.",
        "The newsletter of the club is printed on paper.",
        "Recommended – two doses for adults",
        "Recommended: 2 spoons of sugar",
        "Watch — and repair it yourself",
        "Advertising pays for half of the paper.",
        "The article continues a series that began in May.",
    ],
)
def test_sentences_about_the_same_things_stay(text: str) -> None:
    assert of_page(f"<p>{text}</p>") == ["body"]


def test_of_english_the_model_may_be_sure() -> None:
    assert of_page("<p>Follow us on Telegram for the latest news.</p>") == ["body"]
    assert of_page("<p>Подписывайтесь на наш Telegram-канал</p>") == ["promo"]


def test_a_section_on_advertising_keeps_its_heading() -> None:
    assert of_page("<h2>Advertising</h2>") == ["body"]


def test_a_network_needs_no_word_for_our_where_the_model_doubts() -> None:
    line = "<p>Follow the Courier on Facebook</p>"
    assert of_page(line, doubt=0.1) == ["promo"]
    assert of_page(line) == ["body"]


def test_a_list_of_other_stories_amid_the_article_is_promoted_with_its_heading() -> None:
    stories = "<li><a href=/1>Harvest begins early</a><li><a href=/2>Mill sold again</a>"
    assert of_page(f"<div>Leggi anche<ul>{stories}</ul></div>") == ["promo"] * 3
    assert of_page(f"<div>See also<ul>{stories}</ul></div>") == ["body"] * 3


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<div>Why the embassy stayed</div>", "body"),
        ("<h3>Why the embassy stayed</h3>", "body"),
        ("<div><a href=/2>Why the embassy stayed</a></div>", "promo"),
        ("<div>Subscribe to our newsletter</div>", "promo"),
        ("<div>Read More Stories Here</div>", "promo"),
        ("<div>You may also like</div>", "promo"),
        ("<div>Photo: Ana Silva</div>", "promo"),
        ("<div>Why did the embassy stay?</div>", "promo"),
        ("<aside><p>Why the embassy stayed</aside>", "promo"),
    ],
)
def test_a_line_that_heads_a_part_of_the_article_is_none(line: str, expected: str) -> None:
    paragraph = f"<div>{'The ambassador said that nobody had asked him to go. ' * 3}</div>"
    page = segment(parse(f"<body>{paragraph}{line}{paragraph}</body>")[0])
    labels = ["body", "promo", "body"]
    probabilities = np.eye(len(LABELS), dtype=np.float32)[[LABEL_INDEX[label] for label in labels]]
    assert refine(page, labels, probabilities)[1] == expected


def test_a_heading_with_a_colon_and_links_below_the_article() -> None:
    article = "<p>The ferry company has bought two ships that run on batteries, and a third that runs on nothing.</p>"
    links = "".join(f"<li><a href='/{n}'>Using delicious batteries</a></li>" for n in range(3))
    for after, expected in (("", "promo"), (article, "body")):
        page = segment(parse(f"{article}<h3>Ann recommends these:</h3><ul>{links}</ul>{after}")[0])
        labels = ["body", "body", "body", "promo", "promo", *["body"] * bool(after)]
        probabilities = np.eye(len(LABELS), dtype=np.float32)[[LABEL_INDEX[label] for label in labels]]
        assert refine(page, labels, probabilities)[1:3] == [expected] * 2


@pytest.mark.parametrize("tag", ["h3", "h4", "li"])
def test_cards_below_a_heading_at_the_end_are_promos(tag: str) -> None:
    teaser = "A paragraph of some words says what the other story is about, and it sounds like an article."
    cards = [f'<{tag}><a href="/{at}">The bridge opens, part {at}</a></{tag}><p>{teaser}</p>' for at in range(4)]

    def labels_of(source: str) -> list[str]:
        page = segment(parse(f"<body><p>{teaser}</p><div><h2>You may also like</h2>{source}</div></body>")[0])
        labels = ["body", "promo", *["body"] * (len(page) - 2)]
        return refine(page, labels, np.full((len(page), len(LABELS)), 0.1, np.float32))

    found = labels_of("".join(cards))
    last = ["body"] if tag == "li" else []  # what stands behind the last item of a list is none of its
    assert found == ["body", *["promo"] * (len(found) - 1 - len(last)), *last]
    assert labels_of("".join(cards[:2])).count("body") > 3
    assert labels_of(cards[0] + f"<p>{teaser * 9}</p>" + "".join(cards[1:])).count("body") > 5
