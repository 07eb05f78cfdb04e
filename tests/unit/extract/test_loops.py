"""The network's loops in C find what its way through NumPy finds, and what the model's own transitions find."""

import os
import shutil
import subprocess
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.attrs import NORM, ORTH, SPACY

from services.extract.stages import loops as adapter
from services.extract.stages.loops import Loops
from services.extract.stages.model import _vectors, doc_of, model
from services.extract.stages.network import Network, Read
from tests.bench.corpus import articles

SOURCE = Path(adapter.__file__).with_name("loops.c")
WORDS = (
    "What",
    "did",
    "they",
    "say",
    "that",
    ",",
    "on",
    "Monday",
    "fell",
    "was",
    "killed",
    "who",
    "and",
    "to",
    "it",
    ".",
)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Loops:
    if shutil.which("gcc") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("compiling the loops needs gcc", pytrace=False)
        pytest.skip("compiling the loops needs gcc")
    library = tmp_path_factory.mktemp("loops") / f"{adapter.LIBRARY}{EXTENSION_SUFFIXES[0]}"
    options = ["-O3", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    subprocess.run(["gcc", *options, str(SOURCE), "-o", str(library), "-lm"], check=True)
    return Loops(library)


@pytest.fixture(scope="module")
def in_c(compiled: Loops) -> Network:
    return Network(model(), compiled)


@pytest.fixture(scope="module")
def in_numpy() -> Network:
    return Network(model(), None)


def read(network: Network, texts: list[str]) -> Read:
    docs = [model().tokenizer(text) for text in texts]
    return network.read(docs, _vectors.of(np.concatenate([doc.to_array([ORTH, NORM, SPACY]) for doc in docs])))


def test_news_is_read_alike(in_c: Network, in_numpy: Network) -> None:
    texts = [sentence for article in articles()[:30] for sentence in article.text.split(". ") if sentence.strip()]
    wanted = read(in_numpy, texts)
    assert read(in_c, texts) == wanted
    assert len(texts) > 200


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30))
def test_any_words_are_read_alike(in_c: Network, in_numpy: Network, words: list[str]) -> None:
    assert read(in_c, [" ".join(words)]) == read(in_numpy, [" ".join(words)])


def test_what_is_hung_too_high_is_put_where_its_label_says(in_c: Network) -> None:
    text = "The commander was killed on Monday who led the assault."
    _, deps, heads = read(in_c, [text])
    own = model()(text)
    assert heads == [token.head.i for token in own]
    assert deps == [token.dep_ for token in own]
    assert (deps[7], heads[7]) == ("relcl", 1)


@pytest.mark.parametrize("seed", range(5))
def test_transitions_are_the_models_own_whatever_the_features(compiled: Loops, in_numpy: Network, seed: int) -> None:
    """Features that no text has lead to states that no text leads to: words put back, sentences ended early."""
    chance = np.random.default_rng(seed)
    parser = in_numpy._parser
    lengths = chance.integers(1, 40, 60).tolist()
    docs = [doc_of(["word"] * length, [True] * length) for length in lengths]
    features = chance.normal(0, 2, (sum(lengths) + 1, len(parser._pad))).astype(np.float32)
    heads, taken = compiled.transitions(features, parser._bias, *parser._padded, parser._kinds, lengths)
    states = parser._states(docs, features)
    at = 0
    for state, length in zip(states, lengths, strict=True):
        wanted = {arc["child"]: (arc["head"], arc["label"]) for arc in state.arcs}
        found = zip(heads[at : at + length], taken[at : at + length], strict=True)
        assert {
            word: (head, model().vocab.strings[parser._labels[transition]])
            for word, (head, transition) in enumerate(found)
            if transition >= 0
        } == wanted
        at += length


def test_a_layer_is_what_numpy_makes_of_it(in_c: Network, in_numpy: Network) -> None:
    windows = np.random.default_rng(0).normal(0, 1, (50, 288)).astype(np.float32)
    found, wanted = np.ones((2, 50, 96), dtype=np.float32)
    in_c._layers[0].add(windows, found)
    in_numpy._layers[0].add(windows, wanted)
    assert np.allclose(found, wanted, rtol=1e-4, atol=1e-5)
    assert not np.allclose(found, 1, atol=0.1)


def test_arrays_of_other_sizes_are_refused(compiled: Loops, in_c: Network) -> None:
    parser = in_c._parser
    features = np.zeros((4, len(parser._pad)), dtype=np.float32)
    layers = (parser._bias, *parser._padded, parser._kinds)
    compiled.transitions(features, *layers, [1, 2])
    with pytest.raises(ValueError, match="no steps"):
        compiled.transitions(features, *layers, [1, 3])
    with pytest.raises(ValueError, match="float32"):
        compiled.transitions(features[:, ::-1], *layers, [1, 2])
    row = np.zeros(96, dtype=np.float32)
    with pytest.raises(ValueError, match="no layer"):
        compiled.add_layer(np.zeros((3, 288), dtype=np.float32), row, row, row, np.zeros((2, 96), dtype=np.float32))
