#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes synthetic usage logs for tests: the same output for the same arguments, nothing in it is real.

usage: make_usage_logs.py claude|unified FOLDER
"""
import datetime
import json
import pathlib
import random
import sys

START = datetime.datetime(2025, 9, 1, 8, 0, tzinfo=datetime.timezone.utc)


def stamp(moment):
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def claude(folder):
    """Session logs of a coding assistant: growing prompts, caches, copies of streamed messages, a day of heavy work."""
    rng = random.Random(7)
    projects = ["shop", "billing", "docs"]
    number = 0
    for session in range(24):
        name = "%08x-0000-4000-8000-%012x" % (rng.getrandbits(32), session)
        project = projects[session % 3]
        model = "claude-opus-4-1-20250805" if session % 4 == 0 else "claude-sonnet-4-20250514"
        day = session % 12
        moment = START + datetime.timedelta(days=day, minutes=rng.randrange(480))
        calls = rng.randrange(12, 30) * (4 if day == 9 else 1)
        context = rng.randrange(9000, 15000)
        cached = 0
        lines = []
        for turn in range(calls):
            number += 1
            moment += datetime.timedelta(seconds=rng.randrange(8, 200))
            lines.append(compact({"type": "user", "sessionId": name, "timestamp": stamp(moment),
                                  "cwd": "/home/ana/" + project, "uuid": "u%d" % number,
                                  "message": {"role": "user", "content": "question %d" % turn}}))
            grown = rng.randrange(200, 2500)
            plain = grown if rng.random() < 0.25 else rng.randrange(3, 12)
            written = 0 if plain == grown else grown
            usage = {"input_tokens": plain, "cache_creation_input_tokens": written if cached else context,
                     "cache_read_input_tokens": cached, "output_tokens": rng.randrange(20, 1400)}
            cached = cached + usage["cache_creation_input_tokens"]
            moment += datetime.timedelta(seconds=rng.randrange(2, 40))
            entry = {"type": "assistant", "sessionId": name, "timestamp": stamp(moment), "cwd": "/home/ana/" + project,
                     "uuid": "a%d" % number, "requestId": "req_%06d" % number, "isSidechain": False,
                     "message": {"id": "msg_%06d" % number, "role": "assistant", "type": "message", "model": model,
                                 "content": [{"type": "text", "text": "answer"}], "usage": usage}}
            lines.append(compact(entry))
            if rng.random() < 0.2:  # a streamed message is logged again for each part
                lines.append(compact({**entry, "uuid": "b%d" % number}))
        (folder / (name + ".jsonl")).write_text("\n".join(lines) + "\n", encoding="utf-8")


def unified(folder):
    """The platform's own log entries, one call a line, with latency, first token, cost and failures."""
    rng = random.Random(11)
    prices = {"gpt-4o": (2500, 10000), "gpt-4o-mini": (150, 600), "claude-3-5-sonnet-20241022": (3000, 15000)}
    services = ["search", "summaries", "user_authentication"]
    moment = START
    with open(folder / "unified.jsonl", "w", encoding="utf-8") as out:
        for number in range(900):
            moment += datetime.timedelta(seconds=rng.randrange(10, 3000))
            model = rng.choices(list(prices), [5, 8, 3])[0]
            tokens_in = rng.randrange(100, 6000)
            tokens_out = rng.randrange(5, 900)
            # Prices per token in 10^-9 dollars.
            cost_in = tokens_in * prices[model][0]
            cost_out = tokens_out * prices[model][1]
            latency = 200 + tokens_out * (3 if model == "gpt-4o-mini" else 9) + rng.randrange(400)

            def dollars(nano):
                return float("%d.%09d" % (nano // 10**9, nano % 10**9))

            out.write(compact({
                "event_metadata": {"log_schema_version": "3.0.0", "event_id": "e%05d" % number,
                                   "timestamp_utc": int(moment.timestamp() * 1000), "ingestion_source": "sdk"},
                "trace_context": {"trace_id": "t%05d" % number, "span_id": "s%05d" % number, "span_name": "call",
                                  "span_kind": "llm"},
                "identity_context": {"user_id": "user-%02d" % rng.randrange(6), "organization_id": "org"},
                "application_context": {"app_name": "portal", "service_name": services[number % 3],
                                        "sdk_version": "1.0", "environment": "production"},
                "request": {"model": {"provider": "openai" if "gpt" in model else "anthropic", "name": model,
                                      "family": "chat"}},
                "response": {"usage": {"prompt_tokens": tokens_in, "completion_tokens": tokens_out,
                                       "total_tokens": tokens_in + tokens_out}},
                "performance": {"latency_ms": {"total_e2e": latency, "time_to_first_token": latency // 4}},
                "finops": {"cost": {"total_cost_usd": dollars(cost_in + cost_out)}}}) + "\n")


def main():
    kind, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    {"claude": claude, "unified": unified}[kind](folder)


if __name__ == "__main__":
    main()
