"""A clean file of every format: 40 cues with two lines of text, one a minute."""

from __future__ import annotations

import json

_TTML_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<tt xmlns="http://www.w3.org/ns/ttml" '
    'xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="en">\n'
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

#: Files that use what a format has beyond the common: (format, text).
INTRICATE = [
    (
        "ttml",
        "<tt xmlns='http://www.w3.org/ns/ttml' xmlns:ttp='http://www.w3.org/ns/ttml#parameter' "
        "ttp:frameRate='24' ttp:frameRateMultiplier='1000 1001' ttp:tickRate='10000000'>\n"
        "<!-- <p begin='9s'> --><body begin='10s'><div end='100s' begin='5s'>\n"
        "<p begin='00:00:01:12' dur='2.5s'>One <span begin='500ms' end='1s'>two</span></p>\n"
        "<p begin='30000000t' end='45000000t'>&amp;<br/>three</p>\n"
        "<p><span begin='7s' end='8.25s'>four</span> <span begin='9s'>five</span></p>\n"
        "<p begin='96f' end='120f'>six</p></div></body></tt>\n",
    ),
    (
        "vtt",
        "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\nNOTE x\n\nSTYLE\n::cue{}\n\n"
        "REGION\nid:a\n\nid\n00:01.000 --> 00:02.000 line:0 align:start\n"
        "<v Ann>a<00:01.500>b &amp; <c.red>c</c>\n\n00:03.000 --> 00:04.000\n<i>y\n",
    ),
    (
        "ass",
        "[Script Info]\nTitle: x\n\n[V4+ Styles]\nStyle: Default,Arial,20\n\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\an8\\k20}ka{\\k30\\i1}ra\\Noke\n"
        "Comment: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,c\n"
        "Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\\p1}m 0 0 l 1 1{\\p0}\n\n"
        "[Fonts]\nfontname: a.ttf\n!!!!\n",
    ),
    (
        "lrc",
        "[ti:Song]\n[offset:+250]\n[00:01.00][01:01.00]twice\n"
        "[00:02.50]<00:02.50>word <00:03.00>by <00:03.40>word\n[00:05.00]\n[100:01.00]late\n",
    ),
    (
        "srt",
        "1\r\n00:00:01,000 --> 00:00:02,500 X1:1 X2:2 Y1:3 Y2:4\r\n{\\an8}<i>Hi</i>\r\n\r\n"
        "2\r\n00:00:03,000 --> 00:00:04,000\r\n<font color='red'>y\xe9</font>\r\n",
    ),
    ("microdvd", "{0}{0}23.976\n{DEFAULT}{}{y:b}\n{24}{48}{Y:i}{c:$0000ff}a|/b\n{72}{}c\n"),
    (
        "jsonl",
        '{"end": 2, "start": 1.0625, "text": "a \\u00e9\\n\\"b\\"", "words": [{"start": 1.1}]}\n'
        '\n{"start": 3e0, "text": "no end", "score": null}\n',
    ),
]
