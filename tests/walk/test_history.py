"""What happened to a document is told: of every tracked model, each column is told on its page or left out on purpose."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from apps.tenancy.deeds import KEYS
from tests.rooms import told_by_rooms


def stories():
    """The `history` modules of the apps that declare what is told."""
    for config in apps.get_app_configs():
        name = f"{config.name}.history"
        if config.name.startswith("apps.") and find_spec(name) and hasattr(module := import_module(name), "TOLD"):
            yield module


def tracked():
    return [model.pgh_tracked_model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]


def test_every_column_of_a_tracked_model_is_told_or_silent_on_purpose():
    examined, declared = 0, set()
    for module in stories():
        for model, told in module.TOLD.items():
            assert model not in declared, f"{model._meta.label} is declared twice"
            declared.add(model)
            names, silent = {field.name for field in model._meta.concrete_fields}, module.SILENT[model]
            assert names - KEYS <= set(told) | silent, (model._meta.label, names - KEYS - set(told) - silent)
            assert set(told) | silent <= names, (model._meta.label, "names what is no column")
            assert not set(told) & silent, (model._meta.label, "told and silent at once")
            examined += len(names)
    assert examined > 140
    assert len(declared) >= 14


def test_every_tracked_model_has_a_page_that_tells_its_history():
    declared = {model._meta.label for module in stories() for model in module.TOLD}
    found = {model._meta.label for model in tracked()}
    assert found - declared == set(told_by_rooms("histories")), "declare TOLD and SILENT in the app's history.py"
    assert len(found) > 15
