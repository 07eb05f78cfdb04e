"""Sources: the persons, offices and outlets that claims are by, and what came of their claims.

`key` says what a source is filed under; `keep` counts, in the projector's transaction, what the incidents' statements
say of each.
"""
