"""The products job: tables published by authorities -> a new version of the product types."""
