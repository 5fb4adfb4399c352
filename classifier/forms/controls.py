"""Form controls of a page and what stands around them: shared by challenges and comment forms."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, compress
from typing import TYPE_CHECKING, Any, Final

from classifier.blocks.walk import totals
from classifier.forms.expressions import BLANK

if TYPE_CHECKING:
    from classifier.blocks import Page
    from classifier.forms.features import FormTexts

_TEXT_TYPES: Final = frozenset({"", "text", "number", "tel", "email", "url", "search", "password"})
_CHOICE_TYPES: Final = frozenset({"checkbox", "radio", "select", "file", "range", "date", "color"})
_WRITTEN_TYPES: Final = _TEXT_TYPES | {"textarea"}
_FILLABLE_TYPES: Final = _WRITTEN_TYPES | _CHOICE_TYPES
_SPLIT_NAME: Final = re.compile(r"[^\W\d_]+|\d+")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NAMING: Final = ("name", "id", "class", "placeholder", "title", "aria-label", "autocomplete")
# A form that holds more than this share of a page's characters is the page (ASP.NET), not a form of the page.
_PAGE_WIDE_SHARE: Final = 0.6
_PAGE_WIDE_MIN_CHARS: Final = 1500


def tokens_of(text: str) -> list[str]:
    """Cut a name, id or class into lower-case words: ``ctl00$txtUserName`` gives ctl, 00, txt, user, name.

    Parameters
    ----------
    text : str
        Attribute value.

    Returns
    -------
    list of str
        In order; digits are words of their own.
    """
    return [token.lower() for token in _SPLIT_NAME.findall(_CAMEL.sub(" ", text))]


@dataclass(frozen=True, eq=False)
class Control:
    """One form control.

    Attributes
    ----------
    element : lxml element
        The input, select, textarea or button.
    position : int
        Blocks that ended before it, see `Page.controls`.
    tag, type : str
        Type in lower case: that of an input, "textarea", "select" or "submit" for a button.
    """

    element: Any
    position: int
    tag: str
    type: str

    @property
    def name(self) -> str:
        """Its name attribute."""
        return str(self.element.get("name") or "")

    @cached_property
    def naming(self) -> str:
        """Name, id, class, placeholder and title in one lower-case string."""
        return " ".join(filter(None, map(self.element.get, _NAMING))).lower()

    @property
    def takes_text(self) -> bool:
        """A text input or text area."""
        return self.type in _WRITTEN_TYPES

    @property
    def fillable(self) -> bool:
        """Anything that a reader fills in or chooses."""
        return self.type in _FILLABLE_TYPES


def _read(element: Any, position: int) -> Control:
    tag = element.tag
    kind = (element.get("type") or "").strip().lower()
    if tag == "input":
        kind = "text" if kind not in _CONTROL_TYPES else kind
    elif tag == "button":
        kind = kind if kind in ("button", "reset") else "submit"
    else:
        kind = tag
    return Control(element, position, tag, kind)


_CONTROL_TYPES: Final = (_TEXT_TYPES | _CHOICE_TYPES | {"hidden", "submit", "button", "reset", "image"}) - {""}


class ControlMap:
    """The controls of a page and the containers around them.

    Attributes
    ----------
    page : Page
        A segmented page with a tree.
    controls : list of Control
        In page order.
    forms : dict
        What was read of forms so far, by container and controls; see `classifier.forms.features.FormTexts.read`.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.controls = [_read(element, position) for position, element in page.controls]
        self.forms: dict[tuple[int, tuple[Control, ...]], FormTexts] = {}
        self._chains: dict[Any, list[int]] = {}

    @cached_property
    def _around(self) -> dict[Any, int]:
        """Containers that hold controls: few, and the only ones of which anybody asks."""
        elements, inputs = self.page.elements, self.page.inputs
        return {elements[container]: container for container in compress(range(len(inputs)), inputs)}

    @cached_property
    def _boxes(self) -> frozenset[Any]:
        return frozenset(self.page.elements)

    @cached_property
    def _chars(self) -> list[int]:
        return list(accumulate(map(len, self.page.texts), initial=0))

    @cached_property
    def _fillable(self) -> list[int]:
        chains = (self.chain(control.element) for control in self.controls if control.fillable)
        return totals([chain[0] for chain in chains if chain], self.page.parent)

    def chain(self, element: Any) -> list[int]:
        """List the containers around an element, innermost first; a control's own box is left out."""
        known = self._chains.get(element)
        if known is not None:
            return known
        parent = element.getparent()
        while parent is not None and parent not in self._around:
            parent = parent.getparent()
        containers: list[int] = []
        if parent is not None:
            container = self._around[parent]
            containers.append(container)
            while container:
                container = self.page.parent[container]
                containers.append(container)
        self._chains[element] = containers
        return containers

    @cached_property
    def has_password(self) -> bool:
        """Whether readers sign in or up somewhere on the page."""
        return any(control.type == "password" for control in self.controls)

    @cached_property
    def labels(self) -> dict[str, Any]:
        """The ``<label>`` of each id that one names."""
        found: dict[str, Any] = {}
        for label in self.page.root.iter("label"):
            found.setdefault(label.get("for") or "", label)
        found.pop("", None)
        return found

    @cached_property
    def _fillable_at(self) -> Counter[int]:
        return Counter(control.position for control in self.controls if control.fillable)

    def stands_alone(self, control: Control) -> bool:
        """Tell whether no other control between the same two blocks takes an answer."""
        return self._fillable_at[control.position] == control.fillable

    def fillable_in(self, container: int) -> int:
        """Count the controls inside a container that take an answer."""
        return self._fillable[container]

    def chars_in(self, container: int) -> int:
        """Count the characters of text inside a container."""
        return self._chars[self.page.last[container]] - self._chars[self.page.first[container]]

    def is_page_wide(self, container: int) -> bool:
        """Tell whether a container holds most of the page's text, as the one form of an ASP.NET page does."""
        chars = self.chars_in(container)
        return chars > _PAGE_WIDE_MIN_CHARS and chars > _PAGE_WIDE_SHARE * self._chars[-1]

    def form_of(self, control: Control) -> int | None:
        """Find the container of the ``<form>`` around a control, unless that form is the whole page."""
        for container in self.chain(control.element):
            if self.page.container_tags[container] == "form":
                return None if self.is_page_wide(container) else container
        return None

    def text_with_blanks(self, block: int) -> str:
        """Give the text of a block with ``[ ]`` where a text input stands."""
        element = self.page.elements[self.page.owner[block]]
        wanted = self.page.texts[block]
        for run in self._runs(element):
            if " ".join(run.replace(BLANK, " ").split()) == wanted:
                return " ".join(run.split())
        return wanted

    def _runs(self, element: Any) -> list[str]:
        """Text between the boxes and line breaks inside an element; inline elements may be nested to any depth."""
        runs = [element.text or ""]
        inside = [(element, iter(element))]
        while inside:
            parent, children = inside[-1]
            child = next(children, None)
            if child is None:
                inside.pop()
                if inside:
                    runs[-1] += parent.tail or ""
                continue
            if not isinstance(child.tag, str) or child.tag in ("script", "style", "svg", "template"):
                pass
            elif child in self._boxes or child.tag in ("br", "hr"):
                runs.append("")
            elif child.tag == "input":
                if (child.get("type") or "text").lower() in _TEXT_TYPES:
                    runs[-1] += f" {BLANK} "
            else:
                runs[-1] += child.text or ""
                inside.append((child, iter(child)))
                continue
            runs[-1] += child.tail or ""
        return runs
