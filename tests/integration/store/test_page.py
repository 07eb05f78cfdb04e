"""The analyst's page: served with its policy, and asking nothing that the API does not have."""

import json
import re
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from litestar.testing import TestClient

from services.contracts.taxonomy import EVENT_TYPES, MODALITIES
from services.store.api.page import FILES, POLICY
from tests.integration.store.conftest import served
from tests.integration.store.test_api import DISPUTED, seed
from tests.support.postgres import PostgresServer
from tests.support.programs import needed

MODULES = {file.name: file.read_text() for file in sorted(FILES.glob("*.js"))}
SCRIPT = "\n".join(MODULES.values())
EXPORTED = ("events", "incidents", "standings")
FORMS = ("csv", "geojson", "ndjson")


@pytest.fixture(scope="module")
def shared(postgres_session: PostgresServer) -> Iterator[TestClient[Any]]:
    with served(postgres_session, seed) as client:
        yield client


class Markup(HTMLParser):
    """What a page has of elements, attributes, and scripts or styles that stand in the page itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[str] = []
        self._within: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._within = tag

    def handle_data(self, data: str) -> None:
        if self._within in ("script", "style") and data.strip():
            self.inline.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._within = None


def table(name: str) -> dict[str, Any]:
    """A table of the script's, which is written as JSON."""
    found = re.search(rf"^export const {name} = (\{{.*?^\}});", SCRIPT, re.DOTALL | re.MULTILINE)
    assert found, name
    read: dict[str, Any] = json.loads(found[1])
    return read


def test_the_bare_address_is_a_page_under_a_strict_policy(shared: TestClient[Any]) -> None:
    answer = shared.get("/", follow_redirects=False)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert policy == POLICY
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("name", "media_type"), [*((name, "text/javascript") for name in MODULES), ("page.css", "text/css")]
)
def test_its_files_are_served_with_their_types(shared: TestClient[Any], name: str, media_type: str) -> None:
    answer = shared.get(f"/page/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content == (FILES / name).read_bytes()


@pytest.mark.parametrize("path", ["/", "/page/page.js", "/page/page.css"])
def test_what_a_browser_has_is_not_sent_again(shared: TestClient[Any], path: str) -> None:
    first = shared.get(path)
    assert first.headers["cache-control"] == "no-cache"
    again = shared.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert shared.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200


@pytest.mark.parametrize("name", ["index.html", "..%2Fapi%2Fapp.py", "%2e%2e%2ftables.py", "page.py"])
def test_no_other_file_is_served(shared: TestClient[Any], name: str) -> None:
    assert shared.get(f"/page/{name}").status_code == 404


def test_every_address_on_the_page_is_served_from_here(shared: TestClient[Any]) -> None:
    page = Markup(shared.get("/").text)
    assert not page.inline
    assert not [name for _, given in page.elements for name in given if name.startswith("on") or name == "style"]
    addresses = {value for _, given in page.elements for name in ("src", "href") if (value := given.get(name))}
    outside = {address for address in addresses if "://" in address or address.startswith("//")}
    assert not outside
    served = {address for address in addresses if not address.startswith(("#", "data:", "/"))}
    assert {"page/page.js", "page/page.css", "docs", "dictionary"} <= served
    assert {address: shared.get(f"/{address}").status_code for address in served} == dict.fromkeys(served, 200)


def test_every_module_is_asked_for_at_once(shared: TestClient[Any]) -> None:
    """Else the browser would find each one only after it has read the one that names it."""
    elements = Markup(shared.get("/").text).elements
    asked = [given["href"] for tag, given in elements if tag == "link" and given.get("rel") == "modulepreload"]
    assert sorted([*asked, "page/page.js"], key=str) == [f"page/{name}" for name in MODULES]


def test_the_modules_name_each_other_by_relative_addresses_alone() -> None:
    named = {name for text in MODULES.values() for name in re.findall(r'^(?:import|}).* from "(.*)";$', text, re.M)}
    assert named == {f"./{name}" for name in MODULES} - {"./page.js"}


def test_every_field_has_a_label_and_every_region_a_landmark(shared: TestClient[Any]) -> None:
    elements = Markup(shared.get("/").text).elements
    assert {"header", "nav", "main", "search", "footer"} <= {tag for tag, _ in elements}
    labelled = {given.get("for") for tag, given in elements if tag == "label"}
    assert {given.get("id") for tag, given in elements if tag == "input"} <= labelled
    assert ("html", {"lang": "en"}) in elements


def test_behind_a_proxy_the_page_keeps_its_prefix(shared: TestClient[Any]) -> None:
    proxied = TestClient(shared.app, root_path='/re"cord/')
    assert '<base href="/re&quot;cord/">' in proxied.get("/").text


def test_every_address_that_the_page_asks_is_the_apis_with_its_parameters(shared: TestClient[Any]) -> None:
    paths = shared.get("/openapi.json").json()["paths"]
    for name, asked in table("ADDRESSES").items():
        assert asked["path"] in paths, name
        described = paths[asked["path"]]["get"].get("parameters", [])
        assert set(asked["parameters"]) <= {one["name"] for one in described if one["in"] == "query"}, name


def test_the_page_asks_through_that_table_alone() -> None:
    assert SCRIPT.count("fetch(") == 1
    assert "fetch(address(name, values, query)" in SCRIPT
    table_names = set(table("ADDRESSES"))
    asked = set(re.findall(r'\b(?:ask|address)\("(\w+)"', SCRIPT))
    assert asked <= table_names
    assert {"places", "control", "standings", "article"} <= asked


def test_the_lists_can_be_had_as_files(shared: TestClient[Any]) -> None:
    asked = table("ADDRESSES")
    for name, form in [
        *((name, form) for name in EXPORTED for form in FORMS),
        ("sources", "csv"),
        ("sources", "ndjson"),
    ]:
        assert shared.get(f"{asked[name]['path']}.{form}").status_code == 200
    assert shared.get("/places/geonames:703822/control.csv").status_code == 200


def test_the_choices_are_the_vocabularies(shared: TestClient[Any]) -> None:
    choices = table("CHOICES")
    assert tuple(choices["type"]) == EVENT_TYPES
    assert tuple(choices["modality"]) == MODALITIES
    for name, path in (("agreement", "/incidents"), ("standing", "/control"), ("kind", "/sources")):
        answers = {value: shared.get(path, params={name: value}).status_code for value in choices[name]}
        assert set(answers.values()) == {200}, answers


def test_texts_are_put_in_as_text_alone() -> None:
    for means in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "srcdoc"):
        assert means not in SCRIPT


def test_the_script_names_nothing_outside_of_the_service() -> None:
    code = re.sub(r"(?m)(^|\s)//.*$", "", SCRIPT)
    assert re.findall(r"""["'`][^"'`\s]*//[^"'`\s]*""", code) == ['"http://www.w3.org/2000/svg']


def test_the_answers_have_what_the_page_reads(shared: TestClient[Any]) -> None:
    sheet = shared.get("/places/Kupiansk/control", params={"at": "2024-09-11"}).json()
    assert {"place", "now", "at", "standing", "views", "timeline", "history", "earlier", "next"} <= set(sheet)
    entry = next(e for e in sheet["timeline"] if e["event"]["event_id"] == str(DISPUTED.event_id))
    assert {"day", "event", "asserted_by", "denied_by", "counts", "after"} <= set(entry)
    assert entry["event"]["mentions"][0]["sentence"]
    sources = shared.get("/sources").json()["items"]
    counts = {"claim_count", "report_count", "incident_count", "confirmed", "denied"}
    assert {"source_id", "name", "side", *counts} <= set(sources[0])
    source = shared.get(f"/sources/{quote(sources[0]['source_id'], safe='')}").json()
    assert {"asserted", "denying", "kind", "outlet", "first_day", "last_day", "next", *counts} <= set(source)
    assert {"says", "confirmed", "denied", "incident"} <= set(source["said"][0])


CHECKS = """
const equal = (found, wanted) => {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${a} is not ${b}`);
};
const pure = ["addresses", "ask", "plane", "spans", "words"];
const page = Object.assign({}, ...await Promise.all(pure.map((name) => import(`./${name}.js`))));
// What the modules take of each other is found before the first of them runs; this one then wants a document.
await import("./page.js").then(() => { throw new Error("ran"); }, (error) => equal(error.name, "ReferenceError"));
const shown = (hash) => { const {view, id, query} = page.route(hash); return [view, id, query.toString()]; };
equal(shown(""), ["incidents", "", ""]);
equal(shown("#/place/geonames%3A1?at=2022-01-01"), ["place", "geonames:1", "at=2022-01-01"]);
equal(shown(page.fragment("place", "name:a/b?c", [["at", "x&y"]])), ["place", "name:a/b?c", "at=x%26y"]);
equal(shown("#/place/100%"), ["place", "100%", ""]);
equal(page.address("control", {place_id: "name:a/../b"}, [["at", "2022-01-01"]]),
  "places/name%3Aa%2F..%2Fb/control?at=2022-01-01");
equal(page.address("events", {}, [["type", "strike"], ["type", "clash"]], "csv"), "events.csv?type=strike&type=clash");
equal(page.queryOf("/prefix/events?text=a%3Fb&cursor=c").get("text"), "a?b");
equal(page.pieces("a😀bcd", [[3, 9], [1, 2], [1, 2]]), [["a", false], ["😀", true], ["b", false], ["cd", true]]);
equal(page.pieces("<b>", []), [["<b>", false]]);
equal(page.outside("javascript:alert(1)"), null);
equal(page.outside("data:text/html,x"), null);
equal(page.outside("no address"), null);
equal(page.outside("https://example.org/a").host, "example.org");
equal(page.days(null, "2024-01-01"), "by 2024-01-01");
equal(page.days("2024-01-01", "2024-01-01"), "2024-01-01");
equal(page.when({when: null, published_at: "2024-01-02T03:04:05Z"}), "undated, reported 2024-01-02");
equal(page.standingWords({standing: "unknown", claimed_by: [], share: null}), "nothing on record says who holds it");
equal(page.standingWords({standing: "RUS", claimed_by: ["RUS"], share: 0.7}), "said to be held by Russia, 70 % of it");
equal(page.standingWords({standing: "contested", claimed_by: ["UKR"], disputed_by: ["RUS"], share: null}),
  "Ukraine is said to hold it or a part of it; disputed by Russia");
equal([null, undefined, false, "", [], "a", ["a"], {}, 0].map(page.present),
  [false, false, false, false, false, true, true, true, true]);
equal(page.spoken({says: "asserts", confirmed: true, denied: true}),
  "it says so; another says the same; another says the contrary");
equal(page.spoken({says: "undecided", confirmed: false, denied: false}), "it leaves that open");
equal(page.called("article"), "the article itself");
equal(page.figure({what: "killed", low: 50, high: null, unit: null, per: null}), "killed: at least 50");
equal(page.bySince([{name: "a", since: null}, {name: "b", since: "2022-01-01"}, {name: "c", since: "2024-01-01"}])
  .map((one) => one.name), ["c", "b", "a"]);
const at = (name, latitude, longitude, kind = "settlement") => ({name, latitude, longitude, kind});
equal(page.plane([at("o", 48, 37, "oblast"), at("n", null, null)], 800), null);
const {height, unit, dots} = page.plane([at("w", 48, 37), at("e", 48, 39), at("n", 49, 38)], 800);
const [west, east, north] = dots;
equal([west.x < north.x, north.x < east.x, north.y < west.y, west.y === east.y], [true, true, true, true]);
equal(dots.every(({x, y}) => x > 0 && x < 800 && y > 0 && y < height), true);
equal(Math.round((west.y - north.y) / unit), 111);
equal(page.scaleOf(unit, 800) * unit <= 160, true);
const dot = (name, x, y) => ({place: {name}, x, y});
equal(page.labels([dot("ab", 50, 50), dot("cd", 70, 50), dot("ef", 58, 52)], 100), [
  {x: 40, y: 50 + 16 / 3, anchor: "end"}, {x: 80, y: 50 + 16 / 3, anchor: "start"}, null]);
equal(page.labels([dot("at edge", 95, 10)], 100).map(({anchor}) => anchor), ["end"]);
equal(page.problemOf(502, null), {title: "The API answered 502", detail: "", status: 502, passing: true});
equal(page.problemOf(404, {title: "None", detail: "d"}), {title: "None", detail: "d", status: 404, passing: false});
"""


def test_the_pages_functions(tmp_path: Path) -> None:
    for name, text in MODULES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "checks.js").write_text(CHECKS)
    ran = subprocess.run([needed("node"), str(tmp_path / "checks.js")], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
