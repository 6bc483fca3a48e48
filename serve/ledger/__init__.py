"""The records: every production, its events, its versions, clips and films."""
