// What the modules share: the overview, the documents, the open conversation.

import { getJson } from "./api.js";

export const state = {
  overview: null,
  documents: new Map(),
  digest: null,
};

const listeners = new Map();

export function listen(event, handler) {
  if (!listeners.has(event)) listeners.set(event, []);
  listeners.get(event).push(handler);
}

export function tell(event, detail) {
  for (const handler of listeners.get(event) || []) handler(detail);
}

export async function refreshOverview() {
  const overview = await getJson("/api/overview");
  state.overview = overview;
  if (overview.phase === "ready" && overview.digest !== state.digest) {
    const listed = await getJson("/api/documents");
    state.documents = new Map(listed.documents.map((one) => [one.id, one]));
    state.digest = overview.digest;
  }
  tell("overview", overview);
  return overview;
}

export function titleOf(id) {
  return state.documents.get(id)?.title || id;
}
