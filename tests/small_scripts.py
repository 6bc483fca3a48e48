"""A small dataset of scripts, and pairs from it, that the composer writes in three seconds."""

from functools import cache
from pathlib import Path

from conte.production import Sampling
from deployments.knowledge.product_types import product_types
from training.preferences.__main__ import make_pairs
from training.preferences.settings import PairSettings
from training.scripts.composing import ComposerWriter
from training.scripts.dataset import publish
from training.scripts.planning import Mix, plan_orders
from training.scripts.requests import ScriptRequests
from training.scripts.selection import Rules, Selection, select
from training.scripts.split import Shares

KINDS = ("coffee", "tire", "ramen")
_QUESTIONS = ScriptRequests(Sampling(temperature=0.9, top_p=0.95, max_tokens=6000))


def small_scripts(folder: Path) -> Path:
    """About 14 scripts to learn, 3 to validate and 5 to test, of three products in four cuts."""
    return publish(_selection(), _QUESTIONS, folder, {}, {})


def small_pairs(folder: Path, scripts: Path) -> Path:
    make_pairs(scripts, folder, PairSettings(most=2))
    return folder


@cache
def _selection() -> Selection:
    kinds = [kind for kind in product_types().types if kind.id in KINDS]
    orders = list(plan_orders(kinds, 24, Mix(english=0, products=1, cuts=(4, 4))))
    shares = Shares(valid=0.2, test=0.1, held_out="combinations")
    written = zip(orders, ComposerWriter().write_all(orders), strict=True)
    return select(written, Rules(shares=shares, duplicate=1, most=9))
