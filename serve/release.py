"""The number of this release, in `sian --version`, /openapi.json and every stored value."""

RELEASE = "0.2.0.dev0"
