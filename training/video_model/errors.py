"""Why a job stops: each message says what was found and what is wanted."""


class TrainingStopped(Exception):
    """The job cannot continue: the same command would stop again. Finished work is kept."""


class OtherRun(TrainingStopped):
    """The folder holds what another base model, dataset or settings made."""


class UnfitClip(Exception):
    """A clip that no sample can be made of, with the reason."""
