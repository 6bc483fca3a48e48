"""Flat drawings of things, from a packed set, in the animatic's ink, palette and light."""
