"""From product types to a small model that is better than untrained, by the jobs of `training/`."""
