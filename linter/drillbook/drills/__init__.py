"""Drills: running a scenario against the clock, and what came of it."""
