import json
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from classifier import spam
from classifier.exceptions import ModelError, ModelMismatch, ModelNotFound
from classifier.resources import model_path
from classifier.spam import load, spam_probabilities

DATA = Path(__file__).parents[2] / "shared" / "data"
ARTICLE = "The ferry company bought two silent ships that run on batteries and will cross the harbour from June."


def spam_probability(text: str, article: str = "", links: int = 0) -> float:
    return spam_probabilities([text], article, [links])[0]


@pytest.mark.parametrize(
    "text",
    [
        "Hey guys check out my new channel and please subscribe, I post funny videos every day!",
        "Cheap viagra and cialis without prescription www.pills-best-price.com",
        "I make $9,000 a month working from home, click here http://easy-money.example.com",
        "Besucht meine Seite www.kredit-sofort.de und klickt auf den Link für günstige Kredite",
    ],
)
def test_spam(text):
    assert spam_probability(text, ARTICLE) > 0.6


@pytest.mark.parametrize(
    "text",
    [
        "The old ferries were louder, but you could smell that they were working. I will miss them.",
        "Two ships are not enough for the harbour in July, when everyone wants to cross at once.",
        "Thank you for this article. My father worked on the first boat for thirty years.",
        "Ich finde die Batterien gut, aber wer bezahlt den Strom im Winter?",
    ],
)
def test_ham(text):
    assert spam_probability(text, ARTICLE) < 0.4


def test_a_link_counts_more_when_the_comment_shares_nothing_with_the_article():
    text = "Really wonderful information here, so much value in every line, look http://some-shop.example.com"
    assert spam_probability(text, ARTICLE) > spam_probability(
        text, "wonderful information value every line really much"
    )


def test_empty_text_is_no_spam():
    assert spam_probability("  ") == 0.0


def test_probability_is_one():
    for text in ("x", "!!!", "http://a.example.com", "好" * 3000, "a b " * 5000):
        assert 0.0 <= spam_probability(text, links=3) <= 1.0


def test_needs_no_scikit_learn():
    code = "import sys, classifier.spam as s; s.spam_probabilities(['hello there'], '', [0])"
    subprocess.run([sys.executable, "-c", f"{code}; assert 'sklearn' not in sys.modules"], check=True)


def test_model_file_is_small_plain_and_describes_itself():
    path = model_path("spam.npz")
    assert path.stat().st_size < 500_000
    with np.load(path, allow_pickle=False) as file:
        metadata = json.loads(str(file["metadata"]))
    assert metadata["metrics"]["f1"] >= 0.93
    assert metadata["metrics"]["false_alarms"] <= 0.02
    assert len(metadata["data"]) == 64


def test_bad_models_are_refused(tmp_path):
    with pytest.raises(ModelNotFound, match=r"nowhere\.npz"):
        model_path("nowhere.npz")
    damaged = tmp_path / "damaged.npz"
    for content in (b"", b"PK nonsense", b"PK\x03\x04 nonsense"):
        damaged.write_bytes(content)
        with pytest.raises(ModelError, match="expected a spam model"):
            load(str(damaged))
    other = tmp_path / "other.npz"
    metadata = json.dumps({"format": 99, "features": {}})
    np.savez(other, weights=np.zeros(4), small=np.zeros(4), metadata=np.array(metadata))
    with pytest.raises(ModelMismatch, match="format"):
        load(str(other))
    pickled = tmp_path / "pickled.npz"
    np.savez(pickled, weights=np.array([{"a": 1}], dtype=object), small=np.zeros(4), metadata=np.array("{}"))
    with pytest.raises(ModelError):
        load(str(pickled))


@pytest.mark.skipif(not DATA.exists(), reason="needs ../shared/data")
def test_training_reproduces_the_shipped_model(tmp_path):
    pytest.importorskip("sklearn")
    from classifier.spam.training import train

    metrics = train(DATA, tmp_path / "spam.npz")
    shipped, again = load(), load(str(tmp_path / "spam.npz"))
    # The fit stops a hair apart where the same features are added up in another order, or by another scikit-learn.
    assert metrics == pytest.approx(shipped.metadata["metrics"], abs=2e-4)
    np.testing.assert_allclose(again.weights, shipped.weights, atol=0.05)
    assert np.abs(again.weights - shipped.weights).mean() < 0.002  # they are 0.2 in the mean
    assert shipped.metadata["features"] == spam.SPEC


def test_the_hash_is_crc32_of_words_pairs_and_runs_of_characters() -> None:
    words = ["čau", "日本", "ok"]
    grams = [f"w {word}" for word in words] + ["w čau 日本", "w 日本 ok"]
    joined = " čau 日本 ok "
    grams += [joined[i : i + n] for n in (3, 4, 5) for i in range(len(joined) - n + 1)]
    buckets, values = spam.hashed("Čau, 日本 ok!")
    assert set(buckets.tolist()) == {zlib.crc32(gram.encode()) % spam.N_BUCKETS for gram in grams}
    assert np.linalg.norm(values) == pytest.approx(1)


def test_comments_of_a_page_together_score_as_alone() -> None:
    texts = ["Check out my channel http://example.org/a", "", "I agree with Ana.", "!!!", "Отличная статья"]
    together = spam_probabilities(texts, ARTICLE, [1, 0, 0, 0, 0])
    assert together == pytest.approx([spam_probability(text, ARTICLE, n == 0) for n, text in enumerate(texts)])
    assert spam_probabilities([], ARTICLE, []) == []
