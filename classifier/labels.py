"""The nine labels of a block, in the order that models and reports use."""

from typing import Final, Literal, get_args

Label = Literal[
    "title",
    "byline",
    "body",
    "promo",
    "source_link",
    "comment",
    "comment_form",
    "challenge",
    "boilerplate",
]

LABELS: Final[tuple[Label, ...]] = get_args(Label)
LABEL_INDEX: Final[dict[str, int]] = {label: index for index, label in enumerate(LABELS)}
