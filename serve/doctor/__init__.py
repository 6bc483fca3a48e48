"""Checks of `sian doctor`, one file per part. Each check returns lines and changes nothing."""
