"""Finding and loading plugins: built-ins, then entry points, then local modules, one by one.

One broken plugin is a `Provider` with an error; the others work. pluggy's own entry-point loader
is not used: it drops a duplicate name silently and stops at the first plugin that raises.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pluggy

from imbbench import hookspecs
from imbbench.collect import collect, register
from imbbench.components import KINDS, Component
from imbbench.errors import PluginError, UsageError
from imbbench.registry import Provider, Registry
from imbbench.suggest import did_you_mean

GROUP = "imbbench"
BUILTINS = (
    "datasets", "splits", "strategies", "sklearn_models", "torch_models", "metrics", "executors", "reports",
)  # fmt: skip


@dataclass
class _Loaded:
    """A plugin on its way into the registry."""

    provider: Provider
    load: Callable[[], Any]
    plugin: Any = None
    components: dict[str, list[Component]] = field(default_factory=dict)
    cause: BaseException | None = None

    def fail(self, why: str, cause: BaseException | None = None) -> None:
        self.provider = replace(self.provider, error=why)
        self.components = {}
        self.cause = cause


def load_plugins(
    local: Sequence[str] = (), *, without: Sequence[str] = (), builtins: bool = True
) -> Registry:
    """Import every plugin and collect what it provides.

    Parameters
    ----------
    local : importable module names to load besides the installed plugins; one that fails raises
        UsageError, since it was asked for.
    without : names of entry points or distributions to leave out.
    builtins : also offer imbbench's own components.
    """
    manager = pluggy.PluginManager("imbbench")
    manager.add_hookspecs(hookspecs)
    plugins = [*(_builtins() if builtins else ()), *_installed(without)]
    present = {plugin.provider.module for plugin in plugins}  # -p may name one that is installed, too
    plugins += [
        _Loaded(Provider(name, name), partial(importlib.import_module, name))
        for name in local
        if name not in present
    ]
    for plugin in plugins:
        if not plugin.provider.error:
            _load(plugin, manager)
    _fail_duplicate_components(plugins)
    for plugin in plugins:
        provider = plugin.provider
        if provider.error and manager.get_plugin(provider.name) is plugin.plugin is not None:
            manager.unregister(plugin.plugin)
        if provider.error and provider.name in local and not provider.distribution:
            raise UsageError(f"-p {provider.name}: {provider.error}") from plugin.cause
    components: dict[str, dict[str, tuple[Component, Provider]]] = {kind: {} for kind in KINDS}
    for plugin in plugins:
        for kind, found in plugin.components.items():
            components[kind].update({component.name: (component, plugin.provider) for component in found})
    providers = tuple(plugin.provider for plugin in plugins)
    return Registry(components, providers, manager, tuple(local), tuple(without))


def _builtins() -> Iterator[_Loaded]:
    version = importlib.metadata.version("imbbench")
    for name in BUILTINS:
        module = f"imbbench.builtin.{name}"
        provider = Provider(f"builtin.{name}", module, "imbbench", version)
        yield _Loaded(provider, partial(importlib.import_module, module))


def _installed(without: Sequence[str]) -> list[_Loaded]:
    """One per entry point; two distributions with one name fail both."""
    found, left_out = [], set()
    for entry in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda entry: entry.name):
        distribution = entry.dist.metadata["Name"] if entry.dist else ""
        version = entry.dist.version if entry.dist else ""
        if {entry.name, distribution} & set(without):
            left_out |= {entry.name, distribution}
        else:
            found.append(_Loaded(Provider(entry.name, entry.value, distribution, version), entry.load))
    for name in without:
        if name not in left_out:
            known = [plugin.provider.name for plugin in found]
            there = ", ".join(known) or "none"
            raise UsageError(
                f"-p no:{name}: no plugin has that name{did_you_mean(name, known)}; installed: {there}"
            )
    for plugin in found:
        rivals = [other.provider for other in found if other.provider.name == plugin.provider.name]
        if len(rivals) > 1:
            names = " and ".join(sorted(f"{rival.distribution} {rival.version}" for rival in rivals))
            plugin.fail(
                f"the entry point {plugin.provider.name!r} is claimed by {names}; "
                "uninstall one, or leave one out with -p no:DISTRIBUTION"
            )
    return found


def _load(plugin: _Loaded, manager: pluggy.PluginManager) -> None:
    """Import, register and ask one plugin; whatever goes wrong becomes its error."""
    provider = plugin.provider
    try:
        plugin.plugin = plugin.load()
        register(plugin.plugin, provider.name, manager)
        for kind in KINDS:
            plugin.components[kind] = collect(plugin.plugin, kind, manager)
    except PluginError as error:
        plugin.fail(str(error), error)
    except (Exception, SystemExit) as error:
        plugin.fail(f"importing {provider.module} raised {type(error).__name__}: {error}", error)


def _fail_duplicate_components(plugins: list[_Loaded]) -> None:
    """Two plugins with one component name fail both, naming both; built-ins stay."""
    owners: dict[tuple[str, str], list[_Loaded]] = defaultdict(list)
    for plugin in plugins:
        for kind, found in plugin.components.items():
            for component in found:
                owners[kind, component.name].append(plugin)
    for (kind, name), rivals in owners.items():
        if len(rivals) > 1:
            who = " and ".join(sorted(str(rival.provider) for rival in rivals))
            builtin = any(map(_is_builtin, rivals))
            advice = "rename yours" if builtin else "leave one out with -p no:NAME"
            for rival in rivals:
                if not _is_builtin(rival) and not rival.provider.error:
                    rival.fail(f"{kind} {name!r} is provided by {who}; {advice}")


def _is_builtin(plugin: _Loaded) -> bool:
    return plugin.provider.module.startswith("imbbench.builtin.")
