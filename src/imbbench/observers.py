"""Telling plugins what happens during a run."""

from __future__ import annotations

import warnings
from typing import Any

from imbbench.registry import Registry


def notify(registry: Registry, hook: str, **arguments: Any) -> None:
    """Tell every observer, plugin by plugin; one that fails is reported and silences nobody."""
    manager = registry.manager
    for observer in getattr(manager.hook, hook).get_hookimpls():
        others = [other for other in manager.get_plugins() if other is not observer.plugin]
        try:
            manager.subset_hook_caller(hook, remove_plugins=others)(**arguments)
        except Exception as error:
            text = f"plugin {observer.plugin_name!r}: its {hook} raised {type(error).__name__}: {error}"
            warnings.warn(text, stacklevel=2)
