"""The facilitator's screen: the clock, the inject to read out, what the players should do, and one key for each thing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Digits, Footer, Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from drillbook.append import Log
from drillbook.drills import session
from drillbook.drills.scenario import Inject, Scenario
from drillbook.drills.session import Phase, RefusedError, State
from drillbook.duration import show
from drillbook.harmless import visible

_LAST = 8
"""So many lines of what was recorded are shown."""


def _plain(text: str) -> Content:
    """Text of a document: shown as it is, never as markup, and nothing in it moves the cursor."""
    return Content("\n".join(visible(line) for line in text.split("\n")))


class _Ask(ModalScreen[str]):
    """One line of text."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss('')", "Back")]

    def __init__(self, question: str) -> None:
        super().__init__()
        self.question = question

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label(_plain(self.question))
            yield Input(id="answer", max_length=2000)

    @on(Input.Submitted)
    def said(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip())


class _Choose(ModalScreen[str]):
    """One step of the runbook, of all it has."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss('')", "Back")]

    def __init__(self, steps: dict[str, str]) -> None:
        super().__init__()
        self.steps = steps

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label("Which step did they do?")
            yield OptionList(*(Option(_plain(f"{title}  ({name})"), id=name) for name, title in self.steps.items()))

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id or "")


class DrillApp(App[None]):
    """A drill on a terminal. Every key adds its entry to the journal before the screen changes."""

    TITLE = "drillbook drill"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #top { height: 5; padding: 0 1; }
    #clock { width: 34; }
    #state { width: 1fr; padding-top: 1; }
    #left { width: 3fr; padding: 0 1; border-right: solid $primary; }
    #right { width: 2fr; padding: 0 1; }
    #said { border: round $accent; padding: 0 1; height: auto; }
    .head { text-style: bold; margin-top: 1; }
    #steps { height: auto; max-height: 14; }
    #told { height: 10; padding: 0 1; border-top: solid $primary; }
    #box { width: 80%; max-width: 100; height: auto; max-height: 80%; border: thick $accent; background: $surface; padding: 1 2; }
    _Ask, _Choose { align: center middle; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next", "Next"),
        Binding("d", "done", "Did it"),
        Binding("m", "missed", "Missed"),
        Binding("o", "other", "Other"),
        Binding("h", "hint", "Hint"),
        Binding("t", "note", "Note"),
        Binding("p", "pause", "Pause"),
        Binding("s", "skip", "Skip"),
        Binding("c", "contingency", "Change"),
        Binding("y", "copy", "Copy"),
        Binding("e", "end", "End"),
        Binding("a", "abort", "Abort"),
        Binding("q", "leave", "Leave"),
    ]

    def __init__(
        self, scenario: Scenario, log: Log, commit: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__()
        self.scenario, self.log_file, self.commit, self.clock = scenario, log, commit, clock
        self._shown: tuple[str, ...] | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(id="top"):
            yield Digits("00:00:00", id="clock")
            yield Static(id="state")
        with Horizontal():
            with VerticalScroll(id="left"):
                yield Static("Now", classes="head")
                yield Static(id="said")
                yield Static(id="next")
            with Vertical(id="right"):
                yield Static("The players should", classes="head")
                yield OptionList(id="steps")
                yield Static(id="goals")
        yield Static(id="told")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Show the state at once, and then every half second."""
        self.refresh_state()
        self.set_interval(0.5, self.refresh_state)
        self.query_one("#steps", OptionList).focus()

    @property
    def values(self) -> list[dict[str, Any]]:
        """What the journal says until now."""
        return [dict(each.value) for each in self.log_file.journal.entries]

    @property
    def state(self) -> State:
        """Where the drill stands."""
        return session.state(self.scenario, self.values, self.clock())

    def refresh_state(self) -> None:
        """Show what the journal says."""
        now = self.state
        self.screen_stack[0].query_one("#clock", Digits).update(_digits(now.clock))
        put = {
            "#state": _standing(now),
            "#said": _said(now),
            "#next": _next(now),
            "#goals": _goals(now),
            "#told": _told(self.values),
        }
        for name, text in put.items():
            self.screen_stack[0].query_one(name, Static).update(_plain(text))
        if now.open != self._shown:
            self._shown = now.open
            steps = self.screen_stack[0].query_one("#steps", OptionList)
            steps.clear_options()
            steps.add_options(
                Option(_plain(f"{self.scenario.steps.get(each, each)}  ({each})"), id=each) for each in now.open
            )
            steps.highlighted = 0 if now.open else None

    def keep(self, kind: str, name: str = "", text: str = "") -> None:
        """Write one entry, and show it; what cannot be done now is said."""
        try:
            if self.state.phase is Phase.WAITING and kind == "start":
                self.log_file.add(session.begin(self.scenario, self.clock(), self.commit, self.scenario.teams))
            else:
                self.log_file.add(session.act(self.state, kind, self.clock(), text, name))
        except RefusedError as error:
            self.notify(_plain(str(error)).plain, severity="warning", markup=False)
        except OSError as error:
            self.notify(f"not written: {error.strerror or error}", severity="error", timeout=30, markup=False)
        self.refresh_state()

    def action_next(self) -> None:
        """Start the clock, or give the next inject."""
        if self.state.phase is Phase.WAITING:
            self.keep("start")
        else:
            upcoming = self.state.next
            self.keep("inject", upcoming.id if upcoming else "")

    def _picked(self) -> str:
        steps = self.query_one("#steps", OptionList)
        index = steps.highlighted
        return (steps.get_option_at_index(index).id or "") if index is not None and steps.option_count else ""

    def action_done(self) -> None:
        """The players did the marked step."""
        self.keep("done", self._picked())

    def action_missed(self) -> None:
        """The players missed the marked step."""
        self.keep("missed", self._picked())

    def action_other(self) -> None:
        """The players did a step that was not expected now."""
        self.push_screen(_Choose(dict(self.scenario.steps)), lambda name: self.keep("done", name) if name else None)

    def action_hint(self) -> None:
        """Give the hint of the inject."""
        now = self.state.now
        self.keep("hint", now.id if now else "")

    def action_skip(self) -> None:
        """Leave the next inject out."""
        upcoming = self.state.next
        self.keep("skip", upcoming.id if upcoming else "")

    def action_pause(self) -> None:
        """Let the clock stand still, or run again."""
        self.keep("resume" if self.state.phase is Phase.PAUSED else "pause")

    def _asked(self, kind: str, question: str) -> None:
        self.push_screen(_Ask(question), lambda text: self.keep(kind, text=text) if text else None)

    def action_note(self) -> None:
        """Write a note."""
        self._asked("note", "Note")

    def action_contingency(self) -> None:
        """Write down what was decided because the drill went another way."""
        self._asked("contingency", "What did you change, because the drill went another way?")

    def action_abort(self) -> None:
        """Stop for good, with a reason."""
        self.push_screen(
            _Ask("Why is the drill stopped? The clock stops for good."), lambda text: self._stop("abort", text)
        )

    def action_end(self) -> None:
        """Stop for good."""
        left = f" Still open: {', '.join(self.state.open)}." if self.state.open else ""
        self.push_screen(
            _Ask(f"End the drill? The clock stops for good.{left} Type yes."), lambda text: self._ended(text)
        )

    def _ended(self, text: str | None) -> None:
        if text and text.lower() in ("y", "yes"):
            self._stop("end", "The drill is over")

    def _stop(self, kind: str, text: str | None) -> None:
        if text:
            self.keep(kind, text=text)
            if self.state.phase is Phase.ENDED:
                self.exit()

    def action_copy(self) -> None:
        """Put the words of the inject on the clipboard."""
        now = self.state.now
        if now:
            self.copy_to_clipboard(now.says)
            self.notify("The words are on the clipboard")

    def action_leave(self) -> None:
        """Leave; --resume goes on."""
        self.exit()


def _digits(clock: timedelta) -> str:
    seconds = int(clock.total_seconds())
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _standing(now: State) -> str:
    what = f"{now.scenario.title} ({now.scenario.mode}, {now.scenario.environment})"
    over = (
        f", {show(now.clock - now.scenario.duration)} over"
        if now.clock - now.scenario.duration > timedelta(minutes=1)
        else ""
    )
    lines = [what, f"{now.phase}, {show(now.scenario.duration)} planned{over}"]
    if now.scenario.abort_when:
        lines.append(f"Stop at once when: {'; '.join(now.scenario.abort_when)}")
    return "\n".join(lines)


def _said(now: State) -> str:
    if now.now is None:
        return "Press n to start the clock." if now.phase is Phase.WAITING else "Press n to give the first inject."
    hint = ""
    if now.now.hint:
        hint = f"\n\nHint{' given' if now.now.id in now.hinted else ', when nobody moves'}: {now.now.hint}"
    return f"{now.now.id}, by {now.now.via}\n\n{now.now.says}{_commands(now.now)}{hint}"


def _commands(inject: Inject) -> str:
    """What makes a live inject true, to be run by hand: nothing is run from here."""
    shown = [
        f"\n\n{word}:\n{text}" for word, text in (("Run by hand", inject.run), ("Undo by hand", inject.undo)) if text
    ]
    return "".join(shown)


def _next(now: State) -> str:
    if now.next is None:
        return "\nNo inject left: press e when the players are done."
    wait = now.next.at - now.clock
    when = "NOW" if wait <= timedelta() else f"in {_digits(wait)}"
    return f"\nNext {when}: {now.next.id} at {show(now.next.at)}, by {now.next.via}\n{now.next.says}"


def _goals(now: State) -> str:
    lines = ["", "Objectives"]
    for each in now.scenario.objectives:
        took = now.took(each)
        word_late = ", late" if (now.clock if took is None else took) > each.within else ""
        word = f"done at {show(took)}" if took is not None else f"within {show(each.within)}"
        lines.append(f"  {each.title}: {word}{word_late}")
    return "\n".join(lines)


def _told(values: list[dict[str, Any]]) -> str:
    lines = [f"{value['at'][11:19]}Z  {value['kind']:<11} {value['text']}" for value in values[-_LAST:]]
    return "\n".join(lines) if lines else "Nothing recorded yet. Times are UTC."
