"""The ingress and the records: settings, ledger, vault, telemetry, client, CLI.

Knows no model. The bare name `serve` elsewhere always means Ray's (`from ray import serve`).
"""
