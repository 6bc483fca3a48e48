"""The caption job: a manifest of videos -> a dataset of captioned clips."""
