"""Settings of the scripts job: what is ordered, who writes, what is left out, how it is split."""

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
    """Only these product types or KSIC industries; none: all of them."""
    english: Share = 0.2
    """Share of English briefs."""
    cuts: tuple[int, int] = (4, 8)
    """The fewest and the most."""
    lengths: tuple[float, ...] = LENGTHS_S
    """Lengths of the films, in seconds."""
    products: int = Field(default=0, ge=0)
    """Known products of each type; 0: another one in every brief."""
    structures: tuple[str, ...] = ()
    """Only these structures of the composer; none: all of them."""
    must_show: Share = 0.3
    """Share of briefs that want something shown."""
    must_not_say: Share = 0.3
    """Share of briefs that forbid words."""
    seed: int = 0
    valid: float = Field(default=0.05, ge=0, le=0.5)
    """Share that is validated on."""
    test: float = Field(default=0.05, ge=0, le=0.5)
    """Share that is judged on."""
    held_out: HeldOut = "types"
    """Attribute whose values valid and test share with no other split."""
    duplicate: float = Field(default=0.5, ge=0.05, le=1)
    """Share of common 5-grams from which on two scripts are one."""
    most: float = Field(default=2.0, ge=1)
    """Factor over the median by which an industry, structure or number of cuts may be more
    frequent.
    """
    at_once: int = Field(default=16, ge=1, le=512)
    """Orders that a model is asked for at once."""
    archive_alone: bool = False
    """True: only scripts of the archive. Needs --archive."""
    mask: tuple[Masked, ...] = ALL
    """Kinds of personal data to mask in an archive's sheets."""
    names: tuple[str, ...] = ()
    """Further names of people to mask in them."""
    marks: tuple[str, ...] = ()
    """Further marks of clients to mask in them."""
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
        """What is masked in an archive's sheets, for the job's records."""
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
