"""A tokenizer whose tokens are clauses, made from the scripts that a small model will learn.

What decides whether a small model learns to write contes is how many steps a conte takes. Here the
JSON between two texts is one token (`", "caption": "`), so is a product's name, and so is, if it
comes often enough, a clause: half of what a tokenizer of words would make of it. Merges never cross
a name, a mark of JSON or the end of a clause: what was learnt of one product can then be said of
another. Of the fixed prompt, which is the same in every question, each paragraph is one token.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

BOS, EOS, PAD, UNK = "<s>", "</s>", "<pad>", "<unk>"
OPEN, CLOSE = "[INST] ", " [/INST]"
# As strict as Mistral-7B-Instruct v0.1's: no system role, and user and assistant take turns.
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('user and assistant have to take turns, and no other role is known') }}"
    "{% endif %}"
    "{% if message['role'] == 'user' %}" + OPEN + "{{ message['content'] }}" + CLOSE + ""
    "{% else %}{{ message['content'] }}{{ eos_token }}{% endif %}{% endfor %}"
)
_MOST_NAMES = 512
_KEY = r'"[a-z_]+": '
_GLUE = (
    # From the end of one text, over brackets, keys and indents, to the beginning of the next.
    rf'"?(?:[\]}}\[{{]|\n *|{_KEY}(?:\[\]|true|false)?|, (?=["{{])|,(?=\n))+"?'
)
_BYTE = re.compile(r"<0x[0-9A-F]{2}>")
_NUMBER = r"(?:, )?\d+(?:\.\d+)?(?=,|\])"
_PIECES = rf'(?:{_GLUE}|{_NUMBER}|[^.;\n"\[\]{{}}]+[.;]?|.)'
"""Pieces that merges do not cross."""


def clause_tokenizer(
    systems: Sequence[str], asked: Sequence[str], answers: Sequence[str], names: Sequence[str],
    vocabulary: int,
) -> Any:  # fmt: skip
    """A `PreTrainedTokenizerFast` that knows any text, byte by byte where it must.

    `systems`: the fixed prompts. `asked`: what varies with the brief. `names`: of products.

    Raises:
        ValueError: if the vocabulary leaves no room for clauses.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    fixed = _paragraphs(systems)
    known = [name for name, _ in Counter(names).most_common(_MOST_NAMES)]
    special = [UNK, BOS, EOS, PAD]
    room = vocabulary - len(fixed) - len(known) - 2
    if room < 1024:
        raise ValueError(
            f"vocabulary is {vocabulary}, wanted {1024 + vocabulary - room} or more: the fixed"
            f" prompts and the names alone are {len(fixed) + len(known)} tokens"
        )
    made = Tokenizer(models.BPE(byte_fallback=True, unk_token=UNK))
    made.pre_tokenizer = pre_tokenizers.Split(Regex(_PIECES), "isolated")
    made.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    trainer = trainers.BpeTrainer(
        vocab_size=room,
        special_tokens=[*special, *(f"<0x{value:02X}>" for value in range(256))],
        initial_alphabet=[chr(code) for code in range(32, 127)],
        show_progress=False,
    )
    made.train_from_iterator(_between(known, [*asked, *answers]), trainer)
    made = _with_plain_bytes(made)
    # Not special tokens, because they are text. Of two names that begin alike ("가온 결 3",
    # "가온 결") the longer one matches.
    made.add_tokens([AddedToken(text, normalized=False) for text in (OPEN, CLOSE, *fixed, *known)])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=made, unk_token=UNK, bos_token=BOS, eos_token=EOS, pad_token=PAD,
        clean_up_tokenization_spaces=False,
    )  # fmt: skip
    fast.chat_template = CHAT_TEMPLATE
    return fast


def _with_plain_bytes(made: Any) -> Any:
    """Bytes were special tokens for the trainer, so that each has its place in the vocabulary.

    As such they would be left out of what is decoded, and `<0x41>` in a brief would be a letter.
    """
    from tokenizers import Tokenizer

    state = json.loads(made.to_str())
    state["added_tokens"] = [
        token for token in state["added_tokens"] if not _BYTE.fullmatch(token["content"])
    ]
    return Tokenizer.from_str(json.dumps(state))


def _between(names: Sequence[str], texts: Iterable[str]) -> Iterator[str]:
    """Yield the text between names: added tokens are cut out before text is split into pieces."""
    cut = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)")
    for text in texts:
        yield from filter(None, cut.split(text))


def _paragraphs(systems: Iterable[str]) -> list[str]:
    """Split a fixed prompt at its headings: each part, the same in every question, is one token."""
    found = (part for text in systems for part in re.split(r"(?=^#+ )", text, flags=re.MULTILINE))
    return list(dict.fromkeys(part for part in found if part.strip()))
