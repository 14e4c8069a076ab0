"""What was found in a request, in the notation of test/cases/request/README.md."""

EXPECTATIONS = {"continue": "100-continue", "other": "other-expectation"}


def escape(data):
    special = {0x09: "\\t", 0x5C: "\\\\"}
    return "".join(
        special.get(byte) or (chr(byte) if 0x20 <= byte <= 0x7E else f"\\x{byte:02x}") for byte in data
    )


def title(name):
    return "-".join(word.capitalize() for word in name.split("-"))


def describe(data, found):
    """`found`: None when there must be more, a fault, or a head by the names of wit/parser.wit."""
    if found is None:
        return "incomplete\n"
    if "code" in found:
        return f"error {title(found['code']).replace('-', '')} at {found['position']}\n"

    def show(span):
        start, end = span
        return f"{start} {escape(data[start:end])}".rstrip(" ")

    lines = [f"method {show(found['method'])}" + ("" if found["known-method"] else " unknown")]
    lines.append(f"target {show(found['target'])} {found['form']}")
    for part in ("path", "query", "authority"):
        if found[part]:
            lines.append(f"{part} {show(found[part])}")
    lines.append(f"version 1.{found['version-minor']}")
    lines += [f"field {show(name)}: {show(value)}" for name, value in found["fields"]]
    known = [f"{title(name)}={first}" for name, first, _ in found["known"]]
    repeated = [title(name) for name, _, more in found["known"] if more]
    flags = [
        "keep-alive" if found["keep-alive"] else None,
        found["framing"] if found["framing"] != "none" else None,
        EXPECTATIONS.get(found["expectation"]),
    ]
    for label, words in (("known", known), ("repeated", repeated), ("flags", filter(None, flags))):
        text = " ".join(words)
        if text:
            lines.append(f"{label} {text}")
    if found["framing"] == "length":
        lines.append(f"length {found['content-length']}")
    lines.append(f"consumed {found['length']}")
    return "\n".join(lines) + "\n"
