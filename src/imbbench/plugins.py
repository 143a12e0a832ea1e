"""Finding and loading plugins: built-ins, then entry points, then local modules, one by one.

One broken plugin is a `Provider` with an error; the others work. pluggy's own entry-point loader
is not used: it drops a duplicate name silently and stops at the first plugin that raises.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pluggy

from imbbench import hookspecs
from imbbench.components import KINDS, Component, main_callable
from imbbench.errors import PluginError, UsageError
from imbbench.params import parameters
from imbbench.registry import Provider, Registry
from imbbench.suggest import did_you_mean

GROUP = "imbbench"
BUILTINS = (
    "datasets", "splits", "strategies", "sklearn_models", "torch_models", "metrics", "executors", "reports",
)  # fmt: skip
_HOOKS = {kind: f"imbbench_{'strategies' if kind == 'strategy' else kind + 's'}" for kind in KINDS}
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./+-]*")


@dataclass
class _Loaded:
    """A plugin on its way into the registry."""

    provider: Provider
    module: Any = None
    components: dict[str, list[Component]] = field(default_factory=dict)

    def fail(self, why: str) -> None:
        self.provider = replace(self.provider, error=why)
        self.components = {}


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
    plugins += [_Loaded(Provider(name, name)) for name in local]
    for plugin in plugins:
        if not plugin.provider.error:
            _load(plugin, manager)
    _fail_duplicate_components(plugins)
    for plugin in plugins:
        if plugin.provider.error:
            if manager.get_plugin(plugin.provider.name) is plugin.module is not None:
                manager.unregister(plugin.module)
            if plugin.provider.name in local and not plugin.provider.distribution:
                raise UsageError(f"-p {plugin.provider.name}: {plugin.provider.error}")
    components: dict[str, dict[str, tuple[Component, Provider]]] = {kind: {} for kind in KINDS}
    for plugin in plugins:
        for kind, found in plugin.components.items():
            components[kind].update({component.name: (component, plugin.provider) for component in found})
    return Registry(components, tuple(plugin.provider for plugin in plugins), manager)


def _builtins() -> Iterator[_Loaded]:
    version = importlib.metadata.version("imbbench")
    for name in BUILTINS:
        yield _Loaded(Provider(f"builtin.{name}", f"imbbench.builtin.{name}", "imbbench", version))


def _installed(without: Sequence[str]) -> list[_Loaded]:
    """One per entry point; two distributions with one name fail both."""
    found = []
    for entry in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda entry: entry.name):
        distribution = entry.dist.metadata["Name"] if entry.dist else ""
        version = entry.dist.version if entry.dist else ""
        if entry.name not in without and distribution not in without:
            found.append(_Loaded(Provider(entry.name, entry.value, distribution, version)))
    for plugin in found:
        rivals = [other.provider for other in found if other.provider.name == plugin.provider.name]
        if len(rivals) > 1:
            names = " and ".join(sorted(f"{rival.distribution} {rival.version}" for rival in rivals))
            plugin.fail(
                f"the entry point {plugin.provider.name!r} is claimed by {names}; "
                "uninstall one, or leave them out with -p no:" + plugin.provider.name
            )
    return found


def _load(plugin: _Loaded, manager: pluggy.PluginManager) -> None:
    """Import, register and ask one plugin; whatever goes wrong becomes its error."""
    provider = plugin.provider
    try:
        plugin.module = importlib.import_module(provider.module)
        _register(plugin, manager)
        for kind in KINDS:
            plugin.components[kind] = _collect(plugin, kind, manager)
    except PluginError as error:
        plugin.fail(str(error))
    except (Exception, SystemExit) as error:
        plugin.fail(f"importing {provider.module} raised {type(error).__name__}: {error}")


def _register(plugin: _Loaded, manager: pluggy.PluginManager) -> None:
    name, module = plugin.provider.name, plugin.provider.module
    if manager.has_plugin(name) or manager.is_registered(plugin.module):
        raise PluginError(f"another plugin has its name {name!r} or its module {module!r}; keep one of them")
    try:
        manager.register(plugin.module, name=name)
    except pluggy.PluginValidationError as error:
        raise PluginError(" ".join(str(error).split())) from error
    callers = manager.get_hookcallers(plugin.module) or []
    hooks = sorted(hook for hook in vars(hookspecs) if hook.startswith("imbbench_"))
    if not callers:
        unmarked = [attribute for attribute in dir(plugin.module) if attribute.startswith("imbbench_")]
        hint = (
            f"mark {', '.join(unmarked)} with @imbbench.hookimpl"
            if unmarked
            else f"hooks are {', '.join(hooks)}"
        )
        raise PluginError(f"{plugin.provider.module} implements no hook; {hint}")
    for caller in callers:
        if not caller.has_spec():
            raise PluginError(f"no hook is named {caller.name!r}{did_you_mean(caller.name, hooks)}")


def _collect(plugin: _Loaded, kind: str, manager: pluggy.PluginManager) -> list[Component]:
    """Call one component hook of one plugin alone and check what it returns."""
    hook = _HOOKS[kind]
    others = [module for module in manager.get_plugins() if module is not plugin.module]
    try:
        answers = manager.subset_hook_caller(hook, remove_plugins=others)()
    except (Exception, SystemExit) as error:
        raise PluginError(f"its hook {hook} raised {type(error).__name__}: {error}") from error
    found: list[Component] = []
    for answer in answers:
        if isinstance(answer, str) or not isinstance(answer, Iterable):
            raise PluginError(
                f"its hook {hook} returned {_a(answer)}; expected a list of {KINDS[kind][0].__name__}"
            )
        for component in answer:
            _check(component, kind, hook)
            if component.name in [other.name for other in found]:
                raise PluginError(f"its hook {hook} returns {kind} {component.name!r} twice; rename one")
            found.append(component)
    return found


def _check(component: Any, kind: str, hook: str) -> None:
    cls, attribute = KINDS[kind]
    where = f"its hook {hook} returned a list with"
    if not isinstance(component, cls):
        raise PluginError(f"{where} {_a(component)}; expected imbbench.{cls.__name__}")
    name: Any = component.name  # type: ignore[attr-defined]
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name == "all":
        raise PluginError(
            f"{where} a {kind} named {name!r}; expected letters, digits and _ . / + -, not 'all'"
        )
    if not callable(getattr(component, attribute)):
        raise PluginError(f"{where} {kind} {name!r} whose {attribute} is not callable")
    parameters(main_callable(component))  # type: ignore[arg-type]


def _a(value: object) -> str:
    return f"a value of type {type(value).__name__}"


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
            for rival in rivals:
                if not rival.provider.module.startswith("imbbench.builtin.") and not rival.provider.error:
                    rival.fail(f"{kind} {name!r} is provided by {who}; leave one out with -p no:NAME")


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
