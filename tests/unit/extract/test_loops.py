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

from services.extract.stages import loops as adapter
from services.extract.stages.lexemes import Vocabulary
from services.extract.stages.loops import Library, Loops
from services.extract.stages.model import doc_of, model
from services.extract.stages.network import Network
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
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Library:
    if shutil.which("gcc") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("compiling the loops needs gcc", pytrace=False)
        pytest.skip("compiling the loops needs gcc")
    library = tmp_path_factory.mktemp("loops") / f"{adapter.LIBRARY}{EXTENSION_SUFFIXES[0]}"
    options = ["-O3", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    subprocess.run(["gcc", *options, str(SOURCE), "-o", str(library), "-lm"], check=True)
    return Library(library)


@pytest.fixture(scope="module")
def in_c(compiled: Library) -> Network:
    return Network(model(), compiled)


@pytest.fixture(scope="module")
def in_numpy() -> Network:
    return Network(model(), None)


def read(network: Network, texts: list[str]) -> tuple[list[str], list[str], list[int]]:
    words = Vocabulary(network)
    sentences = [words.cut(text) for text in texts]
    rows, lengths = words.rows(sentences), [len(shown.lexemes) for shown in sentences]
    tags, deps, heads = network.read(rows, words.vectors, words.products, lengths, sentences)
    return [network.tags[tag] for tag in tags], [network.labels[dep] for dep in deps], heads


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


def of_whole_numbers(seed: int) -> Network:
    """A network whose words go through the encoder as they are, and whose parser has weights that no training gives.

    All of them are whole numbers, so that sums are exact in any order, and no two transitions are equally good.
    """
    chance = np.random.default_rng(seed)

    def numbers(shape: tuple[int, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return chance.integers(-1, 2, shape).astype(np.float32)

    network = Network(model(), None)
    for layer in network._layers:
        layer.gain, layer.shift = np.zeros_like(layer.gain), np.zeros_like(layer.shift)
    parser = network._parser
    parser.reduce = numbers(parser.reduce[0].shape), numbers(parser.reduce[1].shape)
    parser.lower, parser.bias, parser.pad = (
        numbers(parser.lower.shape),
        numbers(parser.bias.shape),
        numbers(parser.pad.shape),
    )
    upper, bias = parser.upper
    parser.upper = 1024 * numbers(upper.shape), chance.permutation(len(bias)).astype(np.float32)
    return network


@pytest.mark.parametrize("seed", range(5))
def test_transitions_are_the_models_own_whatever_the_weights(compiled: Library, seed: int) -> None:
    """Weights that no text has trained lead to states that no text leads to: words put back, sentences ended early."""
    chance = np.random.default_rng(seed)
    network = of_whole_numbers(seed)
    parser = network._parser
    lengths = chance.integers(1, 40, 60).tolist()
    vectors = chance.integers(-2, 3, (sum(lengths), 96)).astype(np.float32)
    loops = Loops(compiled, network._weights())
    _, heads, taken = loops.read(vectors, loops.products(vectors), list(range(len(vectors))), lengths)
    reduce, bias = parser.reduce
    features = np.concatenate((parser.pad[None], (vectors @ reduce + bias) @ parser.lower))
    states = parser._states([doc_of(["word"] * length, [True] * length) for length in lengths], features)
    at = 0
    for state, length in zip(states, lengths, strict=True):
        wanted = {arc["child"]: (arc["head"], arc["label"]) for arc in state.arcs}
        found = zip(heads[at : at + length], taken[at : at + length], strict=True)
        assert {
            word: (head, model().vocab.strings[parser.labels[parser._given[transition]]])
            for word, (head, transition) in enumerate(found)
            if transition >= 0
        } == wanted
        at += length


def test_products_are_what_numpy_makes_of_them(in_c: Network) -> None:
    """The first layer's weights of the word before, the word and the word after, each as an output of its own."""
    vectors = np.random.default_rng(0).normal(0, 1, (50, 96)).astype(np.float32)
    found = in_c.products(vectors).reshape(50, 3, 6, 3, 16).transpose(0, 1, 3, 2, 4).reshape(50, 3, 288)
    weights, _ = in_c._layers[0].weights
    for side in range(3):
        assert np.allclose(found[:, side], vectors @ weights[96 * side : 96 * side + 96], rtol=1e-4, atol=1e-5)
    alone = [in_c.products(vectors[number : number + 1])[0] for number in range(50)]
    assert (np.array(alone) == in_c.products(vectors)).all()


def test_sentences_are_read_alike_alone_and_among_others(in_c: Network) -> None:
    texts = [sentence for article in articles()[30:34] for sentence in article.text.split(". ") if sentence.strip()]
    tags, deps, heads = read(in_c, texts)
    alone = [read(in_c, [text]) for text in texts]
    assert (tags, deps, heads) == tuple([each for some in alone for each in some[part]] for part in range(3))


def test_what_would_lie_outside_the_rows_is_refused(in_c: Network) -> None:
    loops = loops_of(in_c)
    vectors = np.zeros((4, 96), dtype=np.float32)
    products = loops.products(vectors)
    loops.read(vectors, products, [0, 3, 1], [1, 2])
    for rows, lengths in (([0, 4, 1], [1, 2]), ([0, -1, 1], [1, 2]), ([0, 3, 1], [1, 1]), ([0, 3, 1], [3, 0])):
        with pytest.raises(ValueError, match="no words"):
            loops.read(vectors, products, rows, lengths)
    with pytest.raises(ValueError, match="wide"):
        loops.read(vectors, vectors, [0], [1])
    with pytest.raises(ValueError, match="float32"):
        loops.products(np.zeros((96, 4), dtype=np.float32).T)


def test_layers_of_other_sizes_are_refused(compiled: Library, in_c: Network) -> None:
    weights = in_c._weights()
    weights.kinds = weights.kinds[:-1]
    with pytest.raises(ValueError, match="no steps"):
        Loops(compiled, weights)
    weights = in_c._weights()
    (matrix, bias), gain, shift = weights.encoder[1]
    weights.encoder = [*weights.encoder[:1], ((matrix[:-1], bias), gain, shift)]
    with pytest.raises(ValueError, match="no encoder"):
        Loops(compiled, weights)


def loops_of(network: Network) -> Loops:
    assert network._loops is not None
    return network._loops
