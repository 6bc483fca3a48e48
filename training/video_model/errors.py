"""Why a job stops: each message says what was found and what is wanted."""


class TrainingStopped(Exception):
    """The same command would stop again; what was made so far stands and is not lost."""


class OtherRun(TrainingStopped):
    """The folder holds what another base model, dataset or settings made."""


class UnfitClip(Exception):
    """A clip that no sample can be made of, with the reason."""
