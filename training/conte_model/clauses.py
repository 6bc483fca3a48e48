"""A tokenizer whose tokens are clauses, made from the scripts that a small model will learn.

A small model can learn to write contes only if a conte takes few steps. So the JSON between two
texts is one token (`", "caption": "`), each product name is one, and so is a clause that occurs
often enough: half as many tokens as with a tokenizer of words. Merges never cross a name, a JSON
delimiter or the end of a clause, so that clauses learnt with one product can be used for another.
Each paragraph of the fixed prompt, the same in every question, is one token.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

BOS, EOS, PAD, UNK = "<s>", "</s>", "<pad>", "<unk>"
OPEN, CLOSE = "[INST] ", " [/INST]"
# As strict as Mistral-7B-Instruct v0.1: no system role, and user and assistant alternate.
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
    """Make a `PreTrainedTokenizerFast` that encodes any text, if necessary byte by byte.

    `systems`: the fixed prompts. `asked`: user messages. `answers`: contes. `names`: product names.

    Raises:
        ValueError: if the vocabulary has no room left for clauses.
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
    # Not special tokens, because they are text. The longer one of two names matches where one
    # begins with the other ("가온 결 3", "가온 결").
    made.add_tokens([AddedToken(text, normalized=False) for text in (OPEN, CLOSE, *fixed, *known)])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=made, unk_token=UNK, bos_token=BOS, eos_token=EOS, pad_token=PAD,
        clean_up_tokenization_spaces=False,
    )  # fmt: skip
    fast.chat_template = CHAT_TEMPLATE
    return fast


def _with_plain_bytes(made: Any) -> Any:
    """Turn the byte tokens into ordinary tokens.

    They were special for the trainer, so that each got an id. But special tokens are dropped in
    decoding, and `<0x41>` in a brief would become a letter.
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
