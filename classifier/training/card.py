"""The model card: what the shipped models were trained on and how good they are, written by training itself."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from classifier.training import Figures, TrainingReport
    from classifier.training.dataset import Dataset

_LICENCES: Final = {
    "wcxb-dev": "WCXB, development split, CC BY 4.0",
    "dragnet": "dragnet 2012 data, public, licence not stated",
    "readability": "Mozilla Readability test pages, Apache 2.0",
    "forms": "Formasaurus, MIT",
    "widgets": "collected and annotated for this project",
}


def model_card(report: TrainingReport, dataset: Dataset) -> str:
    """Write the card of a training.

    Parameters
    ----------
    report : TrainingReport
        Figures.
    dataset : Dataset
        Pages that were trained on.

    Returns
    -------
    str
        Markdown.
    """
    sources = Counter(page.source for page in dataset.pages if not page.augmented)
    by_hand = sum(page.by_hand and not page.augmented for page in dataset.pages)
    data = "\n".join(
        f"| {name} | {count} | {_LICENCES.get(name, 'given by the user')} |" for name, count in sorted(sources.items())
    )
    return f"""# Model card

Written by `winnow train`; do not edit. Two models: `blocks.npz` labels the blocks of a page, `text.npz` the lines of a
text that was already scraped. Both give each block one of nine labels with a probability, and each page a type and a
confidence.

## Data

{report.n_pages} pages of {report.n_sites} sites, {report.n_blocks:,} blocks with the augmented copies; {by_hand} pages
were labelled block by block by people. SHA-256 of pages and marks: `{report.digest}`.

| set | pages | from |
|---|---|---|
{data}

Copies of the pages with inserted comment forms, challenges, source links, promos and comment threads in 28 languages
(`classifier/augment`) were added for training; they never count in the figures.

## Figures

Every page was predicted by models that saw no page of its site (five folds of sites). Body: F1 of words and of runs of
four words against the gold text, mean over pages. "Nameless" are the same predictions with
every class name, id and role made meaningless. These are figures of the model alone; the rules that follow it
(challenges, promos, quotations, sources, threads) are not in them.

{_tables(report.pages)}

### Plain text (`text.npz`)

The same pages as lines of text; half of them cropped to the surroundings of the article, half beginning with `<title>`.
Cropping can leave less to get wrong: these figures are not comparable with those above.

{_tables(report.texts)}

## Limits

- Gold of different sets follows different conventions (is the headline, a caption, an "also read" line part of the
  body?), and some of it is incomplete; no model can agree with all of it.
- Most pages are English news and blogs of 2012 and 2025-26. Other languages are covered by a few hundred pages and by
  augmentation.
- Home pages, listings and shops have no article; their "body" is a matter of taste, and the figures show it.
- Text that is only in scripts or JSON is not on the page and cannot be found.
"""


def _tables(figures: Figures) -> str:
    scores, nameless = figures.scores, figures.nameless
    parts = [
        f"All pages with known body: word F1 **{scores.body_f1:.4f}**, nameless {nameless.body_f1:.4f}. Confidence: "
        f"rank correlation with the word F1 of the page {figures.whole.confidence:.3f}. Page type found: "
        f"{figures.whole.types:.1%}; article or not: {figures.whole.article_or_not:.1%}.",
        "",
        "| body | pages | word F1 | 4-gram F1 | nameless word F1 |",
        "|---|---|---|---|---|",
        *_body_rows(scores.groups, nameless.groups),
    ]
    if scores.languages:
        parts += ["", "| body, by language | pages | word F1 | 4-gram F1 | nameless word F1 |", "|---|---|---|---|---|"]
        parts += _body_rows(scores.languages, nameless.languages)
    if scores.comments:
        parts += ["", "| comments | pages | word F1 | nameless word F1 |", "|---|---|---|---|"]
        parts += [
            f"| {name} | {row['pages']} | {row['word_f1']:.4f} | {nameless.comments[name]['word_f1']:.4f} |"
            for name, row in scores.comments.items()
        ]
    if scores.labels:
        parts += ["", "| label (hand-labelled pages) | blocks | precision | recall | F1 | nameless F1 |"]
        parts += ["|---|---|---|---|---|---|"]
        parts += [
            f"| {label} | {row['support']:.0f} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} "
            f"| {nameless.labels[label]['f1']:.3f} |"
            for label, row in scores.labels.items()
        ]
    return "\n".join(parts)


def _body_rows(groups: dict[str, dict[str, float]], nameless: dict[str, dict[str, float]]) -> list[str]:
    return [
        f"| {name} | {row['pages']} | {row['word_f1']:.4f} | {row['shingle_f1']:.4f} "
        f"| {nameless[name]['word_f1']:.4f} |"
        for name, row in groups.items()
    ]
