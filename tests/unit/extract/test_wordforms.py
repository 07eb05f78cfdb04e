from services.extract.stages.wordforms import noun_forms, verb_forms


def test_regular_verbs_are_inflected_by_spelling() -> None:
    assert verb_forms("claim") == {"claim", "claims", "claimed", "claiming"}
    assert verb_forms("deny") >= {"denies", "denied", "denying"}
    assert verb_forms("admit") >= {"admitted", "admitting"}


def test_irregular_verbs_come_from_the_table() -> None:
    assert verb_forms("say") == {"say", "says", "said", "saying"}
    assert "wrote" in verb_forms("write")


def test_a_phrasal_verb_is_inflected_on_its_first_word() -> None:
    assert verb_forms("rule out") == {"rule out", "rules out", "ruled out", "ruling out"}


def test_nouns_have_their_plural() -> None:
    assert noun_forms("ministry") == {"ministry", "ministries"}
    assert "spokesmen" in noun_forms("spokesman")
