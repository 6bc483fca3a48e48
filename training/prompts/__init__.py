"""Optimises prompts by reflection (GEPA, arXiv 2507.19457) on measured rewards."""
