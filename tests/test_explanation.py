"""Reasons are true: what they name moved the label, and the page that shows them is self-contained."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from classifier.explaining import _N_FOR, explain, explain_extraction
from classifier.explaining.attribution import (
    _CONTEXT_INDEX,
    _FEATURE_INDEX,
    _TOKEN_GROUPS,
    GROUPS,
    Attribution,
    log_odds,
)
from classifier.extraction import Extractor
from classifier.features.tokens import name_words, text_words
from classifier.labels import LABEL_INDEX, LABELS
from classifier.model.context import context

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    ROOT / "crawler/demo/pages/wp-classic/ferry-timetable.html",
    ROOT / "crawler/demo/pages/oldtable/lighthouse.html",
    ROOT / "crawler/demo/pages/dle-russian/ledokol.html",
    ROOT / "tests/pages/kabul/kabul-random.html",
]


@pytest.fixture(scope="module")
def extractor():
    return Extractor()


@pytest.fixture(scope="module")
def ferry(extractor):
    return explain(extractor, PAGES[0].read_bytes(), name="ferry-timetable.html")


def through_the_whole_model(attribution, groups, block):
    """Probabilities of a block without some groups, computed from scratch: every block, the whole context."""
    gone = np.array([group in groups for group in GROUPS])
    dense = attribution.dense.copy()
    dense[block, gone[_FEATURE_INDEX]] = attribution.mean[gone[_FEATURE_INDEX]]
    bags = {name: bag.copy() for name, bag in attribution.bags.items()}
    for channel, group in _TOKEN_GROUPS.items():
        if group in groups:
            bags[channel][block] = 0
    model = attribution.model
    first = model.first_stage(dense, bags)
    around = [context(attribution.layout, found, attribution.dense) for found in first]
    lost = (_CONTEXT_INDEX >= 0) & gone[_CONTEXT_INDEX]
    for seen, mean in zip(around, attribution.context_mean, strict=True):
        seen[block, lost] = mean[lost]
    return model.second_stage(around)[block]


def test_the_attributed_model_is_the_model(extractor):
    found = extractor.extract(PAGES[0].read_bytes())
    attribution = Attribution(extractor.model, found._page)
    assert np.allclose(attribution.full, extractor.model.predict(found._page).probabilities, atol=1e-5)


def test_weights_add_up(extractor):
    found = extractor.extract(PAGES[0].read_bytes())
    attribution = Attribution(extractor.model, found._page)
    labels = np.array([LABEL_INDEX[block.label] for block in found.blocks])
    weights = attribution.shapley(labels, rounds=1)
    index = np.arange(len(labels))
    nothing = attribution.probabilities(np.zeros(len(GROUPS), bool))
    expected = log_odds(attribution.full[index, labels]) - log_odds(nothing[index, labels])
    assert np.allclose(weights.sum(1), expected, atol=1e-2)


def test_removing_what_is_named_lowers_the_probability(extractor):
    """Measured through the whole model, and against as many groups picked at random."""
    rng = np.random.default_rng(0)
    before, named, random = [], [], []
    for path in PAGES:
        found = extractor.extract(path.read_bytes())
        attribution = Attribution(extractor.model, found._page)
        for block in explain_extraction(found, extractor).blocks[::3]:
            groups = [reason.group for reason in block.reasons if reason.weight > 0]
            if not groups:
                continue
            label = LABEL_INDEX[block.label]
            before.append(attribution.full[block.index, label])
            named.append(through_the_whole_model(attribution, groups, block.index)[label])
            chosen = list(rng.choice(GROUPS, len(groups), replace=False))
            random.append(through_the_whole_model(attribution, chosen, block.index)[label])
    before, named, random = map(np.array, (before, named, random))
    assert len(before) > 50
    assert (named < before).mean() >= 0.97
    assert (before - named).mean() > 3 * (before - random).mean()
    assert (before - named).mean() > 0.25


def test_words_and_class_names_behind_a_reason_are_on_the_page(extractor):
    found = extractor.extract(PAGES[0].read_bytes())
    attribution = Attribution(extractor.model, found._page)
    wanted = [(block.index, LABEL_INDEX[block.label]) for block in found.blocks]
    for effects, text in zip(attribution.token_effects("words", wanted), found._page.texts, strict=True):
        words = {"^", "$", *(word.decode() for word in text_words([text]))}
        assert all(set(token.split()) <= words for token in effects)
    names = {"^", "$", *(name.decode() for name in name_words([*attribution.layout.names, *found._page.inline]))}
    for group in ("names", "names_around"):
        for effects in attribution.token_effects(group, wanted):
            assert all(set(token.split()) <= names for token in effects)
    assert any(attribution.token_effects("words", wanted))


def test_every_block_has_reasons_in_words(ferry):
    assert len(ferry.blocks) > 50
    for block in ferry.blocks:
        assert block.label in LABELS
        assert sum(reason.weight > 0 for reason in block.reasons) <= _N_FOR
        for reason in block.reasons:
            assert reason.text
            assert "_log_" not in reason.text
    assert sum(bool(block.reasons) for block in ferry.blocks) > 0.9 * len(ferry.blocks)


def test_facts_are_true(ferry):
    for block in ferry.blocks:
        for reason in block.reasons:
            if found := re.fullmatch(r"only (\d+) words?", reason.text):
                assert abs(int(found[1]) - len(block.text.split())) <= 1
            if found := re.fullmatch(r"is a <(\w+)>", reason.text):
                assert found[1] == block.tag
            if found := re.match(r"begins with “(.+?)”", reason.text):
                start = found[1].split()[0]
                assert "0" in start or block.text.lower().lstrip("“\"'(←· ").startswith(start)


def test_a_rule_is_named_where_it_decided(extractor):
    page = explain(extractor, (ROOT / "tests/pages/kabul/kabul-classic.html").read_bytes())
    for block in page.blocks:
        assert (block.rule is None) == (block.label == block.model_label)
        if block.rule:
            assert block.rule.startswith("a rule decided: ")


def test_dictionaries_are_plain_json(ferry):
    record = json.loads(json.dumps(ferry.to_dict()))
    assert record["blocks"][0]["reasons"]
    assert {"text", "label", "probability", "xpath", "rule"} <= set(record["blocks"][0])


class _Collector(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.blocks, self.outside = [], 0, []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append(tag)
        self.blocks += "block" in (attributes.get("class") or "").split()
        self.outside += [value for name, value in attributes.items() if name in ("src", "href", "action", "data")]


def test_the_page_is_self_contained(ferry):
    text = ferry.to_html()
    page = _Collector()
    page.feed(text)
    assert page.outside == []
    assert not {"link", "img", "iframe"} & set(page.tags)
    assert "url(" not in text
    assert "@import" not in text
    assert page.blocks == len(ferry.blocks)
    assert not re.search(r"\$(title|name|summary|chips|blocks)\b", text)


def test_the_page_escapes_what_it_shows(extractor):
    page = b"<html><title>t</title><body><p>&lt;script&gt;alert(1)&lt;/script&gt; and ${title} stay text.</p></body>"
    text = explain(extractor, page, name="<b>.html").to_html()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; and ${title} stay text." in text
    assert "<b>.html" not in text


def test_a_page_without_text(extractor):
    page = explain(extractor, b"<html></html>")
    assert page.blocks == ()
    assert "Page without a headline" in page.to_html()
