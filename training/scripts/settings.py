"""Settings of the scripts job: the orders, the writer, the selection and the splits."""

from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from serve.job_settings import JobSettings
from serve.settings import Part
from training.paid_model import PaidModel
from training.scripts.archive.masking import ALL, Masked
from training.scripts.planning import LENGTHS_S, Mix
from training.scripts.selection import Rules
from training.scripts.split import HeldOut, Shares

Share = Annotated[float, Field(ge=0, le=1)]


class ScriptSettings(Part):
    scripts: int = Field(default=400, ge=3)
    """Number of scripts to order."""
    writer: Literal["composer", "model"] = "composer"
    kinds: tuple[str, ...] = ()
    """Permitted product types or KSIC industries; empty: all."""
    english: Share = 0.2
    """Share of English briefs."""
    cuts: tuple[int, int] = (4, 8)
    """Smallest and largest number of cuts."""
    lengths: tuple[float, ...] = LENGTHS_S
    """Lengths of the films, in seconds."""
    products: int = Field(default=0, ge=0)
    """Number of known products per type; 0: a new one in every brief."""
    structures: tuple[str, ...] = ()
    """Permitted structures of the composer; empty: all."""
    must_show: Share = 0.3
    """Share of the briefs with required elements (`must_show`)."""
    must_not_say: Share = 0.3
    """Share of the briefs with forbidden words (`must_not_say`)."""
    seed: int = 0
    valid: float = Field(default=0.05, ge=0, le=0.5)
    """Share of the scripts in the validation split."""
    test: float = Field(default=0.05, ge=0, le=0.5)
    """Share of the scripts in the test split."""
    held_out: HeldOut = "types"
    """Attribute whose values valid and test share with no other split."""
    duplicate: float = Field(default=0.5, ge=0.05, le=1)
    """Share of common 5-grams from which two scripts count as duplicates."""
    most: float = Field(default=2.0, ge=1)
    """Factor over the median by which an industry, structure or number of cuts may be more
    frequent.
    """
    at_once: int = Field(default=16, ge=1, le=512)
    """Number of concurrent orders at a model."""
    archive_alone: bool = False
    """True: use only scripts of the archive. Needs --archive."""
    mask: tuple[Masked, ...] = ALL
    """Kinds of personal data to mask in an archive's sheets."""
    names: tuple[str, ...] = ()
    """Further names of people to mask in an archive's sheets."""
    marks: tuple[str, ...] = ()
    """Further marks of clients to mask in an archive's sheets."""
    model: PaidModel = PaidModel()
    """The paid model, if `writer` is `model`."""

    @field_validator("cuts", mode="before")
    @classmethod
    def _as_a_range(cls, given: object) -> object:
        """Parse `4-5` or `4`."""
        if isinstance(given, int):
            return (given, given)
        if isinstance(given, str) or (isinstance(given, list) and len(given) == 1):
            least, _, most = str(given[0] if isinstance(given, list) else given).partition("-")
            return (least, most or least)
        return given

    @model_validator(mode="after")
    def _can_be_planned(self) -> "ScriptSettings":
        try:
            _ = self.mix
        except ValidationError as error:
            wrong = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise ValueError(wrong.replace("lengths_s", "lengths")) from None
        return self

    @property
    def archive_rules(self) -> dict[str, list[str]]:
        """Return the masking rules of an archive, for the job's records."""
        return {
            "mask": sorted(self.mask), "names": sorted(self.names), "marks": sorted(self.marks),
        }  # fmt: skip

    @property
    def mix(self) -> Mix:
        return Mix(
            english=self.english, cuts=self.cuts, lengths_s=self.lengths,
            products=self.products or None, structures=self.structures,
            must_show=self.must_show, must_not_say=self.must_not_say, seed=self.seed,
        )  # fmt: skip

    @property
    def rules(self) -> Rules:
        shares = Shares(valid=self.valid, test=self.test, seed=self.seed, held_out=self.held_out)
        return Rules(shares=shares, duplicate=self.duplicate, most=self.most)


SETTINGS = JobSettings(ScriptSettings, "SIAN_SCRIPTS_", renamed={"model": "model.model"})
