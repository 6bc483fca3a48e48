"""Models and prompts: their origin, their scores, and which of them serves."""
