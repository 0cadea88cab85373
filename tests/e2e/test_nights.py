"""Runs that nobody watches: config files, questions that must not be asked, what is left behind for
those who look in the morning."""

import os
import pty
import signal

import harness
from harness import EndToEnd, csv_bytes, simple_rows

GOOD = csv_bytes(simple_rows(3))


class WithServer(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = self.sandbox()
        self.write("notes.csv", GOOD)

    def on_terminal(self, *words, answer=None):
        """The exit code and all that was shown; `answer`: what is typed, or the signal sent, when
        a question is asked."""
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        process = self.begin(*words, stdin=theirs, stderr=theirs, to=self.server)
        os.close(theirs)
        shown = b""
        try:
            while some := os.read(ours, 4096):
                shown += some
                if answer is not None and b"Type yes to go on: " in shown:
                    if isinstance(answer, bytes):
                        os.write(ours, answer)
                    else:
                        process.send_signal(answer)
                    answer = None
        except OSError:  # how a terminal tells its end
            pass
        return process.wait(harness.PATIENCE), shown.decode()


class AnOrganisationThatNobodyNamed(WithServer):
    def test_is_confirmed_once_on_a_terminal(self):
        words = ("import", "notes.csv", "--limit", "1", "--run-dir")
        code, shown = self.on_terminal(*words, "one", answer=b"yes\n")
        self.assertEqual(code, 0, shown)
        self.assertIn(f'"Sandbox Foundation" at {self.server.url}', shown)
        code, shown = self.on_terminal(*words, "two")
        self.assertEqual(code, 0, shown)
        self.assertNotIn("Type yes", shown)
        self.assertEqual(len(self.server.notes()), 2)

    def test_is_not_written_to_without_a_yes(self):
        for answer, expected in ((b"no\n", 2), (b"\n", 2), (signal.SIGINT, 5)):
            with self.subTest(answer):
                code, shown = self.on_terminal("import", "notes.csv", answer=answer)
                self.assertEqual(code, expected, shown)
                self.assertIn("nothing was sent", shown)
                self.assert_no_run_folder()
        self.assertEqual(self.server.notes(), [])

    def test_needs_no_question_when_it_is_named_or_yes_is_said(self):
        for word in (("--organization", "Sandbox Foundation"), ("--yes",)):
            code, shown = self.on_terminal("import", "notes.csv", *word, "--run-dir", word[0])
            self.assertEqual(code, 0, shown)
            self.assertNotIn("Type yes", shown)

    def test_is_an_error_where_nothing_may_be_asked(self):
        result = self.noteload("import", "notes.csv", "--no-input", to=self.server)
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, "Sandbox Foundation", "--organization", "--yes", "--no-input")
        self.assert_no_run_folder()
        self.run_import("notes.csv", "--no-input", "--organization", "Sandbox Foundation",
                        to=self.server, exits=0)

    def test_is_taken_where_there_is_nobody_to_ask(self):
        self.run_import("notes.csv", to=self.server, exits=0)

    def test_undo_asks_nothing_either(self):
        self.run_import("notes.csv", to=self.server, exits=0)
        result = self.noteload("undo", "run", "--no-input")
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, "--yes", "--no-input", "Nothing was undone")
        self.assertEqual(self.noteload("undo", "run", "--no-input", "--yes").code, 0)


if __name__ == "__main__":
    harness.main()
