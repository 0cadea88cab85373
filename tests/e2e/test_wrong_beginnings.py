"""What is wrong before the first note: said clearly, with the code of the table, nothing sent."""

import io
import socket
import zipfile

import harness
from harness import EndToEnd, csv_bytes, simple_rows

GOOD = csv_bytes(simple_rows(3))


def workbook():
    """What a spreadsheet program saves, as far as its first bytes go."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


class WithServer(EndToEnd):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.Sandbox()
        cls.server.start()
        cls.addClassCleanup(cls.server.__exit__)

    def refuses(self, *words, code, says, nothing_left=True, **more):
        """The run ends with `code` and says all of `says`; no note is made, no folder is left."""
        more.setdefault("to", self.server)
        result = self.noteload(*words, **more)
        self.assertEqual(result.code, code, result)
        self.assert_says(result, "noteload:", *says)
        self.assertEqual(result.out, "")
        self.assertEqual(self.server.stats()["requests"]["create_note"], 0)
        if nothing_left:
            self.assert_no_run_folder()
        return result


class AnInputThatCannotBeRead(WithServer):
    def test_no_such_file_is_said(self):
        self.refuses("import", "nots.csv", code=2, says=["nots.csv", "no such file"])

    def test_one_missing_file_among_several_stops_all(self):
        self.write("notes.csv", GOOD)
        self.refuses("import", "notes.csv", "gone.csv", code=2, says=["gone.csv"])

    def test_a_file_of_no_bytes_is_said(self):
        self.write("empty.csv", b"")
        self.refuses("import", "empty.csv", code=2, says=["empty.csv", "no bytes"])

    def test_an_empty_standard_input_is_said(self):
        self.refuses("import", "-", input=b"", code=2, says=["standard input", "no bytes"])

    def test_a_directory_is_said(self):
        (self.home / "notes").mkdir()
        self.refuses("import", "notes", code=2, says=["notes", "is a directory"])

    def test_an_excel_workbook_is_recognised_and_told_how_to_save_as_csv(self):
        for name in ("notes.xlsx", "notes.csv"):
            with self.subTest(name):
                self.write(name, workbook())
                self.refuses("import", name, code=2, says=[name, "Excel", "save", "CSV UTF-8"])

    def test_missing_columns_are_named_with_those_that_are_there(self):
        self.write("notes.csv", "Contact Id,Type,Text\n1,Call,x\n")
        self.refuses("import", "notes.csv", code=2,
                     says=["notes.csv", "contactId", "note", "Contact Id", "Text"])

    def test_a_dialect_that_cannot_be_is_said(self):
        self.write("notes.csv", GOOD)
        for words, says in ((("--encoding", "klingon"), ["klingon", "windows-1252"]),
                            (("--delimiter", "ab"), ["--delimiter", "one character"]),
                            (("--quote", "x"), ["--quote"]),
                            (("--no-header",), ["--columns"]),
                            (("--skip-lines", "99"), ["notes.csv", "99", "skipped"])):
            with self.subTest(words):
                self.refuses("import", "notes.csv", *words, code=2, says=says)

    def test_a_variable_that_is_not_set_is_no_leave_to_fill_any_organisation(self):
        self.write("notes.csv", GOOD)
        for words in (("notes.csv", "--organization", ""), ("--organization=", "notes.csv")):
            with self.subTest(words):
                self.refuses("import", *words, code=2, says=["--organization ''", "empty"])
        self.write("nightly.toml", 'organization = ""\n')
        self.refuses("import", "notes.csv", "--config", "nightly.toml", code=2,
                     says=["nightly.toml:1", "organization", "empty"])

    def test_a_repeated_column_is_said(self):
        self.write("notes.csv", "contactId,type,note,Note\n1,Call,x,y\n")
        self.refuses("import", "notes.csv", code=2, says=["notes.csv", "note", "twice"])

    def test_a_json_array_is_recognised(self):
        self.write("notes.jsonl", '[{"contactId":1,"type":"Call","note":"x"}]')
        self.refuses("import", "notes.jsonl", code=2, says=["notes.jsonl", "array", "jq"])

    def test_rows_in_doubt_of_a_run_are_not_imported(self):
        run = self.home / "old"
        run.mkdir()
        (run / "log.jsonl").write_text('{"noteload_log":1}\n')
        (run / "in_doubt.csv").write_bytes(GOOD)
        self.refuses("import", "old/in_doubt.csv", code=2, nothing_left=False,
                     says=["in_doubt.csv", "resume"])
        (run / "in_doubt-2.jsonl").write_bytes(b'{"contactId":1,"type":"Call","note":"x"}\n')
        self.refuses("import", run / "in_doubt-2.jsonl", code=2, nothing_left=False,
                     says=["in_doubt-2.jsonl", "resume"])


class AFileWithoutRows(WithServer):
    def test_of_a_header_only_is_a_finished_run(self):
        for n, content in enumerate((b"contactId,type,note\n", b"contactId,type,note",
                                     b"\xef\xbb\xbfcontactId,type,note\r\n\r\n\n")):
            with self.subTest(content):
                self.write("notes.csv", content)
                _, run = self.run_import("notes.csv", "--run-dir", f"run-{n}", to=self.server,
                                         exits=0, finished=True)
                self.assertEqual(run.end["read"], 0)


class ATokenThatIsWrong(WithServer):
    def setUp(self):
        super().setUp()
        self.write("notes.csv", GOOD)

    def test_none_is_said(self):
        self.refuses("import", "notes.csv", token=None, code=2,
                     says=["token", "--token-file", "NOTELOAD_TOKEN"])

    def test_an_empty_one_is_said(self):
        self.refuses("import", "notes.csv", token=" \n", code=2, says=["NOTELOAD_TOKEN", "token"])

    def test_a_token_file_that_is_not_there_is_said(self):
        self.refuses("import", "notes.csv", "--token-file", "tokn", token=None, code=2,
                     says=["--token-file", "tokn", "no such file"])

    def test_a_token_file_that_is_a_folder_is_said(self):
        self.refuses("import", "notes.csv", "--token-file", self.home, token=None, code=2,
                     says=["--token-file", "directory"])

    def test_a_token_file_of_several_lines_is_said_without_showing_it(self):
        self.write("token", "first-secret\nsecond-secret\n")
        result = self.refuses("import", "notes.csv", "--token-file", "token", token=None, code=2,
                              says=["--token-file"])
        self.assertNotIn("secret", result.err)

    def test_a_token_with_quotes_and_blanks_around_it_is_trimmed(self):
        _, run = self.run_import("notes.csv", to=self.server, token=f' "{harness.TOKEN}"\r\n',
                                 exits=0)
        self.assertEqual(run.counts, {"created": 3})
        self.server.come_back("--reset")

    def test_a_token_file_wins_over_the_environment(self):
        self.run_import("notes.csv", "--token-file", self.server.dir / "token", token="another",
                        to=self.server, exits=0)
        self.server.come_back("--reset")

    def test_a_token_file_that_others_can_read_is_said_and_used(self):
        token = self.server.dir / "token"
        token.chmod(0o644)
        result, _ = self.run_import("notes.csv", "--token-file", token, token=None,
                                    to=self.server, exits=0)
        token.chmod(0o600)
        self.assert_says(result, "mode 644", f"chmod 600 {token}")
        self.server.come_back("--reset")

    def test_a_wrong_one_is_said_and_not_shown(self):
        wrong = "wrong-secret-4711"
        result = self.refuses("import", "notes.csv", token=wrong, code=6,
                              says=["token", "401", "NOTELOAD_TOKEN"])
        self.assertNotIn(wrong, result.err)

    def test_a_token_among_the_arguments_is_refused_and_not_shown(self):
        for words in (["--token", "wrong-secret-4711"], ["--token=wrong-secret-4711"]):
            with self.subTest(words):
                result = self.refuses("import", "notes.csv", *words, code=2,
                                      says=["--token", "--token-file"])
                self.assertNotIn("wrong-secret-4711", result.err)


class AServerThatIsNotTrusted(EndToEnd):
    def refuses(self, *words, says, to):
        self.write("notes.csv", GOOD)
        result = self.noteload("import", "notes.csv", *words, to=to)
        self.assertEqual(result.code, 6, result)
        self.assert_says(result, "noteload:", "certificate", *says)
        self.assert_no_run_folder()
        return result

    def test_for_an_unknown_authority_is_left_alone(self):
        server = self.sandbox()
        self.write("notes.csv", GOOD)
        result = self.noteload("import", "notes.csv", "--base-url", server.url)
        self.assertEqual(result.code, 6, result)
        self.assert_says(result, "certificate", "--ca-file", server.url.split("//")[1])
        self.assert_no_run_folder()
        self.assertEqual(server.stats()["requests"]["organization"], 0)

    def test_for_another_host_name_is_left_alone(self):
        server = harness.Sandbox("--host", "other.example")
        server.start()
        self.addCleanup(server.__exit__)
        self.refuses(says=["localhost"], to=server)

    def test_for_an_expired_certificate_is_left_alone(self):
        server = harness.Sandbox("--expired")
        server.start()
        self.addCleanup(server.__exit__)
        self.refuses(says=["expired"], to=server)


class AServerThatIsNotThere(EndToEnd):
    def test_is_said_after_a_few_tries(self):
        self.write("notes.csv", GOOD)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound, but not listening
            url = f"https://127.0.0.1:{taken.getsockname()[1]}"
            result = self.noteload("import", "notes.csv", "--base-url", url)
        self.assertEqual(result.code, 6, result)
        self.assert_says(result, url.removeprefix("https://"), "refused", "--base-url",
                         "nothing was sent")
        self.assert_no_run_folder()

    def test_by_name_is_said(self):
        self.write("notes.csv", GOOD)
        result = self.noteload("import", "notes.csv", "--base-url", "https://no.such.host.invalid")
        self.assertEqual(result.code, 6, result)
        self.assert_says(result, "no.such.host.invalid", "--base-url")
        self.assert_no_run_folder()

    def test_when_something_else_answers_it_is_said(self):
        self.write("notes.csv", GOOD)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.settimeout(harness.PATIENCE)
            url = f"https://127.0.0.1:{listening.getsockname()[1]}"
            process = self.begin("import", "notes.csv", "--base-url", url)
            harness.wait_until("it gives up", lambda: self.answer_badly(listening, process))
        result = self.finish(process)
        self.assertEqual(result.code, 6, result)
        self.assert_says(result, url.removeprefix("https://"))

    @staticmethod
    def answer_badly(listening, process):
        listening.settimeout(0.05)
        try:
            with listening.accept()[0] as connection:
                connection.settimeout(5)
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        except OSError:
            pass
        return process.poll() is not None


class AnOrganisationThatIsNotTheRightOne(EndToEnd):
    def test_is_refused_by_name(self):
        self.write("notes.csv", GOOD)
        server = self.sandbox()
        result = self.noteload("import", "notes.csv", "--organization", "Other", to=server)
        self.assertEqual(result.code, 6, result)
        self.assert_says(result, "Sandbox Foundation", "Other", "--organization")
        self.assert_no_run_folder()
        self.assertEqual(server.notes(), [])

    def test_is_taken_when_it_is_named_rightly(self):
        self.write("notes.csv", GOOD)
        self.run_import("notes.csv", "--organization", "sandbox foundation", to=self.sandbox(),
                        exits=0)

    def test_is_refused_when_it_is_not_enabled(self):
        self.write("notes.csv", GOOD)
        server = self.sandbox("--disabled")
        result = self.noteload("import", "notes.csv", to=server)
        self.assertEqual(result.code, 6, result)
        self.assert_says(result, "Sandbox Foundation", "not enabled")
        self.assert_no_run_folder()
        self.assertEqual(server.notes(), [])


class AFolderThatCannotBeUsed(WithServer):
    def setUp(self):
        super().setUp()
        self.write("notes.csv", GOOD)

    def test_below_a_regular_file_is_said(self):
        self.write("file", b"")
        self.refuses("import", "notes.csv", "--run-dir", "file/run", code=2,
                     says=["file", "not a directory", "--run-dir"])

    def test_that_is_a_regular_file_is_said(self):
        self.write("file", b"")
        self.refuses("import", "notes.csv", "--run-dir", "file", code=2,
                     says=["file", "--run-dir"])

    def test_where_nobody_may_write_is_said(self):
        self.refuses("import", "notes.csv", "--run-dir", "/proc/noteload", code=2,
                     says=["/proc/noteload", "--run-dir"])

    def test_as_the_place_of_noteload_runs_is_said(self):
        self.write("noteload-runs", b"")
        self.assertEqual(self.noteload("import", "notes.csv", to=self.server).code, 2)

    def test_with_a_log_is_refused_with_the_command_that_resumes(self):
        self.run_import("notes.csv", to=self.server, exits=0)
        before = {p.name: p.read_bytes() for p in (self.home / "run").iterdir()}
        result = self.noteload("import", "notes.csv", "--run-dir", "run", to=self.server)
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, "noteload resume run", "--run-dir")
        self.assertEqual({p.name: p.read_bytes() for p in (self.home / "run").iterdir()}, before)
        self.assertEqual(len(self.server.notes()), 3)
        self.server.come_back("--reset")

    def test_without_a_log_is_taken(self):
        (self.home / "run").mkdir(mode=0o700)
        self.run_import("notes.csv", to=self.server, exits=0)
        self.server.come_back("--reset")


class MistypedCommandLines(WithServer):
    def setUp(self):
        super().setUp()
        self.write("notes.csv", GOOD)

    def refuses_words(self, *words, says):
        self.refuses(*words, to=None, code=2, says=[*says, "--help"])

    def test_without_a_command_tell_what_there_is(self):
        self.refuses_words(says=["check", "import"])

    def test_with_a_mistyped_command_name_the_near_one(self):
        self.refuses_words("imprt", "notes.csv", says=["imprt", "import"])

    def test_with_only_a_file_name_the_commands(self):
        self.refuses_words("notes.csv", says=["notes.csv", "command"])

    def test_with_an_unknown_flag_name_the_near_one(self):
        self.refuses_words("import", "notes.csv", "--concurency", "4",
                           says=["--concurency", "--concurrency"])
        self.refuses_words("check", "notes.csv", "--privew=3", says=["--privew", "--preview"])

    def test_without_a_file_ask_for_one(self):
        self.refuses_words("import", says=["file", "noteload import notes.csv"])

    def test_with_standard_input_twice_are_refused(self):
        result = self.noteload("import", "-", "-")
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, "standard input", "once")

    def test_with_a_bad_value_name_the_option_and_what_is_expected(self):
        for option, value, expected in (
                ("--concurrency", "0", "1"), ("--concurrency", "-3", "1"),
                ("--concurrency", "many", ""), ("--concurrency", "1000", "64"),
                ("--rate", "5", "5/s"), ("--rate", "0/s", "5/s"), ("--rate", "-1/s", "5/s"),
                ("--timeout", "30", "30s"), ("--timeout", "0s", "30s"), ("--timeout", "", ""),
                ("--give-up-after", "soon", "5m"), ("--grace", "-1s", "30s"),
                ("--max-errors", "x", "5%"), ("--max-errors", "101%", "5%"),
                ("--max-record", "big", "4MiB"), ("--max-record", "0", "4MiB"),
                ("--max-record", "1GiB", "8MiB"),
                ("--format", "xml", "jsonl"), ("--progress", "loud", "plain"),
                ("--skip", "-1", ""), ("--limit", "few", ""), ("--preview", "2", "check")):
            with self.subTest(f"{option} {value}"):
                self.refuses("import", "notes.csv", f"{option}={value}", code=2,
                             says=[option, expected])

    def test_with_an_address_that_is_not_https_are_refused(self):
        for url in ("http://localhost:8443", "localhost:8443", "https://", "ftp://x",
                    "https://user:password@host/", "https://host:99999"):
            with self.subTest(url):
                self.refuses("import", "notes.csv", "--base-url", url, to=None, code=2,
                             says=["https://"])

    def test_with_a_ca_file_that_is_none_are_refused(self):
        self.write("not.pem", b"hello")
        for name in ("gone.pem", "not.pem", "."):
            with self.subTest(name):
                self.refuses("import", "notes.csv", "--base-url", self.server.url, "--ca-file",
                             name, to=None, code=2, says=["--ca-file", name])


if __name__ == "__main__":
    harness.main()
