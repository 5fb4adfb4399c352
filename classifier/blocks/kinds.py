"""What the walk takes elements for."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

BLOCK, INLINE, LINK, BOLD, BREAK, CONTROL, MEDIA, OPTION, SKIP, TITLE, META, SCRIPT = range(12)

# Block-level by the HTML standard's rendering section, plus buttons, drop-downs and text areas: each is a box of its
# own, and their text never belongs to the sentence beside them.
_BLOCK_TAGS: Final = (
    "address article aside blockquote body button caption center col colgroup dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup html legend li listing main menu nav "
    "noframes noscript ol optgroup p plaintext pre search section select summary table tbody td textarea tfoot th "
    "thead tr ul xmp"
).split()

# Their content is code or a fallback that no browser shows. Not <source>, <track>, <embed> and <map>: the parser
# does not know that the first three are empty, so that in its tree they hold the text and images that follow them.
_SKIPPED: Final = (
    "annotation annotation-xml applet area audio base canvas frame iframe link noembed object param script style svg "
    "title video"
).split()

# The common ones; so is every other tag without a hyphen, as in browsers.
_INLINE_TAGS: Final = "abbr big cite code del em font i ins label mark picture q s small span sub sup time u".split()

KINDS: Final[dict[Any, int]] = {
    **dict.fromkeys(_INLINE_TAGS, INLINE),
    **dict.fromkeys(_BLOCK_TAGS, BLOCK),
    **dict.fromkeys(_SKIPPED, SKIP),
    **dict.fromkeys((etree.Comment, etree.ProcessingInstruction, etree.Entity), SKIP),  # the "tags" of such nodes
    "br": BREAK,
    "hr": BREAK,
    "input": CONTROL,
    "a": LINK,
    "b": BOLD,
    "strong": BOLD,
    "img": MEDIA,
    "title": TITLE,
    "meta": META,
    "script": SCRIPT,
    "option": OPTION,
}


def kind_of(element: Any) -> int:
    """Say what the walk takes an element for.

    Parameters
    ----------
    element : lxml element
        Any node but text.

    Returns
    -------
    int
        One of the kinds above.
    """
    tag = element.tag
    kind = KINDS.get(tag)
    if kind is not None:
        return kind
    if tag == "template":  # browsers show those that are the shadow of an element
        return SKIP if element.get("shadowrootmode") is None else BLOCK
    return BLOCK if "-" in tag else INLINE  # custom elements are boxes as a rule; unknown tags are inline
