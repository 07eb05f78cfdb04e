"""A process for the extractor's pool that does what the article tells it to; see `services.extract.worker.child`."""

import json
import os
import signal
import sys
import time
from pathlib import Path


def main() -> None:
    answer(b"r", b"")
    while head := sys.stdin.buffer.read(4):
        request = sys.stdin.buffer.read(int.from_bytes(head, "big"))
        what, _, argument = json.loads(request)["text"].partition(" ")
        if what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "die-once":
            marker = Path(argument)
            if not marker.exists():
                marker.touch()
                os._exit(3)
        if what == "hang":
            time.sleep(600)
        if what == "sleep":
            time.sleep(float(argument))
        if what == "fail":
            answer(b"!", b"ValueError: told to")
            continue
        answer(b"=", json.dumps({"pid": os.getpid(), "said": argument}).encode())


def answer(kind: bytes, body: bytes) -> None:
    sys.stdout.buffer.write((len(body) + 1).to_bytes(4, "big") + kind + body)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
