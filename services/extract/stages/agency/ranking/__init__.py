"""Ranking: whether an event was done by whom the rules say, or by another side, third states too. Part of agency, last.

`survey` counts who acts in the article, `options` gathers the sides that an event can be of, `features` what can be
seen of each; the one that is clearly likelier than the rules' is taken. The weights are learnt from annotated texts by
`python -m tests.quality.train_actor`; docs/extraction/actors.md has the figures.
"""

from services.extract.stages.agency.ranking.model import model
from services.extract.stages.agency.ranking.ranker import Watch, rank

__all__ = ["Watch", "model", "rank"]
