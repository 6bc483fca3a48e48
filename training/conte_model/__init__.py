"""The conte model: checked scripts -> a language model that writes contes, in vLLM's format."""
