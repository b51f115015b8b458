"""What must hold after rounds of kills over all feeds, by code of its own, and the faults that show that each check bites.

Compared are plain values: what was fed, what the broker's log says, what the notification service has, notify's tasks, desks' files."""
import copy
import dataclasses

TEXT = "There is news about the matter you asked us about. Call the number you were given and give your word. Open every day, 8 am to 8 pm."
TOLD, CLOSED, EITHER, NOT_HERS = "told", "closed", "told or closed", "not told"  # what must become of a piece of news; else why it is a task


@dataclasses.dataclass
class Seen:
    """All that was observed."""
    fed: dict       # event: the client that publishes it
    news: dict      # event: (number of the victim, what must become of it)
    names: dict     # number: family name of her who has it
    unanswered: int
    log: list
    outboxes: dict  # adapter: rows
    texts: list     # what the notification service has
    tasks: dict     # event: task
    filed: dict     # event: document at the IDVA's desk
    to_idva: set    # events of the hospital, each of which the IDVA must have
    counters: dict  # adapter: {counter: number}
    check: dict
    undelivered: int

    def steps(self):
        """What notify reported of each event. A step may be in the log again: it is sent with every session until an echo says it is there."""
        steps = {}
        for record in self.log:
            if record["type"] == "progress made" and "/notify," in record["what"]:
                steps.setdefault(record["event"], {})[record["what"].split(": ")[-1]] = record["record"]
        return {event: list(each) for event, each in steps.items()}


def violations(seen):
    """Everything that does not hold, in words."""
    return [*of_log(seen), *of_news(seen), *of_texts(seen), *of_tasks(seen), *of_rest(seen)]


def of_log(seen):
    accepted = [(r["event"], r["what"]) for r in seen.log if r["type"] == "event accepted"]
    if len(dict(accepted)) != len(accepted):
        yield "an event is in the log twice"
    if seen.unanswered:
        yield f"{seen.unanswered} inputs have no answer"
    for event, what in accepted:
        if not what.startswith(f"from {seen.fed.get(event)},"):
            yield f"{event} is in the log {what[:60]} and was fed by {seen.fed.get(event)}"
    for event in seen.fed.keys() - dict(accepted).keys():
        yield f"{event} was fed by {seen.fed[event]}, answered, and is not in the log"
    if [r["record"] for r in seen.log] != list(range(1, len(seen.log) + 1)):
        yield "the log has a hole"


def of_news(seen):
    """Each piece of news came to one end, and the log says so."""
    steps = seen.steps()
    for event, (number, end) in seen.news.items():
        got = steps.get(event, [])
        ends = {TOLD: [["accepted", "acted"]], CLOSED: [["closed"]], EITHER: [["accepted", "acted"], ["closed"]], NOT_HERS: [[]]}.get(end, [[]])
        if got not in ends:
            yield f"news {event} of {number} must be {end}, and the log says {got}"
    for event in steps.keys() - seen.fed.keys():
        yield f"notify reports of {event}, which was never fed"


def of_texts(seen):
    """The service has as many texts for each number as pieces of news were accepted for it: none twice, none of another's."""
    steps = seen.steps()
    due = {number: 0 for number in seen.names}
    for event, (number, _) in seen.news.items():
        due[number] += "accepted" in steps.get(event, [])
    sent = dict.fromkeys(due, 0)
    for text in seen.texts:
        if text["to"] not in sent:
            yield f"a text went to {text['to']}, who is nobody's"
        sent[text["to"]] = sent.get(text["to"], 0) + 1
        if text["body"] != TEXT:
            yield f"a text says other words: {text['body'][:60]}"
    for number, count in due.items():
        if sent[number] != count:
            yield f"{number} got {sent[number]} texts for {count} pieces of news"
    references = [text["reference"] for text in seen.texts]
    if len(set(references)) != len(references):
        yield "two texts have one reference"


def of_tasks(seen):
    due = {event: end for event, (_, end) in seen.news.items() if end not in (TOLD, CLOSED, EITHER, NOT_HERS)}
    for event in due.keys() - seen.tasks.keys():
        yield f"{event} must be a task ({due[event]}) and is none"
    for event, task in seen.tasks.items():
        if event not in due:
            yield f"{event} is a task ({task['why']}) and must be none"
            continue
        number = seen.news[event][0]
        if task["why"] != due[event] or task["event"] != event:
            yield f"the task of {event} says {task['event']}, {task['why']}"
        if [registration["name"].split()[-1] for registration in task["registrations"]] != [seen.names[number]]:
            yield f"the task of {event} is about somebody else"


def of_rest(seen):
    for adapter, rows in seen.outboxes.items():
        if any(row["state"] != "accepted" for row in rows):
            yield f"the outbox of {adapter} is not empty"
    for adapter, counters in seen.counters.items():
        for counter, count in counters.items():
            if counter.startswith("quarantined/") and count:
                yield f"{adapter}: {counter} {count}"
    for event in seen.to_idva - seen.filed.keys():
        yield f"the IDVA must have {event} and has not"
    for event, document in seen.filed.items():
        if document["event"] != event:
            yield f"the IDVA has {document['event']} in a file named {event}"
    if seen.undelivered:
        yield f"{seen.undelivered} deliveries are left in mailboxes"
    if seen.check["chain"] != "whole" or seen.check["records"] < len(seen.log) - 1:
        yield f"the store check says {seen.check}"
    for r in seen.log:
        if r["type"] in ("parked", "event refused"):
            yield f"{r['type']}: {r['what']}"


def planted(seen):
    """Name and Seen of every fault that the checks must find."""
    def fault(name, change):
        spoilt = copy.deepcopy(seen)
        change(spoilt)
        return name, spoilt

    def of_end(*ends):
        return next(event for event, (_, end) in seen.news.items() if end in ends)

    def remove_steps(s, event):
        s.log[:] = [{**r, "what": "-"} if r["type"] == "progress made" and r["event"] == event else r for r in s.log]
    accepted = next(i for i, r in enumerate(seen.log) if r["type"] == "event accepted")
    told, silent, task = of_end(TOLD), of_end(CLOSED), next(iter(seen.tasks))
    other = next(number for number in seen.names if number != seen.texts[0]["to"])
    yield fault("a text was sent twice", lambda s: s.texts.append({**s.texts[0], "reference": "0" * 32}))
    yield fault("a text was never sent", lambda s: s.texts.pop())
    yield fault("a text went to another victim", lambda s: s.texts[0].update(to=other))
    yield fault("a text went to a stranger", lambda s: s.texts[0].update(to="447700900999"))
    yield fault("a text names the offender", lambda s: s.texts[0].update(body=TEXT + " Gareth"))
    yield fault("who opted out was texted", lambda s: s.texts.append({**s.texts[0], "to": s.news[silent][0], "reference": "0" * 32}))
    yield fault("news was forgotten", lambda s: remove_steps(s, told))
    yield fault("news of nobody's was told", lambda s: s.news.update({told: (s.news[told][0], NOT_HERS)}))
    yield fault("news came to two ends", lambda s: s.log.append({**next(r for r in s.log if r["type"] == "progress made" and r["event"] == told),
                                                                 "record": len(s.log) + 1, "what": "x/notify, record 1: closed"}))
    yield fault("a task is gone", lambda s: s.tasks.pop(task))
    yield fault("a task too many", lambda s: s.tasks.update({told: s.tasks[task]}))
    yield fault("a task is about another victim", lambda s: s.tasks[task]["registrations"][0].update(name="Sian Other"))
    yield fault("an answered input is not in the log", lambda s: s.log.pop(accepted))
    yield fault("an input took effect twice", lambda s: s.log.append({**s.log[accepted], "record": len(s.log) + 1}))
    yield fault("an input has another sender", lambda s: s.log[accepted].update(what="from nobody/none, told: nobody"))
    yield fault("an event that was never fed", lambda s: s.fed.pop(s.log[accepted]["event"]))
    yield fault("an input is not answered", lambda s: setattr(s, "unanswered", 1))
    yield fault("an outbox holds something", lambda s: s.outboxes["courts"][0].update(state="sent"))
    yield fault("an input is in quarantine", lambda s: s.counters["health"].update({"quarantined/E-VALUE": 1}))
    yield fault("the IDVA lacks an attendance", lambda s: s.filed.pop(next(iter(s.to_idva))))
    yield fault("the chain is broken", lambda s: s.check.update(chain="broken"))
    yield fault("a delivery is left", lambda s: setattr(s, "undelivered", 1))
