"""The parse is set right where the small model is known to err: participles taken for adjectives or past tenses."""

import pytest

from services.contracts.messages import Article
from services.extract import pipeline
from services.extract.document import Document
from services.extract.stages import tree


def read(text: str) -> Document:
    doc = pipeline.document_of(
        Article(article_id="a", revision="r", received_at="", text=text, published_at="2024-05-05")
    )
    pipeline.run(doc, until="triggers")
    return doc


@pytest.mark.parametrize(
    ("text", "verb", "acted_on"),
    [
        ("No Ukrainian troops were encircled or taken prisoner there.", "encircled", "troops"),
        ("Two villages liberated near Lyman over the weekend, the army says.", "liberated", "villages"),
        ("Ukrainian units stopped 12 enemy attempts to advance near Torske.", "stopped", "attempts"),
        ("In Irpin, retaken on Monday after a month, the mayor spoke of the dead.", "retaken", "irpin"),
        (
            "Units of the group have occupied more favorable positions and inflicted fire damage on two brigades.",
            "inflicted",
            "damage",
        ),
        ("Ukraine recaptures village near Bakhmut", "recaptures", "village"),
        ("Russian forces made gains west of Kreminna.", "made", "gains"),
        ("The group had declared the mining town taken nearly two weeks earlier.", "taken", "town"),
        ("Warsaw has agreed to give Ukraine howitzers.", "give", "howitzers"),
        ("Yampil: retaken.", "retaken", "yampil"),
        ("The troops left Krynky, the governor Volkov stated.", "left", "krynky"),
        ("Moscow leaves Lyman to escape encirclement", "escape", "encirclement"),
    ],
)
def test_what_was_acted_on_is_the_object_of_the_verb(text: str, verb: str, acted_on: str) -> None:
    parse = read(text).sentences[0].parse
    token = next(word for word in parse if word.lower_ == verb)
    thing = tree.verb_object(token)
    assert thing is not None
    assert thing.lower_ == acted_on


def test_past_tense_with_an_object_stays_active() -> None:
    parse = read("The brigade liberated two villages near Lyman.").sentences[0].parse
    token = next(word for word in parse if word.lower_ == "liberated")
    assert not tree.is_passive(token)


def test_every_word_of_a_mended_parse_hangs_under_its_head() -> None:
    for sentence in read("The city was not encircled yet and its garrison is besieged, he said.").sentences:
        for word in sentence.parse:
            assert word.head is word or word in word.head.children
            assert all(child.head is word for child in word.children)


@pytest.mark.parametrize("word", ["counter-offensive", "cease-fire", "re-took"])
def test_hyphenated_trigger_is_one_word_of_the_parse(word: str) -> None:
    parse = read(f"The army spoke of a {word} and of Russian troops near Izium on Sunday.").sentences[0].parse
    assert word in [token.text for token in parse]


def test_the_state_of_a_place_before_its_name_is_no_clause() -> None:
    doc = read("A fuel depot was destroyed near occupied Tokmak early on Thursday.")
    assert [event.type for event in doc.events] == ["destruction"]


@pytest.mark.parametrize(
    ("text", "verb", "doer"),
    [
        ("Twice the enemy hit the dam at Karlivka.", "hit", "enemy"),
        ("In Kostiantynivka shells tore through the roof of a school.", "tore", "shells"),
        ("In Kherson shelling wounded two people.", "wounded", "shelling"),
        ("Forced out of Sudzha, Ukrainian battalions dug in along the border.", "dug", "battalions"),
        ("Russian forces marginally advanced east of Kupiansk, the institute assessed.", "advanced", "forces"),
        ("Enemy attempts to advance near Spirne were unsuccessful.", "were", "attempts"),
    ],
)
def test_who_acts_is_the_subject_of_the_verb(text: str, verb: str, doer: str) -> None:
    parse = read(text).sentences[0].parse
    subject = tree.verb_subject(next(word for word in parse if word.lower_ == verb))
    assert subject is not None
    assert subject.lower_ == doer
