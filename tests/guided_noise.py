"""A language model that knows nothing: it draws tokens by chance, guided by xgrammar as vLLM's are."""

import json
import random
from collections.abc import AsyncGenerator

import numpy as np
import xgrammar

from conte.clip import EngineId
from deployments.engines.chat import ChatRequest, CutOff

_WORDS = (
    "wet road ",
    "night",
    " rain",
    "camera",
    "젖은 ",
    "도로",
    " 밤의 ",
    "그립",
    "빗길 ",
    "멈춘다",
)


class GuidedNoise:
    """Random weights and a small vocabulary: what a schema allows, it will sooner or later say."""

    id = EngineId(name="noise", revision="1", label="noise (random tokens under a grammar)")

    def __init__(self) -> None:
        texts = [chr(code) for code in range(32, 127)]
        texts += ["", "\x00", "\n", "\u2028", *_WORDS, '",', '": "', '", "', '": ']
        self._texts = [*dict.fromkeys(text for text in texts if text), "</s>"]
        self._tokens = xgrammar.TokenizerInfo(
            self._texts,
            vocab_type=xgrammar.VocabType.RAW,
            stop_token_ids=[len(self._texts) - 1],
        )
        self._compiler = xgrammar.GrammarCompiler(self._tokens, max_threads=1)
        self.asked: list[ChatRequest] = []
        self.tokens = 0

    async def stream(self, request: ChatRequest) -> AsyncGenerator[str]:
        self.asked.append(request)
        schema = json.dumps(request.schema)
        matcher = xgrammar.GrammarMatcher(
            self._compiler.compile_json_schema(schema, any_whitespace=False)
        )
        rng = random.Random(request.seed)
        mask = xgrammar.allocate_token_bitmask(1, self._tokens.vocab_size)
        bits = mask.numpy().view(np.uint8)
        for _ in range(request.max_tokens):
            matcher.fill_next_token_bitmask(mask)
            allowed = np.unpackbits(bits, bitorder="little")[: self._tokens.vocab_size]
            token = rng.choice(np.flatnonzero(allowed).tolist())
            self.tokens += 1
            matcher.accept_token(token)
            if matcher.is_terminated():
                return
            yield self._texts[token]
        raise CutOff("noise used up its tokens")
