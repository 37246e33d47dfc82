"""Commands, right and wrong in pairs: what the shell's grammar and the table of changes say about each."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from drillbook import shell
from drillbook.rules.undeclared_change.table import change
from drillbook.rules.unquoted_input import may_split
from drillbook.rules.vague_wording import _HINTS as HINTS
from drillbook.rules.vague_wording import _WORDS as VAGUE

# A command that a shell reads, and one like it that no shell reads, with what the flaw says.
PAIRS = [
    ('echo "a b"', 'echo "a b', 'opens "'),
    ("echo 'it'", "echo 'it' 's", "opens '"),
    ("echo it\\'s", "echo it's", "opens '"),
    ('curl -d \'{"a": "its"}\' host', 'curl -d \'{"a": "it\'s"}\' host', 'opens "'),
    ("for i in a b; do echo $i; done", "for i in a b; do echo $i", '"done"'),
    ("for i in a; do echo done; done", "for i in a; do echo done", '"done"'),
    ("for i do echo done; done", "for i in a; do b", '"done"'),
    ("while read -r x; do\n  echo $x\ndone < names", "while read -r x; do\n  echo $x", '"done"'),
    ("if true; then a; else b; fi", "if true; then a; else b", '"fi"'),
    ("if true; then a; fi", "a; fi", 'has a "fi"'),
    ("while true; do a; done", "a\ndone", 'has a "done"'),
    ("case $x in a) b;; *) c;; esac", "case $x in a) b;;", '"esac"'),
    ("echo $(date)", "echo $(date", '")"'),
    ("echo `date`", "echo `date", "closing `"),
    ("echo ${x}", "echo ${x", '"}"'),
    ("(cd a && ls)", "(cd a && ls", '")"'),
    ("{ a; b; }", "{ a; b;", '"}"'),
    ("cat <<EOF\nit's open \"here\nEOF\n", "cat <<EOF\nhere", 'no line "EOF"'),
    ("cat <<-'END' | tee a\n\tit's\n\tEND", "cat <<'END' | tee a\nhere", 'no line "END"'),
    ("cat <<EOF\n${x}\nEOF", "cat <<EOF\n${x}\n  EOF\n", 'no line "EOF"'),
    ("x=$(cat <<EOF\nhere\nEOF\n)", "cat <<EOF > a\nhere\n", 'no line "EOF"'),
    ("kubectl get pods |\n  grep ranker", "kubectl get pods |", 'ends in "|"'),
    ("a && b", "a &&", 'ends in "&&"'),
    ("echo 'a |'", "a ||", 'ends in "||"'),
    ('flagctl set a 0 --env "${environment}"', 'flagctl set a 0 --env "${environment}', 'opens "'),
    ("awk '{print $1}' file", "awk '{print $1} file", "opens '"),
    ("diff <(a) <(b) # it's fine", "diff <(a) <(b", '")"'),
]


@pytest.mark.parametrize(("right", "wrong", "words"), PAIRS)
def test_what_no_shell_reads(right: str, wrong: str, words: str) -> None:
    assert shell.read(right).flaw is None
    flaw = shell.read(wrong).flaw
    assert flaw is not None
    assert words in flaw.message
    assert flaw.part in wrong


@pytest.mark.skipif(shutil.which("bash") is None, reason="asks bash")
@pytest.mark.parametrize(("right", "wrong", "words"), PAIRS)
def test_bash_agrees(right: str, wrong: str, words: str) -> None:
    def reads(text: str) -> bool:
        return subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False).returncode == 0

    assert reads(right)
    assert (
        not reads(wrong) or "no line" in words
    )  # bash reads a here-document to the end of the file, and a terminal waits


@pytest.mark.parametrize(
    ("text", "placeholders"),
    [
        ("kubectl drain <node-name> --force", ("<node-name>",)),
        ("kubectl logs svc/<name>", ("<name>",)),
        ("podsnap --app=<app name> --out x", ("<app name>",)),
        ("scp <bucket>.tar host:", ("<bucket>",)),
        ("echo $(modelctl show <model>)", ("<model>",)),
        ("sort < names.txt > sorted.txt", ()),
        ("sort <names >sorted", ()),
        ("sort <names>sorted", ()),
        ("diff <(a) <(b)", ()),
        ("grep '<title>' page.html", ()),
        ("cat <<EOF\n<name>\nEOF", ()),
        ("kubectl get pods # <none> ready", ()),
    ],
)
def test_placeholders(text: str, placeholders: tuple[str, ...]) -> None:
    assert shell.read(text).placeholders == placeholders
    assert shell.read(text).flaw is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("$ kubectl get pods", 1),
        ("kubectl get pods\n  $ kubectl get nodes", 1),
        ("root@gpu-7:~# df", 1),
        ("# systemctl status ranker", 1),
        ("# first the pods\nkubectl get pods", 0),
        ("echo 'a\n$ b'", 0),
        ("cat <<EOF\n$ a\nEOF", 0),
        ("$CMD a", 0),
        ("scp a@host:b c", 0),
    ],
)
def test_prompts(text: str, count: int) -> None:
    assert len(shell.read(text).prompts) == count


@pytest.mark.parametrize(
    ("text", "free"),
    [
        ('a "${x}" $y', {"x", "y"}),
        ("x=1; a $x ${y:-2} ${z:?}", set()),
        ("for x in a; do b $x; done", set()),
        ("read -r x y; a $x $y", set()),
        ("while read -r x; do a $x; done", set()),
        ("export x=1; a $x", set()),
        ("mapfile -t x; a ${x[@]}", set()),
        ("awk '{print $1, $x}'", set()),
        ("cat <<EOF\n${x}\nEOF", {"x"}),
        ("cat <<'EOF'\n${x}\nEOF", set()),
        ('a "\\${x}" $1 $? $$ $@', set()),
        ('a "$(b "${x}")"', {"x"}),
        ("a ${#x} ${x%.*}", {"x"}),
        ("a > ${x}/y", {"x"}),
    ],
)
def test_free_variables(text: str, free: set[str]) -> None:
    read = shell.read(text)
    assert {each.name for each in read.variables if not each.guarded} - read.assigned == free


@pytest.mark.parametrize(
    ("text", "split"),
    [("a ${x}", True), ("a --b=${x}", True), ('a "${x}"', False), ("y=${x}", False), ("a > ${x}", False)],
)
def test_what_a_shell_splits(text: str, split: bool) -> None:
    assert [each.split for each in shell.read(text).variables] == [split]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("kubectl delete pod x", "kubectl delete"),
        ("kubectl delete pod x --dry-run=client", ""),
        ("kubectl delete pod x --dry-run=none", "kubectl delete"),
        ("kubectl --context c -n n delete pod x", "kubectl delete"),
        ("kubectl get pods -l delete=true", ""),
        ("kubectl auth can-i delete pods", ""),
        ("kubectl rollout restart deploy/x", "kubectl rollout restart"),
        ("kubectl rollout status deploy/x", ""),
        ("kubectl exec x -- rm -rf /data", "rm -r"),
        ("kubectl exec x -- ls -r /data", ""),
        ("kubectl get pods -o name | xargs -n 1 kubectl delete", "kubectl delete"),
        ("sudo -u root systemctl restart x", "systemctl restart"),
        ("systemctl status x", ""),
        ("helm rollback x 3", "helm rollback"),
        ("helm history x", ""),
        ("rm -rf /var/cache/x", "rm -r"),
        ("rm -rf /tmp/x", ""),
        ("psql -c 'DROP TABLE x'", "DROP TABLE"),
        ("psql -c \"SELECT 'drop table x'\"", ""),
        ("psql --command='truncate items'", "truncate items"),
        ("psql -c 'begin; delete from x; rollback'", ""),
        ("mysql -e 'delete from x where a = 1'", "delete from"),
        ("mysql -e 'select deleted from x'", ""),
        ("git push --force origin main", "git push --force"),
        ("git push origin main", ""),
        ("curl -X DELETE http://x/items", "DELETE"),
        ("curl -X GET http://x/items", ""),
        ("curl -X POST http://x/_aliases -d @a", "POST _aliases"),
        ("curl -X POST http://x/_search -d @a", ""),
        ("indexctl alias swap a b", "indexctl alias swap"),
        ("indexctl alias list a", ""),
        ("indexctl drop a", "indexctl drop"),
        ("indexctl show drop-2", ""),
        ("releasectl roll --force", "releasectl --force"),
        ("cp --force a b", ""),
        ("grep -r 'drop table' logs", ""),
        ("echo kubectl delete pod x", ""),
        ("bash -c 'kubectl delete pod x'", "kubectl delete"),
        ("aws s3 rm s3://x", "aws s3 rm"),
        ("aws s3 ls s3://x", ""),
        ("helm --kube-context ${kube_context} diff upgrade scorer ./chart", ""),
        ("git push origin +main", "git push --force"),
        ("aws s3 sync . s3://models --delete", "aws s3 sync --delete"),
        ("aws s3 sync . s3://models", ""),
        ("find /data -name old -delete", "find -delete"),
        ("kafka-topics --bootstrap-server b:9092 --delete --topic clicks", "kafka-topics --delete"),
        # tools that roll back, stop or restart
        ("kubectl argo rollouts abort ranker -n ranking", "kubectl rollouts abort"),
        ("kubectl argo rollouts get rollout ranker -n ranking", ""),
        ("argocd app rollback scorer 3", "argocd app rollback"),
        ("argocd app history scorer", ""),
        ("docker compose -f x.yaml restart scorer", "docker compose restart"),
        ("docker compose ps", ""),
        ("docker system prune -f", "docker system prune"),
        ("service nginx restart", "service restart"),
        ("service nginx status", ""),
        ("supervisorctl restart scorer", "supervisorctl restart"),
        ("gcloud compute instances stop gpu-7", "gcloud stop"),
        ("aws ec2 stop-instances --instance-ids i-1", "aws stop-instances"),
        ("aws ec2 describe-instances", ""),
        ("etcdctl del /models/scorer", "etcdctl del"),
        ("dvc gc -w", "dvc gc"),
        ("rsync -a --delete new/ /models/", "rsync --delete"),
        ("rsync -a --delete /models/ ${evidence_dir}/models/", ""),
        ("rsync -a new/ /models/", ""),
        ("mkfs.ext4 /dev/sdb", "mkfs.ext4"),
        ("http DELETE http://x/items", "DELETE"),
        ("wget --method=DELETE http://x/items", "DELETE"),
        ("mongosh --eval 'db.items.deleteMany({})'", "deleteMany"),
        ("mongosh --eval 'db.items.countDocuments({})'", ""),
        (
            "kafka-consumer-groups.sh --reset-offsets --to-latest --execute --group x",
            "kafka-consumer-groups.sh --reset-offsets",
        ),
        ("kafka-consumer-groups.sh --reset-offsets --to-latest --group x", ""),
        ("psql -c 'vacuum full items'", "vacuum full"),
        ("psql -c 'vacuum items'", ""),
        # what a program reads: here-documents, here-strings, pipes
        ("psql -h db <<SQL\nselect 1;\nDROP TABLE items;\nSQL\n", "DROP TABLE"),
        ("psql -h db <<SQL\nselect 'drop table items';\n-- drop table items\nSQL\n", ""),
        ("psql -f - <<'SQL' > out.txt\n\\set ON_ERROR_STOP 1\ndelete from items\nSQL\n", "delete from"),
        ("psql -h db <<< 'truncate items' 2> /dev/null", "truncate items"),
        ("psql -f look.sql <<< 'truncate items'", ""),
        ("echo 'drop table items' | psql -h db", "drop table"),
        ("printf 'drop table items;' | sudo -u postgres psql", "drop table"),
        ("cat <<SQL | psql\ndrop table items\nSQL\n", "drop table"),
        ("cat <<SQL | envsubst | psql -h db\ndrop table items\nSQL\n", "drop table"),
        ("echo 'drop table items' | tee next.sql", ""),
        ("echo 'drop table items' | grep -c drop", ""),
        ("cat > next.sql <<SQL\ndrop table items\nSQL\n", ""),
        ("kubectl exec -i db-0 -- psql <<SQL\ndrop table items\nSQL\n", "drop table"),
        ("docker exec -i -u postgres db psql -c 'drop table items'", "drop table"),
        ("docker compose exec -T db psql -c 'select 1'", ""),
        ("ssh -i key host 'psql -d rec' <<SQL\ndrop table items\nSQL\n", "drop table"),
        ("ssh host <<EOF\nkubectl delete pod x\nEOF\n", "kubectl delete"),
        ("ssh -o User=ops host kubectl delete pod x", "kubectl delete"),
        ("ssh host df -h", ""),
        ("bash -s <<EOF\nkubectl delete pod x\nEOF\n", "kubectl delete"),
        # SQL
        ("psql -c 'EXPLAIN ANALYZE DELETE FROM items'", "DELETE FROM"),
        ("psql -c 'explain (analyze, buffers) delete from items'", "delete from"),
        ("psql -c 'EXPLAIN DELETE FROM items'", ""),
        ("psql -c 'explain (analyze false) delete from items'", ""),
        ("psql -c 'with gone as (delete from items returning id) select count(*) from gone'", "delete from"),
        ("psql -c 'select pg_terminate_backend(pid) from pg_stat_activity'", "pg_terminate_backend"),
        ("psql -c 'select pg_advisory_lock(7)'", "pg_advisory_lock"),
        ("psql -c \"select proname from pg_proc where proname = 'pg_terminate_backend'\"", ""),
        ("psql -c \"select set_config('statement_timeout', '5s', false); select 1\"", ""),
        ("psql -c 'create temp table late (id int); insert into late select id from items; table late'", ""),
        ("psql -c 'insert into late select id from items'", "insert into"),
        ("mysql -e'delete from x'", "delete from"),
        ("psql -c 'copy items from stdin'", "copy items from"),
        ("psql -c 'copy (select 1) to stdout'", ""),
        ("bq rm -f -t rec.items", "bq rm"),
        ("bq --project_id=p rm rec.items", "bq rm"),
        ("bq ls rec", ""),
        # processes and files
        ("kill 4711", "kill"),
        ("kill -9 $(pgrep ranker)", "kill"),
        ("pgrep ranker | xargs kill", "xargs kill"),
        ("kill -0 4711", ""),
        ("kill -QUIT 4711", ""),
        ("kill -s USR1 4711", ""),
        ('kubectl port-forward svc/x 9090 &\npf=$!\ncurl localhost:9090\nkill "${pf}"', ""),
        ("sleep 9 & kill $!", ""),
        ("kill %1", ""),
        ("pkill -HUP ranker", "pkill"),
        ("pkill -f 'kubectl port-forward'", ""),
        ("truncate -s 0 /var/log/ranker.log", "truncate"),
        ("truncate --size 0 /tmp/x", ""),
        ("dd if=/dev/zero of=/dev/sdb bs=1M", "dd of="),
        ("dd if=/dev/sdb of=/dev/null bs=1M", ""),
        ("dd if=/dev/sdb of=${evidence_dir}/disk.img", ""),
        ("find /data -name '*.old' -print0 | xargs -0 rm", "xargs rm"),
        ("find /data -name '*.old' | sort | xargs rm -f", "xargs rm"),
        ("find /tmp/x -name '*.old' | xargs rm -f", ""),
        ("find /tmp/x -name '*.old' -delete", ""),
        ("find /data -name '*.old' | xargs ls", ""),
        ("find /data -name x -exec rm {} +", "find -delete"),
    ],
)
def test_what_changes_something(text: str, what: str) -> None:
    read = shell.read(text)
    found = [change(command, read.jobs) for command in shell.run(read)]
    assert next(filter(None, found), "") == what


@pytest.mark.parametrize(
    ("pattern", "splits"),
    [
        ("[0-9]+\\.[0-9]+", False),
        ("doc-[0-9a-f]{12}", False),
        ("(?:prod|staging)-[a-z]+", False),
        ("\\w+", False),
        ("[^/]+", True),
        (".+", True),
        ("[A-Z][a-z ]+", True),
        ("\\S+", True),
        ("a b", True),
        ("[a-z]+\\*", True),
        ("[a-z]*", False),
    ],
)
def test_patterns_that_allow_spaces(pattern: str, splits: bool) -> None:
    assert may_split(pattern) is splits


@pytest.mark.parametrize(
    ("words", "vague"),
    [
        ("Check the logs", True),
        ('Check the logs of the gateway for "refused"', False),
        ("Check the logs and wait", True),
        ("Check the dashboard that shows the age", False),
        ("Restart it if necessary", True),
        ("Give it back as required by the clock", False),
        ("Answer as soon as possible", False),
        ("If possible, roll back", True),
        ("Roll back where possible", True),
        ("If possible fraud is seen, call the team", False),
        ("When required fields are missing, stop", False),
        ("When required, stop", True),
        ("If needed restart it", True),
        ("Write who was called, when, and so on the hour", False),
        ("Pods, nodes, and so on", True),
        ("When possible duplicates are listed, keep them", False),
        ("Make sure it works", True),
        ("Make sure that the queue is empty", False),
        ("Pods, nodes etc.", True),
        ("The file /etc/hosts is there", False),
        ("Everything that was queued is served", False),
        ("Everything looks good", True),
        ("Decide which index is needed", False),
    ],
)
def test_vague_words(words: str, vague: bool) -> None:
    assert bool(VAGUE.search(words)) is vague


@pytest.mark.parametrize(
    "text", ["", "\n", "é \ud7ff <ü> ${", "\\", "a" * 4000, "(" * 2000, "$(" * 1000, "'\"" * 1000, "<<" * 500]
)
def test_reading_never_raises(text: str) -> None:
    shell.read(text)


@pytest.mark.parametrize(
    "text",
    [
        "kubectl get pods",
        'flagctl set fraud.review_band 0.35..0.75 --env "${environment}"',
        "flagctl set a ${stage} --env=prod -x 5 --share 10%",
        'evidence-export --rows 10000 --out "${evidence_dir}/scored-sample.parquet"',
        "llmctl attack assistant --suites held,injection",
        "ls",
    ],
)
def test_plain_commands_are_read_as_the_grammar_reads_them(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = shell.read.__wrapped__(text)
    monkeypatch.setattr(shell, "_KEYWORD", re.compile(".*"))
    assert shell.read.__wrapped__(text) == plain
    assert shell._PLAIN_COMMAND.fullmatch(text)


def test_every_vague_phrase_holds_a_hint() -> None:
    phrases = ("if needed", "as you see fit", "where possible", "make sure it works", "check that everything is normal")
    phrases += (
        "this looks as usual",
        "runs normally",
        "use your best judgement",
        "do what is needed",
        "look at the graphs",
    )
    phrases += (
        "take appropriate measures",
        "everything works well",
        "confirm it looks right",
        "inspect the system",
        "and so on",
    )
    for phrase in phrases:
        assert VAGUE.search(phrase)
        assert any(hint in phrase for hint in HINTS)


def test_what_nests_too_deep_is_a_flaw_and_no_fault_of_ours() -> None:
    flaw = shell.read("(" * 1900 + "ls" + ")" * 1900).flaw
    assert flaw is not None
    assert flaw.message == "nests deeper than can be read"
