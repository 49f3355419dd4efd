#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the synthetic sample usage files beside this script. Same output on every run; nothing in it is real."""

import csv
import hashlib
import json
import random
import shutil
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

MILLION = Decimal(1_000_000)

# provider, model, share of calls, dollars per million tokens (input, cached input, output), median latency in ms
MODELS = [
    ("openai", "gpt-4o", 30, "2.50", "1.25", "10.00", 1400),
    ("openai", "gpt-4o-mini", 34, "0.15", "0.075", "0.60", 700),
    ("openai", "gpt-4.1", 8, "2.00", "0.50", "8.00", 1600),
    ("anthropic", "claude-3-5-sonnet-20241022", 18, "3.00", "0.30", "15.00", 1900),
    ("google", "gemini-1.5-flash", 10, "0.075", "0.01875", "0.30", 600),
]

# app, service, share of calls, range of prompt tokens, range of completion tokens, number of different prompts (0 = all differ)
SERVICES = [
    ("support-desk", "reply-drafts", 34, (600, 2600), (120, 520), 0),
    ("support-desk", "ticket-triage", 24, (200, 900), (5, 40), 90),
    ("shop", "product-search", 22, (150, 700), (20, 160), 120),
    ("shop", "review-summary", 12, (1200, 5200), (90, 260), 0),
    ("back-office", "contract-reading", 8, (4000, 14000), (300, 1200), 0),
]

COLUMNS = ["timestamp", "provider", "model", "app", "service", "user", "request_id", "status", "prompt_tokens",
           "completion_tokens", "cached_tokens", "cost_usd", "latency_ms", "ttft_ms", "prompt_hash"]

DAYS = 14
FIRST_DAY = datetime(2025, 6, 2, tzinfo=timezone.utc)
# Weight of each hour of the day, UTC.
HOURS = [1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 20, 19, 15, 17, 20, 19, 16, 11, 7, 5, 4, 3, 2, 1]


def pick(rng, rows, weight):
    return rng.choices(rows, [row[weight] for row in rows])[0]


def moment(rng):
    day = rng.choices(range(DAYS), [3 if (FIRST_DAY + timedelta(days=d)).weekday() >= 5 else 10 for d in range(DAYS)])[0]
    hour = rng.choices(range(24), HOURS)[0]
    return FIRST_DAY + timedelta(days=day, hours=hour, seconds=rng.randrange(3600), milliseconds=rng.randrange(1000))


def call(rng, number, when):
    provider, model, _, price_in, price_cached, price_out, median = pick(rng, MODELS, 2)
    app, service, _, prompt_range, completion_range, different = pick(rng, SERVICES, 2)
    status = rng.choices(["ok", "error", "timeout"], [955, 30, 15])[0]
    prompt = rng.randint(*prompt_range)
    text = f"{service} {rng.randrange(different)}" if different else f"{service} #{number}"
    if different:
        prompt = prompt_range[0] + int(hashlib.sha256(text.encode()).hexdigest(), 16) % (prompt_range[1] - prompt_range[0])
    completion = 0 if status == "timeout" else rng.randint(*completion_range) // (6 if status == "error" else 1)
    cached = prompt // 2 // 128 * 128 if different and rng.random() < 0.25 else 0
    cost = ((prompt - cached) * Decimal(price_in) + cached * Decimal(price_cached) + completion * Decimal(price_out)) / MILLION
    latency = 30000 if status == "timeout" else int(median * rng.lognormvariate(0, 0.45) + completion * 6)
    return {"timestamp": when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z",
            "provider": provider, "model": model, "app": app, "service": service, "user": f"user-{rng.randint(1, 24):02d}",
            "request_id": f"sample-{number:05d}", "status": status, "prompt_tokens": prompt, "completion_tokens": completion,
            "cached_tokens": cached, "cost_usd": format(cost.normalize(), "f"), "latency_ms": latency,
            "ttft_ms": "" if status == "timeout" else latency // 4,
            "prompt_hash": hashlib.sha256(text.encode()).hexdigest()[:16]}


def calls(count, seed):
    rng = random.Random(seed)
    return [call(rng, number, when) for number, when in enumerate(sorted(moment(rng) for _ in range(count)), 1)]


def as_json(row):
    numbers = {key: row[key] for key in ("prompt_tokens", "completion_tokens", "cached_tokens", "latency_ms", "ttft_ms")}
    body = {**row, **{key: value if value != "" else None for key, value in numbers.items()}}
    # The cost goes in with its own digits, not through a binary fraction.
    text = json.dumps({**body, "cost_usd": "@cost@"})
    return text.replace('"@cost@"', row["cost_usd"])


def codex_session(rng, number):
    """A Codex session: token counts of the last call and of the session so far, one event repeated."""
    when = datetime(2025, 9, 1 + number * 3, 9, 0, tzinfo=timezone.utc)
    session = f"0199{number:04d}-0000-7000-8000-000000000001"
    cwd = rng.choice(["/home/sample/shop", "/home/sample/api"])

    def entry(kind, payload):
        stamp = when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"
        return json.dumps({"timestamp": stamp, "type": kind, "payload": payload}, separators=(",", ":")) + "\n"

    lines = [entry("session_meta", {"id": session, "cwd": cwd, "originator": "codex_cli_rs", "cli_version": "0.36.0"}),
             entry("turn_context", {"cwd": cwd, "model": rng.choice(["gpt-5-codex", "gpt-5"]), "effort": "medium"})]
    total = {"input_tokens": 0, "cached_input_tokens": 0, "output_tokens": 0, "reasoning_output_tokens": 0, "total_tokens": 0}
    context = 8000
    for _ in range(rng.randint(8, 30)):
        when += timedelta(seconds=rng.uniform(4, 90))
        output = rng.randint(40, 2500)
        last = {"input_tokens": context, "cached_input_tokens": context * rng.randint(0, 9) // 10, "output_tokens": output,
                "reasoning_output_tokens": output // 3, "total_tokens": context + output}
        total = {key: total[key] + last[key] for key in total}
        context += output + rng.randint(100, 4000)
        event = entry("event_msg", {"type": "token_count", "info": {"total_token_usage": total, "last_token_usage": last,
                                                                    "model_context_window": 272000}, "rate_limits": None})
        lines += [event] * rng.choice([1, 1, 2])
    return f"rollout-{when:%Y-%m-%d}T09-00-00-{session}.jsonl", "".join(lines)


def openai_usage(rng):
    """A page of OpenAI's usage interface, one bucket a day."""
    first = int(datetime(2025, 9, 1, tzinfo=timezone.utc).timestamp())
    data = []
    for day in range(30):
        results = []
        for model in ("gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18", "gpt-4.1-2025-04-14"):
            requests = rng.randint(50, 900) * (1 if day % 7 < 5 else 0)
            if requests == 0:
                continue
            tokens = requests * rng.randint(500, 4000)
            results.append({"object": "organization.usage.completions.result", "input_tokens": tokens,
                            "output_tokens": requests * rng.randint(80, 600),
                            "input_cached_tokens": tokens * rng.randint(0, 60) // 100, "num_model_requests": requests,
                            "project_id": rng.choice(["proj_search", "proj_support"]), "user_id": None,
                            "api_key_id": None, "model": model, "batch": False})
        data.append({"object": "bucket", "start_time": first + day * 86400, "end_time": first + (day + 1) * 86400,
                     "results": results})
    return json.dumps({"object": "page", "data": data, "has_more": False, "next_page": None}, indent=1) + "\n"


def write_agent_logs(folder):
    rng = random.Random(11)
    claude = folder / "claude-code"
    shutil.rmtree(claude, ignore_errors=True)
    logs = folder.parent.parent / "tests" / "bench" / "make_session_logs.py"
    subprocess.run([sys.executable, str(logs), str(claude), "0.3", "5"], check=True, stdout=subprocess.DEVNULL)
    codex = folder / "codex" / "sessions"
    codex.mkdir(parents=True, exist_ok=True)
    for number in range(4):
        name, text = codex_session(rng, number)
        (codex / name).write_text(text, encoding="utf-8", newline="\n")
    (folder / "openai-usage.json").write_text(openai_usage(rng), encoding="utf-8", newline="\n")


def main():
    folder = Path(__file__).resolve().parent
    write_agent_logs(folder)
    with open(folder / "usage-sample.csv", "w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(calls(2000, 20250602))
    with open(folder / "usage-sample.jsonl", "w", newline="\n", encoding="utf-8") as out:
        out.writelines(as_json(row) + "\n" for row in calls(300, 7))


if __name__ == "__main__":
    main()
