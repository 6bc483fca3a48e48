"""Checks of a conte before it is rendered. Findings only; nothing is blocked."""
