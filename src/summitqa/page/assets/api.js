// Calls the public API of this host, and no other.

export class Problem extends Error {}

async function read(response) {
  let body = null;
  try {
    body = await response.json();
  } catch {
    // The sentence below stands in for an answer that is not JSON.
  }
  if (!response.ok) throw new Problem(body?.error || `The server answered ${response.status}.`);
  return body;
}

async function call(address, options) {
  try {
    return await fetch(address, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The server cannot be reached; is it still running?");
  }
}

export async function getJson(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const search = new URLSearchParams(given).toString();
  return read(await call(search ? `${path}?${search}` : path));
}

export async function sendJson(method, path, body) {
  return read(
    await call(path, {
      method,
      headers: { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    }),
  );
}

export async function sendForm(path, form, signal) {
  return read(await call(path, { method: "POST", body: form, signal }));
}

export async function getText(path, method = "GET", body = undefined) {
  const response = await call(path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) await read(response);
  return response.text();
}

// Reads server-sent events from a response; calls handlers[event](data) for each.
async function readEvents(response, handlers) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    waiting += value;
    let end;
    while ((end = waiting.indexOf("\n\n")) >= 0) {
      const lines = waiting.slice(0, end).split("\n");
      waiting = waiting.slice(end + 2);
      const name = lines.find((line) => line.startsWith("event: "))?.slice(7);
      const data = lines.find((line) => line.startsWith("data: "))?.slice(6);
      if (name && handlers[name]) handlers[name](JSON.parse(data));
    }
  }
}

export async function streamAnswer(request, handlers, signal) {
  const response = await call("/api/ask/stream", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(request),
    signal,
  });
  if (!response.ok) await read(response);
  let problem = null;
  let finished = null;
  await readEvents(response, {
    ...handlers,
    problem: (data) => (problem = data.error),
    answer: (data) => (finished = data),
  });
  if (problem) throw new Problem(problem);
  if (!finished) throw new Problem("The connection ended before the answer was whole; ask again.");
  return finished;
}
