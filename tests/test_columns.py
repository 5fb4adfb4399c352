"""Layouts of threads, each with the same comments: what stands around them is no part of them, whatever it says."""

import re
from datetime import datetime

import pytest

from classifier.blocks import segment
from classifier.blocks.parsing import parse
from classifier.comments import find_comments, refine
from classifier.comments.dates import find_date

# Author, town, date, ISO date, text; the second paragraph of one is short, and so is one whole comment.
PEOPLE = (
    (
        "Ana Lind",
        "Upper Town",
        (2008, 3, 21, 9, 13),
        ["The bridge was never wide enough for two carts, let alone buses."],
    ),
    ("bricklayer_7", "Leeds", (2008, 3, 21, 10, 2), ["Who is going to pay for all of it?", "Not me."]),
    ("Tom O.", "North End", (2008, 3, 22, 18, 40), ["Lovely idea!"]),
    (
        "Marija",
        "Old Mill",
        (2008, 3, 23, 7, 5),
        ["My grandmother crossed it every day on her way to the dairy, and back."],
    ),
    (
        "old_salt",
        "Harbour",
        (2008, 3, 24, 23, 59),
        ["They said the same in 1974 and it took them eleven years to build."],
    ),
)
HEAD = "<html lang=en><body><h1>A bridge</h1><div class='art'><p>{article}</p></div>{thread}</body></html>"

# Of one comment. {text} is the text with breaks between paragraphs, {paragraphs} in elements of their own.
RECORDS = {
    "member box": "<tr><td class=who><b>{author}</b><br><span class=s>Senior Member</span>"
    "<div>Join Date: Oct 200{n}</div>"
    "<div>Location: {town}</div><div>Posts: {n},902</div></td><td class=post><div class=d>{iso_day}, {clock}</div>"
    "<div class=m>{text}</div></td></tr>",
    "subject in bold": "<tr><td><b>Subject {n}</b></td></tr><tr><td><span class=n>{author}"
    "</span> | {iso_day} {clock}</td></tr>"
    "<tr><td class=t>{text}</td></tr><tr><td class=b>Reply | Quote | Alert a moderator</td></tr>",
    "town below the name": "<div class=c><div class=n>{author}</div><div class=w>{town}</div>"
    "<div class=t>{paragraphs}</div>"
    "<div class=d>{iso_day} {clock}</div></div>",
    "employer beside the name": "<div class=c><div><a href=/u/{n}>{author}</a> · <span>Works at {town} Dairy"
    "</span></div>"
    "<div class=t>{text}</div><div>Reply · <span>{n}4 likes</span> · Like · <abbr>{iso_day} {clock}</abbr></div></div>",
    "signed below": "<p>{text}<br><i>- {author}, {iso_day} {clock}</i></p>"
    "<p class=r>Click to rate Rating {n}12 Report abuse</p>",
    "signed in a row below": "<tr><td colspan=2>{text}</td></tr><tr><td><b>{author}</b></td>"
    "<td>{iso_day} {clock}</td></tr>",
    "votes first": "<li><div class=k>+{n}4 A favor -{n} En contra</div><p class=a>{author}, {iso_day} - {clock}h</p>"
    "<div class=t>{paragraphs}</div><p class=z>Denunciar | Karma {n}1</p></li>",
    "labels": "<div class=q><p>Autor: <b>{author}</b></p><p>Data: {iso_day} {clock}</p><p>Miasto: {town}</p>"
    "<div>{text}</div></div>",
    "label of the writer below": "<table><tr><td>{text}</td></tr><tr><td>Yazan: {author} - {iso_day} {clock} "
    "Katılıyorum ({n}4) Katılmıyorum ({n})</td></tr></table>",
    "definition list": "<dt><b>{author}</b> ({town}) {iso_day} {clock}</dt><dd>{text}</dd>"
    "<dd class=v>Concordo {n} | Discordo 0 | Denuncie</dd>",
    "numbers": "<tr><th>{n}</th><td><div>{author} {iso_day} {clock}</div><div class=m>{text}</div>"
    "<div class=e>賛成（{n}4） 違反報告</div></td></tr>",
    "names in headings": "<article><header><h4>{author}</h4><div>{iso_day} {clock}</div></header>{paragraphs}"
    "<footer><button>{n}</button><button>Balas</button></footer></article>",
    "badge": "<div class=_a1><div class=_b2><span>{author}</span><span>Top fan</span></div>"
    "<div class=_c3>{iso_day} {clock}</div>"
    "<div class=_d4>{text}</div><div class=_e5>Mi piace Rispondi Segnala a un moderatore</div></div>",
    "rating": "<div class=rv><div>Valutazione: {n}/5</div><b>{author}</b> <small>{iso_day} {clock}</small>"
    "<p>{text}</p></div>",
    "net user": "<div class=hd>网友 <b>{author}</b> {iso_day} {clock} 发表</div><div class=bd>{text}</div>"
    "<div class=ft>支持({n}4) 反对({n})</div>",
    "posted by, before": "<h5>Posted by {author} on {iso_day} at {clock}</h5><blockquote>{paragraphs}</blockquote>",
}
AROUND = {"<tr": "<table>{}</table>", "<li": "<ol>{}</ol>", "<dt": "<dl>{}</dl>"}


# Above and below a thread, as papers print them.
RULES = (
    "<p class=rules>The views below are those of readers and not those of the editors, nor of anybody who"
    " works here.</p>"
)
ORDER = "<p>Sort by: Newest | Oldest | Best rated</p>"
LEGAL = (
    "<p class=legal>The posting of advertisements and of profanity is prohibited. Here are our terms of service.</p>"
)
PAGING = "<p class=pg>1 2 3 Next</p>"


def page_of(record: str, people=PEOPLE, above: str = "", below: str = "") -> str:
    records = []
    for n, (author, town, when, paragraphs) in enumerate(people, 1):
        moment = datetime(*when)
        records.append(
            record.format(
                author=author,
                town=town,
                n=n,
                iso_day=moment.date().isoformat(),
                clock=f"{moment:%H:%M}",
                text="<br><br>".join(paragraphs),
                paragraphs="".join(f"<p>{paragraph}</p>" for paragraph in paragraphs),
            )
        )
    around = next((around for start, around in AROUND.items() if record.startswith(start)), "{}")
    thread = f"<h3>{len(people)} Comments</h3>{above}{around.format(''.join(records))}{below}"
    return HEAD.format(article="What the council said about the bridge. " * 5, thread=f"<div id=thread>{thread}</div>")


def comments_of(html: str):
    root, url = parse(html, None)
    page = segment(root, url)
    start = next(b for b, text in enumerate(page.texts) if re.match(r"\d+ Comments", text))
    return find_comments(page, ["body"] * start + ["comment"] * (len(page) - start))


def check(html: str, people=PEOPLE) -> None:
    found = comments_of(html)
    assert [comment.text for comment in found] == ["\n\n".join(paragraphs) for *_, paragraphs in people]
    assert [comment.published for comment in found] == [datetime(*when).isoformat() for _, _, when, _ in people]
    assert [comment.author for comment in found] == [author for author, *_ in people]


@pytest.mark.parametrize("layout", RECORDS)
def test_layout(layout):
    check(page_of(RECORDS[layout]))


@pytest.mark.parametrize("layout", RECORDS)
def test_three_comments(layout):
    check(page_of(RECORDS[layout], PEOPLE[1:4]), PEOPLE[1:4])


@pytest.mark.parametrize(
    "layout", [name for name in RECORDS if name not in {"badge", "net user"}]
)  # once tells nothing
def test_two_comments(layout):
    check(page_of(RECORDS[layout], PEOPLE[:2]), PEOPLE[:2])


@pytest.mark.parametrize("layout", RECORDS)
def test_notices_around_the_thread_are_no_comments(layout):
    check(page_of(RECORDS[layout], above=RULES + ORDER, below=LEGAL + PAGING))


# In two of them nothing but class names tells names from the other lines.
@pytest.mark.parametrize("layout", [name for name in RECORDS if name not in {"badge", "employer beside the name"}])
def test_layout_without_class_names(layout):
    check(re.sub(r" (?:class|href)=[^ >]+", "", page_of(RECORDS[layout])))


ONE = (
    "<div class=box><h3>One recipe each Sunday</h3></div><div class=c><button>Newest</button>"
    "<h2>A thought on the bridge</h2><article><div class=n>{author}</div><div class=d>{iso_day} {clock}</div>"
    "<div class=t>{text}</div><button>Agree 12</button></article></div>"
    "<div class=r><h2>Most read</h2><ol><li>A market</ol></div>"
)


def test_headings_around_a_single_comment():
    check(page_of(ONE, PEOPLE[:1]), PEOPLE[:1])


def test_quotations_are_not_what_the_author_wrote():
    post = "<div class=p><div class=h>{author}, {iso_day} {clock}</div><div class=m>{text}</div></div>"
    quote = "<blockquote>Originally posted by Ana Lind<br>The bridge was never wide enough for two carts</blockquote>"
    html = (
        page_of(post)
        .replace("Who is going", f"{quote}Who is going")
        .replace("My grandm", "> Lovely idea!<br>My grandm")
    )
    check(html)


@pytest.mark.parametrize("newest_first", [False, True])
def test_what_others_quote_stays_what_its_author_wrote(newest_first):
    post = "<div class=p><div class=h>{author}, {iso_day} {clock}</div><div class=m>{text}</div></div>"
    quoted = PEOPLE[1][3][0]
    people = PEOPLE[::-1] if newest_first else PEOPLE
    check(page_of(post, people).replace("My grandm", f"<blockquote>{quoted}</blockquote>My grandm"), people)


def test_mottos_of_forums_are_no_text():
    post = "<div class=p><div class=h>{author}, {iso_day} {clock}</div><div class=m>{text}</div></div>"
    check(page_of(post).replace("Not me.", "Not me.<br>_________________<br>The tide waits for no man."))


def test_trackbacks_are_no_comments():
    post = "<div class=p><div class=m>{text}</div><div class=h>Posted by: {author} | {iso_day} {clock}</div></div>"
    box = (
        "<div class=tb><h3>TrackBack</h3><p>TrackBack URL for this entry:</p><p>http://blog.example/tb.cgi/1</p>"
        "<p>Listed below are links to weblogs that reference the bridge, and what they say about it all.</p></div>"
    )
    check(page_of(post, above=box))


@pytest.mark.parametrize("named", ["#1 Not so.", ">>1 Not so.", "№ 1 Not so.", "＞１ Not so."])
def test_shown_numbers_tell_which_comment_is_answered(named):
    post = "<div class=p><div class=h>#{n} {author} {iso_day} {clock}</div><div class=m>{text}</div></div>"
    found = comments_of(page_of(post).replace("My grandmother", f"{named} My grandmother"))
    assert [comment.parent for comment in found] == [None, None, None, 0, None]


def test_numbers_with_parts_nest():
    post = "<div class=p><div class=h>#{n} {author} {iso_day} {clock}</div><div class=m>{text}</div></div>"
    html = page_of(post)
    for shown, number in (("#2 ", "#1.1 "), ("#3 ", "#1.2 "), ("#4 ", "#2 "), ("#5 ", "#2.1 ")):
        html = html.replace(shown, number, 1)
    assert [comment.parent for comment in comments_of(html)] == [None, 0, 0, None, 3]


@pytest.mark.parametrize(
    ("shown", "iso"),
    [
        ("27 Feb 2009, 0732 hrs IST", "2009-02-27T07:32:00"),
        ("١٥ مارس ٢٠٢٠ - ٢١:١١", "2020-03-15T21:11:00"),
        ("wczoraj, 15:02", "2020-03-31T15:02:00"),
    ],
)
def test_dates(shown, iso):
    found = find_date(shown, now=datetime(2020, 4, 1, 12), language="pl")
    assert found is not None
    assert found.iso == iso


def test_the_day_that_belongs_to_somebody_is_no_date():
    assert find_date("Today's other stories", now=datetime(2020, 4, 1)) is None


RECORD = (
    "<tr><td class=r{odd}><span class=n>{author}</span> - {iso} <a href=/r>Report</a><br>"
    "<span class=t>{text}</span></td></tr>"
)


def test_records_that_the_model_takes_for_promos_or_forms():
    rows = "".join(
        RECORD.format(odd=n % 2, author=author, iso=datetime(*when).isoformat(" "), text=" ".join(paragraphs))
        for n, (author, _, when, paragraphs) in enumerate(PEOPLE)
    )
    page = segment(
        *parse(f"<p>{'About the bridge. ' * 20}</p><table>{rows}</table><p class=end>Terms of service</p>", None)
    )
    labels = ["body", "comment", "comment", "promo", "promo", *["comment"] * 2, "comment_form", "comment"]
    labels += ["comment_form", "comment_form", "boilerplate"]
    assert refine(page, labels) == ["body", *["comment"] * 10, "boilerplate"]
