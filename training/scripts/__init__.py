"""Scripts to learn from: product types -> checked contes, as chat samples in three splits."""
