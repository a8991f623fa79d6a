"""The certificate of the door is the keeper's: who joins before it is made keeps the token."""

from apps.learning import superlinks
from federated.agreed.keys import new_key, public_text
from tests.learning import set_up, token


def test_a_factory_that_joins_before_the_keeper_made_the_certificate_is_told_so_and_keeps_its_token(
    world, committed, client, settings, tmp_path
):
    settings.LEARNING_FOLDER = tmp_path
    found = set_up(world)
    body = {"token": token(world, found, "supplier"), "public_key": public_text(new_key()), "version": "0.1.0"}
    headers = {"accept-language": "en"}
    early = client.post("/api/learning/join/", body, content_type="application/json", headers=headers)
    assert (early.status_code, early.json()["code"]) == (503, "door_not_ready")
    assert "with the same token" in early.json()["errors"][0]["remedy"]
    assert not (tmp_path / "door").exists()
    superlinks.Keeper()
    late = client.post("/api/learning/join/", body, content_type="application/json")
    assert late.status_code == 200
    assert late.json()["ca"].startswith("-----BEGIN CERTIFICATE-----")
