from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.extract.document import ActorMention, Attribution, Document, EventMention, Sentence, Span, TimeMention
from services.extract.pipeline import run
from services.extract.stages.claims import claims, needs_parse, times_of_saying
from services.extract.stages.claims.lexicon import examples
from services.extract.stages.claims.openings import examples as openings
from services.extract.stages.claims.translated import examples as translated
from services.extract.stages.modality import modality

PUBLISHED = date(2024, 10, 2)


def read(marked: str, title: str | None = None) -> tuple[Document, list[list[Attribution]]]:
    """The text's document and, for each bracketed word in it, the attributions of the event told there."""
    words, plain, rest = [], "", marked
    while "[" in rest:
        before, _, rest = rest.partition("[")
        word, _, rest = rest.partition("]")
        plain += before
        words.append((plain.count(word), word))
        plain += word
    plain += rest
    doc = Document(raw_title=title, raw_text=plain, published=PUBLISHED)
    run(doc, "syntax")
    doc.events = []
    for nth, word in words:
        at = doc.body_start - 1
        for _ in range(nth + 1):
            at = doc.text.index(word, at + 1)
        sentence = doc.sentence_at(at)
        assert sentence is not None
        doc.events.append(EventMention("capture", Span(at, at + len(word)), sentence.index, "test", sentence.span))
    modality(doc)
    claims(doc)
    return doc, [[doc.attributions[n] for n in event.attributions] for event in doc.events]


def sources(marked: str, title: str | None = None) -> list[list[str]]:
    return [[a.source.name for a in found] for found in read(marked, title)[1]]


def only(marked: str) -> Attribution:
    found = read(marked)[1][0]
    assert len(found) == 1, [a.source.name for a in found]
    return found[0]


@pytest.mark.parametrize(("sentence", "source"), [*examples(), *translated(), *openings()])
def test_every_example_of_the_lexicon(sentence: str, source: str) -> None:
    doc, found = read(sentence)
    said = [a for a in found[0] if a.source.kind != "narrator"]
    assert said, doc.attributions
    known = {"Kyiv": "Ukraine", "Moscow": "Russia", "ISW": "Institute for the Study of War"}
    wanted = known.get(source, source).removeprefix("the ").removeprefix("The ").split()[-1]
    assert any(wanted.lower() in f"{a.source.name} {a.source.surface}".lower() for a in said), said


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Ukrainian troops [left] Vuhledar on Tuesday, Pavlo Kyrylenko said.", "Pavlo Kyrylenko"),
        ("Pavlo Kyrylenko said on Tuesday that Ukrainian troops had [left] Vuhledar.", "Pavlo Kyrylenko"),
        ('"They have [left] Vuhledar," said Pavlo Kyrylenko, head of the regional administration.', "Pavlo Kyrylenko"),
        ("According to Pavlo Kyrylenko, the enemy [entered] the town at night.", "Pavlo Kyrylenko"),
        ("The enemy [entered] the town at night, according to Pavlo Kyrylenko.", "Pavlo Kyrylenko"),
        ("Pavlo Kyrylenko: the enemy has [entered] the town.", "Pavlo Kyrylenko"),
        ("The town was [shelled] all night, - Pavlo Kyrylenko.", "Pavlo Kyrylenko"),
        ("The town, Pavlo Kyrylenko wrote on Telegram, was [shelled] all night.", "Pavlo Kyrylenko"),
        (
            "The head of the regional administration, Pavlo Kyrylenko, told reporters the town was [shelled].",
            "Pavlo Kyrylenko",
        ),
        ("By Pavlo Kyrylenko's account the town was [shelled] from three sides.", "Pavlo Kyrylenko"),
    ],
)
def test_a_named_speaker_is_the_source(text: str, source: str) -> None:
    assert sources(text) == [[source]]


def test_what_nobody_says_is_the_narrators() -> None:
    assert sources("Russian troops [captured] the village on Monday.") == [[]]


def test_two_clauses_of_one_sentence_have_two_sources() -> None:
    assert sources("Moscow says its troops [took] Robotyne, while Kyiv says its men [hold] the village.") == [
        ["Russia"],
        ["Ukraine"],
    ]


def test_the_innermost_speaker_is_the_first_source_and_who_tells_of_him_the_second() -> None:
    text = (
        "Sergei Shoigu told Vladimir Putin that Lysychansk had been [liberated], the Defense Ministry in Moscow said."
    )
    assert sources(text) == [["Sergei Shoigu", "Ministry of Defence of Russia"]]


def test_the_cited_person_is_the_source_and_the_outlet_the_channel() -> None:
    found = only("Quoting Oleksandr Syrskyi, Reuters writes that the town was [taken].")
    assert (found.source.name, found.via) == ("Oleksandr Syrskyi", "Reuters")


def test_a_channel_is_kept() -> None:
    assert only("The town was [shelled], Oleh Syniehubov wrote on Telegram.").via == "Telegram"


def test_a_pronoun_is_whoever_spoke_last() -> None:
    text = "The enemy [shelled] the town, Oleh Syniehubov said. He added that the bridge was [destroyed]."
    assert sources(text) == [["Oleh Syniehubov"], ["Oleh Syniehubov"]]


def test_a_speaker_is_carried_on_in_his_paragraph() -> None:
    text = "According to Oleh Syniehubov, the enemy [shelled] the town. The bridge was [destroyed] by bombs."
    assert sources(text) == [["Oleh Syniehubov"], ["Oleh Syniehubov"]]


def test_a_quotation_of_several_sentences_is_its_speakers() -> None:
    text = (
        "\n\nRain fell.\n\n“The road is [cut]. The bridge was [destroyed] too. They [left] it,” Oleh Syniehubov said."
    )
    assert sources(text) == [["Oleh Syniehubov"]] * 3


def test_according_to_alone_in_its_paragraph_opens_the_next() -> None:
    text = "According to Oleh Syniehubov, the enemy [shelled] the town.\n\nThe whole road is [cut] now."
    assert sources(text) == [["Oleh Syniehubov"]] * 2


def test_a_denial_spelt_out_is_the_claim_denied() -> None:
    _, found = read(
        "Moscow said the enemy was [expelled] from Kursk. Kyiv denied it: its men had not been [driven out]."
    )
    assert [(a.source.name, a.stance) for a in found[0]] == [("Russia", "asserts"), ("Ukraine", "denies")]


def test_another_speaker_ends_what_is_carried_on() -> None:
    text = "Oleh Syniehubov said the town was [shelled]. Moscow said its troops had [entered] it."
    found = sources(f"{text} Rain fell, and the road was [cut].")
    assert found[0] == ["Oleh Syniehubov"] and found[1] == ["Russia"] and "Oleh Syniehubov" not in found[2]


def test_a_denial_answers_the_claim_before_it() -> None:
    found = read("Kyiv accused Russia of [shelling] the plant. Moscow denied it.")[1][0]
    assert [(a.source.name, a.stance) for a in found] == [("Ukraine", "asserts"), ("Russia", "denies")]


def test_silence_is_a_claim_that_declines() -> None:
    found = read("Moscow says its troops [took] the town. Kyiv has not commented on the report.")[1][0]
    assert [(a.source.name, a.stance) for a in found] == [("Russia", "asserts"), ("Ukraine", "declines")]


def test_what_could_not_be_verified_is_declined_by_the_narrator() -> None:
    found = read("Moscow says its troops [took] the town. The claim could not be independently verified.")[1][0]
    assert [(a.source.kind, a.stance) for a in found] == [("GOV", "asserts"), ("narrator", "declines")]


def test_an_outlet_that_could_not_verify_declines_itself() -> None:
    found = read("Moscow says its troops [took] the town. Reuters could not verify the report.")[1][0]
    assert [(a.source.name, a.stance) for a in found] == [("Russia", "asserts"), ("Reuters", "declines")]


def test_footage_confirms_by_the_narrator() -> None:
    found = only("Geolocated footage shows that Russian troops [entered] the town.")
    assert (found.source.kind, found.stance) == ("narrator", "confirms")


def test_an_admission_confirms() -> None:
    found = only("Kyiv admitted that its troops had [left] the town.")
    assert (found.stance, found.act) == ("confirms", "admits")


def test_people_without_a_name_are_kept_by_their_words() -> None:
    found = only("A Ukrainian soldier said the town was [lost].")
    assert found.source.name.lower() == "a ukrainian soldier" and found.source.side == "UKR"


def test_a_promise_in_the_events_own_verb_is_the_promisers() -> None:
    assert only("Berlin [pledged] two more batteries.").source.name == "Germany"


def test_a_bulletins_heading_speaks_for_its_text() -> None:
    text = "The enemy [attacked] near the town. Our soldiers [repelled] the assault."
    assert sources(text, "General Staff of Ukraine, morning update") == [["General Staff of Ukraine"]] * 2


def test_the_day_of_saying_is_told_apart() -> None:
    text = "The Defense Ministry in Moscow said on Monday that troops had entered the town."
    doc = Document(raw_title=None, raw_text=text, published=PUBLISHED)
    run(doc, "syntax")
    claims(doc)
    assert [a.said_on for a in doc.attributions] == [date(2024, 9, 30)]
    assert [doc.words(span) for span in times_of_saying(doc)] == ["on Monday"]


def test_the_cue_and_the_phrase_are_the_texts_own_words() -> None:
    doc, found = read("The enemy [left] the town, Oleh Syniehubov said on Telegram.")
    assert doc.words(found[0][0].cue) == "said"
    phrase = found[0][0].phrase
    assert phrase is not None and doc.words(phrase) == "Oleh Syniehubov said"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Russia has not commented.", True), ("The mayor said so.", True), ("Rain fell in the valley.", False)],
)
def test_only_sentences_that_may_hold_speech_need_a_parse(text: str, expected: bool) -> None:
    assert needs_parse(text) is expected


_PIECES = st.sampled_from(
    [
        "Kyiv",
        "said",
        "that",
        ",",
        '"',
        "”",
        "“",
        ":",
        "according to",
        "- ",
        "denied it.",
        "(",
        ")",
        "while",
        ";",
        "Moscow's",
        "account",
        "he",
        "\u200b",
        "\u202e",
        ". ",
    ]
)


@settings(max_examples=120, deadline=None)
@given(st.lists(_PIECES, max_size=40))
def test_any_text_is_read_and_every_span_lies_in_it(pieces: list[str]) -> None:
    text = " ".join(pieces)
    doc = Document(raw_title=None, raw_text=text, published=PUBLISHED, text=text)
    if text:
        doc.sentences.append(Sentence(0, Span(0, len(text)), 0, "body"))
        doc.events.append(
            EventMention("capture", Span(len(text) // 2, len(text) // 2 + 1), 0, "test", Span(0, len(text)))
        )
    for name, known in (("Kyiv", "Ukraine"), ("Moscow", "Russia")):
        at = text.find(name)
        while at >= 0:
            span = Span(at, at + len(name))
            doc.actors.append(ActorMention(span, name, known, f"{known}/GOV", None, "GOV", can_speak=True))
            at = text.find(name, at + 1)
    day = PUBLISHED - timedelta(days=1)
    doc.times.append(TimeMention(Span(0, min(4, len(text))), text[:4], day, day, "day"))
    claims(doc)
    for attribution in doc.attributions:
        spans = [attribution.cue, *attribution.scopes, *attribution.answers]
        assert all(0 <= span.start <= span.end <= len(text) for span in spans)
    assert all(0 <= n < len(doc.attributions) for event in doc.events for n in event.attributions)


@pytest.mark.parametrize(
    ("marked", "who", "stance"),
    [
        ("Moscow claimed the [capture] of Vovchansk. Kyiv says otherwise.", "Ukraine", "denies"),
        ("Wagner said it had [taken] Soledar. There was no confirmation from Kyiv.", "Ukraine", "declines"),
        ("Zelenskiy called the claim of [capturing] Kurakhove a lie.", "Volodymyr Zelensky", "denies"),
        ("Peskov refused to comment on the [strike] on Engels.", "Dmitry Peskov", "declines"),
        ("Moscow claimed the [capture] of Vovchansk. Neither account could be confirmed.", "narrator", "declines"),
    ],
)
def test_answers_to_a_claim_carry_their_speaker_and_stance(marked: str, who: str, stance: str) -> None:
    found = [(a.source.name, a.stance) for a in read(marked)[1][0]]
    assert (who, stance) in found, found
    assert (who, "asserts") not in found


def test_holding_a_town_is_no_speech() -> None:
    assert sources(
        "Ukraine's General Staff said its forces were holding the town and that attacks were [repelled]."
    ) == [["General Staff of Ukraine"]]


def test_a_second_denial_passes_over_what_its_own_speaker_said() -> None:
    found = sources(
        "Russia said it had [taken] Bakhmut. Zelenskiy said it was [held]. Kyiv rejected the report as a lie."
    )
    assert "Ukraine" in found[0]


def test_a_source_line_speaks_for_the_report_but_not_for_its_background() -> None:
    found = sources(
        "Russian forces [shelled] Kharkiv overnight.\n\nSource: Oleh Syniehubov, governor, on Telegram\n\n"
        "Details: Two houses were [destroyed].\n\nBackground: On 5 May, Russian troops [captured] Kotliarivka."
    )
    assert found == [["Oleh Syniehubov"], ["Oleh Syniehubov"], []]


def test_what_was_reported_by_somebody_at_the_end_is_his() -> None:
    told = "Two drones [hit] a warehouse in Odesa. Five people were [wounded]. "
    for end in (
        "This was reported by the head of the regional administration Oleh Kiper.",
        "Oleh Kiper reported this on Telegram.",
    ):
        assert sources(told + end) == [["Oleh Kiper"], ["Oleh Kiper"]]


def test_while_before_another_body_ends_what_is_said() -> None:
    text = "Ten drones were [downed], the Ukrainian Air Force said, while DTEK counted [damage] to two plants."
    assert "Air Force of Ukraine" not in sources(text)[1]


def test_the_mayor_is_not_the_doctor_who_spoke_last() -> None:
    text = "Dr. Ihor Savchuk said he stayed. Two men were [killed] by rockets, the mayor said."
    assert sources(text) == [["the mayor"]]


def test_what_is_written_in_the_report_is_of_who_gave_it_out() -> None:
    text = "In the Russian Defence Ministry deny the loss: in the report it is written that the attack was [repelled]."
    assert [s[0] for s in sources(text)] == ["Ministry of Defence of Russia"]


def test_about_this_told_somebody_gives_him_the_sentence_before() -> None:
    assert sources("Invaders [struck] the port at dawn. About this informed Oleh Kiper.") == [["Oleh Kiper"]]


def test_paragraphs_that_open_with_a_quotation_mark_go_on_with_the_last_speaker() -> None:
    found = sources(
        '"The enemy is [storming] Toretsk," said Vitalii Kim.\n\n"They [shelled] us yesterday.\n\n'
        '"We have [left] the village."\n\nTwo houses [burned] down.'
    )
    assert found == [["Vitaliy Kim"]] * 3 + [[]]


def test_a_staffs_bulletin_goes_on_sector_by_sector() -> None:
    found = sources(
        "Ukraine's General Staff reported 80 [clashes].\n\nIn the Pokrovsk sector, the enemy [attacked] often. In the "
        "Kupiansk sector, six assaults were [repelled].\n\nA bus [burned] out in Sumy."
    )
    assert found == [["General Staff of Ukraine"]] * 3 + [[]]


def test_a_bulletin_that_names_its_staff_only_at_its_end_is_that_staffs() -> None:
    found = sources(
        "Near Lyptsi the enemy was [stopped]. Our soldiers [hold] Starytsia. The occupiers [shelled] Vovchansk. Losses "
        "are being counted, the General Staff stresses."
    )
    assert found == [["General Staff of Ukraine"]] * 3


def test_a_title_that_names_the_staff_and_its_theme_opens_its_bulletin() -> None:
    assert sources("Ten tanks were [destroyed] yesterday.", title="The General Staff on enemy losses") == [
        ["General Staff of Ukraine"]
    ]


@pytest.mark.parametrize(
    ("marked", "who"),
    [
        (
            "Admiral Rob Bauer, the top NATO military officer, estimated on Monday that the bridge had been [hit].",
            "Rob Bauer",
        ),
        ("DeepState, a team of Ukrainian map makers, said the Ukrainian army had [left] the hamlet.", "DeepState"),
        ("A channel linked to the Russian security services said a depot had been [hit].", "A channel"),
        (
            "A shell [fell] on a bus stop, wounding several people, said Governor Oleksandr Prokudin.",
            "Oleksandr Prokudin",
        ),
        ("If the bridge is [attacked] again, Putin told his ministers, the answer will be harsh.", "Vladimir Putin"),
    ],
)
def test_who_speaks_is_found_across_what_describes_him(marked: str, who: str) -> None:
    assert only(marked).source.name == who


def test_a_columns_standing_name_says_nothing() -> None:
    assert sources("Nobody was hurt.", None) == []
    doc, _ = read("The port was [hit].", title="Ukraine live: blasts in Odesa")
    assert [a.rule for a in doc.attributions] == []


def test_a_bare_denial_answers_the_claim_and_not_the_news_before_it() -> None:
    _, found = read("Heavy [fighting] goes on: Wagner says it has [taken] the mill, Ukraine denies.")
    assert [[(a.source.name, a.stance) for a in said] for said in found][1] == [
        ("Wagner", "asserts"),
        ("Ukraine", "denies"),
    ]
    assert not any(a.stance == "denies" for a in found[0])


def test_who_tells_of_anothers_offer_is_a_source_too() -> None:
    _, found = read("Putin stated that Slovakia had offered to [host] talks.")
    assert {a.source.name for a in found[0]} == {"Slovakia", "Vladimir Putin"}


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("If one believes the mayor, Vitali Klitschko, ten drones [hit] the station.", "Vitali Klitschko"),
        (
            "The village was [taken], if the Russian Defence Ministry is to be believed.",
            "Ministry of Defence of Russia",
        ),
        ("Sergei Shoigu is adamant that the station was [seized].", "Sergei Shoigu"),
        ("Sergei Shoigu left no doubt that the station was [seized].", "Sergei Shoigu"),
        ("The news that the village had been [lost] came from Denis Pushilin.", "Denis Pushilin"),
        ("The Russian version is that the village was [shelled].", "Russia"),
        ("Moscow's claims that its men [took] the village made the rounds.", "Russia"),
        ("In Moscow's telling, the village was [shelled] at noon.", "Russia"),
        ("For Kyiv it was a [withdrawal] in good order.", "Ukraine"),
        ("The village was [shelled] at noon, as Oleksandr Prokudin put it.", "Oleksandr Prokudin"),
        ("As Oleksandr Prokudin communicates, the village was [shelled].", "Oleksandr Prokudin"),
        ("By the reckoning of the deputy mayor, Pavlo Moroz, the plant was [hit] twice.", "Pavlo Moroz"),
        ("Three workers [killed] at the gate, Oleksandr Prokudin wrote.", "Oleksandr Prokudin"),
        ("The state railways reported a [strike] on a depot.", "The state railways"),
        ("Families with children, said governor Oleh Syniehubov, will be [evacuated].", "Oleh Syniehubov"),
        ("Since May, Serhii Cherevatyi estimates, they have [lost] a brigade.", "Serhii Cherevatyi"),
        ("A shell fell there, Oleksandr Prokudin wrote, while a drone [struck] the quay.", "Oleksandr Prokudin"),
        (
            "In a statement read out by Igor Konashenkov, the ministry said the enemy was [driven] off.",
            "Ministry of Defence of Russia",
        ),
        (
            "The Russian Defence Ministry approves that the breakthrough was [thwarted].",
            "Ministry of Defence of Russia",
        ),
    ],
)
def test_wordings_without_a_verb_of_saying_and_misparsed_ones_name_their_source(sentence: str, source: str) -> None:
    assert [a.source.name for a in read(sentence)[1][0]] == [source]


def test_what_one_side_claims_and_the_other_disputes_in_one_sentence_has_both() -> None:
    found = read("The garrison was [cut] off, Valery Gerasimov said, an assertion which Kyiv disputes.")[1][0]
    assert [(a.source.name, a.stance) for a in found] == [("Valery Gerasimov", "asserts"), ("Ukraine", "denies")]


def test_a_claim_that_is_dismissed_keeps_its_author() -> None:
    found = read("Moscow's claims that it [took] the town have been dismissed by the Ukrainian General Staff.")[1][0]
    assert [(a.source.side, a.stance) for a in found] == [("RUS", "asserts"), ("UKR", "denies")]


def when_of(text: str, kind: str) -> tuple[date | None, date | None] | None:
    doc = Document(raw_title=None, raw_text=text, published=PUBLISHED)
    run(doc, "claims")
    time = next(e.time for e in doc.events if e.type == kind)
    return None if time is None else (time.start, time.end)


def test_fighting_goes_on_the_day_on_which_it_is_told() -> None:
    text = "The General Staff said on Tuesday that heavy fighting continued near Bakhmut."
    assert when_of(text, "clash") == (date(2024, 10, 1), date(2024, 10, 1))


def test_what_had_happened_by_the_day_of_saying_ends_with_it() -> None:
    text = "The General Staff said on Tuesday that Russian troops had entered Toretsk."
    assert when_of(text, "advance") == (None, date(2024, 10, 1))


def test_the_name_behind_an_office_of_another_state_is_who_speaks() -> None:
    assert sources("Latvia's defense minister, Andris Spruds, said that Moscow had [withdrawn] a brigade.") == [
        ["Andris Spruds"]
    ]


def test_a_rank_written_short_belongs_to_the_name_behind_it() -> None:
    text = "In Toretsk, glide bombs [killed] one person on Thursday, regional Gov. Vadym Filashkin said."
    assert sources(text) == [["Vadym Filashkin"]]


def test_who_tells_of_a_refusal_is_named_beside_who_refuses() -> None:
    text = "Russia again [rejected] a ceasefire, said Serhii Kyslytsia, the first deputy foreign minister."
    assert sources(text) == [["Russia", "Serhii Kyslytsia"]]


def test_what_is_said_of_own_men_is_not_said_by_them() -> None:
    text = "Shells [landed] in the square. The Kremlin said its troops had not fired and called the footage a hoax."
    assert sources(text) == [["Kremlin"]]


INTERVIEW = """Captain Olena Marchenko commands a drone company near Kupiansk. We spoke to her on Friday.

How is the situation?

We [hold] the eastern edge of Petropavlivka. They [shelled] the crossing all night.

What about losses?

My company [lost] four men in May. The Americans say that Russia has [suffered] more.

(The General Staff said on Monday that a drone was [found].)

Will you stay?

I think that they will [attack] Kupiansk in June. We need shells."""


def test_the_answers_of_an_interview_are_claims_of_who_was_asked() -> None:
    captain = ["Olena Marchenko"]
    assert sources(INTERVIEW) == [captain, captain, captain, ["The Americans"], ["General Staff of Ukraine"], captain]


def test_a_text_that_asks_itself_one_thing_is_no_interview() -> None:
    text = "Captain Olena Marchenko was here.\n\nWhat now?\n\nWe do not know. The bridge was [shelled]."
    assert sources(text) == [[]]


@pytest.mark.parametrize(
    ("marked", "source"),
    [
        ("The mayor, Ihor Terekhov, was there. Children were [taken] away, said the head of the council's rescue team, "
         "Petro Hnatenko.", "Petro Hnatenko"),
        ("The head of the town, Vasyl Chynchyk, said Russian troops stood near it and urged people to [leave].",
         "Vasyl Chynchyk"),
        ("Ukraine's General Staff spoke of Lyman. It counted forty attacks; it said that twelve had been [beaten] off.",
         "General Staff of Ukraine"),
        ("Russia's Defence Ministry said that all was well. Six attacks were [repelled], the daily bulletin says.",
         "Ministry of Defence of Russia"),
        ("The village was [taken], confirmed the same day the monitoring project DeepState.", "DeepState"),
        ("DeepState wrote on Sunday. Its map shows that the village has been [taken].", "DeepState"),
        ("According to the words of the witness, the bridge was [hit] at dawn.", "the witness"),
        ("The bridge was [hit] at dawn, according to preliminary data from DeepState.", "DeepState"),
        ("They will be [surrounded], consider analysts of the group Deep Field.", "Deep Field"),
    ],
)  # fmt: skip
def test_who_is_meant_by_an_office_a_message_or_a_pronoun(marked: str, source: str) -> None:
    assert sources(marked)[0] == [source]


@pytest.mark.parametrize(
    "marked",
    [
        "Vladimir Putin dismissed Sergei Shoigu and [sent] more troops.",
        "The West group rebuffed seven attacks and [took] a village.",
    ],
)
def test_who_or_what_is_put_away_is_no_claim_denied(marked: str) -> None:
    assert sources(marked)[0] == []


def test_what_follows_a_doubt_is_told_of_and_not_doubted() -> None:
    doubted, told = sources("Analysts doubt that they can [retake] it; the attacks have been [beaten] off.")
    assert (doubted, told) == (["Analysts"], [])


def test_a_ministrys_bulletin_goes_on_from_group_to_group() -> None:
    text = (
        "Russia's Defence Ministry said that its forces had [taken] the village.\n\n"
        "Battlegroup North [struck] three brigades near Vovchansk.\n\n"
        "Air defence systems [downed] two drones.\n\n"
        "In Kyiv rescuers [brought] people out of a burning house."
    )
    ministry = ["Ministry of Defence of Russia"]
    assert sources(text) == [ministry, ministry, ministry, []]


def test_what_is_told_of_an_officials_own_area_goes_on_with_his_report() -> None:
    text = (
        "KHERSON OBLAST. Three people were [killed] over the past day, Governor Oleksandr Prokudin said. Two houses in "
        "Bilozerka were damaged.\n\nIn Chornobaivka a market stall was damaged.\n\nA school was damaged in Nikopol."
    )
    doc = Document(raw_title=None, raw_text=text, published=PUBLISHED)
    run(doc)
    told = {e.places[0].name: [doc.attributions[n].source.name for n in e.attributions] for e in doc.events if e.places}
    governor = ["Oleksandr Prokudin"]
    assert told == {"Kherson Oblast": governor, "Bilozerka": governor, "Chornobaivka": governor, "Nikopol": []}


def test_a_quotation_is_his_who_closes_it() -> None:
    text = (
        "A spokeswoman, Anastasia Bobovnikova, said that the fighting went on.\n\n"
        '"They should have [left] in January. Nobody listened to us," says reserve officer Maksym Zhorin.\n\n'
        '"Then the road will be [cut] as well."'
    )
    assert sources(text) == [["Maksym Zhorin"], ["Maksym Zhorin"]]


def test_a_staff_named_in_the_headline_tells_what_nobody_else_does() -> None:
    text = "Over the past day the enemy [struck] ten times. Two attacks were [beaten] off."
    staff = ["General Staff of Ukraine"]
    assert sources(text, "Ukraine's General Staff: enemy attacked in five sectors") == [staff, staff]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Per the General Staff of Ukraine, the town was [taken].", "General Staff of Ukraine"),
        ("The village was [taken], per the General Staff of Ukraine.", "General Staff of Ukraine"),
        ("The map that is drawn by DeepState shows the village as [captured].", "DeepState"),
        ("On the DeepState map the village is marked as [captured].", "DeepState"),
        ("Moscow's claim of having [taken] the town was no surprise.", "Russia"),
        ("Moscow's claim to have [taken] the town was no surprise.", "Russia"),
        ("Kyiv took credit for the [attack] on the depot.", "Ukraine"),
        ("Zelensky welcomed the [capture] of the town.", "Volodymyr Zelensky"),
        ('"They [left] the town," Konashenkov was quoted by an agency as saying.', "Igor Konashenkov"),
        ("A soldier with the call sign Vovk says that they [left] the town.", "A soldier with the call sign Vovk"),
        ("They [left] the town, a sapper, who was not allowed to speak to the press, told AFP.", "a sapper"),
        ("The Navy of Ukraine issued a statement. It said that the ship was [sunk].", "Navy of Ukraine"),
        ("They have [bombed] the town, has declared to Ansa the mayor Pavlo Holod.", "Pavlo Holod"),
        ("The town is [taken], so its mayor Pavlo Holod.", "Pavlo Holod"),
    ],
)
def test_who_says_it_is_read_from_many_wordings(text: str, source: str) -> None:
    assert sources(text)[0] == [source]


@pytest.mark.parametrize(
    "text",
    [
        "Moscow recognised the two republics, and tanks [entered] the city.",
        "Germany granted the town help, and tanks [entered] it.",
        "Blasts [shook] the town, the mayor warns of more rain.",
    ],
)
def test_acts_of_state_and_matters_of_their_own_attribute_nothing(text: str) -> None:
    assert sources(text)[0] == []


def test_who_dismisses_another_s_claim_denies_what_it_holds() -> None:
    _, found = read("Berlin dismissed Moscow's allegation that it had [attacked] the town.")
    assert {(a.source.name, a.stance) for a in found[0]} == {("Russia", "asserts"), ("Germany", "denies")}


@pytest.mark.parametrize(
    "text",
    [
        "Zelensky told an outlet that he was open to talks. In other developments, drones [attacked] Odesa.",
        "The mayor said two people were hurt in Nikopol. Meanwhile drones [attacked] Odesa.",
        "The mayor said two people were hurt in Nikopol. Separately, drones [attacked] Odesa.",
        "Putin praised the economy, he said it would grow. On the ground, troops [took] Spirne on Monday.",
    ],
)
def test_a_turn_to_another_matter_ends_what_somebody_says(text: str) -> None:
    assert sources(text)[0] == []


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Zelensky said Spirne was in danger. Three brigades [attacked] Spirne on Tuesday.", "Volodymyr Zelensky"),
        ("They [lost] the town, a person briefed on the talks told a paper.", "a person"),
        ("Kyiv: our troops have [left] Spirne.", "Ukraine"),
        ("Mayor: two [killed] in Nikopol.", "Mayor"),
    ],
)
def test_short_heads_and_unnamed_people_speak(text: str, source: str) -> None:
    assert sources(text)[0] == [source]


def test_reports_that_somebody_calls_false_are_denied_by_him() -> None:
    _, found = read("Rumours of a [withdrawal] from Krynky are false, the General Staff of Ukraine insisted.")
    assert [(a.source.name, a.stance) for a in found[0]] == [("General Staff of Ukraine", "denies")]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (
            'Dmytro Lykhovii, spokesman for the "Tavria" grouping, assured journalists that the assault was'
            " [beaten] off.",
            "Dmytro Lykhovii",
        ),
        (
            '"If we stay they will [leave] Toretsk," says the commander of Ivan\'s platoon, who asks to be called Fox.',
            "the commander of Ivan's platoon, who asks to be called Fox",
        ),
        ("A medic who asked to be identified only as Olena said a bomb had [destroyed] the hospital.", "Olena"),
    ],
)
def test_who_speaks_is_neither_who_is_told_nor_somebody_named_before(text: str, source: str) -> None:
    [[found]] = sources(text)
    assert source in found


@pytest.mark.parametrize(
    "recalled",
    [
        "The town was [retaken] by Ukraine in November 2022.",
        "Russia [annexed] the region in September 2022.",
        "Its harbour was [blocked] until Russian forces left in July 2022.",
    ],
)
def test_what_an_article_recalls_of_long_ago_is_not_who_spoke_last(recalled: str) -> None:
    told = f"The governor, Oleksandr Prokudin, said a market had been [hit] on Tuesday. Two shops [burned]. {recalled}"
    first, second, last = sources(told)
    assert first == second == ["Oleksandr Prokudin"]
    assert last == []


def test_who_tells_of_long_ago_goes_on_with_it() -> None:
    told = (
        "The governor, Oleksandr Prokudin, said the town had been [left] in May 2022. In August 2022 it was [retaken]."
    )
    assert sources(told) == [["Oleksandr Prokudin"]] * 2


@pytest.mark.parametrize(
    "brought_in",
    [
        "Serhii, a tractor driver, lost his barn.",
        "Serhii, 61, has stayed with his dogs.",
        "At the crossing waits Serhii, a volunteer from Dnipro.",
    ],
)
def test_he_is_whom_the_text_has_brought_in_by_first_name(brought_in: str) -> None:
    assert sources(f'{brought_in} "They [shelled] us all night," he said. The school was [hit], too.') == [
        ["Serhii"],
        ["Serhii"],
    ]


def test_a_name_with_what_he_is_comes_before_the_noun_that_tells_it() -> None:
    assert sources("Nadiia, a nurse from Izium, says soldiers [shot] her neighbour.") == [["Nadiia"]]
    assert sources('"They [attack] us every night," said Roman, a sergeant of the brigade.') == [["Roman"]]


@pytest.mark.parametrize(
    "sentence",
    [
        "The depot was [hit] twice, said on the air of the channel the head of the region Yevgeny Balitsky.",
        "The depot was [hit] twice, wrote on his page in the network Yevgeny Balitsky.",
        "The depot was [hit] twice, told to the agency TASS the head of the region Yevgeny Balitsky.",
        'Yevgeny Balitsky, head of the movement "Together with Russia", told reporters that the depot was [hit].',
        "Yevgeny Balitsky on the night in Melitopol: our air defences [hit] four drones.",
    ],
)
def test_who_speaks_is_found_behind_circumstances_and_quoted_names(sentence: str) -> None:
    assert sources(sentence) == [["Yevgeny Balitsky"]]


def test_a_nameless_source_is_not_the_body_that_he_is_in() -> None:
    told = sources("The arsenal was [hit] by drones of the SBU, a source in the agency told Ukrainska Pravda.")
    assert told == [["a source in the agency"]]


def test_whom_somebody_spoke_with_does_not_speak() -> None:
    told = sources("The army had [left] the town, the minister said in a call with Emmanuel Macron.")
    assert told == [["the minister"]]


def test_she_is_who_was_brought_in_without_a_name() -> None:
    told = sources('A tank driver sits on a crate. "We [hold] the hill," she says. Four attacks were [repelled].')
    assert told == [["A tank driver"]] * 2


def test_a_line_that_only_signs_gives_what_stands_before_it_to_who_signs() -> None:
    told = sources(
        "A shop was [hit] in Antonivka, one woman [wounded]. — Oleksandr Prokudin, head of the administration"
    )
    assert told == [["Oleksandr Prokudin"]] * 2


def test_who_tells_after_a_denial_goes_on() -> None:
    told = sources(
        "Moscow denies the losses. Dmytro Pletenchuk, a spokesman, says the ship was [hit] by five drones. "
        "Two boats were [sunk] as well."
    )
    assert told == [["Dmytro Pletenchuk"]] * 2


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The Ministry of Defence of the RF said the village had been [taken].", "Ministry of Defence of Russia"),
        ("The press service of the Security Service of Ukraine said a depot was [hit].", "Security Service of Ukraine"),
        ("The enemy has [lost] 300 soldiers, recounted Vladimir Rogov.", "Vladimir Rogov"),
        ("Vladimir Rogov warned that Kyiv might send 300,000 men to [launch] an offensive.", "Vladimir Rogov"),
    ],
)
def test_bodies_of_a_state_and_their_mouths_and_figures_before_a_verb(sentence: str, source: str) -> None:
    assert sources(sentence) == [[source]]


def test_what_is_undertaken_is_not_said() -> None:
    assert sources("Kyiv undertook an [attack] on the village.") == [[]]


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ('The enemy has [left] the forest, the channel "Rybar" writes.', "Rybar"),
        ("Figures from the General Staff show that 40 tanks were [destroyed].", "General Staff of Ukraine"),
        ("As follows from the report of the General Staff, ten attacks were [repelled].", "General Staff of Ukraine"),
        ("Prokudin's tally: three [dead], seven wounded.", "Oleksandr Prokudin"),
        ("Moscow's version is different: the ship [sank] in a storm.", "Russia"),
        ("Zelensky thanked the marines who had [taken] the village.", "Volodymyr Zelensky"),
    ],
)
def test_sources_without_a_plain_verb_of_saying(sentence: str, source: str) -> None:
    assert sources(sentence) == [[source]]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "In its evening bulletin the General Staff counted 90 clashes. The enemy [attacked] near Lyman. "
            "Four attacks were [repelled].",
            [["General Staff of Ukraine"]] * 2,
        ),
        (
            "DeepState published its map on Monday. The enemy [took] a hamlet near Lyman, the update read.",
            [["DeepState"]],
        ),
        (
            "The mayor of Kharkiv, Ihor Terekhov, described the night. A school was [hit]. Doctors said that two men "
            "had been [wounded].",
            [["Terekhov"], ["Doctors"]],
        ),
        (
            'Halyna, 61, remembers March. "They [shelled] us," she says. Her brother was [killed] at the well.',
            [["Halyna"]] * 2,
        ),
        (
            "Ninety men of the brigade were [exchanged], Zelensky said. Many of them had [held] the plant.",
            [["Zelensky"]] * 2,
        ),
        (
            "Two gunners, the officer said, were [wounded]. The town could [fall] within days.",
            [["the officer"]] * 2,
        ),
        (
            "The Russian Defence Ministry said that a bridge was [lost]. The Emirates [mediated], it added.",
            [["Ministry"]] * 2,
        ),
    ],
)
def test_what_somebody_opens_goes_on_as_his(text: str, wanted: list[list[str]]) -> None:
    found = sources(text)
    assert all(len(f) == len(w) for f, w in zip(found, wanted, strict=True)), found
    assert all(n in name for f, w in zip(found, wanted, strict=True) for name, n in zip(f, w, strict=True)), found


def test_what_was_said_on_a_day_opens_nothing() -> None:
    assert sources("The bridge was [hit], the mayor reported on Tuesday. In May the town was [retaken].")[1] == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Konashenkov said that men had [taken] Novoselivka. In reality, the garrison still [holds] the village.",
            [["Igor Konashenkov", "narrator"], []],
        ),
        (
            "Moscow claims to have [seized] the hill. That is a lie. Its soldiers were [thrown] back.",
            [["Russia", "narrator"], []],
        ),
        (
            "The General Staff said that reports of a breakthrough were lies. In reality, the enemy was [stopped].",
            [["General Staff of Ukraine"]],
        ),
        ("The general said that the offensive had [begun]. In fact, two villages were [taken].", [["The general"]] * 2),
    ],
)
def test_how_it_really_is_is_not_told_by_who_claimed_it(text: str, wanted: list[list[str]]) -> None:
    assert sources(text) == wanted


def test_what_is_told_beside_an_order_is_not_ordered() -> None:
    found = sources("Shoigu ordered his men to [leave] the city, the only one that Moscow had [taken] in the south.")
    assert found == [["Sergei Shoigu"], []]


def test_what_a_thing_is_also_called_says_nothing() -> None:
    assert sources("Russian forces [seized] the hill, also called Hill 210, on the first day.") == [[]]
