"""What the trade knows, as files that people edit: product types, and the rules of claims."""
