"""The units of the first level (oblasts, krais, republics, regions) in which the gazetteer knows places: what an
article's place can have as `admin1`. Who asks for another name asks for nothing, and is to be told so.
"""

from difflib import get_close_matches
from typing import Final

UNITS: Final[dict[str, tuple[str, ...]]] = {
    "UA": (
        "Cherkasy Oblast",
        "Chernihiv Oblast",
        "Chernivtsi Oblast",
        "Crimea",
        "Dnipropetrovsk Oblast",
        "Donetsk Oblast",
        "Ivano-Frankivsk Oblast",
        "Kharkiv Oblast",
        "Kherson Oblast",
        "Khmelnytskyi Oblast",
        "Kirovohrad Oblast",
        "Kyiv",
        "Kyiv Oblast",
        "Luhansk Oblast",
        "Lviv Oblast",
        "Mykolaiv Oblast",
        "Odesa Oblast",
        "Poltava Oblast",
        "Rivne Oblast",
        "Sumy Oblast",
        "Ternopil Oblast",
        "Vinnytsia Oblast",
        "Volyn Oblast",
        "Zakarpattia Oblast",
        "Zaporizhzhia Oblast",
        "Zhytomyr Oblast",
    ),
    "BY": (
        "Brest Region",
        "Gomel Region",
        "Minsk Region",
        "Mogilev Region",
    ),
    "RU": (
        "Adygea",
        "Amur Oblast",
        "Arkhangelsk Oblast",
        "Astrakhan Oblast",
        "Bashkortostan",
        "Belgorod Oblast",
        "Bryansk Oblast",
        "Buryatia",
        "Chechnya",
        "Chelyabinsk Oblast",
        "Chuvashia",
        "Dagestan",
        "Irkutsk Oblast",
        "Ivanovo Oblast",
        "Kaliningrad Oblast",
        "Kalmykia",
        "Kaluga Oblast",
        "Karelia",
        "Khabarovsk Krai",
        "Kirov Oblast",
        "Komi",
        "Kostroma Oblast",
        "Krasnodar Krai",
        "Kursk Oblast",
        "Leningrad Oblast",
        "Lipetsk Oblast",
        "Mordovia",
        "Moscow",
        "Moscow Oblast",
        "Murmansk Oblast",
        "Nizhny Novgorod Oblast",
        "North Ossetia",
        "Novgorod Oblast",
        "Orenburg Oblast",
        "Oryol Oblast",
        "Penza Oblast",
        "Perm Krai",
        "Primorsky Krai",
        "Pskov Oblast",
        "Rostov Oblast",
        "Ryazan Oblast",
        "Saint Petersburg",
        "Sakha",
        "Samara Oblast",
        "Saratov Oblast",
        "Smolensk Oblast",
        "Stavropol Krai",
        "Sverdlovsk Oblast",
        "Tambov Oblast",
        "Tatarstan",
        "Tula Oblast",
        "Tver Oblast",
        "Tyumen Oblast",
        "Udmurtia",
        "Ulyanovsk Oblast",
        "Vladimir Oblast",
        "Volgograd Oblast",
        "Vologda Oblast",
        "Voronezh Oblast",
        "Yaroslavl Oblast",
    ),
}
"""By the ISO 3166 alpha-2 code of the country."""
_NAMES: Final = {name.lower(): name for names in UNITS.values() for name in names}
_CLASSES: Final = (" oblast", " krai", " region")


def unit(name: str) -> str | None:
    """Return the unit that the filter `oblast` finds by `name`, with or without the word oblast; None for no unit."""
    folded = name.strip().lower()
    return _NAMES.get(folded) or _NAMES.get(f"{folded} oblast")


def similar(name: str) -> list[str]:
    """Return up to three units whose names are most like `name`, the likest first."""
    bare = {key.removesuffix(word): found for word in ("", *_CLASSES) for key, found in _NAMES.items()}
    return list(dict.fromkeys(bare[key] for key in get_close_matches(name.strip().lower(), bare, 5, 0.7)))[:3]
