"""The real models and the embedded defaults, each behind a small Protocol."""
