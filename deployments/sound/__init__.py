"""Sound of a film: a temporary track, a person's own recordings, and their mix.

The track is synthesised from the conte's words: oscillators and noise, seeded, the same on every
machine.
"""
