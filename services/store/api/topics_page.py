"""`/asyncapi.yaml`: the description of the topics, for subscribers, beside that of this API."""

from functools import cache
from typing import Final

import msgspec
from litestar import Response, get

from services.contracts import asyncapi
from services.runtime.build import build

MEDIA_TYPE: Final = "application/vnd.aai.asyncapi+yaml"


@cache
def _page() -> bytes:
    return msgspec.yaml.encode(asyncapi.document(build()))


@get("/asyncapi.yaml", include_in_schema=False, sync_to_thread=False)
def asyncapi_yaml() -> Response[bytes]:
    """The AsyncAPI 3 document of every topic."""
    return Response(_page(), media_type=MEDIA_TYPE)
