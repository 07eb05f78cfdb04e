"""The documentation page and its assets come from the service alone."""

import re

import pytest
from litestar import Litestar, get
from litestar.testing import TestClient

from services.runtime.web.docs import ASSETS, home, openapi_config, openapi_json


@get("/thing", sync_to_thread=False)
def thing() -> dict[str, str]:
    return {"a": "b"}


@pytest.fixture
def client() -> TestClient[Litestar]:
    config = openapi_config(title="Title <of> it", version="1.2.3", description="What it is.")
    return TestClient(Litestar([thing, home, openapi_json], openapi_config=config))


def test_the_page_names_nothing_outside_of_the_service(client: TestClient[Litestar]) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    addresses = re.findall(r'(?:src|href|data-openapi)="([^"]*)"', page.text)
    assert len(addresses) == 5
    assert all(address == "data:," or address.startswith("/") for address in addresses)


def test_every_address_on_the_page_is_served(client: TestClient[Litestar]) -> None:
    page = client.get("/docs")
    for address in re.findall(r'(?:src|href|data-openapi)="(/[^"]*)"', page.text):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert len(answer.content) > 200
        assert answer.headers["content-type"].count("charset") <= 1


def test_the_bare_address_leads_to_the_page_behind_a_proxy_too(client: TestClient[Litestar]) -> None:
    assert client.get("/").url.path == "/docs"
    proxied = TestClient(client.app, root_path="/record")
    assert proxied.get("/", follow_redirects=False).headers["location"] == "/record/docs"


def test_the_title_is_escaped(client: TestClient[Litestar]) -> None:
    assert "<title>Title &lt;of&gt; it</title>" in client.get("/docs").text


def test_the_document_is_openapi_31_and_leaves_the_documentation_out(client: TestClient[Litestar]) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["info"]["version"] == "1.2.3"
    assert list(document["paths"]) == ["/thing"]


@pytest.mark.parametrize("name", ["README.md", "..%2Fdocs.py", "%2e%2e%2fdocs.py", "swagger-ui.css.map"])
def test_no_other_file_is_served(client: TestClient[Litestar], name: str) -> None:
    assert client.get(f"/docs/assets/{name}").status_code == 404


def test_the_licences_of_the_assets_are_beside_them() -> None:
    assert "Apache License" in (ASSETS / "swagger-ui.LICENSE.txt").read_text()
    assert "SmartBear" in (ASSETS / "swagger-ui.NOTICE.txt").read_text()
