"""Layouts of threads, each with the same comments: what stands around them is no part of them, whatever it says."""

import re
from datetime import datetime

import pytest

from classifier.blocks import segment
from classifier.blocks.parsing import parse
from classifier.comments import find_comments

# Author, town, date, ISO date, text; the second paragraph of one is short, and so is one whole comment.
PEOPLE = (
    ("Ana Lind", "Upper Town", (2008, 3, 21, 9, 13), ["The bridge was never wide enough for two carts, let alone buses."]),
    ("bricklayer_7", "Leeds", (2008, 3, 21, 10, 2), ["Who is going to pay for all of it?", "Not me."]),
    ("Tom O.", "North End", (2008, 3, 22, 18, 40), ["Lovely idea!"]),
    ("Marija", "Old Mill", (2008, 3, 23, 7, 5), ["My grandmother crossed it every day on her way to the dairy, and back."]),
    ("old_salt", "Harbour", (2008, 3, 24, 23, 59), ["They said the same in 1974 and it took them eleven years to build."]),
)
HEAD = "<html lang='{lang}'><body><h1>A bridge</h1><div class='art'><p>{article}</p></div>{thread}</body></html>"

# Of one comment. {text} is the text with breaks between paragraphs, {paragraphs} in elements of their own.
RECORDS = {
    "member box": "<tr><td class=who><b>{author}</b><br><span class=s>Senior Member</span><div>Join Date: Oct 200{n}</div>"
    "<div>Location: {town}</div><div>Posts: {n},902</div></td><td class=post><div class=d>{iso_day}, {clock}</div>"
    "<div class=m>{text}</div></td></tr>",
    "subject in bold": "<tr><td><b>Subject {n}</b></td></tr><tr><td><span class=n>{author}</span> | {iso_day} {clock}</td></tr>"
    "<tr><td class=t>{text}</td></tr><tr><td class=b>Reply | Quote | Alert a moderator</td></tr>",
    "town below the name": "<div class=c><div class=n>{author}</div><div class=w>{town}</div><div class=t>{paragraphs}</div>"
    "<div class=d>{iso_day} {clock}</div></div>",
    "employer beside the name": "<div class=c><div><a href=/u/{n}>{author}</a> · <span>Works at {town} Dairy</span></div>"
    "<div class=t>{text}</div><div>Reply · <span>{n}4 likes</span> · Like · <abbr>{iso_day} {clock}</abbr></div></div>",
    "signed below": "<p>{text}<br><i>- {author}, {iso_day} {clock}</i></p><p class=r>Click to rate Rating {n}12 Report abuse</p>",
    "signed in a row below": "<tr><td colspan=2>{text}</td></tr><tr><td><b>{author}</b></td><td>{iso_day} {clock}</td></tr>",
    "votes first": "<li><div class=k>+{n}4 A favor -{n} En contra</div><p class=a>{author}, {iso_day} - {clock}h</p>"
    "<div class=t>{paragraphs}</div><p class=z>Denunciar | Karma {n}1</p></li>",
    "labels": "<div class=q><p>Autor: <b>{author}</b></p><p>Data: {iso_day} {clock}</p><p>Miasto: {town}</p><div>{text}</div></div>",
    "label of the writer below": "<table><tr><td>{text}</td></tr><tr><td>Yazan: {author} - {iso_day} {clock} "
    "Katılıyorum ({n}4) Katılmıyorum ({n})</td></tr></table>",
    "definition list": "<dt><b>{author}</b> ({town}) {iso_day} {clock}</dt><dd>{text}</dd>"
    "<dd class=v>Concordo {n} | Discordo 0 | Denuncie</dd>",
    "numbers": "<tr><th>{n}</th><td><div>{author} {iso_day} {clock}</div><div class=m>{text}</div>"
    "<div class=e>賛成（{n}4） 違反報告</div></td></tr>",
    "names in headings": "<article><header><h4>{author}</h4><div>{iso_day} {clock}</div></header>{paragraphs}"
    "<footer><button>{n}</button><button>Balas</button></footer></article>",
    "badge": "<div class=_a1><div class=_b2><span>{author}</span><span>Top fan</span></div><div class=_c3>{iso_day} {clock}</div>"
    "<div class=_d4>{text}</div><div class=_e5>Mi piace Rispondi Segnala a un moderatore</div></div>",
    "rating": "<div class=rv><div>Valutazione: {n}/5</div><b>{author}</b> <small>{iso_day} {clock}</small><p>{text}</p></div>",
    "net user": "<div class=hd>网友 <b>{author}</b> {iso_day} {clock} 发表</div><div class=bd>{text}</div>"
    "<div class=ft>支持({n}4) 反对({n})</div>",
    "posted by, before": "<h5>Posted by {author} on {iso_day} at {clock}</h5><blockquote>{paragraphs}</blockquote>",
}
AROUND = {"<tr": "<table>{}</table>", "<li": "<ol>{}</ol>", "<dt": "<dl>{}</dl>"}


def page_of(record: str, lang: str = "en") -> str:
    records = []
    for n, (author, town, when, paragraphs) in enumerate(PEOPLE, 1):
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
    thread = f"<div id=thread><h3>{len(PEOPLE)} Comments</h3>{around.format(''.join(records))}</div>"
    return HEAD.format(lang=lang, article="What the council said about the bridge. " * 5, thread=thread)


def comments_of(html: str):
    root, url = parse(html, None)
    page = segment(root, url)
    start = next(b for b, text in enumerate(page.texts) if re.match(r"\d+ Comments", text))
    return find_comments(page, ["body"] * start + ["comment"] * (len(page) - start))


@pytest.mark.parametrize("layout", RECORDS)
def test_layout(layout):
    found = comments_of(page_of(RECORDS[layout]))
    assert [comment.text for comment in found] == ["\n\n".join(paragraphs) for *_, paragraphs in PEOPLE]
    assert [comment.published for comment in found] == [datetime(*when).isoformat() for _, _, when, _ in PEOPLE]
    assert [comment.author for comment in found] == [author for author, *_ in PEOPLE]
