// Builds elements. Text is only ever set as text: no string becomes markup anywhere.

const SVG = "http://www.w3.org/2000/svg";

export function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, handler] of Object.entries(value)) made.addEventListener(event, handler);
    } else if (name === "class") made.className = value;
    else if (name === "text") made.textContent = value;
    else if (name === "value") made.value = value;
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const PATHS = {
  ask: "M5 12h14M13 6l6 6-6 6",
  stop: "M7 7h10v10H7z",
  close: "M6 6l12 12M18 6 6 18",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  copy: "M9 9h10v10H9zM5 15V5h10",
  retry: "M4 12a8 8 0 1 0 2.5-5.8M4 4v5h5",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1",
  out: "M14 5h5v5M19 5l-9 9M12 5H5v14h14v-7",
  check: "M5 12.5l4.5 4.5L19 7",
  cross: "M7 7l10 10M17 7 7 17",
  theme: "M12 3a9 9 0 1 0 9 9 7 7 0 0 1-9-9z",
  up: "M7 11v9H4v-9zM7 11l4-8a2.5 2.5 0 0 1 2.5 2.5V9H19a1.6 1.6 0 0 1 1.6 2l-1.7 7a2.4 2.4 0 0 1-2.3 2H7",
  down: "M17 13V4h3v9zM17 13l-4 8a2.500 2.500 0 0 1-2.500-2.500V15H5a1.600 1.600 0 0 1-1.600-2l1.700-7A2.400 2.400 0 0 1 7.400 4H17",
  flag: "M6 21V4h11l-2 4 2 4H6",
  history: "M12 7v5l3 2M4 12a8 8 0 1 0 2.5-5.8M4 4v5h5",
  plus: "M12 5v14M5 12h14",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  filter: "M4 6h16M7 12h10M10 18h4",
  document: "M7 3h7l4 4v14H7zM14 3v4h4",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export function button(label, iconName, onClick, props = {}) {
  return el(
    "button",
    { type: "button", ...props, on: { click: onClick } },
    iconName ? icon(iconName) : null,
    el("span", { class: props["data-quiet"] !== undefined ? "label visually-hidden" : "label", text: label }),
  );
}

export function iconButton(label, iconName, onClick, props = {}) {
  return el(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, ...props, on: { click: onClick } },
    icon(iconName),
  );
}

// Says whether it worked. Outside of secure origins, such as a plain address in a network,
// browsers offer no clipboard but copy what is selected.
export async function copyToClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const before = document.activeElement;
    const field = el("textarea", { class: "visually-hidden", value: text });
    document.querySelector("#summitqa").append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    before?.focus();
    return copied;
  }
}

// Only addresses of the web become links; anything else stays text.
export function webLink(address, text, props = {}) {
  if (!/^https?:\/\//i.test(address || "")) return el("span", { text });
  return el(
    "a",
    { href: address, target: "_blank", rel: "noopener noreferrer", ...props },
    text,
    icon("out"),
    el("span", { class: "visually-hidden", text: " (opens the original in a new tab)" }),
  );
}

export async function waitFor(selector) {
  const found = document.querySelector(selector);
  if (found) return found;
  return new Promise((resolve) => {
    const watcher = new MutationObserver(() => {
      const appeared = document.querySelector(selector);
      if (appeared) {
        watcher.disconnect();
        resolve(appeared);
      }
    });
    watcher.observe(document.documentElement, { childList: true, subtree: true });
  });
}
