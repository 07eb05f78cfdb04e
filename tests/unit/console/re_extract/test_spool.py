"""What was coded is found again by a later process; what was cut off is coded anew."""

from pathlib import Path

from services.console.re_extract.spool import Coded, Spool


def coded(offset: int) -> Coded:
    return Coded(1, offset, b"key", (("traceparent", b"00"),), b"{}" * 100, None)


def test_a_later_process_finds_what_was_coded(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for offset in range(3):
        spool.add(coded(offset))
    spool.close()
    again = Spool(tmp_path)
    assert len(again) == 3
    assert again.get((1, 2)) == coded(2)
    assert (1, 3) not in again


def test_what_was_cut_off_is_dropped_and_the_rest_is_there(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for offset in range(3):
        spool.add(coded(offset))
    spool.close()
    path = tmp_path / "coded"
    for cut in (1, 150):
        data = path.read_bytes()
        path.write_bytes(data[:-cut])
        again = Spool(tmp_path)
        assert len(again) == 2
        again.add(coded(2))
        assert again.get((1, 2)) == coded(2)
        assert again.get((1, 0)) == coded(0)
        again.close()
