"""Language: English is told from the rest, and short texts are given the benefit of the doubt."""

import pytest

from services.extract.document import Document
from services.extract.stages.language import language

SAMPLES = {
    "en": "Russian forces shelled the town on Monday, and the governor said that two people had been killed in the "
    "attack.",
    "uk": "Російські війська обстріляли місто в понеділок, двоє людей загинули, повідомив голова області.",
    "ru": "Российские войска обстреляли город в понедельник, два человека погибли, сообщил губернатор.",
    "es": "Las fuerzas rusas bombardearon la ciudad el lunes y el gobernador dijo que dos personas habían muerto en "
    "el ataque, según la agencia.",
    "de": "Russische Truppen haben die Stadt am Montag beschossen, dabei wurden nach Angaben des Gouverneurs zwei "
    "Menschen getötet und drei verletzt.",
    "zh": "俄罗斯军队星期一炮击了这座城市，州长说有两人死亡。",
}


@pytest.mark.parametrize("code", SAMPLES)
def test_the_language_is_told_and_noted(code: str) -> None:
    doc = Document(None, "", None)
    doc.text = SAMPLES[code]
    language(doc)
    assert doc.language == code
    assert doc.notes == ([] if code == "en" else [f"language not supported: {code}"])


@pytest.mark.parametrize("text", ["", "Bakhmut", "12:30", "Lyman fällt", "DPR: 12 / 40"])
def test_a_short_text_counts_as_english(text: str) -> None:
    doc = Document(None, "", None)
    doc.text = text
    language(doc)
    assert doc.language == "en"
