"""The conte model: checked scripts -> a language model that writes contes, as vLLM serves it."""
