// SPDX-License-Identifier: GPL-3.0-or-later
// What the reference implementation of AG-UI 1.0 says of event streams.
// stdin: one JSON object a line, {"name": "...", "events": [...]}
// stdout: one a line, {"name", "types": [all event types there are] | "schema": [indices its schema refuses],
//         "order": why its verifier refuses the order or null, "text": {message id: text}}
import { EventType, defaultApplyEvents, transformChunks, verifyEvents } from "@ag-ui/client";
import { EventSchemas } from "@ag-ui/core/schemas";
import { createInterface } from "node:readline";
import { from, lastValueFrom, toArray } from "rxjs";

async function order(events) {
  try {
    await lastValueFrom(from(events).pipe(transformChunks(false), verifyEvents(false), toArray()));
    return null;
  } catch (error) {
    return String(error.message ?? error);
  }
}

/// Texts of the assistant's messages as the reference client would show them; only of streams it accepts.
async function texts(events) {
  const input = { threadId: "t", runId: "r", state: {}, messages: [], tools: [], context: [], forwardedProps: {} };
  const agent = { messages: [], state: {} };
  const updates = await lastValueFrom(
    defaultApplyEvents(input, from(events).pipe(transformChunks(false)), agent, []).pipe(toArray()),
  );
  const messages = updates.filter((update) => update.messages).at(-1)?.messages ?? [];
  return Object.fromEntries(
    messages.filter((m) => m.role === "assistant" && typeof m.content === "string").map((m) => [m.id, m.content]),
  );
}

console.log(JSON.stringify({ name: "types", types: Object.values(EventType) }));
for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  const { name, events } = JSON.parse(line);
  const schema = events.flatMap((event, index) => (EventSchemas.safeParse(event).success ? [] : [index]));
  const refusal = await order(events);
  const text = refusal === null && schema.length === 0 ? await texts(events) : {};
  console.log(JSON.stringify({ name, schema, order: refusal, text }));
}
