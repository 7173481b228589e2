"""Fields that take keys in the order in which they were typed.

Textual's own insert a letter at once, while backspace, arrows and enter go around by the app: of keys that come in
one burst, as over a slow line, the letters overtake them, and another value is taken than was typed.
"""

from textual.events import Key
from textual.widgets import Input, TextArea


class Field(Input):
    """One line."""

    async def _on_key(self, event: Key) -> None:
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            event.stop()
            event.prevent_default()
            await self.run_action(binding.action)
            return
        await super()._on_key(event)


class Area(TextArea):
    """Several lines."""

    async def _on_key(self, event: Key) -> None:
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            event.stop()
            event.prevent_default()
            await self.run_action(binding.action)
            return
        await super()._on_key(event)
