"""Words for the slots of templates: wordings of a language, invented headlines, names, dates, addresses, comments."""

import re
from collections.abc import Callable
from random import Random
from typing import Final

from classifier.augment.wordings import Wordings

TextSource = Callable[[Random], str]

_SLOT: Final = re.compile(r"\{(\w+)\}")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+|(?<=[。！？।])")
_SPACELESS: Final = frozenset({"zh", "zh-hant", "ja"})
_UPPER_CASE: Final = frozenset({"heading", "read_more", "source_label", "count", "advertisement", "watch", "submit"})
_SYLLABLES: Final = (
    "ba be bo ca ce da de do el en fa fi ga go ha in ka ki la le lo ma me mo na ne no or pa po "
    "ra re ro sa se so ta te ti to va ve vi wa yo za".split()
)
_SITE_WORDS: Final = "news daily post herald times press journal blog online today info mag gazette wire world".split()
_TLDS: Final = "com com com org net info de fr it es pl ru co.uk com.br in ng se nl cz jp cn kr gr tr".split()
# Newspapers and portals that others copy from; agencies are left out, for their names are credits.
_OUTLETS: Final = (
    ("bbc.com", "BBC"),
    ("theguardian.com", "The Guardian"),
    ("cnn.com", "CNN"),
    ("nytimes.com", "The New York Times"),
    ("washingtonpost.com", "Washington Post"),
    ("aljazeera.com", "Al Jazeera"),
    ("theconversation.com", "The Conversation"),
    ("medium.com", "Medium"),
    ("spiegel.de", "DER SPIEGEL"),
    ("zeit.de", "ZEIT ONLINE"),
    ("lemonde.fr", "Le Monde"),
    ("elpais.com", "El País"),
    ("repubblica.it", "la Repubblica"),
    ("g1.globo.com", "G1"),
    ("gazeta.pl", "Gazeta.pl"),
    ("idnes.cz", "iDNES.cz"),
    ("lenta.ru", "Лента.ру"),
    ("pravda.com.ua", "Українська правда"),
    ("nu.nl", "NU.nl"),
    ("aftonbladet.se", "Aftonbladet"),
    ("hurriyet.com.tr", "Hürriyet"),
    ("punchng.com", "Punch"),
    ("thehindu.com", "The Hindu"),
    ("detik.com", "detikcom"),
    ("vnexpress.net", "VnExpress"),
    ("sina.com.cn", "新浪网"),
    ("asahi.com", "朝日新聞"),
    ("chosun.com", "조선일보"),
    ("ynet.co.il", "ynet"),
    ("kathimerini.gr", "Η Καθημερινή"),
)
_MARKS: Final = ("", "", "", "", " :)", " :-(", " 😂", " 👍", " !!!", "...", " 🙏", " lol", " ;-)")


class Writer:
    """Fills slots in one language, consistent within a snippet.

    Parameters
    ----------
    wordings : Wordings
        The language.
    rng : Random
        All that is drawn is drawn from here.
    texts : callable, optional
        Source of real paragraphs (of other pages) for comments and headlines; without it, wordings alone are used.
    """

    def __init__(self, wordings: Wordings, rng: Random, texts: TextSource | None = None) -> None:
        self.wordings = wordings
        self.rng = rng
        self.texts = texts
        self._host, self._site = self._outlet()
        self._style = rng.randrange(2**32)  # the dates of a page are all written in one way
        self._made: dict[str, Callable[[], str]] = {
            "author": self.author,
            "date": self.date,
            "headline": self.headline,
            "handle": lambda: self._invented(2, 4),
            "id": lambda: str(rng.randrange(10, 10**6)),
            "rating": lambda: rng.choice((str(rng.randint(1, 5)), f"{rng.randint(1, 4)}.{rng.randint(1, 9)}")),
            "stamp": self.stamp,
            "subheading": self.subheading,
            "stars": lambda: ("★" * rng.randint(1, 5)).ljust(5, "☆"),
            "town": lambda: self._invented(2, 4).capitalize(),
            "n": lambda: str(rng.choice((rng.randint(2, 12), rng.randint(2, 300)))),
            "site": self.site,
            "teaser": self.teaser,
            "text": self.comment,
            "time": lambda: f"{rng.randrange(24)}{rng.choice('::.')}{rng.randrange(60):02}",
            "url": self.url,
            "year": lambda: str(rng.randint(1998, 2026)),
        }

    def slot(self, key: str) -> str:
        """Plain text for one slot: something made up for the key, or a wording with its own slots filled."""
        make = self._made.get(key)
        if make is not None:
            return make()
        text = self.expand(self.wordings.pick(key, self.rng))
        # Theme style sheets cannot be seen in text, but many pages type their capitals.
        return text.upper() if key in _UPPER_CASE and self.rng.random() < 0.12 else text

    def expand(self, text: str) -> str:
        """Fill the slots inside a wording."""
        return _SLOT.sub(lambda match: self.slot(match[1]), text)

    def author(self) -> str:
        """Name or nickname of a commenter."""
        if self.rng.random() < 0.3:
            digits = str(self.rng.randrange(1, 2010)) if self.rng.random() < 0.5 else ""
            return self._invented(2, 4).capitalize() + digits
        return self.wordings.pick("people", self.rng)

    def date(self) -> str:
        """Date in one of the notations of the language or of databases."""
        day, month, year = self.rng.randint(1, 28), self.rng.randint(1, 12), self.rng.randint(2003, 2026)
        style = Random(self._style)
        name = self.wordings.all("months")[month - 1]
        if self.wordings.language in {*_SPACELESS, "ko"}:
            marks = "년 월 일".split() if self.wordings.language == "ko" else list("年月日")
            named = f"{year}{marks[0]}{month}{marks[1]}{day}{marks[2]}"
        elif self.wordings.language == "en":
            named = style.choice((f"{name} {day}, {year}", f"{day} {name} {year}", f"{name[:3]} {day}, {year}"))
        else:
            named = style.choice((f"{day} {name} {year}", f"{day}. {name} {year}", f"{name} {day}, {year}"))
        numeric = (f"{day:02}.{month:02}.{year}", f"{day:02}/{month:02}/{year}", f"{year}-{month:02}-{day:02}")
        return style.choice((named, named, *numeric))

    def stamp(self) -> str:
        """Date and time in figures, as programs of old sites print them: "3/4/2008 9:14:22 PM"."""
        rng, style = self.rng, Random(self._style)
        day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2003, 2024)
        hour, minute = rng.randrange(24), f"{rng.randrange(60):02}"
        seconds = f":{rng.randrange(60):02}" if style.random() < 0.3 else ""
        if self.wordings.language == "en":
            half = style.choice(("AM PM", "AM PM", "am pm", "a.m. p.m.")).split()[hour >= 12]
            time = f"{hour % 12 or 12}:{minute}{seconds} {half}{style.choice(('', '', '', ' EST', ' PT'))}"
            date = style.choice((f"{month}/{day}/{year}", f"{month:02}.{day:02}.{year % 100:02}", self.date()))
        else:
            time = f"{hour:02}{style.choice('::.')}{minute}{seconds}"
            date = style.choice((f"{day}.{month}.{year}", f"{day:02}/{month:02}/{year % 100:02}", self.date()))
        forms = ("{} {}", "{}, {}", "{} - {}", "{} @ {}")
        pair = (date, time) if style.random() < 0.7 else (time, date)
        return style.choice(forms).format(*pair)

    def headline(self) -> str:
        """Headline of a story that does not exist, or the first words of a real paragraph."""
        if self.texts is not None and self.rng.random() < 0.5:
            words = self.texts(self.rng).split()[: self.rng.randint(5, 13)]
            if len(words) > 3:
                return " ".join(words).rstrip(".,;:")
        gap = "" if self.wordings.language in _SPACELESS else " "
        line = f"{self.wordings.pick('subject', self.rng)}{gap}{self.wordings.pick('predicate', self.rng)}"
        if self.rng.random() < 0.25:
            line = f"{self._invented(2, 3).capitalize()}: {line}"
        return line + self.rng.choice(("", "", "", "", "?", "!", f" ({self.slot('year')})"))

    def subheading(self) -> str:
        """Heading of a part of an article: the first words of a real paragraph, or what a headline is about."""
        if self.texts is not None and self.rng.random() < 0.5:
            words = self.texts(self.rng).split()[: self.rng.randint(1, 7)]
            if words:  # one word is all there is where words are not spaced
                return (" ".join(words) if len(words) > 1 else words[0][:12]).rstrip(".,;:")
        return self.wordings.pick("subject", self.rng) if self.rng.random() < 0.6 else self.headline()

    def teaser(self) -> str:
        """Text under a teaser's headline: the beginning of a real paragraph, or another invented line."""
        if self.texts is not None:
            words = self.texts(self.rng).split()[: self.rng.randint(8, 35)]
            return " ".join(words) + self.rng.choice(("…", " ...", " [...]", ""))
        return f"{self.headline()}. {self.headline()}…"

    def comment(self) -> str:
        """Text of a comment: one to a few sentences, real ones where there is a source."""
        if self.texts is not None and self.rng.random() < 0.65:
            return self._real_comment()
        rng, pick = self.rng, self.wordings.pick
        parts = [pick("opener", rng)] if rng.random() < 0.5 else []
        wanted = rng.choice((1, 1, 2, 2, 3, 4))
        remarks = self.wordings.all("remark")
        parts += rng.sample(remarks, min(wanted, len(remarks)))
        if rng.random() < 0.3:
            parts.append(pick("closer", rng))
        gap = "" if self.wordings.language in _SPACELESS else " "
        return self._typed(self.expand(gap.join(parts)))

    def _real_comment(self) -> str:
        """Return a few sentences out of a real paragraph, now and then with a stock phrase before them."""
        assert self.texts is not None
        sentences = [part for part in _SENTENCE_END.split(" ".join(self.texts(self.rng).split())) if part]
        if not sentences:
            return self.expand(self.wordings.pick("remark", self.rng))
        start = self.rng.randrange(len(sentences))
        text = " ".join(sentences[start : start + self.rng.randint(1, 4)])[:900]
        if self.rng.random() < 0.2:
            text = f"{self.expand(self.wordings.pick('opener', self.rng))} {text}"
        return self._typed(text)

    def _typed(self, text: str) -> str:
        """Text as readers type: sometimes in lower case, with a smiley, an address, a missing letter."""
        rng = self.rng
        if rng.random() < 0.15:
            text = text.lower()
        if rng.random() < 0.08 and len(text) > 20:
            cut = rng.randrange(5, len(text) - 5)
            text = text[:cut] + text[cut + 1 :]
        if rng.random() < 0.06:
            text += f" {self.url()}"
        return text + rng.choice(_MARKS)

    def site(self) -> str:
        """Name of the other site: its host, or a name in words."""
        return self.rng.choice((self._host, f"www.{self._host}", self._site, self._site))

    def url(self) -> str:
        """Address on the other site."""
        slug = "-".join(self._invented(1, 3) for _ in range(self.rng.randint(2, 6)))
        path = self.rng.choice((f"/{slug}", f"/{self.rng.randint(2008, 2026)}/0{self.rng.randint(1, 9)}/{slug}/", "/"))
        return f"{self.rng.choice(('https://', 'https://www.', 'http://'))}{self._host}{path}"

    def _outlet(self) -> tuple[str, str]:
        """Host and name of another site, a real one now and then."""
        if self.rng.random() < 0.4:
            return self.rng.choice(_OUTLETS)
        name = f"{self._invented(2, 3)}{self.rng.choice(('', '-', ' '))}{self.rng.choice(_SITE_WORDS)}"
        return f"{name.replace(' ', '')}.{self.rng.choice(_TLDS)}", name.title()

    def _invented(self, least: int, most: int) -> str:
        return "".join(self.rng.choice(_SYLLABLES) for _ in range(self.rng.randint(least, most)))
