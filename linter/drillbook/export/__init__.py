"""What Drillbook writes for other tools."""
