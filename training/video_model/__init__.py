"""The video model: a dataset of captioned clips -> an adapter (or all weights) for serving.

clips -> samples (of a shape each) -> latents and embeddings, once -> batches of one shape ->
training -> an adapter that `deployments/engines/diffusion` loads
"""
