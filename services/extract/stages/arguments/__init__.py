"""Arguments: who, to whom, where, when, how many and with what. After triggers, before modality."""

from services.extract.stages.arguments.stage import arguments

__all__ = ["arguments"]
