"""Preference pairs from a dataset of scripts: each good script against the same with one fault.

python -m training.preferences --scripts datasets/first --out datasets/first-pairs
"""

import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from conte.brief import Brief
from training.preferences.pairs import Candidate, Pair, Pairing, pairs_of
from training.preferences.spoiling import spoilt
from training.scoring import Scorer
from training.scripts.asking import Questions
from training.scripts.dataset import brief_of, read_samples
from training.scripts.other_prompts import questions_of
from training.scripts.split import SPLITS
from training.whole_folder import FolderStands, whole_folder, write_lines

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(help=__doc__)
def main(
    scripts: Annotated[Path, typer.Option(help="folder of a dataset of scripts")],
    out: Annotated[Path, typer.Option(help="folder of the pairs, which must not be there")],
    margin: Annotated[float, typer.Option(min=0, max=1, help="least difference of scores")] = 0.01,
    most: Annotated[int, typer.Option(min=1, help="pairs a brief")] = 4,
    seed: int = 0,
    prompts: Annotated[
        Path | None, typer.Option(help="folder of ko.md, en.md that ask instead of ours")
    ] = None,
) -> None:
    pairing = Pairing(margin=margin, most=most)
    about: dict[str, Any] = {"pairing": pairing.model_dump(), "seed": seed, "pairs": {}}
    try:
        questions = questions_of(prompts)
        with whole_folder(out, about) as making:
            for split in SPLITS:
                pairs = list(_pairs(read_samples(scripts, split), questions, pairing, seed))
                if not pairs:
                    raise ValueError(f"{split} gives no pair: nothing was published")
                write_lines(making / f"{split}.jsonl", (pair.model_dump() for pair in pairs))
                parts = Counter(reason.partition(":")[0] for p in pairs for reason in p.why)
                about["pairs"][split] = {"number": len(pairs), "wrong_with_rejected": parts}
                print(f"{split}: {len(pairs)} pairs; wrong: {dict(parts)}", file=sys.stderr)
    except (FolderStands, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None


def _pairs(
    rows: list[dict[str, Any]], questions: Questions, pairing: Pairing, seed: int
) -> Iterator[Pair]:
    return pairs_of(_candidates(rows, seed), partial(_prompted, questions), pairing)


def _candidates(rows: list[dict[str, Any]], seed: int) -> Iterator[Candidate]:
    scorer = Scorer()
    for row in rows:
        brief, good = brief_of(row), row["messages"][-1]["content"]
        for text in (good, *spoilt(good, brief, seed).values()):
            yield Candidate(brief, row["product_type"], text, scorer.score(text, brief))


def _prompted(questions: Questions, brief: Brief) -> tuple[dict[str, str], ...]:
    asked = questions.sample(brief)
    return tuple({"role": message.role, "content": message.content} for message in asked)


if __name__ == "__main__":
    app()
