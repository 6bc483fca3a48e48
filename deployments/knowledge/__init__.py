"""Knowledge of the trade as editable files: product types and claims rules."""
