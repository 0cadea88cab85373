"""check: what it tells of a file, and, online, of the server, which it only reads."""

import json

import harness
from harness import EndToEnd, csv_bytes, simple_rows

REFERENCES = ('[contactId]\ncolumn = "Old"\nby = "reference:LGL"\n[type]\notherwise = "Call"\n'
              '[note]\ncolumn = "Text"\n')


class Check(EndToEnd):
    def test_tells_a_program_what_it_found(self):
        self.write("notes.csv", "contactId,type,note,noteDateTime,Old\n"
                                "1,Call,hello,2019-03-04,a\n2,Email,\u00e4\u00f6\u00fc x,2018-01-02T03:04,b\n"
                                "1,Call,hello,2019-03-04,c\nx,Call,y,,d\n3,Email,z\n")
        result = self.noteload("check", "notes.csv", "--json", "--run-dir", "checked", token=None)
        self.assertEqual(result.code, 1, result)
        said = json.loads(result.out)
        self.assertEqual((said["read"], said["would_be_sent"], said["invalid"]), (5, 3, 2))
        self.assertEqual(said["read_as"][0]["line_ends"], ["lf"])
        self.assertEqual(said["columns"], {"used": ["contactId", "type", "note", "noteDateTime"],
                                           "missing": ["important", "private", "timeSpent"],
                                           "unused": ["Old"]})
        notes = said["notes"]
        self.assertEqual(notes["types"], [{"type": "Call", "rows": 2}, {"type": "Email", "rows": 1}])
        self.assertEqual((notes["longest"], notes["longest_at"]["line"]), (5, 2))
        self.assertEqual(notes["first_date"]["date"], "2018-01-02T03:04:00")
        self.assertEqual(notes["last_date"]["date"], "2019-03-04")
        self.assertEqual((notes["repeated"], notes["repeated_first"][0]["line"]), (1, 4))
        self.assertEqual(said["plan"]["requests"], 5)
        self.assertTrue(all(r["what_to_do"] for r in said["reasons"]))
        self.assertEqual(said["rejects"], [{"path": "checked/invalid.csv", "options": ""}])
        self.assertIsNone(said["server"])

    def test_says_how_its_rejects_are_read(self):
        self.write("notes.csv", b"contactId^type^note\n1^Call^a\nx^Call^Andr\xe9\n")
        result = self.noteload("check", "notes.csv", "--delimiter", "^", "--run-dir", "checked",
                               token=None)
        self.assertIn("checked/invalid.csv --encoding 'windows-1252' --delimiter '^'\n",
                      result.out)


class CheckOnline(EndToEnd):
    def check(self, *words, code, to, **more):
        result = self.noteload("check", *words, "--online", "--json", to=to, **more)
        self.assertEqual(result.code, code, result)
        return json.loads(result.out)


    def test_verifies_types_and_each_contact_once(self):
        server = self.sandbox("--contacts", "60", "--merged", "200-202", "--quota", "5000")
        rows = [(n % 60 + 1, "call", f"note {n}") for n in range(300)]
        rows += [(99, "Call", "a"), (99, "Call", "b"), (201, "Call", "c"), (1, "Nothing", "d")]
        self.write("notes.csv", csv_bytes(rows))
        said = self.check("notes.csv", to=server, code=1)
        self.assertEqual({r["reason"]: r["rows"] for r in said["reasons"]},
                         {"unknown_contact": 2, "unknown_type": 1})
        self.assertEqual(said["unknown_contacts"], [{"contact": "99", "rows": 2}])
        self.assertEqual([(n["notice"], n["rows"]) for n in said["mapping"]],
                         [("contact_merged", 1)])
        self.assertEqual(said["server"]["organization"], "Sandbox Foundation")
        self.assertEqual(said["server"]["contacts"], 62)
        quota = said["plan"]["quota"]
        self.assertEqual(quota["limit"], 5000)
        self.assertLess(quota["remaining"], 5000)
        self.assertGreater(quota["remaining"], 5000 - 62, "all contacts are one page")
        self.assertEqual(said["plan"]["hours"], 0)
        self.assertEqual(server.notes(), [])

    def test_exit_0_means_that_import_sends_every_row(self):
        server = self.sandbox("--contacts", "60")
        self.write("notes.csv", csv_bytes(simple_rows(30)))
        said = self.check("notes.csv", to=server, code=0)
        self.assertEqual(said["would_be_sent"], 30)
        self.run_import("notes.csv", to=server, exits=0, finished=True)
        self.assertEqual(len(server.notes()), 30)

    def test_looks_references_up_by_whichever_takes_fewer_requests(self):
        for contacts, most in (("2000", 2 + 3 + 1), ("0", None)):
            with self.subTest(contacts):
                server = self.sandbox("--contacts", contacts, "--quota", "5000")
                self.write("m.toml", REFERENCES)
                self.write("notes.csv", "Old,Text\n" + "".join(
                    f"L{n},note {n}\n" for n in range(1, 900)) + "L9999999999,x\n")
                said = self.check("notes.csv", "--mapping", "m.toml", to=server, code=1)
                self.assertEqual(said["unknown_contacts"],
                                 [{"contact": "L9999999999", "rows": 1}])
                self.assertEqual(said["would_be_sent"], 899)
                self.assertEqual(said["server"]["contacts"], 900)
                if most:
                    self.assertGreaterEqual(said["plan"]["quota"]["remaining"], 5000 - most)

    def test_an_import_lists_unknown_contacts_once(self):
        server = self.sandbox("--contacts", "60")
        self.write("m.toml", REFERENCES)
        self.write("notes.csv", 'Old,Text\nL1,a\nL99,b\n"L98,x",c\nL99,d\n')
        _, run = self.run_import("notes.csv", "--mapping", "m.toml", to=server, exits=1)
        self.assertEqual(run.bytes_of("unknown-contacts.csv"),
                         b'contact,rows\nL99,2\n"L98,x",1\n')

    def test_refuses_another_organisation_and_a_wrong_token(self):
        server = self.sandbox()
        self.write("notes.csv", csv_bytes(simple_rows(3)))
        result = self.noteload("check", "notes.csv", "--online", "--organization", "Other",
                               to=server)
        self.assertEqual(result.code, 6, result)
        self.assert_says(result, "Sandbox Foundation")
        result = self.noteload("check", "notes.csv", "--online", to=server, token="wrong")
        self.assertEqual(result.code, 6, result)
        result = self.noteload("check", "notes.csv", "--online", to=server, token=None)
        self.assertEqual(result.code, 2, result)
        result = self.noteload("check", "-", "--online", to=server,
                               input=csv_bytes(simple_rows(3)))
        self.assertEqual(result.code, 2, result)
        self.assert_says(result, "twice")


if __name__ == "__main__":
    harness.main()
