"""The TTV model: a dataset of captioned clips -> an adapter (or whole weights) that is served.

clips -> samples (a shape each) -> latents and embeddings, once -> batches of one shape -> training
-> an adapter that `deployments/engines/diffusion` loads
"""
