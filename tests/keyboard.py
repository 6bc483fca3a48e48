"""The keyboard alone on a page: where it stands, and what was announced meanwhile."""

from playwright.sync_api import Page, expect

_HEARD = """() => {
    window.announced = []
    const live = '[role="status"], [role="alert"], [aria-live]'
    new MutationObserver((records) => {
        const parts = new Set(records.map((one) =>
            (one.target.nodeType === 1 ? one.target : one.target.parentElement)?.closest(live)))
        const added = records.flatMap((one) => [...one.addedNodes])
        for (const one of added) if (one.nodeType === 1 && one.matches('[role="alert"]')) parts.add(one)
        for (const part of parts) if (part?.innerText) announced.push(part.innerText)
    }).observe(document, { subtree: true, childList: true, characterData: true })
}"""
"""Keeps what a screen reader would announce by itself: what changes in a live region."""

_NAMED = """() => {
    const on = document.activeElement
    return on.ariaLabel ?? on.labels?.[0]?.innerText ?? on.innerText ?? ''
}"""


class Keyboard:
    def __init__(self, page: Page) -> None:
        self._page = page
        page.add_init_script(f"({_HEARD})()")

    @property
    def name(self) -> str:
        """What the focused control is called."""
        return str(self._page.evaluate(_NAMED)).strip()

    @property
    def announced(self) -> str:
        return "\n".join(self._page.evaluate("announced"))

    def to(self, name: str, key: str = "Tab") -> None:
        """Press Tab until a control has the focus whose name begins so."""
        for _ in range(300):
            if self.name.startswith(name):
                return
            self._page.keyboard.press(key)
        raise AssertionError(f"{key} never reaches {name!r}")

    def back_to(self, name: str) -> None:
        self.to(name, "Shift+Tab")

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)

    def type(self, text: str) -> None:
        self._page.keyboard.type(text)

    def runs(self, command: str) -> None:
        """Find a command in the menu, and do it."""
        self.press("Control+k")
        self.type(command)
        expect(self._page.get_by_role("dialog").get_by_role("option")).to_have_count(1)
        self.press("Enter")

    def stands(self) -> None:
        """The focus is somewhere; a page where it is not begins again at its top."""
        self._page.wait_for_function("document.activeElement !== document.body")
        assert self._page.evaluate("document.activeElement.checkVisibility()")
