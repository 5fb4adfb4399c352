"""Challenges: the grammar, the surroundings, and everything that must stay."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import numpy as np
import pytest

from classifier.augment.wordings import LANGUAGES, wordings
from classifier.blocks import Page, segment, segment_text
from classifier.blocks.parsing import parse
from classifier.challenges import find_challenges, is_expression, refine
from classifier.labels import LABEL_INDEX, LABELS

DATA = Path(__file__).parents[2] / "shared" / "data"

EXPRESSIONS = """
8 + 1 =
nine − [ ] = 0
[ ] + three = 10
3 × [ ] = 9
8 + 13 + 17 = ?
What is 9 + 6?
Summe von 2 + 8 ?
97 + Ach,t =
× =
６＋２＝
six plus 2 =
IV + II =
&#56; &plus; 1 =
1+1= *
Math question * 15 + 3 =
Hvor mye er: 7 + 10 ?
6 + = 12
− 2 = six
drei mal vier =
Combien font deux fois trois ?
Сколько будет три плюс пять?
请计算三加五等于多少
3加5等于多少
오 더하기 삼 =
5 x 3 =
9 = 3 × [ ]
twenty-one minus 4 equals
eight divided by two =
٣ + ٥ =
8 : 2 =
Cuánto es 4 más 3?
Ile to jest 5 + 2 ?
Quanto fa 3 + 4 ?
Beveiliging: hoeveel is vier plus 2 ?
7 + 2 = ___
144 ÷ ( ) = 16
sju + 2 =
kaç eder 3 + 4
een en elf =
Additionnez dix-neuf et un
kuusitoista + kolme =
th1rteen + f0ur =
35 − 18 :
""".strip().splitlines()

NO_EXPRESSIONS = """
2 + 2 = 4
2 + 2 = 5
two plus two equals four
3 - 1
Liverpool 3 - 1 Arsenal
555-1234
+1 (555) 010-2345
1. e4 e5 2. Nf3 Nc6
12. Qe2+ =
1/2 - 1/2
Add 2 + 1/2 cups of flour
2/3 cup sugar
10:30 - 11:45
It is one of the best
It is one of two and three
one and two
E = mc2
x = 5
1 x 5
$20 + $5 shipping
2012-05-03
10 - 15 minutes
Age 18+
Wie viel ist das?
iPhone 5
""".strip().splitlines()


def page_of(html: str) -> Page:
    return segment(parse(f"<html><body>{html}</body></html>")[0])


def found(html: str) -> list[tuple[str, str]]:
    return [(one.challenge.kind, one.challenge.text) for one in find_challenges(page_of(html))]


def comment_form(challenge: str) -> str:
    return (
        "<p>The minister said that 2 + 2 = 4, and left.</p>"
        '<form action="/wp-comments-post.php" method="post" id="commentform"><h3>Leave a Reply</h3>'
        '<p><label for="author">Name *</label> <input id="author" name="author"></p>'
        '<p><label for="email">Email *</label> <input id="email" name="email"></p>'
        f'<p><textarea name="comment"></textarea></p>{challenge}'
        '<p><input type="submit" value="Post Comment"></p></form>'
    )


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_grammar_knows(text: str) -> None:
    assert is_expression(text)


@pytest.mark.parametrize("text", NO_EXPRESSIONS)
def test_grammar_refuses(text: str) -> None:
    assert not is_expression(text)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p>8 + 1 = <input name="q7"></p>', ("arithmetic", "8 + 1 =")),
        ("<p>nine − <input name=q7 size=1> = 0</p>", ("arithmetic", "nine − [ ] = 0")),
        ("<p><input name=q7> + three = 10</p>", ("arithmetic", "[ ] + three = 10")),
        ("<label>6 + <input name=q7> = 12</label>", ("arithmetic", "6 + [ ] = 12")),
        ("<div><div>8 + 5 =</div><div><input type=number name=q7></div></div>", ("arithmetic", "8 + 5 =")),
        ("<p><input name=q7></p><p>8 + 5 =</p>", ("arithmetic", "8 + 5 =")),
        ("<table><tr><td>What is 9 + 6?</td><td><input name=q7></td></tr></table>", ("arithmetic", "What is 9 + 6?")),
        ('<p><img src=3.png alt=""> × <img src=4.png alt=""> = <input name=q7></p>', ("arithmetic", "× =")),
        ("<p>8 &#43; 1 &#61; <input name=q7></p>", ("arithmetic", "8 + 1 =")),
        ("<p>６＋２＝<input name=q7></p>", ("arithmetic", "６＋２＝")),
        ("<p><label>Current ye@r *</label><input name=q7></p>", ("year", "Current ye@r *")),
        ("<p><label>Current [email protected] *</label><input name=q7></p>", ("year", "Current [email protected] *")),
        ("<p>Leave this field empty <input name=q7></p>", ("honeypot", "Leave this field empty")),
        ("<p>Dieses Feld bitte leer lassen <input name=q7></p>", ("honeypot", "Dieses Feld bitte leer lassen")),
        ("<p>Ne pas remplir ce champ <input name=q7></p>", ("honeypot", "Ne pas remplir ce champ")),
        ("<p>Nie wypełniaj tego pola <input name=q7></p>", ("honeypot", "Nie wypełniaj tego pola")),
        ("<p>Оставьте это поле пустым <input name=q7></p>", ("honeypot", "Оставьте это поле пустым")),
        ("<p>请勿填写此栏，请留空 <input name=q7></p>", ("honeypot", "请勿填写此栏，请留空")),
        ("<p>Введите код с картинки <input name=q7></p>", ("image_code", "Введите код с картинки")),
        ("<p>Type the word above <input name=q7></p>", ("image_code", "Type the word above")),
        ("<p>CAPTCHA Code * <input name=captcha_code></p>", ("image_code", "CAPTCHA Code *")),
        ("<p>What colour is the sky on a clear day? <input name=q7></p>", None),
        ("<p>Spamschutz:</p><p>Welche Farbe hat Schnee? <input name=spamfrage></p>", None),
    ],
)
def test_finds_at_its_input(html: str, expected: tuple[str, str] | None) -> None:
    [one] = found(comment_form(html))
    if expected is None:
        assert one[0] == "question"
        assert one[1].endswith("?")
    else:
        assert one == expected


def test_placeholder_is_reported_with_the_xpath_of_its_input() -> None:
    [one] = find_challenges(page_of(comment_form('<p><input name="captcha" placeholder="Enter security code"></p>')))
    assert one.block is None
    assert one.challenge.text == "Enter security code"
    assert one.challenge.xpath.endswith("/p[4]/input")


def test_help_text_with_arithmetic_of_its_own() -> None:
    form = comment_form(
        "<fieldset><legend>CAPTCHA</legend><div>This question is for testing whether you are a human visitor.</div>"
        '<div><label>Math question *</label> <span>15 + 3 = </span><input name="captcha_response">'
        "<div>Solve this simple math problem. E.g. for 1+3, enter 4.</div></div></fieldset>"
    )
    [one] = find_challenges(page_of(form))
    assert one.challenge.text == "Math question * 15 + 3 ="
    assert len(one.blocks) == 4


HARD_NEGATIVES = [
    "<p>Everybody knows that 2 + 2 = 4.</p><p>And 2 + 2 = 5 in the novel.</p>",
    "<h1>Addition for beginners</h1><p>8 + 1 =</p><p>7 + 2 =</p><p>What is 9 + 6?</p><p>The answer is 15.</p>",
    "<p>Liverpool 3 - 1 Arsenal</p><p>6-4, 7-6, 3-6</p>",
    "<li>2 + 1/2 cups flour</li><li>1 x 400 g tin</li>",
    "<p>Call +1 (555) 010-2345 or 555 - 1234.</p>",
    "<p>12. Qe2+ Kf8 13. O-O = (1/2 - 1/2)</p>",
    '<p>Captchas ask for the sum:</p><pre><code>8 + 1 = &lt;input name="captcha"&gt;</code></pre>',
    "<p>Leave this field empty, says the hidden label that robots fall for.</p>",
    "<p>The form asked: Are you human? Please solve 3 + 4.</p>",
]


@pytest.mark.parametrize("body", HARD_NEGATIVES)
@pytest.mark.parametrize("with_form", [False, True])
def test_body_lines_stay(body: str, with_form: bool) -> None:
    page = page_of(f"<article>{body}</article>" + (comment_form("") if with_form else ""))
    labels = ["body"] * len(page)
    assert find_challenges(page) == []
    assert refine(page, labels) == labels


def test_worksheet_with_inputs_is_not_guarded() -> None:
    sums = "".join(f"<p>{a} + {a + 1} = <input name=a{a}></p>" for a in range(2, 9))
    assert found(f"<form>{sums}<button>Check</button></form>") == []


def test_search_box_after_an_article_takes_no_line() -> None:
    html = "<article><p>8 + 1 =</p></article><form action=/search><input type=search name=q><button>Go</button></form>"
    assert found(html) == []


def test_lying_names_are_no_challenges() -> None:
    fields = (
        "<p>Confirm your e-mail <input name=verify_email></p><p>Promo code <input name=promo_code></p>"
        "<p>How did you hear about us? <input name=source></p><textarea name=g-recaptcha-response></textarea>"
    )
    assert found(f"<form>{fields}<button>Send</button></form>") == []


TEXT = """Kabul, Wednesday.
He told the BBC that 2 + 2 = 4.
Source link
Leave a Reply
Your email address will not be published. Required fields are marked *
8 + 1 ="""


def test_plain_text_needs_the_lines_of_a_form() -> None:
    page = segment_text(TEXT)
    labels = ["body"] * len(page)
    refined = refine(page, labels)
    assert refined[-1] == "challenge"
    assert refined[:-1] == labels[:-1]
    [one] = find_challenges(page, refined)
    assert (one.challenge.text, one.challenge.kind, one.challenge.xpath) == ("8 + 1 =", "arithmetic", "")


def test_maths_lesson_in_plain_text_stays() -> None:
    page = segment_text("Addition for beginners\n8 + 1 =\n7 + 2 =\nWhat is 9 + 6?\nThe answer is 15.")
    labels = ["body"] * len(page)
    assert refine(page, labels) == labels


def test_exercises_above_a_comment_form_stay_in_plain_text() -> None:
    page = segment_text("Addition for beginners\n7 + 2 =\n8 + 1 =\nLeave a Reply\nName *\n3 + 4 =\nPost Comment")
    labels = ["body"] * len(page)
    assert [b for b, label in enumerate(refine(page, labels)) if label == "challenge"] == [5]


@pytest.mark.parametrize(
    "heading", ["Neuen Kommentar schreiben", "Laisser un commentaire", "发表评论", "Lämna ett svar"]
)
def test_plain_text_in_other_languages(heading: str) -> None:
    page = segment_text(f"Text.\n{heading}\n8 + 1 =")
    assert refine(page, ["body"] * 3) == ["body", "body", "challenge"]


def test_impossible_challenge_gets_its_second_choice() -> None:
    page = page_of("<p>One.</p><p>8 + 1 =</p><p>Two.</p>")
    probabilities = np.zeros((3, len(LABELS)), np.float32)
    probabilities[:, LABEL_INDEX["challenge"]] = 0.6
    probabilities[:, LABEL_INDEX["promo"]] = 0.3
    assert refine(page, ["body", "challenge", "body"], probabilities) == ["body", "promo", "body"]
    assert refine(page, ["body", "challenge", "body"]) == ["body", "body", "body"]


def test_a_page_without_controls_costs_nothing() -> None:
    page = page_of("<p>8 + 1 =</p>" * 2000)
    start = time.perf_counter()
    assert find_challenges(page) == []
    assert time.perf_counter() - start < 0.001


def widgets() -> list[dict[str, object]]:
    if not (DATA / "widgets" / "gold.jsonl").is_file():
        pytest.skip("labelled pages are not here: ../shared/data/widgets")
    lines = (DATA / "widgets" / "gold.jsonl").read_text("utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def test_challenges_of_real_pages() -> None:
    """46 of 48 pages; one of the others keeps its form in a <template>."""
    rows = [row for row in widgets() if "challenge" in row["has"]]  # type: ignore[operator]
    hits = 0
    for row in rows:
        with gzip.open(DATA / str(row["page"])) as file:
            hits += bool(find_challenges(segment(parse(file.read())[0])))
    assert hits >= 46


def test_hard_negatives_of_real_pages() -> None:
    """What is found there has an input that is a trap or asks for a code: never an expression of the article."""
    kinds = []
    for row in widgets():
        if "hard_negative" in row["has"] and "challenge" not in row["has"]:  # type: ignore[operator]
            with gzip.open(DATA / str(row["page"])) as file:
                kinds += [one.challenge.kind for one in find_challenges(segment(parse(file.read())[0]))]
    assert set(kinds) <= {"honeypot"}


CAPTCHA = "enter the letters and numbers you see in the image below."
SCRIPTED_CAPTCHA = (
    "<p>The letters and numbers you entered did not match the image.</p>"
    f"<p>As a final step, {CAPTCHA}</p><p>{{}}</p><form><textarea name=recaptcha_challenge_field></textarea></form>"
)


def test_what_the_model_alone_calls_a_challenge_must_ask_something() -> None:
    page = page_of(SCRIPTED_CAPTCHA.format("Remember personal info"))
    probabilities = np.eye(len(LABELS))[[LABEL_INDEX["comment_form"]] * 3]
    refined = refine(page, ["comment_form", "challenge", "challenge"], probabilities)
    assert refined == ["challenge", "challenge", "comment_form"]  # the first by its wording beside the second


def test_a_trap_whose_label_is_its_name() -> None:
    trap = "<form><p>Name <input name=author></p><p><label>{}</label><input name={}></p><textarea></textarea></form>"
    assert found(trap.format("EmailPot", "emailpot")) == [("honeypot", "EmailPot")]
    assert found(trap.format("Depot", "depot")) == []
    assert found(trap.format("Free bonus", "hp")) == []


def test_sums_in_a_row_belong_to_the_article_around_them() -> None:
    lines = ["Exercises for today", "9 + 4 = ___", "8 + 5 = ___", "___ − 3 = 7", "Answers: 13, 13 and 10."]
    labels = ["body", "promo", "boilerplate", "challenge", "body"]
    assert refine(segment_text("\n".join(lines)), labels) == ["body"] * 5
    assert refine(segment_text("\n".join(lines[1:])), labels[1:])[0] == "promo"  # nothing before them
    few = [*lines[:2], *lines[3:]]
    assert refine(segment_text("\n".join(few)), ["body", "promo", "promo", "body"]) == [
        "body",
        "promo",
        "promo",
        "body",
    ]


@pytest.mark.parametrize("attribute", ["placeholder", "aria-label"])
def test_a_sum_that_only_the_input_itself_says(attribute: str) -> None:
    own = f'<input name=q7 type=text {attribute}="¿Cuánto es 9 - 4?">'
    assert found(comment_form(own)) == [("arithmetic", "¿Cuánto es 9 - 4?")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_and_signs_of_every_language_make_a_sum(language: str) -> None:
    words = wordings(language)
    numbers = words.all("numbers")
    assert all(is_expression(f"{number} + 3 =") for number in numbers)
    assert is_expression(f"{numbers[8]} {words.all('minus')[0]} {numbers[3]} =")


def test_lines_left_empty_are_no_trap() -> None:
    line = "<p>Pour créer des paragraphes, laissez simplement des lignes vides.</p>"
    assert found(comment_form(line)) == []


def test_the_answer_may_have_a_label_of_its_own() -> None:
    form = (
        "<h3>Add a comment</h3><table><tr><td>Name:</td><td><input name=name></td></tr>"
        "<tr><td colspan=2><textarea name=comments></textarea></td></tr><tr><td>Question:</td><td>{}</td></tr>"
        "<tr><td>Answer:*</td><td><input name=question_answer></td></tr></table>"
    )
    question = "What colour is snow? (one word)"
    assert found(form.format(question)) == [("question", question)]
    assert found(form.format("How did you hear about us?")) == []


def test_a_question_needs_an_input_for_its_answer() -> None:
    page = page_of("<p>Was this article helpful?</p><button>Yes</button><button>No</button>")
    assert refine(page, ["challenge", "boilerplate", "boilerplate"])[0] != "challenge"
    advice = (
        "<form><textarea></textarea><p>Thanks for answering.</p><p>Please be sure to answer the question.</p></form>"
    )
    page = page_of(advice)
    assert "challenge" not in refine(page, ["comment_form", "challenge"])
    page = page_of(advice.replace("</form>", "<input name=answer></form>"))
    assert refine(page, ["comment_form", "challenge"])[1] == "challenge"


def test_a_login_without_a_form_is_no_part_of_the_form_for_comments() -> None:
    login = "<div><p>Name <input name=login></p><p>Has oblidat la teva clau secreta?</p><p>{}</p></div>"
    article = "<p>" + "La collita d'enguany ha estat bona i el mercat ho agraeix. " * 40 + "</p>"
    fields = "<p>Name <input name=author></p><p>Email <input name=email></p>"
    thread = f"<div><textarea name=comment></textarea>{fields}</div>"
    assert found(login.format("<input name=mail>") + article + thread) == []
    linked = "<a href=/lost>Have you lost your secret words?</a>"
    assert found(comment_form(f"<p>{linked}</p><p><input name=other></p>")) == []


def test_a_legend_alone_announces_a_picture_that_a_script_loads() -> None:
    page = page_of(
        "<form><p>Name <input></p><p>Mail <input></p><p>CAPTCHA</p><div class=x></div><input type=submit></form>"
    )
    assert refine(page, ["comment_form", "comment_form", "boilerplate"]) == [
        "comment_form",
        "comment_form",
        "challenge",
    ]
    assert refine(page, ["comment_form", "comment_form", "body"])[-1] == "body"
