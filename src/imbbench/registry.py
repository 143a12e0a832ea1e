"""Names to components: who provides what, selection by name or glob, and "did you mean"."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from imbbench.card_filter import split_filter
from imbbench.components import Component, kind_of, main_callable
from imbbench.errors import NothingSelected, UsageError
from imbbench.params import bind, given
from imbbench.spec import Spec, is_glob, parse, split_list
from imbbench.suggest import did_you_mean

if TYPE_CHECKING:
    import pluggy

_PLURAL = {"strategy": "strategies"}


@dataclass(frozen=True)
class Provider:
    """A plugin as `imbbench plugins` shows it.

    Parameters
    ----------
    name : of its entry point, or the module given with `-p`.
    module : what was imported.
    distribution, version : the installed package; empty for a local module.
    error : why it failed to load; empty when it works.
    """

    name: str
    module: str
    distribution: str = ""
    version: str = ""
    error: str = ""

    def __str__(self) -> str:
        package = f" ({self.distribution} {self.version})" if self.distribution else ""
        return f"plugin {self.name!r}{package}"


@dataclass(frozen=True, eq=False)
class Bound:
    """A component with its parameters, ready to be called: `main_callable(component)(..., **params)`."""

    kind: str
    spec: str
    component: Any
    params: Mapping[str, Any]
    provider: Provider

    @property
    def name(self) -> str:
        """The component's name, without parameters."""
        return str(self.component.name)

    @property
    def who(self) -> str:
        """The component as an error names it: with its plugin, unless it is a built-in."""
        plugin = "" if self.provider.module.startswith("imbbench.builtin.") else f" of {self.provider}"
        return f"{self.kind} {self.spec!r}{plugin}"

    @property
    def deterministic(self) -> bool:
        """Whether the seed that it is given changes nothing: a strategy or a model says so, or has a
        `random_state` of its own."""
        if self.params.get("random_state") is not None:
            return True
        says = self.component.deterministic
        try:
            return bool(says(**self.params) if callable(says) else says)
        except (Exception, SystemExit) as error:
            what = f"{self.who}: its deterministic raised {type(error).__name__}"
            raise UsageError(f"{what}: {error}") from error

    def call(self, *args: Any) -> Any:
        """The component's main callable with its parameters."""
        return main_callable(self.component)(*args, **self.params)


@dataclass(frozen=True)
class Registry:
    """Every component that was found.

    Parameters
    ----------
    components : kind -> name -> (component, who provides it).
    providers : every plugin, the failed ones too.
    manager : pluggy's, through which observers are told.
    local, without : names of the modules loaded for this run only, and of the plugins left out of it.
    handed : components handed to `run()`.
    """

    components: Mapping[str, Mapping[str, tuple[Component, Provider]]]
    providers: tuple[Provider, ...]
    manager: pluggy.PluginManager
    local: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    handed: tuple[Component, ...] = ()
    _bound: dict[tuple[str, str], Bound] = field(default_factory=dict, repr=False, compare=False)

    @property
    def failures(self) -> tuple[Provider, ...]:
        """Plugins that did not load."""
        return tuple(provider for provider in self.providers if provider.error)

    def with_components(self, handed: Iterable[Component]) -> Registry:
        """This registry and, under their names, components handed to `run()`."""
        components = {kind: dict(known) for kind, known in self.components.items()}
        handed = tuple(handed)
        for component in handed:
            kind = kind_of(component)
            if component.name in components[kind]:
                raise UsageError(f"{kind} {component.name!r} exists already; give yours another name")
            module = getattr(main_callable(component), "__module__", "")
            components[kind][component.name] = (component, Provider("run()", module))
        return replace(self, components=components, handed=(*self.handed, *handed), _bound={})

    def resolve(self, kind: str, text: str | Spec) -> Bound:
        """The component and parameters that a spec names. UsageError if there is none."""
        remembered = self._bound.get((kind, str(text)))
        if remembered is not None:
            return remembered
        spec = parse(text) if isinstance(text, str) else text
        if spec.name not in self.components[kind]:
            raise UsageError(self._unknown(kind, spec.name))
        component, provider = self.components[kind][spec.name]
        function = main_callable(component)
        params = bind(spec, function, f"{kind} {spec.name!r}")
        canonical = str(Spec(spec.name, given(params, function)))
        bound = Bound(kind, canonical, component, params, provider)
        self._bound[kind, canonical] = bound
        return bound

    def select(self, kind: str, items: Iterable[str | Spec]) -> list[Bound]:
        """The components named by specs, comma lists, globs or "all", each once, in order.

        "all" and globs choose by name, and datasets also by card (`card_filter`); "all" leaves out those that
        say `in_all=False`. Raises UsageError for an unknown name, NothingSelected for a glob without a match.
        """
        chosen: dict[str, Bound] = {}
        for item in items:
            for part in split_list(item) if isinstance(item, str) else [item]:
                for bound in self._matches(kind, part):
                    chosen.setdefault(bound.spec, bound)
        return list(chosen.values())

    def _matches(self, kind: str, item: str | Spec) -> list[Bound]:
        spec = parse(item) if isinstance(item, str) else item
        known = self.components[kind]
        if spec.name == "all":
            names = [name for name, (component, _) in known.items() if component.in_all]
        elif is_glob(spec.name):
            names = fnmatch.filter(known, spec.name)
        else:
            return [self.resolve(kind, spec)]
        if not names:
            raise NothingSelected(f"no {kind} matches {spec.name!r}; {self._known(kind)}")
        if kind == "dataset":
            loads = [known[name][0].load for name in names]  # type: ignore[union-attr]
            chosen, rest = split_filter(spec, loads)
            cards = {name: known[name][0].card for name in names}  # type: ignore[union-attr]
            names, spec = [name for name in names if chosen(cards[name])], rest
            if not names:
                shows = f"`imbbench list '{spec.name}'` shows the rows and ratios of {len(cards)}"
                raise NothingSelected(f"no dataset matches {str(item)!r}; {shows}")
        return [self.resolve(kind, Spec(name, spec.params)) for name in names]

    def _known(self, kind: str) -> str:
        """What there is of a kind, for an error."""
        known = list(self.components[kind])
        if len(known) > 30:
            return f"`imbbench list` shows all {len(known)}"
        return f"{_PLURAL.get(kind, f'{kind}s')} are {', '.join(known) or 'none'}"

    def why_unusable(self, kind: str, name: str) -> str:
        """What is wrong with a name that plugins do provide; empty where none does."""
        errors = (provider.error for provider in self.failures if f"{kind} {name!r}" in provider.error)
        return next((f"{kind} {name!r} cannot be used: {error}" for error in errors), "")

    def _unknown(self, kind: str, name: str) -> str:
        if why := self.why_unusable(kind, name):
            return why
        known = list(self.components[kind])
        hint = self._known(kind)
        elsewhere = [other for other, names in self.components.items() if name in names]
        if elsewhere:
            hint = f"{name!r} is a {elsewhere[0]}; {hint}"
        return f"no {kind} named {name!r}{did_you_mean(name, known)}; {hint}"
