"""The temporary track of a draft: a bed, effects and stings, synthesised from what the conte says.

No recording, no sample and no model: oscillators and noise, seeded, the same on every machine.
"""
