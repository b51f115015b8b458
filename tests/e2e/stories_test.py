#!/usr/bin/env python3
"""End to end: the demonstration's three stories through all adapters, both agreements in force, and what must never come of them.

The inputs are those of ops/demo, over the hospital's line, the court's post and watched folders. What was told is read from the
desks' files, from `event explain`, from the record of the emulated notification service and from notify's tasks."""
import json
import unittest

from cases import Case, given, in_hours, yesterday
from inputs import TO_CHECS
from partnership import ADAPTERS, DESKS, POLICE, TO_VICTIMS, Partnership, explained, shown, wait_until

OF_HER_TO_IDVA = {"name", "date_of_birth", "safe_contact", "injury", "disclosure", "risk_answers"}
OF_OUTCOME_TO_IDVA = {"alleged_perpetrator.name", "alleged_perpetrator.bail_conditions", "case.court_outcome", "case.hearing", "case.order_conditions"}
TEXT = "There is news about the matter you asked us about. Call the number you were given and give your word. Open every day, 8 am to 8 pm."
DASH_AT_HOME = "CC-2026-0714-0231/risk_assessment"

# What stands in the court's prompts and texts and nowhere else: it must be nowhere at all.
OF_PROMPTS = ("Sandpiper", "CW2 8ZZ", "CW28ZZ", "Not to contact her", "protectedPerson")
# People of the stories: sealed wherever no desk has opened them, so in no store, no keep and no log.
OF_PEOPLE = ("Farrant", "Lunt Terrace", "900348", "eye clinic", "Bielak", "Ransome Court", "O'Dowd", "900481", "surgery is calling", "Gareth", "Rowan", "A4810GP",
             "2607CW0100000048101J", "07CW1234526")


def files_with(words, paths):
    """(file, word) wherever one of the words stands, in clear, as UTF-8 or as UTF-16."""
    forms = [(word, form) for word in words for form in (word.encode(), word.encode("utf-16-le"))]
    return [(path.name, word) for path in paths if path.is_file() for data in [path.read_bytes()] for word, form in forms if form in data]


class Stories(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.p = p = cls.enterClassContext(Partnership("stories", more=[TO_VICTIMS]))
        cls.addClassCleanup(cls.ended_cleanly)
        p.start("broker", "service", "notify", *ADAPTERS, *DESKS)
        cls.answers = [p.hospital_sends(given("health/a04.hl7")) for _ in range(2)]
        cls.attendance, cls.assessment, cls.refusal = (p.event_id(f"RBT20/H1{of}", adapter="health") for of in ("", "/risk_assessment", "/consent/policing"))
        p.feed_and_wait("2-child-at-home.json", given("police/2-child-at-home.json"))
        p.feed_and_wait("4-new-case.xml", given("police/4-new-case.xml"), "cases")
        case = Case(481)
        case.of = lambda text: text  # the demonstration's own
        p.feed_and_wait("registration.json", case.registration(), "registrations")
        cls.posted = p.court_posts(case.hearing_with_order())
        cls.order = p.event_id("c3c3c3c3-0000-4000-8000-000000000003/c3000000-0000-4000-8000-0000000000d1@00000000-0000-4000-8000-0000000000e3/protective_order_made/restraining", adapter="courts")
        wait_until("the text of story 3 is sent", p.texts)
        cls.merge, cls.at_large = (p.event_id(f"A4810GP/prison-offender-events.prisoner.released/{yesterday()}T10:0{minute}:00.000Z/{code}", adapter="hmpps")
                                   for minute, code in ((2, "MRG"), (3, "UAL")))
        p.feed_and_wait("1-merge.json", given("hmpps/1-merge.json"), "hmpps")
        p.feed_and_wait("2-at-large.json", given("hmpps/2-at-large.json"), "hmpps")
        p.wait_for_quiet()

    @classmethod
    def ended_cleanly(cls):
        codes = cls.p.stop_all()
        assert set(codes.values()) == {0}, codes

    # ---- helpers -------------------------------------------------------------------------------------------------------

    def told(self, event):
        """Desks that have the event on file."""
        return {desk for desk in DESKS if self.p.inbox(desk).exists() and event in self.p.documents(desk)}

    def assert_opens(self, desk, event, expected):
        """The desk's file shows exactly `expected`, and the broker explains the same."""
        document = self.p.wait_for_document(desk, event)
        self.assertEqual(shown(document), expected)
        self.assertEqual(explained(self.p.explain(event, desk)), expected)
        return document

    def register(self, case, name="registration", **more):
        self.p.feed_and_wait(f"{name}-{case.number}.json", case.registration(**more), "registrations")

    def prefer(self, case, **words):
        self.p.feed_and_wait(f"preference-{case.number}.json", case.preference(**words), "registrations")

    def decide(self, text):
        """The court decides, and the broker has it."""
        self.assertEqual(self.p.court_posts(text), 202)
        self.p.wait_for_answers(adapter="courts")

    def order_of(self, case, revision=0):
        return self.p.event_id(case.outcome, revision, "courts")

    def texts_to(self, case):
        number = "44" + case.mobile.replace(" ", "")[1:]
        return [text["body"] for text in self.p.texts() if text["to"] == number]

    def wait_for_text(self, case):
        return wait_until(f"case {case.number} gets her text", lambda: self.texts_to(case))

    def wait_for_task(self, event, why):
        task = wait_until(f"a task for {event}", lambda: self.p.tasks().get(event))
        self.assertEqual((task["task"], task["why"]), ("open", why))
        return task

    def steps(self, event):
        """What the log says that notify reported of an event."""
        return [r["what"].split(": ")[-1] for r in self.p.records("progress made", event) if f"{POLICE}/notify," in r["what"]]

    def somebody_else_is_texted(self, number):
        """Proof that notify works on: what was not sent by then was not merely late."""
        case = Case(number)
        self.register(case)
        self.decide(case.hearing_with_order())
        self.assertEqual(self.wait_for_text(case), [TEXT])

    # ---- story 1 -------------------------------------------------------------------------------------------------------

    def test_1_high_risk_attendance_reaches_the_idva_and_nobody_else(self):
        self.assertEqual(self.answers[0], "AA")
        her = {f"victim+patient.{item}" for item in OF_HER_TO_IDVA}
        document = self.assert_opens("idva", self.attendance, her | {"case.attendance"})
        self.assert_opens("idva", self.assessment, her)
        self.assertEqual({item["clause"] for item in document["obligations"]["items"]}, {"hospital-high-risk-to-idva"})
        self.assertIn("read_by", document["obligations"])
        withheld = {item["item"] for item in self.p.explain(self.attendance, "idva")["withheld"]}
        self.assertLessEqual({"victim+patient.home_address"}, withheld)
        for event in (self.attendance, self.assessment):
            self.assertEqual(self.told(event), {"idva"})
            self.assertEqual(self.p.explain(event, "control")["told"], "nothing")

    def test_1_what_she_refuses_is_known_where_it_is_honoured(self):
        self.assert_opens("idva", self.refusal, {"victim+patient.name", "victim+patient.safe_contact", "victim+patient.consent"})
        self.assertEqual(self.told(self.refusal), {"idva"})

    def test_1_message_sent_twice_is_one_event(self):
        self.assertEqual(self.answers, ["AA", "AA"])
        for event in (self.attendance, self.assessment, self.refusal):
            self.assertEqual(len(self.p.records("event accepted", event)), 1)
        self.assertEqual(len(self.p.outbox("health")), 3)

    # ---- story 2 -------------------------------------------------------------------------------------------------------

    def test_2_childrens_services_are_told_though_the_mother_refuses_and_the_idva_is_not(self):
        event = self.p.event_id(DASH_AT_HOME)
        self.assert_opens("checs", event, TO_CHECS)
        self.assertEqual(self.told(event), {"checs"})
        row = self.p.explain(event, "idva")
        self.assertEqual((row["may_open"], row["told"]), ([], "nothing"))

    # ---- story 3 -------------------------------------------------------------------------------------------------------

    def test_3_four_results_on_two_offences_are_one_outcome_and_one_text(self):
        self.assertEqual(self.posted, 202)
        document = self.p.documents("idva").get(self.order)
        self.assertEqual(shown(document), OF_OUTCOME_TO_IDVA)
        self.assertEqual(explained(self.p.explain(self.order, "notify")), {"case.court_outcome", "case.hearing", "case.order_conditions"})
        [text] = [text for text in self.p.texts() if text["to"] == "447700900481"]
        self.assertEqual(text["body"].encode(), TEXT.encode())
        self.assertEqual((text["type"], text["subject"]), ("sms", ""))
        wait_until("its delivery is in the log", lambda: self.steps(self.order) == ["accepted", "acted"])

    def test_3_record_merge_is_told_to_nobody(self):
        [record] = self.p.records("event accepted", self.merge)
        self.assertIn("told: nobody", record["what"])
        self.assertEqual(self.told(self.merge), set())
        self.assertNotIn(self.merge, self.p.tasks())

    def test_3_at_large_is_told_to_idva_and_control_and_is_a_task_and_no_text(self):
        self.assert_opens("control", self.at_large, {"alleged_perpetrator.custody_identifiers", "case.custody_movement", "case.custody_place"})
        self.assert_opens("idva", self.at_large, {"case.custody_movement"})
        self.assertEqual(self.told(self.at_large), {"control", "idva"})
        task = self.wait_for_task(self.at_large, "for_a_person")
        self.assertEqual((task["news"]["what"], task["safe_contact"]["mobile"]), ("at_large", ["07700 900481"]))
        self.assertEqual(len([text for text in self.p.texts() if text["to"] == "447700900481"]), 1, "the one of the outcome")

    # ---- what she chose, and when --------------------------------------------------------------------------------------

    def test_outcome_reversed_after_the_text_is_a_task_and_no_text(self):
        case = Case(501)
        self.register(case)
        self.decide(case.hearing_with_order())
        self.assertEqual(self.wait_for_text(case), [TEXT])
        self.decide(case.hearing_without_order())
        task = self.wait_for_task(self.order_of(case, 1), "reversed_after_telling")
        self.assertTrue(task["news"]["reversed"])
        self.somebody_else_is_texted(502)
        self.assertEqual(self.texts_to(case), [TEXT])

    def test_opting_out_stops_the_text_that_waits(self):
        case, other = Case(503), Case(504)
        for each in (case, other):
            self.register(each, quiet=(-1, 1))
            self.decide(each.hearing_with_order())
        for each in (case, other):
            wait_until("notify has it", lambda each=each: self.p.explain(self.order_of(each), "notify")["told"]["progress"] == "opened")
        self.prefer(case, wants_news="no")
        wait_until("what waited is closed", lambda: self.steps(self.order_of(case)) == ["closed"])
        self.prefer(other, quiet_from=in_hours(12), quiet_until=in_hours(13), **{"news.protective_order": "text"})
        self.assertEqual(self.wait_for_text(other), [TEXT], "who has not opted out is told as soon as her quiet hours are over")
        self.assertEqual(self.texts_to(case), [])
        self.assertNotIn(self.order_of(case), self.p.tasks())

    def test_outcome_before_its_registration_is_told_after_it(self):
        case = Case(505)
        self.decide(case.hearing_with_order())
        [record] = wait_until("the broker has it", lambda: self.p.records("event accepted", self.order_of(case)))
        self.assertIn("told: nobody", record["what"])
        self.assertEqual((self.told(self.order_of(case)), self.texts_to(case)), (set(), []))
        self.register(case)
        self.assertEqual(self.wait_for_text(case), [TEXT])
        self.assertEqual(self.told(self.order_of(case)), {"idva"})

    def test_second_registration_on_the_same_offence_is_a_task_for_witness_care_and_no_text(self):
        case, second = Case(506), Case(507)
        self.register(case)
        record = json.loads(second.registration())
        record["offender"] = json.loads(case.registration())["offender"]
        self.p.feed_and_wait("second.json", json.dumps(record), "registrations")
        self.decide(case.hearing_with_order())
        document = self.p.wait_for_document("witness-care", self.order_of(case))
        self.assertLessEqual({"case.court_outcome", "case.case_reference", "alleged_perpetrator.name"}, shown(document))
        self.assertIn("act_by", document["obligations"])
        self.somebody_else_is_texted(508)
        self.assertEqual((self.texts_to(case), self.texts_to(second)), ([], []))
        self.assertEqual(self.p.explain(self.order_of(case), "notify")["told"], "nothing")

    # ---- what must never be --------------------------------------------------------------------------------------------

    def test_lifeline_is_told_nothing(self):
        self.assertEqual(self.p.documents("programme"), {})
        accepted = self.p.records("event accepted")
        self.assertGreater(len(accepted), 7)
        for record in accepted:
            self.assertNotIn("lifeline", record["what"])
        for event in (self.attendance, self.assessment, self.order, self.at_large, self.merge, self.p.event_id(DASH_AT_HOME)):
            row = self.p.explain(event, "programme")
            self.assertEqual((row["may_open"], row["told"]), ([], "nothing"))

    def test_protected_address_and_prompts_are_nowhere(self):
        everything = list(self.p.folder.rglob("*"))
        self.assertGreater(len(everything), 100)
        self.assertEqual(files_with(OF_PROMPTS, everything), [])

    def test_people_are_in_clear_in_no_store_no_keep_and_no_log(self):
        kept = [path for path in self.p.folder.rglob("*") if path.suffix in (".log", ".stderr", ".sst") or "keep.db" in path.name]
        kept += list((self.p.home / "broker").rglob("*"))
        self.assertGreater(len([path for path in kept if "keep.db" in path.name]), 10)
        self.assertEqual(files_with(OF_PEOPLE, kept), [])

    def test_looking_for_words_finds_them(self):
        planted = self.p.folder / "planted.bin"
        for form in ("utf-8", "utf-16-le"):
            planted.write_bytes(b"\0\1" + "at 9 Sandpiper Close".encode(form) + b"\2")
            self.addCleanup(planted.unlink, missing_ok=True)
            self.assertEqual(files_with(OF_PROMPTS, [planted]), [("planted.bin", "Sandpiper")])
        planted.unlink()
        desks = list(self.p.inbox("idva").glob("*.json"))
        self.assertIn("Farrant", {word for _, word in files_with(OF_PEOPLE, desks)}, "where a desk may open her name it stands in clear")

    def test_store_is_whole(self):
        check = self.p.tool("store", "check")
        self.assertEqual((check["chain"], check["erased"]), ("whole", 0))


if __name__ == "__main__":
    unittest.main(verbosity=2)
