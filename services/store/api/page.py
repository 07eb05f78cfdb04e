"""The analyst's page at `/`: files of the package, served as they are; all that it shows it asks of this API.

Texts of events are written by anybody. The page puts them in as text alone, and its policy lets nothing run that is not
one of its own files.
"""

import html
from functools import cache
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from services.store.api.entity_tags import known, tag

FILES: Final = Path(__file__).parent.parent / "page"
POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)
_MEDIA_TYPES: Final = {".js": "text/javascript", ".css": "text/css"}
"""Without the charset, which the framework adds to texts."""
SERVED: Final = {file.name: _MEDIA_TYPES[file.suffix] for file in FILES.iterdir() if file.suffix in _MEDIA_TYPES}
"""The page's modules and its style, with their media types."""
_ROOT: Final = '<base href="/">'


@get("/", include_in_schema=False, sync_to_thread=False)
def page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The page. Its addresses keep the prefix that a reverse proxy announces as the root path."""
    root = html.escape(str(request.scope.get("root_path", "")).rstrip("/"), quote=True)
    content = _read("index.html").replace(_ROOT.encode(), f'<base href="{root}/">'.encode())
    return _respond(
        request,
        content,
        "text/html",
        {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY"},
    )


@get("/page/{name:str}", include_in_schema=False, sync_to_thread=False)
def page_file(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
    """A module of the page's or its style; anything else is 404, so no path can lead out of the folder."""
    if name not in SERVED:
        raise NotFoundException(detail=f"no such file: {name}")
    return _respond(request, _read(name), SERVED[name], {})


@cache
def _read(name: str) -> bytes:
    return (FILES / name).read_bytes()


def _respond(request: Request[Any, Any, Any], content: bytes, media_type: str, more: dict[str, str]) -> Response[bytes]:
    """The content, or a 304 where the browser has it. It is asked for each time: an upgrade shows at once."""
    current = tag(content.decode())
    headers = {"ETag": current, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"} | more
    if known(request.headers.get("if-none-match", ""), current):
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    return Response(content, headers=headers, media_type=media_type)
