#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recomputes every number of an answer of the embedded agents from the raw usage files.

usage: check_answer.py PRICES csv|claude|unified QUESTION ANSWER.md FILE...

Every table cell and every sentence with a figure must be known here and equal what usage_facts.py computes; a figure
that no rule covers is a failure too. Exits 0 and prints the number of figures checked, or 1 with what differs.
"""
import datetime
import math
import re
import sys
from fractions import Fraction

import usage_facts

NUM = r"(-?\d+(?:\.\d+)?)"
SHARES = {"failures": (50, 100), "cache": (50, 100), "prompt_cache": (50, 100), "swap": (50, 100), "batch": (25, 50),
          "trim": (5, 15)}


def tenth(part, whole):
    """A percentage with one decimal, rounded half up."""
    return math.floor(Fraction(part) * 1000 / Fraction(whole) + Fraction(1, 2)) / 10 if whole else 0.0


class Checker:
    def __init__(self, facts, question):
        self.f = facts
        self.question = question
        self.checked = 0
        self.faults = []
        self.simulations = {}
        self.factor = re.search(r"(\d+)x", question)
        self.growth = re.search(r"(\d+)% increase", question)

    # Comparing -------------------------------------------------------------------------------------------------

    def exact(self, where, text, value):
        self.checked += 1
        if Fraction(text) != Fraction(value):
            self.faults.append(f"{where}: {text}, recomputed {float(value)}")

    def near(self, where, text, value):
        """An estimate: right to the last digit shown."""
        self.checked += 1
        digits = len(text.partition(".")[2])
        shown = 6 if abs(float(value)) < 1 else 2
        room = 0.51 * 10 ** -shown + 1e-7 * abs(float(value))
        if digits > shown or abs(float(text) - float(value)) > room:
            self.faults.append(f"{where}: {text}, recomputed {float(value)}")

    def percent(self, where, text, part, whole):
        self.checked += 1
        if abs(float(text) - tenth(part, whole)) > 1e-9:
            self.faults.append(f"{where}: {text} %, recomputed {tenth(part, whole)} %")

    def percent_near(self, where, text, value):
        self.checked += 1
        if abs(float(text) - float(value)) > 0.051:
            self.faults.append(f"{where}: {text} %, recomputed {float(value)} %")

    # Tables ----------------------------------------------------------------------------------------------------

    def check_table(self, heading, header, rows):
        bold = lambda cell: cell.strip("*").strip()
        clean = [[bold(c).replace("\\", "") for c in row] for row in rows]
        first = header[0]
        columns = {"Model": "model", "Project": "project", "Session": "session", "Service": "service",
                   "Application": "app", "User": "user", "Day": "day"}
        if heading.startswith("Cost by") and first in columns:
            return self.cost_table(columns[first], header, clean)
        if heading in ("Latency", "Latency and time to first token"):
            return self.latency_table(header, clean)
        if heading == "Latency wanted":
            return self.wanted_table(clean)
        if heading == "Errors and timeouts":
            return self.error_table(clean)
        if heading == "Prompt caching":
            return self.cache_table(columns[first], clean)
        if heading == "Growth of the context within sessions":
            return self.context_table(clean)
        if heading == "Retries and repeats":
            return self.retry_table(clean)
        if heading == "Unusual days":
            return self.day_table(clean) if first == "Day (UTC)" else self.driver_table(clean)
        if heading == "Growth":
            return self.growth_table(clean)
        if heading == "Choice of model":
            return self.model_table(clean) if first == "Model" else self.candidate_table(clean)
        self.faults.append(f"no rule for the table under “{heading}” with {header}")

    def cost_table(self, column, header, rows):
        groups = self.f.by(column)
        left = dict(groups)
        for row in rows:
            if row[0] == "Total":
                group = self.f.all
            elif row[0] == "all others":
                group = usage_facts.Group([c for g in left.values() for c in g.calls], self.f.prices)
            else:
                group = left.pop(row[0])
            where = f"cost by {column}, {row[0]}"
            values = dict(zip(header, row))
            self.exact(where + " calls", values["Calls"], group.n)
            self.exact(where + " tokens in", values["Tokens in"], group.tokens_in)
            self.exact(where + " tokens out", values["Tokens out"], group.tokens["output"])
            self.exact(where + " cost", values["Cost (USD)"], group.cost)
            if "Recorded (USD)" in values:
                self.exact(where + " recorded", values["Recorded (USD)"] or "0", group.recorded)
                self.exact(where + " list", values["At list price (USD)"], group.listed)
            self.percent(where + " share", values["Share of cost"].rstrip(" %"), group.cost, self.f.all.cost)

    def latency_table(self, header, rows):
        key = "ttft" if "first token" in header[1] else "latency"
        for row in rows:
            values = getattr(self.f.all if row[0] == "All calls" else self.f.models[row[0]], key)
            self.exact(f"{key} {row[0]} calls", row[1], len(values))
            for cell, p in zip(row[2:], (50, 90, 95, 99)):
                self.exact(f"{key} {row[0]} p{p}", cell, usage_facts.nearest_rank(values, p))

    def target_ms(self):
        """Whole microseconds, cut."""
        p95 = usage_facts.nearest_rank(self.f.all.latency, 95)
        return Fraction(math.floor(p95 * 1000 / int(self.factor.group(1))), 1000)

    def wanted_table(self, rows):
        for row in rows:
            group = self.f.models[row[0]]
            where = "latency wanted " + row[0]
            self.exact(where, row[1], group.n)
            self.exact(where + " p50", row[2], usage_facts.nearest_rank(group.latency, 50))
            self.exact(where + " p95", row[3], usage_facts.nearest_rank(group.latency, 95))
            self.percent(where + " within", row[4].rstrip(" %"), sum(v <= self.target_ms() for v in group.latency), group.n)
            self.near(where + " cost", row[5], group.cost * 1000 / group.n)
            if row[6] != ("yes" if usage_facts.nearest_rank(group.latency, 95) <= self.target_ms() else "no"):
                self.faults.append(where + ": verdict " + row[6])

    def error_table(self, rows):
        for row in rows:
            group = self.f.all if row[0] == "All calls" else self.f.models[row[0]]
            for cell, value in zip(row[1:4], (group.known, group.errors, group.timeouts)):
                self.exact("errors " + row[0], cell, value)
            self.percent("error rate " + row[0], row[4].rstrip(" %"), group.errors, group.known)
            self.percent("timeout rate " + row[0], row[5].rstrip(" %"), group.timeouts, group.known)
            self.exact("cost of failed " + row[0], row[6], group.failed_cost)

    def cache_table(self, column, rows):
        for row in rows:
            group = self.f.by(column)[row[0]]
            for cell, value in zip(row[1:5], (group.tokens_in, group.tokens["read"], group.tokens["write"], group.tokens["input"])):
                self.exact("caching " + row[0], cell, value)
            self.percent("hit rate " + row[0], row[5].rstrip(" %"), group.tokens["read"], group.tokens_in)

    def context_table(self, rows):
        for row in rows:
            calls = self.f.sessions()[row[0]]
            prompts = [c["input"] + c["read"] + c["write"] for c in calls]
            minutes = math.floor((calls[-1]["time"] - calls[0]["time"]) / 60 + 1e-6)
            for cell, value in zip(row[1:5], (len(calls), minutes, prompts[0], max(prompts))):
                self.exact("context " + row[0], cell, value)
            self.exact("context cost", row[5], sum(c["cost"] for c in calls))

    def retry_table(self, rows):
        for row in rows:
            calls = self.f.retries()[row[0]]
            self.exact("retries " + row[0], row[1], len(calls))
            self.exact("retry cost " + row[0], row[2], sum(c["cost"] for c in calls))

    def day_table(self, rows):
        _, outliers = self.f.outliers()
        if {row[0] for row in rows} != set(outliers):
            self.faults.append(f"unusual days {[r[0] for r in rows]}, recomputed {list(outliers)}")
        for row in rows:
            group = self.f.by("day").get(row[0])
            self.near("unusual day " + row[0], row[1], group.cost if group else 0)
            self.exact("unusual day calls " + row[0], row[2], group.n if group else 0)
            self.percent_near("score " + row[0], row[3], outliers.get(row[0], 0))

    def driver_table(self, rows):
        for row in rows:
            column, value = row[0].split(" ", 1)
            before = self.f.by(column)[value].cost / len(self.f.days)
            after = sum((c["cost"] for c in self.f.calls if c["day"] == self.odd_day() and c[column] == value), Fraction(0))
            self.near("driver " + value, row[1], before)
            self.near("driver " + value, row[2], after)
            self.near("driver " + value, row[3], after - before)

    def odd_day(self):
        _, outliers = self.f.outliers()
        return max(outliers, key=lambda day: abs(outliers[day]))

    def growth_table(self, rows):
        for row in rows:
            cost = self.f.models[row[0]].cost
            self.exact("growth " + row[0], row[1], cost)
            self.near("growth " + row[0], row[2], cost * (100 + int(self.growth.group(1))) / 100)

    def model_table(self, rows):
        for row in rows:
            group = self.f.models[row[0]]
            self.exact("model calls", row[1], group.n)
            self.near("model cost", row[2], group.cost * 1000 / group.n)
            self.exact("model tokens in", row[3], group.tokens_in // group.n)
            self.exact("model tokens out", row[4], group.tokens["output"] // group.n)
            for cell, p in zip(row[5:7], (50, 95)):
                if cell or group.latency:
                    self.exact(f"model p{p}", cell, usage_facts.nearest_rank(group.latency, p))
            if row[7] or group.known:
                self.percent("model failed", row[7].rstrip(" %"), group.failed, group.known)

    def candidate_table(self, rows):
        sums = dict(self.f.all.tokens)
        for row in rows:
            price = self.f.prices.find(row[0])
            at = lambda percent: self.f.prices.cost(price, {**sums, "output": sums["output"] * percent // 100})
            for cell, value in zip(row[1:], (at(100), at(100) - self.f.all.list_cost, at(80), at(120))):
                self.near("candidate " + row[0], cell, value)

    # Savings ---------------------------------------------------------------------------------------------------

    def fractions(self, kind, model=None, replacement=None):
        """Which part of each model's cost goes away if the change reached every call."""
        f, result = self.f, {}
        repeats = f.repeats()
        for name, group in f.models.items():
            price = f.prices.find(name)
            part = None
            if kind == "failures":
                part = group.failed_cost / group.cost
            elif kind == "cache":
                part = repeats["cost"] / f.all.cost
            elif kind == "prompt_cache" and price and name in f.repeatable():
                saved = (f.prices.of(price, "input") - f.prices.of(price, "cached_input")) * f.repeatable()[name][0]
                part = saved / group.list_cost
            elif kind == "swap" and name == model:
                part = 1 - f.prices.cost(f.prices.find(replacement), group.tokens) / group.list_cost
            elif kind == "batch" and price and "batch_input" in price:
                then = group.tokens_in * f.prices.of(price, "batch_input") + group.tokens["output"] * f.prices.of(price, "batch_output")
                part = 1 - then / group.list_cost
            elif kind == "trim" and price:
                part = group.list_input / group.list_cost
            if part is not None:
                result[name] = Fraction(max(0, part))
        return result

    def saving(self, where, kind, texts, model=None, replacement=None):
        fractions = self.fractions(kind, model, replacement)
        self.simulations[(kind, model)] = fractions
        for index, share in enumerate(SHARES[kind]):
            value = sum(self.f.models[name].cost * part * share / 100 for name, part in fractions.items())
            self.near(where, texts[index], value)
            self.percent_near(where + " share", texts[index + 2], value * 100 / self.f.all.cost)

    def combined(self):
        order = ["failures", "cache", "prompt_cache", "swap", "batch", "trim"]
        changes = sorted(self.simulations.items(), key=lambda item: order.index(item[0][0]))
        totals = []
        for index in (0, 1):
            saved = Fraction(0)
            for name, group in self.f.models.items():
                left = group.cost
                for (kind, _), fractions in changes:
                    left -= left * fractions.get(name, 0) * SHARES[kind][index] / 100
                saved += group.cost - left
            totals.append(saved)
        return totals

    def check_recommendation(self, line):
        found = re.search(rf"Estimated saving: {NUM} to {NUM} USD in the period \({NUM} % to {NUM} % of the (?:total cost|cost in scope)\)", line)
        if not found:
            return
        texts = found.groups()
        rest = line[found.end():]
        swap = re.search(r"Move suitable calls from (\S+) to (\S+)\.\*\*", line)
        if swap:
            self.saving("swap " + swap[1], "swap", texts, swap[1], swap[2])
            self.numbers(rest, rf"{NUM} calls? of \S+ cost {NUM} USD", self.f.models[swap[1]].n, self.f.models[swap[1]].cost)
        elif "failed calls" in line:
            self.saving("failures", "failures", texts)
            self.numbers(rest, rf"{NUM} calls? ended in an error or a timeout and cost {NUM} USD", self.f.all.failed, self.f.all.failed_cost)
        elif "from a cache" in line:
            self.saving("cache", "cache", texts)
            self.numbers(rest, rf"{NUM} calls? repeated .* cost {NUM} USD", self.f.repeats()["repeats"], self.f.repeats()["cost"])
        elif "start of prompts" in line:
            self.saving("prompt cache", "prompt_cache", texts)
            again = self.f.repeatable()
            value = sum(t * self.f.prices.of(self.f.prices.find(m), "input") for m, (t, _) in again.items())
            self.numbers(rest, rf"{NUM} calls? sent again .*: {NUM} USD", sum(n for _, n in again.values()), value)
        elif "as a batch" in line:
            self.saving("batch", "batch", texts)
            fractions = self.simulations[("batch", None)]
            self.numbers(rest, rf"{NUM} calls? \({NUM} USD\)", sum(self.f.models[m].n for m in fractions),
                         sum(self.f.models[m].cost for m in fractions))
        elif "Shorten long prompts" in line:
            self.saving("trim", "trim", texts)
            fractions = self.simulations[("trim", None)]
            self.numbers(rest, rf"prompt tokens of {NUM} calls? cost about {NUM} USD", sum(self.f.models[m].n for m in fractions),
                         sum(self.f.models[m].cost * part for m, part in fractions.items()))
        else:
            self.faults.append("no rule for the recommendation: " + line[:80])

    def numbers(self, text, pattern, *values):
        found = re.search(pattern, text)
        if not found:
            self.faults.append(f"“{pattern}” not found in “{text[:120]}”")
            return
        for shown, value in zip(found.groups(), values):
            self.near(pattern[:40], shown, value)

    # Sentences -------------------------------------------------------------------------------------------------

    def rules(self):
        f, a = self.f, self.f.all
        t = f.trend()
        median, outliers = f.outliers()
        again = f.repeats()
        exact, near, percent = self.exact, self.near, self.percent

        def largest(m):
            group = f.models[m[1]]
            exact("largest part", m[2], group.cost)
            percent("largest part", m[3], group.cost, a.cost)
            exact("largest part", m[4], group.n)

        def together(m):
            low, high = self.combined()
            near("together", m[1], low)
            near("together", m[2], high)
            if len(m.groups()) > 2:
                self.percent_near("together", m[3], low * 100 / a.cost)
                self.percent_near("together", m[4], high * 100 / a.cost)

        def each(check, *values):
            return lambda m: [check(m[0][:40], shown, value) for shown, value in zip(m.groups(), values)]

        def trend(m):
            for shown, value in zip(m.groups(), (t["days"], t["mean"], t["slope"], t["low"], t["high"])):
                near("trend", shown, value)

        def ahead(m):
            for shown, value in zip(m.groups(), (t["ahead"], t["expected"], t["expected_low"], t["expected_high"])):
                near("projection", shown, value)

        def month_ahead(m, factor=1):
            last = datetime.date.fromisoformat(f.last)
            first, end = datetime.date.fromisoformat(m[1]), datetime.date.fromisoformat(m[2])
            if first.day != 1 or not 0 < (first - last).days <= 31 or (end + datetime.timedelta(1)).day != 1:
                self.faults.append("not the next month: " + m[0])
            g = f.trend(factor, (end - first).days + 1, (first - last).days - 1)
            for shown, value in zip(m.groups()[2:], (g["ahead"], g["expected"], g["expected_low"], g["expected_high"])):
                near("month ahead", shown, value)

        def grown_ahead(m):
            g = f.trend(1 + int(self.growth[1]) / 100)
            for shown, value in zip(m.groups(), (g["ahead"], g["expected"], g["expected_low"], g["expected_high"])):
                near("growth ahead", shown, value)

        def drivers(m):
            day = f.by("day")[self.odd_day()]
            n, tokens = len(f.days), lambda g: g.tokens_in + g.tokens["output"]
            calls_b, calls_a = Fraction(a.n, n), Fraction(day.n)
            len_b, len_a = Fraction(tokens(a), a.n), Fraction(tokens(day), day.n)
            price_b, price_a = a.cost / tokens(a), day.cost / tokens(day)
            for shown, value in zip(m.groups(), ((calls_a - calls_b) * len_b * price_b, calls_a * (len_a - len_b) * price_b,
                                                 calls_a * len_a * (price_a - price_b))):
                near("drivers", shown, value)

        def peaks(m):
            calls, tokens = {}, {}
            for c in f.calls:
                minute = int(c["time"] // 60)
                calls[minute] = calls.get(minute, 0) + 1
                tokens[minute] = tokens.get(minute, 0) + c["input"] + c["read"] + c["write"] + c["output"]
            self.peak = max(calls.values()), max(tokens.values())
            exact("peak calls", m[1], self.peak[0])
            exact("peak tokens", m[3], self.peak[1])

        def factor(m):
            p95 = usage_facts.nearest_rank(a.latency, 95)
            fast = [g for g in f.models.values() if g.n >= 20 and usage_facts.nearest_rank(g.latency, 95) <= self.target_ms()]
            cheap = [g for g in fast if g.cost / g.n <= a.cost / a.n]
            for shown, value in zip(m.groups(), (int(self.factor[1]), self.target_ms(), p95, len(fast))):
                exact("factor", shown, value)
            near("factor", m[5], a.cost * 1000 / a.n)
            exact("factor", m[6], len(cheap))

        def context(m):
            sessions = f.sessions()
            prompt = lambda c: c["input"] + c["read"] + c["write"]
            total = sum(prompt(c) for calls in sessions.values() for c in calls)
            first = sum(min(prompt(c), prompt(calls[0])) for calls in sessions.values() for c in calls)
            doubled = sum(max(map(prompt, calls)) >= 2 * prompt(calls[0]) for calls in sessions.values())
            for shown, value in zip(m.groups(), (doubled, len(sessions), total - first, total)):
                exact("context", shown, value)
            percent("context", m[5], total - first, total)

        hours = f.by("hour")
        busiest = min(hours, key=lambda h: (-hours[h].n, h))
        saved = sum((f.prices.of(p, "input") - f.prices.of(p, "cached_input")) * g.tokens["read"]
                    for m, g in f.models.items() for p in [f.prices.find(m)] if p and "cached_input" in p)
        retried = [c for calls in f.retries().values() for c in calls]
        period = len(f.days)
        r = []
        add = lambda pattern, rule: r.append((re.compile(pattern), rule))
        add(rf"\*\*{NUM} calls cost {NUM} USD, (?:\d{{4}}-\d\d-\d\d) to (?:\d{{4}}-\d\d-\d\d) \(UTC, {NUM} days\)\.\*\*", each(exact, a.n, a.cost, period))
        add(rf"The largest part is (\S+) with {NUM} USD \({NUM} % of the (?:total cost|cost in scope), {NUM} calls?\)\.", largest)
        if a.latency:
            p = [usage_facts.nearest_rank(a.latency, q) for q in (50, 95, 99)]
            add(rf"Half of the calls took up to {NUM} ms; p95 is {NUM} ms and p99 {NUM} ms\.", each(exact, *p))
        add(rf"Errors and timeouts \({NUM} and {NUM} calls?\) cost {NUM} USD", each(exact, a.errors, a.timeouts, a.failed_cost))
        add(rf"would together save an estimated {NUM} to {NUM} USD of it \({NUM} % to {NUM} % of the (?:total cost|cost in scope)\)\.", together)
        add(rf"Together they are {NUM} to {NUM} USD, each", together)
        add(rf"\({NUM} % of the (?:total cost|cost in scope)\)\.", lambda m: percent("failed share", m[1], a.failed_cost, a.cost))
        add(rf"failed calls cost {NUM} % of the (?:total cost|cost in scope)", lambda m: percent("failed share", m[1], a.failed_cost, a.cost))
        add(rf"begins at {NUM} o’clock, calls over the whole period: {NUM}\.", each(exact, busiest, hours[busiest].n))
        add(rf"{NUM} of {NUM} calls with a prompt hash \({NUM} %\) repeated an earlier prompt; the repeats cost {NUM} USD \({NUM} % of the (?:total cost|cost in scope)",
            lambda m: (exact("repeats", m[1], again["repeats"]), exact("repeats", m[2], again["hashed"]), percent("repeats", m[3], again["repeats"], again["hashed"]),
                       exact("repeats", m[4], again["cost"]), percent("repeats", m[5], again["cost"], a.cost)))
        add(rf"most repeated prompt was sent {NUM} times", each(exact, again["most"]))
        add(rf"{NUM} of {NUM} prompt tokens were read from a cache \(hit rate {NUM} %\) and {NUM} written",
            lambda m: (exact("cache", m[1], a.tokens["read"]), exact("cache", m[2], a.tokens_in), percent("cache", m[3], a.tokens["read"], a.tokens_in), exact("cache", m[4], a.tokens["write"])))
        add(rf"paying in full saved {NUM} USD at list price", each(near, saved))
        add(rf"Another {NUM} tokens had stood", each(exact, sum(v[0] for v in f.repeatable().values())))
        add(rf"In {NUM} of {NUM} sessions the largest prompt was at least twice the first\. {NUM} of {NUM} prompt tokens \({NUM} %\)", context)
        add(rf"Retries \(calls that followed a failed one .*? within 5 minutes\): {NUM}; {NUM} of them went well, together they cost {NUM} USD\.",
            each(exact, len(retried), sum(c["status"] == "ok" for c in retried), sum((c["cost"] for c in retried), Fraction(0))))
        add(rf"{NUM} calls? sent a prompt again that had been sent before; the repeats cost {NUM} USD", each(exact, again["repeats"], again["cost"]))
        add(rf"Over {NUM} days the cost was {NUM} USD a day on average and changed by {NUM} USD a day each day \(95 % interval {NUM} to {NUM}\)", trend)
        add(rf"(?:At the mean level|Along this line) the next {NUM} days cost {NUM} USD \(95 % interval {NUM} to {NUM}\)\.", ahead)
        month = rf"(\d{{4}}-\d\d-\d\d) to (\d{{4}}-\d\d-\d\d) \({NUM} days\) cost {NUM} USD \(95 % interval {NUM} to {NUM}\)\."
        add(rf"(?:At the mean level|Along this line) {month}", month_ahead)
        add(rf"raised by as much, {month}", lambda m: month_ahead(m, 1 + int(self.growth[1]) / 100))
        add(rf"further ahead than the {NUM} days", each(exact, period))
        add(rf"And {NUM} more files?, which", lambda m: exact("more files", m[1], len(self.paths) - 5))
        add(rf"raised by as much, the next {NUM} days cost {NUM} USD \(95 % interval {NUM} to {NUM}\)\.", grown_ahead)
        add(rf"Unusual days: {NUM} of {NUM} \(.*?beyond 3\.5\); a usual day costs {NUM} USD",
            lambda m: (exact("unusual", m[1], len(outliers)), exact("unusual", m[2], period), near("unusual", m[3], median)))
        if outliers:
            add(r"What made (\S+) differ", lambda m: m[1] == self.odd_day() or self.faults.append("odd day " + m[1]))
            add(rf"the calls cost {NUM} USD a day, on \S+ {NUM} USD\.", each(near, a.cost / period, f.by("day")[self.odd_day()].cost))
            add(rf"That is {NUM} % (?:more|less) a day\.", lambda m: percent("change of the odd day", m[1], abs(f.by("day")[self.odd_day()].cost - a.cost / period), a.cost / period))
            add(rf"Of the change per day, {NUM} USD come from the number of calls, {NUM} USD from tokens per call, and {NUM} USD", drivers)
            add(r"From \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d", lambda m: m[0] == f"From {f.first} to {f.last}" or self.faults.append(m[0]))
        add(rf"The fullest minute had {NUM} calls? \((\S+ \S+) UTC\); the minute with most tokens had {NUM} \(\S+ \S+ UTC\)", peaks)
        if self.growth:
            g = int(self.growth[1])
            add(rf"With {NUM} % more use of the same kind a period of this length would cost {NUM} USD", each(near, g, a.cost * (100 + g) / 100))
            add(rf"With {NUM} % more use of the same kind, a period like this one \(.*?{NUM} days\)\) costs {NUM} USD instead of {NUM} USD",
                each(near, g, period, a.cost * (100 + g) / 100))
            add(rf"With {NUM} % more of the same these peaks become {NUM} calls? and {NUM} tokens a minute",
                lambda m: (exact("peak", m[1], g), exact("peak", m[2], math.ceil(self.peak[0] * (100 + g) / 100)), exact("peak", m[3], math.ceil(Fraction(self.peak[1] * (100 + g), 100)))))
        if self.factor and a.latency:
            add(rf"{NUM} times faster means a p95 of {NUM} ms instead of {NUM} ms\. .*? low: {NUM}; of them not dearer than today's {NUM} USD per thousand calls: {NUM}\.", factor)
        add(rf"its limit of {NUM} ms was not checked", lambda m: exact("limit", m[1], re.search(rf"\b{m[1]}ms", self.question) and m[1] or -1))
        add(rf"All priced calls cost {NUM} USD at list price today", each(near, a.list_cost))
        add(rf"Its p95 is {NUM} ms against {NUM} ms over all calls",
            lambda m: (exact("slowest", m[1], max(usage_facts.nearest_rank(g.latency, 95) for g in f.models.values() if len(g.latency) >= 20)), exact("slowest", m[2], usage_facts.nearest_rank(a.latency, 95))))
        listed = [c for c in f.calls if c["recorded"] is None]
        add(rf"Without a recorded cost, so priced at list price: {NUM} calls? \({NUM} USD\); with a recorded cost: {NUM} calls? \({NUM} USD\)",
            each(exact, len(listed), a.listed, a.n - len(listed), a.recorded))
        add(rf"No cost is recorded: all amounts are list prices \({NUM} calls? priced at list price, {NUM} USD\)", each(exact, len(listed), a.listed))
        add(rf"All {NUM} files: {NUM} rows read, {NUM} rejected, {NUM} copies left out", self.file_totals)
        add(rf"“([^”]+)” \(.*?, {NUM} bytes\): {NUM} rows? read, {NUM} rejected\.(?: Copies of calls that were counted already: {NUM}\.)?", self.one_file)
        # Assumed shares, thresholds and dates that are stated, not measured.
        add(r"List prices as of (\S+) from", lambda m: m[1] == f.prices.as_of or self.faults.append("prices as of " + m[1]))
        add(r"(\d+) to (\d+) % (?:of (?:them|those|the)|shorter)", lambda m: (int(m[1]), int(m[2])) in SHARES.values() or self.faults.append(m[0]))
        add(r"for the period (\S+) to (\S+) \(UTC, (\d+) days\)", lambda m: (m[1], m[2], int(m[3])) == (f.first, f.last, period) or self.faults.append(m[0]))
        add(r"fewer than 20 such calls|price file \(\S+\)", lambda m: None)
        return r

    def file_totals(self, m):
        self.exact("files", m[2], self.f.all.n)
        self.exact("files rejected", m[3], 0)
        self.exact("copies", m[4], self.lines - self.f.all.n)

    def one_file(self, m):
        path = next(p for p in self.paths if p.endswith("/" + m[1]))
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.exact("bytes", m[2], len(text.encode()))
        rows = text.count('"type":"assistant"') or text.count("\n") - path.endswith(".csv")
        self.exact("rows of file", m[3], rows - int(m[5] or 0))

    # The whole answer ------------------------------------------------------------------------------------------

    def check(self, answer, paths):
        self.paths = paths
        self.lines = sum(open(p, encoding="utf-8").read().count('"type":"assistant"') for p in paths)
        lines = answer.splitlines()
        # Recommendations first: the opening sums them up.
        section = ""
        for line in lines:
            section = line[3:] if line.startswith("## ") else section
            if section == "Recommendations" and re.match(r"\d+\. ", line):
                self.check_recommendation(line)
        rules = self.rules()
        heading, at = "", 0
        while at < len(lines):
            line = lines[at]
            if line.startswith("## "):
                heading = line[3:]
            elif line.startswith("|"):
                end = at
                while end < len(lines) and lines[end].startswith("|"):
                    end += 1
                cells = [[c.strip() for c in row.strip("|").split("|")] for row in lines[at:end]]
                self.check_table(heading, cells[0], cells[2:])
                at = end
                continue
            elif heading not in ("Action plan",):
                self.check_prose(heading, line, rules)
            at += 1

    def check_prose(self, heading, line, rules):
        text = re.sub(r"`[^`]*`", "", line)
        recommendation = heading == "Recommendations" and re.match(r"\d+\. ", line)
        for pattern, rule in rules:
            for found in pattern.finditer(text):
                rule(found)
            text = pattern.sub(" ", text)
        if recommendation and "Estimated saving" in line:
            return  # read as a whole before
        for name in [*self.f.models, *self.f.prices.models]:
            text = text.replace(name, "")
        text = re.sub(r"p(50|90|95|99)\b|(?<=\w)[-_]\d+|“[^”]*”|^\d+\. |^- .*the data has .*", "", text, flags=re.I)
        if re.search(r"\d", text):
            self.faults.append(f"no rule for a figure under “{heading}”: {text.strip()[:160]}")


def main():
    prices, kind, question, answer, *paths = sys.argv[1:]
    # A quoted name that is a service of the data restricts the question to it.
    quoted = re.search(r"'(\w+)'", question)
    facts = usage_facts.Facts(kind, paths, usage_facts.Prices(prices), quoted and quoted[1])
    checker = Checker(facts, question)
    with open(answer, encoding="utf-8") as file:
        checker.check(file.read(), paths)
    for fault in checker.faults:
        print(fault)
    print(f"{checker.checked} figures checked, {len(checker.faults)} faults")
    sys.exit(1 if checker.faults or checker.checked < 20 else 0)


if __name__ == "__main__":
    main()
