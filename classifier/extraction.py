"""The facade: a page in, an `Extraction` out."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import count, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from classifier.blocks import Page, segment, segment_text
from classifier.blocks.parsing import parse
from classifier.comments import Comment, find_comments
from classifier.forms import CommentForm, find_forms
from classifier.labels import LABEL_INDEX, labelled
from classifier.model import BlockModel, Prediction
from classifier.resources import model_path
from classifier.rules import Evidence, refine
from classifier.sources import SourceLink, find_source
from classifier.titles import choose_title

if TYPE_CHECKING:
    from classifier.challenges import Challenge
    from classifier.metadata import Metadata

PAGE_MODEL: Final = "blocks.npz"
TEXT_MODEL: Final = "text.npz"


class Block:
    """Smallest labelled unit of a page: a run of text.

    Attributes
    ----------
    text : str
        Its text, with normal whitespace.
    label : str
        One of the nine of `classifier.labels`.
    probability : float
        Of that label, 0 to 1.
    tag : str
        Innermost block-level element; empty for plain text.
    xpath : str
        Where it is; empty for plain text. Made when first asked for, from the tree as it is then.
    """

    __slots__ = ("_page", "_xpath", "index", "label", "probability", "tag", "text")

    def __init__(
        self, text: str, label: str, probability: float, tag: str, index: int, page: Page | None, xpath: str = ""
    ) -> None:
        self.text = text
        self.label = label
        self.probability = probability
        self.tag = tag
        self.index = index
        self._page = page
        self._xpath = xpath

    @property
    def xpath(self) -> str:
        """Absolute XPath of the block."""
        if self._page is not None:
            self._xpath = self._page.xpath(self.index)
            self._page = None
        return self._xpath

    def __repr__(self) -> str:
        text = self.text if len(self.text) <= 60 else f"{self.text[:57]}..."
        return f"Block({self.label} {self.probability:.2f} <{self.tag}> {text!r})"

    def __reduce__(self) -> Any:  # trees cannot be pickled: a process pool gets the XPath
        return Block, (self.text, self.label, self.probability, self.tag, self.index, None, self.xpath)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "text": self.text,
            "label": self.label,
            "probability": round(self.probability, 4),
            "xpath": self.xpath,
            "tag": self.tag,
        }


@dataclass(frozen=True)
class Extraction:
    """What a page holds.

    Labels, title and body are there at once; comments, forms, challenges, the source and the HTML are made when they
    are first asked for, from the tree as it is then, so that nobody pays for what they do not read. Pickling makes them
    all.

    Attributes
    ----------
    title : str or None
        Headline, without the site's name.
    byline : str or None
        Author, date and place lines, joined by " | ".
    body : str
        Article text: blocks joined by blank lines.
    blocks : tuple of Block
        Every block of the page, in page order, with its label.
    page_type : str
        ``article``, ``forum``, ``listing``, ...
    confidence : float
        Expected quality (word F1) of the body, 0 to 1.
    url : str or None
        Where the page comes from.
    """

    title: str | None
    byline: str | None
    body: str
    blocks: tuple[Block, ...]
    page_type: str
    confidence: float
    url: str | None = None
    _page: Page | None = field(default=None, repr=False, compare=False)
    _evidence: Evidence | None = field(default=None, repr=False, compare=False)
    _fetched: datetime | None = field(default=None, repr=False, compare=False)

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        """Readers' comments in page order, as threads."""
        return find_comments(self._page, self._labels, fetched=self._fetched) if self._page is not None else ()

    @cached_property
    def comment_forms(self) -> tuple[CommentForm, ...]:
        """Forms to write a comment."""
        if self._page is None or self._evidence is None:
            return ()
        return find_forms(self._page, self._labels, self._evidence.found, controls=self._evidence.controls)

    @cached_property
    def challenges(self) -> tuple[Challenge, ...]:
        """Questions that guard forms, as seen; never answered."""
        return tuple(item.challenge for item in self._evidence.found) if self._evidence else ()

    @cached_property
    def source(self) -> SourceLink | None:
        """Where a copied article came from, or an agency credit."""
        return find_source(self._page, self._labels) if self._page is not None else None

    @cached_property
    def _labels(self) -> list[str]:
        return [block.label for block in self.blocks]

    @cached_property
    def body_html(self) -> str:
        """The body as clean HTML: paragraphs, headings, lists, quotes, tables, figures and absolute links only.

        Made when first asked for, from the tree as it is then.
        """
        from classifier.rendering import body_html

        return body_html(self)

    def to_markdown(self) -> str:
        """Write the body as Markdown.

        Returns
        -------
        str
        """
        from classifier.rendering import to_markdown

        return to_markdown(self)

    def metadata(self) -> Metadata:
        """Read authors, dates, language, image and addresses; needs the extra ``metadata``.

        Returns
        -------
        Metadata

        Raises
        ------
        MetadataError
            The extra is not installed, or the extraction was pickled and has lost its page.
        """
        from classifier.metadata import metadata

        return metadata(self)

    def to_dict(self, *, blocks: bool = True) -> dict[str, Any]:
        """Everything as plain JSON types.

        Parameters
        ----------
        blocks : bool, default True
            Whether to include every block.

        Returns
        -------
        dict
        """
        record: dict[str, Any] = {
            "url": self.url,
            "title": self.title,
            "byline": self.byline,
            "body": self.body,
            "body_html": self.body_html,
            "comments": [asdict(comment) for comment in self.comments],
            "comment_forms": [
                {**asdict(form), "fields": [asdict(one) for one in form.fields]} for form in self.comment_forms
            ],
            "challenges": [asdict(challenge) for challenge in self.challenges],
            "source": asdict(self.source) if self.source else None,
            "page_type": self.page_type,
            "confidence": round(self.confidence, 4),
        }
        if blocks:
            record["blocks"] = [block.to_dict() for block in self.blocks]
        return record

    def __getstate__(self) -> dict[str, Any]:
        """Pickle without the tree: all that is made from it is made first; blocks do so with their XPaths."""
        made = {name: getattr(self, name) for name in _MADE_LATER}
        return {**self.__dict__, **made, "_page": None, "_evidence": None}


_MADE_LATER: Final = ("comments", "comment_forms", "challenges", "source", "body_html")


class Extractor:
    """A loaded model and what turns its labels into an `Extraction`.

    Parameters
    ----------
    model : path, optional
        Model file for pages; by default the one that ships with the package. Plain text is read with the ``text.npz``
        beside it, where `winnow train` wrote one.

    Raises
    ------
    ModelError
        The file is missing, truncated or made for another version.
    """

    def __init__(self, model: str | Path | None = None) -> None:
        self.path = Path(model) if model is not None else model_path(PAGE_MODEL)
        self.model = BlockModel.load(self.path)
        self.model.check_reads_pages(self.path)
        self._text_model: BlockModel | None = None
        self._lock = threading.Lock()

    def __reduce__(self) -> Any:
        return Extractor, (str(self.path),)

    def extract(self, page: Any, url: str | None = None, *, fetched: datetime | None = None) -> Extraction:
        """Label the blocks of a page and say what they mean.

        Parameters
        ----------
        page : str, bytes, lxml element, parsel.Selector or Scrapy TextResponse
            The page. A tree is only read.
        url : str, optional
            Where it comes from; makes links absolute.
        fetched : datetime, optional
            When, for relative dates of comments ("3 days ago").

        Returns
        -------
        Extraction

        Raises
        ------
        SegmentationError
            The input is not a page.
        """
        root, url = parse(page, url)
        return self._read(segment(root, url), self.model, fetched)

    def extract_text(self, text: str, url: str | None = None) -> Extraction:
        """Label the lines of a text that someone already scraped.

        Parameters
        ----------
        text : str
            Plain text; each non-empty line is a block.
        url : str, optional
            Where it comes from.

        Returns
        -------
        Extraction

        Raises
        ------
        SegmentationError
            The input is not a string.
        """
        with self._lock:
            if self._text_model is None:
                beside = self.path.with_name(TEXT_MODEL)
                self._text_model = BlockModel.load(beside if beside.is_file() else model_path(TEXT_MODEL))
        return self._read(segment_text(text, url), self._text_model, None)

    def _read(self, page: Page, model: BlockModel, fetched: datetime | None) -> Extraction:
        prediction = model.predict(page)
        labels, evidence = refine(page, prediction.labels, prediction.probabilities)
        return _assemble(page, labels, prediction, evidence, fetched)


def _assemble(
    page: Page, labels: list[str], prediction: Prediction, evidence: Evidence, fetched: datetime | None
) -> Extraction:
    probabilities = prediction.probabilities
    columns = [LABEL_INDEX[label] for label in labels]
    chosen = probabilities[np.arange(len(labels)), columns].tolist()
    blocks = tuple(map(Block, page.texts, labels, chosen, page.tags, count(), repeat(page)))
    body = "\n\n".join([page.texts[block] for block in labelled(labels, "body")])
    byline = " | ".join(dict.fromkeys(page.texts[block] for block in labelled(labels, "byline")))
    return Extraction(
        title=choose_title(page, labels, probabilities),
        byline=byline or None,
        body=body,
        blocks=blocks,
        page_type=prediction.page_type,
        confidence=prediction.confidence,
        url=page.url,
        _page=page,
        _evidence=evidence,
        _fetched=fetched,
    )
