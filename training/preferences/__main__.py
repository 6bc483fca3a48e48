"""Makes preference pairs for DPO from a dataset of scripts.

Pairs of each good script and the same with one fault:

    python -m training.preferences --scripts datasets/first --out datasets/pairs

Pairs of a model's own answers to the briefs, the best against the worst, which show what it does
wrong. If it is killed, the same command continues with the unanswered briefs.

    python -m training.preferences --scripts datasets/first --model models/first \\
        --out datasets/own-pairs --set writer=vllm

Exit codes: 0 published; 2 wrong settings or data, or no pair was found.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from conte.brief import Brief
from serve.job_settings import Changes, SettingsFile, command_of, settings_or_exit
from serve.job_settings.ending import tell
from serve.revision import revision_of
from training.conte_model.chats import ChatSample, prompt_versions, samples_of
from training.conte_model.evaluate import spread
from training.conte_model.writing import opened
from training.preferences.own_answers import AnswerSettings, own_answers
from training.preferences.pairs import Candidate, Pairing, pairs_of
from training.preferences.settings import SETTINGS, PairSettings
from training.preferences.spoiling import spoilt
from training.scoring import Scorer
from training.scripts.dataset import brief_of, read_samples
from training.scripts.other_prompts import questions_of
from training.scripts.requests import ScriptRequests
from training.scripts.split import SPLITS, Split
from training.whole_folder import FolderStands, whole_folder, write_lines

Candidates = dict[Split, list[Candidate]]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(cls=command_of(SETTINGS), help=__doc__)
def main(
    scripts: Annotated[Path, typer.Option(help="folder of a dataset of scripts")],
    out: Annotated[Path, typer.Option(help="folder of the pairs, which must not be there")],
    model: Annotated[
        Path | None, typer.Option(help="folder of a model whose own answers are compared")
    ] = None,
    settings: SettingsFile = None,
    change: Changes = None,
) -> None:
    chosen = settings_or_exit(SETTINGS, settings, change)
    try:
        make_pairs(scripts, out, chosen, model)
        SETTINGS.beside(out, chosen)
    except (FolderStands, ValueError, OSError) as error:
        tell(str(error))
        raise typer.Exit(2) from None


def make_pairs(scripts: Path, out: Path, settings: PairSettings, model: Path | None = None) -> None:
    """Write preference pairs to `out`: of scripts with faults, or of the answers of `model`.

    Raises:
        FolderStands: if the folder exists with other content.
        ValueError: if the data are incomplete, or there is no pair.
    """
    own, seed = model is not None, settings.seed
    prompts = Path(settings.prompts) if settings.prompts else None
    most = settings.most or (1 if own else 4)
    pairing = Pairing(margin=settings.margin, most=most, worst_first=own)
    about: dict[str, Any] = {"pairing": pairing.model_dump(), "seed": seed}
    kept = out.with_name(f".{out.name}.answers.jsonl")
    candidates: Candidates
    if model is None:
        candidates = {one: list(_spoilt(read_samples(scripts, one), seed)) for one in SPLITS}
    else:
        # Not the test split, so that a model is never trained on what it is judged on.
        samples: dict[Split, list[ChatSample]] = {
            one: spread(samples_of(scripts, one, prompts), settings.briefs) for one in SPLITS[:2]
        }
        every = [one for of_split in samples.values() for one in of_split]
        asked = AnswerSettings(
            model=revision_of(model.resolve()), prompts=prompt_versions(every, prompts),
            writer=settings.writer, answers=settings.answers, temperature=settings.temperature,
            top_p=settings.top_p, max_tokens=settings.max_tokens, seed=seed,
        )  # fmt: skip
        about["answers"] = asked.model_dump(mode="json")
        open_it = partial(
            opened, settings.writer, model, settings.temperature, settings.top_p,
            settings.max_tokens, seed,
        )  # fmt: skip
        texts = own_answers(every, asked, open_it, kept, tell)
        candidates = {one: list(_answered(of, texts)) for one, of in samples.items()}
    _publish(out, about, candidates, questions_of(prompts), pairing)
    kept.unlink(missing_ok=True)


def _publish(
    out: Path, about: dict[str, Any], candidates: Candidates, questions: ScriptRequests,
    pairing: Pairing,
) -> None:  # fmt: skip
    about["pairs"] = {}
    with whole_folder(out, about) as making:
        for split, found in candidates.items():
            pairs = list(pairs_of(found, partial(_prompted, questions), pairing))
            passed = sum(one.score.passes for one in found)
            parts = Counter(reason.partition(":")[0] for pair in pairs for reason in pair.why)
            if not pairs:
                raise ValueError(
                    f"{split} gives no pair: nothing was published; {passed} of {len(found)} pass"
                    f" every check, margin is {pairing.margin}"
                )
            write_lines(making / f"{split}.jsonl", (pair.model_dump() for pair in pairs))
            about["pairs"][split] = {
                "number": len(pairs), "of": len(found), "passed": passed,
                "wrong_with_rejected": parts,
            }  # fmt: skip
            tell(
                f"{split}: {len(pairs)} pairs of {len(found)}, of which {passed} pass; wrong:"
                f" {dict(parts)}"
            )


def _spoilt(rows: list[dict[str, Any]], seed: int) -> Iterator[Candidate]:
    scorer = Scorer()
    for row in rows:
        brief, good = brief_of(row), row["messages"][-1]["content"]
        yield from _scored(
            scorer, brief, row["product_type"], (good, *spoilt(good, brief, seed).values())
        )


def _answered(samples: Sequence[ChatSample], texts: dict[str, list[str]]) -> Iterator[Candidate]:
    scorer = Scorer()
    for one in samples:
        yield from _scored(scorer, one.brief, one.group, texts[one.id])


def _scored(scorer: Scorer, brief: Brief, group: str, texts: Iterable[str]) -> Iterator[Candidate]:
    for text in texts:
        yield Candidate(brief, group, text, scorer.score(text, brief))


def _prompted(questions: ScriptRequests, brief: Brief) -> tuple[dict[str, str], ...]:
    asked = questions.sample(brief)
    return tuple({"role": message.role, "content": message.content} for message in asked)


if __name__ == "__main__":
    app()
