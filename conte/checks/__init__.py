"""What can be said about a conte before a second of GPU is spent: findings, never silent, never blocking."""
