"""The crew, one file a deployment. Plain classes: they know engines and the vault, not Ray."""
