"""What holds for every test."""

from hypothesis import settings

# Speed is measured by make bench; a test that fails because the machine was busy tells nothing.
settings.register_profile("drillbook", deadline=None)
settings.load_profile("drillbook")
