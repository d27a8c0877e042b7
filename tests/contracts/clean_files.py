"""A clean file of every format: 40 cues with two lines of text, one a minute."""

from __future__ import annotations

import json

_TTML_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="en">\n'
    '<head><layout><region xml:id="r1" tts:origin="10% 10%"/></layout></head>\n<body><div>\n'
)


def _smi(n: int) -> str:
    start = n * 60_000 + 1000
    return (
        f"<SYNC Start={start}><P Class=ENCC>Line {n}<br>second\n"
        f"<SYNC Start={start + 2250}><P Class=ENCC>&nbsp;\n"
    )


CLEAN = {
    "srt": "".join(
        f"{n + 1}\n00:{n:02d}:01,{n:03d} --> 00:{n:02d}:03,250\n<i>Line {n}</i>\nsecond\n\n"
        for n in range(40)
    ),
    "vtt": "WEBVTT\n\n"
    + "".join(
        f"00:{n:02d}:01.{n:03d} --> 00:{n:02d}:03.250\nLine {n}\nsecond\n\n" for n in range(40)
    ),
    "ass": "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    + "".join(
        f"Dialogue: 0,0:{n:02d}:01.{n:02d},0:{n:02d}:03.25,Default,,0,0,0,,"
        f"{{\\an8}}Line {n},\\Nsecond\n"
        for n in range(40)
    ),
    "microdvd": "{1}{1}25\n"
    + "".join(f"{{{n * 1500 + 25}}}{{{n * 1500 + 80}}}{{y:i}}Line {n}|second\n" for n in range(40)),
    "ttml": _TTML_HEAD
    + "".join(
        f'<p begin="00:{n:02d}:01.{n:03d}" end="00:{n:02d}:03.250" region="r1">'
        f'<span tts:color="red">Line {n}</span><br/>second</p>\n'
        for n in range(40)
    )
    + "</div></body></tt>\n",
    "sbv": "".join(
        f"0:{n:02d}:01.{n:03d},0:{n:02d}:03.250\nLine {n}\nsecond\n\n" for n in range(40)
    ),
    "lrc": "[ar:Somebody]\n"
    + "".join(f"[{n:02d}:01.{n:02d}]<{n:02d}:01.50>Line {n} second\n" for n in range(40)),
    "subviewer": "[INFORMATION]\n[TITLE]x\n[END INFORMATION]\n[SUBTITLE]\n[COLF]&HFFFFFF\n"
    + "".join(f"00:{n:02d}:01.{n:02d},00:{n:02d}:03.25\nLine {n}[br]second\n\n" for n in range(40)),
    "subviewer1": "[TITLE]\nx\n[BEGIN]\n******** START SCRIPT ********\n"
    + "".join(f"[00:{n:02d}:01]\nLine {n}|second\n[00:{n:02d}:03]\n\n" for n in range(40)),
    "mpl2": "".join(f"[{n * 600 + 10}][{n * 600 + 33}]/Line {n}|second\n" for n in range(40)),
    "sami": "<SAMI>\n<HEAD><STYLE><!-- P {} --></STYLE></HEAD>\n<BODY>\n"
    + "".join(map(_smi, range(40)))
    + "</BODY></SAMI>\n",
    "jsonl": "".join(
        json.dumps(
            {"id": n, "start": n * 60 + 1.25, "end": n * 60 + 3.5, "text": f"Line {n}\nsecond"}
        )
        + "\n"
        for n in range(40)
    ),
}
