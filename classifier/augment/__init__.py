"""Snippets that real labelled pages lack, put into them at training time with their labels.

Comment forms, challenges, source links, promos, comment threads and their hard negatives, in many languages and in the
markup of many platforms, with telling, meaningless or no class names.
"""

from classifier.augment.insertion import augment, retag
from classifier.augment.snippets import KINDS, make_snippet
from classifier.augment.wordings import LANGUAGES, Wordings

__all__ = ["KINDS", "LANGUAGES", "Wordings", "augment", "make_snippet", "retag"]
