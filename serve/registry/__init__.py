"""Models and prompts: what was made, of what, how well it does, and which of them serves."""
