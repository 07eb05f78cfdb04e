from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.taxonomy import EventType
from services.extract.document import Document, EventMention, Sentence, Span
from services.extract.pipeline import run
from services.extract.stages.modality import modality, modality_of
from services.extract.stages.modality.compose import compose, final
from services.extract.stages.modality.lexicon import examples
from services.extract.stages.modality.patterns import modality_by_words
from services.extract.stages.model import model
from services.extract.stages.parse import Parse, Told, parse_of


def parsed_as_words(text: str) -> Parse:
    """The parse as the syntax stage keeps it."""
    tokens = model()(text)
    return parse_of(
        [t.text for t in tokens],
        [t.lower_ for t in tokens],
        [bool(t.whitespace_) for t in tokens],
        [Told(t.pos_, t.tag_, t.lemma_, t.dep_) for t in tokens],
        [t.head.i for t in tokens],
    )


def told(marked: str, event_type: EventType = "capture", *, parsed: bool = True) -> Document:
    """The document of one sentence whose event's word stands in brackets, read by the modality stage."""
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    doc = Document(raw_title=None, raw_text=text, published=date(2024, 10, 2), text=text)
    parse = parsed_as_words(text) if parsed else None
    doc.sentences.append(Sentence(0, Span(0, len(text)), 0, "body", parse))
    doc.events.append(EventMention(event_type, Span(start, end), 0, "test", Span(0, len(text))))
    modality(doc)
    return doc


@pytest.mark.parametrize(("sentence", "expected"), examples())
def test_every_example_of_the_lexicon(sentence: str, expected: str) -> None:
    assert told(sentence).events[0].modality == expected


@pytest.mark.parametrize(
    ("sentence", "event_type", "expected"),
    [
        ("The enemy is trying to [capture] the village.", "assault", "actual"),
        ("The enemy is trying to [encircle] the village.", "encirclement", "intended"),
        ("Many more people will be [killed].", "casualties", "possible"),
        ("The unit will be [moved] to the rear.", "deployment", "intended"),
        ("There were [no survivors] in the cellar.", "casualties", "actual"),
        ("The exchange left [no losses] on our side.", "casualties", "negated"),
        ("Berlin [promised] two batteries to Kyiv.", "arms_transfer", "intended"),
        ("Bratislava has stopped military [aid] to Kyiv.", "arms_transfer", "negated"),
        ("Units were withdrawn from the town so as not to be [encircled].", "encirclement", "possible"),
        ("It is unclear whether the bridge was [hit].", "strike", "possible"),
        ("The garrison was told to [leave] the works.", "withdrawal", "intended"),
        (
            "The brigade would [attack] only if the weather turned.",
            "assault",
            "conditional",
        ),
        ("The offensive has not [begun].", "assault", "negated"),
        ("Neither the town nor the bridge was [taken].", "capture", "negated"),
        ("The troops left the village without [firing] a shot.", "strike", "negated"),
        ("The military said its troops had been forced to [withdraw] from the city.", "withdrawal", "actual"),
        ("The commander denied that the hill was [lost].", "withdrawal", "actual"),
    ],
)
def test_what_stands_above_the_event_decides(sentence: str, event_type: EventType, expected: str) -> None:
    assert told(sentence, event_type).events[0].modality == expected


@pytest.mark.parametrize(
    ("sentence", "event_type", "expected"),
    [
        ("The guns do not stop [shelling] the town.", "strike", "actual"),
        ("The town has been [taken], if the ministry is to be believed.", "capture", "actual"),
        ("The town was [taken] on Friday, the general told the paper.", "capture", "actual"),
        ("Buses were supposed to [bring] people out on Friday.", "displacement", "intended"),
        ("They have the strength to [retake] the city.", "capture", "possible"),
        ("The loss of the hill opens the way for the enemy to [enter] the town.", "advance", "possible"),
        ("They will fight until they [take back] the peninsula.", "capture", "intended"),
        ("They held the plant until the Russians [took] the town.", "capture", "actual"),
        ("The enemy is likely to renew its [drive] on the town.", "assault", "possible"),
        ("They did not give up their attempts to [storm] the hill.", "assault", "actual"),
        ("Two women did not [survive] the night.", "casualties", "actual"),
        ("The planned [evacuation] went ahead on Friday.", "displacement", "actual"),
        ("The planned [evacuation] has not begun.", "displacement", "negated"),
        ("If the bridge goes, analysts say, both towns will come [within range] of guns.", "strike", "conditional"),
    ],
)
def test_what_does_not_cease_and_whom_one_may_believe(sentence: str, event_type: EventType, expected: str) -> None:
    assert told(sentence, event_type).events[0].modality == expected


def test_the_evidence_names_the_words() -> None:
    doc = told("The minister ordered his men to [leave] the town.")
    why = [w for w in doc.events[0].why if w.slot == "modality"]
    assert [(w.rule, doc.words(w.span)) for w in why if w.span] == [("modality.intended", "ordered")]


def test_evidence_is_counted_from_the_documents_start() -> None:
    text = "It was quiet. The troops may leave the town."
    doc = Document(raw_title=None, raw_text=text, published=None, text=text)
    start = text.index("The troops")
    doc.sentences = [
        Sentence(0, Span(0, start - 1), 0, "body"),
        Sentence(1, Span(start, len(text)), 0, "body", parsed_as_words(text[start:])),
    ]
    at = text.index("leave")
    doc.events.append(EventMention("withdrawal", Span(at, at + 5), 1, "test", Span(start, len(text))))
    modality(doc)
    span = doc.events[0].why[0].span
    assert doc.events[0].modality == "possible"
    assert span is not None and doc.words(span) == "may"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The troops may [leave] the town.", "possible"),
        ("The troops did not [leave] the town.", "negated"),
        ("The troops vowed to [leave] the town.", "intended"),
        ("If the troops [leave] the town, it falls.", "conditional"),
        ("The troops [left] the town.", "actual"),
        ("It was said never, but they [left] the town.", "actual"),
        ("A risk of [encirclement] was seen.", "possible"),
    ],
)
def test_without_a_parse_the_words_before_decide(sentence: str, expected: str) -> None:
    assert told(sentence, parsed=False).events[0].modality == expected


def test_effects_combine_from_the_inside_out() -> None:
    assert final(compose("negated", compose("intended", "actual"))) == "negated"  # no plan to leave
    assert final(compose("negated", compose("excluded", "actual"))) == "possible"  # not ruled out
    assert final(compose("intended", compose("averted", "actual"))) == "possible"  # to avoid
    assert final(compose("negated", compose("averted", "actual"))) == "actual"  # did not prevent
    assert final(compose("possible", compose("conditional", "actual"))) == "conditional"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.integers(0, 300))
def test_any_words_are_read_without_an_error(text: str, at: int) -> None:
    found, _ = modality_by_words(text, min(at, len(text)))
    assert found in {"actual", "intended", "possible", "conditional", "negated"}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "if",
                "not",
                "no",
                "plans",
                "to",
                "leave",
                "the",
                "town",
                ",",
                "and",
                "or",
                "would",
                "may",
                "that",
                "said",
                "without",
                ".",
                ";",
                "whether",
            ]
        ),
        min_size=1,
        max_size=25,
    )
)
def test_any_parse_is_read_without_an_error(words: list[str]) -> None:
    for token in parsed_as_words(" ".join(words)):
        found, evidence = modality_of([token], "withdrawal")
        assert found in {"actual", "intended", "possible", "conditional", "negated"}
        assert all(effect and word.text for effect, word in evidence)


def test_insisting_that_something_still_is_demands_nothing() -> None:
    doc = told("Kyiv insists that its troops still [hold] the village.", "hold")
    assert doc.events[0].modality == "actual"


def test_what_a_frame_says_of_itself_stays_where_nothing_else_is_said() -> None:
    doc = Document(raw_title=None, raw_text="Shells hit a lorry near Orikhiv; the crew escaped unhurt.", published=None)
    run(doc, until="modality")
    assert [e.modality for e in doc.events if e.type == "casualties"] == ["negated"]
