"""The walks over what is shown leave the keeper out, because it needs Flower: it has nothing that they would look at."""

from importlib import import_module

from django import forms
from rest_framework import serializers

from tests.walk.shown import KEEPER, looks


def test_the_keeper_has_no_looks_no_forms_and_no_serializers():
    modules = [import_module(name) for name in KEEPER]
    own = [found for module in modules for found in vars(module).values() if getattr(found, "__module__", "") in KEEPER]
    assert len(own) >= 3
    classes = [found for found in own if isinstance(found, type)]
    assert [found for found in classes if issubclass(found, (forms.BaseForm, serializers.Serializer))] == []
    assert list(looks(modules)) == []
