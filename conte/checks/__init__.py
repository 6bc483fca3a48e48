"""What can be said about a conte before a second of GPU is spent. Findings; nothing is blocked."""
