"""The crew, one file per deployment. Plain classes that know engines and the vault, not Ray."""
