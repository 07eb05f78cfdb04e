"""The kept counts are those of the tables, whatever is replaced, withdrawn or sent again; a migration fills them, and
what incidents are found by."""

import asyncio

from services.store.migrate import migrate
from tests.integration.store.conftest import Store, back_to
from tests.support import extractions as make

COUNTED = """
select 'article' as name, '' as part, count(*) from article
union all select 'event', '', count(*) from event
union all select 'claim', '', count(*) from claim
union all select 'mention', '', count(*) from mention
union all select 'extraction', extractor_version, count(*) from extraction group by extractor_version
order by 1, 2
"""
KEPT = "select name, part, count from tally where count > 0 or part = '' order by 1, 2"


async def test_counts_follow_what_is_replaced_withdrawn_and_sent_again(store: Store) -> None:
    several = (make.claim(make.MOSCOW), make.claim(make.GENERAL_STAFF, "denies"))
    await store.project(make.article(1), make.article(2), make.extraction(1, make.event(1, claims=several)))
    assert await store.rows(KEPT) == await store.rows(COUNTED)
    for changed in (
        make.article(1, "Another text."),
        make.extraction(1, make.event(1), make.event(1, "strike"), extractor=make.V2),
        make.extraction(2, make.event(2), extractor=make.V2),
        make.extraction(2, make.event(2), extractor=make.V2),
        make.withdrawn(1),
    ):
        await store.project(changed)
        assert await store.rows(KEPT) == await store.rows(COUNTED)
    assert await store.one("select count from tally where name = 'extraction' and part = '2'") == 1


async def test_a_migration_makes_of_older_rows_what_the_projector_makes(store: Store) -> None:
    denial = make.claim(make.GENERAL_STAFF, "denies")
    await store.project(
        make.extraction(1, make.event(1), make.event(1, "strike", claims=(make.claim(make.NARRATOR),)), text="One."),
        make.extraction(2, make.event(2, claims=(denial, make.claim(make.OBSERVERS))), text="Two.", publisher="Second"),
        make.extraction(3, make.event(3, actor=None, modality="possible", place=None), text="Three."),
    )
    # What tellings have had since then stays away from older ones until a rebuild.
    without_last = "update telling set traits = regexp_replace(traits, ',\\[[^][]*\\]\\]$', ']')"
    await store.execute(without_last)
    made = await store.contents()
    assert any(row[-1] for row in made["incident"])
    # The column that traits had not yet.
    await store.execute(without_last)
    await asyncio.to_thread(back_to, store.address, "0006")
    await asyncio.to_thread(migrate, store.address, say=lambda _: None)
    found = await store.contents()
    assert found == made
