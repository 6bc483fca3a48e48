"""The data team's jobs on the cluster that serves: products, videos, captions."""
