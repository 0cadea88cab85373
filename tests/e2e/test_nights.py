"""Runs that nobody watches: config files, questions that must not be asked, what is left behind for
those who look in the morning."""

import os
import pathlib
import pty
import re
import shlex
import shutil
import signal
import stat
import subprocess
import time
import unittest

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


def read_metrics(text):
    """Prometheus' text format, as strictly as its own checker: {(name, label, value): number}."""
    found = {}
    declared = None
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("#"):
            word, name, rest = line[2:].split(" ", 2)
            assert re.fullmatch(r"noteload_[a-z_]+", name), line
            assert not name.endswith(("_total", "_count", "_sum", "_bucket")), line
            if word == "HELP":
                assert declared is None or any(k[0] == declared for k in found), line
                assert not any(k[0] == name for k in found), f"twice: {line}"
                assert rest.endswith("."), line
                declared = name
            else:
                assert (word, name, rest) == ("TYPE", declared, "gauge"), line
            continue
        sample = re.fullmatch(r'(\w+)(?:\{(\w+)="([\w.]*)"\})? (\S+)', line)
        assert sample, line
        name, label, value, number = sample.groups()
        assert name == declared, line
        assert (name, label, value) not in found, line
        found[name, label, value] = float(number)
    return found


class WhatIsLeftBehind(WithServer):
    def metrics(self, name="noteload.prom"):
        found = read_metrics((self.home / name).read_text("utf-8"))
        return {k[0] if k[2] is None else (k[0], k[2]): v for k, v in found.items()}

    def test_is_one_line_on_standard_output(self):
        self.write("notes.csv", GOOD + b"x,Call,bad\n")
        result, _ = self.run_import("notes.csv", to=self.server, exits=1)
        self.assertEqual(result.out, "run: finished, 4 read, 3 created, 1 invalid, exit code 1\n")
        again = self.noteload("resume", "run")
        self.assertEqual(again.out, result.out)

    def test_is_a_report_for_people_that_is_written_again_from_the_log(self):
        self.write("notes.csv", GOOD + b"<b>,Call,bad\n")
        self.run_import("notes.csv", to=self.server, exits=1)
        report = self.home / "run/report.html"
        first = report.read_text("utf-8")
        self.assertIn("bad_contact_id", first)
        self.assertIn("notes.csv:5", first)
        self.assertNotIn("<b>", first)
        report.unlink()
        again = self.noteload("report", "run")
        self.assertEqual((again.code, again.out), (0, "run/report.html\n"), again)

        def without_times(text):
            return [line for line in text.splitlines() if "Last word" not in line]

        self.assertEqual(without_times(report.read_text("utf-8")), without_times(first))
        self.assertEqual(stat.S_IMODE(report.stat().st_mode), 0o600)

    def test_is_no_report_of_what_is_no_run(self):
        for words in (("report",), ("report", self.home), ("report", "a", "b")):
            result = self.noteload(*words)
            self.assertEqual(result.code, 2, result)

    def test_is_the_same_exit_code_where_standard_output_is_full(self):
        self.write("notes.csv", GOOD)
        full = ("sh", "-c", 'exec "$@" > /dev/full', "sh")
        for words in ((), ("--json",)):
            folder = f"run{len(words)}"
            result, run = self.run_import("notes.csv", "--run-dir", folder, *words, under=full,
                                          to=self.server, exits=0)
            self.assertEqual(run.summary["exit_code"], 0)
            self.assertEqual("standard output" in result.err, bool(words), result)

    def test_are_metrics_that_tell_of_the_run(self):
        before = time.time()
        self.run_import("notes.csv", "--metrics-file", "noteload.prom", to=self.server, exits=0)
        m = self.metrics()
        self.assertEqual(m["noteload_rows_read"], 3)
        self.assertEqual(m["noteload_rows", "created"], 3)
        self.assertEqual(m["noteload_rows", "refused"], 0)
        self.assertEqual(m["noteload_requests", "200"], 5)
        self.assertEqual((m["noteload_running"], m["noteload_exit_code"]), (0, 0))
        self.assertGreaterEqual(m["noteload_quota_limit"] - m["noteload_quota_remaining"], 5)
        self.assertGreaterEqual(m["noteload_started_timestamp_seconds"], before - 1)
        self.assertGreaterEqual(m["noteload_last_success_timestamp_seconds"], before - 1)
        self.assertEqual(stat.S_IMODE((self.home / "noteload.prom").stat().st_mode), 0o644)
        success = m["noteload_last_success_timestamp_seconds"]
        # What did not begin is told, and the last success stays.
        result = self.noteload("import", "gone.csv", "--metrics-file", "noteload.prom",
                               to=self.server)
        self.assertEqual(result.code, 2, result)
        m = self.metrics()
        self.assertEqual((m["noteload_running"], m["noteload_exit_code"]), (0, 2))
        self.assertEqual(m["noteload_last_success_timestamp_seconds"], success)
        result = self.noteload("import", "notes.csv", "--metrics-file", "noteload.prom", token=None)
        self.assertEqual((result.code, self.metrics()["noteload_exit_code"]), (2, 2))
        self.assertEqual([p.name for p in self.home.iterdir() if "prom" in p.name],
                         ["noteload.prom"])

    def test_are_metrics_while_it_goes_on(self):
        process = self.begin("import", "notes.csv", "--rate", "1/min", "--metrics-file", "m.prom",
                             to=self.server)
        harness.wait_until("it has written", (self.home / "m.prom").exists)
        self.assertEqual(self.metrics("m.prom")["noteload_running"], 1)
        harness.wait_until("it has written more", lambda:
                           self.metrics("m.prom")["noteload_rows_read"] == 3)
        process.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(process).code, 5)
        m = self.metrics("m.prom")
        self.assertEqual((m["noteload_running"], m["noteload_exit_code"]), (0, 5))
        self.assertGreater(m["noteload_rows", "not_attempted"], 0)

    def test_are_metrics_that_cannot_be_written(self):
        result, _ = self.run_import("notes.csv", "--metrics-file", "gone/m.prom", to=self.server,
                                    exits=0)
        self.assert_says(result, "--metrics-file gone/m.prom")

    def test_is_told_to_a_command(self):
        script = "env | grep ^NOTELOAD_ | sort > told; echo said; cat"
        result, _ = self.run_import("notes.csv", "--on-finish", script, to=self.server, exits=0)
        told = dict(line.split("=", 1) for line in (self.home / "told").read_text().splitlines())
        self.assertEqual(told, {
            "NOTELOAD_RUN_DIR": "run", "NOTELOAD_EXIT_CODE": "0", "NOTELOAD_STOPPED_BY": "",
            "NOTELOAD_RESULT": "run: finished, 3 read, 3 created, exit code 0"})
        self.assertNotIn("said", result.out)
        self.assert_says(result, "said")

    def test_is_told_to_a_command_after_a_failure_too(self):
        result = self.noteload("import", "gone.csv", "--on-finish",
                               'echo "$NOTELOAD_EXIT_CODE $NOTELOAD_STOPPED_BY"; exit 3',
                               to=self.server)
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, "2 gone.csv", "--on-finish: the command ended with exit code 3")

    def test_ends_with_the_command_that_resumes(self):
        result, _ = self.run_import("notes.csv", "--limit", "1", "--on-finish", "echo said",
                                    to=self.server, exits=0)
        self.assertTrue(result.err.endswith("said\nGo on with: noteload resume run\n"), result)


class ALogin(WithServer):
    PASSWORD, CODE = "pa ss&word", "123456"

    def setUp(self):
        super().setUp()
        self.start_server("--otp", self.CODE)

    def start_server(self, *options):
        self.server.come_back("--password", self.PASSWORD, *options)

    def login(self, *answers):
        """The exit code and all that was shown; an answer for each question."""
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        process = self.begin("login", stdin=theirs, stderr=theirs, token=None, to=self.server)
        os.close(theirs)
        shown, asked, answers = b"", 0, list(answers)
        try:
            while some := os.read(ours, 4096):
                shown += some
                questions = len(re.findall(rb"(?:name|Password|code): ", shown))
                if questions > asked and answers:
                    asked = questions
                    os.write(ours, answers.pop(0).encode() + b"\n")
        except OSError:  # how a terminal tells its end
            pass
        return process.wait(harness.PATIENCE), shown.decode()

    def kept(self):
        path, = self.state.glob("noteload/tokens-*[!k]")
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(path.parent.stat().st_mode), 0o700)
        return path.read_text().splitlines()

    def test_is_by_password_and_one_time_code_and_serves_the_runs_after_it(self):
        code, shown = self.login("someone@example.org", self.PASSWORD, self.CODE)
        self.assertEqual(code, 0, shown)
        for secret in (self.PASSWORD, self.CODE, *self.kept()[3:5]):
            self.assertNotIn(secret, shown)
        self.assertIn("someone@example.org", shown)  # the terminal's own echo
        result, run = self.run_import("notes.csv", "--limit", "2", token=None, to=self.server,
                                      exits=0)
        self.assertNotIn(self.kept()[3], result.err + (run.path / "log.jsonl").read_text())
        self.assertEqual(self.noteload("resume", "run", token=None).code, 0)
        self.assertEqual(self.noteload("undo", "run", "--yes", token=None).code, 0)
        self.assertEqual(self.server.notes(), [])

    def test_is_refreshed_before_it_expires(self):
        self.start_server("--access-life", 4)
        code, shown = self.login("someone", self.PASSWORD)
        self.assertEqual(code, 0, shown)
        before = self.kept()
        harness.wait_until("half of its life is over",
                           lambda: time.time() >= int(before[5]) + 2.1)
        self.run_import("notes.csv", token=None, to=self.server, exits=0)
        after = self.kept()
        self.assertNotEqual(before[3], after[3])
        self.assertNotEqual(before[4], after[4])
        self.assertGreater(int(after[6]), int(before[6]))

    def test_that_expires_in_the_middle_of_a_run_is_refreshed(self):
        self.start_server("--access-life", 3)
        self.login("someone", self.PASSWORD)
        self.write("notes.csv", csv_bytes(simple_rows(30)))
        result, _ = self.run_import("notes.csv", "--rate", "6/s", token=None, to=self.server,
                                    exits=0)
        self.assert_says(result, "another token")

    def test_with_a_wrong_password_keeps_nothing(self):
        code, shown = self.login("someone", "wrong")
        self.assertEqual(code, 6, shown)
        self.assertIn("password is incorrect", shown)
        self.assertEqual(list(self.state.rglob("tokens-*")), [])

    def test_needs_a_terminal(self):
        result = self.noteload("login", token=None, to=self.server)
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, "terminal")


class ATokenThatIsReplaced(WithServer):
    def setUp(self):
        super().setUp()
        self.write("notes.csv", csv_bytes(simple_rows(40)))

    def begin_slowly(self):
        self.token = self.state / "token"
        self.token.write_text(harness.TOKEN)
        process = self.begin("import", "notes.csv", "--token-file", self.token, "--run-dir", "run",
                             "--rate", "20/s", "--verify-window", "500ms", token=None,
                             to=self.server)
        harness.wait_until("it has begun", lambda: len(self.server.notes()) > 3)
        return process

    def restart_server_with(self, token):
        accepted = self.state / "accepted"
        accepted.write_text(token)
        self.server.come_back("--token-file", accepted)

    def test_in_the_middle_is_read_again(self):
        process = self.begin_slowly()
        self.token.write_text("rotated-token")
        self.restart_server_with("rotated-token")
        result = self.finish(process)
        self.assertEqual(result.code, 0, result)
        self.assert_says(result, "another token")
        run = harness.RunFolder(self.home / "run")
        run.check(self, finished=True)
        self.assertEqual(run.counts["created"] + run.counts["already_there"], 40)
        self.assertNotIn("rotated-token", result.err + (self.home / "run/log.jsonl").read_text())

    def test_by_none_stops_the_run(self):
        process = self.begin_slowly()
        self.restart_server_with("rotated-token")
        result = self.finish(process)
        self.assertEqual(result.code, 6, result)
        self.assert_says(result, "401", f"noteload resume run --token-file {self.token}")
        harness.RunFolder(self.home / "run").check(self, finished=False)


class TheSamples(WithServer):
    """samples/nightly.toml, the cron line and the unit's commands, with their paths moved into the
    test's home."""

    def setUp(self):
        super().setUp()
        self.etc, self.exports = self.home / "etc", self.home / "exports"
        self.etc.mkdir()
        self.exports.mkdir()
        config = (harness.SAMPLES / "nightly.toml").read_text("utf-8")
        for old, new in (("Our Foundation", "Sandbox Foundation"), ('"06:00"', '"8h"')):
            self.assertIn(old, config)
            config = config.replace(old, new)
        config += f'base-url = "{self.server.url}"\nca-file = "{self.server.ca}"\n'
        self.config = self.write("etc/nightly.toml", config)
        self.write("etc/token", harness.TOKEN)
        self.export(1, 1, 5)

    def export(self, night, first, last):
        rows = [(i, "Call", f"note {i}", f"LGL-{i}") for i in range(first, last + 1)]
        self.write(f"exports/notes-{night}.csv",
                   csv_bytes(rows, ("contactId", "type", "note", "id")))

    def moved(self, text):
        for old, new in (("/etc/noteload", self.etc), ("/srv/exports", self.exports),
                         ("/var/lib/noteload", self.home),
                         ("/usr/local/bin/noteload", harness.NOTELOAD),
                         ("/usr/local/bin", pathlib.Path(harness.NOTELOAD).parent)):
            text = text.replace(old, str(new))
        return text

    def run_shell(self, command, **environment):
        env = {k: v for k, v in os.environ.items() if not k.startswith("NOTELOAD_")}
        env.update(XDG_STATE_HOME=str(self.state), **environment)
        done = subprocess.run(["/bin/sh", "-c", command], cwd=self.home, env=env, text=True,
                              capture_output=True, timeout=harness.PATIENCE)
        return done.returncode, done.stdout + done.stderr

    def contacts(self):
        return sorted(note["contactId"] for note in self.server.notes())

    def nights(self, run):
        """`run()` is a night's job: (exit code, what it said)."""
        # The night before it was stopped.
        code, said = self.run_shell(self.moved(
            "/usr/local/bin/noteload import --config /etc/noteload/nightly.toml --limit 2"
            " '/srv/exports/*.csv'"), NOTELOAD_TOKEN=harness.TOKEN)
        self.assertEqual(code, 0, said)
        self.assertEqual(self.contacts(), [1, 2])
        code, said = run()
        self.assertEqual(code, 0, said)
        self.assertEqual(self.contacts(), [1, 2, 3, 4, 5], said)
        self.export(2, 6, 8)
        code, said = run()
        self.assertEqual(code, 0, said)
        self.assertEqual(self.contacts(), list(range(1, 9)), said)

    def test_run_from_cron(self):
        lines = (harness.SAMPLES / "cron/noteload-nightly").read_text("utf-8").splitlines()
        job = [line for line in lines if line and not line.startswith("#")]
        self.assertEqual(len(job), 2)
        path = job[0].removeprefix("PATH=")
        self.assertNotIn("%", job[1], "cron takes it for a line end")
        command = job[1].split(None, 6)[6]
        with self.config.open("a") as config:
            config.write('token-file = "token"\n')
        self.nights(lambda: self.run_shell(self.moved(command), PATH=self.moved(path)))

    def test_run_from_systemd(self):
        unit = (harness.SAMPLES / "systemd/noteload-nightly.service").read_text("utf-8")
        commands = re.findall(r"^Exec(?:StartPre=-|Start=)(.*)$", unit, re.M)
        self.assertEqual(len(commands), 2)
        environment = {"CREDENTIALS_DIRECTORY": str(self.etc), "STATE_DIRECTORY": str(self.state)}

        def run():
            said = ""
            for command in commands:
                # No shell looks at the line: words as systemd takes them, with $$ for $.
                words = shlex.split(self.moved(command.replace("$$", "$")))
                env = {"PATH": os.environ["PATH"], **environment}
                done = subprocess.run(words, cwd=self.home, env=env, text=True,
                                      capture_output=True, timeout=harness.PATIENCE)
                said += done.stdout + done.stderr
            return done.returncode, said

        self.nights(run)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not there")
    def test_are_units_that_systemd_takes(self):
        units = []
        for sample in sorted((harness.SAMPLES / "systemd").iterdir()):
            text = sample.read_text("utf-8").replace("/usr/local/bin/noteload", harness.NOTELOAD)
            units.append(str(self.write(sample.name, text)))
        self.assertEqual(len(units), 2)
        done = subprocess.run(["systemd-analyze", "verify", *units], text=True, timeout=60,
                              capture_output=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager",
                               "--threshold=20", units[0]], text=True, timeout=60,
                              capture_output=True)
        self.assertEqual(done.returncode, 0, done.stdout[-300:] + done.stderr)
        self.assertRegex(done.stdout, r"exposure level for noteload-nightly.service: [01]\.\d")


if __name__ == "__main__":
    harness.main()
