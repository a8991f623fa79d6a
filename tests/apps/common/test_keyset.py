import pytest

from apps.common.keyset import InvalidCursor, decode, encode
from tests.world import draft


def test_pages_join_without_gap_or_repeat(world, api_of):
    numbers = [draft(world).number for _ in range(7)]
    api, seen, cursor = api_of("buyer"), [], None
    while True:
        page = api.get("/api/orders/", limit=3, **({"cursor": cursor} if cursor else {})).json()
        seen += [row["number"] for row in page["results"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == numbers[::-1]


@pytest.mark.parametrize("cursor", ["x", "W10", encode(["2026-01-01"]), encode(["nonsense", "text"])])
def test_a_forged_cursor_is_refused(cursor):
    with pytest.raises(InvalidCursor):
        decode(cursor, 2)


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "201"}, {"limit": "-1"}, {"limit": "x"}, {"cursor": encode(["no date", 5])}]
)
def test_bad_paging_is_a_400_with_the_rule(api_of, query):
    response = api_of("buyer").get("/api/orders/", **query)
    assert response.status_code == 400
    assert response.json()["errors"][0]["rule"]
