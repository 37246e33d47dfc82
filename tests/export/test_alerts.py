"""The alert rule of a signal, read by the real promtool."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from drillbook import files
from drillbook.export.alerts import NotExported, alert_rule
from drillbook.model import Runbook

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def runbook() -> Runbook:
    repository = files.load(ROOT)
    document = repository.runbook("fraud-accuracy-drop")
    assert document is not None
    found = repository.model(document)
    assert found is not None
    return found


def promtool(*arguments: str) -> str:
    program = shutil.which("promtool")
    assert program, "promtool is missing; make test installs it, or says how"
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def written(runbook: Runbook, name: str, folder: Path) -> Path:
    signal = runbook.signal(name)
    assert signal is not None
    file = folder / "rules.yml"
    rules = [alert_rule(runbook, signal)]
    file.write_text(yaml.safe_dump({"groups": [{"name": runbook.id, "rules": rules}]}, sort_keys=False))
    return file


@pytest.mark.slow
def test_promtool_accepts_the_rule(runbook: Runbook, tmp_path: Path) -> None:
    file = written(runbook, "auc-pr-drop", tmp_path)
    print(file.read_text())
    assert "SUCCESS: 1 rules found" in promtool("check", "rules", str(file))


@pytest.mark.slow
def test_the_alert_starts_at_fires_and_ends_at_clears(runbook: Runbook, tmp_path: Path) -> None:
    """Fires below -0.03 for 30m; at -0.02, between the two, it goes on; at 0 it ends after an hour and not before."""
    written(runbook, "auc-pr-drop", tmp_path)
    labels = 'model="fraud-scorer", serving="true", segment="eu"'
    values = "0.5x59 0.46x59 0.48x59 0.5x179"  # baseline 0.5: fine, fires from 60m, between from 120m, clear from 180m
    expected = {
        "exp_labels": {"segment": "eu", "owner": "fraud-ml", "tier": "page", "runbook": "fraud-accuracy-drop"},
        "exp_annotations": {"summary": "Precision-recall area on matured labels, against the baseline of the segment"},
    }
    minutes = {"59m": [], "89m": [], "91m": [expected], "150m": [expected], "235m": [expected], "245m": []}
    test = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": f"model_eval_auc_pr{{{labels}}}", "values": values},
                    {
                        "series": 'model_eval_auc_pr_baseline{model="fraud-scorer", segment="eu"}',
                        "values": "0.5x400",
                    },
                    {"series": f"model_eval_positives{{{labels}}}", "values": "600x400"},
                ],
                "alert_rule_test": [
                    {"eval_time": at, "alertname": "FraudAucPrDrop", "exp_alerts": alerts}
                    for at, alerts in minutes.items()
                ],
            }
        ],
    }
    file = tmp_path / "test.yml"
    file.write_text(yaml.safe_dump(test, sort_keys=False))
    assert "SUCCESS" in promtool("test", "rules", str(file))


@pytest.mark.parametrize("name", ["decision-shift", "complaints", "input-psi"])
def test_what_two_thresholds_cannot_say_is_not_exported(runbook: Runbook, name: str) -> None:
    signal = runbook.signal(name)
    assert signal is not None
    with pytest.raises(NotExported, match=name):
        alert_rule(runbook, signal)
