"""Evaluates a trained model on held-out briefs, optionally against another model.

    python -m training.conte_model.evaluate --model models/first --scripts datasets/first \\
        --against scratch --out evaluation.json --set writer=vllm
    python -m training.conte_model.evaluate --model models/second --scripts datasets/first \\
        --against models/first --out evaluation.json --settings judge.yaml
    python -m training.conte_model.evaluate --model models/first --scripts datasets/first \\
        --set server.url=http://127.0.0.1:8000/v1

Exit codes: 0 judged; 2 wrong settings or data, or the server is unavailable.
"""

import json
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from deployments.engines.protocols import ConteError
from serve.database.errors import DatabaseUnavailable
from serve.job_settings import Changes, SettingsFile, command_of, settings_or_exit
from serve.job_settings.ending import wrong
from serve.settings import PaidSettings
from serve.whole import write_whole
from training.conte_model.base import opened_base
from training.conte_model.chats import ChatSample, prompt_versions, samples_of
from training.conte_model.evaluation_settings import SETTINGS, ConteJudging
from training.conte_model.identity import data_of
from training.conte_model.preferred import preferred
from training.conte_model.settings import SCRATCH, Settings
from training.conte_model.writing import AnswerWriter, opened
from training.measured import AGAINST, MEASURED, of_contes
from training.scoring import Evaluation, Item, Scorer, evaluate
from training.whole_folder import MANIFEST

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def judged(samples: list[ChatSample], writer: AnswerWriter) -> tuple[Evaluation, dict[str, str]]:
    """Return the evaluation, and the written texts by the samples' ids."""
    written = writer.write([one.asked for one in samples], [one.brief for one in samples])
    items = [
        Item(id=one.id, group=one.group, brief=one.brief, written=text)
        for one, text in zip(samples, written, strict=True)
    ]
    return evaluate(items, Scorer()), {item.id: str(item.written) for item in items}


def spread(samples: list[ChatSample], num: int) -> list[ChatSample]:
    """Return `num` samples, spread over the industries."""
    num = min(num, len(samples))
    return [samples[at * len(samples) // num] for at in range(num)]


@app.command(cls=command_of(SETTINGS), help=__doc__)
def main(
    model: Annotated[Path, typer.Option(help="folder of a trained model")],
    scripts: Annotated[Path, typer.Option(help="folder of the scripts")],
    against: Annotated[
        str, typer.Option(help="folder of another, or scratch: the same before it learnt anything")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="JSON file of scores and texts")] = None,
    settings: SettingsFile = None,
    change: Changes = None,
) -> None:
    chosen = settings_or_exit(SETTINGS, settings, change)
    juror = _juror(chosen, against)
    url, seed, max_tokens = chosen.server.url, chosen.seed, chosen.max_tokens
    temperature, top_p = chosen.temperature, chosen.top_p
    prompts = Path(chosen.prompts) if chosen.prompts else None

    def written_by(folder: Path) -> AnswerWriter:
        return opened(chosen.writer, folder, temperature, top_p, max_tokens, seed)

    told: dict[str, Any] = {}
    try:
        samples = spread(samples_of(scripts, chosen.split, prompts), chosen.num)
        if url:
            from training.conte_model.server_writing import ServerWriter

            asked: AnswerWriter = ServerWriter(
                url, chosen.server.model, temperature, top_p, max_tokens, seed=seed
            )
        else:
            asked = written_by(model)
        # Closed before the other model is opened, because a GPU may hold only one.
        with closing(asked):
            found, written = judged(samples, asked)
    except (ValueError, OSError, ConteError, ExceptionGroup) as error:
        wrong(str(error))
    asked_with = {
        "briefs": [one.brief.model_dump(mode="json") for one in samples],
        "writer": "server" if url else chosen.writer, "temperature": temperature, "top_p": top_p,
        "max_tokens": max_tokens, "seed": seed, "scorer": Scorer().revision,
        "prompts": prompt_versions(samples, prompts),
    }  # fmt: skip
    told |= {"model": found.model_dump(mode="json"), "written": written}
    told[MEASURED] = of_contes(found, asked_with).model_dump(mode="json")
    _tell(model.name, found)
    if against:
        try:
            with tempfile.TemporaryDirectory() as folder:
                other = Path(against)
                if against == SCRATCH:
                    other = _untrained(model, scripts, prompts, Path(folder))
                with closing(written_by(other)) as asked:
                    base, other_written = judged(samples, asked)
        except (ValueError, OSError) as error:
            wrong(f"--against: {error}")
        _tell(against, base)
        better = found.better_than(base)
        for name, interval in better.items():
            print(f"{name:<10} {interval} better")
        told |= {
            "against": base.model_dump(mode="json"),
            "written_against": other_written,
            AGAINST: of_contes(base, asked_with).model_dump(mode="json"),
            "better": {name: interval.model_dump() for name, interval in better.items()},
        }
        if juror is not None:
            if out is not None:  # the answers are kept even if the judge fails
                write_whole(out, json.dumps(told, ensure_ascii=False, indent=1))
            try:
                judgement = preferred(samples, written, other_written, juror, chosen.records)
            except (ValueError, ConteError, DatabaseUnavailable) as error:
                wrong(f"judge: {error}")
            print(
                f"judge: won {judgement.won}, agrees with itself in {judgement.agreement}, prefers"
                f" the first in {judgement.first_preferred:.2f}; {judgement.unanswered} unanswered"
            )
            told["judge"] = {"model": juror.model, **judgement.model_dump(mode="json")}
    if out is not None:
        write_whole(out, json.dumps(told, ensure_ascii=False, indent=1))
        SETTINGS.beside(out, chosen)


def _juror(chosen: ConteJudging, against: str) -> PaidSettings | None:
    if not chosen.judge.url:
        return None
    if not against:
        wrong("judge.url: it judges two; --against names the other")
    try:
        return chosen.judge.opened("evaluation", "judge.")
    except ValueError as error:
        wrong(str(error))


def _untrained(model: Path, scripts: Path, prompts: Path | None, within: Path) -> Path:
    """Return the untrained base that the model was made from."""
    made = json.loads((model / MANIFEST).read_text("utf-8"))
    if not made["base"]["name"].startswith(SCRATCH):
        raise ValueError(f"{model} did not begin from scratch but from {made['base']['name']}")
    if made["data"] != data_of(scripts):
        raise ValueError(f"{model} was not learnt from {scripts}: its tokenizer would be another")
    learnt = samples_of(scripts, "train", prompts)
    asked = prompt_versions(learnt, prompts)
    if not set(asked) <= set(made["prompts"]):
        raise ValueError(f"prompts: {model} was asked with {made['prompts']}, not with {asked}")
    places = {"scripts": str(scripts), "base": SCRATCH}
    settings = Settings.model_validate(made["settings"] | places)
    return opened_base(settings, learnt, within)


def _tell(name: str, found: Evaluation) -> None:
    print(f"{name}: passes {found.passed}, value {found.value}")
    for part, interval in found.parts.items():
        print(f"  {part:<10} {interval}")


if __name__ == "__main__":
    app()
