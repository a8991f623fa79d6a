"""The state of a migration whose classes are made when they are asked for.

Django holds the classes of all models beside the state, and after each operation makes all those anew that are related to
the one it changed: of models that all point to the same few, that is nearly all of them, a third of a second for each of
hundreds of operations. An operation asks for its own model and for what that points to.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db.migrations.state import ModelState, ProjectState, StateApps
from django.db.migrations.utils import resolve_relation

Key = tuple[str, str]


class AskedApps(StateApps):
    """Classes of a state as it stands; each is made when it is first asked for, with those that it points to."""

    def __init__(self, real_apps: list[str], models: dict[Key, ModelState]) -> None:
        super().__init__(real_apps, {})
        self._models = models
        self._made: set[Key] = {(state.app_label, state.name_lower) for state in self.real_models}

    def get_model(self, app_label: str, model_name: str | None = None, require_ready: bool = True) -> Any:
        if model_name is None:
            app_label, model_name = app_label.split(".")
        self._make((app_label, model_name.lower()))
        return super().get_model(app_label, model_name, require_ready)

    @cache  # noqa: B019 - as the method that it stands before, whose cache is cleared with each new class
    def get_models(self, *words: Any, **options: Any) -> Any:
        """All of them: what points to a model is looked for here."""
        for key in self._models:
            self._make(key)
        return super().get_models(*words, **options)

    def _make(self, asked: Key) -> None:
        missing: dict[Key, ModelState] = {}
        seen, ahead = set(self._made), [asked]
        while ahead:
            key = ahead.pop()
            if key in seen:
                continue
            seen.add(key)
            if key in self._models:
                missing[key] = self._models[key]
                ahead += pointed_to(missing[key])
            else:  # the table of a many-to-many field, which comes with the model that has it
                ahead += [other for other in self._models if other[0] == key[0]]
        self._made |= set(missing)
        self.render_multiple(list(missing.values()))


def pointed_to(model: ModelState) -> Iterator[Key]:
    own = (model.app_label, model.name_lower)
    for base in model.bases:
        if isinstance(base, str):
            yield resolve_relation(base, *own)
    for field in model.fields.values():
        if field.remote_field:
            for target in (field.remote_field.model, getattr(field.remote_field, "through", None)):
                if target:
                    yield resolve_relation(target, *own)


class AskedState(ProjectState):
    """As Django's; its classes are dropped with the next clone, which comes before each change.

    Attributes:
        whole: all classes are made at once, for who reads what points to a model.
    """

    whole = False
    _classes: StateApps | None = None
    _before: StateApps | None = None

    @property
    def apps(self) -> StateApps:
        if self._classes is None:
            kind = StateApps if self.whole else AskedApps
            self._classes = kind(list(self.real_apps), self.models)
        return self._classes

    @apps.deleter
    def apps(self) -> None:
        self._classes = None

    def clone(self) -> "AskedState":
        self._before, self._classes = self._classes, None
        found = AskedState({key: model.clone() for key, model in self.models.items()}, self.real_apps)
        found.whole = self.whole
        return found

    def keep_classes(self) -> None:
        """What was changed since the clone touches no class that was made before."""
        if isinstance(self._before, AskedApps) and not self.whole:
            self._classes = self._before

    def clear_delayed_apps_cache(self) -> None:
        """Asked for by who wants all classes, as they are now."""
        self.whole, self._classes = True, None
