"""One module per kind of thing that is asked for: SQL in, views out."""
