"""Verbs whose subject the small model has lost get it back; those that have one keep it."""

import pytest

from services.contracts.messages import Article
from services.extract import pipeline
from services.extract.stages import tree
from services.extract.stages.parse import Parse


def parse_of(text: str) -> Parse:
    doc = pipeline.document_of(
        Article(article_id="a", revision="r", received_at="", text=text, published_at="2024-05-05")
    )
    pipeline.run(doc, until="triggers")
    parse: Parse = doc.sentences[0].parse
    return parse


@pytest.mark.parametrize(
    ("text", "verb", "subject"),
    [
        ("Near Siversk are falling Spirne and Vyimka.", "falling", "spirne"),
        ("In six weeks of March 2023 Russian battalions broke through at Krasna Hora.", "broke", "battalions"),
        ("Over the past night artillery of the occupiers inflicted 12 blows on the town.", "inflicted", "artillery"),
        ("From Terny, Yampolivka and Torske units of the army departed to new lines.", "departed", "units"),
        ("At Popasna, that fell two months ago, the market has opened again.", "fell", "popasna"),
        ("Smoke over Irpin: paratroopers have landed at the airfield.", "landed", "paratroopers"),
        ("A missile ploughed into a school in the town.", "ploughed", "missile"),
        ("Shelling on Friday damaged two houses in Nikopol.", "damaged", "shelling"),
        ("Under the control of the army are 82 settlements.", "are", "settlements"),
        ("Ukrainian troops took the hill and two hamlets fell.", "fell", "hamlets"),
        ("The marines left the port, the mayor said, and blew up a bridge.", "blew", "marines"),
        ("Mercenaries took the mill, the channel claimed, and cut the road.", "cut", "mercenaries"),
        ("The marines left the port, the mayor said, and called for calm.", "called", "mayor"),
    ],
)
def test_lost_subject_is_given_back_to_its_verb(text: str, verb: str, subject: str) -> None:
    token = next(word for word in parse_of(text) if word.lower_ == verb)
    found = tree.verb_subject(token)
    assert found is not None
    assert found.lower_ == subject


@pytest.mark.parametrize(
    ("text", "verb", "acted_on"),
    [
        ("Chuhuiv was encircled in March and liberated on Friday.", "liberated", "chuhuiv"),
        ("The line holds, and an assault on it the evening before was driven off.", "driven", "assault"),
    ],
)
def test_what_a_passive_tells_of_is_found_across_coordination(text: str, verb: str, acted_on: str) -> None:
    token = next(word for word in parse_of(text) if word.lower_ == verb)
    found = tree.verb_object(token)
    assert found is not None
    assert found.lower_ == acted_on


def test_list_of_objects_stays_a_list() -> None:
    token = next(
        word for word in parse_of("The army captured Lyman, Kreminna and Svatove.") if word.lower_ == "captured"
    )
    found = tree.verb_object(token)
    assert found is not None
    assert [word.text for word in tree.conjuncts(found)] == ["Lyman", "Kreminna", "Svatove"]


def test_every_word_still_hangs_under_its_head() -> None:
    for word in parse_of(
        "On 11 April enemy missiles and drones destroyed two plants, and a raid on Sumy was repelled."
    ):
        assert word.head is word or word in word.head.children
        assert all(child.head is word for child in word.children)


@pytest.mark.parametrize(
    ("text", "verb", "thing"),
    [
        ("Russian forces seized Lyman and Kreminna was abandoned.", "seized", "lyman"),
        ("Russian forces seized Lyman and Kreminna was abandoned.", "abandoned", "kreminna"),
        ("The army lost Vuhledar and Kurakhove was surrounded.", "lost", "vuhledar"),
        ("The general said Lyman and Kreminna were shelled.", "shelled", "lyman"),
    ],
)
def test_two_verbs_share_out_the_two_names_between_them(text: str, verb: str, thing: str) -> None:
    token = next(word for word in parse_of(text) if word.lower_ == verb)
    found = tree.verb_object(token)
    assert found is not None
    assert found.lower_ == thing
