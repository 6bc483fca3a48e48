"""Vision: key frames and measurements -> a caption, by a vision language model.

Knows a `Chat`, not its server. An invalid caption is requested once more, with its faults; the
measured camera move is kept whatever the model says.
"""

from collections.abc import Awaitable, Callable
from contextlib import aclosing

from conte.camera import measured_move
from conte.clip import EngineId
from conte.clip_caption import ClipCaption
from conte.vocabulary import Language
from deployments.engines.caption_answer import answered, read_caption, settled
from deployments.engines.chat import Chat, ChatRequest
from deployments.engines.protocols import CaptionError, Footage
from deployments.engines.vision.requests import again, for_clip, prompt_in
from serve.settings import CaptionSettings

MAX_ANSWER = 1 << 16
"""Most characters of an answer; a model that does not stop is stopped."""


class Vision:
    def __init__(
        self,
        chat: Chat,
        settings: CaptionSettings,
        identify: Callable[[], Awaitable[EngineId | None]] | None = None,
    ) -> None:
        """Prepare the engine.

        `identify`: asks the server for its checkpoint, because a model's name says little. Called
        before captions until it returns one; None means that the server did not answer.
        """
        self._chat, self._settings, self._identify = chat, settings, identify
        self._id = chat.id

    @property
    def id(self) -> EngineId:
        return self._id

    def prompt_version(self, language: Language) -> str:
        return prompt_in(language).version

    async def caption(self, footage: Footage, language: Language) -> ClipCaption:
        """Return the caption of a clip.

        Raises:
            CaptionError: if there is no key frame, or no valid caption.
            ModelAway: if the model cannot be reached.
        """
        if not footage.frames:
            raise CaptionError("the clip has no key frames")
        if self._identify is not None and (known := await self._identify()) is not None:
            self._id, self._identify = known, None
        measured = measured_move(footage.measures.camera, footage.width / footage.height)

        def read(text: str, last: bool) -> ClipCaption:
            return settled(read_caption(text, language), measured, last)

        request = for_clip(footage, language, self._settings)
        return await answered(self._asked, request, read, lambda wrong: again(language, wrong))

    async def _asked(self, request: ChatRequest) -> str:
        text = ""
        async with aclosing(self._chat.stream(request)) as pieces:
            async for piece in pieces:
                text += piece
                if len(text) > MAX_ANSWER:
                    raise CaptionError(f"the model wrote more than {MAX_ANSWER} characters")
        return text
