"""What holds for every test."""

import pytest
from hypothesis import settings

# Speed is measured by make bench; a test that fails because the machine was busy tells nothing.
settings.register_profile("drillbook", deadline=None)
settings.load_profile("drillbook")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that needs a browser runs in one process, beside all the rest: it fills a core by itself, and shares one site."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
