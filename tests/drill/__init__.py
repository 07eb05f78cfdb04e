"""The runbook carried out: every alert is provoked on a whole running system, seen to fire in Prometheus, and mended as
docs/runbook.md says, until it is gone. `make drill` runs it."""
