"""The language: what a brief, conte, cut, clip, film and version are, and every rule about them.

Pure and frozen: no I/O, no Ray, no clock, no torch. Pydantic and the standard library only.
"""
