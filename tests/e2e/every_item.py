"""An agreement for tests in which every desk is granted items of its own: a field that went into another item is seen at another desk."""
import datetime

from partnership import DESKS, POLICE, Partnership

ITEMS = ["name", "date_of_birth", "home_address", "safe_contact", "language_and_needs", "nhs_number", "injury", "mental_health", "offence", "court_outcome",
         "order_conditions", "incident_place", "risk_answers", "narrative", "case_reference", "warning_markers", "bail_conditions", "school", "relationship",
         "sensitive_markers", "consent", "equality", "vulnerability", "child_circumstances", "referral_details", "progress", "criminal_identifiers",
         "custody_identifiers", "incident_details", "occupation", "concern", "practitioner", "linked_identifiers", "sex", "evidence_reference", "attendance",
         "disclosure", "hearing", "special_measures", "custody_movement", "custody_place", "contact_preference", "registration"]
OF_CASE = {"court_outcome", "order_conditions", "incident_place", "narrative", "case_reference", "referral_details", "progress", "incident_details", "concern",
           "practitioner", "linked_identifiers", "evidence_reference", "attendance", "hearing", "custody_movement", "custody_place", "registration", "offence"}
NOT_OF_PEOPLE = OF_CASE - {"narrative", "case_reference", "offence"}
ROLES = ("victim", "alleged_perpetrator", "child", "patient", "other")
KINDS = ("incident", "risk_assessment", "health_attendance", "consent_change", "court_hearing", "court_outcome", "custody_change", "contact_preference",
         "victim_registration", "link")
READERS = sorted(DESKS)  # each with the items of its turn
FROM = {"cheshire-constabulary": "police", "mid-cheshire-hospitals": "hospital", "hmcts": "court", "hmpps": "prison"}
SIGNS = {"cheshire-constabulary": ("police", "chief_officer"), "mid-cheshire-hospitals": ("hospital", "caldicott_guardian"),
         "hmcts": ("court", "data_protection_officer"), "hmpps": ("prison", "data_protection_officer"), "my-cwa": ("support_service", "chief_executive"),
         "lifeline": ("perpetrator_programme", "chief_executive"), "cheshire-east-council": ("local_authority", "senior_information_risk_owner")}
DESK_WORDS = {"idva": "role: idva, serves: [E06000049]", "marac": "role: marac_coordinator, serves: [E06000049]",
              "checs": "role: children_safeguarding, serves: [E06000049]", "adults": "role: adult_safeguarding, serves: [E06000049]",
              "unplaced": "role: fallback, serves: anywhere", "control": "role: police, serves: anywhere", "emergency": "role: hospital, serves: anywhere",
              "support": "role: support_service, serves: anywhere", "programme": "role: perpetrator_programme, serves: anywhere",
              "witness-care": "role: witness_care, serves: anywhere"}
STAFFED = {"marac": "office_hours", "adults": "office_hours", "programme": "office_hours", "witness-care": "office_hours"}


def granted_to(desk):
    return {item for n, item in enumerate(ITEMS) if READERS[n % len(READERS)] == desk}


def agreement(folder):
    """Its file. Every desk hears of everything, and opens what is its own."""
    today = datetime.date.today()
    start, review, until = ((today + datetime.timedelta(days)).isoformat() for days in (-30, 300, 365))
    lines = ["agreement: cheshire-east/every-item", "title: Every item to a desk of its own, for tests", "version: 1", "environment: test",
             f"in_force: {{from: {start}, review_by: {review}, until: {until}}}", f"owner: {POLICE}/control",
             "documents: {dpia: TEST-1, appropriate_policy: TEST-2, operating_protocol: TEST-3}", "parties:"]
    for party, (role, signs) in SIGNS.items():
        lines += [f"  {party}:", f"    role: {role}", "    capacity: controller", "    discloses_under: discloses", f"    signs: [{signs}]"]
        desks = [desk for desk in READERS if DESKS[desk] == party]
        if desks:
            lines += ["    desks:"] + [f"      {desk}: {{{DESK_WORDS[desk]}, staffed: {STAFFED.get(desk, 'always')}}}" for desk in desks]
    basis = "{regime: uk_gdpr, article_6: e, article_9: [g], article_10: dpa-2018-s10-5, schedule_1: [10, 18], confidentiality: overriding_public_interest, decided_by: treating_clinician}"
    lines += ["settings: {dash_high: 14, dash_medium: 10, escalation: {incidents: 3, within: 12 months}, repeat_counts_from: last_referral, repeat_within: 12 months, adult_from: 16}",
              "purposes:", "  test: See which desk opens which field", "law:", f"  discloses: {basis}", f"  receives: {basis}", "clauses:"]
    for desk in READERS:
        own = granted_to(desk)
        of_people = [item for item in ITEMS if item in own and item not in NOT_OF_PEOPLE]
        of_case = [item for item in ITEMS if item in own and item in OF_CASE]
        lines += [f"  - id: items-of-{desk}", f"    share: [{', '.join(KINDS)}]", f"    from: [{', '.join(FROM)}]", f"    to: {{desk: {desk}}}", "    purpose: test",
                  "    gateway: [victim-initiated]", "    law: {discloser: discloses, recipient: receives}", "    necessity: A test of the mapping", "    items:"]
        lines += [f"      {role}: [{', '.join(of_people)}]" for role in ROLES] + [f"      case: [{', '.join(of_case)}]"] * bool(of_case)
        lines += ["    consent: {need: not_needed, why: nobody in it lives}", "    deliver: {lane: routine}", "    keep: {for: 30d, from: received, then: erase}"]
    lines += ["security: {training: yearly, devices: encrypted, export: forbidden, breach: {tell: owner, within: 24h, ico_within: 72h}}",
              "ends: {notice: 90d, on_leaving: {undelivered: stop, held: keep_until_due, keys: revoke}}",
              "contacts: {owner: test@example.org, out_of_hours: 01606 000000, rights: test@example.org}"]
    path = folder / "every-item.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def partnership(name):
    """A partnership under this agreement alone; the hospital's table is that of the adapter's samples."""
    made = Partnership(name, agreement=agreement)
    config = made.config("mid-cheshire-hospitals", "attendances")
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("/ops/demo/health/disclosures.yaml", "/adapters/health/samples/disclosures.yaml"), encoding="utf-8")
    return made
