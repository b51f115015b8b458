"""Looks for marked text and marked bytes in files, captures and the memory of a process, in every form in which they might lie."""
import base64
import re


def forms_of_text(text):
    """The text as it is, in other cases and encodings; of base64 the part that does not depend on what stands before it."""
    raw = text.encode()
    forms = {raw, raw.lower(), raw.upper(), text.encode("utf-16-le"), raw.hex().encode(), raw.hex().upper().encode()}
    for before in range(3):
        coded = base64.b64encode(bytes(before) + raw)
        forms.add(coded[4 if before else 0:len(coded) // 4 * 4 - 4])
    return forms


def forms_of_bytes(data):
    return {data, data.hex().encode(), data.hex().upper().encode(), base64.b64encode(data).rstrip(b"=")[:-1]}


def needles(texts, secrets):
    """{form: name} of marked texts and of {name: bytes}."""
    found = {form: text for text in texts for form in forms_of_text(text)}
    found.update({form: name for name, data in secrets.items() for form in forms_of_bytes(data)})
    return found


def in_bytes(data, sought):
    """Names of what is in the data, each with a little of what follows the mark."""
    hits = set()
    for form, name in sought.items():
        at = data.find(form)
        if at >= 0:
            hits.add(f"{name}: {bytes(data[at:at + len(form) + 12])!r}")
    return hits


def in_files(paths, sought):
    return {f"{path}: {hit}" for path in paths for hit in in_bytes(path.read_bytes(), sought)}


def files_below(folder, *without):
    left_out = [folder / name for name in without]
    return [path for path in folder.rglob("*") if path.is_file() and not any(out in [path, *path.parents] for out in left_out)]


def in_memory(process, sought):
    """What lies in the writable memory of a process, and how many bytes were read. PermissionError where that is not allowed."""
    hits, read, keep = set(), 0, max(map(len, sought)) - 1
    with open(f"/proc/{process}/maps", encoding="ascii") as maps, open(f"/proc/{process}/mem", "rb", 0) as memory:
        for line in maps:
            start, end, rights = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
            if not rights.startswith("rw") or "[vvar]" in line:
                continue
            at, end, tail = int(start, 16), int(end, 16), b""
            while at < end:
                memory.seek(at)
                try:
                    data = memory.read(min(16 << 20, end - at))
                except OSError:
                    break  # gone since, or a device
                if not data:
                    break
                at += len(data)
                read += len(data)
                if data.strip(b"\0"):
                    hits |= in_bytes(tail + data, sought)
                tail = data[-keep:]
    return hits, read
