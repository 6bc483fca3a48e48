"""Pictures as exports: the panels of a version and its poster, each with its own credential."""
