"""Confidence: learnt weights over named features, the same in every run, explained, made for this feature code."""

from services.contracts.messages import Event
from services.extract.pipeline import document_of, run
from services.extract.stages.assemble import weighed
from services.extract.stages.confidence import Features, Model, judge, model
from services.extract.stages.confidence.features import FAMILIES
from services.extract.stages.confidence.model import features_version
from tests.support.articles import article, events_in

PLAIN = "Russian troops seized Vuhledar on Tuesday, the General Staff said."
MIXED = (
    "Russian troops seized Vuhledar on Tuesday, the General Staff said. Three people were killed near Nikopol. "
    "Fighting went on around the town; Kyiv may send reinforcements, and no attack on Odesa was reported."
)


def told(text: str, by: Model) -> list[tuple[Event, Features]]:
    read = article(text)
    doc = document_of(read)
    run(doc)
    return weighed(doc, read, by)


def by_weights(threshold: float = 0.0, cap: float = 1.0, **weights: float) -> Model:
    return Model("", 0.0, threshold, cap, {name.replace("__", "="): weight for name, weight in weights.items()})


def test_the_weights_were_trained_with_this_feature_code() -> None:
    assert model().features == features_version(), (
        "the features have changed since training: run `python -m tests.quality.train_confidence`"
    )


def test_every_weight_is_of_a_known_family() -> None:
    assert {name.partition("=")[0] for name in model().weights} <= FAMILIES


def test_every_feature_is_of_a_known_family() -> None:
    seen = {name.partition("=")[0] for _, found in told(MIXED, by_weights()) for name in found}
    assert seen <= FAMILIES
    assert {"word", "frame", "place_rule", "place_mentions"} <= seen


def test_no_event_is_surer_than_the_cap_and_none_is_told_below_the_threshold() -> None:
    events = events_in(MIXED)
    assert events
    assert all(model().threshold <= event.confidence <= model().cap for event in events)


def test_without_weights_an_event_is_as_likely_as_not() -> None:
    assert judge({"type=capture": 1.0}, by_weights()).score == 0.5


def test_what_training_has_not_seen_weighs_nothing() -> None:
    by = by_weights(type__capture=1.0)
    assert judge({"type=capture": 1.0, "word=capture:zap": 1.0}, by) == judge({"type=capture": 1.0}, by)


def test_the_order_of_features_changes_nothing() -> None:
    found = dict.fromkeys(sorted(model().weights)[:200], 1.0)
    assert judge(found, model()) == judge(dict(reversed(found.items())), model())


def test_the_strongest_pulls_are_told_first_and_with_their_sign() -> None:
    by = by_weights(type__capture=0.2, place_rule__topic=-0.9, tag__VBD=0.5)
    judgement = judge({"type=capture": 1.0, "place_rule=topic": 1.0, "tag=VBD": 1.0}, by, pulls=2)
    assert judgement.pulls == (("place_rule=topic", -0.9), ("tag=VBD", 0.5))


def test_an_event_explains_its_confidence() -> None:
    (event, found), *_ = told(PLAIN, model())
    pulls = [why.rule for why in event.explanation if why.slot == "confidence"]
    assert pulls
    for pull in pulls:
        name, _, logits = pull.rpartition(" ")
        assert name in found and float(logits) != 0


def test_a_plain_statement_is_surer_than_what_is_told_of_another_sentence() -> None:
    events = {event.type: event.confidence for event, _ in told(MIXED, model())}
    assert events["capture"] > events["clash"]
