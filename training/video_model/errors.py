"""Reasons why a job stops; each message says what was found and what is wanted."""


class TrainingStopped(Exception):
    """The job cannot continue, and the same command would stop again. Finished work is kept."""


class OtherRun(TrainingStopped):
    """The folder's content was made with another base model, dataset or settings."""


class UnfitClip(Exception):
    """No sample can be made from the clip; the message says why."""
