// Small comforts of a page: theme switch, dialogs, toasts, menus, copying. All of it works without, too.
const root = document.documentElement;

/** Remember a choice, or forget it when it is empty; a browser may refuse. */
function remember(name, value) {
  try {
    value ? localStorage.setItem(name, value) : localStorage.removeItem(name);
  } catch {
    // Then it lasts as long as this page.
  }
}

// --- Theme: system -> light -> dark -> system ---
const NEXT_THEME = { "": "light", light: "dark", dark: "" };

function nameTheme(button) {
  const theme = root.dataset.theme ?? "";
  for (const face of button.querySelectorAll("[data-theme-is]")) face.hidden = face.dataset.themeIs !== theme;
}

for (const button of document.querySelectorAll("[data-switches-theme]")) {
  nameTheme(button);
  button.addEventListener("click", () => {
    const theme = NEXT_THEME[root.dataset.theme ?? ""];
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    remember("theme", theme);
    nameTheme(button);
  });
}

// --- Dialogs: opened by a button, or by htmx filling them ---
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  if (event.target.closest("[data-closes-dialog]")) event.target.closest("dialog").close();
  if (event.target instanceof HTMLDialogElement) event.target.close(); // a click on the veil
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A menu's panel hangs from its word, wherever a narrow page has put that: move it back into sight.
document.addEventListener("toggle", (event) => {
  const panel = event.target.matches?.("details.menu[open]") && event.target.querySelector(".menu__panel");
  if (!panel) return;
  panel.style.translate = "";
  const { left, right } = panel.getBoundingClientRect();
  const edge = 16; // as wide as a narrow page's margin
  const shift = Math.max(edge - left, Math.min(0, root.clientWidth - edge - right));
  if (shift) panel.style.translate = `${shift}px`;
}, true);

document.body.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.target.closest("dialog");
  if (dialog && !dialog.open) dialog.showModal();
});

// --- Toasts: they leave by themselves unless somebody is on them ---
const TOAST_MS = 7000;
const toasts = document.getElementById("toasts");

function expire(toast) {
  if (toast.querySelector("form")) return; // what can be undone stays until it is closed
  setTimeout(() => (toast.matches(":hover, :focus-within") ? expire(toast) : toast.remove()), TOAST_MS);
}

function show(templateId) {
  toasts.append(document.getElementById(templateId).content.cloneNode(true));
}

toasts.addEventListener("click", (event) => event.target.closest("[data-closes-toast]")?.closest(".toast").remove());
toasts.addEventListener("htmx:afterRequest", (event) => event.detail.successful && event.target.closest(".toast")?.remove());
new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) if (node instanceof HTMLElement) expire(node);
}).observe(toasts, { childList: true });
for (const toast of toasts.children) expire(toast);

document.body.addEventListener("htmx:responseError", () => show("toast-refused"));
document.body.addEventListener("htmx:sendError", () => show("toast-offline"));

// --- The bookmark that is dragged out of its page ---
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-is-dragged]")) return;
  event.preventDefault();
  show("toast-drag");
});

// --- Fields that the browser can fill, and text to take along ---
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of document.querySelectorAll("[data-time-zone]")) field.value ||= zone;

for (const button of document.querySelectorAll("[data-copies]")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent.trim());
    show("toast-copied");
  });
}
