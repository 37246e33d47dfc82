"""The words of a heading -> the section of a runbook that its text belongs to. Pure."""

from __future__ import annotations

import re

_WORDS = {
    "Detect": "meaning description summary overview impact symptom symptoms diagnosis diagnostics diagnose investigation"
    " investigate triage detection detect alert trigger check checks background context severity verify verification cause"
    " causes troubleshooting what why bedeutung beschreibung auswirkung auswirkungen diagnose symptome ursache ursachen prüfung"
    " signification diagnostic symptômes causes significado diagnóstico síntomas causa impacto impatto diagnosi sintomas"
    " описание влияние диагностика симптомы причины 概要 意味 影響 診断 原因 症状 含义 影响 诊断 의미 영향 진단",
    "Contain": "containment contain stop immediate workaround isolate isolation eindämmung sofortmaßnahmen confinement"
    " contención contenimento contenção сдерживание 封じ込め 遏制",
    "Mitigate": "mitigation mitigate mitigations resolution resolve remediation remediate fix fixes action actions solution"
    " steps procedure response respond repair playbook behebung maßnahmen lösung schritte vorgehen atténuation résolution"
    " étapes mitigación resolución pasos solución mitigazione risoluzione mitigação resolução passos решение устранение"
    " действия 対処 対応 手順 緩和 缓解 解决 处理 완화 해결 조치",
    "Restore": "restore restoration recovery recover rollback revert validation wiederherstellung rückkehr restauration"
    " rétablissement restauración recuperación ripristino restauração восстановление откат 復旧 恢复 复原 복구",
    "Learn": "learn postmortem post-mortem retrospective follow-up links link references reference resources related"
    " who call escalation escalate contact contacts history changelog notes appendix see further additional owner owners"
    " prevention verweise nachbereitung eskalation kontakte références suites escalade referencias escalación riferimenti"
    " referências ссылки эскалация контакты 参考 エスカレーション 参考资料",
}
_PHASES = {word: phase for phase in reversed(_WORDS) for word in _WORDS[phase].split()}
"""A word that stands in two lists belongs to the first."""
_LATER = ("Contain", "Mitigate", "Restore", "Learn")


def phase(heading: str, whole: bool = False) -> str:
    """The section for a heading; empty where its words say nothing. ``whole``: only where it is one word."""
    words = re.findall(r"\w+(?:-\w+)*", heading.lower())
    if whole:
        return _PHASES.get(words[0], "") if len(words) == 1 else ""
    found = [_PHASES[word] for word in words if word in _PHASES]
    if not found:  # languages that put no space between words
        found = [name for word, name in _PHASES.items() if not word.isascii() and len(word) > 1 and word in heading]
    return next((name for name in found if name in _LATER), next(iter(found), ""))
