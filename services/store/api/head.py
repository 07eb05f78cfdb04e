"""HEAD (RFC 9110, section 9.3.2): what GET would answer, without the body. Stands between the server and the routes.

Programs that open a list by its address ask so first how large it is, and of what type.
"""

import asyncio
from typing import Any, cast

from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send


def answers_head(app: ASGIApp) -> ASGIApp:
    """Return `app`, which answers HEAD as GET. A list or a stream that has begun is ended: nobody reads its rows."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if cast("HTTPScope", scope).get("method") != "HEAD":  # a lifespan has none
            await app(scope, receive, send)
            return
        begun = asyncio.Event()
        asked = False

        async def told() -> Any:
            nonlocal asked
            if not asked:
                asked = True
                return await receive()
            await begun.wait()
            return {"type": "http.disconnect"}

        async def bare(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
            elif not begun.is_set():
                begun.set()
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        got = cast("HTTPScope", scope.copy())
        got["method"] = "GET"
        await app(got, told, bare)

    return answer
