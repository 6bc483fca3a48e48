"""The products job: tables that authorities publish -> a new version of the product types."""
