"""`python -m serve` is `sian`."""

from serve.cli import main

main()
