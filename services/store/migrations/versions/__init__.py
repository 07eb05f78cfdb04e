"""One file per step, in order of its number; a released step is never edited."""
