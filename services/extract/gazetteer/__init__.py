"""The gazetteer: the places that reports of this war name, with every spelling they are named by.

`build` makes the shipped data file at development time, `load` reads it. Place data come from GeoNames
(geonames.org, CC BY 4.0), changed, and from the curated tables in `curated/`. `data/cities.tsv` has the settlements
that are cities by law.
"""

from services.extract.gazetteer.load import Candidate, Gazetteer, Match, Word, cities, gazetteer, words_of
from services.extract.gazetteer.model import Entry

__all__ = ["Candidate", "Entry", "Gazetteer", "Match", "Word", "cities", "gazetteer", "words_of"]
