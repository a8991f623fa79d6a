"""The lists of the keeper and of a factory, where their packages are installed; the web part: tests/walk/test_extras.py."""

import pytest

from tests.walk.test_extras import PARTS, listed, reach, unlisted


@pytest.mark.parametrize("extra", ["keeper", "factory"])
def test_a_part_lists_what_its_files_import(extra):
    assert unlisted(reach(PARTS[extra]), listed(extra)) == {}
