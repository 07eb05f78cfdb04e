"""Who holds a place: a pure fold from the claims of its events to a standing. `standing` has the rules."""
