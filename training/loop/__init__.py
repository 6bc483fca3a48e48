"""Runs the jobs of `training/` in a closed loop: from product types to a small trained model."""
