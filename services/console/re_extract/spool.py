"""What a re-extraction has found so far, in a file: an interrupted one goes on from there and reads nothing twice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

LENGTH_BYTES: Final = 8


class Coded(msgspec.Struct, frozen=True):
    """One article as the present extractor reads it. Exactly one of `extraction` (JSON) and `error` is set."""

    partition: int
    offset: int
    key: bytes
    headers: tuple[tuple[str, bytes], ...]
    extraction: bytes | None
    error: str | None


class Blobs:
    """Byte strings in a file, found again by where they begin. What was cut off by the end of a process is dropped."""

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._file = path.open("r+b")
        if fresh:
            self._file.truncate(0)
        self._end = 0
        for start, blob in self.all():
            self._end = start + LENGTH_BYTES + len(blob)
        self._file.truncate(self._end)

    def add(self, blob: bytes) -> int:
        """Append, and return where it begins."""
        start = self._end
        self._file.seek(start)
        self._file.write(len(blob).to_bytes(LENGTH_BYTES, "big") + blob)
        self._end += LENGTH_BYTES + len(blob)
        return start

    def get(self, start: int) -> bytes:
        """Return the blob that begins at `start`."""
        self._file.seek(start)
        return self._file.read(int.from_bytes(self._file.read(LENGTH_BYTES), "big"))

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def all(self) -> Iterator[tuple[int, bytes]]:
        """Yield every blob with its position, up to one that was written by half."""
        at = 0
        while True:
            self._file.seek(at)
            head = self._file.read(LENGTH_BYTES)
            size = int.from_bytes(head, "big")
            blob = self._file.read(size) if len(head) == LENGTH_BYTES else b""
            if len(head) < LENGTH_BYTES or len(blob) < size:
                return
            yield at, blob
            at += LENGTH_BYTES + size


class Spool:
    """The articles coded so far by one extractor version, by their place in the log."""

    def __init__(self, folder: Path) -> None:
        self._blobs = Blobs(folder / "coded")
        self._places: dict[tuple[int, int], int] = {}
        for start, blob in self._blobs.all():
            coded = msgspec.msgpack.decode(blob, type=Coded)
            self._places[coded.partition, coded.offset] = start

    def __contains__(self, place: tuple[int, int]) -> bool:
        return place in self._places

    def __len__(self) -> int:
        return len(self._places)

    def add(self, coded: Coded) -> None:
        """Keep `coded`; it outlives this process when this returns."""
        self._places[coded.partition, coded.offset] = self._blobs.add(msgspec.msgpack.encode(coded))
        self._blobs.flush()

    def get(self, place: tuple[int, int]) -> Coded:
        """Return what was coded of the article at (partition, offset). Raises KeyError."""
        return msgspec.msgpack.decode(self._blobs.get(self._places[place]), type=Coded)

    def close(self) -> None:
        self._blobs.close()
