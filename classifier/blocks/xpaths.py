"""XPaths of the blocks of a page, all of them in about the time of one walk.

They are those that libxml2 writes (`lxml.etree.ElementTree.getpath`), which counts the siblings of every element anew:
of a page with 40,000 paragraphs, half a minute. Here the children of an element are counted once, when the path of one
of them is first asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from classifier.blocks import Page

# ``<o:p>`` and its like: XPath would take "o" for the prefix of a namespace that nothing declares.
_PLAIN_NAME: Final = re.compile(r"[^\W\d][\w.-]*")
_PLAIN_ROOT: Final = re.compile(r"/[^\W\d][\w.-]*(?:\[\d+\])?")


class XPaths:
    """Paths of the blocks of one page, from the tree as it is when they are asked for.

    Parameters
    ----------
    owner : list of int
        Container of each block.
    """

    def __init__(self, owner: list[int]) -> None:
        self._held = Counter(owner)
        self._steps: dict[Any, str] = {}  # last steps of the paths of children of the elements that were counted
        self._texts: dict[Any, int] = {}  # text nodes of their parents up to the ends of their tails
        self._known: dict[Any, str] = {}  # whole paths

    def block(self, page: Page, block: int) -> str:
        """Path of a block, see `Page.xpath`.

        Parameters
        ----------
        page : Page
            The page, which is not kept: it keeps its paths, and each would keep the other and the tree in memory.
        block : int
            Index of the block, from 0.

        Returns
        -------
        str
            Empty where the text has left the tree.
        """
        element, is_tail = page.start[block]
        owner = page.owner[block]
        if self._held[owner] == 1:
            return self._path(page.elements[owner])
        if not is_tail:
            return self._path(element)
        parent = element.getparent()
        if parent is None:
            return ""
        if element not in self._texts:
            self._count(parent)
        return f"{self._path(parent)}/text()[{self._texts[element]}]"

    def _path(self, element: Any) -> str:
        known = self._known.get(element)
        if known is None:
            steps: list[str] = []
            at = element
            while known is None:
                parent = at.getparent()
                if parent is None:
                    known = _root_path(at)
                else:
                    steps.append(self._step(at, parent))
                    at = parent
                    known = self._known.get(at)
            known += "".join(f"/{step}" for step in reversed(steps))
            self._known[element] = known
            if steps:  # siblings come next
                self._known.setdefault(element.getparent(), known[: -len(steps[0]) - 1])
        return known

    def _step(self, element: Any, parent: Any) -> str:
        if element not in self._steps:
            self._count(parent)
        return self._steps[element]

    def _count(self, parent: Any) -> None:
        """Count the children of an element: by their names where XPath can say them, else among all."""
        tags = Counter(child.tag for child in parent.iterchildren())
        plain = {tag for tag in tags if isinstance(tag, str) and _PLAIN_NAME.fullmatch(tag)}
        seen: Counter[Any] = Counter()
        elements = 0
        texts = int(bool(parent.text))
        for child in parent.iterchildren():
            texts += bool(child.tail)
            self._texts[child] = texts
            tag = child.tag
            if not isinstance(tag, str):
                continue
            elements += 1
            seen[tag] += 1
            if tag not in plain:
                self._steps[child] = f"*[{elements}]"
            else:
                self._steps[child] = f"{tag}[{seen[tag]}]" if tags[tag] > 1 else tag


def _root_path(root: Any) -> str:
    path = str(root.getroottree().getpath(root))
    return path if _PLAIN_ROOT.fullmatch(path) else "/*"
