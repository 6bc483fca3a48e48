"""The report of an evaluation: films with their cuts in pictures, and every figure. Korean first.

One HTML file that needs nothing else; names and prompts are shown as text, never as markup.
"""

import base64
from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import escape

import cv2

from training.films.clip_frames import Frames, small, spread
from training.films.evaluation import FilmEvaluation, Scores
from training.films.film_clip import FilmClip
from training.films.judging import ACROSS, DIMENSIONS

_NAMES = {
    "subject_consistency": "피사체 일관성",
    "background_consistency": "배경 일관성",
    "temporal_flickering": "깜박임 없음",
    "motion_smoothness": "움직임의 매끄러움",
    "dynamic_degree": "움직임",
    "overall_consistency": "프롬프트 일치",
    "subject_consistency_across_cuts": "컷 사이 피사체 일관성",
    "background_consistency_across_cuts": "컷 사이 배경 일관성",
}
_PICTURES, _SIDE = 4, 90
_STYLE = """
body{font:15px/1.6 system-ui,'Apple SD Gothic Neo','Noto Sans KR','NanumGothic',sans-serif;
 color:#1c2430;background:#fff;margin:0 auto;max-width:1280px;padding:24px;word-break:keep-all}
h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:32px 0 8px}small,.en{color:#56606d}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:4px 8px;
 border-bottom:1px solid #d7dde5}th{background:#f3f5f8;font-weight:600}td.n,th.n{text-align:right;
 font-variant-numeric:tabular-nums}th.n{white-space:normal}img{height:58px;display:inline-block;
 margin-right:2px;vertical-align:top}.note{background:#fff7e0;padding:8px 12px}
.strip{white-space:nowrap;overflow:hidden;max-width:420px}
@media(prefers-color-scheme:dark){body{background:#12161c;color:#e3e8ef}th{background:#1d242d}
 td,th{border-color:#343d48}small,.en{color:#9aa6b4}.note{background:#3a3218}}
"""


def strip(frames: Frames) -> tuple[str, ...]:
    """A few small pictures of a clip, as data URIs."""
    found: list[str] = []
    for at in spread(len(frames), _PICTURES):
        bgr = cv2.cvtColor(small(frames[at], _SIDE), cv2.COLOR_RGB2BGR)
        jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
        found.append("data:image/jpeg;base64," + base64.b64encode(jpeg.tobytes()).decode())
    return tuple(found)


def report(
    evaluation: FilmEvaluation,
    clips: Sequence[FilmClip],
    strips: Mapping[str, Sequence[str]],
) -> str:
    """`strips`: id of a clip -> its pictures."""
    by_id = {clip.id: clip for clip in clips}
    films: dict[str, list[Scores]] = defaultdict(list)
    for one in evaluation.clips:
        films[one.film].append(one)
    across = {film.id: film for film in evaluation.films}
    parts = [
        "<h1>영상 평가</h1>",
        '<p class="en" lang="en">Film evaluation by VBench’s dimension names</p>',
        '<p class="note">멈춘 화면은 깜박이지 않고 가장 일관되므로, 움직임과 함께 읽습니다. 고전'
        ' 측정은 VBench 순위표의 수치와 견줄 수 없습니다. <span class="en" lang="en">A still'
        " flickers least and is the most consistent: read every figure beside dynamic_degree."
        " Classical measures are not comparable with VBench’s leaderboard.</span></p>",
        "<h2>평균 <small>means</small></h2>",
        _means(evaluation),
    ]
    for film, own in films.items():
        title = escape(film) if film else "영화에 속하지 않은 클립 <small>single clips</small>"
        parts.append(f"<h2>{title}</h2>")
        if film in across:
            parts.append(_across(across[film]))
        parts.append(_clips(own, by_id, strips))
    body = "\n".join(parts)
    return (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>영상 평가</title><style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _means(evaluation: FilmEvaluation) -> str:
    rows = "".join(
        f"<tr><td>{_NAMES[name]} <small>{name}</small></td>"
        f'<td class="n">{evaluation.means.get(name, "–")}</td>'
        f"<td><small>{escape(evaluation.methods[name])}</small></td></tr>"
        for name in (*DIMENSIONS, *ACROSS)
    )
    return (
        '<table><tr><th>항목 <small>dimension</small></th><th class="n">평균 [95%]</th>'
        f"<th>방법 <small>method</small></th></tr>{rows}</table>"
    )


def _across(film: Scores) -> str:
    told = [
        f"{_NAMES[name]} <b>{_figure(film, name)}</b>"
        + (f" <small>({escape(film.why[name])})</small>" if name in film.why else "")
        for name in ACROSS
    ]
    return f"<p>{' · '.join(told)}</p>"


def _clips(
    own: Sequence[Scores], by_id: Mapping[str, FilmClip], strips: Mapping[str, Sequence[str]]
) -> str:
    heads = "".join(f'<th class="n">{_NAMES[name]}</th>' for name in DIMENSIONS)
    rows: list[str] = []
    for one in own:
        clip = by_id[one.id]
        pictures = "".join(f'<img src="{uri}" alt="">' for uri in strips.get(one.id, ()))
        cells = "".join(
            f'<td class="n" title="{escape(one.why.get(name, name))}">{_figure(one, name)}</td>'
            for name in DIMENSIONS
        )
        cut_off = " <small>(앞부분만 봄, cut off)</small>" if one.cut_off else ""
        rows.append(
            f'<tr><td><div class="strip">{pictures}</div>{escape(one.id)}{cut_off}<br>'
            f"<small>{escape(clip.prompt[:200])}</small></td>{cells}</tr>"
        )
    return f"<table><tr><th>클립 <small>clip</small></th>{heads}</tr>{''.join(rows)}</table>"


def _figure(of: Scores, name: str) -> str:
    value = of.scores.get(name)
    if value is None:
        return "–"
    if name == "dynamic_degree":
        told = "예" if value else "아니요"
        return f"{told} <small>{of.flow:.2f}</small>" if of.flow is not None else told
    return f"{value:.3f}"
