"""The API documentation: `/openapi.json` and `/docs`, with assets served from the package and none from elsewhere.

A service passes `openapi_config(...)` to Litestar and adds `openapi_json` and `home` to its route handlers.
"""

import html
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import Components, License
from litestar.response import Redirect
from litestar.serialization import encode_json, get_serializer

ASSETS: Final = Path(__file__).parent / "assets"
SWAGGER_UI_VERSION: Final = "5.35.0"
DOCS_PATH: Final = "/docs"
OPENAPI_PATH: Final = "/openapi.json"
OPENAPI_MEDIA_TYPE: Final = "application/vnd.oai.openapi+json"

_MEDIA_TYPES: Final = {
    "swagger-ui-bundle.js": "text/javascript",
    "docs-page.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
"""Without the charset, which the framework adds to texts."""
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
)


class LocalSwaggerUI(OpenAPIRenderPlugin):
    """Swagger UI at the root of the documentation router, its script and style from `assets/`."""

    def __init__(self) -> None:
        super().__init__(path="/", favicon="")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Return the page. Addresses keep the prefix that a reverse proxy announces as the root path."""
        root = html.escape(str(request.scope.get("root_path", "")).rstrip("/"), quote=True)
        base = f"{root}{DOCS_PATH}/assets"
        title = html.escape(openapi_schema["info"]["title"])
        return f"""<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="Content-Security-Policy" content="{_POLICY}">
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="{base}/swagger-ui.css?v={SWAGGER_UI_VERSION}">
  <title>{title}</title>
</head>
<body style="margin: 0">
  <div id="swagger-ui" data-openapi="{root}{OPENAPI_PATH}"></div>
  <script src="{base}/swagger-ui-bundle.js?v={SWAGGER_UI_VERSION}"></script>
  <script src="{base}/docs-page.js?v={SWAGGER_UI_VERSION}"></script>
</body>
</html>
""".encode()

    def receive_router(self, router: Router) -> None:
        """Serve the assets beside the page."""
        router.register(_asset)


@get("/assets/{name:str}", include_in_schema=False, sync_to_thread=True)
def _asset(name: str) -> Response[bytes]:
    """One of the three files that the page needs; anything else is 404, so no path can lead out of the folder."""
    if name not in _MEDIA_TYPES:
        raise NotFoundException(detail=f"no such asset: {name}")
    return Response(
        (ASSETS / name).read_bytes(),
        media_type=_MEDIA_TYPES[name],
        headers={"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"},
    )


@get("/", include_in_schema=False, sync_to_thread=False)
def home(request: Request[Any, Any, Any]) -> Redirect:
    """Lead who opens the bare address to the documentation."""
    return Redirect(str(request.scope.get("root_path", "")).rstrip("/") + DOCS_PATH)


@get(OPENAPI_PATH, include_in_schema=False, sync_to_thread=False)
def openapi_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The OpenAPI 3.1 document of the running service."""
    document = request.app.openapi_schema.to_schema()
    return Response(
        encode_json(document, serializer=get_serializer(request.route_handler.resolve_type_encoders())),
        media_type=OPENAPI_MEDIA_TYPE,
    )


def openapi_config(
    *, title: str, version: str, description: str, components: Components | None = None, **more: Any
) -> OpenAPIConfig:
    """The configuration of a service's OpenAPI document, shown at `/docs`.

    `more` goes to Litestar's OpenAPIConfig as it is (`tags`, `security`, `servers`, …).
    """
    return OpenAPIConfig(
        title=title,
        version=version,
        description=description,
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        components=components or Components(),
        path=DOCS_PATH,
        render_plugins=[LocalSwaggerUI()],
        **more,
    )
