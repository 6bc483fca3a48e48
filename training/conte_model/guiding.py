"""Guides transformers by grammars, as vLLM does for the served model. One grammar per answer."""

from collections.abc import Sequence
from typing import Any


class Guide:
    """A logits processor for one call of `generate`.

    xgrammar's own processor fails if its mask allowed a token that its matcher refuses, as for some
    tokens with a quotation mark: one such answer of an untrained model ended the evaluation of all.
    Here, as in vLLM, only that answer ends.
    """

    def __init__(self, grammars: Sequence[Any], vocabulary: int, end: int) -> None:
        """Prepare one call. `end`: id of the token that ends an answer."""
        import xgrammar

        self._matchers = [xgrammar.GrammarMatcher(grammar) for grammar in grammars]
        self._mask = xgrammar.allocate_token_bitmask(len(grammars), vocabulary)
        self._refused = [False] * len(grammars)
        self._begun, self._end = False, end

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Return the logits [answers, vocabulary] with the forbidden next tokens masked."""
        import xgrammar

        for at, matcher in enumerate(self._matchers):
            if self._begun and not self._refused[at] and not matcher.is_terminated():
                self._refused[at] = not matcher.accept_token(int(input_ids[at, -1]))
            if not self._refused[at] and not matcher.is_terminated():
                matcher.fill_next_token_bitmask(self._mask, at)
        self._begun = True
        # The mask is filled on the CPU, and applied there where there is no GPU.
        masked = scores if scores.is_cuda else scores.cpu()
        xgrammar.apply_token_bitmask_inplace(masked, self._mask.to(masked.device))
        for at, refused in enumerate(self._refused):
            if refused:
                masked[at] = float("-inf")
                masked[at, self._end] = 0.0
        return masked.to(scores.device)
