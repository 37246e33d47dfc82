"""Drill -> findings of player-who-leads. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule

_APART = ("facilitator", "evaluator", "safety_officer")


@file_rule("DB902", help="let another team lead, watch or look after safety, or take this one off the players")
def player_who_leads(document: Document) -> Iterator[Found]:
    """A team that plays and at the same time leads the drill, judges it, or looks after its safety."""
    roles = document.front.get("roles") if document.kind == "drill" else None
    players = roles.get("players") if isinstance(roles, dict) else None
    if not isinstance(roles, dict) or not isinstance(players, list):
        return
    for role in _APART:
        team = roles.get(role)
        if isinstance(team, str) and team in players:
            yield Found(
                ("roles", role),
                f'"{team}" is a player too, expected a team that does not play as {role.replace("_", " ")}',
            )
