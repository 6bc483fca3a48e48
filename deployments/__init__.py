"""The crew, one file a deployment. Plain classes that know engines and the vault, not Ray."""
