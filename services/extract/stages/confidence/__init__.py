"""Confidence: how likely an event is right in type and place, learnt from the annotated passages. Part of assembly.

`features` says what can be seen of a candidate event, `model` weighs it. The weights are trained by
`python -m tests.quality.train_confidence`; docs/extraction/confidence.md has the figures.
"""

from services.extract.stages.confidence.candidate import Candidate, Features, Surroundings
from services.extract.stages.confidence.features import features
from services.extract.stages.confidence.model import Judgement, Model, judge, model

__all__ = ["Candidate", "Features", "Judgement", "Model", "Surroundings", "features", "judge", "model"]
