"""The schedule and the corpus come from the seed alone."""

import pytest

from tests.chaos.corpus import jobs, poison
from tests.chaos.schedule import EVERYWHERE, OF_THE_BROKER, plan


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("short", [True, False])
def test_the_same_seed_plans_the_same_faults_in_their_time(seed: int, short: bool) -> None:
    planned = plan(seed, 1200, broker=True, short=short)
    assert planned == plan(seed, 1200, broker=True, short=short)
    assert [one.at for one in planned] == sorted(one.at for one in planned)
    assert planned[0].at > 0
    assert planned[-1].at < 1200
    faults = [one.fault for one in planned]
    assert faults.index("extract workers join") < faults.index("extract workers leave")


def test_a_long_schedule_leaves_no_fault_out() -> None:
    assert {one.fault for one in plan(1, 1200, broker=True, short=False)} == {*EVERYWHERE, *OF_THE_BROKER}
    assert {one.fault for one in plan(1, 1200, broker=False, short=False)} == set(EVERYWHERE)


def test_the_same_seed_sends_the_same_articles() -> None:
    sent = jobs(3, 500)
    assert sent == jobs(3, 500)
    assert len({job.versions[0]["text"] for job in sent}) == 500
    assert any(len(job.versions) == 3 for job in sent)
    assert any(job.deliveries == 5 for job in sent)
    assert any(job.signed for job in sent)


def test_every_batch_of_poison_has_keys_of_its_own_but_for_the_one_without_an_id() -> None:
    keys = [{one.key for one in poison(1, batch)} - {b"no-uuid"} for batch in (1, 2)]
    assert not keys[0] & keys[1]
