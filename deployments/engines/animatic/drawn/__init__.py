"""Flat drawings of objects, from a packed set, in the animatic's ink, palette and light."""
