"""Features in words: what a group of features says of a block, as a fact that a reader can check on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from classifier.features import FEATURE_NAMES
from classifier.labels import LABELS
from classifier.model.context import CONTEXT_NAMES

if TYPE_CHECKING:
    from classifier.explaining.attribution import Attribution

_FEATURE: Final = {name: index for index, name in enumerate(FEATURE_NAMES)}
_CONTEXT: Final = {name: index for index, name in enumerate(CONTEXT_NAMES)}
_LOOKS: Final = {
    "title": "a headline",
    "byline": "a byline",
    "body": "article text",
    "promo": "promos",
    "source_link": "a source link",
    "comment": "comments",
    "comment_form": "a comment form",
    "challenge": "a challenge",
    "boilerplate": "page furniture",
}
_AROUND: Final = ("form", "nav", "footer", "aside", "header", "blockquote", "figure", "li", "table", "article", "main")
_MAX_TOKENS: Final = 3


class Facts:
    """Says in words what each group of features is for a block.

    Parameters
    ----------
    attribution : Attribution
        Of the page.
    """

    def __init__(self, attribution: Attribution) -> None:
        self.attribution = attribution
        self.page = attribution.page
        self._say: Mapping[str, Callable[[int], str]] = {
            "length": self._length,
            "links": self._links,
            "title": self._title,
            "repeats": self._repeats,
            "emphasis": self._emphasis,
            "hidden": lambda b: "hidden until a script shows it" if self.page.hidden[b] else "visible at once",
            "letters": self._letters,
            "sentences": self._sentences,
            "tag": self._tag,
            "inside": self._inside,
            "fields": self._fields,
            "headline": self._headline,
            "place": self._place,
            "repetition": self._repetition,
            "box": self._box,
            "neighbours": self._neighbours,
            "main": self._main,
            "page": self._whole_page,
            "around": lambda b: f"the blocks around it look like {self._looks(b, 'around4')}",
            "box_label": lambda b: f"its box looks like {self._looks(b, 'level1')}",
            "thread": lambda b: self._relative(b, "comment", "the readers' comments"),
            "article": lambda b: self._relative(b, "body", "the article"),
            "order": self._order,
        }

    def of(self, group: str, block: int, tokens: Sequence[str] = ()) -> str:
        """Say what a group of features is for a block.

        Parameters
        ----------
        group : str
            One of `classifier.explaining.attribution.GROUPS`.
        block : int
            Index of the block.
        tokens : sequence of str
            For words and class names, those that mattered most.

        Returns
        -------
        str
            A few words, without a full stop.
        """
        if group == "words":
            return _words(tokens)
        if group in ("names", "names_around"):
            return _names(tokens, around=group == "names_around")
        return self._say[group](block)

    def _value(self, block: int, name: str) -> float:
        return float(self.attribution.dense[block, _FEATURE[name]])

    def _about(self, block: int, name: str) -> float:
        return float(np.mean([seen[block, _CONTEXT[name]] for seen in self.attribution.context]))

    @cached_property
    def _headline_block(self) -> int | None:
        column = np.mean(self.attribution.first, axis=0)[:, LABELS.index("title")]
        best = int(column.argmax())
        return best if column[best] > 0.3 else None

    def _length(self, block: int) -> str:
        words = int(self.attribution.layout.words[block])
        if words >= 40:
            return f"a long block ({words} words)"
        return f"only {_count(words, 'word')}" if words <= 6 else f"{words} words"

    def _links(self, block: int) -> str:
        share = self._value(block, "link_density")
        if share >= 0.98:
            return "all of its text is a link"
        if share >= 0.5:
            return f"most of its text is links ({share:.0%})"
        return f"{share:.0%} of its text is links" if share > 0.005 else "no links in it"

    def _title(self, block: int) -> str:
        recall = self._value(block, "title_recall")
        if self._value(block, "description_overlap") > 0.6 and self._value(block, "title_precision") < 0.6:
            return "repeats the page's description"
        if recall < 0.15:
            return "shares next to no words with the page's title"
        return f"holds {recall:.0%} of the words of the page's title"

    def _repeats(self, block: int) -> str:
        times = round(float(np.expm1(self._value(block, "log_repeats")))) + 1
        return f"stands {times} times on the page" if times > 1 else "stands only once on the page"

    def _emphasis(self, block: int) -> str:
        if self._value(block, "all_caps"):
            return "written in capitals"
        return "set in bold" if self._value(block, "bold_density") > 0.6 else "neither bold nor in capitals"

    def _letters(self, block: int) -> str:
        if self._value(block, "starts_digit"):
            return "begins with a digit"
        if self._value(block, "digit_share") > 0.1:
            return f"{self._value(block, 'digit_share'):.0%} of its characters are digits"
        if self._value(block, "sign_share") > 0.03:
            return "holds signs such as | or ›"
        return "its mix of letters, digits and signs"

    def _sentences(self, block: int) -> str:
        if self._value(block, "ends_colon"):
            return "ends with a colon"
        if self._value(block, "ask_rate") > 0 and self._value(block, "log_words") < 3:
            return "asks or exclaims"
        if self._value(block, "ends_sentence"):
            commas = self._value(block, "comma_rate") > 0.02
            return "reads like sentences, with commas and full stops" if commas else "ends like a sentence"
        return "does not end like a sentence"

    def _tag(self, block: int) -> str:
        return f"is a <{self.page.tags[block]}>" if self.page.tags[block] else "is a line of text"

    def _inside(self, block: int) -> str:
        found = [tag for tag in _AROUND if self._value(block, f"in_{tag}")]
        if not found:
            return "stands in no form, list, menu or article element"
        return "stands inside " + " and ".join(f"<{tag}>" for tag in found[:2])

    def _fields(self, block: int) -> str:
        ahead, behind, area = (
            round(float(np.expm1(self._value(block, f"place_log_{name}"))))
            for name in ("to_control", "from_control", "to_area")
        )
        inputs = max(round(float(np.expm1(self._value(block, f"level{level}_log_inputs")))) for level in (0, 1))
        if inputs:
            return f"its box holds {_count(inputs, 'form field')}"
        if area <= 6:
            return f"a text box follows {_count(area, 'block')} later" if area else "a text box follows at once"
        if min(ahead, behind) <= 5:
            return f"a form field stands {_count(max(min(ahead, behind), 1), 'block')} away"
        return "no form field near it"

    def _headline(self, block: int) -> str:
        title = self._headline_block
        if title is None:
            return "no headline was found on the page"
        distance = block - title
        if distance == 0:
            return "stands where the headline is expected"
        return f"stands {_count(abs(distance), 'block')} {'after' if distance > 0 else 'before'} the headline"

    def _place(self, block: int) -> str:
        share = self._value(block, "place_words")
        where = "near the top" if share < 0.1 else "near the end" if share > 0.9 else f"{share:.0%} of the way down"
        return f"stands {where} of the page" if share < 0.1 or share > 0.9 else f"stands {where} the page"

    def _repetition(self, block: int) -> str:
        same = max(round(float(np.expm1(self._value(block, f"level{level}_log_same_class")))) for level in (0, 1, 2))
        return f"one of {same + 1} boxes of the same kind" if same else "its box is the only one of its kind"

    def _box(self, block: int) -> str:
        words = round(float(np.expm1(self._value(block, "level1_log_words"))))
        if self._value(block, "level1_link_density") > 0.5:
            return f"its box is mostly links ({_count(words, 'word')})"
        if self._value(block, "level1_good_share") > 0.3:
            return f"its box holds much of the page's text ({words:,} words)"
        return f"its box holds {_count(words, 'word')}"

    def _neighbours(self, block: int) -> str:
        good = self._value(block, "next-1_good") + self._value(block, "next+1_good")
        links = self._value(block, "next-1_link_density") + self._value(block, "next+1_link_density")
        if good == 2:
            return "stands between paragraphs"
        if links >= 1:
            return "stands beside links"
        return "a paragraph stands beside it" if good else "stands among short lines"

    def _main(self, block: int) -> str:
        if self._value(block, "mass60_inside"):
            return "inside the box with most of the page's paragraphs"
        return "outside the box with most of the page's paragraphs"

    def _whole_page(self, block: int) -> str:
        links = self._value(block, "page_link_density")
        return f"the page as a whole ({len(self.page):,} blocks, {links:.0%} of its text links)"

    def _looks(self, block: int, where: str) -> str:
        shares = [self._about(block, f"{where}_{label}") for label in LABELS]
        return _LOOKS[LABELS[int(np.argmax(shares))]]

    def _relative(self, block: int, label: str, name: str) -> str:
        if float(np.expm1(self._about(block, f"log_{label}_words"))) < 15:
            return f"{name} cannot be seen on this page"
        if self._about(block, f"{label}75_inside"):
            return f"inside the box that holds {name}"
        before = self._about(block, f"{label}75_log_before") > 0
        return f"stands before {name}" if before else f"stands after {name}"

    def _order(self, block: int) -> str:
        if self._about(block, "before_comment_form") > 0.7 and self._about(block, "page_comment_form") > 0.01:
            return "stands after the comment form"
        if self._about(block, "before_comment") > 0.7 and self._about(block, "page_comment") > 0.03:
            return "stands after the comments"
        share = self._about(block, "before_body")
        if share > 0.9:
            return "stands after the end of the article"
        return "stands before the article begins" if share < 0.05 else f"{share:.0%} of the article stands before it"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _words(tokens: Sequence[str]) -> str:
    if not tokens:
        return "its words"
    said: list[str] = []
    for token in tokens[:_MAX_TOKENS]:
        word = token.replace("^ ", "").replace(" $", "")
        if word in ("^", "$") or any(word in other for other in said):
            continue
        if token.startswith("^ "):
            said.append(f"begins with “{word}”")
        elif token.endswith(" $"):
            said.append(f"ends with “{word}”")
        else:
            said.append(f"says “{word}”")
    return ", ".join(said) or "its words"


def _names(tokens: Sequence[str], *, around: bool) -> str:
    whose = "of the boxes around it" if around else ""
    if not tokens:
        return f"the class names {whose or 'of its element'}"
    cleaned = [token.removeprefix("^ ").removesuffix(" $").split() for token in tokens]
    names = list(dict.fromkeys("-".join(part for part in parts if part[0] != "<") for parts in cleaned))
    names = [name for name in names if name][:_MAX_TOKENS]
    tags = list(dict.fromkeys(f"{part}>" for parts in cleaned for part in parts if part[0] == "<"))[:2]
    parts = []
    if names:
        listed = ", ".join(f"‘{name}’" for name in names)
        parts.append(f"class names {whose} say {listed}" if around else f"its class names say {listed}")
    if tags:
        parts.append(f"{' and '.join(tags)} {'around it' if around else 'of its own'}")
    return "; ".join(parts)
