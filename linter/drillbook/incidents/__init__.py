"""What happened, provably, and what became of it: timelines, evidence, seals and reports of incidents."""
