import pytest

from federated.privacy import attacks

from .office import home, joined, office, run  # noqa: F401  # fixtures


@pytest.fixture(autouse=True)
def hasty_attackers(request, monkeypatch):
    """Every run ends with attacks on itself; only their own tests wait for good ones."""
    if request.module.__name__ != "tests.federated.test_attacks":
        monkeypatch.setattr(attacks, "STEPS", 3)
