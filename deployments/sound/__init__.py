"""What a film is heard with: a temporary track, recordings of a person's own, and their mix.

The track is synthesised from what the conte says: oscillators and noise, seeded, the same on every
machine.
"""
