"""Ranking: whether an event is where the rules put it, or rather at another place that the text offers. Part of
arguments, after the rules have chosen.

`survey` says what the article is about, `options` gathers the places that an event can have, `features` what can be
seen of each, `model` weighs them and leaves the rules' choice where it is not clearly beaten. The weights are learnt
from annotated texts by `python -m tests.quality.train_place`; docs/extraction/places.md has the figures.
"""

from services.extract.stages.arguments.ranking.model import Model, model
from services.extract.stages.arguments.ranking.ranker import Ranker, Watch

__all__ = ["Model", "Ranker", "Watch", "model"]
