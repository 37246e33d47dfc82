"""Runbooks for ML incidents: read, checked, shown, rehearsed. Holds the version and nothing else."""

__version__ = "0.1.0"
